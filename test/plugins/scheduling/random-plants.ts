/** Small random plants, for the properties of the scheduler. */
import fc from 'fast-check';

import { inQueueOrder } from '../../../plugins/scheduling/core/queue.js';
import type {
  Absence,
  IntervalUnit,
  Snapshot,
  StepDependency,
} from '../../../plugins/scheduling/core/snapshot.js';
import { WEEKDAYS } from '../../../plugins/scheduling/core/snapshot.js';
import {
  aBill,
  aCenter,
  anOperation,
  anOrder,
  aPlant,
  aProduct,
  aSchedule,
  aStep,
  aStepMaster,
  aType,
} from './a-plant.js';

/** Each changes its clock within three days of its instant, one way or the other. */
const PLACES = [
  { zone: 'Europe/Lisbon', now: '2021-03-26T13:00:00Z' },
  { zone: 'Europe/Lisbon', now: '2021-10-29T09:17:00Z' },
  { zone: 'America/New_York', now: '2021-03-12T20:40:00Z' },
  { zone: 'America/New_York', now: '2021-11-05T00:00:00Z' },
  { zone: 'Australia/Lord_Howe', now: '2021-04-02T07:05:00Z' },
  { zone: 'Australia/Lord_Howe', now: '2021-10-01T03:00:00Z' },
  { zone: 'UTC', now: '2020-07-30T23:59:00Z' },
];

const DAYS = [
  ['08:00-12:00', '13:00-17:07'],
  ['08:00-16:30'],
  ['00:00-24:00'],
  ['22:00-06:00'],
  ['01:15-01:45', '02:10-02:50', '03:00-05:00'],
  ['06:00-14:00', '14:00-22:00'],
  ['00:00-00:40', '23:30-24:00'],
  [],
];

const INTERVALS: { unit: IntervalUnit; length: number }[] = [
  { unit: 'minute', length: 5 },
  { unit: 'minute', length: 7 },
  { unit: 'minute', length: 60 },
  { unit: 'hour', length: 1 },
  { unit: 'day', length: 1 },
  { unit: 'week', length: 1 },
  { unit: 'month', length: 1 },
];

const minutes = (most: number) => fc.integer({ min: 0, max: most }).map((value) => `PT${value}M`);

function aDay(first: string, days: number): string {
  return new Date(Date.parse(first) + days * 86_400_000).toISOString().slice(0, 10);
}

const week = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...DAYS).map((day) => WEEKDAYS.map(() => day)) },
  { weight: 1, arbitrary: fc.array(fc.constantFrom(...DAYS.slice(0, 3)), { minLength: 7, maxLength: 7 }) },
);

export interface RandomPlant {
  snapshot: Snapshot;
  /** Made of steps with dependencies, against bills of materials. */
  hasSteps: boolean;
}

