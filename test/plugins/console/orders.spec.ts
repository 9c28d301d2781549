import { expect } from 'chai';
import { describe, it } from 'mocha';
import { filterOf, queryOf } from '../../../plugins/console/page/orders/list-filter.js';
import {
  linePath,
  stateChartLayout,
  stepGraphLayout,
  type Box,
} from '../../../plugins/console/page/orders/graph-layout.js';
import {
  canFillIn,
  fieldsOf,
  filledBy,
  inputOf,
} from '../../../plugins/console/page/orders/operation-fields.js';
import { isOverdue, stepOf, type BriefOrder } from '../../../plugins/console/page/orders/order.js';
import { quantityScale } from '../../../plugins/console/page/orders/quantity-scale.js';
import { movesOf, nextOperation, type StateModel } from '../../../plugins/console/page/orders/state-model.js';
import { STATE_MODEL } from '../../../src/core/order/describe-state-model.js';

const MODEL: StateModel = {
  states: STATE_MODEL.states,
  transitions: STATE_MODEL.transitions,
  operations: [
    {
      name: 'Release',
      title: 'release an order',
      permission: 'ProductionOrder.Release',
      input: {
        properties: {
          plannedStart: { type: 'string', reads: 'day-or-instant' },
          plannedEnd: { type: 'string', reads: 'day-or-instant' },
        },
      },
    },
    {
      name: 'Close',
      title: 'close an order',
      permission: 'ProductionOrder.Close',
      input: { properties: { terminate: { type: 'boolean' } } },
    },
  ],
};

function anOrder(fields: Partial<BriefOrder> = {}): BriefOrder {
  return {
    name: 'PO',
    state: 'Created',
    universalState: 'Active',
    canceledFrom: null,
    product: 'Stool',
    facility: null,
    flowPath: null,
    priority: 2,
    startDate: null,
    dueDate: '2026-11-22',
    plannedStart: '2026-12-07',
    plannedEnd: null,
    restricted: false,
    includeInPlanning: true,
    overDeliveryTolerance: '0.1',
    underDeliveryTolerance: '0.05',
    quantities: { quantity: '100', inProgress: '20', completed: '60', delivered: '10', units: 'pcs' },
    ...fields,
  };
}

describe('[page] The list of orders', () => {
  const query = (text: string) => queryOf(filterOf(new URLSearchParams(text)), '2026-11-23');

  it('asks for what its address says, and for nothing that it does not know', () => {
    expect(query('')).to.deep.equal({});
    expect(query('search=%20PO-1%20&state=Released,Nonsense,Created&facility=North')).to.deep.equal({
      search: 'PO-1',
      state: 'Created,Released',
      facility: 'North',
    });
  });

  it('means orders that are not made yet by overdue, and the day on which it is opened', () => {
    const overdue = { universalState: 'Active', dueBefore: '2026-11-23' };
    expect(query('overdue')).to.deep.equal({ ...overdue, state: 'Created,Released,InProgress' });
    expect(query('overdue&state=Released,Closed')).to.deep.equal({ ...overdue, state: 'Released' });
    expect(queryOf(filterOf(new URLSearchParams('overdue')), null)).to.deep.equal({ overdue: '1' });
  });

  it('marks as overdue what was due before today and is not made', () => {
    expect(isOverdue(anOrder(), '2026-11-23')).to.equal(true);
    expect(isOverdue(anOrder(), '2026-11-22'), 'on its day').to.equal(false);
    expect(isOverdue(anOrder({ state: 'Closed' }), '2026-11-23')).to.equal(false);
    expect(isOverdue(anOrder({ universalState: 'Terminated' }), '2026-11-23')).to.equal(false);
    expect(isOverdue(anOrder({ dueDate: null }), '2026-11-23')).to.equal(false);
  });

  it('knows the usual next operation of each state from the machine', () => {
    const next = (state: string, universalState = 'Active') =>
      nextOperation(MODEL, { state, universalState });
    expect(MODEL.states.map((state) => next(state))).to.deep.equal([
      'Release',
      'Start',
      null,
      'Close',
      null,
      null,
    ]);
    expect(next('Created', 'Terminated')).to.equal(null);
  });
});

describe('[page] The bar of quantities', () => {
  it('has its parts and marks where their shares are', () => {
    const scale = quantityScale(anOrder());
    if (scale === null) throw new Error('There is a scale');
    const amount = (share: number) => Math.round(share * scale.end * 1000) / 1000;
    expect(
      [scale.delivered, scale.completed, scale.inProgress, scale.quantity, scale.least, scale.most].map(
        amount,
      ),
    ).to.deep.equal([10, 60, 20, 100, 95, 110]);
    expect(scale.most).to.be.lessThan(1);
  });

  it('has room for more than was ordered, and is none where the quantities are not known', () => {
    const more = { ...anOrder().quantities, completed: '300' };
    const scale = quantityScale(anOrder({ quantities: more }));
    expect(scale?.completed).to.be.lessThan(1);
    const unknown = { ...more, completed: null };
    expect(quantityScale(anOrder({ quantities: unknown }))).to.equal(null);
  });
});

