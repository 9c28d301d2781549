/**
 * Automatic transitions (design 3.1): InProgress -> Completed when the rules in `rules/complete/` hold, and back when
 * they no longer hold.
 */
import type { OrderSnapshot } from '../core/order/production-order.js';
import { decideTransition, type AutomaticOperation } from '../core/order/state-model.js';
import type { Session } from '../ports/database.js';
import { completes } from './completion.js';
import type { Ask } from './evaluate-order.js';

/** Operations after which completion may hold or no longer hold. */
const SETTLED: ReadonlySet<string> = new Set(['Start', 'Change', 'Unterminate']);

/**
 * Moves a changed order on or back where the rules say so, and gives the order as it is then.
 * @param before the order before the change: it goes back only where completion held then and holds no longer.
 */
export async function settle(session: Session, ask: Ask, before: OrderSnapshot): Promise<OrderSnapshot> {
  const { order } = ask.snapshot;
  if (!SETTLED.has(ask.operation.name) || order.universalState !== 'Active') return ask.snapshot;
  let automatic: AutomaticOperation | null = null;
  if (order.state === 'InProgress' && (await completes(ask))) automatic = 'Complete';
  if (
    order.state === 'Completed' &&
    (await completes({ ...ask, snapshot: before })) &&
    !(await completes(ask))
  ) {
    automatic = 'ReturnToProgress';
  }
  if (automatic === null) return ask.snapshot;
  const transition = decideTransition(order, automatic);
  if (!transition.ok) return ask.snapshot;
  await session.orders.update(order, transition.next);
  return (await session.orders.load([order.name])).get(order.name) ?? ask.snapshot;
}
