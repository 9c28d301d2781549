/**
 * Looks at the host's rows (design 3.6): what is not as it was seen last becomes an event, with the operation told by the
 * same list from which the triggers are made. A few statements for hundreds of rows: one for what differs, one for what
 * the queue knows of it, one for the events.
 *
 * Of a table that is polled every field is remembered as it was shown (`HostShown`), so that its events say what a
 * trigger's would; of another one the row version and the states are known from the events that were applied
 * (`HostSeen`). What the queue holds already, whoever stored it, adds nothing.
 */
import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { chunks } from '../../core/chunks.js';
import type { EventState } from '../../ports/event-queue.js';
import type { Names, TableName } from '../../ports/migration.js';
import { captureModeOf, versionsView } from './capture-modes.js';
import { CAPTURED, CAPTURED_LINK, LINK_OPERATIONS, type CapturedEntity } from './captured-entities.js';
import type { Bulk, BulkRow } from './dialect.js';
import type { EventRow } from './event-rows.js';
import type { EntityMapping } from './host-mapping.js';
import {
  eventRow,
  linkRow,
  shownOf,
  toldOf,
  versionOf,
  type EventRowWithout,
  type Link,
  type Look,
  type Row,
  type Standing,
} from './looked-rows.js';

/** Rows that are looked at together. */
const TOGETHER = 500;

type Entity = CapturedEntity['entity'];

export interface LookTransaction {
  bulk: Bulk;
  /** Keeps others from looking at the same time. */
  lock: () => Promise<void>;
  mapping: Readonly<Record<string, EntityMapping>>;
}

export class HostLook {
  constructor(
    private readonly knex: Knex.Transaction,
    private readonly names: Pick<Names, 'table'>,
    private readonly transaction: LookTransaction,
  ) {}

  /** Whether a view's rows are looked at, and no trigger tells of them. */
  isPolled(view: string): boolean {
    return captureModeOf(this.transaction.mapping, view) === 'poll';
  }

  /** Whether only reports tell of a view's rows. */
  isReported(view: string): boolean {
    return captureModeOf(this.transaction.mapping, view) === 'procedure';
  }

  /** These orders and materials, with the materials' links, as far as they are polled. */
  async polled(
    named: Readonly<Record<Entity, readonly string[]>>,
    look: Omit<Look, 'names'>,
  ): Promise<string[]> {
    const ids: string[] = [];
    for (const captured of CAPTURED) {
      const names = named[captured.entity];
      if (names.length > 0 && this.isPolled(captured.view))
        ids.push(...(await this.rows(captured, { ...look, names })));
    }
    const names = named.Material;
    if (names.length > 0 && this.isPolled(CAPTURED_LINK.view))
      ids.push(...(await this.links({ ...look, names })));
    return ids;
  }

  /** Rows of orders or materials; gives the ids of the events that it stored. */
  async rows(captured: CapturedEntity, look: Look): Promise<string[]> {
    await this.transaction.lock();
    const ids: string[] = [];
    if (look.names !== undefined) {
      for (const names of chunks(look.names)) ids.push(...(await this.some(captured, look, { names })).ids);
      return ids;
    }
    for (let after: string | null = null; ;) {
      const page = await this.some(captured, look, { after });
      ids.push(...page.ids);
      if (page.last === null) return ids;
      after = page.last;
    }
  }

  private async some(
    captured: CapturedEntity,
    look: Look,
    page: { after?: string | null; names?: readonly string[] },
  ): Promise<{ ids: string[]; last: string | null }> {
    const rows = await this.different(captured, look, page);
    if (rows.length === 0) return { ids: [], last: null };
    const known = await this.queued(captured.entity, rows);
    const orders = captured.entity === 'Material' ? await this.ordersOf(rows.map(({ Id }) => Id)) : null;
    const events = rows.flatMap((row): EventRowWithout[] => {
      if (look.by === 'nobody' || known.versions.has(versionOf(row))) return [];
      const told = toldOf(captured, row, known.waiting.get(row.Name) ?? null);
      if (told === null) return [];
      const order = orders === null ? row.Name : (orders.get(row.Id) ?? null);
      return [eventRow(captured.entity, { row, order, told, look })];
    });
    const ids = await this.insert(events);
    if (this.isPolled(captured.view)) await this.remember(captured.entity, rows);
    if (look.by !== 'host') await this.see(captured.entity, rows);
    const last = page.names === undefined && rows.length === TOGETHER ? (rows.at(-1)?.Name ?? null) : null;
    return { ids, last };
  }

