/**
 * The in-process door: one opened database with everything that can be asked of it. The command line uses it, and so
 * can a Node host.
 */
import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import type { Caller } from './caller.js';
import { loadConfiguration, type LoadedConfiguration } from './adapters/files/configuration.js';
import type { OpenedDatabase } from './adapters/sql/dialect.js';
import { pagesOf } from './adapters/files/plugin-folders.js';
import { compose, type Composed } from './composition.js';
import type { PluginManifest } from './core/hooks/plugin-manifest.js';
import type { JsonObject } from './core/json.js';
import { OrderwrightError } from './core/problem.js';
import type { Verdict } from './core/rules/verdict.js';
import { instantOf, parseInstant, TimeError } from './core/time.js';
import type { Dispatched } from './operations/dispatch.js';
import {
  dispatchUntilIdle,
  startDispatcher,
  type Dispatcher,
  type DispatcherOptions,
} from './operations/dispatcher.js';
import { explain } from './operations/explain.js';
import { importIntoPlant, type ImportPlantRequest } from './operations/import.js';
import type { ImportAnswer } from './operations/import-plant.js';
import {
  listEvents,
  countHostActions,
  queueDepth,
  reconcileEvents,
  retryEvent,
  type EventFilter,
} from './operations/manage-events.js';
import {
  postEvents,
  type EventRow,
  type PostedEvents,
  type PostEventsRequest,
} from './operations/post-events.js';
import {
  evaluateMaterials,
  type EvaluateMaterialsRequest,
} from './operations/material/evaluate-materials.js';
import { explainMaterial } from './operations/material/explain-material.js';
import { materialOperations } from './operations/material/material-operations.js';
import { MATERIAL_VALUES } from './operations/material/material-values.js';
import {
  performMaterials,
  type MaterialRequest,
  type MaterialVerdict,
} from './operations/material/perform-materials.js';
import { adoptOrders, type Adopted } from './operations/adopt-orders.js';
import { accessRefusal } from './operations/access-refusal.js';
import { create, createOrders } from './operations/create.js';
import { evaluateCollection, type EvaluateRequest } from './operations/evaluate-collection.js';
import { JournalWriter } from './operations/journal-writer.js';
import { ORDER_VALUES } from './operations/order-values.js';
import { checkOwners } from './operations/owner-role.js';
import { perform, type PerformRequest } from './operations/perform.js';
import { sealJournal, verifyJournal, type Sealed, type Verification } from './operations/seal-journal.js';
import { SharedReads } from './operations/shared-reads.js';
import { makeChange } from './operations/make-change.js';
import { listOrders, showOrder, type ListOrdersRequest, type OrderList } from './operations/show-order.js';
import type { QueueDepth } from './ports/event-queue.js';
import type { Door, JournalEntry } from './ports/journal.js';
import type { HostActionCounts } from './ports/pending-host-actions.js';
import type {
  AnswerRow,
  CommandAnswer,
  CommandContext,
  Request,
  RouteContext,
  RouteRequest,
} from './ports/plugin.js';
import { rulesDoor, type RulesDoor } from './rules-door.js';

export type { Caller };

export interface OrderwrightOptions {
  /** `sqlite:<file>`, `sqlite::memory:` or `mssql://user:password@host:port/database`; default `sqlite:orderwright.db`. */
  database?: string;
  /** The configuration file; default `orderwright.config.json` in `folder` where it is there. */
  config?: string | null;
  /** Where relative paths begin; default the working folder. */
  folder?: string;
  door?: Door;
}

type Asked<T extends { actor: string; now: string; door: Door }> = Omit<T, 'actor' | 'now' | 'door'> & Caller;

