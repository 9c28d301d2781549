import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';

import type { PlannedOrder } from '../../../plugins/scheduling/core/answer.js';
import { loadOf, type LoadUnit } from '../../../plugins/scheduling/core/load.js';
import { explainedOrder } from '../../../plugins/scheduling/core/order-of-plan.js';
import { placementsOf, type PlacementsDocument } from '../../../plugins/scheduling/core/placements.js';
import { planSchedule } from '../../../plugins/scheduling/core/plan.js';
import type { Snapshot } from '../../../plugins/scheduling/core/snapshot.js';
import { aCenter, anOperation, anOrder, aSawmill, aType, everyDay, aSchedule } from './a-plant.js';
import { aRandomPlant } from './random-plants.js';

const RUNS = Number(process.env.SCHEDULE_RUNS ?? 60);

function plannedOf(snapshot: Snapshot): { version: string; orders: PlannedOrder[] } {
  return { version: 'v', orders: [...planSchedule(snapshot).orders()] };
}

const at = (document: PlacementsDocument, seconds: number) =>
  new Date(Date.parse(document.origin) + seconds * 1000).toISOString().replace('.000Z', 'Z');

/** The rows of the columns, as the plan has them. */
function rowsOf(document: PlacementsDocument): string[] {
  const { placements, operations, orders, lanes, workCenters, intervals, names } = document;
  return placements.operation.map((operation, row) => {
    const lane = placements.lane[row]!;
    const interval = placements.interval[row]!;
    return [
      orders.name[operations.order[operation]!],
      names[operations.name[operation]!],
      workCenters.name[lanes.workCenter[lane]!],
      // The company's are drawn side by side, and are no capacity.
      workCenters.kind[lanes.workCenter[lane]!] === 'company' ? 1 : lanes.number[lane],
      at(document, intervals.start[interval]!),
      at(document, intervals.end[interval]!),
      placements.seconds[row]! / 60,
    ].join(' ');
  });
}

function rowsOfPlan(orders: readonly PlannedOrder[]): string[] {
  return orders.flatMap((order) =>
    order.operations.flatMap((operation) =>
      operation.workCenterType === null && operation.start !== operation.end
        ? `${order.name} ${operation.name} Company 1 ${operation.start} ${operation.end} ${
            (Date.parse(operation.end) - Date.parse(operation.start)) / 60_000
          }`
        : (operation.placements ?? []).map(({ workCenter, lane, start, end, minutes }) =>
            [
              order.name,
              operation.name,
              workCenter ?? operation.workCenterType,
              lane,
              start,
              end,
              minutes,
            ].join(' '),
          ),
    ),
  );
}

describe('[core] a plan as columns', () => {
  it('has each placement of the plan once, by lane and start, in intervals that hold it', () => {
    fc.assert(
      fc.property(aRandomPlant, ({ snapshot }) => {
        const plan = plannedOf(snapshot);
        const document = placementsOf(plan, snapshot);
        expect(rowsOf(document).sort()).to.deep.equal(rowsOfPlan(plan.orders).sort());
        const { placements, intervals, lanes, orders } = document;
        const keys = placements.lane.map(
          (lane, row) => [lane, intervals.start[placements.interval[row]!]!] as const,
        );
        keys.slice(1).forEach(([lane, start], before) => {
          const [otherLane, otherStart] = keys[before]!;
          expect(lane > otherLane || (lane === otherLane && start >= otherStart)).to.equal(true);
        });
        placements.seconds.forEach((seconds, row) =>
          expect(seconds).to.be.at.most(intervals.available[placements.interval[row]!]!),
        );
        expect(lanes.workCenter).to.deep.equal([...lanes.workCenter].sort((a, b) => a - b));
        expect(orders.latenessMinutes).to.deep.equal(plan.orders.map((order) => order.latenessMinutes));
      }),
      { numRuns: RUNS },
    );
  });

  it('has idle work centers too, their names in the order in which people count', () => {
    const mill = aSawmill([anOperation(1, { workCenterType: 'Pool' })], {
      workCenterTypes: [aType('Saw'), aType('Pool', { planning: 'type', capacity: 2 }), aType('Empty')],
      workCenters: [
        aCenter('Saw 10', 'Saw'),
        aCenter('Saw 2', 'Saw', { capacity: 2 }),
        aCenter('Any', 'Pool'),
      ],
    });
    const { workCenters, lanes } = placementsOf(plannedOf(mill), mill);
    expect(workCenters.name).to.deep.equal(['Pool', 'Saw 2', 'Saw 10']);
    expect(workCenters.kind).to.deep.equal(['type', 'workCenter', 'workCenter']);
    expect(lanes).to.deep.equal({ workCenter: [0, 0, 1, 1, 2], number: [1, 2, 1, 2, 1] });
  });

  it('puts what needs no work center side by side, as far as there is room', () => {
    const orders = Array.from({ length: 8 }, (_, place) => anOrder(`O${place}`, 'Board'));
    const mill = aSawmill([anOperation(1, { workCenterType: null })], { orders });
    const { workCenters, lanes, placements } = placementsOf(plannedOf(mill), mill);
    expect(workCenters.kind.at(-1)).to.equal('company');
    expect(placements.lane.map((lane) => lanes.number[lane])).to.deep.equal([1, 2, 3, 4, 5, 6, 6, 6]);
  });

  it('keeps a row for a work center that the plant has no more', () => {
    const mill = aSawmill([anOperation(1)]);
    const plan = plannedOf(mill);
    const document = placementsOf(plan, { ...mill, workCenters: [aCenter('Saw 7', 'Saw')] });
    expect(document.workCenters.name).to.deep.equal(['Saw 7', 'Saw 1']);
    expect(rowsOf(document).sort()).to.deep.equal(rowsOfPlan(plan.orders).sort());
  });
});

