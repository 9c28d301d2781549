/**
 * One event of the queue, applied inside the dispatcher's transaction (design 3.6): the host's state is accepted as it
 * is, what our table or rules say against it is journalled, and the Post hooks and automatic transitions follow.
 */
import { KERNEL_OPERATIONS, materialOperationName } from '../core/hooks/hook-point.js';
import type { JsonObject, JsonValue } from '../core/json.js';
import { shows, showsMaterial } from '../core/order/claimed-standing.js';
import type { OrderSnapshot, OrderState, UniversalState } from '../core/order/production-order.js';
import { decideTransition, type AutomaticOperation } from '../core/order/state-model.js';
import { refusal, type Violation, type VerdictRow } from '../core/rules/verdict.js';
import { operationSettings } from '../ports/configuration.js';
import type { Session } from '../ports/database.js';
import type { HookEvent, HostStanding } from '../ports/event-queue.js';
import type { JournalEntry } from '../ports/journal.js';
import type { AnswerRow } from '../ports/plugin.js';
import { completion } from './completion.js';
import { create } from './create.js';
import { decideOrder } from './decide-order.js';
import { follow, followMaterials } from './follow-materials.js';
import { runHostPostHooks } from './material/host-materials.js';
import type { Operation } from './operation.js';
import { askOf, keepClosed, reload, runPostHooks } from './perform.js';
import type { PreparedOrders } from './prepared-orders.js';
import { SETTLED } from './settle.js';
import { draftOf, type Recorded, type Run } from './transaction.js';

/** What became of an event: applied, or not yet to be, or never. */
export type Applied = 'done' | 'waits' | 'dropped';

export interface EventContext {
  /** The orders that the batch has read, by name. */
  snapshots: Map<string, OrderSnapshot>;
  /** What operations read for the batch's orders at once. */
  prepared: PreparedOrders;
  /** What the journal said last about the batch's orders. */
  lastEntries: LastEntries;
  /** Reports of the batch's orders that wait for the host's row, oldest first. */
  awaiting: HookEvent[];
  /** Whether the time in which the host's row may still come to show a report is over. */
  expired: boolean;
  /** Reports that were stored for longer can't be about a transition that was seen just now. */
  since: string;
  /** Other reports of the same transition that the event has taken with it. */
  taken: string[];
}

/** Applies an event, or says why it is not applied; what is to be journalled is recorded in the run. */
export async function applyEvent(run: Run, event: HookEvent, context: EventContext): Promise<Applied> {
  return event.operation.startsWith('Material.')
    ? applyMaterialEvent(run, event, context)
    : applyOrderEvent(run, event, context);
}

async function applyMaterialEvent(run: Run, event: HookEvent, context: EventContext): Promise<Applied> {
  const { events, materials } = run.session;
  const twin = event.door === 'report' ? await events.counterpart(event, context.since) : null;
  if (twin === null && event.claimed !== null) {
    const snapshot = await materials.load(event.material ?? '');
    if (snapshot === null || !showsMaterial(snapshot, event.claimed)) {
      if (!context.expired) return 'waits';
      await recordDropped(run, event, context.lastEntries);
      return 'dropped';
    }
  }
  const merged = await merge(run, event, twin, context);
  if (merged === null) return 'done';
  const orders = await ordersOf(run, merged);
  const pre = await askedBefore(run, merged, context.lastEntries);
  const answers = pre?.verdict?.allowed === true ? pre.sequence : null;
  const { input } = merged;
  const entry: Recorded = {
    draft: {
      ...draftOf(run, wordOf(merged), merged.order),
      outcome: 'committed',
      of: answers,
    },
    outcome: null,
    details: { ...detailsOf(merged), ...(Object.keys(input).length > 0 && { input }) },
  };
  run.recorded.push(entry);
  const followed = await followMaterials(run, orders);
  const effects = await runHostPostHooks(run, merged, followed);
  if (Object.keys(effects).length > 0) entry.details = { ...entry.details, effects };
  // Their quantities and states may be others by now.
  context.snapshots.clear();
  context.prepared.forgetAll();
  return 'done';
}

/** The orders that a material is or was linked to. */
async function ordersOf(run: Run, event: HookEvent): Promise<string[]> {
  const linked = event.material === null ? [] : await run.session.orders.ordersOfMaterial(event.material);
  return [...new Set([...linked, ...(event.order === null ? [] : [event.order])])];
}

