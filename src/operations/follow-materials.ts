/** What a change of materials means for their orders: the automatic transitions of design 3.1. */
import type { OrderSnapshot } from '../core/order/production-order.js';
import { COMPLETE } from './completion.js';
import { askOf, settle } from './perform.js';
import type { Cause } from './settle.js';
import type { Run } from './transaction.js';

/**
 * Moves an order as far as its materials have come, and gives it as it is then; every move is journalled.
 * @param before the order before the change; null where nobody knows it.
 */
export function follow(
  run: Run,
  order: OrderSnapshot,
  before: OrderSnapshot | null,
  cause: Cause = 'materials',
): Promise<OrderSnapshot> {
  return settle(run, { ...askOf(run, COMPLETE, order, {}), automatic: true }, before, cause);
}

/** Reloads orders whose materials the host changed, moves each as far as they have come, and gives them as they are. */
export async function followMaterials(run: Run, names: readonly string[]): Promise<OrderSnapshot[]> {
  const snapshots = await run.session.orders.load(names);
  const followed: OrderSnapshot[] = [];
  for (const snapshot of snapshots.values()) followed.push(await follow(run, snapshot, null));
  return followed;
}
