/** The operations on materials in the plainest words (design 3.3), and collections of either kind. */
import type { JsonObject } from '../../src/index.js';
import { newMaterial, notOnMaterials, operateOrder, settle, type ModelRow } from './material-model.js';
import {
  converted,
  isComplete,
  progressOf,
  quantityOf,
  shown,
  tenths,
  textOf,
  type ModelLink,
  type ModelMaterial,
  type ModelOrder,
  type World,
} from './material-model-quantities.js';
import { at, FACILITIES, PRODUCTS } from './material-plant.js';

/** What an operation would come to: what is against it, and the material, its links and its parts afterwards. */
interface Outcome {
  reasons: string[];
  after: ModelMaterial;
  parts: ModelMaterial[];
}

interface Question {
  world: World;
  operation: string;
  material: ModelMaterial;
  /** The order that is named, and the one that the material belongs to. */
  named: ModelOrder | null;
  current: ModelOrder | null;
  input: JsonObject;
}

const NAMES_ORDER = ['Create', 'Assign', 'Remove', 'ChangeProductionOrder'];

function operateMaterial(world: World, operation: string, name: string, input: JsonObject): ModelRow {
  const entryName = ['Create', 'Terminate'].includes(operation) ? `Material.${operation}` : operation;
  const row = { name, operation: entryName, before: null, told: {}, others: [], followed: [] };
  const orderName = NAMES_ORDER.includes(operation) ? (input.order as string) : null;
  const named = orderName === null ? null : (world.orders.get(orderName) ?? null);
  if (orderName !== null && named === null) return { ...row, about: null, reasons: ['OW_ORDER_UNKNOWN'] };
  const known = world.materials.get(name);
  if (operation === 'Create' && known !== undefined)
    return { ...row, about: orderName, reasons: ['OW_MATERIAL_EXISTS'] };
  const material = operation === 'Create' ? blank(name, named!) : known;
  if (material === undefined) return { ...row, about: orderName, reasons: ['OW_MATERIAL_UNKNOWN'] };
  const current = world.orders.get(material.links.find((link) => link.current)?.order ?? '') ?? null;
  const about = operation === 'ChangeProductionOrder' ? current : (named ?? current);
  const asked = { ...row, about: about?.name ?? null };
  if (material.terminated) return { ...asked, reasons: ['OW_MATERIAL_TERMINATED'] };
  if (input.facility !== undefined && FACILITIES[input.facility as string] === undefined)
    return { ...asked, reasons: ['OW_FACILITY_UNKNOWN'] };
  const { reasons, after, parts } = DECIDE[operation]!({ world, operation, material, named, current, input });
  const concerned = [...new Set([...material.links, ...after.links].map(({ order }) => order))].sort();
  const entry = { ...asked, about: asked.about ?? concerned[0] ?? null };
  const before = operation === 'Create' ? null : material.state;
  if (reasons.length > 0) return { ...entry, before, reasons };
  const others = concerned.filter((one) => one !== entry.about);
  const wasComplete = new Map(concerned.map((one) => [one, isComplete(world, world.orders.get(one)!)]));
  for (const one of concerned) keepClosed(world, one);
  for (const made of [after, ...parts]) world.materials.set(made.name, { ...made, links: after.links });
  const followed = concerned.flatMap((one) =>
    settle(world, one, { wasComplete: wasComplete.get(one)!, materials: true }),
  );
  const told = {
    state: after.state,
    order: after.links.find((link) => link.current)?.order ?? null,
    quantity: textOf(after.quantity),
    units: after.units,
    flowPath: after.flowPath,
    universalState: after.terminated ? 'Terminated' : 'Active',
    created: parts.map((part) => ({ name: part.name, quantity: textOf(part.quantity), units: part.units })),
    orders: concerned.map((one) => shownOrder(world, one)),
  };
  return { ...entry, before, reasons, others, followed, told };
}

function shownOrder(world: World, name: string): JsonObject {
  const order = world.orders.get(name)!;
  const sums = shown(world, order);
  const quantities =
    sums === null
      ? null
      : {
          inProgress: textOf(sums.inProgress),
          completed: textOf(sums.completed),
          delivered: textOf(sums.delivered),
        };
  return { name, state: order.state, quantities };
}