describe('[core] the load of work centers', () => {
  const DAY = 86_400;
  const request = (snapshot: Snapshot, by: LoadUnit, days = 40) => {
    const from = Math.floor(Date.parse(snapshot.now) / 1000) - DAY;
    return { by, from, to: from + days * DAY };
  };

  it('adds up to what is planned, by any unit, and is nowhere more than there is', () => {
    const units: LoadUnit[] = ['interval', 'hour', 'day', 'week', 'month'];
    fc.assert(
      fc.property(aRandomPlant, fc.constantFrom(...units), ({ snapshot }, by) => {
        const plan = plannedOf(snapshot);
        const { workCenters } = loadOf(plan, snapshot, request(snapshot, by));
        for (const row of workCenters) {
          const placed = plan.orders
            .flatMap(({ operations }) => operations)
            .flatMap(({ placements = [] }) => placements)
            .filter(({ workCenter }) => workCenter === row.name);
          const sum = placed.reduce((minutes, placement) => minutes + placement.minutes, 0);
          expect(row.planned.reduce((seconds, more) => seconds + more, 0)).to.equal(Math.round(sum * 60));
          row.planned.forEach((planned, place) => expect(planned).to.be.at.most(row.available[place]!));
          row.start.slice(1).forEach((start, place) => expect(start).to.be.at.least(row.start[place]!));
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('is told by day of the plant, with the days on which nothing is planned', () => {
    const mill = aSawmill([anOperation(1, { standardTime: 'PT10H' })], {
      now: '2020-07-01T00:00:00Z',
      workSchedules: [aSchedule('Day', everyDay(['08:00-12:00', '13:00-17:00']))],
      workCenters: [aCenter('Saw 1', 'Saw', { capacity: 2 })],
    });
    const from = Date.parse('2020-07-01T00:00:00Z') / 1000;
    const document = loadOf(plannedOf(mill), mill, { by: 'day', from, to: from + 3 * DAY });
    expect(document.workCenters).to.deep.equal([
      {
        name: 'Saw 1',
        type: 'Saw',
        kind: 'workCenter',
        lanes: 2,
        start: [8, 32, 56].map((hours) => hours * 3600),
        end: [17, 41, 65].map((hours) => hours * 3600),
        available: [16, 16, 16].map((hours) => hours * 3600),
        planned: [8, 2, 0].map((hours) => hours * 3600),
      },
    ]);
  });

  it('shows what is planned where availability has been taken away since', () => {
    const mill = aSawmill([anOperation(1)]);
    const plan = plannedOf(mill);
    const absences = [{ from: '2020-07-01T00:00', to: '2020-07-02T00:00', reason: null }];
    const down = { ...mill, workCenters: [aCenter('Saw 1', 'Saw', { absences })] };
    const [saw] = loadOf(plan, down, request(mill, 'day', 2)).workCenters;
    expect(saw).to.deep.include({ available: [32_400, 0], planned: [0, 600] });
  });

  it('refuses a time that no chart can show', () => {
    const mill = aSawmill([anOperation(1)]);
    expect(() => loadOf(plannedOf(mill), mill, request(mill, 'interval', 3000))).to.throw(
      /shorter time, or by a longer unit/,
    );
  });
});

describe('[core] an order of a plan', () => {
  it('names the order that held its work center, of several that end then', () => {
    const mill = aSawmill([anOperation(1)], {
      workCenters: [aCenter('Saw 1', 'Saw', { capacity: 2 })],
      orders: ['1', '11', '2', '3'].map((name, place) =>
        anOrder(name, 'Board', { position: place + 1, dueDate: '2020-07-01T08:15' }),
      ),
    });
    const { orders } = plannedOf(mill);
    const { chain, text, operations } = explainedOrder(orders[2]!, orders, 'UTC');
    expect(chain.map(({ kind, name, order }) => [kind, name, order])).to.deep.equal([
      ['workCenter', 'Saw 1', '1'],
    ]);
    expect(text).to.equal('Order 2 is planned from 2020-07-01 08:10 to 2020-07-01 08:20, 5 min late.');
    expect(operations[0]).to.not.have.property('placements');
    expect(explainedOrder(orders[3]!, orders, 'UTC').chain[0]!.order).to.equal('11');
  });
});
