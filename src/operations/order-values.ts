/**
 * What a caller says an order looks like by now, inside its own open transaction (design 3.6): the plant file's fields,
 * which win over what is read.
 */
import type { JsonObject } from '../core/json.js';
import {
  ORDER_STATES,
  UNIVERSAL_STATES,
  type OrderSnapshot,
  type ProductionOrder,
} from '../core/order/production-order.js';
import type { OrderStore } from '../ports/order-store.js';
import { readOrderFields } from './read-order-fields.js';

/** The plant file's names: no control characters, no lone surrogates, not blank. */
export const NAME_PATTERN = '^(?=.*\\S)[^\\p{Cc}\\p{Cs}]*$';

export const NAME = { type: 'string', minLength: 1, maxLength: 400, pattern: NAME_PATTERN };
export const NAME_OR_NULL = { ...NAME, type: ['string', 'null'] };
const DATE = { type: ['string', 'null'], maxLength: 60, reads: 'day-or-instant' };

/** The schema of the values; a null takes the value away where the field may be without one. */
export const ORDER_VALUES: JsonObject = {
  type: 'object',
  additionalProperties: false,
  properties: {
    name: NAME,
    product: NAME,
    quantity: { type: ['number', 'string'], reads: 'positive-decimal' },
    units: NAME,
    priority: { type: ['string', 'integer'], reads: 'priority' },
    position: { type: ['integer', 'null'], minimum: 0, maximum: 2147483647 },
    startDate: DATE,
    dueDate: DATE,
    plannedStart: DATE,
    plannedEnd: DATE,
    company: NAME_OR_NULL,
    facility: NAME_OR_NULL,
    flowPath: { ...NAME_OR_NULL, maxLength: 4000 },
    overDeliveryTolerance: { type: ['number', 'string'], reads: 'tolerance' },
    underDeliveryTolerance: { type: ['number', 'string'], reads: 'under-tolerance' },
    restricted: { type: 'boolean' },
    includeInPlanning: { type: 'boolean' },
    state: { enum: [...ORDER_STATES] },
    universalState: { enum: [...UNIVERSAL_STATES] },
    canceledFrom: { enum: [...ORDER_STATES, null] },
    ownerRole: NAME_OR_NULL,
  },
};

/** The name says which order it is, and the position is the queue's. */
const NOT_READ: ReadonlySet<string> = new Set(['name', 'position']);

/**
 * The snapshot with the values of a request, which were checked by the schema before.
 * @returns null where they name a product that does not exist.
 */
export async function withValues(
  store: OrderStore,
  snapshot: OrderSnapshot,
  values: JsonObject,
): Promise<OrderSnapshot | null> {
  const given = Object.fromEntries(Object.entries(values).filter(([field]) => !NOT_READ.has(field)));
  if (Object.keys(given).length === 0) return snapshot;
  const facility = 'facility' in given ? (given.facility as string | null) : snapshot.order.facility;
  const company = 'company' in given ? (given.company as string | null) : snapshot.order.company;
  const moved = facility !== snapshot.order.facility || company !== snapshot.order.company;
  const timeZone = moved ? await store.timeZone(facility, company) : snapshot.timeZone;
  const order: ProductionOrder = { ...snapshot.order, ...readOrderFields(given, timeZone) };
  const own = { ...snapshot, order, timeZone };
  if (given.product === undefined && given.flowPath === undefined) return own;
  // A product or flow path that the order did not have before was not read with it.
  const prospect = await store.prospect({ ...order, position: null });
  return prospect === null ? null : { ...own, product: prospect.product, flows: prospect.flows };
}
