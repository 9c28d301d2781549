/**
 * Operations on orders once more and in the plainest words (design 3.1, 3.4 and the shipped rules): what the random
 * sequences compare orderwright with.
 */
import type { JsonObject, OrderState } from '../../src/index.js';
import {
  converted,
  found,
  isComplete,
  of,
  progressOf,
  quantityOf,
  shown,
  sum,
  tenths,
  textOf,
  type ModelMaterial,
  type ModelOrder,
  type World,
} from './material-model-quantities.js';
import { at, PRODUCTS } from './material-plant.js';

/** What one row comes to, before all or none is asked about. */
export interface ModelRow {
  name: string;
  reasons: string[];
  /** The state that the row shows where it is refused. */
  before: string | null;
  /** What it shows where it is allowed. */
  told: JsonObject;
  operation: string;
  /** The order that its entry in the journal is about, and the others that its outcome concerns. */
  about: string | null;
  others: string[];
  /** What followed by itself: `Complete 1-0`. */
  followed: string[];
}

/** Moves an order on or back; `wasComplete` says whether it was complete before the change. */
export function settle(
  world: World,
  name: string,
  { wasComplete, materials }: { wasComplete: boolean; materials: boolean },
): string[] {
  const order = { ...world.orders.get(name)! };
  const followed: string[] = [];
  if (order.terminated) return followed;
  world.orders.set(name, order);
  const begun = of(world, order).some(
    (one) => one.accounts && !['Created', null].includes(progressOf(one, order)),
  );
  if (materials && order.state === 'Released' && begun) {
    order.state = 'InProgress';
    followed.push(`Start ${name}`);
  }
  if (order.state === 'InProgress' && isComplete(world, order)) {
    order.state = 'Completed';
    followed.push(`Complete ${name}`);
  } else if (order.state === 'Completed' && wasComplete && !isComplete(world, order)) {
    order.state = 'InProgress';
    followed.push(`ReturnToProgress ${name}`);
  }
  return followed;
}

const FROM: Record<string, OrderState[]> = {
  Release: ['Created'],
  Unrelease: ['Released'],
  Start: ['Released'],
  Cancel: ['Released', 'InProgress', 'Completed'],
  Close: ['Completed'],
  Reopen: ['Closed'],
  Terminate: ['Created', 'InProgress', 'Completed'],
  Change: ['Created', 'Released', 'InProgress', 'Completed'],
};

function stateReasons({ state, terminated }: ModelOrder, operation: string): string[] {
  if (operation === 'Unterminate') return terminated ? [] : ['OW_STATE_NOT_ALLOWED'];
  if (terminated) return ['OW_STATE_TERMINATED'];
  return FROM[operation]?.includes(state) === true ? [] : ['OW_STATE_NOT_ALLOWED'];
}

/** An operation on an order of the world, which is changed where nothing is against it. */
export function operateOrder(world: World, operation: string, name: string, input: JsonObject): ModelRow {
  const order = world.orders.get(name);
  const row = { name, operation, about: name, others: [], told: {}, followed: [] };
  if (operation === 'Create') return { ...row, ...createOrder(world, name, input) };
  if (order === undefined) return { ...row, before: null, reasons: ['OW_ORDER_UNKNOWN'] };
  const reasons = stateReasons(order, operation);
  const refuse = (reason: string, when: boolean) => (when ? reasons.push(reason) : 0);
  const next = { ...order };
  const linked = of(world, order);
  const wasComplete = isComplete(world, order);
  const told: JsonObject = {};
  let made: ModelMaterial[] = [];
  if (operation === 'Release') {
    next.plannedStart = (input.plannedStart as string | undefined) ?? order.plannedStart ?? '2020-07-03';
    next.plannedEnd = (input.plannedEnd as string | undefined) ?? order.plannedEnd ?? order.dueDate;
    next.state = 'Released';
    refuse('release/planned-start-before-planned-end', next.plannedStart > next.plannedEnd!);
  } else if (operation === 'Unrelease') {
    next.state = 'Created';
    refuse(
      'OW_UNRELEASE_MATERIAL_BEGUN',
      linked.some(({ state }) => state !== 'Created'),
    );
  } else if (operation === 'Start') {
    next.state = 'InProgress';
    refuse('start/order-is-active', order.terminated);
    if (reasons.length === 0) {
      const started = startMaterials(world, order);
      if (typeof started === 'string') reasons.push(started);
      else made = started;
      if (made.length > 0)
        told.materials = made.map(({ name: of, quantity, units }) => ({
          name: of,
          quantity: textOf(quantity),
          units,
        }));
    }
  } else if (operation === 'Cancel') {
    Object.assign(next, { state: 'Canceled', terminated: true, canceledFrom: order.state });
    refuse('cancel/order-is-active', order.terminated);
  } else if (operation === 'Close') {
    next.state = 'Closed';
    next.terminated = input.terminate === true && linked.every(({ terminated }) => terminated);
    const { sums, underWay } = { ...found(world, order), sums: shown(world, order) };
    const made100 = (sums?.completed ?? 0n) * 100n;
    refuse(
      'close/completed-reaches-minimum',
      sums === null || made100 < order.quantity * (100n - order.under),
    );
    refuse('close/completed-within-maximum', sums === null || made100 > order.quantity * (100n + order.over));
    refuse('close/no-material-in-progress', underWay > 0);
    next.closedWith = sums;
  } else if (operation === 'Reopen') {
    Object.assign(next, { state: 'Completed', closedWith: null });
  } else if (operation === 'Terminate') {
    next.terminated = true;
  } else if (operation === 'Unterminate') {
    next.terminated = false;
    if (order.state === 'Canceled') Object.assign(next, { state: origin(world, order), canceledFrom: null });
  } else {
    change(next, input);
    refuse('OW_PRODUCT_UNKNOWN', PRODUCTS[next.product] === undefined);
  }
  if (reasons.length > 0) return { ...row, before: order.state, reasons };
  world.orders.set(name, next);
  for (const material of made) world.materials.set(material.name, material);
  const settled = ['Start', 'Change', 'Unterminate'].includes(operation);
  const followed = settled ? settle(world, name, { wasComplete, materials: false }) : [];
  return {
    ...row,
    before: order.state,
    reasons,
    followed,
    told: { ...told, state: world.orders.get(name)!.state },
  };
}

