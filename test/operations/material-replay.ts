/**
 * What holds whatever the operations decide, found by reading the journal from its beginning: no model of the
 * operations is needed for it. What the journal tells is all that was done, so it also leads to what the database has.
 */
import { expect } from 'chai';
import type { JournalEntry } from '../../src/ports/journal.js';
import { quantityOf } from './material-model-quantities.js';

export interface ReplayedLink {
  order: string;
  accounts: boolean;
  current: boolean;
}

export interface ReplayedMaterial {
  product: string;
  quantity: bigint;
  units: string;
  state: string;
  universalState: string;
  links: ReplayedLink[];
}

export interface ReplayedOrder {
  product: string;
  state: string;
  universalState: string;
  restricted: boolean;
}

export interface Replayed {
  orders: Record<string, ReplayedOrder>;
  materials: Record<string, ReplayedMaterial>;
}

/** Design 3.1, row by row: from, operation, to; every one from Active, and to Active where nothing else is said. */
const TABLE = new Set([
  'Created Release Released',
  'Released Unrelease Created',
  'Released Start InProgress',
  'InProgress Complete Completed',
  'Completed ReturnToProgress InProgress',
  ...['Released', 'InProgress', 'Completed'].map((state) => `${state} Cancel Canceled Terminated`),
  ...['Created', 'InProgress', 'Completed'].map((state) => `${state} Terminate ${state} Terminated`),
  ...['Created', 'InProgress', 'Completed'].map((state) => `Canceled Terminated Unterminate ${state}`),
  ...['Created', 'Released', 'InProgress', 'Completed', 'Closed'].map(
    (state) => `${state} Terminated Unterminate ${state}`,
  ),
  'Completed Close Closed',
  'Completed Close Closed Terminated',
  'Closed Reopen Completed',
  ...['Created', 'Released', 'InProgress', 'Completed'].map((state) => `${state} Change ${state}`),
]);

interface Standing {
  state: string;
  universalState: string;
}

interface Change<T> {
  from: T;
  to: T;
}

interface Part {
  name: string;
  quantity: string;
  units: string;
}

interface Details {
  material?: string;
  input?: Record<string, string | boolean>;
  from?: Standing;
  to?: Standing;
  effect?: { materials: Part[] };
  changes?: Partial<Record<string, Change<string>>>;
  created?: Part[];
  links?: ReplayedLink[];
  orders?: { name: string; state: string; quantities: unknown }[];
}

/** Goes through the outcomes of committed operations, and says where something was done that may not be. */
export function replay(world: Replayed, entries: readonly JournalEntry[]): Replayed {
  const told = new Map<string, unknown>();
  const seen = new Set<number>();
  for (const { operation, order, outcome, of, details } of entries) {
    if (outcome !== 'committed' || of === null || seen.has(of)) continue;
    seen.add(of);
    const done = details as unknown as Details;
    if (done.material === undefined) replayOrder(world, operation, order!, done);
    else replayMaterial(world, operation.replace('Material.', ''), done);
    for (const { name, state, quantities } of done.orders ?? []) {
      if (state !== 'Closed') told.delete(name);
      else if (told.has(name))
        expect(quantities, `${operation}: ${name} is closed`).to.deep.equal(told.get(name));
      else told.set(name, quantities);
    }
    if (operation === 'Reopen') told.delete(order!);
  }
  return world;
}

function replayOrder(
  world: Replayed,
  operation: string,
  name: string,
  { input, from, to, effect }: Details,
): void {
  if (operation === 'Create') {
    world.orders[name] = { product: 'Stool', ...to!, restricted: false };
    return;
  }
  const order = world.orders[name]!;
  const textOf = ({ state, universalState }: Standing) =>
    universalState === 'Active' ? state : `${state} ${universalState}`;
  const before = textOf(from!);
  expect(before, `${operation} of ${name} goes on from where the entry before it ended`).to.equal(
    textOf(order),
  );
  expect(TABLE, 'the table').to.include(`${before} ${operation} ${textOf(to!)}`);
  Object.assign(order, to);
  if (operation === 'Change') {
    if (input?.restricted !== undefined) order.restricted = input.restricted as boolean;
    if (input?.product !== undefined) order.product = input.product as string;
  }
  for (const part of effect?.materials ?? []) {
    world.materials[part.name] = {
      product: order.product,
      quantity: quantityOf(part.quantity),
      units: part.units,
      state: 'Created',
      universalState: 'Active',
      links: [{ order: name, accounts: true, current: true }],
    };
  }
}

