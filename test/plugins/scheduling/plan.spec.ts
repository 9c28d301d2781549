import { expect } from 'chai';
import { describe, it } from 'mocha';

import { planSchedule } from '../../../plugins/scheduling/core/plan.js';
import type { PlannedStep, Snapshot } from '../../../plugins/scheduling/core/snapshot.js';
import { aFactory } from '../../bench/factory.js';
import {
  aBill,
  aCenter,
  anOperation,
  anOrder,
  aPlant,
  aProduct,
  aSawmill,
  aSchedule,
  aStep,
  aStepMaster,
  aType,
  everyDay,
  planned,
  refusalOf,
  textOf,
  timesOf,
} from './a-plant.js';
import { effortOf } from '../../effort.js';

const cut = anOperation(1);

describe('[core] scheduling: lateness', () => {
  const late = (dueDate: string | null, over: Partial<Snapshot> = {}) => {
    const snapshot = aSawmill([anOperation(1, { standardTime: 'PT9H5M' })], {
      orders: [anOrder('01', 'Board', { dueDate })],
      ...over,
    });
    const { late: isLate, latenessMinutes } = planned(planSchedule(snapshot), '01');
    return [isLate, latenessMinutes];
  };

  it('counts minutes after a due time', () => {
    expect(late('2020-07-02T07:00')).to.deep.equal([true, 65]);
    expect(late('2020-07-02T08:05')).to.deep.equal([false, 0]);
    expect(late('2020-07-02T08:04:00Z')).to.deep.equal([true, 1]);
  });

  it('takes a due date for the end of that day', () => {
    expect(late('2020-07-02')).to.deep.equal([false, 0]);
    expect(late('2020-07-01')).to.deep.equal([true, 8 * 60 + 5]);
  });

  it("takes the company's zone for the day", () => {
    const workSchedules = [aSchedule('Day', ['08:00-17:00'], { timeZone: 'Asia/Kolkata' })];
    expect(late('2020-07-01', { workSchedules })).to.deep.equal([true, 8 * 60 + 5]);
  });

  it('is never without a due date', () => {
    expect(late(null)).to.deep.equal([false, 0]);
  });
});

/** An order `01` of steps on one saw and one free lathe, with the dependencies `from>to`. */
function ofSteps(steps: PlannedStep[], links: string[] = [], over: Partial<Snapshot> = {}): Snapshot {
  return aPlant({
    workCenterTypes: [aType('Saw'), aType('Lathe')],
    workCenters: [aCenter('Saw 1', 'Saw'), aCenter('Lathe 1', 'Lathe')],
    steps: [
      aStepMaster('Cut'),
      aStepMaster('Turn', { workCenterType: 'Lathe', timeBasis: 'unit', standardTime: 'PT2M' }),
    ],
    orders: [...new Set(steps.map(({ productionOrder }) => productionOrder))].map((name) =>
      anOrder(name, 'Any'),
    ),
    productionOrderSteps: steps,
    productionOrderStepDependencies: links.map((link) => {
      const [from = '', to = ''] = link.split('>');
      return { from, to };
    }),
    ...over,
  });
}

const step = (id: string, name: string, position: number, over: Partial<PlannedStep> = {}) =>
  aStep(id, id.slice(0, 2), name, { position, ...over });

