import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  proposeAssign,
  proposeChangeProductionOrder,
  proposeRemove,
} from '../../../src/core/order/material-proposals.js';
import { orderQuantities } from '../../../src/core/order/quantities.js';
import {
  accountsOnly,
  aLibrary,
  aRow,
  at,
  codes,
  link,
  linked,
  materialSnapshot,
  ofClosed,
  orderSnapshot,
  warned,
} from './a-material.js';

const TAKE = { accountsTo: 'new', copyPriority: false, copyDueDate: false } as const;
const LEAVE = { ...TAKE, accountsTo: 'old' } as const;
const o1 = orderSnapshot();
const o2 = orderSnapshot({ name: '02' });
const o3 = orderSnapshot({ name: '03' });
const closed = orderSnapshot({ name: 'closed', state: 'Closed' });

describe('[core] Assign', () => {
  const free = materialSnapshot({}, { links: [] });

  it('makes the order the material’s current one, where it counts', () => {
    const proposed = proposeAssign(free, o1);
    expect(codes(proposed)).to.deep.equal([]);
    expect(proposed.links).to.deep.equal([link('01')]);
    expect(proposed.changes).to.deep.equal({});
    expect(proposed.created).to.deep.equal([]);
  });

  it('is for a material without an order: it says to which one it belongs', () => {
    const twice = proposeAssign(materialSnapshot(), o1);
    expect(codes(twice)).to.deep.equal(['OW_MATERIAL_HAS_ORDER']);
    expect(twice.violations[0]?.message).to.equal('Material M1 belongs to 01 already.');
    const other = proposeAssign(materialSnapshot(), o2);
    expect(other.violations[0]?.message).to.contain('belongs to 01; remove it there');
    expect(other.links).to.deep.equal([link('01')]);
  });

  it('knows the current order by its link, also where the order itself was not read', () => {
    const unread = materialSnapshot({}, { orders: [] });
    expect(codes(proposeAssign(unread, o2))).to.deep.equal(['OW_MATERIAL_HAS_ORDER']);
  });

  it('does not count a material twice: where it still counts elsewhere, it says so', () => {
    const elsewhere = materialSnapshot({}, { links: [accountsOnly('01')] });
    const proposed = proposeAssign(elsewhere, o2);
    expect(proposed.links).to.deep.equal([accountsOnly('01'), link('02', { accounts: false })]);
    expect(warned(proposed)).to.deep.equal(['OW_MATERIAL_ACCOUNTS_ELSEWHERE']);
  });

  it('back to the order that it still counts toward leaves one link', () => {
    const back = materialSnapshot({}, { links: [accountsOnly('01')] });
    expect(proposeAssign(back, o1).links).to.deep.equal([link('01')]);
  });

  it('completes what has reached completion and fits the order now', () => {
    const reached = materialSnapshot({ flowPath: at('Assemble') }, { links: [] });
    expect(proposeAssign(reached, o1).changes).to.deep.equal({ state: 'Completed' });
    const otherProduct = orderSnapshot({ product: 'Table' });
    expect(proposeAssign(reached, otherProduct).changes).to.deep.equal({});
    expect(proposeAssign(reached, orderSnapshot({ units: 'box' })).changes).to.deep.equal({});
  });

  it('brings nothing to a closed order, whatever the rules say', () => {
    const proposed = proposeAssign(free, closed);
    expect(codes(proposed)).to.deep.equal(['OW_ORDER_CLOSED']);
    expect(proposed.violations[0]?.message).to.equal(
      'Production Order closed is Closed: material M1 can not be assigned to it.',
    );
  });

  it('does not complete a material that counts toward a closed order', () => {
    const counted = materialSnapshot(
      { flowPath: at('Assemble') },
      { links: [accountsOnly('closed')], orders: [closed] },
    );
    expect(codes(proposeAssign(counted, o1))).to.deep.equal(['OW_ORDER_CLOSED']);
    const begun = { ...counted, material: aRow() };
    expect(codes(proposeAssign(begun, o1))).to.deep.equal([]);
  });
});

