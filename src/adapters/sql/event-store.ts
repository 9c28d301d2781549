/** The event queue in our own tables. */
import type { Knex } from 'knex';
import { chunks } from '../../core/chunks.js';
import type {
  Claim,
  EventQueue,
  EventState,
  HookEvent,
  HostStanding,
  NewEvent,
  QueueDepth,
} from '../../ports/event-queue.js';
import type { Session } from '../../ports/database.js';
import type { Names, TableName } from '../../ports/migration.js';
import { CAPTURED, CAPTURED_LINK, LINK_OPERATIONS } from './captured-entities.js';
import type { BulkRow, PastLocks } from './dialect.js';
import { toEvent, toRow, type EventRow } from './event-rows.js';
import type { HostLook } from './host-look.js';
import { linksSeenStatements } from './host-seen.js';
import type { HostWatch } from './host-watch.js';

/** How long a claim is respected; the dispatcher that made it begins it anew with every batch. */
const LEASE_MS = 20_000;
/** No back-off is longer: an event that seems to wait for longer was stored before the clock was set back. */
const LONGEST_WAIT_MS = 120_000;

/** What was last seen of a host's row. */
interface SeenRow {
  Entity: string;
  Name: string;
  HostId: string | null;
  RowVersion: string;
  State: string;
  UniversalState: string;
}

/** What the queue needs of the transaction that it works in. */
export interface QueueTransaction {
  lock: Session['lock'];
  upsert(table: TableName, rows: readonly BulkRow[], key: readonly string[]): Promise<void>;
  pastLocks: PastLocks;
  withdraw: () => Promise<void>;
  look: HostLook;
  watch: HostWatch;
  names: Pick<Names, 'table'>;
}

/** Dispatchers claim one after the other: a claim is short, and what one sees nobody else is just taking. */
const CLAIMING = 'events:claim';

export class SqlEventQueue implements EventQueue {
  private readonly queue: string;
  private readonly seenTable: string;

  constructor(
    private readonly knex: Knex,
    table: Names['table'],
    private readonly transaction: QueueTransaction,
  ) {
    this.queue = table('orderwright.HookEvent');
    this.seenTable = table('orderwright.HostSeen');
  }

  withdraw(): Promise<void> {
    return this.transaction.withdraw();
  }

  async store(events: readonly NewEvent[], at: string): Promise<string[]> {
    // Whoever reports the same transition at the same time waits, and finds it.
    await this.transaction.lock(events.map((event) => lockOf(toRow(event, at))));
    const ids: string[] = [];
    for (const event of events) ids.push(await this.storeOne(event, at));
    return ids;
  }

  private async storeOne(event: NewEvent, at: string): Promise<string> {
    const row = toRow(event, at);
    const { Operation, Subject, RequestId, RowVersion } = row;
    const known =
      RowVersion === null && RequestId === null
        ? undefined
        : await this.rows()
            .where({ Operation, Subject })
            .where((which) => {
              if (RequestId !== null) void which.orWhere({ RequestId });
              if (RowVersion !== null) void which.orWhere({ RowVersion });
            })
            .orderBy('Sequence')
            .first();
    return known === undefined ? this.insert(row) : String(known.Sequence);
  }

  private async insert(row: Omit<EventRow, 'Sequence'>): Promise<string> {
    const [made]: Pick<EventRow, 'Sequence'>[] = await this.knex(this.queue)
      .insert(row)
      .returning('Sequence as Sequence');
    return String(made?.Sequence);
  }

  async counterpart(event: HookEvent, since: string): Promise<HookEvent | null> {
    const { Operation, Subject } = toRow(event, event.storedAt);
    const found = await this.rows()
      .where({ Operation, Subject })
      .whereNot('Door', 'report')
      .whereNull('SameAs')
      .whereNotIn('Sequence', this.knex(this.queue).whereNotNull('SameAs').select('SameAs'))
      .where('StoredAt', '>=', since)
      .orderBy('Sequence', 'desc')
      .first();
    return found === undefined ? null : toEvent(found);
  }

  async read(filter: { after?: string; limit: number; state?: EventState }): Promise<HookEvent[]> {
    const query = this.rows().orderBy('Sequence').limit(filter.limit);
    if (filter.after !== undefined) void query.where('Sequence', '>', Number(filter.after));
    if (filter.state !== undefined) void query.where('State', filter.state);
    return (await query).map(toEvent);
  }

