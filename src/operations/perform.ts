/**
 * A host operation on a collection of orders, from the request to the answer: load, decide, save, Post hooks, journal.
 * One transaction for the collection; an order that fails is undone alone, unless the request is atomic.
 */
import { hookPoint } from '../core/hooks/hook-point.js';
import type { JsonObject } from '../core/json.js';
import type { OrderSnapshot } from '../core/order/production-order.js';
import { orderQuantities } from '../core/order/quantities.js';
import { OrderwrightError } from '../core/problem.js';
import type { Facts } from '../core/rules/fact.js';
import { refusal, type Verdict } from '../core/rules/verdict.js';
import type { Session } from '../ports/database.js';
import type { Outcome } from '../ports/journal.js';
import type { AnswerRow, PostAnswer, PostContext } from '../ports/plugin.js';
import { checkInput } from './check-input.js';
import { decideOrder, evaluateOther, preContext, rowOf, type Decided } from './decide-order.js';
import { orderContext, PluginFailed, type Ask } from './evaluate-order.js';
import { guarded, pluginViolation } from './judge.js';
import { findOperation, type InstalledPlugin } from './kernel.js';
import type { Kernel } from './kernel.js';
import type { Operation } from './operation.js';
import { hostWrites } from './host-writes.js';
import { foreignOwner } from './owner-role.js';
import { PreparedOrders } from './prepared-orders.js';
import { nextAutomatic, SETTLED, type AutomaticTransition, type Cause } from './settle.js';
import {
  checkOverride,
  draftOf,
  ofOrders,
  refuseOrder,
  transact,
  type Asked,
  type Recorded,
  type Run,
} from './transaction.js';

export interface PerformRequest extends Asked {
  operation: string;
  /** Orders by name; one named twice is done once. */
  orders: readonly string[];
  input?: JsonObject;
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
  const answer = await transact(kernel, asked, async (run) => {
    checkOverride(run, operation, names);
    const snapshots = await run.session.orders.load(names);
    const rows: AnswerRow[] = [];
    if (names.length > 1) run.prepared = new PreparedOrders(run.session, snapshots.keys());
    for (const name of names) {
      const snapshot = snapshots.get(name);
      rows.push(
        snapshot === undefined
          ? unknownOrder(run, operation, name)
          : await performOne(run, operation, snapshot, input),
      );
    }
    return rows;
  });
  return ofOrders(answer);
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

/** One order through one operation, inside the run's transaction. */
async function performOne(
  run: Run,
  operation: Operation,
  snapshot: OrderSnapshot,
  input: JsonObject,
): Promise<AnswerRow> {
  const foreign = foreignOwner(run.roles, snapshot.order);
  if (foreign !== null) {
    return refuseOrder(run, operation, snapshot.order.name, { ...foreign, state: snapshot.order.state });
  }
  const prepared = run.prepared?.take(operation, snapshot.order.name);
  const ask: Ask = { ...askOf(run, operation, snapshot, input), prepared };
  const decided = leftToHost(run, operation, await decideOrder(ask));
  return finish(run, ask, decided, {
    // What was undone with the others came to nothing that could be told.
    refusedRow: () => rowOf(snapshot, decided.allowed ? { ...decided, decision: null } : decided),
    save: () => save(run, ask, decided),
  });
}

/** Where the host writes its rows itself, an operation that changes one is done there. */
function leftToHost(run: Run, operation: Operation, decided: Decided): Decided {
  const { changes, next } = decided.proposal;
  if (next === null && Object.keys(changes).length === 0) return decided;
  const violation = hostWrites(run.kernel, 'production orders', hookPoint(operation.name, 'Pre'));
  return violation === null
    ? decided
    : { ...decided, allowed: false, violations: [...decided.violations, violation] };
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
      const { journalled, snapshot } = await runPostHooks(run, { ...ask, snapshot: after }, row);
      if (Object.keys(journalled).length > 0) entry.details = { ...entry.details, effects: journalled };
      if (SETTLED.has(ask.operation.name)) {
        row.state = (await settle(run, { ...ask, snapshot }, ask.snapshot, 'order')).order.state;
      }
      return row;
    });
    run.undoneRows.set(done.name, refusedRow);
    return done;
  } catch (error) {
    if (!(error instanceof PluginFailed)) throw error;
    return undone(run, before, error, {
      refusedRow,
      entry: (row) => recordOf(run, ask, { decided, row, outcome: null }),
    });
  }
}

