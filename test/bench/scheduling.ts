/**
 * Measures the scheduler: snapshot in, plan out, best of several runs. Prints one JSON document.
 * Arguments: orders, operations per order, work centers, runs; without them the two sizes of design section 5.
 */
import type { BillOperation, Snapshot } from '../../plugins/scheduling/core/snapshot.js';
import { planSchedule } from '../../plugins/scheduling/core/plan.js';
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
  operations: number;
  workCenters: number;
  /** How many work centers are of one type. */
  alternatives?: number;
}

/** Every order is for one of 50 products, whose operations visit types in turn, for 10 to 60 minutes each. */
export function aFactory({ orders, operations, workCenters, alternatives = 4 }: FactorySize): Snapshot {
  const types = Math.max(1, Math.floor(workCenters / alternatives));
  const products = 50 * Math.max(1, Math.floor(types / 5));
  const routing = (product: number): BillOperation[] =>
    Array.from({ length: operations }, (_, place) =>
      anOperation(place + 1, {
        next: place + 1 < operations ? place + 2 : 0,
        standardTime: `PT${10 + ((product * 7 + place * 13) % 51)}M`,
        workCenterType: `Type ${(product + place) % types}`,
      }),
    );
  return aPlant({
    timeZone: 'Europe/Lisbon',
    workSchedules: [aSchedule('Day', ['08:00-12:00', '13:00-17:00'], { timeZone: 'Europe/Lisbon' })],
    workCenterTypes: Array.from({ length: types }, (_, type) => aType(`Type ${type}`)),
    workCenters: Array.from({ length: workCenters }, (_, center) =>
      aCenter(`Center ${center}`, `Type ${center % types}`, { workSchedule: 'Day' }),
    ),
    products: Array.from({ length: products }, (_, product) => aProduct(`Product ${product}`)),
    billsOfMaterials: Array.from({ length: products }, (_, product) =>
      aBill(`Product ${product}`, routing(product)),
    ),
    orders: Array.from({ length: orders }, (_, order) =>
      anOrder(`Order ${String(order).padStart(7, '0')}`, `Product ${(order * 31) % products}`, {
        priority: 1 + (order % 3),
        position: order,
        startDate: `2020-07-0${1 + (order % 9)}`,
        dueDate: '2020-09-01',
      }),
    ),
  });
}

export interface Measurement {
  orders: number;
  operations: number;
  placements: number;
  seconds: number;
  touchedPerOperation: number;
  unscheduled: number;
  megabytes: number;
}

/** The best of several runs, each from the same snapshot. */
export function measure(size: FactorySize, runs: number): Measurement {
  const snapshot = aFactory(size);
  let seconds = Infinity;
  let plan = planSchedule(aFactory({ orders: 1, operations: 1, workCenters: 1 }));
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    plan = planSchedule(snapshot);
    seconds = Math.min(seconds, (performance.now() - start) / 1000);
  }
  const { operations, placements, intervalsTouched } = plan.statistics;
  return {
    orders: size.orders,
    operations,
    placements,
    seconds,
    touchedPerOperation: intervalsTouched / operations,
    unscheduled: plan.unscheduled.length,
    megabytes: Math.round(process.memoryUsage().rss / 1e6),
  };
}

if (process.argv[1] === import.meta.filename) {
  const [orders, operations, workCenters, runs] = process.argv.slice(2).map(Number);
  const results =
    orders !== undefined && operations !== undefined && workCenters !== undefined
      ? [measure({ orders, operations, workCenters }, runs ?? 1)]
      : [
          measure({ orders: 10_000, operations: 5, workCenters: 20 }, 10),
          measure({ orders: 200_000, operations: 5, workCenters: 400 }, 2),
        ];
  process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
}
