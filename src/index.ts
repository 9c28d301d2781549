/** The front door: all that a plugin or an embedding host may import. */
export * from './core/decimal.js';
export * from './core/order/flow-path.js';
export * from './core/order/production-order.js';
export * from './core/order/quantities.js';
export { canonicalJson } from './core/json.js';
export type { JsonObject, JsonValue } from './core/json.js';
export type { Violation } from './core/rules/verdict.js';