function replayMaterial(world: Replayed, operation: string, done: Details): void {
  const { material: name = '', changes = {}, created = [], input = {} } = done;
  const links = [...done.links!].sort((a, b) => (a.order < b.order ? -1 : 1));
  const what = `${operation} of ${name}`;
  expect(links.filter(({ accounts }) => accounts).length, `${what}: counts toward one order`).to.be.at.most(
    1,
  );
  expect(links.filter(({ current }) => current).length, `${what}: belongs to one order`).to.be.at.most(1);
  const before = world.materials[name];
  if (operation === 'Create') {
    expect(before, `${what}: is new`).to.equal(undefined);
    const [part] = created;
    const product = world.orders[links[0]!.order]!.product;
    const blank = { product, units: part!.units, state: 'Created', universalState: 'Active', links: [] };
    movedOnlyWhereOpen(world, what, [], links);
    world.materials[name] = { ...blank, quantity: quantityOf(part!.quantity), links };
    return;
  }
  expect(before?.universalState, `${what}: is active`).to.equal('Active');
  const after: ReplayedMaterial = { ...before!, links };
  for (const [field, change] of Object.entries(changes)) {
    if (field === 'quantity') after.quantity = quantityOf(change!.to);
    else if (field in after) Object.assign(after, { [field]: change!.to });
  }
  movedOnlyWhereOpen(world, what, before!.links, links);
  keptWhereClosed(world, what, before!, after);
  const parts = created.map((part) => quantityOf(part.quantity));
  const total = parts.reduce((sum, part) => sum + part, after.quantity);
  const by = operation === 'AdjustQuantity' ? quantityOf(input.by as string) : 0n;
  expect(after.quantity >= 0n && parts.every((part) => part > 0n), `${what}: no part is nothing`).to.equal(
    true,
  );
  if (after.units === before!.units)
    expect(total, `${what}: keeps the quantity`).to.equal(before!.quantity + by);
  else {
    expect(operation, 'gives other units').to.equal('MoveNext');
    const [boxes, pieces] = after.units === 'box' ? [total, before!.quantity] : [before!.quantity, total];
    const off = boxes * 12n - pieces;
    expect(off <= 6n && off >= -6n, `${what}: a box is 12 pcs, ${boxes} and ${pieces}`).to.equal(true);
  }
  world.materials[name] = after;
  for (const [at, part] of created.entries()) {
    expect(part.units, what).to.equal(after.units);
    expect(world.materials[part.name], `${what}: ${part.name} is new`).to.equal(undefined);
    const { universalState } = before!;
    world.materials[part.name] = { ...after, universalState, quantity: parts[at]! };
  }
}

/** Nothing comes to an order or leaves it but where it is open and not restricted. */
function movedOnlyWhereOpen(
  world: Replayed,
  what: string,
  before: ReplayedLink[],
  after: ReplayedLink[],
): void {
  const shown = (links: ReplayedLink[], order: string) =>
    JSON.stringify(links.find((link) => link.order === order) ?? null);
  for (const order of new Set([...before, ...after].map((link) => link.order))) {
    if (shown(before, order) === shown(after, order)) continue;
    const { state, universalState, restricted } = world.orders[order]!;
    const open = universalState === 'Active' && !['Closed', 'Canceled'].includes(state);
    expect(open && !restricted, `${what}: ${order} is ${state}, ${universalState} and open to it`).to.equal(
      true,
    );
  }
}

/** What belongs or counts to a closed order keeps its quantity, units and completion. */
function keptWhereClosed(
  world: Replayed,
  what: string,
  before: ReplayedMaterial,
  after: ReplayedMaterial,
): void {
  const closed = before.links.some(
    ({ order, accounts, current }) => (accounts || current) && world.orders[order]!.state === 'Closed',
  );
  if (!closed) return;
  const isCompleted = ({ state }: ReplayedMaterial) => state === 'Completed' || state === 'Delivered';
  const kept = (of: ReplayedMaterial) => `${of.quantity} ${of.units} ${of.product} ${isCompleted(of)}`;
  expect(kept(after), `${what}, of a closed order`).to.equal(kept(before));
}