async function applyOrderEvent(run: Run, event: HookEvent, context: EventContext): Promise<Applied> {
  const name = event.order ?? '';
  const snapshot = context.snapshots.get(name) ?? (await run.session.orders.load([name])).get(name);
  const word = wordOf(event);
  const { events } = run.session;
  const twin = event.door === 'report' ? await events.counterpart(event, context.since) : null;
  // A row that has moved on since has shown it to the one who stored the other report of the same transition.
  const shown =
    twin !== null || event.claimed === null || (snapshot !== undefined && shows(snapshot, event.claimed));
  if (!shown) {
    if (!context.expired) return 'waits';
    await recordDropped(run, event, context.lastEntries);
    return 'dropped';
  }
  if (snapshot === undefined) {
    const gone = refusal(
      'OW_ORDER_UNKNOWN',
      'The order exists',
      `There is no Production Order ${name} any more.`,
    );
    recordVerdict(run, event, { ...verdictOf(run, word, name), violations: [gone] });
    return 'done';
  }
  const merged = await merge(run, event, twin, context);
  if (merged === null) return 'done';
  run.prepared = context.prepared;
  await carryOut(run, merged, snapshot, context.lastEntries);
  // The row may have been moved on by a hook.
  context.snapshots.delete(name);
  context.prepared.forget(name);
  return 'done';
}

/**
 * Two reports of one transition are one event: the one that comes to its turn first takes the other's part with it.
 * Null where the transition was applied before.
 */
async function merge(
  run: Run,
  event: HookEvent,
  seen: HookEvent | null,
  { awaiting, taken }: EventContext,
): Promise<HookEvent | null> {
  const { events } = run.session;
  if (event.door === 'report') {
    if (seen === null) return event;
    if (seen.state === 'done') {
      await events.finish([event.id], seen.id);
      return null;
    }
    await events.finish([seen.id], event.id);
    await events.see([seen.id]);
    taken.push(seen.id);
    return { ...event, from: seen.from, to: seen.to, changed: seen.changed };
  }
  const told = awaiting.find(
    ({ operation, order, material }) =>
      operation === event.operation &&
      material === event.material &&
      // A material may have come to another order since it was reported.
      (material !== null || order === event.order),
  );
  if (told === undefined) return event;
  awaiting.splice(awaiting.indexOf(told), 1);
  await events.finish([told.id], event.id);
  const { actor, requestId, correlationId, input } = told;
  run.request = { ...run.request, actor, requestId: requestId ?? run.request.requestId };
  run.request.correlationId = correlationId ?? run.request.requestId;
  return { ...event, actor, requestId, correlationId, input };
}

async function carryOut(
  run: Run,
  event: HookEvent,
  snapshot: OrderSnapshot,
  lastEntries: LastEntries,
): Promise<void> {
  const word = wordOf(event);
  const { name } = snapshot.order;
  const operation = word === create.name ? create : run.kernel.operations.get(word);
  const input = operation === undefined ? event.input : inputOf(event, operation, snapshot);
  const before = await standingBefore(run, event, snapshot);
  const pre = await askedBefore(run, event, lastEntries);
  const details: JsonObject = { ...detailsOf(event), ...(Object.keys(input).length > 0 && { input }) };
  const row: AnswerRow = {
    ...verdictOf(run, word, name),
    allowed: true,
    state: snapshot.order.state,
  } as AnswerRow;
  const place = run.recorded.length;
  if (pre?.verdict?.allowed === true) {
    // What was asked before is answered by this outcome.
    run.recorded.push({
      draft: { ...draftOf(run, word, name), outcome: 'committed', of: pre.sequence },
      outcome: null,
      details,
    });
  } else {
    const judged = await judge(run, { operation, word, snapshot, before, input });
    Object.assign(row, judged.row);
    run.recorded.push({
      draft: { ...draftOf(run, word, name), facts: judged.facts, verdict: { ...judged.row } },
      outcome: 'bypassed',
      details: pre === null ? details : { ...details, refusedBefore: pre.sequence },
    });
  }
  if (operation !== undefined && KERNEL_OPERATIONS.includes(word)) {
    const { journalled } = await runPostHooks(run, askOf(run, operation, snapshot, input), row);
    const entry = run.recorded[place];
    if (entry !== undefined && Object.keys(journalled).length > 0)
      entry.details = { ...entry.details, effects: journalled };
  }
  await keepOrForgetClosed(run, snapshot, before);
  if (mayComplete(word, event) || run.kernel.writer === 'host')
    await follow(run, await reload(run.session, name), null, 'order');
}

