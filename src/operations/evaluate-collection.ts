/**
 * The verdict on a collection before the host acts (design 3.6, Pre): it changes nothing but the journal. The values of
 * the request win over what is read, reads do not wait for a writer, and what takes longer than the operation's time
 * budget is answered as `whenUnavailable` says.
 */
import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../core/json.js';
import { OrderwrightError, type Problem } from '../core/problem.js';
import type { OrderSnapshot } from '../core/order/production-order.js';
import type { PlantOrder } from '../core/plant/plant.js';
import { refusal, type Verdict, type Violation } from '../core/rules/verdict.js';
import { operationSettings } from '../ports/configuration.js';
import type { AnswerRow, Request } from '../ports/plugin.js';
import type { PlantReader } from '../ports/plant-store.js';
import { checkInput } from './check-input.js';
import { create, readOrders } from './create.js';
import { decideOrder, rowOf } from './decide-order.js';
import { findOperation, type Kernel } from './kernel.js';
import type { JournalWriter } from './journal-writer.js';
import type { Operation } from './operation.js';
import { ORDER_VALUES, withValues } from './order-values.js';
import { foreignOwner } from './owner-role.js';
import { askOf, recordOf, unknownOrder, type PerformRequest } from './perform.js';
import type { SharedRead, SharedReads } from './shared-reads.js';
import { TimeBudgetExceeded, withinTime } from './time-budget.js';
import { draftOf, refuseOrder, type Run } from './transaction.js';

export interface EvaluateRequest extends Omit<PerformRequest, 'orders' | 'dryRun' | 'atomic' | 'override'> {
  /** Orders by name, with what the caller knows of them; a Create has the whole order in the values. */
  orders: readonly { name: string; values?: JsonObject }[];
}

export interface EvaluateParts {
  kernel: Kernel;
  reader: PlantReader;
  writer: JournalWriter;
  reads: SharedReads;
}

/** How long an answer waits for its journal entry, in milliseconds: the caller may itself hold what the entry waits for. */
const JOURNAL_PATIENCE_MS = 100;

/**
 * @throws OrderwrightError OW_OPERATION_UNKNOWN, OW_INPUT_INVALID, OW_ORDERS_INVALID (Create)
 */
export async function evaluateCollection(
  parts: EvaluateParts,
  asked: EvaluateRequest,
): Promise<Verdict<AnswerRow>> {
  const { kernel } = parts;
  const operation = asked.operation === create.name ? create : findOperation(kernel, asked.operation);
  const { timeBudgetMs } = operationSettings(kernel.configuration, operation.name);
  checkInput(operation.input, asked.input ?? {});
  checkOrders(asked.orders, operation);
  const requestId = asked.requestId ?? randomUUID();
  const { actor, now, correlationId = requestId } = asked;
  const request: Request = { requestId, correlationId, actor, now };
  let answer: Evaluated;
  try {
    answer = await withinTime(timeBudgetMs, async () => {
      await kernel.rules.refresh(actor);
      const names = asked.orders.map(({ name }) => name);
      return parts.reads.read(names, (read) => evaluateAll(parts, { asked, operation, request, read }));
    });
  } catch (error) {
    const reason = unavailability(error, timeBudgetMs);
    if (reason === null) throw error;
    answer = unavailable(kernel, { asked, operation, request, reason });
  }
  const { run, rows } = answer;
  const failure = await recordSoon(parts.writer, run);
  if (failure !== null) {
    const refused = unavailable(kernel, { asked, operation, request, reason: failure });
    return { requestId, ruleSet: run.rules.hash, orders: refused.rows };
  }
  return { requestId, ruleSet: run.rules.hash, orders: rows };
}

interface Evaluated {
  run: Pick<Run, 'recorded'> & { rules: { hash: string } };
  rows: AnswerRow[];
}

interface Question {
  asked: EvaluateRequest;
  operation: Operation;
  request: Request;
  read: SharedRead;
}

async function evaluateAll(
  { kernel, reader }: EvaluateParts,
  { asked, operation, request, read }: Question,
): Promise<Evaluated> {
  const { session, rules, snapshots } = read;
  const run: Run = {
    kernel,
    session,
    rules,
    request,
    door: asked.door,
    roles: asked.roles ?? null,
    override: null,
    dryRun: true,
    recorded: [],
    written: { count: 0 },
    undoneRows: new Map(),
  };
  const rows: AnswerRow[] = [];
  if (operation === create) {
    const file = asked.orders.map(({ name, values }) => ({ ...values, name }));
    for (const order of await readOrders(run, reader, file)) rows.push(await evaluateNew(run, order));
    return { run, rows };
  }
  for (const { name, values = {} } of asked.orders) {
    const snapshot = snapshots.get(name);
    rows.push(
      snapshot === undefined
        ? unknownOrder(run, operation, name)
        : await evaluateOne(run, operation, snapshot, { input: asked.input ?? {}, values }),
    );
  }
  return { run, rows };
}

