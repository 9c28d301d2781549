import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { spy } from 'sinon';

import { differencesOf, durationText } from '../../../plugins/scheduling/core/differences.js';
import { Placer } from '../../../plugins/scheduling/core/place.js';
import { planSchedule } from '../../../plugins/scheduling/core/plan.js';
import { effectOf, instantOfPreview } from '../../../plugins/scheduling/core/preview.js';
import { inQueueOrder } from '../../../plugins/scheduling/core/queue.js';
import { Rescheduler } from '../../../plugins/scheduling/core/reschedule.js';
import type { Snapshot } from '../../../plugins/scheduling/core/snapshot.js';
import { aFactory } from '../../bench/factory.js';
import { anOperation, anOrder, aSawmill, textOf } from './a-plant.js';
import { aRandomPlant } from './random-plants.js';

const RUNS = Number(process.env.SCHEDULE_RUNS ?? 60);

/** The queue with each order at another place of its group, as far as a list of numbers says so. */
function shuffled({ orders }: Snapshot, places: readonly number[]) {
  const queue = inQueueOrder(orders).map((order, place) => ({ order, key: places[place] ?? 0 }));
  queue.sort((a, b) => a.order.priority - b.order.priority || a.key - b.key);
  return queue.map(({ order: { name, priority } }, place) => ({ name, priority, position: place + 1 }));
}

function withQueue(snapshot: Snapshot, queue: ReturnType<typeof shuffled>): Snapshot {
  const places = new Map(queue.map((entry) => [entry.name, entry.position]));
  return {
    ...snapshot,
    orders: snapshot.orders.map((order) => ({ ...order, position: places.get(order.name) ?? null })),
  };
}

function timesOf(snapshot: Snapshot) {
  const plan = planSchedule(snapshot);
  return { orders: plan.times(), unscheduled: plan.unscheduled };
}