/** What the host closed keeps its quantities, what it reopened has those of its materials again. */
async function keepOrForgetClosed(
  run: Run,
  snapshot: OrderSnapshot,
  before: HostStanding | null,
): Promise<void> {
  if (snapshot.order.state === 'Closed') {
    if (snapshot.closedWith === null) await keepClosed(run.session, snapshot);
  } else if (before?.state === 'Closed') {
    await run.session.orders.forgetClosedQuantities([snapshot.order]);
  }
}

/** Fields of an order that say when it is complete. */
const COMPLETING: ReadonlySet<string> = new Set([
  'Quantity',
  'Units',
  'Product',
  'OverDeliveryTolerance',
  'UnderDeliveryTolerance',
]);

/** Whether an automatic transition may be due after what the host did with the order itself. */
function mayComplete(word: string, { changed }: HookEvent): boolean {
  return SETTLED.has(word) && (word !== 'Change' || changed.some((field) => COMPLETING.has(field)));
}

const AUTOMATIC: ReadonlySet<string> = new Set(['Complete', 'ReturnToProgress']);

interface Judged {
  row: VerdictRow;
  facts: JournalEntry['facts'];
}

interface Question {
  operation: Operation | undefined;
  word: string;
  snapshot: OrderSnapshot;
  before: HostStanding | null;
  input: JsonObject;
}

/** What we would have answered had we been asked before: it is told and changes nothing. */
async function judge(run: Run, { operation, word, snapshot, before, input }: Question): Promise<Judged> {
  const { name, state } = snapshot.order;
  const row: VerdictRow = { ...verdictOf(run, word, name), allowed: true, state };
  if (operation === undefined) {
    row.violations = before === null ? [] : automaticViolations(word, snapshot, before);
    const incomplete = word === 'Complete' && !(await completion(askOf(run, create, snapshot, {}))).holds;
    if (incomplete && row.violations.length === 0) {
      row.violations = [hostMoved(snapshot, before, 'the rules in rules/complete/ do not hold')];
    }
    row.allowed = row.violations.length === 0;
    return { row, facts: {} };
  }
  const asked = before === null ? snapshot : withStanding(snapshot, before);
  const decided = await decideOrder(askOf(run, operation, asked, input));
  const broken = before === null ? [] : decided.proposal.violations;
  const others = decided.violations.filter((violation) => !decided.proposal.violations.includes(violation));
  row.mode = decided.mode;
  row.violations = [
    ...broken.map((violation) => ({
      ...violation,
      ...hostMoved(snapshot, before, `${violation.code}: ${violation.message}`),
      conditions: violation.conditions,
    })),
    ...others,
  ];
  row.warnings = decided.warnings;
  row.allowed = broken.length === 0 && (others.length === 0 || decided.mode === 'observe');
  return { row, facts: decided.facts };
}

function automaticViolations(word: string, snapshot: OrderSnapshot, before: HostStanding): Violation[] {
  if (!AUTOMATIC.has(word)) return [];
  const { state, universalState } = before;
  const standing = { state: state as OrderState, universalState: universalState as UniversalState };
  const transition = decideTransition(standing, word as AutomaticOperation);
  return transition.ok
    ? []
    : [hostMoved(snapshot, before, `${transition.code}: ${word} is not allowed there`)];
}

/** The host did what our table forbids; its row is the state all the same. */
function hostMoved({ order }: OrderSnapshot, before: HostStanding | null, broken: string): Violation {
  const from = before === null ? '' : ` from ${before.state} and ${before.universalState}`;
  const message = `The host moved ${order.name}${from} to ${order.state} and ${order.universalState}, which breaks ${broken}`;
  return {
    ...refusal('OW_HOST_MOVED', 'The state model', message),
    state: order.state,
    universalState: order.universalState,
  };
}