describe('[core] scheduling: orders with steps', () => {
  it('plans each step as one repetition of its time, by the batch or by the unit', () => {
    const snapshot = ofSteps([
      step('01a', 'Cut', 1, { quantity: '7' }),
      step('01b', 'Turn', 2, { quantity: '7.2' }),
    ]);
    const { operations } = planned(planSchedule(snapshot), '01');
    expect(operations.map(({ repetitions }) => repetitions)).to.deep.equal([1, 1]);
    const minutes = operations.map(({ placements }) =>
      placements!.reduce((sum, row) => sum + row.minutes, 0),
    );
    expect(minutes).to.deep.equal([10, 14.4]);
  });

  it('names the step and its batch', () => {
    const [operation] = planned(
      planSchedule(ofSteps([step('01a', 'Cut', 1, { batch: 3 })])),
      '01',
    ).operations;
    expect(operation).to.include({
      name: 'Cut',
      step: 'Cut',
      batch: 3,
      product: 'Any',
      workCenterType: 'Saw',
    });
  });

  it('starts a step after all that it depends on, and others at once', () => {
    const steps = [
      step('01a', 'Cut', 1, { batch: 1 }),
      step('01b', 'Cut', 1, { batch: 2 }),
      step('01c', 'Turn', 2, { batch: 1, quantity: '5' }),
      step('01d', 'Turn', 2, { batch: 2, quantity: '5' }),
    ];
    expect(timesOf(ofSteps(steps, ['01a>01c', '01a>01d', '01b>01d']), '01')).to.deep.equal([
      'Cut 01T08:00-01T08:10',
      'Cut 01T08:10-01T08:20',
      'Turn 01T08:10-01T08:20',
      'Turn 01T08:20-01T08:30',
    ]);
  });

  it('plans no finished step again, and nothing waits for it', () => {
    const steps = [step('01a', 'Cut', 1, { state: 'Finished' }), step('01b', 'Turn', 2, { quantity: '5' })];
    expect(timesOf(ofSteps(steps, ['01a>01b']), '01')).to.deep.equal(['Turn 01T08:00-01T08:10']);
    const finished = ofSteps([step('01a', 'Cut', 1, { state: 'Finished' })]);
    expect(refusalOf(finished, '01')).to.deep.include({ code: 'OW_SCHEDULE_NO_WORK' });
  });

  it('waits for a step of an order earlier in the queue', () => {
    const snapshot = ofSteps([step('01a', 'Cut', 1), step('02a', 'Turn', 1, { quantity: '5' })], ['01a>02a']);
    expect(timesOf(snapshot, '02')).to.deep.equal(['Turn 01T08:10-01T08:20']);
    expect(planned(planSchedule(snapshot), '02').waitedFor).to.deep.include({
      kind: 'order',
      name: '01',
      until: '2020-07-01T08:10:00Z',
      text: 'Turn starts after Cut of order 01, which ends 2020-07-01 08:10.',
    });
  });

  it('moves ahead the steps of a later order that are waited for, and no others', () => {
    const steps = [
      step('01a', 'Turn', 1, { quantity: '5' }),
      step('02a', 'Cut', 1),
      step('03a', 'Cut', 1),
      step('03b', 'Cut', 2),
      step('03c', 'Cut', 3),
    ];
    const snapshot = ofSteps(steps, ['03b>01a', '03a>03b']);
    expect(timesOf(snapshot, '01')).to.deep.equal(['Turn 01T08:20-01T08:30']);
    expect(timesOf(snapshot, '03')).to.deep.equal([
      'Cut 01T08:00-01T08:10',
      'Cut 01T08:10-01T08:20',
      'Cut 01T08:30-01T08:40',
    ]);
    expect(timesOf(snapshot, '02')).to.deep.equal(['Cut 01T08:20-01T08:30']);
  });

  it('refuses the orders on a circle by name, those that wait for them too, and plans the others', () => {
    const steps = [
      step('01a', 'Cut', 1),
      step('02a', 'Cut', 1),
      step('03a', 'Cut', 1),
      step('04a', 'Cut', 1),
    ];
    const snapshot = ofSteps(steps, ['01a>02a', '02a>01a', '02a>03a']);
    const plan = planSchedule(snapshot);
    expect(plan.unscheduled.map(({ name, code }) => [name, code])).to.deep.equal([
      ['01', 'OW_SCHEDULE_CYCLE'],
      ['02', 'OW_SCHEDULE_CYCLE'],
      ['03', 'OW_SCHEDULE_PREDECESSOR'],
    ]);
    expect(plan.unscheduled[0]?.message).to.contain('01a of order 01 -> 02a of order 02 -> 01a of order 01');
    expect(timesOf(snapshot, '04')).to.deep.equal(['Cut 01T08:00-01T08:10']);
  });

  it('plans an order as if one that it waits for were not there, where that one fails after all', () => {
    const steps = [
      step('01a', 'Turn', 1, { quantity: '5' }),
      step('02a', 'Cut', 1),
      step('02b', 'Turn', 2, { quantity: '9999' }),
      step('03a', 'Cut', 1),
    ];
    const snapshot = ofSteps(steps, ['02a>01a'], {
      settings: { horizonDays: 3, minuteGrid: 'availability' },
    });
    const plan = planSchedule(snapshot);
    expect(plan.unscheduled.map(({ name, code }) => [name, code])).to.deep.equal([
      ['01', 'OW_SCHEDULE_PREDECESSOR'],
      ['02', 'OW_SCHEDULE_HORIZON'],
    ]);
    expect(timesOf(snapshot, '03')).to.deep.equal(['Cut 01T08:00-01T08:10']);
  });

  it('forgets where a long piece did not fit for an order that failed', () => {
    const whole = { splittable: false };
    const snapshot = ofSteps(
      [
        step('01a', 'Turn', 1, { quantity: '180' }),
        step('01b', 'Cut', 2),
        step('01c', 'Long', 3),
        step('01d', 'Turn', 4, { quantity: '9999' }),
        step('02a', 'Long', 1),
      ],
      ['01a>01b'],
      {
        settings: { horizonDays: 3, minuteGrid: 'availability' },
        steps: [
          aStepMaster('Cut', whole),
          aStepMaster('Long', { ...whole, standardTime: 'PT7H' }),
          aStepMaster('Turn', { workCenterType: 'Lathe', timeBasis: 'unit', standardTime: 'PT2M' }),
        ],
      },
    );
    expect(refusalOf(snapshot, '01')).to.deep.include({ code: 'OW_SCHEDULE_HORIZON' });
    expect(timesOf(snapshot, '02')).to.deep.equal(['Long 01T08:00-01T15:00']);
  });

  it('passes over a dependency on a step that is in no order of the queue, with a warning', () => {
    const snapshot = ofSteps([step('01a', 'Cut', 1)], ['99z>01a']);
    expect(timesOf(snapshot, '01')).to.deep.equal(['Cut 01T08:00-01T08:10']);
    expect(planSchedule(snapshot).warnings[0]?.code).to.equal('OW_SCHEDULE_DEPENDENCY_UNKNOWN');
  });
});

