/**
 * An operation on a collection of materials, from the request to the answer: load, decide, save, what follows for the
 * orders, Post hooks, journal. One transaction for the collection; a material that fails is undone alone, unless the
 * request is atomic.
 */
import { materialHookPoint, materialOperationName } from '../../core/hooks/hook-point.js';
import type { JsonObject } from '../../core/json.js';
import {
  activeViolation,
  currentOrder,
  type MaterialProposal,
  type NewMaterial,
} from '../../core/order/material-proposals.js';
import type { Facility, MaterialSnapshot, OrderSnapshot } from '../../core/order/production-order.js';
import { shownQuantities } from '../../core/order/quantities.js';
import { refusal, type VerdictRow, type Violation } from '../../core/rules/verdict.js';
import type { Outcome } from '../../ports/journal.js';
import type { AnswerRow, MaterialPostContext } from '../../ports/plugin.js';
import { checkInput } from '../check-input.js';
import { PluginFailed } from '../evaluate-order.js';
import { follow } from '../follow-materials.js';
import { hostWrites } from '../host-writes.js';
import { guarded } from '../judge.js';
import type { Kernel } from '../kernel.js';
import { foreignOwner } from '../owner-role.js';
import { addSaid, keepClosed, performAsHook, reload, undone } from '../perform.js';
import {
  checkOverride,
  draftOf,
  refuse,
  transact,
  type Asked,
  type Recorded,
  type Rows,
  type Run,
} from '../transaction.js';
import {
  decideMaterial,
  materialContext,
  ordersConcerned,
  type DecidedMaterial,
  type MaterialAsk,
} from './decide-material.js';
import { freeNames } from './free-names.js';
import type { MaterialOperation } from './material-operation.js';
import { findMaterialOperation } from './material-operations.js';
import { withMaterialValues } from './material-values.js';

export interface MaterialRequest extends Asked {
  operation: string;
  /** Materials by name; one named twice is done once. For Create, the names that they get. */
  materials: readonly string[];
  input?: JsonObject;
}

/** The answer about a collection of materials. */
export interface MaterialVerdict {
  requestId: string;
  ruleSet: string;
  materials: AnswerRow[];
}

/**
 * Performs an operation on materials and answers a row per material.
 * @throws OrderwrightError OW_OPERATION_UNKNOWN, OW_INPUT_INVALID, OW_RULE_UNKNOWN (an override of a rule that the
 * operation does not have), OW_OVERRIDE_SEVERAL (it lets one material through).
 */
export async function performMaterials(kernel: Kernel, asked: MaterialRequest): Promise<MaterialVerdict> {
  const operation = findMaterialOperation(asked.operation);
  const input = asked.input ?? {};
  checkInput(operation.input, input);
  const names = [...new Set(asked.materials)];
  const answer = await transact(kernel, asked, async (run) => {
    checkOverride(run, operation, names);
    const rows: AnswerRow[] = [];
    for (const name of names) rows.push(await performMaterial(run, operation, name, input));
    return rows;
  });
  return ofMaterials(answer);
}

/** The answer about a collection of materials. */
export function ofMaterials({ rows, ...answer }: Rows): MaterialVerdict {
  return { ...answer, materials: rows };
}

/** One material through one operation, inside the run's transaction. */
async function performMaterial(
  run: Run,
  operation: MaterialOperation,
  name: string,
  input: JsonObject,
): Promise<AnswerRow> {
  const found = await askAbout(run, operation, name, { input });
  if ('violation' in found) return refuseMaterial(run, operation, name, found);
  return finish(found, leftToHost(found, await decideMaterial(found, await propose(found))));
}

/** Where the host writes its rows itself, it makes and changes its materials too. */
function leftToHost({ run, operation }: MaterialAsk, decided: DecidedMaterial): DecidedMaterial {
  const violation = hostWrites(run.kernel, 'materials', materialHookPoint(operation.name, 'Pre'));
  if (violation === null) return decided;
  return { ...decided, allowed: false, violations: [...decided.violations, violation] };
}

/** The row of a material about which nothing could be asked. */
export function refuseMaterial(
  run: Run,
  operation: MaterialOperation,
  name: string,
  { violation, order }: Missing,
): AnswerRow {
  return refuse(run, { operation: materialOperationName(operation.name), name, order }, violation);
}

/** What the operation would come to, before any rule is asked. */
export function propose(ask: MaterialAsk): MaterialProposal | Promise<MaterialProposal> {
  const { materials } = ask.run.session;
  return ask.operation.propose({ ...ask, freeNames: (base, count) => freeNames(materials, base, count) });
}

/** What was not there to ask about. */
export interface Missing {
  violation: Violation;
  order: string | null;
}

/**
 * The material with the orders and the facility that the operation is about; every one of them is there.
 * @param asked `values`: what the caller knows of the material, which wins over what is read.
 */
