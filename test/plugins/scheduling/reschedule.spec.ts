import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';

import { planSchedule } from '../../../plugins/scheduling/core/plan.js';
import { Rescheduler } from '../../../plugins/scheduling/core/reschedule.js';
import type { QueuedOrder, Snapshot } from '../../../plugins/scheduling/core/snapshot.js';
import { aFactory } from '../../bench/factory.js';
import { textOf } from './a-plant.js';
import { aRandomPlant } from './random-plants.js';

const RUNS = Number(process.env.SCHEDULE_RUNS ?? 60);

type Edit = (orders: QueuedOrder[]) => QueuedOrder[];

/** One change of a queue: of an order's own fields, of its place, one order fewer, or none at all. */
const anEdit: fc.Arbitrary<Edit> = fc
  .record({
    at: fc.nat(40),
    kind: fc.constantFrom(
      'quantity',
      'priority',
      'position',
      'startDate',
      'product',
      'remove',
      'copy',
      'none',
    ),
    value: fc.integer({ min: 1, max: 9 }),
  })
  .map(({ at, kind, value }) => (orders) => {
    const place = orders.length === 0 ? -1 : at % orders.length;
    const order = orders[place];
    if (order === undefined || kind === 'none') return structuredClone(orders);
    const changes: Record<string, Partial<QueuedOrder>> = {
      quantity: { quantity: String(value) },
      priority: { priority: value },
      position: { position: value },
      startDate: { startDate: `2021-04-0${value}` },
      product: { product: orders[value % orders.length]!.product },
    };
    const changed = { ...order, ...changes[kind] };
    const others = orders.filter((_, index) => index !== place);
    if (kind === 'remove') return others;
    if (kind === 'copy') return [...orders, { ...order, name: `${order.name} again`, position: value }];
    return [...others, changed];
  });

describe('[core] scheduling again after a change', function () {
  this.timeout(Math.max(120_000, RUNS * 2000));

  it('gives the plan of a full run, byte for byte, after any change of the queue', () => {
    fc.assert(
      fc.property(aRandomPlant, fc.array(anEdit, { minLength: 1, maxLength: 6 }), ({ snapshot }, edits) => {
        const scheduler = new Rescheduler();
        expect(textOf(scheduler.plan(snapshot))).to.equal(textOf(planSchedule(snapshot)));
        let now: Snapshot = snapshot;
        for (const edit of edits) {
          now = { ...now, orders: edit(now.orders) };
          expect(textOf(scheduler.plan(now))).to.equal(textOf(planSchedule(now)));
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('gives the plan of a full run in a factory, and leaves the plan before as it was', () => {
    const scheduler = new Rescheduler();
    let now = aFactory({ orders: 300, operations: 5, workCenters: 20 });
    let before = scheduler.plan(now);
    let text = textOf(before);
    for (const place of [150, 299, 0, 20, 280, 150]) {
      const orders = now.orders.map((order, at) =>
        at === place ? { ...order, quantity: `${place + 2}` } : order,
      );
      now = { ...now, orders };
      const plan = scheduler.plan(now);
      expect(textOf(before)).to.equal(text);
      [before, text] = [plan, textOf(planSchedule(now))];
      expect(textOf(plan)).to.equal(text);
    }
  });

  it('places only the changed order and those behind it', () => {
    const scheduler = new Rescheduler();
    const first = aFactory({ orders: 320, operations: 5, workCenters: 20 });
    const whole = scheduler.plan(first).statistics.intervalsTouched;
    const queue = [...first.orders].sort((a, b) => a.priority - b.priority || a.position! - b.position!);
    const last = queue.at(-1)!;
    const orders = first.orders.map((order) => (order === last ? { ...order, quantity: '7' } : order));
    const again = scheduler.plan({ ...first, orders });
    // The looks at intervals are those of the whole plan, of which the head's were taken over.
    expect(again.statistics.intervalsTouched).to.be.within(whole, whole * 1.1);
  });

  it('plans anew where masters change, or where work is under way', () => {
    const scheduler = new Rescheduler();
    let now = aFactory({ orders: 60, operations: 3, workCenters: 8 });
    scheduler.plan(now);
    now = { ...now, workCenters: now.workCenters.slice(1) };
    expect(textOf(scheduler.plan(now))).to.equal(textOf(planSchedule(now)));
    const [order, center] = [now.orders[5]!, now.workCenters[0]!];
    const started = {
      productionOrder: order.name,
      billOfMaterials: order.product,
      operation: 1,
      workCenter: center.name,
      start: '2020-07-01T08:00',
      remaining: 'PT5M',
    };
    now = { ...now, startedOperations: [started] };
    expect(textOf(scheduler.plan(now))).to.equal(textOf(planSchedule(now)));
    now = { ...now, startedOperations: [] };
    expect(textOf(scheduler.plan(now))).to.equal(textOf(planSchedule(now)));
  });
});
