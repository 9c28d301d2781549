import { expect } from 'chai';
import { describe, it } from 'mocha';

import { planSchedule } from '../../../plugins/scheduling/core/plan.js';
import type { IntervalUnit, Snapshot } from '../../../plugins/scheduling/core/snapshot.js';
import {
  aBill,
  aCenter,
  anOperation,
  anOrder,
  aPlant,
  aProduct,
  aSawmill,
  aSchedule,
  aType,
  everyDay,
  planned,
  refusalOf,
  timesOf,
} from './a-plant.js';
import { effortOf } from '../../effort.js';

/** `Work Center/lane start-end/minutes` for every placement of an order. */
function placementsOf(snapshot: Snapshot, name = '01'): string[] {
  const short = (instant: string) => instant.slice(8, 16);
  return planned(planSchedule(snapshot), name).operations.flatMap(({ placements }) =>
    placements!.map(
      ({ workCenter, lane, start, end, minutes }) =>
        `${workCenter ?? '-'}/${lane} ${short(start)}-${short(end)}/${minutes}`,
    ),
  );
}

function intervals(unit: IntervalUnit, length = 1): Partial<Snapshot> {
  return { departments: [{ name: 'Production', planningInterval: { unit, length } }] };
}

const one = (over: Parameters<typeof anOperation>[1] = {}) => [anOperation(1, over)];
const two = [anOrder('01', 'Board'), anOrder('02', 'Board')];
const daily = { workSchedules: [aSchedule('Day', everyDay(['08:00-17:00']))] };

