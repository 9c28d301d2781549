/**
 * The workloads: a factory made from a seed, as a plant file (`npm run bench:plant`) and as the scheduler's snapshot of
 * the same numbers. The same size and seed give the same factory.
 */
import type { BillOperation, Snapshot } from '../../plugins/scheduling/core/snapshot.js';
import {
  aBill,
  aCenter,
  anOperation,
  anOrder,
  aPlant,
  aProduct,
  aSchedule,
  aType,
} from '../plugins/scheduling/a-plant.js';

export interface FactorySize {
  orders: number;
  /** Of each product's bill of materials. */
  operations: number;
  workCenters: number;
  /** How many work centers are of one type. */
  alternatives?: number;
  seed?: number;
}

export interface Factory {
  types: string[];
  centers: { name: string; type: string }[];
  products: { name: string; operations: { minutes: number; type: string }[] }[];
  orders: { name: string; product: string; priority: number; position: number; startDate: string }[];
}

const DUE = '2020-09-01';
const ZONE = 'Europe/Lisbon';
const PERIODS = ['08:00-12:00', '13:00-17:00'];

/** Of the flow that every product follows: 5 batches of 7 steps, with 30 dependencies. */
const FLOW_STEPS = 7;
const ORDER_QUANTITY = '100';
const BATCH_SIZE = '20';

/** Every order is for one of 50 products, whose operations visit types in turn, for 10 to 60 minutes each. */
export function factoryOf({
  orders,
  operations,
  workCenters,
  alternatives = 4,
  seed = 1,
}: FactorySize): Factory {
  const random = randomFrom(seed);
  const types = Math.max(1, Math.floor(workCenters / alternatives));
  const products = 50 * Math.max(1, Math.floor(types / 5));
  return {
    types: Array.from({ length: types }, (_, type) => `Type ${type}`),
    centers: Array.from({ length: workCenters }, (_, center) => ({
      name: `Center ${center}`,
      type: `Type ${center % types}`,
    })),
    products: Array.from({ length: products }, (_product, product) => ({
      name: `Product ${product}`,
      operations: Array.from({ length: operations }, (_operation, place) => ({
        minutes: 10 + random(51),
        type: `Type ${(product + place) % types}`,
      })),
    })),
    orders: Array.from({ length: orders }, (_, order) => ({
      name: `Order ${String(order).padStart(7, '0')}`,
      product: `Product ${random(products)}`,
      priority: 1 + random(3),
      position: order + 1,
      startDate: `2020-07-0${1 + random(9)}`,
    })),
  };
}

/** Whole numbers below a bound, the same for the same seed (mulberry32). */
function randomFrom(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function billOperations(operations: Factory['products'][number]['operations']): BillOperation[] {
  return operations.map(({ minutes, type }, place) =>
    anOperation(place + 1, {
      next: place + 1 < operations.length ? place + 2 : 0,
      standardTime: `PT${minutes}M`,
      workCenterType: type,
    }),
  );
}

/** The factory as the scheduler is given it; every order is of one piece. */
export function aFactory(size: FactorySize): Snapshot {
  const { types, centers, products, orders } = factoryOf(size);
  return aPlant({
    timeZone: ZONE,
    workSchedules: [aSchedule('Day', PERIODS, { timeZone: ZONE })],
    workCenterTypes: types.map((type) => aType(type)),
    workCenters: centers.map(({ name, type }) => aCenter(name, type, { workSchedule: 'Day' })),
    products: products.map(({ name }) => aProduct(name)),
    billsOfMaterials: products.map(({ name, operations }) => aBill(name, billOperations(operations))),
    orders: orders.map(({ name, product, ...order }) => anOrder(name, product, { ...order, dueDate: DUE })),
  });
}

/**
 * The factory as a plant file. Its bills of materials are per order of 100 pieces, so that the plan is the snapshot's
 * until steps are synchronized: each order's 100 pieces are 5 batches of 7 steps.
 */
export function aPlantFile(size: FactorySize): Record<string, unknown> {
  const { types, centers, products, orders } = factoryOf(size);
  const week = Object.fromEntries(
    ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'].map((day) => [day, PERIODS]),
  );
  return {
    timeZone: ZONE,
    companyWorkSchedule: 'Day',
    workSchedules: [{ name: 'Day', timeZone: ZONE, week }],
    facilities: [{ name: 'Plant', timeZone: ZONE }],
    departments: [{ name: 'Production', planningInterval: { unit: 'minute', length: 5 } }],
    workCenterTypes: types.map((name) => ({ name, department: 'Production' })),
    workCenters: centers.map((center) => ({ ...center, workSchedule: 'Day' })),
    steps: Array.from({ length: FLOW_STEPS }, (_, place) => ({
      name: `Step ${place + 1}`,
      facility: 'Plant',
      units: 'pcs',
      productionOrderSchedulingMode: 'Material',
      productionOrderStepSize: BATCH_SIZE,
      marksProductCompletion: place === FLOW_STEPS - 1,
      workCenterType: types[place % types.length],
      standardTime: 'PT2M',
      timeBasis: 'batch',
    })),
    flows: [
      {
        name: 'Main',
        revision: 'A',
        effective: true,
        items: Array.from({ length: FLOW_STEPS }, (_, place) => ({ step: `Step ${place + 1}` })),
      },
    ],
    products: products.map(({ name }) => ({
      name,
      units: 'pcs',
      includeInSchedule: true,
      schedulingMode: 'ProductionOrder',
      flowPath: 'Main:A:1/Step 1:1',
      billOfMaterials: name,
    })),
    billsOfMaterials: products.map(({ name, operations }) => ({
      name,
      product: name,
      quantity: ORDER_QUANTITY,
      operations: billOperations(operations),
    })),
    productionOrders: orders.map((order) => ({
      ...order,
      quantity: ORDER_QUANTITY,
      units: 'pcs',
      dueDate: DUE,
      facility: 'Plant',
    })),
  };
}