  /** Rows that are not as they were seen. */
  private async different(
    { entity, view }: CapturedEntity,
    { above = null, by }: Look,
    { after = null, names }: { after?: string | null; names?: readonly string[] },
  ): Promise<Row[]> {
    const polled = this.isPolled(view);
    const seen = polled ? 'v' : 's';
    const query = this.knex({ h: this.of(`orderwright.${view}`) })
      .leftJoin({ s: this.of('orderwright.HostSeen') }, (on) => {
        on.on('s.Name', 'h.Name').andOnVal('s.Entity', entity);
      })
      .leftJoin({ v: this.of('orderwright.HostShown') }, (on) => {
        on.on('v.Name', 'h.Name').andOnVal('v.Entity', entity);
      })
      .orderBy('h.Name')
      .select('h.*', {
        SeenId: 's.HostId',
        SeenVersion: 's.RowVersion',
        SeenState: 's.State',
        SeenUniversalState: 's.UniversalState',
        Shown: 'v.Shown',
      });
    // What we wrote ourselves is known without a comparison.
    if (by === 'host') {
      void query.where((which) => {
        void which
          .whereNull(`${seen}.RowVersion`)
          .orWhereRaw('?? <> cast(?? as nvarchar(40))', [`${seen}.RowVersion`, 'h.RowVersion'])
          .orWhereRaw('?? <> cast(?? as nvarchar(40))', [`${seen}.HostId`, 'h.Id']);
      });
    }
    if (names !== undefined) void query.whereIn('h.Name', names);
    else void query.limit(TOGETHER);
    if (after !== null) void query.where('h.Name', '>', after);
    if (above !== null) this.newer(query, view, above);
    const rows = (await query) as Row[];
    return rows;
  }

  /** The highest row version of a view, of those above one; null where there is none. */
  async highest(view: string, above: string | null): Promise<string | null> {
    const query = this.knex({ h: this.of(`orderwright.${view as 'HostMaterial'}`) }).max({
      Highest: 'h.RowVersion',
    });
    if (above !== null) this.newer(query, view, above);
    const [row] = (await query) as { Highest: string | number | null }[];
    return (row?.Highest ?? null) === null ? null : String(row?.Highest);
  }

  /** By the host's own column, so that its index is used, whether it is a rowversion or an integer. */
  private newer(query: Knex.QueryBuilder, view: string, above: string): void {
    if (this.transaction.mapping[view]?.sql !== undefined) {
      void query.whereRaw('?? > cast(? as bigint)', ['h.RowVersion', above]);
      return;
    }
    void query.whereRaw('?? in (select ?? from ?? as t where ?? > cast(cast(? as bigint) as binary(8)))', [
      'h.Id',
      't.Id',
      this.of(versionsView(view)),
      't.RowVersion',
      above,
    ]);
  }

  /** What the queue knows of these rows: versions that it holds, and the standing that an event left that waits. */
  private async queued(
    entity: Entity,
    rows: readonly Row[],
  ): Promise<{ versions: Set<string>; waiting: Map<string, Standing> }> {
    const events: EventRow[] = [];
    for (const some of chunks(rows)) {
      const found: EventRow[] = await this.knex<EventRow>(this.of('orderwright.HookEvent'))
        .whereIn(
          'Subject',
          some.map(({ Name }) => Name),
        )
        .where('Operation', 'like', `${entity}.%`)
        .whereNotNull('HostId')
        .where((which) => {
          void which
            .whereIn('State', WAITING)
            .orWhereIn('RowVersion', [...new Set(some.map(({ RowVersion }) => RowVersion))]);
        })
        .orderBy('Sequence');
      events.push(...found);
    }
    const waiting = new Map<string, Standing>();
    for (const { Subject, State, ToState, ToUniversalState } of events) {
      if (WAITING.includes(State) && ToState !== null) {
        waiting.set(Subject, { State: ToState, UniversalState: ToUniversalState });
      }
    }
    const versions = events.map(({ Subject, HostId, RowVersion }) =>
      versionOf({ Name: Subject, Id: HostId ?? '', RowVersion: RowVersion ?? '' }),
    );
    return { versions: new Set(versions), waiting };
  }

