/** What an operation is to the line in `perform.ts`: from an order and an input to what it would be. */
import type { JsonObject } from '../core/json.js';
import type { OrderSnapshot } from '../core/order/production-order.js';
import type { Standing } from '../core/order/state-model.js';
import type { Violation } from '../core/rules/verdict.js';
import type { Session } from '../ports/database.js';
import type { OrderChanges } from '../ports/order-store.js';
import type { Decision, OrderContext, PluginSession } from '../ports/plugin.js';

/** What the order would be, before any rule is asked. */
export interface Proposal {
  /** The order with the input's values, in its present state: what the facts are read from. */
  snapshot: OrderSnapshot;
  changes: OrderChanges;
  /** Where the state model leads; null where the operation leaves the state alone or is refused. */
  next: Standing | null;
  violations: Violation[];
  warnings: Violation[];
}

export interface ProposeContext extends OrderContext {
  /** Whether the rules in `rules/complete/` hold. */
  completes(): Promise<boolean>;
}

/** The order in the transaction of the operation; a plugin is given less of it. */
export interface DecideContext extends OrderContext {
  session: Session;
}

/** What was prepared for an order among others; read when it is first asked for. */
export type Prepared = () => Promise<unknown>;

export interface Operation {
  /** `Release`, in JSON and configuration. */
  name: string;
  /** `release`, on the command line and as a rule folder. */
  word: string;
  title: string;
  /** JSON Schema of the input. */
  input: JsonObject;
  /** False where it is asked about a part of an order, so that `order <name>` does not list it. */
  perOrder?: boolean;
  propose(context: ProposeContext): Proposal | Promise<Proposal>;
  /** What the operation decides beyond the order's row, once the rules hold. */
  decide?: (context: DecideContext, prepared?: Prepared) => Promise<Decision>;
  /** What `decide` reads for many orders at once. */
  prepare?: (orders: readonly string[], session: PluginSession) => Promise<unknown>;
}

/** The proposal of an operation that changes nothing of the order's row. */
export function proposeNothing(context: OrderContext): Proposal {
  return { snapshot: context.snapshot, changes: {}, next: null, violations: [], warnings: [] };
}
