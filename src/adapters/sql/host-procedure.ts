/** The host's procedure that takes what is due: called in a transaction of its own, with the mark that it was sent. */
import type { Knex } from 'knex';
import { OrderwrightError } from '../../core/problem.js';
import type { Clock } from '../../ports/clock.js';
import type { HostActions } from '../../ports/host-actions.js';
import type { PendingHostAction } from '../../ports/pending-host-actions.js';
import type { Dialect } from './dialect.js';

export class HostProcedure implements HostActions {
  constructor(
    private readonly knex: Knex,
    private readonly dialect: Dialect,
    private readonly procedure: string,
    private readonly clock: Clock,
  ) {}

  /** What the procedure writes is the host's doing: its triggers tell of it, as of anything that the host does. */
  async send(action: PendingHostAction, claimant: string): Promise<{ marked: boolean }> {
    const { callProcedure, names } = this.dialect;
    if (callProcedure === null) {
      throw new OrderwrightError(
        'OW_HOST_ACTION_FAILED',
        `This database has no procedures: ${this.procedure}`,
      );
    }
    const { id, order, operation, fromState, toState, toUniversalState } = action;
    await this.knex.transaction(async (trx) => {
      const marked = await trx(names.table('orderwright.HostActionDelivery'))
        .where({ Action: Number(id), State: 'sending', ClaimedBy: claimant })
        .update({
          State: 'sent',
          SentAt: this.clock.now(),
          Error: null,
          ClaimedBy: null,
          ClaimedUntil: null,
        });
      if (marked === 0) return;
      await callProcedure(trx, this.procedure, {
        id: Number(id),
        productionOrder: order,
        operation,
        fromState,
        toState,
        toUniversalState,
      });
    });
    return { marked: true };
  }
}