  /** The orders that materials belong to, by the material's id. */
  private async ordersOf(ids: readonly string[]): Promise<Map<string, string>> {
    const orders = new Map<string, string>();
    for (const some of chunks(ids)) {
      const rows: { MaterialId: string; Name: string }[] = await this.knex({
        l: this.of('orderwright.HostProductionOrderMaterial'),
      })
        .join({ o: this.of('orderwright.HostProductionOrder') }, 'o.Id', 'l.ProductionOrderId')
        .whereIn('l.MaterialId', some)
        .orderBy([{ column: 'l.IsCurrent' }, { column: 'o.Name' }])
        .select({ MaterialId: 'l.MaterialId', Name: 'o.Name' });
      // The last one is that which it belongs to now, where there is one.
      for (const { MaterialId, Name } of rows) orders.set(MaterialId, Name);
    }
    return orders;
  }

  /** Links that were added, changed or removed; those of some materials only where they are named. */
  async links(look: Look): Promise<string[]> {
    await this.transaction.lock();
    const ids: string[] = [];
    for (const names of look.names === undefined ? [undefined] : chunks(look.names)) {
      for (;;) {
        const present = await this.differentLinks(names);
        const gone = await this.goneLinks(names);
        const events = [
          ...present.map((link) =>
            linkRow(link.SeenAccounts === null ? CAPTURED_LINK.insert : CAPTURED_LINK.update, link, look),
          ),
          ...gone.map((link) => linkRow(CAPTURED_LINK.delete, link, look)),
        ];
        if (look.by !== 'nobody') ids.push(...(await this.insert(events)));
        await this.rememberLinks(present, gone);
        if (present.length < TOGETHER && gone.length < TOGETHER) break;
      }
    }
    return ids;
  }

  private async differentLinks(
    names: readonly string[] | undefined,
  ): Promise<(Link & { SeenAccounts: number | null })[]> {
    const query = this.knex({ l: this.of('orderwright.HostProductionOrderMaterial') })
      .join({ m: this.of('orderwright.HostMaterial') }, 'm.Id', 'l.MaterialId')
      .leftJoin({ o: this.of('orderwright.HostProductionOrder') }, 'o.Id', 'l.ProductionOrderId')
      .joinRaw('left join ?? as k on ?? = cast(?? as nvarchar(40)) and ?? = cast(?? as nvarchar(40))', [
        this.of('orderwright.HostSeenLink'),
        'k.MaterialId',
        'l.MaterialId',
        'k.ProductionOrderId',
        'l.ProductionOrderId',
      ])
      .where((which) => {
        void which
          .whereNull('k.MaterialId')
          .orWhereRaw('?? <> ??', ['k.Accounts', 'l.Accounts'])
          .orWhereRaw('?? <> ??', ['k.IsCurrent', 'l.IsCurrent']);
      })
      .select({
        ...LINK_COLUMNS('l'),
        Accounts: 'l.Accounts',
        IsCurrent: 'l.IsCurrent',
        SeenAccounts: 'k.Accounts',
      });
    return this.untold(query, names) as Promise<(Link & { SeenAccounts: number | null })[]>;
  }