describe('[core] scheduling: started work', () => {
  const now = '2020-07-01T09:02:00Z';
  const started = { productionOrder: '01', billOfMaterials: 'Board', operation: 1, workCenter: 'Saw 1' };
  const operations = [anOperation(1, { next: 2 }), anOperation(2, { next: 3 }), anOperation(3)];

  it('occupies its capacity before any order, and the rest of its order comes after it', () => {
    const snapshot = aSawmill(operations, {
      now,
      orders: [anOrder('00', 'Board', { priority: 1 }), anOrder('01', 'Board')],
      startedOperations: [{ ...started, start: '2020-07-01T08:40', remaining: 'PT18M' }],
    });
    expect(timesOf(snapshot, '00')[0]).to.equal('Operation 1 01T09:20-01T09:30');
    expect(timesOf(snapshot, '01')).to.deep.equal([
      'Operation 1 01T08:40-01T09:20',
      'Operation 2 01T09:50-01T10:00',
      'Operation 3 01T10:00-01T10:10',
    ]);
  });

  it('takes what comes before it in the sequence for done', () => {
    const snapshot = aSawmill(operations, {
      now,
      startedOperations: [{ ...started, operation: 2, start: '2020-07-01T09:00', remaining: 'PT3M' }],
    });
    expect(timesOf(snapshot, '01')).to.deep.equal([
      'Operation 2 01T09:00-01T09:05',
      'Operation 3 01T09:05-01T09:15',
    ]);
  });

  it('keeps its capacity though its order is not in the queue', () => {
    const snapshot = aSawmill([cut], {
      now,
      startedOperations: [
        { ...started, productionOrder: '99', start: '2020-07-01T09:00', remaining: 'PT28M' },
      ],
    });
    expect(timesOf(snapshot, '01')).to.deep.equal(['Operation 1 01T09:30-01T09:40']);
  });

  it('is a started step too, with what remains reported or reckoned from its start', () => {
    const running = (remaining: string | null) =>
      timesOf(
        ofSteps(
          [
            step('01a', 'Cut', 1, {
              state: 'Started',
              workCenter: 'Saw 1',
              actualStart: '2020-07-01T08:58',
              remaining,
            }),
            step('01b', 'Turn', 2, { quantity: '5' }),
          ],
          ['01a>01b'],
          { now },
        ),
        '01',
      );
    expect(running('PT10M')).to.deep.equal(['Cut 01T08:58-01T09:15', 'Turn 01T09:15-01T09:25']);
    expect(running(null)).to.deep.equal(['Cut 01T08:58-01T09:10', 'Turn 01T09:10-01T09:20']);
  });

  it('is refused by name where its work center is not known', () => {
    const snapshot = aSawmill([cut], {
      startedOperations: [{ ...started, workCenter: 'Saw 9', start: '2020-07-01T08:00', remaining: 'PT1M' }],
    });
    expect(refusalOf(snapshot, '01')?.message).to.match(/Work center Saw 9/);
  });
});

describe('[core] scheduling: why an order waited', () => {
  it('names a closed calendar and a busy work center, in order of time', () => {
    const snapshot = aSawmill([anOperation(1, { standardTime: 'PT9H' })], {
      orders: [anOrder('01', 'Board'), anOrder('02', 'Board')],
      now: '2020-07-01T08:00:00Z',
    });
    expect(planned(planSchedule(snapshot), '01').waitedFor).to.deep.equal([]);
    expect(planned(planSchedule(snapshot), '02').waitedFor).to.deep.equal([
      {
        kind: 'workCenter',
        name: 'Saw 1',
        until: '2020-07-01T17:00:00Z',
        text: 'Operation 1 waited for Saw 1, which is busy with order 01 until 2020-07-01 17:00.',
      },
      {
        kind: 'calendar',
        name: 'Day',
        until: '2020-07-02T08:00:00Z',
        text: 'Operation 1 waited until 2020-07-02 08:00, when Saw 1 is available (Day).',
      },
    ]);
  });

  it('names the company where an operation has no work center type', () => {
    const [waited] = planned(
      planSchedule(aSawmill([anOperation(1, { workCenterType: null })])),
      '01',
    ).waitedFor;
    expect(waited).to.include({ kind: 'calendar', name: 'Day', until: '2020-07-01T08:00:00Z' });
  });
});