/** An order that the host closed keeps the quantities that it has when it is first seen. */
function keepClosed(world: World, name: string): void {
  const order = world.orders.get(name)!;
  if (order.state === 'Closed' && order.closedWith === null)
    world.orders.set(name, { ...order, closedWith: shown(world, order) });
}

function blank(name: string, order: ModelOrder): ModelMaterial {
  return { ...newMaterial({ name, order, quantity: 0n, units: order.units, path: null }), links: [] };
}

const OPEN = ['Created', 'Released', 'InProgress', 'Completed'];

function isOpen(order: ModelOrder | null): boolean {
  return order !== null && !order.terminated && OPEN.includes(order.state);
}

/** Whether a closed order counts it or has it. */
function isKept({ world, material }: Question, links = material.links): boolean {
  return links.some(
    ({ order, accounts, current }) => (accounts || current) && world.orders.get(order)!.state === 'Closed',
  );
}

/** One in progress that has reached completion is completed where its product and units are the order's. */
function becoming(material: ModelMaterial, order: ModelOrder | null): ModelMaterial {
  if (material.state !== 'InProgress' || material.flowPath === null) return material;
  return at(material.flowPath)?.completes === true && fits(material, order)
    ? { ...material, state: 'Completed' }
    : material;
}

function fits({ product, units }: ModelMaterial, order: ModelOrder | null): boolean {
  return order === null || (product === order.product && units === order.units);
}

const CLOSED = 'OW_ORDER_CLOSED';

function when(is: boolean, reason: string): string[] {
  return is ? [reason] : [];
}

function converts({ quantity, units }: ModelMaterial, order: ModelOrder): boolean {
  return converted(quantity, units, order.units, order.product) !== null;
}

