/**
 * Change: quantity, product, priority, dates, flow path, tolerances, restricted, includeInPlanning of an order that is
 * not closed or canceled (design 3.1).
 */
import { refusal } from '../core/rules/verdict.js';
import { parseDecimal } from '../core/decimal.js';
import type { JsonValue } from '../core/json.js';
import { parsePriority } from '../core/plant/priority.js';
import { parseDayOrInstant } from '../core/time.js';
import type { OrderChanges } from '../ports/order-store.js';
import type { OrderContext } from '../ports/plugin.js';
import type { Operation } from './operation.js';
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
    const changes = changesOf(context);
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

function changesOf({ input, snapshot }: OrderContext): OrderChanges {
  const decimal = (value: JsonValue) =>
    parseDecimal(typeof value === 'string' ? value : JSON.stringify(value));
  const date = (edge: 'start' | 'end') => (value: JsonValue) =>
    typeof value === 'string' ? parseDayOrInstant(value, snapshot.timeZone, edge) : null;
  const readers: Record<string, (value: JsonValue) => JsonValue> = {
    quantity: decimal,
    overDeliveryTolerance: decimal,
    underDeliveryTolerance: decimal,
    priority: (value) => parsePriority(value as string | number),
    startDate: date('start'),
    dueDate: date('end'),
    plannedStart: date('start'),
    plannedEnd: date('end'),
  };
  return Object.fromEntries(
    Object.entries(input).map(([field, value]) => [field, readers[field]?.(value) ?? value]),
  );
}
