/** What a plugin may implement, and what it is given: the contract of `plugin.json`'s code (design 3.9). */
import type { JsonObject, JsonValue } from '../core/json.js';
import type { MaterialProposal } from '../core/order/material-proposals.js';
import type { MaterialSnapshot, OrderSnapshot, ProductionOrder } from '../core/order/production-order.js';
import type { FlowExpansions, ResolvedFlowPath } from '../core/order/flow-path.js';
import type { Facts } from '../core/rules/fact.js';
import type { Violation, VerdictRow } from '../core/rules/verdict.js';
import type { Instant } from '../core/time.js';
import type { Session } from './database.js';

/** Who asks, when and through which request. */
export interface Request {
  requestId: string;
  correlationId: string;
  actor: string;
  /** Time for planning, rules and default dates; journal times are the real clock's. */
  now: Instant;
}

/** The database as a plugin works in it, inside the transaction of whoever called it. */
export type PluginSession = Pick<
  Session,
  'sql' | 'table' | 'lock' | 'kept' | 'bulkInsert' | 'bulkUpsert' | 'bulkDelete'
> & {
  orders: Pick<Session['orders'], 'load' | 'prospect' | 'flows'>;
};

/** One order in one operation. */
export interface OrderContext extends Request {
  operation: string;
  snapshot: OrderSnapshot;
  input: JsonObject;
  /** True where nothing will be applied: a dry run, a Pre hook over HTTP, a look at what is allowed. */
  dryRun: boolean;
  /** True where an operation asked for it rather than a person. */
  automatic: boolean;
  flows: FlowExpansions;
  /** How the flow path in force resolves; null where none is assigned. */
  flowPath: ResolvedFlowPath | null;
  session: PluginSession;
}

/** A row of an answer: the verdict, and what the operation adds to it. */
export type AnswerRow = VerdictRow & JsonObject;

export interface PreContext extends OrderContext {
  /** What the rules of another operation refuse about this order now. */
  preconditions(operation: string): Promise<Violation[]>;
}

export interface PostContext extends PreContext {
  /** What another operation would answer about this order now; it applies nothing. */
  evaluate(operation: string, input?: JsonObject): Promise<AnswerRow>;
  /** Performs another operation on this order in the same transaction, journalled as the hook's. */
  perform(operation: string, input?: JsonObject): Promise<AnswerRow>;
}

/** One material in one operation. */
export interface MaterialContext extends Request {
  /** `Split` */
  operation: string;
  material: MaterialSnapshot;
  /** What the operation comes to, before it is written. */
  proposal: MaterialProposal;
  /** The order that it is about: the one that is named, else the one that the material belongs to. */
  order: OrderSnapshot | null;
  /** The order that ChangeProductionOrder leads to. */
  newOrder: OrderSnapshot | null;
  input: JsonObject;
  /** True where nothing will be applied. */
  dryRun: boolean;
  session: PluginSession;
}

export interface MaterialPostContext extends MaterialContext {
  /** The orders whose quantities the operation changed, as they are now. */
  orders: readonly OrderSnapshot[];
  /** Performs an operation on one of these orders in the same transaction, journalled as the hook's. */
  perform(operation: string, order: string, input?: JsonObject): Promise<AnswerRow>;
}

export interface PreAnswer {
  violations?: Violation[];
  warnings?: Violation[];
}

export interface PostAnswer {
  warnings?: Violation[];
  /** What was done, for the answer's row under `effects.<plugin>`. */
  effect?: JsonObject;
  /** What the journal keeps of it; all of the effect where this is left out. */
  journal?: JsonObject;
}

/** What an operation decided about one order whose rules hold. */
export interface Decision {
  violations: Violation[];
  warnings: Violation[];
  /** Added to the row, also in a dry run. */
  answer?: JsonObject;
  /** What the journal keeps of the decision beside the verdict. */
  journal?: JsonObject;
  /** Writes the decision; left out of a dry run, and of an answer with violations. */
  apply?: () => Promise<void>;
}

