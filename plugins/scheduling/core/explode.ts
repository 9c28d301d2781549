/**
 * The work of an order that has no steps: its bill of materials, exploded (design 3.8, seed 3). Operations stand in the
 * order of `next`, and right before each one the sequences of the produced components that it consumes. How often each
 * is repeated is an exact fraction of the order's quantity, rounded up once.
 */
import { secondsOf } from './durations.js';
import { fractionOf, ONE, over, positiveFractionOf, roundedUp, times } from './fraction.js';
import type { Fraction } from './fraction.js';
import { PlanningError } from './planning-error.js';
import type { BillComponent, BillOfMaterials, BillOperation, PlannedProduct } from './snapshot.js';

const MOST_OPERATIONS = 100_000;
const MOST_LEVELS = 1000;
const MOST_OPERATIONS_OF_A_BILL = 10_000;

/** One operation as placement and answer need it. */
export interface OperationSpec {
  name: string;
  product: string;
  /** The step it is of, and its batch; null for an operation of a bill of materials. */
  step: string | null;
  batch: number | null;
  /** Of the production order step. */
  stepId: string | null;
  /** Where a bill of materials has it. */
  bill: { name: string; operation: number } | null;
  workCenterType: string | null;
  /** Whole seconds of working time of one repetition. */
  seconds: number;
  splittable: boolean;
}

/** A product's operations in sequence, and how often each is repeated per unit of it. */
export interface Explosion {
  operations: OperationSpec[];
  /** Times the product's quantity and rounded up; null: once. */
  perUnit: (Fraction | null)[];
  /** The operations that each one waits for, by their places; null: each waits for the one before it. */
  after: number[][] | null;
}

/** Master data by name. */
export interface Masters {
  products: ReadonlyMap<string, PlannedProduct>;
  billsOfMaterials: ReadonlyMap<string, BillOfMaterials>;
}

/**
 * How many of the product's own units one of `units` is.
 * @throws PlanningError where the product has no conversion between the two, in either direction.
 */
export function toOwnUnits(product: PlannedProduct, units: string): Fraction {
  if (units === product.units) return ONE;
  const what = `The conversion of ${product.name} from ${units} to ${product.units}`;
  for (const { from, to, factor } of product.unitConversions)
    if (from === units && to === product.units) return positiveFractionOf(factor, what);
  for (const { from, to, factor } of product.unitConversions)
    if (from === product.units && to === units) return over(ONE, positiveFractionOf(factor, what));
  throw new PlanningError(
    'OW_SCHEDULE_CONVERSION_MISSING',
    `Product ${product.name} has no conversion from ${units} to its units, ${product.units}.`,
  );
}

/** @throws PlanningError where the product is not known. */
export function productNamed(masters: Masters, name: string): PlannedProduct {
  const product = masters.products.get(name);
  if (product) return product;
  throw new PlanningError('OW_SCHEDULE_MASTER_MISSING', `Product ${name} is not known.`);
}

/**
 * Explodes a product's bill of materials, for one of the product's units.
 * @throws PlanningError where a master or a conversion is missing, or bills or operations go in a circle.
 */
export function explode(masters: Masters, product: PlannedProduct): Explosion {
  if (product.billOfMaterials === null) {
    throw new PlanningError(
      'OW_SCHEDULE_MASTER_MISSING',
      `Product ${product.name} has no bill of materials, and the order has no steps.`,
    );
  }
  const top = billNamed(masters, product.billOfMaterials, `product ${product.name}`);
  const explosion: Explosion = {
    operations: [],
    perUnit: [],
    after: top.sequence === 'network' ? [] : null,
  };
  addBill({ masters, explosion, path: [], bills: 0 }, top, ONE);
  return explosion;
}

interface Walk {
  masters: Masters;
  explosion: Explosion;
  /** The bills from the top one down to here. */
  path: string[];
  /** How many bills were gone through. */
  bills: number;
}

function billNamed(masters: Masters, name: string, user: string): BillOfMaterials {
  const bill = masters.billsOfMaterials.get(name);
  if (bill) return bill;
  throw new PlanningError('OW_SCHEDULE_MASTER_MISSING', `Bill of materials ${name} of ${user} is not known.`);
}

/** Adds a bill's sequence for `quantity` of its product; gives the places of its last operations. */
function addBill(walk: Walk, bill: BillOfMaterials, quantity: Fraction): number[] {
  const { path, explosion } = walk;
  if (path.includes(bill.name)) {
    const circle = [...path.slice(path.indexOf(bill.name)), bill.name].join(' -> ');
    throw new PlanningError('OW_SCHEDULE_CYCLE', `Bills of materials go in a circle: ${circle}.`);
  }
  if (path.length === MOST_LEVELS) {
    throw new PlanningError(
      'OW_SCHEDULE_TOO_LARGE',
      `Bill of materials ${path[0] ?? ''} has more than ${MOST_LEVELS} levels.`,
    );
  }
  if (++walk.bills > MOST_OPERATIONS) {
    throw new PlanningError(
      'OW_SCHEDULE_TOO_LARGE',
      `Bill of materials ${path[0] ?? ''} has more than ${MOST_OPERATIONS} bills in it when exploded.`,
    );
  }
  path.push(bill.name);
  const runs = over(quantity, positiveFractionOf(bill.quantity, `The quantity of bill ${bill.name}`));
  const sequence = sequenceOf(bill);
  const consumed = componentsByOperation(bill, sequence);
  const placeOf = new Map<number, number>();
  const before = new Map<number, number[]>();
  const lasts: number[] = [];
  for (const component of consumed.get(null) ?? []) lasts.push(...addComponent(walk, bill, component, runs));
  for (const operation of sequence) {
    const after = listAt(before, operation.number);
    for (const component of consumed.get(operation.number) ?? [])
      after.push(...addComponent(walk, bill, component, runs));
    const place = explosion.operations.length;
    if (place === MOST_OPERATIONS) {
      throw new PlanningError(
        'OW_SCHEDULE_TOO_LARGE',
        `Bill of materials ${path[0] ?? ''} has more than ${MOST_OPERATIONS} operations when exploded.`,
      );
    }
    placeOf.set(operation.number, place);
    explosion.operations.push(specOf(bill, operation));
    explosion.perUnit.push(operation.fixed ? null : runs);
    explosion.after?.push(after);
    if (operation.next === 0) lasts.push(place);
    else listAt(before, operation.next).push(place);
  }
  path.pop();
  return lasts;
}