const DECIDE: Record<string, (question: Question) => Outcome> = {
  Create({ world, material, named, input }) {
    const order = named!;
    const units = (input.units as string | undefined) ?? order.units;
    const quantity =
      input.quantity === undefined ? usual(world, order, units) : quantityOf(input.quantity as string);
    const path = (input.flowPath ?? order.flowPath ?? PRODUCTS[order.product]!.flowPath) as string | null;
    const made = newMaterial({ name: material.name, order, quantity: quantity ?? 0n, units, path });
    if (input.facility !== undefined) made.facility = input.facility as string;
    const reasons = [
      ...when(order.state === 'Closed', CLOSED),
      ...when(quantity === null || quantity <= 0n, 'OW_MATERIAL_QUANTITY'),
      ...when(input.flowPath !== undefined && at(path!) === null, 'OW_FLOW_UNKNOWN'),
      ...when(order.restricted, 'material-create/order-is-not-restricted'),
      ...when(!isOpen(order), 'material-create/order-is-open'),
      ...when(!converts(made, order), 'material-create/quantity-converts'),
    ];
    return { reasons, after: made, parts: [] };
  },
  Assign(question) {
    const { material, named } = question;
    const order = named!;
    const rules = [
      ...when(order.restricted, 'assign/order-is-not-restricted'),
      ...when(!isOpen(order), 'assign/order-is-open'),
      ...when(!converts(material, order), 'assign/quantity-converts'),
    ];
    if (question.current !== null)
      return { reasons: ['OW_MATERIAL_HAS_ORDER', ...rules], after: material, parts: [] };
    const others = material.links.filter((link) => link.order !== order.name);
    const link = { order: order.name, accounts: !others.some(({ accounts }) => accounts), current: true };
    const after = { ...becoming(material, order), links: byOrder([...others, link]) };
    const reasons = [
      ...when(order.state === 'Closed', CLOSED),
      ...when(after.state !== material.state && isKept(question), CLOSED),
    ];
    return { reasons: [...reasons, ...rules], after, parts: [] };
  },
  Remove(question) {
    const { world, material, named } = question;
    const order = named!;
    const rules = [
      ...when(order.restricted, 'remove/order-is-not-restricted'),
      ...when(!isOpen(order), 'remove/order-is-open'),
    ];
    const links = material.links.filter((link) => link.order !== order.name);
    if (links.length === material.links.length)
      return { reasons: ['OW_MATERIAL_NOT_IN_ORDER', ...rules], after: material, parts: [] };
    const current = world.orders.get(links.find((link) => link.current)?.order ?? '') ?? null;
    const after = { ...becoming(material, current), links };
    const closed = order.state === 'Closed' || (after.state !== material.state && isKept(question, links));
    return { reasons: [...when(closed, CLOSED), ...rules], after, parts: [] };
  },
  ChangeProductionOrder(question) {
    const { world, material, current, input } = question;
    const order = question.named!;
    const rules = [
      ...when(!isOpen(current) || !isOpen(order), 'change-order/both-orders-are-open'),
      ...when(current?.restricted !== false || order.restricted, 'change-order/neither-order-is-restricted'),
      ...when(!converts(material, order), 'change-order/quantity-converts'),
    ];
    if (current === null)
      return { reasons: ['OW_MATERIAL_HAS_NO_ORDER', ...rules], after: material, parts: [] };
    if (current.name === order.name)
      return { reasons: ['OW_ORDER_SAME', ...rules], after: material, parts: [] };
    const stays = input.accountsTo === 'old';
    const counting = material.links.find(({ accounts }) => accounts);
    const here = !stays || counting?.order === order.name;
    const links: ModelLink[] = [{ order: order.name, accounts: here, current: true }];
    if (stays && counting !== undefined && !here) links.push({ ...counting, current: false });
    const after = { ...becoming(material, order), links: byOrder(links) };
    if (input.copyPriority === true) after.priority = order.priority;
    if (input.copyDueDate === true) after.dueDate = order.plannedEnd ?? order.dueDate;
    const leaves = [current, order].map(({ state }) => state === 'Closed').filter(Boolean);
    // Taken along, the quantity leaves the order that it counted toward, which may be a third one.
    const third = counting === undefined ? undefined : world.orders.get(counting.order);
    const taken = !stays && third !== undefined && third !== current && third !== order;
    const held = taken && (third.terminated || third.state === 'Canceled' || third.restricted);
    return {
      reasons: [
        ...leaves.map(() => CLOSED),
        ...when(taken && third.state === 'Closed', CLOSED),
        ...when(held && third.state !== 'Closed', 'OW_MATERIAL_ACCOUNTS_ELSEWHERE'),
        ...when(leaves.length === 0 && after.state !== material.state && isKept(question), CLOSED),
        ...rules,
      ],
      after,
      parts: [],
    };
  },
  MoveNext(question) {
    const { material, current, input } = question;
    const begins = material.state === 'Created';
    let path = input.to as string | null | undefined;
    if (path === undefined && begins)
      path =
        material.flowPath ?? current?.flowPath ?? PRODUCTS[current?.product ?? material.product]!.flowPath;
    else if (path === undefined && material.flowPath !== null) {
      const standing = at(material.flowPath);
      if (standing === null) return { reasons: ['OW_FLOW_UNKNOWN'], after: material, parts: [] };
      path = standing.next;
    }
    if (path === undefined || path === null)
      return { reasons: ['OW_MATERIAL_NO_NEXT_STEP'], after: material, parts: [] };
    const to = at(path);
    if (to === null) return { reasons: ['OW_FLOW_UNKNOWN'], after: material, parts: [] };
    const units = to.units ?? material.units;
    const quantity = converted(material.quantity, material.units, units, material.product);
    if (quantity === null || (quantity === 0n && material.quantity > 0n))
      return { reasons: ['OW_MATERIAL_UNITS'], after: material, parts: [] };
    const after = {
      ...material,
      units,
      quantity,
      flowPath: path,
      facility: material.facility ?? to.facility,
    };
    after.state = to.completes && fits(after, current) ? 'Completed' : 'InProgress';
    const moved = (after.state === 'Completed') !== (material.state === 'Completed');
    const reasons = when((units !== material.units || moved) && isKept(question), CLOSED);
    return { reasons, after, parts: [] };
  },
  Ship({ material, current, input }) {
    const is = current === null ? material.state : progressOf(material, current);
    const facility = input.facility as string;
    const after = { ...material, facility };
    if (FACILITIES[facility] === true) Object.assign(after, { state: 'Delivered', terminated: true });
    return { reasons: when(is !== 'Completed', 'ship/completed'), after, parts: [] };
  },
  Split(question) {
    const { world, material, input } = question;
    const quantities = (input.quantities as string[]).map(quantityOf);
    const rest = quantities.reduce((left, one) => left - one, material.quantity);
    const reasons = [
      ...when(isKept(question), CLOSED),
      ...when(rest < 0n, 'OW_SPLIT_TOO_MUCH'),
      ...when(rest <= 0n, 'split/something-is-left'),
    ];
    const parts = reasons.length > 0 ? [] : partsOf(world, material, quantities);
    return { reasons, after: { ...material, quantity: rest }, parts };
  },
  Expand(question) {
    const { world, material, input } = question;
    const count = BigInt(input.count as number);
    const reasons = [
      ...when(isKept(question), CLOSED),
      ...when(material.quantity < count, 'OW_EXPAND_NOTHING'),
    ];
    // Dealt out one ten-billionth at a time the last ones would get more; this is the same.
    const shares = Array.from(
      { length: Number(count) },
      (_, index) => (material.quantity + BigInt(index)) / count,
    );
    const parts = reasons.length > 0 ? [] : partsOf(world, material, shares);
    return { reasons, after: { ...material, quantity: 0n, terminated: true }, parts };
  },
  AdjustQuantity(question) {
    const { material, input } = question;
    const quantity = material.quantity + quantityOf(input.by as string);
    const reasons = [...when(isKept(question), CLOSED), ...when(quantity < 0n, 'OW_QUANTITY_BELOW_ZERO')];
    return { reasons, after: { ...material, quantity }, parts: [] };
  },
  Terminate: ({ material }) => ({ reasons: [], after: { ...material, terminated: true }, parts: [] }),
};