export interface Orderwright extends RulesDoor {
  readonly version: string;
  readonly configurationFile: string | null;
  readonly plugins: readonly PluginManifest[];
  /** The web pages that plugins bring, with the folders of their files. */
  readonly pages: readonly { path: string; folder: string }[];
  /** What can be asked about orders, in the words of JSON and configuration. */
  readonly operations: readonly { name: string; word: string; title: string; input: JsonObject }[];
  /** What can be asked about materials. */
  readonly materialOperations: readonly { name: string; word: string; title: string; input: JsonObject }[];
  /** The schema of what a caller may say of an order in a Pre hook. */
  readonly orderValues: JsonObject;
  /** The same of a material. */
  readonly materialValues: JsonObject;
  /** Our hook points to the host's names for them. */
  readonly hookNames: Readonly<Record<string, string>>;
  /** A host operation on a collection of orders. */
  perform(asked: Asked<PerformRequest>): Promise<Verdict<AnswerRow>>;
  /** An operation on a collection of materials; an order is named in the input. */
  performMaterials(asked: Asked<MaterialRequest>): Promise<MaterialVerdict>;
  /** The verdict on a collection before a host acts: it changes nothing but the journal (a Pre hook). */
  evaluate(asked: Asked<EvaluateRequest>): Promise<Verdict<AnswerRow>>;
  /** The same on a collection of materials. */
  evaluateMaterials(asked: Asked<EvaluateMaterialsRequest>): Promise<MaterialVerdict>;
  /** Creates orders from JSON text in the plant file's shape. */
  create(
    asked: { text: string; dryRun?: boolean; atomic?: boolean; requestId?: string } & Caller,
  ): Promise<Verdict<AnswerRow>>;
  importPlant(asked: Omit<ImportPlantRequest, 'actor'> & Caller): Promise<ImportAnswer>;
  /** @param asked `ifScrapped`: materials; the answer says what would become of the order if they were terminated. */
  order(name: string, asked?: Caller & { ifScrapped?: readonly string[] }): Promise<JsonObject>;
  /** A page of orders in name order, all of them or those that a filter lets through. */
  orders(page: ListOrdersRequest, caller?: Caller): Promise<OrderList>;
  /** @param asked `candidate`: the text of a rule file that is asked as if it were in force. */
  explainMaterial(
    asked: { operation: string; material: string; input?: JsonObject; candidate?: string } & Caller,
  ): Promise<MaterialVerdict>;
  explain(
    asked: { operation: string; order: string; input?: JsonObject; candidate?: string } & Caller,
  ): Promise<Verdict<AnswerRow>>;
  /** Journals that somebody was not let in. */
  accessRefused(details: JsonObject, caller?: Caller): Promise<void>;
  journal(filter: { order?: string; after?: number; limit: number }): Promise<JournalEntry[]>;
  journalEntries(): AsyncGenerator<JournalEntry[]>;
  verifyJournal(): Promise<Verification>;
  sealJournal(): Promise<Sealed>;
  /** Reports transitions of the host: each is applied by a dispatcher once the host's row shows it. */
  postEvents(asked: Omit<PostEventsRequest, 'actor'> & Caller): Promise<PostedEvents>;
  /** The event queue, oldest first. */
  events(filter: EventFilter): Promise<{ events: EventRow[] }>;
  /** Brings a parked event back. */
  retryEvent(id: string, caller?: Caller): Promise<EventRow>;
  /** Compares the host's rows with what was seen of them, and stores what was missed. */
  reconcileEvents(caller?: Caller): Promise<{ events: EventRow[] }>;
  queueDepth(): Promise<QueueDepth>;
  /** How many due transitions are offered to a host that writes itself, and of how many its procedure fails. */
  hostActions(): Promise<HostActionCounts>;
  /** Looks at the host's orders as they are when orderwright is installed beside them, and tells what does not fit. */
  adoptOrders(caller?: Caller): Promise<Adopted>;
  /** Applies events until it is stopped; `close` stops it too. */
  startDispatcher(options?: DispatcherOptions): Dispatcher;
  /** Applies events until none is left that will come to its turn by itself. */
  dispatchEvents(signal?: AbortSignal): Promise<Dispatched>;
  /** A command that a plugin brings, by its name in the manifest. */
  command(
    name: string,
    given: Pick<CommandContext, 'arguments' | 'options' | 'input'> &
      Partial<Pick<CommandContext, 'progress'>> &
      Caller,
  ): Promise<CommandAnswer>;
  /** A route that a plugin brings, `POST /production-orders/{name}/steps/synchronize`. */
  route(name: string, request: RouteRequest, caller?: Caller): Promise<JsonObject>;
  close(): Promise<void>;
}