describe('[page] An operation’s input', () => {
  const [release, close] = MODEL.operations;

  it('begins with what the order has, and asks only for what was changed', () => {
    if (release === undefined) throw new Error('There is Release');
    const fields = fieldsOf(release, anOrder());
    expect(fields.map(({ label, current }) => [label, current])).to.deep.equal([
      ['Planned start', '2026-12-07'],
      ['Planned end', ''],
    ]);
    expect(inputOf(fields, {})).to.deep.equal({});
    expect(inputOf(fields, { plannedEnd: ' 2026-12-09 ', plannedStart: '' })).to.deep.equal({
      plannedStart: null,
      plannedEnd: '2026-12-09',
    });
  });

  it('turns yes and no into what the schema wants', () => {
    if (close === undefined) throw new Error('There is Close');
    expect(inputOf(fieldsOf(close, anOrder()), { terminate: 'true' })).to.deep.equal({ terminate: true });
  });

  it('is filled in by a fix whose facts are its fields, and by no other', () => {
    const fix = [{ fact: 'order.plannedStart', value: '2026-12-01T00:00:00Z', operation: 'Release' }];
    expect(canFillIn(fix, MODEL.operations)).to.equal(true);
    expect(filledBy(fix)).to.deep.equal({
      operation: 'Release',
      values: { plannedStart: '2026-12-01T00:00:00Z' },
    });
    const made = [{ fact: 'order.completedQuantity', value: '57', operation: 'MoveNext' }];
    expect(canFillIn(made, MODEL.operations)).to.equal(false);
  });
});

describe('[page] Charts', () => {
  const overlap = (a: Box, b: Box) =>
    Math.abs(a.x - b.x) * 2 < a.width + b.width && Math.abs(a.y - b.y) * 2 < a.height + b.height;
  const overlaps = (boxes: readonly Box[]) =>
    boxes.flatMap((box, index) => boxes.slice(index + 1).filter((other) => overlap(box, other)));

  it('have a place for every state and for every move of the machine, none on top of another', () => {
    const moves = movesOf(MODEL);
    expect(moves.map(({ from, operation, to }) => `${from} ${operation} ${to}`)).to.have.members([
      'Created Release Released',
      'Released Unrelease Created',
      'Released Start InProgress',
      'Released Cancel Canceled',
      'InProgress Cancel Canceled',
      'InProgress Complete Completed',
      'Completed Cancel Canceled',
      'Completed Close Closed',
      'Completed ReturnToProgress InProgress',
      'Closed Reopen Completed',
      'Canceled Unterminate Created',
      'Canceled Unterminate InProgress',
      'Canceled Unterminate Completed',
    ]);
    const chart = stateChartLayout(MODEL.states, moves);
    expect(chart.states.map(({ state }) => state)).to.deep.equal(MODEL.states);
    expect(overlaps([...chart.states, ...chart.moves.map(({ label }) => label)])).to.deep.equal([]);
    expect(chart.width, 'fits on 1280 pixels').to.be.lessThan(1216);
  });

  it('show a batch’s steps from left to right, each batch on a line of its own', () => {
    const steps = [1, 2, 3].flatMap((batch) =>
      ['Cut', 'Turn', 'Pack'].map((step, place) => ({
        id: `${step} ${batch}`,
        source: 'rest',
        batch,
        position: place + 1,
        flowPath: `Main:A:1/${step}:1`,
        step,
        quantity: '20',
        units: 'pcs',
        state: 'Planned',
        manual: false,
      })),
    );
    const dependencies = [1, 2, 3].flatMap((batch) => [
      { from: `Cut ${batch}`, to: `Turn ${batch}`, manual: false },
      { from: `Turn ${batch}`, to: `Pack ${batch}`, manual: false },
      { from: `Pack ${batch}`, to: 'a step of another order', manual: true },
    ]);
    const graph = stepGraphLayout(steps, dependencies);
    expect(graph.steps).to.have.length(9);
    expect(overlaps(graph.steps)).to.deep.equal([]);
    expect(graph.dependencies, 'those within the order').to.have.length(6);
    const at = (id: string) => graph.steps.find(({ step }) => step.id === id);
    expect(at('Cut 2')?.y).to.equal(at('Pack 2')?.y);
    expect(at('Cut 1')?.x).to.be.lessThan(at('Turn 1')?.x ?? 0);
  });

  it('draw a line through its points', () => {
    const line = linePath([
      { x: 0, y: 0 },
      { x: 10, y: 5 },
      { x: 20, y: 0 },
    ]);
    expect(line).to.equal('M0,0 Q10,5 15,2.5 L20,0');
    expect(linePath([])).to.equal('');
  });

  it('name a step by the end of its flow path', () => {
    expect(stepOf('Main:A:1/Front End:B:1/Clean: all:2')).to.equal('Clean: all');
    expect(stepOf(null)).to.equal('');
  });
});
