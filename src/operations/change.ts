/**
 * Change: quantity, product, priority, dates, flow path, tolerances, restricted, includeInPlanning of an order that is
 * not closed or canceled (design 3.1).
 */
import { refusal } from '../core/rules/verdict.js';
import type { OrderChanges } from '../ports/order-store.js';
import type { Operation } from './operation.js';
import { readOrderFields } from './read-order-fields.js';
import { proposeTransition } from './state-operation.js';

const DECIMAL = { type: ['number', 'string'], reads: 'decimal' };
const DATE = { type: ['string', 'null'], reads: 'day-or-instant' };

export const change: Operation = {
  name: 'Change',
  word: 'change',
  title: 'change what was ordered',
  input: {
    type: 'object',
    additionalProperties: false,
    minProperties: 1,
    properties: {
      quantity: { ...DECIMAL, reads: 'positive-decimal' },
      product: { type: 'string', minLength: 1 },
      priority: { type: ['string', 'integer'], reads: 'priority' },
      startDate: DATE,
      dueDate: DATE,
      plannedStart: DATE,
      plannedEnd: DATE,
      flowPath: { type: ['string', 'null'], minLength: 1 },
      overDeliveryTolerance: { ...DECIMAL, reads: 'tolerance' },
      underDeliveryTolerance: { ...DECIMAL, reads: 'under-tolerance' },
      restricted: { type: 'boolean' },
      includeInPlanning: { type: 'boolean' },
    },
  },
  async propose(context) {
    const changes: OrderChanges = readOrderFields(context.input, context.snapshot.timeZone);
    const proposal = proposeTransition(context, 'Change', changes);
    const { order } = proposal.snapshot;
    // A flow path that the order did not have before was not read with it.
    if (changes.product === undefined && changes.flowPath === undefined) return proposal;
    const prospect = await context.session.orders.prospect({ ...order, position: null });
    if (prospect !== null)
      return {
        ...proposal,
        snapshot: { ...proposal.snapshot, product: prospect.product, flows: prospect.flows },
      };
    if (changes.product === undefined) return proposal;
    const violation = refusal(
      'OW_PRODUCT_UNKNOWN',
      'The product exists',
      `There is no product ${order.product}.`,
    );
    return { ...proposal, violations: [...proposal.violations, violation] };
  },
};