describe('[core] Remove', () => {
  it('takes the link away, and leaves the others', () => {
    const proposed = proposeRemove(materialSnapshot(), '01');
    expect(codes(proposed)).to.deep.equal([]);
    expect(proposed.links).to.deep.equal([]);
    const two = materialSnapshot({}, { links: [accountsOnly('01'), link('02', { accounts: false })] });
    expect(proposeRemove(two, '01').links).to.deep.equal([link('02', { accounts: false })]);
    expect(proposeRemove(two, '02').links).to.deep.equal([accountsOnly('01')]);
  });

  it('is refused where the material does not belong to the order', () => {
    expect(codes(proposeRemove(materialSnapshot(), '02'))).to.deep.equal(['OW_MATERIAL_NOT_IN_ORDER']);
    expect(codes(proposeRemove(materialSnapshot({}, { links: [] }), '01'))).to.deep.equal([
      'OW_MATERIAL_NOT_IN_ORDER',
    ]);
  });

  it('takes nothing from a closed order, and names that one', () => {
    expect(codes(proposeRemove(ofClosed(), '01'))).to.deep.equal(['OW_ORDER_CLOSED']);
    const counted = materialSnapshot(
      {},
      { links: [accountsOnly('closed'), link('01', { accounts: false })], orders: [closed, o1] },
    );
    expect(proposeRemove(counted, 'closed').violations.map(({ message }) => message)).to.deep.equal([
      'Production Order closed is Closed: material M1 can not be removed from it.',
    ]);
    expect(codes(proposeRemove(counted, '01'))).to.deep.equal([]);
  });

  it('completes what did not fit the order that it leaves', () => {
    const misfit = materialSnapshot(
      { flowPath: at('Assemble') },
      { orders: [orderSnapshot({ units: 'box' })] },
    );
    expect(proposeRemove(misfit, '01').changes).to.deep.equal({ state: 'Completed' });
  });

  it('does not complete a material that goes on counting toward a closed order', () => {
    const counted = materialSnapshot(
      { flowPath: at('Assemble') },
      {
        links: [accountsOnly('closed'), link('01', { accounts: false })],
        orders: [closed, orderSnapshot({ units: 'box' })],
      },
    );
    expect(codes(proposeRemove(counted, '01'))).to.deep.equal(['OW_ORDER_CLOSED']);
  });
});

