/** Fields of an order as an input or a request has them, checked before, as what they mean. */
import { parseDecimal } from '../core/decimal.js';
import type { JsonObject, JsonValue } from '../core/json.js';
import type { ProductionOrder } from '../core/order/production-order.js';
import { parsePriority } from '../core/plant/priority.js';
import { parseDayOrInstant, type TimeZone } from '../core/time.js';

/** @param timeZone in which the order's days begin and end. */
export function readOrderFields(given: JsonObject, timeZone: TimeZone): Partial<ProductionOrder> {
  const decimal = (value: JsonValue) =>
    parseDecimal(typeof value === 'string' ? value : JSON.stringify(value));
  const date = (edge: 'start' | 'end') => (value: JsonValue) =>
    typeof value === 'string' ? parseDayOrInstant(value, timeZone, edge) : null;
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
    Object.entries(given).map(([field, value]) => [field, readers[field]?.(value) ?? value]),
  );
}
