/** `orderwright.PendingHostAction`: a host polls it, or a procedure of its own is sent what is in it. */
import type { Knex } from 'knex';
import type { ProductionOrder } from '../../core/order/production-order.js';
import type { Clock } from '../../ports/clock.js';
import type { Names } from '../../ports/migration.js';
import type { Session } from '../../ports/database.js';
import type {
  DueTransition,
  HostActionCounts,
  PendingHostAction,
  PendingHostActions,
} from '../../ports/pending-host-actions.js';

interface Row {
  Sequence: number;
  ProductionOrder: string;
  Operation: string;
  FromState: string;
  ToState: string;
  ToUniversalState: string;
  OfferedAt: string;
  Delivery: string | null;
  Attempts: number | null;
  Error: string | null;
  SentAt: string | null;
}

const OFFERED = 'offered';
const FREE = { ClaimedBy: null, ClaimedUntil: null };
/** How long sending may take. */
const LEASE_MS = 60_000;
/** One takes what is to be sent at a time. */
const SENDING = 'host-actions:claim';

export class SqlPendingHostActions implements PendingHostActions {
  constructor(
    private readonly knex: Knex,
    private readonly names: Names,
    private readonly clock: Clock,
    private readonly lock: Session['lock'],
  ) {}

  async offer(order: ProductionOrder, due: DueTransition | null): Promise<boolean> {
    const offered = await this.rows(order.name);
    const same = offered.find((row) => row.Operation === due?.operation && row.FromState === order.state);
    for (const row of offered.filter((candidate) => candidate !== same)) {
      const done = row.ToState === order.state && row.ToUniversalState === order.universalState;
      await this.table()
        .where('Sequence', row.Sequence)
        .update({ State: done ? 'done' : 'withdrawn', EndedAt: this.clock.now() });
    }
    if (due === null || same !== undefined) return false;
    await this.table().insert({
      ProductionOrder: order.name,
      Operation: due.operation,
      FromState: order.state,
      ToState: due.next.state,
      ToUniversalState: due.next.universalState,
      RowVersion: order.rowVersion,
      Facts: JSON.stringify(due.facts),
      State: OFFERED,
      OfferedAt: this.clock.now(),
    });
    return true;
  }

  async open(order?: string): Promise<PendingHostAction[]> {
    return (await this.rows(order)).map(toAction);
  }

  async counts(): Promise<HostActionCounts> {
    const rows = await this.rows();
    return { offered: rows.length, failing: rows.filter(({ Error: error }) => error !== null).length };
  }

  async isDue(now: number): Promise<boolean> {
    const due = (await this.due(now).limit(1)) as Row[];
    return due.length > 0;
  }

  async claim({
    claimant,
    limit,
    now,
  }: {
    claimant: string;
    limit: number;
    now: number;
  }): Promise<{ action: PendingHostAction; attempts: number }[]> {
    await this.lock([SENDING]);
    const due = (await this.due(now).limit(limit)) as Row[];
    for (const row of due) {
      const claim = { State: 'sending', ClaimedBy: claimant, ClaimedUntil: now + LEASE_MS };
      if (row.Delivery === null) {
        await this.deliveries().insert({ Action: row.Sequence, Attempts: 0, AvailableAt: 0, ...claim });
      } else await this.deliveries().where('Action', row.Sequence).update(claim);
    }
    return due.map((row) => ({ action: toAction(row), attempts: row.Attempts ?? 0 }));
  }

  async sent(id: string, at: string): Promise<void> {
    await this.deliveries()
      .where('Action', Number(id))
      .update({ ...FREE, State: 'sent', SentAt: at, Error: null });
  }

  async failed(
    id: string,
    claimant: string,
    { attempts, error, until }: { attempts: number; error: string; until: number },
  ): Promise<void> {
    await this.deliveries()
      .where({ Action: Number(id), ClaimedBy: claimant })
      .update({ ...FREE, State: 'waiting', Attempts: attempts, Error: error, AvailableAt: until });
  }

  /** What is offered and was not sent, and that nobody is just sending. */
  private due(now: number): Knex.QueryBuilder {
    return this.offered().where((which) => {
      void which
        .whereNull('d.State')
        .orWhere((waits) => void waits.where('d.State', 'waiting').where('d.AvailableAt', '<=', now))
        .orWhere((left) => void left.where('d.State', 'sending').where('d.ClaimedUntil', '<=', now));
    });
  }

  private async rows(order?: string): Promise<Row[]> {
    const query = this.offered();
    if (order !== undefined) void query.where({ 'a.ProductionOrder': order });
    return (await query) as Row[];
  }

  private offered(): Knex.QueryBuilder {
    return this.knex({ a: this.names.table('orderwright.PendingHostAction') })
      .leftJoin({ d: this.names.table('orderwright.HostActionDelivery') }, 'd.Action', 'a.Sequence')
      .where({ 'a.State': OFFERED })
      .orderBy('a.Sequence')
      .select('a.*', {
        Delivery: 'd.State',
        Attempts: 'd.Attempts',
        Error: 'd.Error',
        SentAt: 'd.SentAt',
      });
  }

  private deliveries(): Knex.QueryBuilder {
    return this.knex(this.names.table('orderwright.HostActionDelivery'));
  }

  private table(): Knex.QueryBuilder {
    return this.knex(this.names.table('orderwright.PendingHostAction'));
  }
}

function toAction(row: Row): PendingHostAction {
  return {
    id: String(row.Sequence),
    order: row.ProductionOrder,
    operation: row.Operation,
    fromState: row.FromState,
    toState: row.ToState,
    toUniversalState: row.ToUniversalState,
    offeredAt: row.OfferedAt,
    sentAt: row.SentAt,
    attempts: row.Attempts ?? 0,
    error: row.Error,
  };
}