  async find(ids: readonly string[]): Promise<HookEvent[]> {
    const found: HookEvent[] = [];
    for (const chunk of chunks(ids.map(Number).filter(Number.isSafeInteger))) {
      const rows = await this.rows().whereIn('Sequence', chunk).orderBy('Sequence');
      found.push(...rows.map(toEvent));
    }
    return found;
  }

  async depth(): Promise<QueueDepth> {
    const rows: { State: EventState; Count: number; Oldest: string }[] = await this.knex(this.queue)
      .whereIn('State', ['pending', 'claimed', 'parked'])
      .groupBy('State')
      .select(
        'State',
        this.knex.raw('count(*) as ??', ['Count']),
        this.knex.raw('min(??) as ??', ['StoredAt', 'Oldest']),
      );
    const of = (state: EventState) => rows.find(({ State }) => State === state);
    const oldest = [of('pending'), of('claimed')].flatMap((row) => (row === undefined ? [] : [row.Oldest]));
    return {
      pending: of('pending')?.Count ?? 0,
      claimed: of('claimed')?.Count ?? 0,
      parked: of('parked')?.Count ?? 0,
      oldest: oldest.sort()[0] ?? null,
    };
  }

  async nextDue(now: number, { awaiting }: { awaiting: boolean }): Promise<number | null> {
    const query = this.unheld().whereIn('e.State', ['pending', 'claimed']);
    if (!awaiting) void query.where('e.Awaits', 0);
    const rows: Pick<EventRow, 'State' | 'AvailableAt' | 'ClaimedUntil'>[] = await query
      .orderByRaw('case when ?? = ? then ?? else ?? end', [
        'e.State',
        'claimed',
        'e.ClaimedUntil',
        'e.AvailableAt',
      ])
      .limit(1)
      .select('e.State', 'e.AvailableAt', 'e.ClaimedUntil');
    const [row] = rows;
    if (row === undefined) return null;
    const due = Number(row.State === 'claimed' ? row.ClaimedUntil : row.AvailableAt);
    // A time that is too far away to be true belongs to a clock that was set back since.
    return due > now + LONGEST_WAIT_MS ? now : due;
  }

  async isDue(now: number): Promise<boolean> {
    const due = await this.dueSequences(now, 1);
    return due.length > 0;
  }

  async claim({ claimant, limit, now }: Claim): Promise<HookEvent[]> {
    await this.transaction.lock([CLAIMING]);
    const due = await this.dueSequences(now, limit);
    if (due.length === 0) return [];
    const taken = await this.knex(this.knex.raw(`??${this.transaction.pastLocks.claiming}`, [this.queue]))
      .whereIn('Sequence', due)
      .where((still) => {
        void still
          .where('State', 'pending')
          .orWhere((over) => void leaseIsOver(over.where('State', 'claimed'), 'ClaimedUntil', now));
      })
      .update({ State: 'claimed', ClaimedBy: claimant, ClaimedUntil: now + LEASE_MS })
      .returning<EventRow[]>('*');
    return taken.sort((one, other) => Number(one.Sequence) - Number(other.Sequence)).map(toEvent);
  }

  /** The queue under another name, without the rows that others hold. */
  private pastLocks(alias: string): Knex.Raw {
    return this.knex.raw(`?? as ??${this.transaction.pastLocks.reading}`, [this.queue, alias]);
  }

  /** Two questions, so that each walks one index in order and ends with the limit. */
  private async dueSequences(now: number, limit: number): Promise<number[]> {
    const pending: Pick<EventRow, 'Sequence'>[] = await this.unheld()
      .where('e.State', 'pending')
      .whereNotBetween('e.AvailableAt', [now + 1, now + LONGEST_WAIT_MS])
      .orderBy('e.Sequence')
      .limit(limit)
      .select('e.Sequence');
    const taken = leaseIsOver(this.unheld().where('e.State', 'claimed'), 'e.ClaimedUntil', now);
    const over: Pick<EventRow, 'Sequence'>[] = await taken
      .orderBy('e.Sequence')
      .limit(limit)
      .select('e.Sequence');
    return [...over, ...pending].slice(0, limit).map(({ Sequence }) => Number(Sequence));
  }