describe('[core] scheduling: a run', () => {
  it('stops at an order where asked, and reports progress', () => {
    const orders = ['01', '02', '03'].map((name) => anOrder(name, 'Board'));
    const seen: [number, number][] = [];
    const plan = planSchedule(aSawmill([cut], { orders }), {
      upTo: '02',
      onProgress: (done, total) => seen.push([done, total]),
    });
    expect([...plan.orders()].map(({ name }) => name)).to.deep.equal(['01', '02']);
    expect(seen).to.deep.equal([
      [0, 2],
      [2, 2],
    ]);
  });

  it('writes one JSON document in pieces, without placements for a summary', () => {
    const plan = planSchedule(aSawmill([cut], { orders: [anOrder('01', 'Board'), anOrder('02', 'None')] }));
    const answer = JSON.parse(textOf(plan)) as Record<string, unknown>;
    expect(answer).to.have.keys('version', 'orders', 'unscheduled');
    expect(answer.orders).to.deep.equal([...plan.orders()]);
    const summary = [...plan.json({ version: null, summary: true })].join('');
    expect(summary).not.to.contain('placements');
  });

  it('plans an empty plant', () => {
    expect(textOf(planSchedule(aPlant()))).to.equal('{"version":"v","orders":[],"unscheduled":[]}');
  });

  it('looks at as many intervals for an operation in a large plant as in a small one', () => {
    const touched = (orders: number) => {
      const { statistics } = planSchedule(aFactory({ orders, operations: 5, workCenters: 20 }));
      return statistics.intervalsTouched / statistics.operations;
    };
    expect(touched(5000) / touched(500)).to.be.within(0.9, 1.1);
  });

  it('plans 50,000 operations with little work', async () => {
    const snapshot = aFactory({ orders: 10_000, operations: 5, workCenters: 20 });
    const effort = await effortOf(() => {
      expect(planSchedule(snapshot).unscheduled).to.deep.equal([]);
    });
    expect(effort).to.be.below(20);
  });

  it('plans an order of 100,000 steps that wait for each other in a row', () => {
    const steps = Array.from({ length: 100_000 }, (_, place) => step(`01${place}`, 'Cut', place));
    const links = steps.slice(1).map(({ id }, place) => `01${place}>${id}`);
    const workSchedules = [aSchedule('Day', everyDay(['00:00-24:00']))];
    const plan = planSchedule(ofSteps(steps, links, { workSchedules }));
    expect(planned(plan, '01').operations).to.have.length(100_000);
  });

  it('names a long circle without its middle', () => {
    const steps = Array.from({ length: 50_000 }, (_, place) => step(`01${place}`, 'Cut', place));
    const links = steps.map(({ id }, place) => `${steps.at(place - 1)?.id}>${id}`);
    const back = steps.map(({ id }) => `${id}>010`);
    const message = refusalOf(ofSteps(steps, [...links, ...back]), '01')?.message;
    expect(message?.length).to.be.lessThan(1000);
  });

  it('does not slow down where many orders find no room', async () => {
    const orders = Array.from({ length: 3000 }, (_, place) => anOrder(`Order ${place}`, 'Board'));
    const snapshot = aSawmill(
      [anOperation(1, { standardTime: 'PT7M', splittable: false, next: 2 }), anOperation(2)],
      {
        orders,
        settings: { horizonDays: 10, minuteGrid: 'availability' },
      },
    );
    const effort = await effortOf(() => {
      expect(planSchedule(snapshot).unscheduled.length).to.be.greaterThan(2000);
    });
    expect(effort).to.be.below(20);
  });

  it('needs no bill where products share one', () => {
    const products = [aProduct('Board'), aProduct('Plank', { billOfMaterials: 'Board' })];
    const snapshot = aSawmill([cut], { products, billsOfMaterials: [aBill('Board', [cut])] });
    snapshot.orders.push(anOrder('02', 'Plank'));
    expect(timesOf(snapshot, '02')).to.deep.equal(['Operation 1 01T08:10-01T08:20']);
  });
});
