/**
 * A host operation on a collection of orders, from the request to the answer: load, decide, save, Post hooks, journal.
 * One transaction for the collection; an order that fails is undone alone, unless the request is atomic.
 */
import { randomUUID } from 'node:crypto';
import { hookPoint } from '../core/hooks/hook-point.js';
import type { JsonObject } from '../core/json.js';
import type { OrderSnapshot } from '../core/order/production-order.js';
import { OrderwrightError } from '../core/problem.js';
import { refusal, type Verdict, type VerdictRow, type Violation } from '../core/rules/verdict.js';
import { operationSettings } from '../ports/configuration.js';
import type { Session } from '../ports/database.js';
import type { Door, JournalDraft, Outcome } from '../ports/journal.js';
import type { AnswerRow, PostContext, Request } from '../ports/plugin.js';
import { checkInput } from './check-input.js';
import {
  decideOrder,
  evaluateOther,
  guarded,
  pluginViolation,
  preContext,
  rowOf,
  type Decided,
} from './decide-order.js';
import { orderContext, PluginFailed, type Ask } from './evaluate-order.js';
import { findOperation, type Kernel } from './kernel.js';
import type { Operation, Prepared } from './operation.js';
import type { ActiveRules } from './rule-book.js';
import { settle } from './settle.js';

export interface PerformRequest {
  operation: string;
  /** Orders by name; one named twice is done once. */
  orders: readonly string[];
  input?: JsonObject;
  actor: string;
  door: Door;
  /** The time for planning, rules and default dates. */
  now: string;
  dryRun?: boolean;
  atomic?: boolean;
  override?: { rule: string; reason: string } | null;
  requestId?: string;
  correlationId?: string;
}

/** A verdict as it is journalled, with what came of it. */
export interface Recorded {
  draft: JournalDraft;
  outcome: Outcome | null;
  details: JsonObject | null;
}

/** What one collection needs from its first order to its last. */
export interface Run {
  kernel: Kernel;
  session: Session;
  rules: ActiveRules;
  request: Request;
  door: Door;
  override: { rule: string; reason: string } | null;
  dryRun: boolean;
  recorded: Recorded[];
  /** How often an order was written. */
  written: { count: number };
  /** By order, what its row would be had nothing of it been done. */
  undoneRows: Map<string, () => AnswerRow>;
}

/** Undoes a transaction whose answer is known already. */
class Undone extends Error {
  constructor(readonly verdict: Verdict<AnswerRow>) {
    super('undone');
  }
}

/**
 * Performs an operation and answers a row per order.
 * @throws OrderwrightError OW_OPERATION_UNKNOWN, OW_INPUT_INVALID, OW_RULE_UNKNOWN (an override of a rule that the
 * operation does not have), OW_OVERRIDE_SEVERAL (it lets one order through).
 */
export async function perform(kernel: Kernel, asked: PerformRequest): Promise<Verdict<AnswerRow>> {
  const operation = findOperation(kernel, asked.operation);
  const input = asked.input ?? {};
  checkInput(operation.input, input);
  const names = [...new Set(asked.orders)];
  return transact(kernel, asked, async (run) => {
    checkOverride(run, operation, names);
    const snapshots = await run.session.orders.load(names);
    const rows: AnswerRow[] = [];
    const prepared = preparedFor(run, operation, [...snapshots.keys()]);
    for (const name of names) {
      const snapshot = snapshots.get(name);
      rows.push(
        snapshot === undefined
          ? unknownOrder(run, operation, name)
          : await performOne(run, operation, snapshot, { input, prepared }),
      );
    }
    return rows;
  });
}

/**
 * The frame of every operation: the active rules, one transaction, the journal, and what `atomic` and `dryRun` undo.
 * @param work gives the rows of the answer.
 */