describe('[core] ChangeProductionOrder', () => {
  it('takes the quantity along with accounts-to-new', () => {
    const proposed = proposeChangeProductionOrder(materialSnapshot(), o2, TAKE);
    expect(codes(proposed)).to.deep.equal([]);
    expect(proposed.links).to.deep.equal([link('02')]);
    expect(proposed.changes).to.deep.equal({});
  });

  it('leaves the quantity where it counts with accounts-to-old', () => {
    const proposed = proposeChangeProductionOrder(materialSnapshot(), o2, LEAVE);
    expect(proposed.links).to.deep.equal([accountsOnly('01'), link('02', { accounts: false })]);
  });

  it('through a third order and back keeps counting to the first, and to one order only', () => {
    const second = materialSnapshot(
      {},
      { links: [accountsOnly('01'), link('02', { accounts: false })], orders: [o1, o2] },
    );
    const third = proposeChangeProductionOrder(second, o3, LEAVE);
    expect(third.links).to.deep.equal([accountsOnly('01'), link('03', { accounts: false })]);
    expect(proposeChangeProductionOrder(second, o1, LEAVE).links).to.deep.equal([link('01')]);
    expect(proposeChangeProductionOrder(second, o1, TAKE).links).to.deep.equal([link('01')]);
    expect(proposeChangeProductionOrder(second, o3, TAKE).links).to.deep.equal([link('03')]);
  });

  it('leaves a material that counts nowhere so, with accounts-to-old', () => {
    const nowhere = materialSnapshot({}, { links: [link('01', { accounts: false })] });
    expect(proposeChangeProductionOrder(nowhere, o2, LEAVE).links).to.deep.equal([
      link('02', { accounts: false }),
    ]);
  });

  it('copies priority and planned end where it is asked to, else the due date', () => {
    const planned = orderSnapshot({
      name: '02',
      priority: 3,
      dueDate: '2020-07-06',
      plannedEnd: '2020-07-05',
    });
    const copied = proposeChangeProductionOrder(materialSnapshot(), planned, {
      ...TAKE,
      copyPriority: true,
      copyDueDate: true,
    });
    expect(copied.changes).to.deep.equal({ priority: 3, dueDate: '2020-07-05' });
    const due = orderSnapshot({ name: '02', dueDate: '2020-07-06' });
    expect(
      proposeChangeProductionOrder(materialSnapshot(), due, { ...TAKE, copyDueDate: true }).changes,
    ).to.deep.equal({ dueDate: '2020-07-06' });
    expect(proposeChangeProductionOrder(materialSnapshot(), planned, TAKE).changes).to.deep.equal({});
  });

  it('needs an order to go from, and another to go to', () => {
    expect(codes(proposeChangeProductionOrder(materialSnapshot({}, { links: [] }), o2, TAKE))).to.deep.equal([
      'OW_MATERIAL_HAS_NO_ORDER',
    ]);
    const counting = materialSnapshot({}, { links: [accountsOnly('01')] });
    expect(codes(proposeChangeProductionOrder(counting, o2, TAKE))).to.deep.equal([
      'OW_MATERIAL_HAS_NO_ORDER',
    ]);
    expect(codes(proposeChangeProductionOrder(materialSnapshot(), o1, TAKE))).to.deep.equal([
      'OW_ORDER_SAME',
    ]);
  });

  it('neither leaves a closed order nor comes to one', () => {
    for (const input of [TAKE, LEAVE]) {
      expect(codes(proposeChangeProductionOrder(ofClosed(), o2, input))).to.deep.equal(['OW_ORDER_CLOSED']);
      expect(codes(proposeChangeProductionOrder(materialSnapshot(), closed, input))).to.deep.equal([
        'OW_ORDER_CLOSED',
      ]);
    }
  });

  it('leaves what counts toward a closed order there, and does not take it along', () => {
    const counted = materialSnapshot(
      {},
      { links: [accountsOnly('closed'), link('01', { accounts: false })], orders: [closed, o1] },
    );
    const left = proposeChangeProductionOrder(counted, o2, LEAVE);
    expect(codes(left)).to.deep.equal([]);
    expect(left.links).to.deep.equal([accountsOnly('closed'), link('02', { accounts: false })]);
    expect(codes(proposeChangeProductionOrder(counted, o2, TAKE))).to.deep.equal(['OW_ORDER_CLOSED']);
  });

  it('takes nothing from a third order that is restricted or no longer open, though no rule asks about that one', () => {
    const third = (parts: Parameters<typeof orderSnapshot>[0]) =>
      materialSnapshot(
        {},
        {
          links: [accountsOnly('03'), link('01', { accounts: false })],
          orders: [o1, orderSnapshot({ name: '03', ...parts })],
        },
      );
    const message = (parts: Parameters<typeof orderSnapshot>[0]) =>
      proposeChangeProductionOrder(third(parts), o2, TAKE).violations.map((violation) => violation.message);
    expect(message({})).to.deep.equal([]);
    expect(message({ restricted: true })).to.deep.equal([
      'Material M1 counts toward 03, which is restricted; its quantity has to stay there (accountsTo: old).',
    ]);
    expect(message({ universalState: 'Terminated' })[0]).to.contain('which is Terminated');
    expect(message({ state: 'Canceled', universalState: 'Terminated' })).to.have.length(1);
    expect(codes(proposeChangeProductionOrder(third({ restricted: true }), o2, LEAVE))).to.deep.equal([]);
    expect(
      codes(proposeChangeProductionOrder(third({ restricted: true }), orderSnapshot({ name: '03' }), TAKE)),
    ).to.deep.equal([]);
  });

  it('completes in the new order what did not fit the old, and a completed one is asked about anew there', () => {
    const misfit = materialSnapshot(
      { flowPath: at('Pack') },
      { orders: [orderSnapshot({ units: 'box' })], flows: aLibrary() },
    );
    expect(proposeChangeProductionOrder(misfit, o2, TAKE).changes).to.deep.equal({ state: 'Completed' });
    const completed = materialSnapshot({ state: 'Completed', flowPath: at('Pack') });
    const inBoxes = orderSnapshot({ name: '02', units: 'box', quantity: '1' });
    expect(proposeChangeProductionOrder(completed, inBoxes, TAKE).changes).to.deep.equal({});
    const { completed: counted, inProgress } = orderQuantities(inBoxes.order, inBoxes.product, [
      linked(aRow({ state: 'Completed', quantity: '12' })),
    ]);
    expect({ counted, inProgress }).to.deep.equal({ counted: '0', inProgress: '1' });
  });
});