  /** Events that no earlier one of their order holds back. */
  private unheld(): Knex.QueryBuilder {
    return this.knex(this.pastLocks('e'))
      .whereNotExists(this.earlier().where('p.State', 'claimed'))
      .whereNotExists(this.earlier().where({ 'p.State': 'pending', 'p.Awaits': 0 }))
      .whereNotExists(this.earlierParked());
  }

  /** Events `p` that are earlier than the event `e` and of its order. */
  private earlier(): Knex.QueryBuilder {
    return this.knex(this.pastLocks('p'))
      .select(this.knex.raw('1'))
      .whereRaw('?? = ?? and ?? < ??', ['p.Series', 'e.Series', 'p.Sequence', 'e.Sequence']);
  }

  private earlierParked(): Knex.QueryBuilder {
    return this.earlier().where('p.State', 'parked').whereRaw('?? = ??', ['p.Operation', 'e.Operation']);
  }

  /** The events of these that another's earlier one holds back after all. */
  private heldBack(claimant: string, sequences: readonly number[]): Knex.QueryBuilder {
    return this.knex(this.pastLocks('e'))
      .whereIn('e.Sequence', sequences)
      .where((which) => {
        void which
          .whereExists(this.earlier().where('p.State', 'claimed').whereNot('p.ClaimedBy', claimant))
          .orWhereExists(this.earlier().where({ 'p.State': 'pending', 'p.Awaits': 0 }))
          .orWhereExists(this.earlierParked());
      })
      .select('e.Sequence');
  }

  async hold({ claimant, now }: Claim, ids: readonly string[]): Promise<Set<string>> {
    const held = new Set<string>();
    for (const chunk of chunks(ids.map(Number))) {
      const mine = () =>
        this.rows().where({ ClaimedBy: claimant, State: 'claimed' }).whereIn('Sequence', chunk);
      await this.transaction.lock((await mine().select('Series')).map(lockOf));
      // Only now nobody applies an event of these orders: one that was claimed past another's lock may be too early.
      await mine()
        .whereIn('Sequence', this.heldBack(claimant, chunk))
        .update({ ...FREE, State: 'pending' });
      await mine().update({ ClaimedUntil: now + LEASE_MS });
      const rows = await mine().select('Sequence');
      for (const { Sequence } of rows) held.add(String(Sequence));
    }
    return held;
  }

  async awaiting(orders: readonly string[]): Promise<HookEvent[]> {
    const found: HookEvent[] = [];
    for (const chunk of chunks(orders)) {
      const rows = await this.rows()
        .where({ State: 'pending', Awaits: 1 })
        .whereIn('Series', chunk)
        .orderBy('Sequence');
      found.push(...rows.map(toEvent));
    }
    return found;
  }

  async finish(ids: readonly string[], sameAs?: string): Promise<void> {
    for (const chunk of chunks(ids.map(Number))) {
      await this.rows()
        .whereIn('Sequence', chunk)
        .update({ ...ENDED, State: 'done', ...(sameAs !== undefined && { SameAs: Number(sameAs) }) });
    }
  }

  drop(id: string): Promise<void> {
    return this.change(id, { ...ENDED, State: 'dropped' });
  }

  await(id: string, until: number): Promise<void> {
    return this.change(id, { ...FREE, State: 'pending', AvailableAt: until });
  }

  fail(
    id: string,
    { attempts, error, until }: { attempts: number; error: string; until: number | null },
  ): Promise<void> {
    return this.change(id, {
      ...FREE,
      State: until === null ? 'parked' : 'pending',
      AvailableAt: until ?? 0,
      Attempts: attempts,
      Error: error,
    });
  }

  async release(claimant: string): Promise<void> {
    await this.rows()
      .where({ ClaimedBy: claimant, State: 'claimed' })
      .update({ ...FREE, State: 'pending' });
  }

  retry(id: string): Promise<void> {
    return this.change(id, { ...FREE, State: 'pending', AvailableAt: 0, Attempts: 0 });
  }

  private async change(id: string, columns: Partial<EventRow>): Promise<void> {
    await this.rows()
      .where({ Sequence: Number(id) })
      .update(columns);
  }