async function evaluateOne(
  run: Run,
  operation: Operation,
  read: OrderSnapshot,
  { input, values }: { input: JsonObject; values: JsonObject },
): Promise<AnswerRow> {
  // Who owns the order is what the host has committed: a request does not say so of itself.
  const foreign = foreignOwner(run.roles, read.order);
  if (foreign !== null)
    return refuseOrder(run, operation, read.order.name, { ...foreign, state: read.order.state });
  const snapshot = await withValues(run.session.orders, read, values);
  if (snapshot === null) {
    const message = `There is no product ${values.product as string}.`;
    return refuseOrder(
      run,
      operation,
      read.order.name,
      refusal('OW_PRODUCT_UNKNOWN', 'The product exists', message),
    );
  }
  const ask = askOf(run, operation, snapshot, input);
  const decided = await decideOrder(ask);
  const row = rowOf(snapshot, decided);
  const recorded = recordOf(run, ask, { decided, row, outcome: null });
  const said = Object.keys(values).length === 0 ? {} : { values };
  run.recorded.push({ ...recorded, details: { ...recorded.details, ...said, moment: 'Pre' } });
  return row;
}

async function evaluateNew(run: Run, order: PlantOrder): Promise<AnswerRow> {
  const { orders } = run.session;
  if ((await orders.load([order.name])).has(order.name)) {
    const message = `There is a Production Order ${order.name} already.`;
    return refuseOrder(run, create, order.name, refusal('OW_ORDER_EXISTS', 'The name is free', message));
  }
  const snapshot = await orders.prospect(order);
  if (snapshot === null) {
    const message = `There is no product ${order.product}.`;
    return refuseOrder(run, create, order.name, refusal('OW_PRODUCT_UNKNOWN', 'The product exists', message));
  }
  const foreign = foreignOwner(run.roles, snapshot.order);
  if (foreign !== null) return refuseOrder(run, create, order.name, foreign);
  const ask = askOf(run, create, snapshot, {});
  const decided = await decideOrder(ask);
  const row = { ...rowOf(snapshot, decided), state: null } as AnswerRow;
  const recorded = recordOf(run, ask, { decided, row, outcome: null });
  run.recorded.push({ ...recorded, details: { ...recorded.details, moment: 'Pre' } });
  return row;
}

/** The shape of the orders, before anything is read. @throws OrderwrightError OW_INPUT_INVALID */
function checkOrders(orders: EvaluateRequest['orders'], operation: Operation): void {
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const [index, { name, values }] of orders.entries()) {
    const path = `$.orders[${index}]`;
    const invalid = (message: string, at = path) =>
      problems.push({ path: at, code: 'OW_INPUT_INVALID', message });
    if (seen.has(name)) invalid(`names ${name} a second time`);
    seen.add(name);
    if (values === undefined) continue;
    if (values.name !== undefined && values.name !== name) {
      invalid('is another name than that of the order', `${path}.values.name`);
    }
    if (operation === create) continue;
    try {
      checkInput(ORDER_VALUES, values);
    } catch (error) {
      if (!(error instanceof OrderwrightError)) throw error;
      for (const problem of error.problems)
        invalid(problem.message, `${path}.values${problem.path.slice(1)}`);
    }
  }
  if (problems.length === 0) return;
  const list = problems.map((problem) => `${problem.path} ${problem.message}`).join('; ');
  throw new OrderwrightError('OW_INPUT_INVALID', `The orders are not valid: ${list}`, problems);
}

/** Why there is no verdict, where that is for lack of time or of the database; null: it is another failure. */
function unavailability(error: unknown, budget: number): Violation | null {
  if (error instanceof TimeBudgetExceeded) {
    return refusal('OW_TIME_BUDGET', 'A verdict in time', `No verdict within ${budget} ms.`);
  }
  if (!(error instanceof OrderwrightError)) return null;
  const outside = /^OW_(DATABASE|JOURNAL|RULES_(UNREADABLE|NONE))/.test(error.code);
  return outside ? refusal(error.code, 'A verdict', error.message) : null;
}

/** The rows where nothing could be asked: refused or allowed as the operation's settings say. */
function unavailable(
  kernel: Kernel,
  {
    asked,
    operation,
    request,
    reason,
  }: { asked: EvaluateRequest; operation: Operation; request: Request; reason: Violation },
): Evaluated {
  const { mode, whenUnavailable } = operationSettings(kernel.configuration, operation.name);
  const said = {
    ...reason,
    message: `${reason.message} The operation is set to ${whenUnavailable} then.`,
  };
  const allowed = whenUnavailable === 'allow';
  const rules = { hash: kernel.rules.lastHash };
  const rows = asked.orders.map(({ name }) => ({
    name,
    allowed,
    mode,
    state: null,
    violations: allowed ? [] : [said],
    warnings: allowed ? [said] : [],
  })) as unknown as AnswerRow[];
  const recorded = rows.map((verdict) => ({
    draft: { ...draftOf({ request, door: asked.door, rules }, operation.name, verdict.name), verdict },
    outcome: null,
    details: { moment: 'Pre' },
  }));
  return { run: { recorded, rules }, rows };
}

/** Null where the entries are written or will be; else why they are not. */
async function recordSoon(
  writer: JournalWriter,
  { recorded }: Pick<Run, 'recorded'>,
): Promise<Violation | null> {
  const writing = writer.write(recorded.map(({ draft, details }) => ({ ...draft, details })));
  // Who went on without waiting hears of no failure any more.
  writing.catch(() => undefined);
  try {
    await withinTime(JOURNAL_PATIENCE_MS, () => writing);
    return null;
  } catch (error) {
    // The entries wait for the lock, which the caller may hold: they are written when it is free.
    if (error instanceof TimeBudgetExceeded) return null;
    if (error instanceof OrderwrightError && error.code === 'OW_DATABASE_LOCKED') return null;
    const message = error instanceof Error ? error.message : String(error);
    return refusal('OW_JOURNAL_UNAVAILABLE', 'The verdict is in the journal', message);
  }
}