export async function transact(
  kernel: Kernel,
  asked: Omit<PerformRequest, 'operation' | 'orders' | 'input'>,
  work: (run: Run) => Promise<AnswerRow[]>,
): Promise<Verdict<AnswerRow>> {
  const requestId = asked.requestId ?? randomUUID();
  const request = {
    requestId,
    correlationId: asked.correlationId ?? requestId,
    actor: asked.actor,
    now: asked.now,
  };
  await kernel.rules.refresh(asked.actor);
  const recorded: Recorded[] = [];
  try {
    return await kernel.database.write(async (session) => {
      const rules = await kernel.rules.active(session);
      const run: Run = {
        kernel,
        session,
        rules,
        request,
        door: asked.door,
        override: asked.override ?? null,
        dryRun: asked.dryRun === true,
        recorded,
        written: { count: 0 },
        undoneRows: new Map(),
      };
      const verdict = { requestId, ruleSet: rules.hash, orders: await work(run) };
      if (asked.atomic === true && verdict.orders.some((row) => !row.allowed)) {
        throw new Undone({ ...verdict, orders: verdict.orders.map((row) => refusedTogether(run, row)) });
      }
      if (run.dryRun) throw new Undone(verdict);
      await record(session, recorded);
      return verdict;
    });
  } catch (error) {
    if (asked.dryRun === true) {
      if (error instanceof Undone) return error.verdict;
      throw error;
    }
    // What was asked and decided stays in the journal although nothing of it was done.
    const rolledBack = recorded.map((entry) => ({
      ...entry,
      outcome: entry.outcome && ('rolled back' as const),
    }));
    const recording = kernel.database.write((session) => record(session, rolledBack));
    if (error instanceof Undone) {
      await recording;
      return error.verdict;
    }
    // What went wrong first is what is told, also where the journal can't be written either.
    await recording.catch(() => undefined);
    throw error;
  }
}

/** The question about one order in a run. */
export function askOf(run: Run, operation: Operation, snapshot: OrderSnapshot, input: JsonObject): Ask {
  return {
    kernel: run.kernel,
    session: run.session,
    rules: run.rules,
    operation,
    snapshot,
    input,
    request: run.request,
    dryRun: run.dryRun,
    automatic: run.door === 'hook',
    override: run.override?.rule ?? null,
  };
}

/** What an operation reads for all orders of a request at once, read when the first of them needs it. */
function preparedFor(run: Run, operation: Operation, names: readonly string[]): Prepared | undefined {
  const { prepare } = operation;
  if (prepare === undefined || names.length < 2) return undefined;
  let reading: Promise<unknown> | null = null;
  return () => (reading ??= prepare(names, run.session));
}

/** One order through one operation, inside the run's transaction. */
async function performOne(
  run: Run,
  operation: Operation,
  snapshot: OrderSnapshot,
  { input, prepared }: { input: JsonObject; prepared?: Prepared | undefined },
): Promise<AnswerRow> {
  const ask: Ask = { ...askOf(run, operation, snapshot, input), prepared };
  const decided = await decideOrder(ask);
  return finish(run, ask, decided, {
    refusedRow: () => rowOf(snapshot, decided),
    save: () => save(run, ask, decided),
  });
}

/** How a decided order is written, and what its row is where it is refused. */
interface Finish {
  refusedRow: () => AnswerRow;
  /** Writes what was decided and gives the order as it is then. */
  save: () => Promise<OrderSnapshot>;
}

