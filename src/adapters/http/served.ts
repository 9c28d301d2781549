/** What the HTTP door serves: the part of the in-process door that it needs, so that it knows no operation. */
import type { PluginManifest } from '../../core/hooks/plugin-manifest.js';
import type { JsonObject } from '../../core/json.js';
import type { Problem } from '../../core/problem.js';
import type { RuleCounts } from '../../core/rules/count-verdicts.js';
import type { FactDefinition } from '../../core/rules/fact.js';
import type { TriedExample } from '../../core/rules/rule-examples.js';
import type { Rule } from '../../core/rules/rule.js';
import type { Verdict } from '../../core/rules/verdict.js';
import type { EventState, QueueDepth } from '../../ports/event-queue.js';
import type { JournalEntry } from '../../ports/journal.js';
import type { OrderPage } from '../../ports/order-store.js';
import type { AnswerRow, RouteRequest } from '../../ports/plugin.js';
import type { RuleVersion } from '../../ports/rule-store.js';

/** Who asks, as the door found out. */
export interface ServedCaller {
  actor?: string;
  now?: string;
  correlationId?: string;
  /** Null where whoever asks has all roles. */
  roles?: readonly string[] | null;
}

export interface Served extends ServedRules {
  readonly version: string;
  readonly plugins: readonly PluginManifest[];
  readonly pages: readonly ServedPage[];
  readonly operations: readonly { name: string; word: string; title: string; input: JsonObject }[];
  readonly materialOperations: Served['operations'];
  readonly orderValues: JsonObject;
  readonly materialValues: JsonObject;
  readonly hookNames: Readonly<Record<string, string>>;
  perform(
    asked: {
      operation: string;
      orders: readonly string[];
      input?: JsonObject;
      dryRun?: boolean;
      atomic?: boolean;
      override?: { rule: string; reason: string } | null;
      requestId?: string;
    } & ServedCaller,
  ): Promise<Verdict<AnswerRow>>;
  evaluate(
    asked: {
      operation: string;
      orders: readonly AskedRow[];
      input?: JsonObject;
      requestId?: string;
    } & ServedCaller,
  ): Promise<Verdict<AnswerRow>>;
  performMaterials(
    asked: {
      operation: string;
      materials: readonly string[];
      input?: JsonObject;
      dryRun?: boolean;
      atomic?: boolean;
      override?: { rule: string; reason: string } | null;
      requestId?: string;
    } & ServedCaller,
  ): Promise<ServedMaterials>;
  evaluateMaterials(
    asked: {
      operation: string;
      materials: readonly AskedRow[];
      input?: JsonObject;
      requestId?: string;
    } & ServedCaller,
  ): Promise<ServedMaterials>;
  create(
    asked: { text: string; dryRun?: boolean; atomic?: boolean; requestId?: string } & ServedCaller,
  ): Promise<Verdict<AnswerRow>>;
  order(name: string, asked?: ServedCaller & { ifScrapped?: readonly string[] }): Promise<JsonObject>;
  orders(page: ServedPageOfOrders, caller?: ServedCaller): Promise<{ orders: JsonObject[] }>;
  explain(
    asked: { operation: string; order: string; input?: JsonObject; candidate?: string } & ServedCaller,
  ): Promise<Verdict<AnswerRow>>;
  explainMaterial(
    asked: { operation: string; material: string; input?: JsonObject; candidate?: string } & ServedCaller,
  ): Promise<ServedMaterials>;
  accessRefused(details: JsonObject, caller?: ServedCaller): Promise<void>;
  journal(filter: { order?: string; after?: number; limit: number }): Promise<JournalEntry[]>;
  sealJournal(): Promise<unknown>;
  route(name: string, request: RouteRequest, caller?: ServedCaller): Promise<JsonObject>;
  postEvents(
    asked: {
      operation: string;
      orders?: readonly AskedRow[];
      materials?: readonly AskedRow[];
      input?: JsonObject;
      requestId?: string;
    } & ServedCaller,
  ): Promise<{ requestId: string; events: ServedEvent[] }>;
  events(filter: { after?: string; limit: number; state?: EventState }): Promise<{ events: ServedEvent[] }>;
  retryEvent(id: string, caller?: ServedCaller): Promise<ServedEvent>;
  queueDepth(): Promise<QueueDepth>;
  hostActions(): Promise<{ offered: number; failing: number }>;
  startDispatcher(options?: { workers?: number }): ServedDispatcher;
}

/** What the door serves about rules. */
export interface ServedRules {
  readonly ruleSchema: JsonObject;
  rules(caller?: ServedCaller): Promise<{
    hash: string;
    rules: { rule: Rule; state: string; problem: string | null }[];
    refused: { file: string; problem: string }[];
    permissions: { readOnly: ReadonlySet<string>; takesNew: boolean };
  }>;
  rule(
    id: string,
    caller?: ServedCaller,
  ): Promise<{
    rule: Rule | null;
    file: string;
    fileText: string | null;
    state: string;
    problem: string | null;
    writable: boolean;
    ruleSet: string;
  }>;
  checkRule(asked: { id?: string | null; text: string }): {
    id: string | null;
    problems: Problem[];
    examples: TriedExample[];
  };
  vocabulary(): {
    facts: (FactDefinition & { source: string | null })[];
    operators: { name: string; types: string[] }[];
    operations: { word: string; name: string; entity: string; title: string }[];
  };
  ruleVerdicts(
    caller?: ServedCaller,
  ): Promise<{ since: string | null; verdicts: number; rules: Map<string, RuleCounts> }>;
  changeRule(
    asked: { id: string; text: string; ifMatch?: string | null; ifNoneMatch?: '*' | null } & ServedCaller,
  ): Promise<{ rule: Rule; ruleSet: string }>;
  restoreRule(
    asked: { id: string; from: string; ifMatch?: string | null } & ServedCaller,
  ): Promise<{ rule: Rule; ruleSet: string }>;
  ruleVersions(id: string, limit: number): Promise<RuleVersion[]>;
  ruleVersion(id: string, ruleSet: string): Promise<PastRule>;
}

/** A rule as it was in a past rule set. */
interface PastRule {
  rule: Rule;
  ruleSet: string;
  at: string;
  author: string;
  source: string;
  reason: string | null;
}

export interface ServedPageOfOrders extends OrderPage {
  brief?: boolean;
  counts?: boolean;
}

/** The answer about a collection of materials. */
export type ServedMaterials = Omit<Verdict, 'orders'> & { materials: AnswerRow[] };

/** A web page of a plugin. */
export interface ServedPage {
  /** `/console` */
  path: string;
  /** Where its files are. */
  folder: string;
}

export interface AskedRow {
  name: string;
  values?: JsonObject;
}

export interface ServedEvent {
  id: string;
  order: string | null;
  operation: string;
  state: string;
  attempts: number;
  error: string | null;
}

export interface DispatcherStatistics {
  applied: number;
  retries: number;
  newlyParked: number;
}

export interface ServedDispatcher {
  stop(): Promise<void>;
  statistics(): DispatcherStatistics;
}
