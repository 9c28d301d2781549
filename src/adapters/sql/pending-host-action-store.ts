/** `orderwright.PendingHostAction`: a host polls it, or a procedure of its own is sent what is in it. */
import type { Knex } from 'knex';
import type { ProductionOrder } from '../../core/order/production-order.js';
import type { Clock } from '../../ports/clock.js';
import type { Names } from '../../ports/migration.js';
import type {
  DueTransition,
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
}

const OFFERED = 'offered';

export class SqlPendingHostActions implements PendingHostActions {
  constructor(
    private readonly knex: Knex,
    private readonly names: Names,
    private readonly clock: Clock,
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
    return (await this.rows(order)).map((row) => ({
      id: String(row.Sequence),
      order: row.ProductionOrder,
      operation: row.Operation,
      fromState: row.FromState,
      toState: row.ToState,
      toUniversalState: row.ToUniversalState,
      offeredAt: row.OfferedAt,
    }));
  }

  private async rows(order?: string): Promise<Row[]> {
    const query = this.table().where({ State: OFFERED }).orderBy('Sequence');
    if (order !== undefined) void query.where({ ProductionOrder: order });
    return (await query) as Row[];
  }

  private table(): Knex.QueryBuilder {
    return this.knex(this.names.table('orderwright.PendingHostAction'));
  }
}