function createOrder(
  world: World,
  name: string,
  input: JsonObject,
): Pick<ModelRow, 'before' | 'reasons' | 'told'> {
  const state = input.state as OrderState;
  const { plannedStart = null, plannedEnd = null } = input as Record<string, string | null>;
  if (world.orders.has(name)) return { before: null, reasons: ['OW_ORDER_EXISTS'], told: {} };
  if (state === 'Released' && plannedStart === null)
    return { before: null, reasons: ['create/planned-dates-when-released'], told: {} };
  world.orders.set(name, {
    name,
    state,
    terminated: false,
    canceledFrom: null,
    product: 'Stool',
    quantity: tenths(3),
    units: 'pcs',
    over: 0n,
    under: 0n,
    restricted: false,
    planned: true,
    flowPath: null,
    priority: 2,
    dueDate: '2020-07-06',
    plannedStart,
    plannedEnd,
    closedWith: null,
  });
  return { before: null, reasons: [], told: { state } };
}

function change(next: ModelOrder, input: JsonObject): void {
  const { quantity, product, restricted, includeInPlanning, flowPath } = input;
  if (quantity !== undefined) next.quantity = quantityOf(quantity as string | number);
  if (product !== undefined) next.product = product as string;
  if (restricted !== undefined) next.restricted = restricted as boolean;
  if (includeInPlanning !== undefined) next.planned = includeInPlanning as boolean;
  if (flowPath !== undefined) next.flowPath = flowPath as string | null;
  const hundredths = (value: unknown) => BigInt(Math.round(Number(value) * 100));
  if (input.underDeliveryTolerance !== undefined) next.under = hundredths(input.underDeliveryTolerance);
  if (input.overDeliveryTolerance !== undefined) next.over = hundredths(input.overDeliveryTolerance);
}

function origin(world: World, order: ModelOrder): OrderState {
  if (order.canceledFrom !== null) {
    return order.canceledFrom === 'InProgress' || order.canceledFrom === 'Completed'
      ? order.canceledFrom
      : 'Created';
  }
  if (isComplete(world, order)) return 'Completed';
  const { underWay, made } = found(world, order);
  return underWay + made > 0 ? 'InProgress' : 'Created';
}

/** What of the order is on no material yet, in its units. */
export function notOnMaterials(world: World, order: ModelOrder): bigint | null {
  const sums = shown(world, order);
  const waiting = sum(
    of(world, order).filter(
      ({ accounts, state, terminated }) => accounts && state === 'Created' && !terminated,
    ),
    order,
  );
  return sums === null || waiting === null
    ? null
    : order.quantity - sums.inProgress - sums.completed - waiting;
}

/** The materials that Start makes, so that the quantity is left at the end; or why it can't. */
function startMaterials(world: World, order: ModelOrder): ModelMaterial[] | string {
  const product = PRODUCTS[order.product]!;
  const size =
    product.size === null ? null : converted(tenths(product.size), product.units, order.units, order.product);
  if (!order.planned || size === null || notOnMaterials(world, order) === null) return [];
  const path = order.flowPath ?? product.flowPath;
  const begin = path === null ? null : at(path);
  // What is alike is added before it is divided, and all of it is counted in tenths of what is left.
  const alike = new Map<string, { keeps: bigint; materials: ModelMaterial[] }>();
  for (const material of of(world, order).filter(({ accounts }) => accounts)) {
    const is = progressOf(material, order);
    if (is === null) continue;
    const isMade = is === 'Completed' || is === 'Delivered';
    const stands = material.flowPath === null ? begin : at(material.flowPath);
    const key = isMade ? 'made' : `at ${String(material.flowPath)}`;
    const group = alike.get(key) ?? { keeps: isMade ? 10n : (stands?.keeps ?? 10n), materials: [] };
    alike.set(key, { ...group, materials: [...group.materials, material] });
  }
  const left = [...alike.values()].reduce(
    (all, one) => all + (sum(one.materials, order) ?? 0n) * one.keeps,
    0n,
  );
  const missing = order.quantity * 10n - left;
  if (missing <= 0n) return [];
  if (path !== null && begin === null) return 'OW_FLOW_UNKNOWN';
  const keeps = begin?.keeps ?? 10n;
  let wanted = (missing + keeps - 1n) / keeps;
  const made: ModelMaterial[] = [];
  for (let number = 1; wanted > 0n; number += 1) {
    const name = `${order.name}.${number}`;
    if (world.materials.has(name)) continue;
    const quantity = wanted < size ? wanted : size;
    wanted -= quantity;
    made.push(newMaterial({ name, order, quantity, units: order.units, path: begin?.path ?? null }));
  }
  return made;
}

export function newMaterial({
  name,
  order,
  quantity,
  units,
  path,
}: {
  name: string;
  order: ModelOrder;
  quantity: bigint;
  units: string;
  path: string | null;
}): ModelMaterial {
  return {
    name,
    product: order.product,
    quantity,
    units,
    state: 'Created',
    terminated: false,
    facility: path === null ? null : (at(path)?.facility ?? null),
    flowPath: path,
    priority: null,
    dueDate: null,
    links: [{ order: order.name, accounts: true, current: true }],
  };
}