/** An operation that a plugin adds; it does not move the order's state. */
export interface PluginOperation {
  name: string;
  /**
   * Reads at once what `decide` would read for each of many orders, of a request or of events that are applied together;
   * asked for when the first of them is decided. Orders decided before may have changed by then what it gave, and so may
   * hooks of other plugins that write into this plugin's tables rather than perform its operations.
   */
  prepare?(orders: readonly string[], session: PluginSession): Promise<unknown>;
  /** @param prepared what `prepare` gave; undefined where one order is asked about alone, or was decided on before. */
  decide(context: OrderContext, prepared?: unknown): Promise<Decision>;
}

export interface CommandContext {
  /** Arguments by the names in the manifest; a variadic one is a list. */
  arguments: Record<string, string | string[]>;
  options: Record<string, string | boolean>;
  /** The JSON of `--input`, for a command that has this option. */
  input: JsonObject;
  now: Instant;
  perform: (request: {
    operation: string;
    orders: string[];
    input?: JsonObject;
    dryRun?: boolean;
    atomic?: boolean;
  }) => Promise<JsonObject>;
  read: <T>(work: (session: OrderContext['session']) => Promise<T>) => Promise<T>;
  /**
   * A change that is not about one order, in one transaction with its journal entry: `operation` names it, as in
   * `SaveSchedule`, and the details say what was done.
   */
  change: <T>(
    operation: string,
    work: (session: OrderContext['session']) => Promise<Changed<T>>,
  ) => Promise<T>;
  /**
   * Lets nobody act on orders of a role that he is not a member of (design section 6).
   * @throws OrderwrightError OW_OWNER_ROLE, which is journalled
   */
  checkOwners: (session: OrderContext['session'], orders: readonly string[]) => Promise<void>;
  /** Tells a person who waits at a terminal how far a long piece of work is. */
  progress: (text: string) => void;
}

/** What a change came to; without details nothing was changed and nothing is journalled. */
export interface Changed<T> {
  result: T;
  details: JsonObject | null;
}

export interface CommandAnswer {
  /** The document that `--json` prints, or its text in pieces; exit code 1 where a row of `orders` is refused. */
  document: JsonObject | Iterable<string>;
  /** What was done, before the verdict rows of `orders` that a person reads instead; none: there are no such rows. */
  title?: string;
  /** What a person reads after them; made only for a person. */
  lines?: () => string[];
}

export interface RouteRequest {
  params: Record<string, string>;
  query: Record<string, string>;
  body: JsonValue;
  actor: string;
  correlationId: string;
}

export interface RouteContext extends Omit<CommandContext, 'arguments' | 'options' | 'input'> {
  request: RouteRequest;
}

/** What a plugin's module exports as `plugin`: a function from its settings to what it implements. */
export interface Plugin {
  /** Values of the facts that the manifest declares. */
  facts?: (context: OrderContext) => Promise<Facts>;
  /** By hook point, `ProductionOrder.Release.Pre`. */
  pre?: {
    [point: `ProductionOrder.${string}`]: (context: PreContext) => Promise<PreAnswer | undefined>;
    [point: `Material.${string}`]: (context: MaterialContext) => Promise<PreAnswer | undefined>;
  };
  post?: {
    [point: `ProductionOrder.${string}`]: (context: PostContext) => Promise<PostAnswer | undefined>;
    [point: `Material.${string}`]: (context: MaterialPostContext) => Promise<PostAnswer | undefined>;
  };
  operations?: PluginOperation[];
  commands?: Record<string, (context: CommandContext) => Promise<CommandAnswer>>;
  /** By method and path, `POST /production-orders/{name}/steps/synchronize`. */
  routes?: Record<string, (context: RouteContext) => Promise<JsonObject>>;
  /** What the plugin adds to `order <name>`, by the sections in the manifest. */
  showOrder?: (order: ProductionOrder, session: OrderContext['session']) => Promise<JsonObject>;
  /** Writes the plant file's arrays that the manifest claims; all checked by the file's schema. */
  importPlant?: (
    rows: Record<string, JsonObject[]>,
    session: OrderContext['session'],
    options: { replace: boolean },
  ) => Promise<void>;
  /** After a plant file was imported, in its transaction. */
  afterImport?: (session: OrderContext['session']) => Promise<void>;
}

export type PluginSetup = (settings: JsonObject) => Plugin;