describe('[core] a preview of the queue', function () {
  this.timeout(Math.max(120_000, RUNS * 2000));

  it('tells what two full runs differ in, and plans the bytes of a full run, one preview after the other', () => {
    const moves = fc.array(fc.array(fc.nat(9), { minLength: 6, maxLength: 6 }), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(aRandomPlant, moves, ({ snapshot }, shuffles) => {
        const scheduler = new Rescheduler();
        for (const places of shuffles) {
          const queue = shuffled(snapshot, places);
          const after = withQueue(snapshot, queue);
          const full = differencesOf(timesOf(snapshot), timesOf(after), snapshot.timeZone);
          expect(effectOf(scheduler, snapshot, queue)).to.deep.equal(full);
          expect(textOf(scheduler.plan(after))).to.equal(textOf(planSchedule(after)));
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('is planned again only from where the queue has changed', () => {
    const made = aFactory({ orders: 4000, operations: 5, workCenters: 20 });
    const factory = withQueue(made, shuffled(made, []));
    const scheduler = new Rescheduler();
    scheduler.plan(factory);
    const queue = shuffled(factory, []);
    const last = queue.length - 1;
    [queue[last - 1], queue[last]] = [queue[last]!, queue[last - 1]!];
    const swapped = queue.map((entry, place) => ({ ...entry, position: place + 1 }));
    const placing = spy(Placer.prototype, 'place');
    try {
      planSchedule(factory);
      const whole = placing.callCount;
      placing.resetHistory();
      effectOf(scheduler, factory, swapped);
      // Two runs, each from the last place that is kept before the change on: a few are kept of a plan of this size.
      expect(placing.callCount).to.be.within(2, whole / 3);
    } finally {
      placing.restore();
    }
    expect(effectOf(scheduler, factory, swapped).counts).to.include({ added: 0, removed: 0 });
  });

  it('is planned from the instant of the last run for five minutes', () => {
    const scheduler = new Rescheduler();
    const at = (now: string) => instantOfPreview(scheduler, now);
    expect(at('2020-07-01T00:01:00Z')).to.equal('2020-07-01T00:01:00Z');
    scheduler.plan(aSawmill([anOperation(1)]));
    expect(at('2020-07-01T00:05:00Z')).to.equal('2020-07-01T00:00:00Z');
    expect(at('2020-07-01T00:05:01Z')).to.equal('2020-07-01T00:05:01Z');
    expect(at('2020-06-30T23:59:59Z')).to.equal('2020-06-30T23:59:59Z');
  });

  it('says in words who is earlier, later, late and on time, and by how much', () => {
    const due = (name: string, position: number, dueDate: string) =>
      anOrder(name, 'Board', { position, dueDate, quantity: '6' });
    const mill = aSawmill([anOperation(1)], {
      orders: [
        due('A', 1, '2020-07-01T10:00'),
        due('B', 2, '2020-07-01T10:00'),
        due('C', 3, '2020-07-01T11:00'),
      ],
    });
    const queue = ['B', 'C', 'A'].map((name, place) => ({ name, priority: 2, position: place + 1 }));
    const { counts, text, orders } = effectOf(new Rescheduler(), mill, queue);
    expect(orders.map((order) => order.text)).to.deep.equal([
      'Order A ends 2 h later, 2020-07-01 11:00, and becomes 1 h late.',
      'Order B ends 1 h earlier, 2020-07-01 09:00.',
      'Order C ends 1 h earlier, 2020-07-01 10:00.',
    ]);
    expect(orders[0]).to.deep.include({
      change: 'later',
      becomes: 'late',
      start: { from: '2020-07-01T08:00:00Z', to: '2020-07-01T10:00:00Z', minutes: 120 },
      latenessMinutes: { from: 0, to: 60 },
    });
    expect(counts).to.include({ earlier: 2, later: 1, becomeLate: 1, becomeOnTime: 0, unchanged: 0 });
    expect(text).to.equal('1 order ends later, 2 orders are earlier, 1 order becomes late.');
  });

  it('says so where nothing changes', () => {
    const mill = aSawmill([anOperation(1)]);
    const queue = [{ name: '01', priority: 2, position: 1 }];
    expect(effectOf(new Rescheduler(), mill, queue)).to.deep.include({
      text: 'No order is planned otherwise.',
      orders: [],
    });
  });
});

describe('[core] the differences of two plans', () => {
  const zone = 'Europe/Lisbon';
  const times = (name: string, parts: object = {}) => ({
    name,
    start: 0,
    end: 3600,
    latenessMinutes: 0,
    ...parts,
  });

  it('are told of orders that come, go, move and are late otherwise', () => {
    const before = {
      orders: [
        times('gone'),
        times('failed'),
        times('late', { latenessMinutes: 20 }),
        times('moved', { operations: 'Saw 1' }),
        times('start'),
        times('same'),
        times('due'),
      ],
      unscheduled: [],
    };
    const after = {
      orders: [
        times('new', { end: 7200, latenessMinutes: 5 }),
        times('late', { end: 1800 }),
        times('moved', { operations: 'Saw 2' }),
        times('start', { start: 600 }),
        times('same'),
        times('due', { latenessMinutes: 1.5 }),
      ],
      unscheduled: [{ name: 'failed', code: 'OW_SCHEDULE_HORIZON', message: 'It finds no room.' }],
    };
    const { orders, counts, text } = differencesOf(before, after, zone);
    expect(orders.map((order) => order.text)).to.deep.equal([
      'Order gone is no longer planned.',
      'Order failed is no longer planned: It finds no room.',
      'Order new is new in the plan: it ends 1970-01-01 03:00, 5 min late.',
      'Order due keeps its times, and becomes 1 min 30 s late.',
      'Order late ends 30 min earlier, 1970-01-01 01:30, and is on time.',
      'Order start starts 10 min later, 1970-01-01 01:10, and ends as before.',
      'Order moved keeps its start and end, with operations at other times or work centers.',
    ]);
    expect(counts).to.deep.equal({
      earlier: 1,
      later: 1,
      moved: 1,
      lateness: 1,
      added: 1,
      removed: 2,
      becomeLate: 2,
      becomeOnTime: 1,
      unchanged: 1,
    });
    expect(text).to.match(
      /^1 order ends later, .* 2 orders are no longer planned; 1 order stays as it is\.$/,
    );
  });

  it('are told in the two largest units that are not 0', () => {
    const told = [0, 0.5, 40, 60, 125, 1440, 1445.5, 4800].map(durationText);
    expect(told).to.deep.equal([
      '0 min',
      '30 s',
      '40 min',
      '1 h',
      '2 h 5 min',
      '1 d',
      '1 d 5 min',
      '3 d 8 h',
    ]);
  });
});