export async function askAbout(
  run: Run,
  operation: MaterialOperation,
  name: string,
  { input, values = {} }: { input: JsonObject; values?: JsonObject },
): Promise<MaterialAsk | Missing> {
  const { materials, orders } = run.session;
  const orderName = operation.names === null ? null : (input.order as string);
  const readOrder = orderName === null ? null : ((await orders.load([orderName])).get(orderName) ?? null);
  if (orderName !== null && readOrder === null) {
    const message = `There is no Production Order ${orderName}.`;
    return { violation: refusal('OW_ORDER_UNKNOWN', 'The order exists', message), order: null };
  }
  const { product, order: row } = readOrder ?? {};
  const paths = [input.to, product?.flowPath, row?.flowPath, input.flowPath, values.flowPath];
  const given = paths.filter((path): path is string => typeof path === 'string');
  const read =
    operation.name === 'Create'
      ? await newMaterial(run, name, readOrder, given)
      : await materials.load(name, given);
  if (read === null) {
    const code = operation.name === 'Create' ? 'OW_MATERIAL_EXISTS' : 'OW_MATERIAL_UNKNOWN';
    const message =
      operation.name === 'Create' ? `There is a material ${name} already.` : `There is no material ${name}.`;
    return { violation: refusal(code, 'The material exists', message), order: orderName };
  }
  const known = await withMaterialValues(orders, read, values);
  if ('code' in known) return { violation: known, order: orderName };
  const snapshot = known;
  const namedOrder = readOrder && (snapshot.orders.get(readOrder.order.name) ?? readOrder);
  const order = operation.names === 'order' ? namedOrder : currentOrder(snapshot);
  const inactive = activeViolation(snapshot);
  if (inactive !== null) return { violation: inactive, order: order?.order.name ?? null };
  let facility: Facility | null = null;
  if (typeof input.facility === 'string') {
    facility = await materials.facility(input.facility);
    if (facility === null) {
      const message = `There is no facility ${input.facility}.`;
      const violation = refusal('OW_FACILITY_UNKNOWN', 'The facility exists', message);
      return { violation, order: order?.order.name ?? null };
    }
  }
  const newOrder = operation.names === 'newOrder' ? namedOrder : null;
  // Who owns the order is what the host has committed: a request does not say so of itself.
  for (const owned of [currentOrder(read), order, newOrder]) {
    const foreign = owned === null ? null : foreignOwner(run.roles, owned.order);
    if (foreign !== null) return { violation: foreign, order: order?.order.name ?? null };
  }
  return { run, operation, input, snapshot, order, newOrder, facility };
}

/** A material that is yet to be, as the operation sees it; null where the name is taken. */
async function newMaterial(
  run: Run,
  name: string,
  order: OrderSnapshot | null,
  paths: readonly string[],
): Promise<MaterialSnapshot | null> {
  if (order === null || (await run.session.materials.existing([name])).has(name)) return null;
  const { product, order: of } = order;
  return {
    material: {
      id: '',
      rowVersion: '',
      name,
      product: of.product,
      quantity: '0',
      units: of.units,
      facility: null,
      flowPath: null,
      state: 'Created',
      universalState: 'Active',
      priority: null,
      dueDate: null,
    },
    product,
    links: [],
    orders: new Map(),
    flows: await run.session.orders.flows(paths),
  };
}

/** From the decision to the row: refused, or saved with what follows from it; recorded for the journal either way. */
async function finish(ask: MaterialAsk, decided: DecidedMaterial): Promise<AnswerRow> {
  const { run } = ask;
  // What it would have come to is not told of what was not done.
  const refusedRow = () =>
    rowOf(ask.operation.name === 'Create' ? null : ask.snapshot.material.state, ask, {
      ...decided,
      allowed: false,
    });
  const refusedEntry = (row: AnswerRow) => recordOf(ask, decided, row, null);
  if (!decided.allowed) {
    const row = refusedRow();
    run.recorded.push(refusedEntry(row));
    return row;
  }
  const before = run.recorded.length;
  try {
    const done = await run.session.nested(() => carryOut(ask, decided));
    run.undoneRows.set(done.name, refusedRow);
    return done;
  } catch (error) {
    if (!(error instanceof PluginFailed)) throw error;
    return undone(run, before, error, { refusedRow, entry: refusedEntry });
  }
}

async function carryOut(ask: MaterialAsk, decided: DecidedMaterial): Promise<AnswerRow> {
  const { run, snapshot } = ask;
  const { proposal } = decided;
  const concerned = ordersConcerned(ask, proposal);
  const ordersBefore = await run.session.orders.load(concerned);
  for (const order of ordersBefore.values()) {
    if (order.order.state === 'Closed' && order.closedWith === null) await keepClosed(run.session, order);
  }
  await save(ask, decided);
  const state = proposal.changes.state ?? snapshot.material.state;
  const row = rowOf(state, ask, decided);
  const entry = recordOf(ask, decided, row, decided.overridden ? 'overridden' : 'committed');
  run.recorded.push(entry);
  const orders: OrderSnapshot[] = [];
  for (const name of concerned) {
    const changed = await reload(run.session, name);
    orders.push(await follow(run, changed, ordersBefore.get(name) ?? null));
  }
  const { count } = run.written;
  const effects = await runMaterialPostHooks(ask, proposal, orders, row);
  if (Object.keys(effects).length > 0) entry.details = { ...entry.details, effects };
  // Only a hook can have written an order since it was read.
  const hooked = run.written.count !== count;
  row.orders = [];
  for (const order of orders) {
    row.orders.push(orderEffect(hooked ? await reload(run.session, order.order.name) : order));
  }
  if (concerned.length > 0) entry.details = { ...entry.details, orders: row.orders };
  return row;
}

