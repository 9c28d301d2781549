import Database from 'better-sqlite3';
import { expect } from 'chai';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { fileURLToPath } from 'node:url';
import type { JsonObject } from '../../src/index.js';
import { aBoard, sawmill, type QueueRow } from '../plugins/scheduling/plugin-office.js';
import type { PlanDocument } from '../../plugins/scheduling/plan-store.js';
import { ended, expectError, Template, Workplace } from './command-line.js';

const STOOLS = fileURLToPath(new URL('../../src/examples/stool-factory.json', import.meta.url));
const SEED_NOW = '2020-07-01T00:00:00Z';
const NOW = '2020-07-06T07:00:00Z';
const DOWN = ['work-center', 'down', 'Saw'];
const KILLS = 6;
const MANY = Array.from({ length: 1000 }, (_, index) => `PO-${String(index).padStart(4, '0')}`);

describe('[e2e] a planner at the command line', () => {
  const template = new Template(sawmill(['A', 'B', 'C'].map((name) => aBoard(name))));
  let place: Workplace;
  before(() => template.prepare());
  after(() => {
    template.remove();
  });
  beforeEach(() => {
    place = template.copy();
  });
  afterEach(() => {
    place.remove();
  });

  it('sees the stool factory of the seed to the minute', async () => {
    const factory = new Workplace();
    await factory.done('import', STOOLS);
    const { orders } = await plan(factory, '--now', SEED_NOW);
    const times = orders.flatMap(({ name, operations }) =>
      operations.map(({ repetitions, start, end }) => `${name} x${repetitions} ${start} ${end}`),
    );
    expect(times).to.deep.equal([
      '01 x2 2020-07-03T08:00:00Z 2020-07-03T08:20:00Z',
      '01 x2 2020-07-03T08:20:00Z 2020-07-03T08:21:00Z',
      '02 x7 2020-07-03T08:20:00Z 2020-07-03T09:30:00Z',
      '02 x8 2020-07-03T09:30:00Z 2020-07-03T09:31:00Z',
    ]);
    factory.remove();
  });

  it('gets the same bytes twice, also as a summary and also when the plan is saved', async () => {
    const ask = (...more: string[]) => place.run(['schedule', '--json', '--now', NOW, ...more]);
    const first = await ask();
    expect(first).to.include({ code: 0, stderr: '' });
    expect(await ask()).to.deep.equal(first);
    const { version } = JSON.parse(first.stdout) as { version: string };
    const summary = await ask('--summary');
    expect(await ask('--save', version)).to.deep.equal(first);
    expect(await ask('--save', version, '--summary')).to.deep.equal(summary);
  });

  it('gets exit code 0 for a plan with unscheduled orders, and their reasons', async () => {
    await place.done(
      'import',
      place.file('more.json', {
        products: [{ name: 'Air', units: 'pcs' }],
        productionOrders: [aBoard('Z', { product: 'Air' })],
      }),
    );
    const { orders, unscheduled } = await plan(place, '--now', NOW, '--save');
    expect(orders).to.have.length(3);
    expect(unscheduled).to.deep.equal([
      {
        name: 'Z',
        code: 'OW_SCHEDULE_MASTER_MISSING',
        message: 'Product Air has no bill of materials, and the order has no steps.',
      },
    ]);
    const { code, stdout } = await place.run(['schedule', '--now', NOW]);
    expect(code).to.equal(0);
    expect(stdout).to.include('Z is not scheduled: Product Air has no bill of materials');
    expect(stdout).to.include('3 orders scheduled, 0 late, 1 not scheduled');
  });

  it('may plan a queue without orders', async () => {
    const empty = new Workplace();
    expect(await empty.done('schedule', '--save')).to.deep.include({ orders: [], unscheduled: [] });
    expect(await empty.done('queue')).to.deep.equal({ orders: [] });
    const { code, stdout } = await empty.run(['schedule']);
    expect({ code, first: stdout.split('\n')[0] }).to.deep.equal({
      code: 0,
      first: '0 orders scheduled, 0 late, 0 not scheduled',
    });
    empty.remove();
  });

  const refusals: [says: string, args: string[], exit: number, code: string][] = [
    ['an unknown version', ['schedule', '--save', 'f00'], 1, 'OW_PLAN_UNKNOWN'],
    ['an unknown order to plan up to', ['schedule', '--up-to', 'Z'], 1, 'OW_ORDER_UNKNOWN'],
    ['an unknown work center to show', ['schedule', '--work-center', 'Z'], 1, 'OW_WORK_CENTER_UNKNOWN'],
    ['a word that is no move', ['queue', 'move', 'A', 'sideways'], 2, 'OW_USAGE'],
    ['a move of an unknown order', ['queue', 'move', 'Z', 'up'], 1, 'OW_ORDER_UNKNOWN'],
    ['a time that is none', [...DOWN, '--from', 'noon', '--to', '2020-07-06'], 2, 'OW_USAGE'],
    ['no end', [...DOWN, '--from', '2020-07-06'], 2, 'OW_USAGE'],
    ['a now that is none', ['schedule', '--now', 'soon'], 2, 'OW_USAGE'],
  ];
  for (const [says, args, exit, error] of refusals) {
    it(`is refused ${says} with exit code ${exit}, and changes nothing`, async () => {
      const state = place.dumpOfState();
      const { code, document } = await place.ask(args);
      expectError(document, error);
      expect(code).to.equal(exit);
      expect(place.dumpOfState()).to.deep.equal(state);
    });
  }

  it('moves, saves, takes a machine down and saves again', async () => {
    await place.done('queue', 'move', 'C', 'first');
    const { version, orders } = await plan(place, '--now', NOW);
    expect(orders.map(({ name }) => name)).to.deep.equal(['C', 'A', 'B']);
    await place.done('schedule', '--save', version);
    const down: object = await place.done(
      'work-center',
      'down',
      'Saw',
      '--from',
      '2020-07-06T08:10',
      '--to',
      '2020-07-06T09:00',
      '--reason',
      'blade',
    );
    expect(down).to.have.deep.property('reschedule', ['A', 'B']);
    const { code, document } = await place.ask(['schedule', '--save', version]);
    expect(code).to.equal(1);
    expectError(document, 'OW_PLAN_CHANGED');
    expect(await queueOf(place)).to.deep.equal([
      { name: 'C', priority: 2, position: 1, reschedule: null },
      {
        name: 'A',
        priority: 2,
        position: 2,
        reschedule: 'Saw is down from 2020-07-06 08:10 to 2020-07-06 09:00: blade',
      },
      {
        name: 'B',
        priority: 2,
        position: 3,
        reschedule: 'Saw is down from 2020-07-06 08:10 to 2020-07-06 09:00: blade',
      },
    ]);
    const again = await plan(place, '--save', '--now', NOW);
    expect(again.orders[1]?.scheduledStart).to.equal('2020-07-06T09:00:00Z');
    expect((await queueOf(place)).map(({ reschedule }) => reschedule)).to.deep.equal([null, null, null]);
  });

  it('may use any names, also those that look like SQL, and long ones', async () => {
    const name = `x'; drop table orderwright_SavedOrder; --`;
    const long = `${'long '.repeat(70)}name`;
    const plant = {
      workCenterTypes: [{ name, department: 'Shop' }],
      workCenters: [
        { name, type: name, workSchedule: 'Day' },
        { name: long, type: name, workSchedule: 'Day' },
      ],
      products: [{ name, units: 'pcs', billOfMaterials: name }],
      billsOfMaterials: [
        {
          name,
          product: name,
          operations: [{ number: 1, name: long, standardTime: 'PT5M', workCenterType: name }],
        },
      ],
      productionOrders: [name, `%_"\`[]`, '--save', long].map((order) => aBoard(order, { product: name })),
    };
    await place.done('import', place.file('names.json', plant));
    await place.done('queue', 'move', name, 'first');
    await place.done(
      'work-center',
      'down',
      name,
      '--from',
      '2020-07-06',
      '--to',
      '2020-07-06',
      '--reason',
      name,
    );
    const { orders } = await plan(place, '--save', '--now', NOW, '--up-to', long);
    expect(orders).to.have.length(7);
    expect((await place.done('schedule', '--work-center', long, '--now', NOW)).orders).to.not.deep.equal([]);
    const { orders: rows } = await place.done('unschedule', name, '--', '--save');
    expect(rows.map(({ allowed }) => allowed)).to.deep.equal([true, true]);
    expect(place.dump(/SavedOrder/).orderwright_SavedOrder).to.have.length(5);
    await place.done('schedule', '--save', '--now', NOW);
  });
});

