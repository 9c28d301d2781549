/**
 * What scheduling a factory costs without a plant around it: lanes as typed arrays, each order's operations one after the
 * other on the lane where they finish first. No names, calendars, plans that can be taken back or reasons: the floor that
 * the scheduler is compared with, whatever the machine.
 */
import { inQueueOrder } from '../../plugins/scheduling/core/queue.js';
import { factoryOf, type FactorySize } from './factory.js';

const INTERVAL_MINUTES = 5;
/** 08:00-12:00 and 13:00-17:00, from Monday to Friday. */
const INTERVALS_A_DAY = 96;

export interface BareFactory {
  lanes: number;
  /** In queue order: the first interval that is open to an order, and its operations in sequence. */
  orders: { from: number; operations: { minutes: number; lanes: readonly number[] }[] }[];
}

export function aBareFactory(size: FactorySize): BareFactory {
  const { types, centers, products, orders } = factoryOf(size);
  const lanesOf = new Map(types.map((type) => [type, [] as number[]]));
  // As the scheduler chooses among equals: by the names of the work centers.
  [...centers]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .forEach(({ type }, lane) => lanesOf.get(type)?.push(lane));
  const operationsOf = new Map(
    products.map(({ name, operations }) => [
      name,
      operations.map(({ minutes, type }) => ({ minutes, lanes: lanesOf.get(type) ?? [] })),
    ]),
  );
  return {
    lanes: centers.length,
    orders: inQueueOrder(orders).map(({ product, startDate }) => ({
      from: workingDaysBefore(startDate) * INTERVALS_A_DAY,
      operations: operationsOf.get(product) ?? [],
    })),
  };
}

/** Since the factory's first day, a Wednesday. */
function workingDaysBefore(date: string): number {
  const day = Number(date.slice(-2)) - 1;
  return Array.from({ length: day }, (_, before) => (before + 2) % 7 < 5).filter(Boolean).length;
}

/** Places all orders; gives how many placements that came to. */
export function placeBare({ lanes, orders }: BareFactory): number {
  const minutes = orders.reduce(
    (sum, order) => sum + order.operations.reduce((own, o) => own + o.minutes, 0),
    0,
  );
  const room = 20 * INTERVALS_A_DAY + Math.ceil((1.5 * minutes) / INTERVAL_MINUTES / lanes);
  const left = Array.from({ length: lanes }, () => new Uint8Array(room).fill(INTERVAL_MINUTES));
  const next = Array.from({ length: lanes }, () => new Int32Array(room + 1).map((_, at) => at));
  const placedLane = new Int32Array(minutes);
  const placedInterval = new Int32Array(minutes);
  let placed = 0;
  for (const { from, operations } of orders) {
    let start = from;
    for (const operation of operations) {
      let [best, first, last] = [-1, 0, Infinity];
      for (const lane of operation.lanes) {
        const begin = free(next[lane]!, start);
        let interval = begin;
        let wanted = operation.minutes - left[lane]![interval]!;
        while (wanted > 0 && interval < last) {
          interval = free(next[lane]!, interval + 1);
          wanted -= left[lane]![interval]!;
        }
        if (wanted > 0 || interval > last || (interval === last && begin >= first)) continue;
        [best, first, last] = [lane, begin, interval];
      }
      let wanted = operation.minutes;
      for (let interval = first; wanted > 0; interval = free(next[best]!, interval + 1)) {
        const taken = Math.min(wanted, left[best]![interval]!);
        placedLane[placed] = best;
        placedInterval[placed++] = interval;
        wanted -= taken;
        left[best]![interval]! -= taken;
        if (left[best]![interval] === 0) next[best]![interval] = interval + 1;
      }
      start = last + 1;
    }
  }
  return placed;
}

/** The next interval with something left; shortens the way to it. */
function free(next: Int32Array, interval: number): number {
  let root = interval;
  while (next[root] !== root) root = next[root]!;
  for (let at = interval; next[at]! < root;) {
    const after = next[at]!;
    next[at] = root;
    at = after;
  }
  return root;
}
