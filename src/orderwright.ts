/**
 * The in-process door: one opened database with everything that can be asked of it. The command line uses it, and so
 * can a Node host.
 */
import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { loadConfiguration, type LoadedConfiguration } from './adapters/files/configuration.js';
import type { OpenedDatabase } from './adapters/sql/dialect.js';
import { compose, type Composed } from './composition.js';
import type { PluginManifest } from './core/hooks/plugin-manifest.js';
import type { JsonObject } from './core/json.js';
import { OrderwrightError, type Problem } from './core/problem.js';
import type { Verdict } from './core/rules/verdict.js';
import { instantOf, parseInstant, TimeError } from './core/time.js';
import { createOrders } from './operations/create.js';
import { explain } from './operations/explain.js';
import { importIntoPlant, type ImportPlantRequest } from './operations/import.js';
import type { ImportAnswer } from './operations/import-plant.js';
import { perform, type PerformRequest } from './operations/perform.js';
import type { RulesStatus } from './operations/rule-book.js';
import { sealJournal, verifyJournal, type Sealed, type Verification } from './operations/seal-journal.js';
import { makeChange } from './operations/make-change.js';
import { listOrders, showOrder } from './operations/show-order.js';
import type { Door, JournalEntry } from './ports/journal.js';
import type {
  AnswerRow,
  CommandAnswer,
  CommandContext,
  Request,
  RouteContext,
  RouteRequest,
} from './ports/plugin.js';
import type { RuleSetActivation } from './ports/rule-store.js';

export interface OrderwrightOptions {
  /** `sqlite:<file>`, `sqlite::memory:` or `mssql://user:password@host:port/database`; default `sqlite:orderwright.db`. */
  database?: string;
  /** The configuration file; default `orderwright.config.json` in `folder` where it is there. */
  config?: string | null;
  /** Where relative paths begin; default the working folder. */
  folder?: string;
  door?: Door;
}

/** Who asks, and the time that planning, rules and default dates go by; defaults: the system's user, and now. */
export interface Caller {
  actor?: string;
  now?: string;
}

type Asked<T extends { actor: string; now: string; door: Door }> = Omit<T, 'actor' | 'now' | 'door'> & Caller;

export interface Orderwright {
  readonly version: string;
  readonly configurationFile: string | null;
  readonly plugins: readonly PluginManifest[];
  /** A host operation on a collection of orders. */
  perform(asked: Asked<PerformRequest>): Promise<Verdict<AnswerRow>>;
  /** Creates orders from JSON text in the plant file's shape. */
  create(asked: { text: string; dryRun?: boolean; atomic?: boolean } & Caller): Promise<Verdict<AnswerRow>>;
  importPlant(asked: Omit<ImportPlantRequest, 'actor'> & Caller): Promise<ImportAnswer>;
  order(name: string, caller?: Caller): Promise<JsonObject>;
  orders(page: { after?: string; limit: number }, caller?: Caller): Promise<{ orders: JsonObject[] }>;
  explain(
    asked: { operation: string; order: string; input?: JsonObject } & Caller,
  ): Promise<Verdict<AnswerRow>>;
  /** What is wrong with the rule files as they are now. */
  checkRules(): Promise<{ count: number; problems: Problem[] }>;
  rules(caller?: Caller): Promise<RulesStatus>;
  /** A past rule set, or the active one. */
  ruleSet(hash?: string, caller?: Caller): Promise<RuleSetActivation>;
  removeRule(id: string, reason: string, caller?: Caller): Promise<string>;
  journal(filter: { order?: string; after?: number; limit: number }): Promise<JournalEntry[]>;
  journalEntries(): AsyncGenerator<JournalEntry[]>;
  verifyJournal(): Promise<Verification>;
  sealJournal(): Promise<Sealed>;
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
  const loaded = loadConfiguration(options.config ?? null, options.folder ?? process.cwd());
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
    return { ...who(caller), requestId, correlationId: requestId };
  };
  const doorOf = (caller: Caller): Omit<RouteContext, 'request'> => ({
    ...who(caller),
    perform: (asked) => perform(kernel, { ...asked, ...who(caller), door }) as unknown as Promise<JsonObject>,
    read: (work) => kernel.database.read((session) => work(session)),
    change: (operation, work) => makeChange(kernel, { ...requestOf(caller), door, operation }, work),
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
  return {
    version: kernel.version,
    configurationFile: loaded.file,
    plugins: kernel.plugins.map(({ manifest }) => manifest),
    perform: async (asked) => perform(kernel, { ...asked, ...who(asked), door }),
    create: async (asked) => createOrders(kernel, reader, { ...asked, ...who(asked), door }),
    importPlant: async (asked) => importIntoPlant(kernel, reader, { ...asked, ...who(asked), door }),
    order: async (name, caller = {}) => showOrder(kernel, name, requestOf(caller)),
    orders: async (page, caller = {}) => listOrders(kernel, page, requestOf(caller)),
    explain: async (asked) => explain(kernel, { ...asked, ...who(asked) }),
    checkRules: () => kernel.rules.check(),
    async rules(caller = {}) {
      await kernel.rules.refresh(who(caller).actor);
      return kernel.database.read((session) => kernel.rules.status(session));
    },
    async ruleSet(hash, caller = {}) {
      await kernel.rules.refresh(who(caller).actor);
      return kernel.database.read(async (session) => {
        const found = await session.ruleSets.find(hash ?? (await session.ruleSets.activeHash()) ?? '');
        if (found === null)
          throw new OrderwrightError('OW_RULE_SET_UNKNOWN', `No rule set ${hash ?? ''} was ever active`);
        return found;
      });
    },
    removeRule: async (id, reason, caller = {}) => kernel.rules.remove(id, reason, who(caller).actor),
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
    command: async (name, given) =>
      implementation((code) => code.commands, name)({ ...doorOf(given), ...given, ...who(given) }),
    route: async (name, request, caller = {}) =>
      implementation((code) => code.routes, name)({ request, ...doorOf(caller) }),
    close,
  };
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

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a user id without a name.
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