/**
 * The row of an order or material that a plugin failed about: its savepoint is undone, and so is what was recorded as
 * done since. A verdict that was recorded as allowed came to nothing, and its outcome says why.
 * @param before how much was recorded before it.
 */
export function undone(
  run: Run,
  before: number,
  failure: PluginFailed,
  { refusedRow, entry }: { refusedRow: () => AnswerRow; entry: (row: AnswerRow) => Recorded },
): AnswerRow {
  for (const recorded of run.recorded.slice(before)) recorded.outcome &&= 'rolled back';
  const row = refusedRow();
  row.allowed = false;
  row.violations = [...row.violations, pluginViolation(failure)];
  const own = run.recorded[before];
  if (own === undefined) run.recorded.push(entry(row));
  else own.details = { ...own.details, failure: failure.message };
  return row;
}

async function save(run: Run, ask: Ask, decided: Decided): Promise<OrderSnapshot> {
  const { order } = ask.snapshot;
  const { changes, next } = decided.proposal;
  const changed = next !== null || Object.keys(changes).length > 0;
  if (changed) await run.session.orders.update(order, { ...changes, ...(next ?? {}) });
  await decided.decision?.apply?.();
  if (!changed) return ask.snapshot;
  run.written.count += 1;
  if (order.state === 'Closed' && next?.state !== 'Closed') {
    await run.session.orders.forgetClosedQuantities([order]);
  }
  const after = await reload(run.session, order.name);
  if (order.state === 'Closed' || after.order.state !== 'Closed') return after;
  return keepClosed(run.session, after);
}

/** The quantities that a closed order has now are the ones that it keeps; unknown ones can't be kept. */
export async function keepClosed(session: Session, snapshot: OrderSnapshot): Promise<OrderSnapshot> {
  const { order, product, materials } = snapshot;
  const { inProgress, completed, delivered, missingConversions } = orderQuantities(order, product, materials);
  if (missingConversions.length > 0) return snapshot;
  const closedWith = { inProgress, completed, delivered };
  await session.orders.keepClosedQuantities(order, closedWith);
  return { ...snapshot, closedWith };
}

/**
 * Moves an order on or back where its materials and the rules in `rules/complete/` say so, each step with its Post hooks
 * and its entry in the journal, and gives the order as it is then.
 * @param before the order before the change; null where nobody knows it.
 */
export async function settle(
  run: Run,
  ask: Ask,
  before: OrderSnapshot | null,
  cause: Cause,
): Promise<OrderSnapshot> {
  let { snapshot } = ask;
  for (;;) {
    const automatic = await nextAutomatic({ ...ask, snapshot }, before, cause);
    if (run.kernel.writer === 'host') return offerToHost(run, snapshot, automatic);
    if (automatic === null) return snapshot;
    const { operation, next, facts } = automatic;
    await run.session.orders.update(snapshot.order, next);
    run.written.count += 1;
    const after = await reload(run.session, snapshot.order.name);
    const inner: Run = { ...run, door: 'hook', override: null };
    const asked: Ask = { ...ask, operation, input: {}, automatic: true, override: null, snapshot: after };
    const decided = decidedByMaterials(asked, facts);
    const row = rowOf(after, decided);
    const entry = recordOf(inner, asked, { decided, row, outcome: 'committed' });
    entry.details = { ...entry.details, ...movement(snapshot, after) };
    run.recorded.push(entry);
    const { journalled, snapshot: hooked } = await runPostHooks(inner, asked, row);
    if (Object.keys(journalled).length > 0) entry.details = { ...entry.details, effects: journalled };
    snapshot = hooked;
  }
}