/**
 * Opens a database, which is migrated and installed on first use.
 * @throws OrderwrightError for a configuration, plugin or database that can't be used.
 */
export async function createOrderwright(options: OrderwrightOptions = {}): Promise<Orderwright> {
  const loaded = await loadConfiguration(options.config ?? null, options.folder ?? process.cwd());
  return openOrderwright(options, loaded);
}

/** The same with a configuration that was read before, and where there is one with a database that is open already. */
export async function openOrderwright(
  options: OrderwrightOptions,
  loaded: LoadedConfiguration,
  opened?: OpenedDatabase,
): Promise<Orderwright> {
  const database = opened ?? options.database ?? 'sqlite:orderwright.db';
  return frontDoor(await compose({ database, loaded }), loaded, options.door ?? 'in-process');
}

function frontDoor(
  { kernel, reader, close }: Composed,
  loaded: LoadedConfiguration,
  door: Door,
): Orderwright {
  const who = ({ actor, now }: Caller) => ({ actor: actor ?? userName(), now: nowOf(now) });
  const requestOf = (caller: Caller): Request => {
    const requestId = randomUUID();
    return { ...who(caller), requestId, correlationId: caller.correlationId ?? requestId };
  };
  const writer = new JournalWriter(kernel.database);
  const reads = new SharedReads(kernel);
  const doorOf = (caller: Caller): Omit<RouteContext, 'request'> => ({
    ...who(caller),
    perform: (asked) => {
      const { correlationId, roles = null } = caller;
      const request = { ...asked, ...who(caller), door, roles };
      const answer = perform(kernel, correlationId === undefined ? request : { ...request, correlationId });
      return answer as unknown as Promise<JsonObject>;
    },
    read: (work) => kernel.database.read((session) => work(session)),
    change: async (operation, work) => {
      const request = { ...requestOf(caller), door };
      try {
        return await makeChange(kernel, { ...request, operation }, work);
      } catch (error) {
        // Every refusal of access is journalled, beside the transaction that it undid.
        if (error instanceof OrderwrightError && error.code === 'OW_OWNER_ROLE') {
          const orders = error.problems.map(({ path }) => path);
          await writer.write([accessRefusal(request, { code: error.code, operation, orders })]);
        }
        throw error;
      }
    },
    checkOwners: (session, orders) => checkOwners(session, caller.roles ?? null, orders),
    progress: () => undefined,
  });
  const implementation = <T>(
    of: (code: (typeof kernel.plugins)[number]['code']) => Record<string, T> | undefined,
    name: string,
  ): T => {
    for (const { code } of kernel.plugins) {
      const found = of(code);
      const named = found !== undefined && Object.hasOwn(found, name) ? found[name] : undefined;
      if (named !== undefined) return named;
    }
    throw new OrderwrightError('OW_COMMAND_UNKNOWN', `No plugin brings ${name}`, [], true);
  };
  const dispatchers = new Set<Dispatcher>();
  return {
    ...rulesDoor({ kernel, door, requestOf }),
    version: kernel.version,
    configurationFile: loaded.file,
    plugins: kernel.plugins.map(({ manifest }) => manifest),
    pages: pagesOf(loaded.plugins),
    operations: [create, ...kernel.operations.values()].map(shownOperation),
    materialOperations: materialOperations.map(shownOperation),
    orderValues: ORDER_VALUES,
    materialValues: MATERIAL_VALUES,
    hookNames: kernel.configuration.hookNames,
    perform: async (asked) => perform(kernel, { ...asked, ...who(asked), door }),
    performMaterials: async (asked) => performMaterials(kernel, { ...asked, ...who(asked), door }),
    evaluate: async (asked) =>
      evaluateCollection({ kernel, reader, writer, reads }, { ...asked, ...who(asked), door }),
    evaluateMaterials: async (asked) =>
      evaluateMaterials({ kernel, writer, reads }, { ...asked, ...who(asked), door }),
    create: async (asked) => createOrders(kernel, reader, { ...asked, ...who(asked), door }),
    importPlant: async (asked) => importIntoPlant(kernel, reader, { ...asked, ...who(asked), door }),
    order: async (name, { ifScrapped, ...caller } = {}) =>
      showOrder(kernel, name, { ...requestOf(caller), ...(ifScrapped !== undefined && { ifScrapped }) }),
    orders: async (page, caller = {}) => listOrders(kernel, page, requestOf(caller)),
    explainMaterial: async (asked) => explainMaterial(kernel, { ...asked, ...who(asked) }),
    explain: async (asked) => explain(kernel, { ...asked, ...who(asked) }),
    accessRefused: (details, caller = {}) =>
      writer.write([accessRefusal({ ...requestOf(caller), door }, details)]),
    journal: (filter) => kernel.database.read((session) => session.journal.read(filter)),
    async *journalEntries() {
      for (let after = 0; ;) {
        const limit = 1000;
        const from = after;
        const entries = await kernel.database.read((session) => session.journal.read({ after: from, limit }));
        if (entries.length > 0) yield entries;
        if (entries.length < limit) return;
        after = entries.at(-1)?.sequence ?? after;
      }
    },
    verifyJournal: () => verifyJournal(kernel.database),
    sealJournal: () => sealJournal(kernel.database, () => kernel.clock.now()),
    async postEvents(asked) {
      const posted = await postEvents(kernel, { ...asked, actor: who(asked).actor });
      for (const dispatcher of dispatchers) dispatcher.wake();
      return posted;
    },
    events: async (filter) => listEvents(kernel, filter),
    async retryEvent(id, caller = {}) {
      const row = await retryEvent(kernel, id, { ...requestOf(caller), door });
      for (const dispatcher of dispatchers) dispatcher.wake();
      return row;
    },
    async reconcileEvents(caller = {}) {
      const reconciled = await reconcileEvents(kernel, { ...requestOf(caller), door });
      for (const dispatcher of dispatchers) dispatcher.wake();
      return reconciled;
    },
    queueDepth: () => queueDepth(kernel),
    hostActions: () => countHostActions(kernel),
    adoptOrders: async (caller = {}) => adoptOrders(kernel, { ...requestOf(caller), door }),
    startDispatcher(options) {
      const dispatcher = startDispatcher(kernel, options);
      dispatchers.add(dispatcher);
      return {
        ...dispatcher,
        async stop() {
          await dispatcher.stop();
          dispatchers.delete(dispatcher);
        },
      };
    },
    dispatchEvents: (signal) => dispatchUntilIdle(kernel, signal),
    command: async (name, given) =>
      implementation((code) => code.commands, name)({ ...doorOf(given), ...given, ...who(given) }),
    route: async (name, request, caller = {}) =>
      implementation((code) => code.routes, name)({ request, ...doorOf(caller) }),
    async close() {
      await Promise.all([...dispatchers].map((dispatcher) => dispatcher.stop()));
      await writer.close();
      await close();
    },
  };
}

function shownOperation({ name, word, title, input }: Orderwright['operations'][number]) {
  return { name, word, title, input };
}

/** @throws OrderwrightError OW_USAGE for a `now` that is no instant. */
function nowOf(given: string | undefined): string {
  if (given === undefined) return instantOf(Date.now());
  try {
    return parseInstant(given);
  } catch (error) {
    if (!(error instanceof TimeError)) throw error;
    throw new OrderwrightError('OW_USAGE', `now: ${error.message}`, [], true);
  }
}

let systemUser: string | null = null;

function userName(): string {
  return (systemUser ??= readUserName());
}

function readUserName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a user id without a name.
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
