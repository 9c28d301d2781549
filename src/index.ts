/**
 * The front door: all that a plugin or an embedding host may import. What is not exported here may change without
 * notice.
 */
import type { Orderwright, OrderwrightOptions } from './orderwright.js';

export {
  add,
  compareDecimals,
  DecimalError,
  divide,
  isDecimal,
  maximum,
  multiply,
  parseDecimal,
  round,
  subtract,
  type Decimal,
} from './core/decimal.js';
export * from './core/time.js';
export { chunks } from './core/chunks.js';
export { canonicalJson, type JsonObject, type JsonValue } from './core/json.js';
export * from './core/order/flow-path.js';
export { MATERIAL_OPERATIONS, type MaterialOperation } from './core/order/material-operations.js';
export type { MaterialProposal } from './core/order/material-proposals.js';
export * from './core/order/production-order.js';
export * from './core/order/quantities.js';
export { OrderwrightError, type Problem } from './core/problem.js';
export type { FactDefinition, Facts, FactValue } from './core/rules/fact.js';
export { refusal } from './core/rules/verdict.js';
export type { ConditionReport, Fix, Verdict, VerdictRow, Violation } from './core/rules/verdict.js';
export type { HookPoint, Moment } from './core/hooks/hook-point.js';
export type { PluginManifest } from './core/hooks/plugin-manifest.js';
export type { Sql, SqlRow } from './ports/database.js';
export type { Dispatched } from './operations/dispatch.js';
export type { Dispatcher, DispatcherOptions, DispatcherStatistics } from './operations/dispatcher.js';
export type { EventFilter } from './operations/manage-events.js';
export type { EventRow, PostedEvents, PostEventsRequest } from './operations/post-events.js';
export type { EventState, QueueDepth } from './ports/event-queue.js';
export type { Migration, Names } from './ports/migration.js';
export type * from './ports/plugin.js';
export type { MaterialVerdict } from './operations/material/perform-materials.js';
export type { Caller, Orderwright, OrderwrightOptions } from './orderwright.js';

/**
 * Opens orderwright in this process (the in-process door): the database is migrated and installed on first use.
 * @throws OrderwrightError for a configuration, plugin or database that can't be used.
 */
export async function createOrderwright(options: OrderwrightOptions = {}): Promise<Orderwright> {
  // Imported when it is called: a plugin that imports types and decimals does not load the adapters.
  const door = await import('./orderwright.js');
  return door.createOrderwright(options);
}
