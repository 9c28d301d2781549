/**
 * What an order would be if some of its materials were terminated, and what it would then take to close it (design 3.3,
 * 3.4). Pure numbers: the verdict of Close is asked about the snapshot that is given here.
 */
import { add, compareDecimals, subtract, type Decimal } from '../decimal.js';
import type { Material, MaterialState, OrderSnapshot } from './production-order.js';
import {
  fromScaled,
  materialProgress,
  shownQuantities,
  sumInUnits,
  toScaled,
  type OrderQuantities,
} from './quantities.js';

/** The whole quantity, as a share of 10 places. */
const WHOLE = toScaled('1');

/** A material that has to be completed, removed or terminated before the order can close. */
export interface OpenMaterial {
  name: string;
  state: MaterialState;
  quantity: Decimal;
  units: string;
  /** Whether it counts toward the order's quantities. */
  accounts: boolean;
  /** Whether it can become completed here: a material of another product can not. */
  completable: boolean;
}

export interface IfScrapped {
  /** Names of which the order has no material. */
  unknown: string[];
  /** Materials that would be terminated. */
  scrapped: string[];
  /** Named materials that nothing changes: what was delivered stays delivered, what is terminated is so. */
  unaffected: { name: string; because: 'Delivered' | 'Terminated' }[];
  /** The order as it would be; its state is as it is now. */
  snapshot: OrderSnapshot;
  quantities: OrderQuantities;
  /**
   * The most that can be completed with the materials that are left, in the order's units: completed, delivered, in
   * progress and not begun. Null where the units of one can't be converted, as is all that follows from it.
   */
  attainable: Decimal | null;
  minimumCloseQuantity: Decimal;
  maximumCloseQuantity: Decimal;
  /** How much the attainable quantity lacks of the minimum, exactly; 0 where it reaches it. */
  shortBy: Decimal | null;
  /** How much it is above the maximum; 0 where it is not. */
  overBy: Decimal | null;
  /** `shortBy` rounded up to what may be stored: to be made by further materials, at the least. */
  toMake: Decimal | null;
  /**
   * The smallest under-delivery tolerance with which the attainable quantity would close, of 10 places; null where none
   * suffices, as nothing would ever be completed.
   */
  sufficientTolerance: Decimal | null;
  /** Active materials in progress or not begun. */
  open: OpenMaterial[];
}

/** @param names the materials that would be terminated; one that is named twice counts once. */
export function ifScrapped(snapshot: OrderSnapshot, names: readonly string[]): IfScrapped {
  const named = new Set(names);
  const found = snapshot.materials.filter(({ name }) => named.has(name));
  const known = new Set(found.map(({ name }) => name));
  const scrapped = new Set(found.filter((material) => becauseOf(material) === null).map(({ name }) => name));
  const after: OrderSnapshot = {
    ...snapshot,
    materials: snapshot.materials.map((material) =>
      scrapped.has(material.name) ? { ...material, universalState: 'Terminated' } : material,
    ),
  };
  const quantities = shownQuantities(after);
  const attainable = attainableOf(after);
  const { minimumCloseQuantity, maximumCloseQuantity } = quantities;
  const shortBy = attainable === null ? null : aboveZero(subtract(minimumCloseQuantity, attainable));
  return {
    unknown: [...named].filter((name) => !known.has(name)),
    scrapped: [...scrapped],
    unaffected: found.flatMap((material) => {
      const because = becauseOf(material);
      return because === null ? [] : [{ name: material.name, because }];
    }),
    snapshot: after,
    quantities,
    attainable,
    minimumCloseQuantity,
    maximumCloseQuantity,
    shortBy,
    overBy: attainable === null ? null : aboveZero(subtract(attainable, maximumCloseQuantity)),
    toMake: shortBy === null ? null : roundedUp(shortBy),
    sufficientTolerance: attainable === null ? null : toleranceFor(snapshot.order.quantity, attainable),
    open: openMaterials(after),
  };
}

function becauseOf({ state, universalState }: Material): 'Delivered' | 'Terminated' | null {
  if (state === 'Delivered') return 'Delivered';
  return universalState === 'Terminated' ? 'Terminated' : null;
}

/** A material of another product never becomes completed here (seed 2), so it does not help. */
function completable({ order }: OrderSnapshot, { product }: Material): boolean {
  return product === order.product;
}

function attainableOf(snapshot: OrderSnapshot): Decimal | null {
  const { order, product, materials } = snapshot;
  const counting = materials.filter((material) => {
    const progress = material.accounts ? materialProgress(order, material) : null;
    return progress === 'Delivered' || (progress !== null && completable(snapshot, material));
  });
  const { sum, missing } = sumInUnits(counting, order.units, product.unitConversions);
  return missing.length === 0 ? sum : null;
}

function openMaterials(snapshot: OrderSnapshot): OpenMaterial[] {
  return snapshot.materials.flatMap((material) => {
    const state = materialProgress(snapshot.order, material);
    if (state !== 'InProgress' && state !== 'Created') return [];
    const { name, quantity, units, accounts } = material;
    return [{ name, state, quantity, units, accounts, completable: completable(snapshot, material) }];
  });
}

function aboveZero(value: Decimal): Decimal {
  return compareDecimals(value, '0') > 0 ? value : '0';
}

/** The least decimal of 10 places that is not below the value. */
function roundedUp(value: Decimal): Decimal {
  const near = fromScaled(toScaled(value));
  return compareDecimals(near, value) < 0 ? add(near, fromScaled(1n)) : near;
}

/** (quantity - attainable) / quantity, rounded up so that quantity x (1 - tolerance) is not above the attainable. */
function toleranceFor(quantity: Decimal, attainable: Decimal): Decimal | null {
  const whole = toScaled(quantity);
  const part = toScaled(attainable);
  if (part <= 0n || whole <= 0n) return null;
  return part >= whole ? '0' : fromScaled(((whole - part) * WHOLE + whole - 1n) / whole);
}
