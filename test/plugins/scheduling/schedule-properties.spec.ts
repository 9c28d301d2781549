import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';

import type { Plan } from '../../../plugins/scheduling/core/answer.js';
import { planSchedule } from '../../../plugins/scheduling/core/plan.js';
import type { Snapshot } from '../../../plugins/scheduling/core/snapshot.js';
import { epochMilliseconds } from '../../../src/index.js';
import { textOf } from './a-plant.js';
import { aRandomPlant } from './random-plants.js';
import { availableMinutes, referencePlan } from './reference-scheduler.js';

const RUNS = Number(process.env.SCHEDULE_RUNS ?? 30);
const at = (instant: string) => epochMilliseconds(instant) / 1000;

function placementsOf(plan: Plan) {
  return [...plan.orders()].flatMap((order) => order.operations.flatMap(({ placements }) => placements!));
}

/** The answer in the reference's form. */
function asReference(plan: Plan, snapshot: Snapshot) {
  return snapshot.orders
    .map(({ name }) => name)
    .sort()
    .map((name) => [
      name,
      plan.order(name)?.operations.map((operation) => ({
        name: operation.name,
        batch: operation.batch,
        start: at(operation.start),
        end: at(operation.end),
        placements: operation.placements!.map((placement) => ({
          ...placement,
          start: at(placement.start),
          end: at(placement.end),
        })),
      })) ?? 'no room',
    ]);
}

describe('[core] scheduling: properties on random plants', function () {
  this.timeout(Math.max(120_000, RUNS * 2000));

  it('places as a scheduler that looks at every minute', () => {
    fc.assert(
      fc.property(aRandomPlant, ({ snapshot }) => {
        const reference = [...referencePlan(snapshot)].sort(([a], [b]) => (a < b ? -1 : 1));
        expect(asReference(planSchedule(snapshot), snapshot)).to.deep.equal(reference);
      }),
      { numRuns: RUNS },
    );
  });

  it('gives no lane more minutes of an interval than it has available', () => {
    fc.assert(
      fc.property(aRandomPlant, ({ snapshot }) => {
        const used = new Map<string, number>();
        for (const { workCenter, lane, start, end, minutes } of placementsOf(planSchedule(snapshot))) {
          const key = JSON.stringify([workCenter, lane, start, end]);
          used.set(key, (used.get(key) ?? 0) + minutes);
        }
        const available = new Map(
          snapshot.workCenters.map(({ name }) => [name, new Set(minutesOfCenter(snapshot, name))]),
        );
        for (const [key, minutes] of used) {
          const [workCenter, , start, end] = JSON.parse(key) as [string, number, string, string];
          const minutesOf = available.get(workCenter)!;
          const inside: number[] = [];
          for (let minute = at(start); minute < at(end); minute += 60)
            if (minutesOf.has(minute)) inside.push(minute);
          expect(minutes, key).to.be.at.most(inside.length);
          expect([inside[0], inside.at(-1)], key).to.deep.equal([at(start), at(end) - 60]);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('breaks no dependency, and starts nothing before its order', () => {
    fc.assert(
      fc.property(aRandomPlant, ({ snapshot, hasSteps }) => {
        const plan = planSchedule(snapshot);
        const ends = new Map<string, number>();
        const starts = new Map<string, number>();
        for (const order of plan.orders()) {
          let previous = at(snapshot.now);
          for (const { step, batch, start, end } of order.operations) {
            expect(at(start)).to.be.at.least(previous);
            expect(at(end)).to.be.at.least(at(start));
            if (!hasSteps) previous = at(end);
            starts.set(`${order.name}/${step?.slice(1)}/${batch}`, at(start));
            ends.set(`${order.name}/${step?.slice(1)}/${batch}`, at(end));
          }
          const wanted = snapshot.orders.find(({ name }) => name === order.name)?.startDate;
          if (wanted) expect(at(order.scheduledStart)).to.be.at.least(Math.floor(at(wanted)));
        }
        for (const { from, to } of snapshot.productionOrderStepDependencies)
          if (starts.has(to)) expect(starts.get(to)).to.be.at.least(ends.get(from) ?? Infinity);
      }),
      { numRuns: RUNS },
    );
  });

  it('gives the same bytes for the same plant in another order', () => {
    fc.assert(
      fc.property(aRandomPlant, fc.nat(), ({ snapshot }, seed) => {
        expect(textOf(planSchedule(shuffled(snapshot, seed)))).to.equal(textOf(planSchedule(snapshot)));
      }),
      { numRuns: RUNS },
    );
  });
});

function minutesOfCenter(snapshot: Snapshot, name: string): number[] {
  const center = snapshot.workCenters.find((candidate) => candidate.name === name)!;
  const scheduleName = center.workSchedule ?? snapshot.companyWorkSchedule;
  const schedule = snapshot.workSchedules.find((candidate) => candidate.name === scheduleName)!;
  const now = at(snapshot.now);
  return availableMinutes(schedule, center.absences, {
    now,
    until: now + snapshot.settings.horizonDays * 86_400,
    daysBack: 40,
  });
}

/** The snapshot with its arrays in another order, down to the operations of a bill. */
function shuffled(snapshot: Snapshot, seed: number): Snapshot {
  let state = seed + 1;
  const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const mixed = (value: unknown, key: string): unknown => {
    if (Array.isArray(value)) {
      const rows = (value as unknown[]).map((row) => mixed(row, ''));
      return key === 'components'
        ? rows
        : rows
            .map((row) => ({ row, rank: random() }))
            .sort((a, b) => a.rank - b.rank)
            .map(({ row }) => row);
    }
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, mixed(part, name)]));
  };
  return mixed(snapshot, '') as Snapshot;
}