function listAt<Key, Value>(lists: Map<Key, Value[]>, key: Key): Value[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}

function specOf(bill: BillOfMaterials, operation: BillOperation): OperationSpec {
  const what = `Operation ${operation.name} of bill of materials ${bill.name}`;
  return {
    name: operation.name,
    product: bill.product,
    step: null,
    batch: null,
    stepId: null,
    bill: { name: bill.name, operation: operation.number },
    workCenterType: operation.workCenterType,
    seconds: Number(roundedUp(secondsOf(operation.standardTime, what))),
    splittable: operation.splittable,
  };
}

/** Adds the sequence of a produced component; gives the places of its last operations. */
function addComponent(walk: Walk, bill: BillOfMaterials, component: BillComponent, runs: Fraction): number[] {
  const what = `The quantity of component ${component.product} of bill of materials ${bill.name}`;
  const quantity = fractionOf(component.quantity, what);
  if (quantity.numerator < 0n)
    throw new PlanningError('OW_SCHEDULE_QUANTITY', `${what} is ${component.quantity}, below 0.`);
  if (quantity.numerator === 0n) return [];
  const product = productNamed(walk.masters, component.product);
  const name = component.billOfMaterials ?? product.billOfMaterials;
  if (name === null) {
    throw new PlanningError(
      'OW_SCHEDULE_MASTER_MISSING',
      `Component ${component.product} of bill of materials ${bill.name} is to be produced and has no bill of materials.`,
    );
  }
  const own = times(times(quantity, runs), toOwnUnits(product, component.units ?? product.units));
  return addBill(walk, billNamed(walk.masters, name, `component ${component.product}`), own);
}

/** Produced components by the operation that consumes them, in their order; under null those of a bill without any. */
function componentsByOperation(
  bill: BillOfMaterials,
  sequence: readonly BillOperation[],
): Map<number | null, BillComponent[]> {
  const consumed = new Map<number | null, BillComponent[]>();
  const numbers = new Set(sequence.map(({ number }) => number));
  for (const component of bill.components) {
    if (!component.produce) continue;
    const operation = component.operation ?? sequence[0]?.number ?? null;
    if (operation !== null && !numbers.has(operation)) {
      throw new PlanningError(
        'OW_SCHEDULE_BILL_OF_MATERIALS',
        `Component ${component.product} of bill of materials ${bill.name} is consumed by operation ${operation}, which the bill does not have.`,
      );
    }
    listAt(consumed, operation).push(component);
  }
  return consumed;
}

/**
 * A bill's operations in order: each after those whose `next` it is; of those that may come, the lowest number first.
 * @throws PlanningError where a number is used twice, a next one is missing, or they go in a circle.
 */
export function sequenceOf(bill: BillOfMaterials): BillOperation[] {
  if (bill.operations.length > MOST_OPERATIONS_OF_A_BILL) {
    throw new PlanningError(
      'OW_SCHEDULE_TOO_LARGE',
      `Bill of materials ${bill.name} has more than ${MOST_OPERATIONS_OF_A_BILL} operations.`,
    );
  }
  const waiting = [...bill.operations].sort((a, b) => a.number - b.number);
  const open = new Map<number, number>();
  for (const { number } of waiting) {
    if (open.has(number) || number === 0) {
      const fault =
        number === 0 ? 'has an operation with number 0' : `has two operations with number ${number}`;
      throw new PlanningError('OW_SCHEDULE_BILL_OF_MATERIALS', `Bill of materials ${bill.name} ${fault}.`);
    }
    open.set(number, 0);
  }
  for (const { number, next } of waiting) {
    if (next === 0) continue;
    const before = open.get(next);
    if (before === undefined) {
      throw new PlanningError(
        'OW_SCHEDULE_BILL_OF_MATERIALS',
        `Operation ${number} of bill of materials ${bill.name} is followed by ${next}, which the bill does not have.`,
      );
    }
    open.set(next, before + 1);
  }
  const sequence: BillOperation[] = [];
  while (waiting.length > 0) {
    const place = waiting.findIndex(({ number }) => open.get(number) === 0);
    const [operation] = waiting.splice(place, 1);
    if (place < 0 || !operation) {
      throw new PlanningError(
        'OW_SCHEDULE_CYCLE',
        `Operations of bill of materials ${bill.name} go in a circle: ${circleOf(bill)}.`,
      );
    }
    sequence.push(operation);
    if (operation.next !== 0) open.set(operation.next, (open.get(operation.next) ?? 1) - 1);
  }
  return sequence;
}

/** A circle of `next` as text, from its lowest number round to it again. */
function circleOf(bill: BillOfMaterials): string {
  const next = new Map(bill.operations.map((operation) => [operation.number, operation.next]));
  for (const start of [...next.keys()].sort((a, b) => a - b)) {
    const seen = [start];
    let at = next.get(start) ?? 0;
    while (at !== 0 && !seen.includes(at)) {
      seen.push(at);
      at = next.get(at) ?? 0;
    }
    if (at === start) return [...seen, start].join(' -> ');
  }
  return bill.name;
}