function byOrder(links: ModelLink[]): ModelLink[] {
  return [...links].sort((a, b) => (a.order < b.order ? -1 : 1));
}

function partsOf(world: World, material: ModelMaterial, quantities: bigint[]): ModelMaterial[] {
  const parts: ModelMaterial[] = [];
  for (let number = 1; parts.length < quantities.length; number += 1) {
    const name = `${material.name}.${number}`;
    if (!world.materials.has(name)) parts.push({ ...material, name, quantity: quantities[parts.length]! });
  }
  return parts;
}

/** What a material gets without a quantity: the product's size, at most what is on no material yet. */
function usual(world: World, order: ModelOrder, units: string): bigint | null {
  const rest = notOnMaterials(world, order);
  if (rest === null || rest <= 0n) return null;
  const { size, units: own } = PRODUCTS[order.product]!;
  const most = size === null ? null : converted(tenths(size), own, units, order.product);
  const all = converted(rest, order.units, units, order.product);
  return all !== null && most !== null && most < all ? most : all;
}

export interface Asked {
  kind: 'order' | 'material';
  operation: string;
  names: string[];
  input: JsonObject;
  atomic: boolean;
  dryRun: boolean;
}

export interface Answered {
  world: World;
  rows: JsonObject[];
  /** The journal's verdicts with what came of them. */
  journal: string[];
}

/** A collection: each row after the other, all undone where one of all or none is refused, or where it is a dry run. */
export function operate(world: World, { kind, operation, names, input, atomic, dryRun }: Asked): Answered {
  const next: World = { orders: new Map(world.orders), materials: new Map(world.materials) };
  const one = kind === 'order' ? operateOrder : operateMaterial;
  const rows = [...new Set(names)].map((name) => one(next, operation, name, input));
  const none = atomic && rows.some(({ reasons }) => reasons.length > 0);
  const journal = rows.flatMap(({ operation: asked, about, others, reasons, followed }) => {
    const done = none ? 'rolled back' : 'committed';
    if (reasons.length > 0) return [`in-process ${asked} ${String(about)} refused`];
    return [
      `in-process ${asked} ${String(about)} ${[about, ...others].map((order) => `${done} ${String(order)}`).join(', ')}`,
      ...followed.map((line) => `hook ${line} ${done} ${line.split(' ')[1]!}`),
    ];
  });
  return {
    world: none || dryRun ? world : next,
    rows: rows.map(({ name, reasons, before, told }): JsonObject => {
      if (reasons.length > 0) return { name, allowed: false, state: before, reasons: reasons.sort() };
      if (none) return { name, allowed: false, state: before, reasons: ['OW_ATOMIC_REFUSED'] };
      return { name, allowed: true, reasons, ...told };
    }),
    journal: dryRun ? [] : journal,
  };
}
