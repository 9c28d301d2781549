/** The Post hooks of what the host did with a material on its own: its row and its links are as they are by now. */
import { materialHookPoint } from '../../core/hooks/hook-point.js';
import type { JsonObject } from '../../core/json.js';
import { currentOrder } from '../../core/order/material-proposals.js';
import type { OrderSnapshot } from '../../core/order/production-order.js';
import type { HookEvent } from '../../ports/event-queue.js';
import type { AnswerRow } from '../../ports/plugin.js';
import type { Run } from '../transaction.js';
import { materialOperations } from './material-operations.js';
import { runMaterialPostHooks } from './perform-materials.js';

/**
 * What is no operation of ours, such as a change of the material's name, has no hooks.
 * @param orders the orders that the material is linked to, as they are after what followed for them.
 */
export async function runHostPostHooks(
  run: Run,
  event: HookEvent,
  orders: readonly OrderSnapshot[],
): Promise<JsonObject> {
  const operation = materialOperations.find(({ name }) => event.operation === `Material.${name}`);
  if (operation === undefined || event.material === null) return {};
  const point = materialHookPoint(operation.name, 'Post');
  if (!run.kernel.plugins.some(({ code }) => code.post?.[point] !== undefined)) return {};
  const snapshot = await run.session.materials.load(event.material);
  if (snapshot === null) return {};
  const order = currentOrder(snapshot);
  const subject = { snapshot, order, newOrder: null, facility: null };
  const proposal = { changes: {}, links: snapshot.links, created: [], violations: [], warnings: [] };
  const row = { name: event.material, warnings: [] } as unknown as AnswerRow;
  return runMaterialPostHooks({ ...subject, run, operation, input: event.input }, proposal, orders, row);
}