/** From the decision to the row: refused, or saved with its Post hooks run; recorded for the journal either way. */
export async function finish(
  run: Run,
  ask: Ask,
  decided: Decided,
  { refusedRow, save }: Finish,
): Promise<AnswerRow> {
  if (!decided.allowed) {
    const row = refusedRow();
    run.recorded.push(recordOf(run, ask, { decided, row, outcome: null }));
    return row;
  }
  const before = run.recorded.length;
  try {
    const done = await run.session.nested(async () => {
      const after = await save();
      const row = rowOf(after, decided);
      const outcome = decided.overridden ? 'overridden' : 'committed';
      const entry = recordOf(run, ask, { decided, row, outcome });
      if (after !== ask.snapshot) entry.details = { ...entry.details, ...movement(ask.snapshot, after) };
      run.recorded.push(entry);
      const effects = await runPostHooks(run, { ...ask, snapshot: after }, row);
      if (Object.keys(effects).length > 0) entry.details = { ...entry.details, effects };
      return row;
    });
    run.undoneRows.set(done.name, refusedRow);
    return done;
  } catch (error) {
    if (!(error instanceof PluginFailed)) throw error;
    // The order's savepoint is undone, and so is what its hooks had recorded as done.
    for (const entry of run.recorded.slice(before)) entry.outcome &&= 'rolled back';
    const row = refusedRow();
    row.allowed = false;
    row.violations = [...row.violations, pluginViolation(error)];
    const own = run.recorded[before];
    // A verdict that was recorded as allowed came to nothing, and its outcome says why.
    if (own === undefined) run.recorded.push(recordOf(run, ask, { decided, row, outcome: null }));
    else own.details = { ...own.details, failure: error.message };
    return row;
  }
}

async function save(run: Run, ask: Ask, decided: Decided): Promise<OrderSnapshot> {
  const { order } = ask.snapshot;
  const { changes, next } = decided.proposal;
  const changed = next !== null || Object.keys(changes).length > 0;
  if (changed) await run.session.orders.update(order, { ...changes, ...(next ?? {}) });
  await decided.decision?.apply?.();
  if (!changed) return ask.snapshot;
  run.written.count += 1;
  const after = await reload(run.session, order.name);
  return settle(run.session, { ...ask, snapshot: after }, ask.snapshot);
}

/** Where an order came from and where it went, for the journal. */
function movement({ order: from }: OrderSnapshot, { order: to }: OrderSnapshot): JsonObject {
  return {
    from: { state: from.state, universalState: from.universalState },
    to: { state: to.state, universalState: to.universalState },
  };
}

/**
 * Post hooks in the operation's own transaction; what they report is added to the row.
 * @returns what the journal keeps of it, by plugin.
 */
async function runPostHooks(run: Run, ask: Ask, row: AnswerRow): Promise<JsonObject> {
  let { snapshot } = ask;
  const journalled: JsonObject = {};
  for (const plugin of run.kernel.plugins) {
    const hook = plugin.code.post?.[hookPoint(ask.operation.name, 'Post')];
    if (hook === undefined) continue;
    const current: Ask = { ...ask, snapshot };
    const context: PostContext = {
      ...preContext(current, orderContext(current)),
      evaluate: (name, input = {}) => evaluateOther({ ...ask, snapshot }, name, input),
      async perform(name, input = {}) {
        const operation = run.kernel.operations.get(name);
        if (operation === undefined) throw new Error(`There is no operation ${name}`);
        checkInput(operation.input, input);
        const inner = { ...run, door: 'hook' as const, override: null };
        const before = run.written.count;
        const done = await performOne(inner, operation, snapshot, { input });
        // The next operation, and the next plugin, are about the order as it is by then.
        if (done.allowed && run.written.count !== before)
          snapshot = await reload(run.session, snapshot.order.name);
        return done;
      },
    };
    const said = await guarded(plugin, () => hook(context));
    row.warnings.push(...(said?.warnings ?? []));
    if (said?.effect !== undefined) {
      row.effects = { ...(row.effects as JsonObject | undefined), [plugin.manifest.name]: said.effect };
      journalled[plugin.manifest.name] = said.journal ?? said.effect;
    }
  }
  row.state = snapshot.order.state;
  return journalled;
}

async function reload(session: Session, name: string): Promise<OrderSnapshot> {
  const snapshot = (await session.orders.load([name])).get(name);
  if (snapshot === undefined)
    throw new OrderwrightError('OW_ORDER_UNKNOWN', `Production Order ${name} is gone`);
  return snapshot;
}