  private async goneLinks(names: readonly string[] | undefined): Promise<Link[]> {
    const query = this.knex({ k: this.of('orderwright.HostSeenLink') })
      .join({ m: this.of('orderwright.HostMaterial') }, 'm.Id', 'k.MaterialId')
      .leftJoin({ o: this.of('orderwright.HostProductionOrder') }, 'o.Id', 'k.ProductionOrderId')
      .whereNotExists(
        this.knex({ l: this.of('orderwright.HostProductionOrderMaterial') })
          .select(this.knex.raw('1'))
          .whereRaw('?? = ?? and ?? = ??', [
            'l.MaterialId',
            'k.MaterialId',
            'l.ProductionOrderId',
            'k.ProductionOrderId',
          ]),
      )
      .select({ ...LINK_COLUMNS('k'), Accounts: 'k.Accounts', IsCurrent: 'k.IsCurrent' });
    return this.untold(query, names);
  }

  /** Leaves out materials of which a trigger's event waits: their links are taken as seen when it is applied. */
  private async untold(query: Knex.QueryBuilder, names: readonly string[] | undefined): Promise<Link[]> {
    void query.orderBy('m.Name').limit(TOGETHER);
    if (names !== undefined) void query.whereIn('m.Name', names);
    if (!this.isPolled(CAPTURED_LINK.view)) {
      void query.whereNotExists(
        this.knex({ q: this.of('orderwright.HookEvent') })
          .select(this.knex.raw('1'))
          .whereRaw('?? = ??', ['q.Subject', 'm.Name'])
          .whereIn('q.State', [...WAITING, 'parked'])
          .whereIn('q.Operation', LINK_OPERATIONS),
      );
    }
    return (await query) as Link[];
  }

  private async rememberLinks(present: readonly Link[], gone: readonly Link[]): Promise<void> {
    const table = this.of('orderwright.HostSeenLink');
    const key = ({ MaterialId, ProductionOrderId }: Link) => ({ MaterialId, ProductionOrderId });
    const { bulk } = this.transaction;
    const rows = present.map((link) => ({
      ...key(link),
      Accounts: Number(link.Accounts),
      IsCurrent: Number(link.IsCurrent),
    }));
    await bulk.upsert(this.knex, table, rows, ['MaterialId', 'ProductionOrderId']);
    await bulk.delete(this.knex, table, gone.map(key));
  }

  /** Stores events under a mark of this look, by which their ids are found. */
  private async insert(events: readonly EventRowWithout[]): Promise<string[]> {
    if (events.length === 0) return [];
    const mark = randomUUID();
    const queue = this.of('orderwright.HookEvent');
    const rows = events.map((event): BulkRow => ({ ...event, ClaimedBy: mark }));
    await this.transaction.bulk.insert(this.knex, queue, rows);
    const stored: { Sequence: number | string }[] = await this.knex(queue)
      .where('ClaimedBy', mark)
      .orderBy('Sequence')
      .select('Sequence as Sequence');
    await this.knex(queue).where('ClaimedBy', mark).update({ ClaimedBy: null });
    return stored.map(({ Sequence }) => String(Sequence));
  }

  private remember(entity: Entity, rows: readonly Row[]): Promise<void> {
    const shown = rows.map((row) => ({
      Entity: entity,
      Name: row.Name,
      HostId: row.Id,
      RowVersion: row.RowVersion,
      Shown: JSON.stringify(shownOf(row)),
    }));
    return this.transaction.bulk.upsert(this.knex, this.of('orderwright.HostShown'), shown, [
      'Entity',
      'Name',
    ]);
  }

  private see(entity: Entity, rows: readonly Row[]): Promise<void> {
    const seen = rows.map((row) => ({
      Entity: entity,
      Name: row.Name,
      HostId: row.Id,
      RowVersion: row.RowVersion,
      State: row.State ?? null,
      UniversalState: row.UniversalState ?? null,
    }));
    return this.transaction.bulk.upsert(this.knex, this.of('orderwright.HostSeen'), seen, ['Entity', 'Name']);
  }

  private of(name: TableName): string {
    return this.names.table(name);
  }
}

const WAITING: readonly EventState[] = ['pending', 'claimed'];

const LINK_COLUMNS = (alias: string) => ({
  MaterialId: `${alias}.MaterialId`,
  ProductionOrderId: `${alias}.ProductionOrderId`,
  Material: 'm.Name',
  ProductionOrder: 'o.Name',
});
