/** What of a host's order does not fit the model when it is adopted (design 3.9). */
import { isDecimal } from '../decimal.js';
import type { OrderSnapshot } from './production-order.js';
import { orderQuantities } from './quantities.js';

const STATES: ReadonlySet<string> = new Set([
  'Created',
  'Released',
  'InProgress',
  'Completed',
  'Closed',
  'Canceled',
]);
const UNIVERSAL_STATES: ReadonlySet<string> = new Set(['Active', 'Terminated']);

/** Each reason as a sentence; none where the order fits. */
export function misfits(snapshot: OrderSnapshot): string[] {
  const { order, product, materials } = snapshot;
  const reasons: string[] = [];
  if (!STATES.has(order.state)) {
    reasons.push(
      `State ${order.state} is none of the model's; map it in the values of ProductionOrder.State.`,
    );
  }
  if (!UNIVERSAL_STATES.has(order.universalState)) {
    reasons.push(`Universal state ${order.universalState} is neither Active nor Terminated; map it.`);
  }
  if (!isDecimal(order.quantity)) {
    reasons.push(
      `Quantity ${order.quantity} is no decimal of at most 18 digits before and 10 after the point.`,
    );
    return reasons;
  }
  const { missingConversions } = orderQuantities(order, product, materials);
  for (const missing of missingConversions) {
    reasons.push(
      `There is no unit conversion for ${JSON.stringify(missing)}; its quantities can not be told.`,
    );
  }
  return reasons;
}