describe('[e2e] plans of processes at the same time', () => {
  const template = new Template(sawmill(MANY.map((name) => aBoard(name))));
  let place: Workplace;
  before(() => template.prepare());
  after(() => {
    template.remove();
  });
  beforeEach(() => {
    place = template.copy();
  });
  afterEach(() => {
    place.remove();
  });

  /** The versions that are saved, and how many orders, operations and work of each. */
  function saved(): Record<string, { orders: number; operations: number; minutes: number }> {
    const database = new Database(place.database, { readonly: true });
    const rows = database
      .prepare<[], { Version: string; orders: number; operations: number; minutes: number }>(
        `select s.Version, count(distinct s.ProductionOrder) as orders, count(distinct o.ProductionOrder || o.Sequence) as operations,
                sum(p.Minutes) as minutes
           from orderwright_SavedOrder s
           join orderwright_SavedOperation o on o.ProductionOrder = s.ProductionOrder
           join orderwright_SavedPlacement p on p.ProductionOrder = o.ProductionOrder and p.Sequence = o.Sequence
          group by s.Version`,
      )
      .all();
    database.close();
    return Object.fromEntries(rows.map(({ Version, ...counts }) => [Version, counts]));
  }
  const WHOLE = { orders: MANY.length, operations: 2 * MANY.length, minutes: 30 * MANY.length };

  it('are saved one after the other, the last one whole', async () => {
    const nows = [1, 2, 3].map((minute) => `2020-07-06T07:0${minute}:00Z`);
    const answers = await Promise.all(
      nows.map((now) => place.ask(['schedule', '--save', '--summary', '--now', now])),
    );
    const versions = answers.map(({ code, document }) => {
      expect(code).to.equal(0);
      return document.version;
    });
    const [version = ''] = Object.keys(saved());
    expect(versions).to.include(version);
    expect(saved()).to.deep.equal({ [version]: WHOLE });
  });

  it('leave one of two different orders of the queue, and never half of both', async () => {
    const moves = await Promise.all(
      ['PO-0999', 'PO-0500'].map((name) => place.ask(['queue', 'move', name, 'first'])),
    );
    expect(moves.map(({ code }) => code)).to.deep.equal([0, 0]);
    const orders = await queueOf(place);
    expect(orders.slice(0, 2).map(({ name }) => name)).to.have.members(['PO-0999', 'PO-0500']);
    expect(orders.map(({ position }) => position)).to.deep.equal(MANY.map((_, index) => index + 1));
  });

  it(`are the old or the new one, whole, after ${KILLS} kills`, async function () {
    this.timeout(60_000);
    const began = performance.now();
    let { version } = await place.done('schedule', '--save', '--summary', '--now', NOW);
    const whole = performance.now() - began;
    for (let [minute, killed] = [10, 0]; killed < KILLS; minute += 1) {
      expect(minute, `after ${killed} kills`).to.be.lessThan(10 + 4 * KILLS);
      const child = place.start(['schedule', '--save', '--json', '--now', `2020-07-06T07:${minute}:00Z`]);
      child.stdout!.resume();
      const timer = setTimeout(() => child.kill('SIGKILL'), whole * (0.35 + 0.6 * Math.random()));
      await ended(child);
      clearTimeout(timer);
      if (child.signalCode === 'SIGKILL') killed += 1;
      const now = saved();
      const [found = ''] = Object.keys(now);
      expect(now).to.deep.equal({ [found]: WHOLE });
      const plans = place.dump(/PreliminaryPlan/).orderwright_PreliminaryPlan as { Version: string }[];
      expect(
        plans.map(({ Version }) => Version),
        'a saved plan is kept as a preliminary one',
      ).to.include(found);
      version = found;
    }
    expect(version).to.be.a('string');
    await place.done('schedule', '--save', '--summary', '--now', NOW);
    expect(await place.done('journal', 'verify')).to.include({ ok: true });
  });
});