function checkOverride(run: Run, operation: Operation, names: readonly string[]): void {
  if (run.override === null) return;
  const { rule } = run.override;
  if (names.length !== 1) {
    throw new OrderwrightError(
      'OW_OVERRIDE_SEVERAL',
      'An override lets one order through one rule: name one order',
      [],
      true,
    );
  }
  if (run.override.reason.trim() === '')
    throw new OrderwrightError('OW_USAGE', 'An override needs a reason', [], true);
  const rules = run.rules.of(operation.word).rules;
  if (rules.some((candidate) => candidate.id === rule)) return;
  const known = rules.map((candidate) => candidate.id).join(', ') || 'none';
  throw new OrderwrightError(
    'OW_RULE_UNKNOWN',
    `${operation.name} has no rule ${rule} to override.\nMaybe one of: ${known}`,
  );
}

function unknownOrder(run: Run, operation: Operation, name: string): AnswerRow {
  const message = `There is no Production Order ${name}.`;
  return refuse(run, operation, name, refusal('OW_ORDER_UNKNOWN', 'The order exists', message));
}

/** The row of an order about which nothing could be asked, recorded for the journal. */
export function refuse(run: Run, operation: Operation, name: string, violation: Violation): AnswerRow {
  const verdict: VerdictRow = {
    name,
    allowed: false,
    mode: operationSettings(run.kernel.configuration, operation.name).mode,
    state: null,
    violations: [violation],
    warnings: [],
  };
  run.recorded.push({
    draft: { ...draftOf(run, operation.name, name), verdict },
    outcome: null,
    details: null,
  });
  return verdict as AnswerRow;
}

/** In an atomic collection an order that could have gone is refused with the others. */
function refusedTogether(run: Run, row: AnswerRow): AnswerRow {
  if (!row.allowed) return row;
  const undone = run.undoneRows.get(row.name)?.() ?? row;
  const message =
    'Nothing was done: another order of the collection is refused, and all or none was asked for.';
  const violations: Violation[] = [
    ...undone.violations,
    refusal('OW_ATOMIC_REFUSED', 'All or none', message),
  ];
  return { ...undone, allowed: false, violations } as AnswerRow;
}

function draftOf(run: Run, operation: string, order: string): JournalDraft {
  return {
    actor: run.request.actor,
    door: run.door,
    requestId: run.request.requestId,
    correlationId: run.request.correlationId,
    operation,
    order,
    facts: {},
    ruleSet: run.rules.hash,
    verdict: null,
    outcome: null,
    of: null,
    details: null,
  };
}

function recordOf(
  run: Run,
  ask: Ask,
  { decided, row, outcome }: { decided: Decided; row: AnswerRow; outcome: Outcome | null },
): Recorded {
  const { name, allowed, mode, state, violations, warnings } = row;
  const details: JsonObject = {
    ...(Object.keys(ask.input).length > 0 && { input: ask.input }),
    ...(decided.overridden && run.override !== null && { override: { ...run.override } }),
    ...(decided.decision?.journal !== undefined && { effect: decided.decision.journal }),
  };
  return {
    draft: {
      ...draftOf(run, ask.operation.name, name),
      facts: decided.facts,
      // The row goes on growing while hooks run; the entry keeps what was decided.
      verdict: { name, allowed, mode, state, violations: [...violations], warnings: [...warnings] },
    },
    outcome,
    details: Object.keys(details).length > 0 ? details : null,
  };
}

/** Writes the verdicts, then the outcomes that name them. */
async function record(session: Session, recorded: readonly Recorded[]): Promise<void> {
  const sequences = await session.journal.append(
    recorded.map(({ draft, outcome, details }) => (outcome === null ? { ...draft, details } : draft)),
  );
  const outcomes = recorded.flatMap(({ draft, outcome, details }, index): JournalDraft[] =>
    outcome === null
      ? []
      : [{ ...draft, facts: {}, verdict: null, outcome, of: sequences[index] ?? null, details }],
  );
  await session.journal.append(outcomes);
}