/** The row as it was before the host's operation, where that is known. */
async function standingBefore(
  run: Run,
  event: HookEvent,
  snapshot: OrderSnapshot,
): Promise<HostStanding | null> {
  if (event.from !== null || wordOf(event) === create.name) return event.from;
  const seen = await run.session.events.seen(snapshot.order.name);
  const { state, universalState } = snapshot.order;
  // What was seen may be the row as it is now: where it came from is not known then.
  return seen?.state === state && seen.universalState === universalState && wordOf(event) !== 'Change'
    ? null
    : seen;
}

function withStanding(snapshot: OrderSnapshot, { state, universalState }: HostStanding): OrderSnapshot {
  const standing = { state: state as OrderState, universalState: universalState as UniversalState };
  return { ...snapshot, order: { ...snapshot.order, ...standing } };
}

/** The last entry of the journal about an order in an operation, by both; null where there is none. */
type LastEntries = ReadonlyMap<string, JournalEntry | null>;

/** What the journal said last about the orders of these events, each in its event's operation, read at once. */
export async function lastEntriesOf(
  { journal }: Pick<Session, 'journal'>,
  events: readonly HookEvent[],
): Promise<LastEntries> {
  const entries = new Map<string, JournalEntry | null>();
  for (const [word, ofWord] of Map.groupBy(events, wordOf)) {
    const last = await journal.last([...new Set(ofWord.map(orderOf))], word);
    for (const event of ofWord) entries.set(entryKey(event), last.get(orderOf(event)) ?? null);
  }
  return entries;
}

/** The verdict of a Pre hook about this operation that no outcome has answered yet. */
async function askedBefore(
  { session }: Run,
  event: HookEvent,
  lastEntries: LastEntries,
): Promise<JournalEntry | null> {
  const key = entryKey(event);
  const known = lastEntries.has(key) ? lastEntries : await lastEntriesOf(session, [event]);
  const last = known.get(key);
  if (!last?.verdict || last.of !== null) return null;
  if (event.material !== null && last.verdict.name !== event.material) return null;
  if (last.door !== 'http' && last.door !== 'in-process') return null;
  return event.requestId === null || event.requestId === last.requestId || event.door !== 'report'
    ? last
    : null;
}

/** What a Change changed, as its hooks are told: the fields with the values that the row has now. */
function inputOf(event: HookEvent, operation: Operation, { order }: OrderSnapshot): JsonObject {
  if (Object.keys(event.input).length > 0 || event.changed.length === 0) return event.input;
  const known = (operation.input.properties ?? {}) as JsonObject;
  const row = order as unknown as JsonObject;
  const fields = event.changed.map((field) => `${field.charAt(0).toLowerCase()}${field.slice(1)}`);
  return Object.fromEntries(
    fields
      .filter((field) => field in known && (row[field] ?? null) !== null)
      .map((field) => [field, row[field] as JsonValue]),
  );
}

async function recordDropped(run: Run, event: HookEvent, lastEntries: LastEntries): Promise<void> {
  const word = wordOf(event);
  const pre = await askedBefore(run, event, lastEntries);
  run.recorded.push({
    draft: { ...draftOf(run, word, event.order), outcome: 'rolled back', of: pre?.sequence ?? null },
    outcome: null,
    details: { ...detailsOf(event), claimed: event.claimed as unknown as JsonValue },
  });
}

function recordVerdict(run: Run, event: HookEvent, verdict: VerdictRow): void {
  run.recorded.push({
    draft: { ...draftOf(run, wordOf(event), verdict.name), verdict },
    outcome: null,
    details: detailsOf(event),
  });
}

function verdictOf(run: Run, word: string, name: string): VerdictRow {
  const { mode } = operationSettings(run.kernel.configuration, word);
  return { name, allowed: false, mode, state: null, violations: [], warnings: [] };
}

function detailsOf({ id, material, from, to }: HookEvent): JsonObject {
  return {
    event: id,
    ...(material !== null && { material }),
    ...(from !== null && { from: { ...from } }),
    ...(to !== null && { to: { ...to } }),
  };
}

function orderOf({ order }: HookEvent): string {
  return order ?? '';
}

function entryKey(event: HookEvent): string {
  return `${wordOf(event)} ${orderOf(event)}`;
}

/** `Release` of `ProductionOrder.Release`, as the journal and the configuration call it. */
function wordOf({ operation, material }: HookEvent): string {
  const word = operation.slice(operation.indexOf('.') + 1);
  return material === null ? word : materialOperationName(word);
}