describe('[e2e] a large plant at the command line', () => {
  it('plans 10,000 orders of 5 operations on 20 work centers in seconds', async function () {
    this.timeout(240_000);
    const place = new Workplace();
    await place.done('import', place.file('plant.json', largePlant(10_000)));
    const began = performance.now();
    const { orders, unscheduled } = await plan(place, '--summary', '--now', NOW);
    const seconds = (performance.now() - began) / 1000;
    this.test!.title += ` (${seconds.toFixed(1)} s)`;
    expect(unscheduled).to.deep.equal([]);
    expect(orders[9999]?.operations).to.have.length(5);
    // The bench measures it; here only what grows too fast is found.
    expect(seconds).to.be.lessThan(120);
    place.remove();
  });
});

async function plan(place: Workplace, ...args: string[]): Promise<PlanDocument> {
  return (await place.done('schedule', ...args)) as unknown as PlanDocument;
}

async function queueOf(place: Workplace): Promise<QueueRow[]> {
  return (await place.done('queue')).orders as unknown as QueueRow[];
}

/** Five operations an order, each on a type of four work centers; the same every time. */
function largePlant(count: number): JsonObject {
  const types = ['Saw', 'Mill', 'Drill', 'Grind', 'Pack'];
  const kinds = Array.from({ length: 20 }, (_, index) => `Product ${index}`);
  return sawmill(
    Array.from({ length: count }, (_, index) =>
      aBoard(`PO-${index}`, {
        product: kinds[index % kinds.length] ?? '',
        quantity: String(1 + (index % 3)),
        dueDate: '2020-12-18',
      }),
    ),
    {
      workCenterTypes: types.map((name) => ({ name, department: 'Shop' })),
      workCenters: types.flatMap((type) =>
        [1, 2, 3, 4].map((number) => ({ name: `${type} ${number}`, type })),
      ),
      products: kinds.map((name) => ({ name, units: 'pcs', billOfMaterials: name })),
      billsOfMaterials: kinds.map((name, kind) => ({
        name,
        product: name,
        operations: types.map((type, place) => ({
          number: place + 1,
          next: place === 4 ? 0 : place + 2,
          name: type,
          standardTime: `PT${5 + ((kind * 7 + place * 3) % 20)}M`,
          workCenterType: type,
        })),
      })),
    },
  );
}
