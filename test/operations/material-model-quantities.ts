/**
 * What the plain model of the random sequences is made of, and what an order's materials add up to (design 3.2).
 * Quantities are whole ten-billionths, the least that may be stored, and tolerances whole hundredths.
 */
import type { MaterialState, OrderState } from '../../src/index.js';
import { PRODUCTS } from './material-plant.js';

export interface ModelLink {
  order: string;
  accounts: boolean;
  current: boolean;
}

export interface ModelMaterial {
  name: string;
  product: string;
  quantity: bigint;
  units: string;
  state: MaterialState;
  terminated: boolean;
  facility: string | null;
  flowPath: string | null;
  priority: number | null;
  dueDate: string | null;
  links: ModelLink[];
}

export interface ModelSums {
  inProgress: bigint;
  completed: bigint;
  delivered: bigint;
}

export interface ModelOrder {
  name: string;
  state: OrderState;
  terminated: boolean;
  canceledFrom: OrderState | null;
  product: string;
  quantity: bigint;
  units: string;
  over: bigint;
  under: bigint;
  restricted: boolean;
  planned: boolean;
  flowPath: string | null;
  priority: number;
  dueDate: string | null;
  plannedStart: string | null;
  plannedEnd: string | null;
  closedWith: ModelSums | null;
}

export interface World {
  orders: Map<string, ModelOrder>;
  materials: Map<string, ModelMaterial>;
}

export const ONE = 10_000_000_000n;

/** So many tenths. */
export function tenths(count: number): bigint {
  return (BigInt(count) * ONE) / 10n;
}

export function quantityOf(text: string | number): bigint {
  const negative = String(text).startsWith('-');
  const [whole = '', fraction = ''] = String(text).replace('-', '').split('.');
  const size = BigInt(whole + fraction.padEnd(10, '0'));
  return negative ? -size : size;
}

export function textOf(quantity: bigint): string {
  const whole = String(quantity / ONE);
  const fraction = String(quantity % ONE).padStart(10, '0');
  return `${whole}.${fraction}`.replace(/\.?0+$/, '') || '0';
}

/** Divided by twelve, half to even. */
function dozens(quantity: bigint): bigint {
  const [whole, rest] = [quantity / 12n, quantity % 12n];
  return rest > 6n || (rest === 6n && whole % 2n === 1n) ? whole + 1n : whole;
}

export function converted(quantity: bigint, from: string, to: string, product: string): bigint | null {
  if (from === to) return quantity;
  if (PRODUCTS[product]?.inBoxes !== true) return null;
  if (from === 'box' && to === 'pcs') return quantity * 12n;
  return from === 'pcs' && to === 'box' ? dozens(quantity) : null;
}

/** What they add up to in an order's units: added first, divided once; null where one of them can't be told in these. */
export function sum(materials: ModelMaterial[], { units, product }: ModelOrder): bigint | null {
  let own = 0n;
  let pieces = 0n;
  for (const { quantity, units: its } of materials) {
    if (its === units) own += quantity;
    else if (PRODUCTS[product]?.inBoxes !== true || its === 'kg' || units === 'kg') return null;
    else pieces += its === 'box' ? quantity * 12n : quantity;
  }
  return units === 'box' ? dozens(own * 12n + pieces) : own + pieces;
}

export function of(world: World, order: ModelOrder): (ModelMaterial & { accounts: boolean })[] {
  return [...world.materials.values()].flatMap((material) => {
    const link = material.links.find((one) => one.order === order.name);
    return link === undefined ? [] : [{ ...material, accounts: link.accounts }];
  });
}

/** What a material is to its order; null where it counts nowhere. */
export function progressOf(material: ModelMaterial, order: ModelOrder): MaterialState | null {
  if (material.state === 'Delivered') return 'Delivered';
  if (material.terminated) return null;
  const fits = material.product === order.product && material.units === order.units;
  return material.state === 'Completed' && !fits ? 'InProgress' : material.state;
}

export interface Found {
  sums: ModelSums | null;
  /** Materials in progress, made and not begun, accounting or not. */
  underWay: number;
  made: number;
  created: number;
}

export function found(world: World, order: ModelOrder): Found {
  const seen = of(world, order).map((material) => ({ material, is: progressOf(material, order) }));
  const add = (...states: string[]) =>
    sum(
      seen
        .filter(({ material, is }) => is !== null && material.accounts && states.includes(is))
        .map(({ material }) => material),
      order,
    );
  const count = (...states: string[]) => seen.filter(({ is }) => is !== null && states.includes(is)).length;
  const inProgress = add('InProgress');
  const completed = add('Completed', 'Delivered');
  const delivered = add('Delivered');
  return {
    sums:
      inProgress === null || completed === null || delivered === null
        ? null
        : { inProgress, completed, delivered },
    underWay: count('InProgress'),
    made: count('Completed', 'Delivered'),
    created: count('Created'),
  };
}

/** The quantities that an order shows: a closed one those that it was closed with. */
export function shown(world: World, order: ModelOrder): ModelSums | null {
  return order.state === 'Closed' && order.closedWith !== null ? order.closedWith : found(world, order).sums;
}

export function isComplete(world: World, order: ModelOrder): boolean {
  const sums = shown(world, order);
  if (sums === null) return false;
  if (sums.completed >= order.quantity) return true;
  const enough = sums.completed * 100n >= order.quantity * (100n - order.under);
  return sums.inProgress === 0n && sums.completed > 0n && enough && found(world, order).created === 0;
}