  async see(ids: readonly string[]): Promise<void> {
    for (const chunk of chunks(ids.map(Number))) {
      const rows = await this.rows().whereIn('Sequence', chunk).orderBy('Sequence');
      const bySubject = new Map(
        rows.filter(isVersioned).map((row) => [`${entityOf(row)} ${row.Subject}`, row]),
      );
      const seen = [...bySubject.values()].map((row) => ({
        Entity: entityOf(row),
        Name: row.Subject,
        HostId: row.HostId,
        RowVersion: row.RowVersion,
        State: row.ToState,
        UniversalState: row.ToUniversalState,
      }));
      await this.transaction.upsert('orderwright.HostSeen', seen, ['Entity', 'Name']);
      await this.seeReported(rows.filter((row) => row.Door === 'report' && !isVersioned(row)));
      await this.seeLinks(rows);
    }
  }

  /** Where nothing else tells of rows, a report's row is taken as seen as it is by now. */
  private async seeReported(reports: readonly EventRow[]): Promise<void> {
    for (const captured of CAPTURED) {
      if (!this.transaction.look.isReported(captured.view)) continue;
      const names = reports.filter((row) => entityOf(row) === captured.entity).map(({ Subject }) => Subject);
      if (names.length > 0) {
        await this.transaction.look.rows(captured, { at: '', by: 'nobody', door: 'reconcile', names });
      }
    }
  }

  /** A look at polled links remembers them by itself. */
  private async seeLinks(events: readonly EventRow[]): Promise<void> {
    if (this.transaction.look.isPolled(CAPTURED_LINK.view)) return;
    const told = events.filter(({ Operation }) => LINK_OPERATIONS.includes(Operation));
    if (told.length === 0) return;
    const condition = `e.[Sequence] in (${told.map(({ Sequence }) => Number(Sequence)).join(', ')})`;
    for (const statement of linksSeenStatements(this.transaction.names, condition))
      await this.knex.raw(statement);
  }

  async seen(order: string): Promise<HostStanding | null> {
    const row = await this.knex<SeenRow>(this.seenTable)
      .where({ Entity: 'ProductionOrder', Name: order })
      .first();
    return row === undefined ? null : { state: row.State, universalState: row.UniversalState };
  }

  async reconcile(at: string): Promise<string[]> {
    const { look } = this.transaction;
    const ids: string[] = [];
    for (const captured of CAPTURED)
      ids.push(...(await look.rows(captured, { at, by: 'host', door: 'reconcile' })));
    return [...ids, ...(await look.links({ at, by: 'host', door: 'reconcile' }))];
  }

  lookIsDue(at: string, everySeconds: number): Promise<boolean> {
    return this.transaction.watch.isDue(at, everySeconds);
  }

  look(at: string, everySeconds: number): Promise<string[]> {
    return this.transaction.watch.look(at, everySeconds);
  }

  async lookAt(
    { orders, materials }: { orders: readonly string[]; materials: readonly string[] },
    at: string,
  ): Promise<void> {
    await this.transaction.look.polled(
      { ProductionOrder: orders, Material: materials },
      { at, by: 'host', door: 'poll' },
    );
  }

  prune(before: string): Promise<number> {
    return this.rows().whereIn('State', ['done', 'dropped']).where('StoredAt', '<', before).delete();
  }

  private rows() {
    return this.knex<EventRow>(this.queue);
  }
}

/** The lease has run out, or is longer than any: the clock was set back since it was made. */
function leaseIsOver(query: Knex.QueryBuilder, column: string, now: number): Knex.QueryBuilder {
  return query.whereNotBetween(column, [now + 1, now + LEASE_MS]);
}

const FREE = { ClaimedBy: null, ClaimedUntil: null };
const ENDED = { ...FREE, Awaits: 0, Error: null };

function isVersioned(row: EventRow): boolean {
  return row.RowVersion !== null && row.ToState !== null && row.ToUniversalState !== null;
}

function entityOf({ Operation }: EventRow): string {
  return Operation.slice(0, Operation.indexOf('.'));
}

/** Who applies events of an order holds the order; a material that belongs to none is its own. */
function lockOf({ Series }: { Series: string }): string {
  return `order:${Series}`;
}
