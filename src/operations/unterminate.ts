/**
 * Unterminate: Active again. A canceled order goes back to where it was canceled from: what the host's row keeps, else
 * what the journal knows, else what its materials show (design 3.1).
 */
import type { OrderSnapshot, OrderState } from '../core/order/production-order.js';
import { orderQuantities } from '../core/order/quantities.js';
import type { Operation } from './operation.js';
import { proposeTransition } from './state-operation.js';

export const unterminate: Operation = {
  name: 'Unterminate',
  word: 'unterminate',
  title: 'make a terminated order active again',
  input: { type: 'object', additionalProperties: false },
  async propose(context) {
    const { order, canceledFromJournal } = context.snapshot;
    if (order.state !== 'Canceled') return proposeTransition(context, 'Unterminate');
    const known = order.canceledFrom ?? canceledFromJournal;
    const origin = known ?? ((await context.completes()) ? 'Completed' : originByMaterials(context.snapshot));
    return proposeTransition(context, 'Unterminate', { canceledFrom: null }, origin);
  },
};

function originByMaterials({ order, product, materials }: OrderSnapshot): OrderState {
  const { materialsInProgress, materialsCompleted } = orderQuantities(order, product, materials);
  return materialsInProgress + materialsCompleted > 0 ? 'InProgress' : 'Created';
}