export const aRandomPlant: fc.Arbitrary<RandomPlant> = fc
  .record({
    place: fc.constantFrom(...PLACES),
    horizonDays: fc.integer({ min: 1, max: 5 }),
    minuteGrid: fc.constantFrom<'availability' | 'clock'>('availability', 'clock'),
    weeks: fc.array(week, { minLength: 2, maxLength: 2 }),
    exception: fc.option(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.constantFrom(...DAYS))),
    intervals: fc.array(fc.constantFrom(...INTERVALS), { minLength: 2, maxLength: 2 }),
    centers: fc.array(
      fc.record({
        type: fc.constantFrom('T0', 'T1'),
        schedule: fc.constantFrom('W0', 'W1', null),
        capacity: fc.integer({ min: 1, max: 2 }),
        absence: fc.option(fc.tuple(fc.integer({ min: 0, max: 6000 }), fc.integer({ min: 1, max: 1500 }))),
      }),
      { maxLength: 3 },
    ),
    operations: fc.array(
      fc.record({
        time: minutes(400),
        type: fc.constantFrom('T0', 'T1', 'T0', 'T1', null),
        splittable: fc.boolean(),
        fixed: fc.boolean(),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    orders: fc.array(
      fc.record({
        product: fc.nat({ max: 1 }),
        quantity: fc.integer({ min: 1, max: 4 }),
        priority: fc.integer({ min: 1, max: 2 }),
        position: fc.option(fc.integer({ min: 1, max: 3 })),
        start: fc.option(fc.integer({ min: 0, max: 3000 })),
      }),
      { minLength: 1, maxLength: 6 },
    ),
    hasSteps: fc.boolean(),
    links: fc.array(fc.tuple(fc.nat(30), fc.nat(30)), { maxLength: 12 }),
  })
  .map((random) => {
    const { zone, now } = random.place;
    const local = (offset: number) => new Date(Date.parse(now) + offset * 60_000).toISOString();
    const absences = (absence: [number, number] | null): Absence[] =>
      absence ? [{ from: local(absence[0]), to: local(absence[0] + absence[1]), reason: null }] : [];
    const schedules = random.weeks.map((days, place) =>
      aSchedule(
        `W${place}`,
        Object.fromEntries(days.map((day, at) => [WEEKDAYS[at]!, apart(days, at) ? day : []])),
        {
          timeZone: place === 0 ? zone : 'UTC',
          exceptions:
            random.exception && place === 0
              ? [{ date: aDay(now, random.exception[0]), periods: random.exception[1] }]
              : [],
        },
      ),
    );
    const bill = (name: string, from: number) =>
      aBill(
        name,
        random.operations.slice(from).map((operation, place) =>
          anOperation(place + 1, {
            next: place + 1 < random.operations.length - from ? place + 2 : 0,
            name: `${name} ${place + 1}`,
            standardTime: operation.time,
            workCenterType: operation.type,
            splittable: operation.splittable,
            fixed: operation.fixed,
          }),
        ),
        { quantity: from === 0 ? '1' : '2' },
      );
    const products = random.operations.length > 1 ? ['P0', 'P1'] : ['P0'];
    const orders = random.orders.map((order, place) =>
      anOrder(`O${place}`, products[order.product] ?? 'P0', {
        quantity: String(order.quantity),
        priority: order.priority,
        position: order.position,
        startDate: order.start === null ? null : local(order.start),
      }),
    );
    const steps = random.hasSteps
      ? orders.flatMap((order, at) =>
          random.operations.flatMap((_, place) =>
            [1, 2].slice(0, 1 + (at % 2)).map((batch) =>
              aStep(`${order.name}/${place}/${batch}`, order.name, `S${place}`, {
                position: place,
                batch,
                quantity: order.quantity,
              }),
            ),
          ),
        )
      : [];
    const snapshot = aPlant({
      now,
      timeZone: zone,
      companyWorkSchedule: 'W0',
      settings: { horizonDays: random.horizonDays, minuteGrid: random.minuteGrid },
      workSchedules: schedules,
      departments: random.intervals.map((planningInterval, place) => ({
        name: `D${place}`,
        planningInterval,
      })),
      workCenterTypes: ['T0', 'T1'].map((name, place) => aType(name, { department: `D${place}` })),
      workCenters: [
        aCenter('C8', 'T0'),
        aCenter('C9', 'T1', { workSchedule: 'W1' }),
        ...random.centers.map(({ type, schedule, capacity, absence }, place) =>
          aCenter(`C${place}`, type, { workSchedule: schedule, capacity, absences: absences(absence) }),
        ),
      ],
      products: products.map((name) => aProduct(name)),
      billsOfMaterials: products.map((name, from) => bill(name, from)),
      steps: random.operations.map((operation, place) =>
        aStepMaster(`S${place}`, {
          standardTime: operation.time,
          workCenterType: operation.type,
          splittable: operation.splittable,
          timeBasis: operation.fixed ? 'batch' : 'unit',
        }),
      ),
      orders,
      productionOrderSteps: steps,
      productionOrderStepDependencies: forwardLinks(
        steps,
        inQueueOrder(orders).map(({ name }) => name),
        random.links,
      ),
    });
    return { snapshot, hasSteps: random.hasSteps };
  });

/** Whether a day's last period leaves the next day's first alone. */
function apart(days: readonly string[][], at: number): boolean {
  const crosses = (day: string[] | undefined) => day?.at(-1)?.startsWith('22:00') ?? false;
  const next = days[(at + 1) % days.length];
  return !crosses(days[at]) || crosses(next) || (next?.[0] ?? '24:00') >= '06:00';
}

/** Dependencies on steps that come earlier, of the same order or of one earlier in the queue, so that no circle arises. */
function forwardLinks(
  steps: readonly { id: string; productionOrder: string; position: number; batch: number }[],
  queue: readonly string[],
  links: readonly [number, number][],
): StepDependency[] {
  const ranked = [...steps].sort(
    (a, b) =>
      queue.indexOf(a.productionOrder) - queue.indexOf(b.productionOrder) ||
      a.position - b.position ||
      a.batch - b.batch,
  );
  return links.flatMap(([a, b]) => {
    const [from, to] = [Math.min(a, b), Math.max(a, b)].map(
      (place) => ranked[place % Math.max(1, ranked.length)],
    );
    return from && to && ranked.indexOf(from) < ranked.indexOf(to) ? [{ from: from.id, to: to.id }] : [];
  });
}