async function save({ run, operation, snapshot }: MaterialAsk, { proposal }: DecidedMaterial): Promise<void> {
  const { materials } = run.session;
  const { changes, created, links } = proposal;
  if (operation.name !== 'Create') {
    await materials.update(snapshot.material, changes, { before: snapshot.links, after: links });
  }
  if (created.length > 0) await materials.insert(created, links);
}

/** Post hooks in the transaction of the operation; gives what the journal keeps of what they report. */
export async function runMaterialPostHooks(
  ask: MaterialAsk,
  proposal: MaterialProposal,
  orders: readonly OrderSnapshot[],
  row: AnswerRow,
): Promise<JsonObject> {
  const { run, operation } = ask;
  const journalled: JsonObject = {};
  for (const plugin of run.kernel.plugins) {
    const hook = plugin.code.post?.[materialHookPoint(operation.name, 'Post')];
    if (hook === undefined) continue;
    const context: MaterialPostContext = {
      ...materialContext(ask, proposal),
      orders,
      async perform(name, order, input = {}) {
        return performAsHook(run, await reload(run.session, order), name, input);
      },
    };
    addSaid(row, journalled, plugin, await guarded(plugin, () => hook(context)));
  }
  return journalled;
}

/** The row of an answer about a material; what it came to stands beside the verdict. */
export function rowOf(state: string | null, ask: MaterialAsk, decided: DecidedMaterial): AnswerRow {
  const { material } = ask.snapshot;
  const { allowed, mode, violations, warnings, proposal } = decided;
  const verdict: VerdictRow = { name: material.name, allowed, mode, state, violations, warnings };
  if (!allowed) return { ...verdict, order: ask.order?.order.name ?? null } as unknown as AnswerRow;
  const created = proposal.created.map(createdRow);
  const current = proposal.links.find((link) => link.current)?.order ?? null;
  const own = ask.operation.name === 'Create' ? proposal.created[0] : { ...material, ...proposal.changes };
  return {
    ...verdict,
    order: current,
    quantity: own?.quantity ?? material.quantity,
    units: own?.units ?? material.units,
    flowPath: own?.flowPath ?? null,
    universalState: own?.universalState ?? material.universalState,
    ...(ask.operation.name !== 'Create' && created.length > 0 && { created }),
  } as unknown as AnswerRow;
}

function createdRow({ name, quantity, units }: NewMaterial): JsonObject {
  return { name, quantity, units };
}

/** An order that a material counts or belongs to, as it is after the operation. */
function orderEffect(snapshot: OrderSnapshot): JsonObject {
  const { inProgress, completed, delivered, missingConversions } = shownQuantities(snapshot);
  const known = missingConversions.length === 0;
  return {
    name: snapshot.order.name,
    state: snapshot.order.state,
    quantities: known ? { inProgress, completed, delivered } : null,
  };
}

/** A verdict with its facts, and what it came to, as the journal keeps it. */
export function recordOf(
  ask: MaterialAsk,
  decided: DecidedMaterial,
  row: AnswerRow,
  outcome: Outcome | null,
): Recorded {
  const { run, operation, input, snapshot, order } = ask;
  const { name, allowed, mode, state, violations, warnings } = row;
  const { changes, created, links } = decided.proposal;
  const concerned = ordersConcerned(ask, decided.proposal);
  const about = order?.order.name ?? concerned[0] ?? null;
  return {
    draft: {
      ...draftOf(run, materialOperationName(operation.name), about),
      facts: decided.facts,
      // The row goes on growing while hooks run; the entry keeps what was decided.
      verdict: { name, allowed, mode, state, violations: [...violations], warnings: [...warnings] },
    },
    outcome,
    details: {
      material: snapshot.material.name,
      ...(Object.keys(input).length > 0 && { input }),
      ...(decided.overridden && run.override !== null && { override: { ...run.override } }),
      ...(outcome !== null && {
        ...(Object.keys(changes).length > 0 && { changes: changesOf(ask, decided) }),
        ...(created.length > 0 && { created: created.map(createdRow) }),
        links: links.map((link) => ({ ...link })),
      }),
    },
    ...(outcome !== null && { otherOrders: concerned.filter((one) => one !== about) }),
  };
}

function changesOf({ snapshot }: MaterialAsk, { proposal }: DecidedMaterial): JsonObject {
  const before = new Map(Object.entries(snapshot.material));
  return Object.fromEntries(
    Object.entries(proposal.changes).map(([field, to]) => [field, { from: before.get(field) ?? null, to }]),
  );
}