/** The host executes what is due; a new offer is journalled, and the order stays as it is until the host has acted. */
async function offerToHost(
  run: Run,
  snapshot: OrderSnapshot,
  automatic: AutomaticTransition | null,
): Promise<OrderSnapshot> {
  const { order } = snapshot;
  const due =
    automatic === null
      ? null
      : { operation: automatic.operation.name, next: automatic.next, facts: automatic.facts };
  if ((await run.session.pendingHostActions.offer(order, due)) && due !== null) {
    run.recorded.push({
      draft: { ...draftOf({ ...run, door: 'hook' }, due.operation, order.name), facts: due.facts },
      outcome: null,
      details: { offeredToHost: { state: due.next.state, universalState: due.next.universalState } },
    });
  }
  return snapshot;
}

/** What is decided where nobody asks: it follows from the materials. */
function decidedByMaterials({ snapshot }: Ask, facts: Facts): Decided {
  const proposal = { snapshot, changes: {}, next: null, violations: [], warnings: [] };
  const nothing = { violations: [], warnings: [], overridden: false, decision: null };
  return { allowed: true, mode: 'enforce', facts, proposal, ...nothing };
}

/** Where an order came from and where it went, for the journal. */
export function movement({ order: from }: OrderSnapshot, { order: to }: OrderSnapshot): JsonObject {
  return {
    from: { state: from.state, universalState: from.universalState },
    to: { state: to.state, universalState: to.universalState },
  };
}

/**
 * Post hooks in the operation's own transaction; what they report is added to the row.
 * @returns what the journal keeps of it, by plugin, and the order as it is then.
 */
export async function runPostHooks(
  run: Run,
  ask: Ask,
  row: AnswerRow,
): Promise<{ journalled: JsonObject; snapshot: OrderSnapshot }> {
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
        const before = run.written.count;
        const done = await performAsHook(run, snapshot, name, input);
        // The next operation, and the next plugin, are about the order as it is by then.
        if (done.allowed && run.written.count !== before)
          snapshot = await reload(run.session, snapshot.order.name);
        return done;
      },
    };
    addSaid(row, journalled, plugin, await guarded(plugin, () => hook(context)));
  }
  row.state = snapshot.order.state;
  return { journalled, snapshot };
}

/** What a Post hook says, on the row and for the journal. */
export function addSaid(
  row: AnswerRow,
  journalled: JsonObject,
  plugin: InstalledPlugin,
  said: PostAnswer | undefined,
): void {
  row.warnings.push(...(said?.warnings ?? []));
  if (said?.effect === undefined) return;
  const { name } = plugin.manifest;
  row.effects = { ...(row.effects as JsonObject | undefined), [name]: said.effect };
  journalled[name] = said.journal ?? said.effect;
}

/** An operation that a hook asks for, in the transaction of what it is a hook of. */
export async function performAsHook(
  run: Run,
  snapshot: OrderSnapshot,
  name: string,
  input: JsonObject,
): Promise<AnswerRow> {
  const operation = run.kernel.operations.get(name);
  if (operation === undefined) throw new Error(`There is no operation ${name}`);
  checkInput(operation.input, input);
  return performOne({ ...run, door: 'hook', override: null }, operation, snapshot, input);
}

export async function reload(session: Session, name: string): Promise<OrderSnapshot> {
  const snapshot = (await session.orders.load([name])).get(name);
  if (snapshot === undefined)
    throw new OrderwrightError('OW_ORDER_UNKNOWN', `Production Order ${name} is gone`);
  return snapshot;
}

/** The row of a name that no order has. */
export function unknownOrder(run: Run, operation: Operation, name: string): AnswerRow {
  const message = `There is no Production Order ${name}.`;
  return refuseOrder(run, operation, name, refusal('OW_ORDER_UNKNOWN', 'The order exists', message));
}

/** The verdict on one order as it is journalled. */
export function recordOf(
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