describe('[core] scheduling: placement', () => {
  it('starts no order before now, nor before its own start', () => {
    const orders = [
      anOrder('01', 'Board', { startDate: '2020-06-01' }),
      anOrder('02', 'Board', { startDate: '2020-07-02T09:07' }),
    ];
    const snapshot = aSawmill(one(), { now: '2020-07-01T10:01:00Z', orders });
    expect(timesOf(snapshot, '01')).to.deep.equal(['Operation 1 01T10:05-01T10:15']);
    expect(timesOf(snapshot, '02')).to.deep.equal(['Operation 1 02T09:10-02T09:20']);
  });

  it('takes orders by priority group, then position, then name', () => {
    const orders = [
      anOrder('01', 'Board', { priority: 2, position: 1 }),
      anOrder('02', 'Board', { priority: 1, position: 2 }),
      anOrder('03', 'Board', { priority: 1, position: 1 }),
      anOrder('04', 'Board', { priority: 1, position: 2 }),
    ];
    const plan = planSchedule(aSawmill(one(), { orders }));
    expect(
      [...plan.orders()].map(({ name, scheduledStart }) => [name, scheduledStart.slice(11, 16)]),
    ).to.deep.equal([
      ['03', '08:00'],
      ['02', '08:10'],
      ['04', '08:20'],
      ['01', '08:30'],
    ]);
  });

  it('begins in the interval that begins at the start, not after it', () => {
    const orders = [anOrder('01', 'Board', { startDate: '2020-07-02T09:05' })];
    expect(timesOf(aSawmill(one(), { orders }), '01')).to.deep.equal(['Operation 1 02T09:05-02T09:15']);
  });

  it('ends with the last interval, and leaves the rest of it to others', () => {
    const snapshot = aSawmill(one({ standardTime: 'PT7M' }), { orders: two });
    expect(timesOf(snapshot, '01')).to.deep.equal(['Operation 1 01T08:00-01T08:10']);
    expect(placementsOf(snapshot, '02')).to.deep.equal([
      'Saw 1/1 01T08:05-01T08:10/3',
      'Saw 1/1 01T08:10-01T08:15/4',
    ]);
  });

  it('goes on the next morning', () => {
    const snapshot = aSawmill(one({ standardTime: 'PT9H10M' }));
    expect(timesOf(snapshot, '01')).to.deep.equal(['Operation 1 01T08:00-02T08:10']);
  });

  it('skips full intervals', () => {
    const orders = [anOrder('01', 'Board', { startDate: '2020-07-01T08:05' }), anOrder('02', 'Board')];
    expect(placementsOf(aSawmill(one(), { orders }), '02')).to.deep.equal([
      'Saw 1/1 01T08:00-01T08:05/5',
      'Saw 1/1 01T08:15-01T08:20/5',
    ]);
  });

  it('places repetitions one by one from the start of the operation, side by side where it can', () => {
    const snapshot = aSawmill(one(), {
      workCenters: [aCenter('Saw 2', 'Saw'), aCenter('Saw 1', 'Saw')],
      orders: [anOrder('01', 'Board', { quantity: '3' })],
    });
    expect(placementsOf(snapshot)).to.deep.equal([
      'Saw 1/1 01T08:00-01T08:05/5',
      'Saw 1/1 01T08:05-01T08:10/5',
      'Saw 2/1 01T08:00-01T08:05/5',
      'Saw 2/1 01T08:05-01T08:10/5',
      'Saw 1/1 01T08:10-01T08:15/5',
      'Saw 1/1 01T08:15-01T08:20/5',
    ]);
  });

  it('prefers the lane that finishes first, then the one that starts first', () => {
    const late = { absences: [{ from: '2020-07-01T08:00', to: '2020-07-01T08:05', reason: null }] };
    const broken = {
      absences: [{ from: '2020-07-01T08:05', to: '2020-07-01T08:10', reason: null }],
    };
    const finishing = aSawmill(one(), {
      workCenters: [aCenter('A', 'Saw', late), aCenter('B', 'Saw')],
    });
    expect(placementsOf(finishing)[0]).to.match(/^B/);
    const starting = aSawmill(one(), {
      workCenters: [aCenter('A', 'Saw', late), aCenter('B', 'Saw', broken)],
    });
    expect(placementsOf(starting)[0]).to.match(/^B/);
  });

  it('takes capacity as lanes: one repetition never uses two', () => {
    const snapshot = aSawmill(one(), {
      workCenters: [aCenter('Saw 1', 'Saw', { capacity: 2 })],
      orders: [anOrder('01', 'Board', { quantity: '2' })],
    });
    expect(placementsOf(snapshot)).to.deep.equal([
      'Saw 1/1 01T08:00-01T08:05/5',
      'Saw 1/1 01T08:05-01T08:10/5',
      'Saw 1/2 01T08:00-01T08:05/5',
      'Saw 1/2 01T08:05-01T08:10/5',
    ]);
  });

  it('plans a type as one pool of its capacity where it says so', () => {
    const snapshot = aSawmill(one(), {
      workCenterTypes: [aType('Saw', { planning: 'type', capacity: 2 })],
      orders: [anOrder('01', 'Board', { quantity: '3' })],
    });
    expect(placementsOf(snapshot).map((text) => text.slice(0, 14))).to.deep.equal([
      '-/1 01T08:00-0',
      '-/1 01T08:05-0',
      '-/2 01T08:00-0',
      '-/2 01T08:05-0',
      '-/1 01T08:10-0',
      '-/1 01T08:15-0',
    ]);
  });

  for (const [what, over] of [
    ['a type without work centers', { workCenters: [] }],
    ['work centers without capacity', { workCenters: [aCenter('Saw 1', 'Saw', { capacity: 0 })] }],
    ['a pool without capacity', { workCenterTypes: [aType('Saw', { planning: 'type', capacity: 0 })] }],
  ] as [string, Partial<Snapshot>][]) {
    it(`refuses only the orders that need ${what}`, () => {
      const snapshot = aSawmill(one(), {
        products: [aProduct('Board'), aProduct('Free')],
        billsOfMaterials: [aBill('Board', one()), aBill('Free', one({ workCenterType: null }))],
        orders: [anOrder('01', 'Board'), anOrder('02', 'Free')],
        ...over,
      });
      expect(refusalOf(snapshot, '01')).to.deep.include({ code: 'OW_SCHEDULE_NO_CAPACITY' });
      expect(timesOf(snapshot, '02')).to.deep.equal(['Operation 1 01T08:00-01T08:10']);
    });
  }

  describe('of an operation without a work center type', () => {
    const free = (over: Parameters<typeof anOperation>[1] = {}) => one({ workCenterType: null, ...over });

    it('takes one standard time for all repetitions, to the minute, for any number of orders', () => {
      const orders = ['01', '02'].map((name) =>
        anOrder(name, 'Board', { quantity: '8', startDate: '2020-07-01T09:03' }),
      );
      const snapshot = aSawmill(free({ standardTime: 'PT1M' }), { orders });
      for (const { name } of orders)
        expect(timesOf(snapshot, name)).to.deep.equal(['Operation 1 01T09:03-01T09:04']);
      expect(placementsOf(snapshot)).to.deep.equal([]);
    });

    it("rests outside the company's schedule", () => {
      const orders = [anOrder('01', 'Board', { startDate: '2020-07-03T16:30' })];
      const snapshot = aSawmill(free({ standardTime: 'PT1H' }), { orders });
      expect(timesOf(snapshot, '01')).to.deep.equal(['Operation 1 03T16:30-06T08:30']);
    });

    it('stays within one period where it is not splittable', () => {
      const orders = [anOrder('01', 'Board', { startDate: '2020-07-03T16:30' })];
      const snapshot = aSawmill(free({ standardTime: 'PT1H', splittable: false }), { orders });
      expect(timesOf(snapshot, '01')).to.deep.equal(['Operation 1 06T08:00-06T09:00']);
    });

    it("uses the schedule of the order's company", () => {
      const snapshot = aSawmill(free(), {
        workSchedules: [aSchedule('Day', ['08:00-17:00']), aSchedule('Night', ['20:00-23:00'])],
        companies: [{ name: 'Owls', workSchedule: 'Night' }],
        orders: [anOrder('01', 'Board', { company: 'Owls' })],
      });
      expect(timesOf(snapshot, '01')).to.deep.equal(['Operation 1 01T20:00-01T20:10']);
    });
  });

  it('gives zero time no length, whenever it is', () => {
    const operations = [anOperation(1, { next: 2, standardTime: 'PT0S' }), anOperation(2)];
    expect(timesOf(aSawmill(operations), '01')).to.deep.equal([
      'Operation 1 01T00:00-01T00:00',
      'Operation 2 01T08:00-01T08:10',
    ]);
  });

  it('starts each operation of a series after the end of the one before', () => {
    const operations = [anOperation(1, { next: 2, standardTime: 'PT7M' }), anOperation(2)];
    expect(timesOf(aSawmill(operations), '01')).to.deep.equal([
      'Operation 1 01T08:00-01T08:10',
      'Operation 2 01T08:10-01T08:20',
    ]);
  });

  it('counts whole seconds, a part of one as one', () => {
    const snapshot = aSawmill(one({ standardTime: 'PT0.5S' }));
    expect(planned(planSchedule(snapshot), '01').operations[0]?.placements![0]?.minutes).to.equal(1 / 60);
  });

  describe('in one piece', () => {
    it('leaves an interval that is too short for it to others', () => {
      const snapshot = aSawmill(one({ standardTime: 'PT5H', splittable: false }), {
        orders: [...two, anOrder('03', 'Chip')],
        products: [aProduct('Board'), aProduct('Chip')],
        billsOfMaterials: [
          aBill('Board', one({ standardTime: 'PT5H', splittable: false })),
          aBill('Chip', one()),
        ],
      });
      expect(timesOf(snapshot, '02')).to.deep.equal(['Operation 1 02T08:00-02T13:00']);
      expect(timesOf(snapshot, '03')).to.deep.equal(['Operation 1 01T13:00-01T13:10']);
    });

    it('has nothing of another repetition between', () => {
      const orders = [anOrder('01', 'Chip', { startDate: '2020-07-01T08:05' }), anOrder('02', 'Board')];
      const snapshot = aSawmill([], {
        orders,
        products: [aProduct('Board'), aProduct('Chip')],
        billsOfMaterials: [
          aBill('Board', one({ standardTime: 'PT8M', splittable: false })),
          aBill('Chip', one({ standardTime: 'PT3M' })),
        ],
      });
      // 08:00-08:05 and what 01 left of 08:05-08:10 would do, were it not 3 minutes that are wanted of 2.
      expect(timesOf(snapshot, '02')).to.deep.equal(['Operation 1 01T08:05-01T08:20']);
    });

    it('is refused where no period is long enough', () => {
      const snapshot = aSawmill(one({ standardTime: 'PT9H1M', splittable: false }), {
        settings: { horizonDays: 30, minuteGrid: 'availability' },
      });
      expect(refusalOf(snapshot, '01')).to.deep.include({ code: 'OW_SCHEDULE_HORIZON' });
    });
  });

  describe('by days, weeks and months', () => {
    it('uses what is left of the day that contains the start', () => {
      const snapshot = aSawmill(one({ standardTime: 'PT5H' }), {
        ...intervals('day'),
        now: '2020-07-01T13:00:00Z',
        orders: two,
      });
      expect(placementsOf(snapshot, '01')).to.deep.equal([
        'Saw 1/1 01T08:00-01T17:00/240',
        'Saw 1/1 02T08:00-02T17:00/60',
      ]);
      expect(timesOf(snapshot, '01')).to.deep.equal(['Operation 1 01T13:00-02T17:00']);
      expect(placementsOf(snapshot, '02')).to.deep.equal(['Saw 1/1 02T08:00-02T17:00/300']);
    });

    it('gives the afternoon only once', () => {
      const orders = [
        anOrder('01', 'Board', { quantity: '2', startDate: '2020-07-01T13:00' }),
        anOrder('02', 'Board'),
      ];
      const snapshot = aSawmill(one({ standardTime: 'PT3H' }), { ...intervals('day'), orders });
      expect(placementsOf(snapshot, '01')).to.deep.equal([
        'Saw 1/1 01T08:00-01T17:00/180',
        'Saw 1/1 01T08:00-01T17:00/60',
        'Saw 1/1 02T08:00-02T17:00/120',
      ]);
      expect(placementsOf(snapshot, '02')).to.deep.equal(['Saw 1/1 01T08:00-01T17:00/180']);
    });

    it('plans many starts within one bucket quickly', async () => {
      const orders = Array.from({ length: 4000 }, (_, place) =>
        anOrder(`Order ${place}`, 'Board', {
          startDate: new Date(Date.parse('2020-07-01T08:00Z') + place * 61_000).toISOString(),
        }),
      );
      const snapshot = aSawmill(one({ standardTime: 'PT2M' }), { ...intervals('month'), orders });
      const effort = await effortOf(() => {
        expect(planSchedule(snapshot).unscheduled).to.deep.equal([]);
      });
      expect(effort).to.be.below(30);
    });

    it('makes one bucket of a week', () => {
      const snapshot = aSawmill(one({ standardTime: 'PT20H' }), { ...intervals('week'), orders: two });
      expect(placementsOf(snapshot, '02')).to.deep.equal([
        'Saw 1/1 29T08:00-03T17:00/420',
        'Saw 1/1 06T08:00-10T17:00/780',
      ]);
    });

    it('makes one bucket of a month', () => {
      const snapshot = aSawmill(one(), { ...intervals('month'), now: '2020-07-20T00:00:00Z' });
      expect(placementsOf(snapshot)).to.deep.equal(['Saw 1/1 01T08:00-31T17:00/10']);
    });
  });

  describe('within availability', () => {
    it("takes the work center's schedule, else its type's, else that of the order's company", () => {
      const times = (center: string | null, type: string | null) =>
        timesOf(
          aSawmill(one(), {
            workSchedules: [
              aSchedule('Day', ['08:00-17:00']),
              aSchedule('Early', ['06:00-12:00']),
              aSchedule('Late', ['12:00-20:00']),
            ],
            workCenterTypes: [aType('Saw', { workSchedule: type })],
            workCenters: [aCenter('Saw 1', 'Saw', { workSchedule: center })],
          }),
          '01',
        )[0];
      expect(times('Early', 'Late')).to.equal('Operation 1 01T06:00-01T06:10');
      expect(times(null, 'Late')).to.equal('Operation 1 01T12:00-01T12:10');
      expect(times(null, null)).to.equal('Operation 1 01T08:00-01T08:10');
    });

    it('is round the clock, with a warning, where nothing has a schedule', () => {
      const snapshot = aSawmill(one(), { companyWorkSchedule: null });
      const plan = planSchedule(snapshot);
      expect(planned(plan, '01').scheduledStart).to.equal('2020-07-01T00:00:00Z');
      expect(plan.warnings.map(({ code }) => code)).to.deep.equal(['OW_SCHEDULE_ROUND_THE_CLOCK']);
      expect(planSchedule(aSawmill(one())).warnings).to.deep.equal([]);
    });

    it('is without the absences of the work center, and begins its intervals anew after each', () => {
      const absences = [{ from: '2020-07-01T08:05', to: '2020-07-01T08:12', reason: 'repair' }];
      const snapshot = aSawmill(one(), { workCenters: [aCenter('Saw 1', 'Saw', { absences })] });
      expect(placementsOf(snapshot)).to.deep.equal([
        'Saw 1/1 01T08:00-01T08:05/5',
        'Saw 1/1 01T08:12-01T08:17/5',
      ]);
    });

    it('uses a machine once, though two companies with different schedules share it', () => {
      const snapshot = aSawmill(one({ standardTime: 'PT1H' }), {
        workSchedules: [aSchedule('Day', ['08:00-17:00']), aSchedule('Late', ['08:30-20:00'])],
        companies: [{ name: 'Owls', workSchedule: 'Late' }],
        orders: [anOrder('01', 'Board'), anOrder('02', 'Board', { company: 'Owls' }), anOrder('03', 'Board')],
      });
      expect(timesOf(snapshot, '02')).to.deep.equal(['Operation 1 01T09:00-01T10:00']);
      expect(timesOf(snapshot, '03')).to.deep.equal(['Operation 1 01T10:00-01T11:00']);
    });

    it('refuses only the orders whose schedule has overlapping periods', () => {
      const snapshot = aSawmill(one(), {
        workSchedules: [aSchedule('Day', ['08:00-17:00']), aSchedule('Bad', ['08:00-17:00', '16:00-18:00'])],
        companies: [{ name: 'Owls', workSchedule: 'Bad' }],
        orders: [anOrder('01', 'Board', { company: 'Owls' }), anOrder('02', 'Board')],
      });
      expect(refusalOf(snapshot, '01')).to.deep.include({ code: 'OW_SCHEDULE_PERIODS' });
      expect(timesOf(snapshot, '02')).to.have.length(1);
    });
  });

  describe('within the horizon', () => {
    const short = { settings: { horizonDays: 1, minuteGrid: 'availability' as const }, ...daily };

    it('reports an order that finds no room, leaves no trace of it, and goes on', () => {
      const snapshot = aSawmill(one({ standardTime: 'PT6H' }), {
        ...short,
        orders: [...two, anOrder('03', 'Chip', { quantity: '18' })],
        products: [aProduct('Board'), aProduct('Chip')],
        billsOfMaterials: [aBill('Board', one({ standardTime: 'PT6H' })), aBill('Chip', one())],
      });
      const refusal = refusalOf(snapshot, '02');
      expect(refusal?.code).to.equal('OW_SCHEDULE_HORIZON');
      expect(refusal?.message).to.match(
        /^Order 02: operation Operation 1 finds no room until 2020-07-02T00:00:00Z/,
      );
      expect(timesOf(snapshot, '03')).to.deep.equal(['Operation 1 01T14:00-01T17:00']);
    });

    for (const splittable of [true, false]) {
      it(`takes back what it placed of an order before it failed, ${splittable ? 'in parts' : 'in one piece'}`, () => {
        const first = anOperation(1, { standardTime: 'PT7M', splittable, next: 2 });
        const snapshot = aSawmill([], {
          ...short,
          orders: [anOrder('01', 'Board', { quantity: '3' }), anOrder('02', 'Chip', { quantity: '2' })],
          products: [aProduct('Board'), aProduct('Chip')],
          billsOfMaterials: [
            aBill('Board', [first, anOperation(2, { standardTime: 'PT3H' })]),
            aBill('Chip', [{ ...first, next: 0 }]),
          ],
        });
        expect(refusalOf(snapshot, '01')).to.deep.include({ code: 'OW_SCHEDULE_HORIZON' });
        expect(placementsOf(snapshot, '02')).to.deep.equal([
          'Saw 1/1 01T08:00-01T08:05/5',
          'Saw 1/1 01T08:05-01T08:10/2',
          'Saw 1/1 01T08:05-01T08:10/3',
          'Saw 1/1 01T08:10-01T08:15/4',
        ]);
      });
    }

    it('refuses at once what could never fit', () => {
      const orders = [anOrder('01', 'Board', { quantity: '999999' }), anOrder('02', 'Board')];
      const snapshot = aSawmill(one(), { orders });
      expect(refusalOf(snapshot, '01')).to.deep.include({ code: 'OW_SCHEDULE_HORIZON' });
      expect(timesOf(snapshot, '02')).to.have.length(1);
    });

    it('costs nothing where it is long', () => {
      const plan = planSchedule(
        aPlant({
          ...aSawmill(one()),
          settings: { horizonDays: 36_500, minuteGrid: 'availability' },
          departments: [{ name: 'Production', planningInterval: { unit: 'minute', length: 1 } }],
        }),
      );
      expect(plan.statistics.intervalsTouched).to.be.lessThan(100);
    });
  });
});
