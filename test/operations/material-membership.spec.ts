import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { JsonObject, OrderState } from '../../src/index.js';
import { at, benches, codesOf, DONE, loose, onTheLine, SAW } from './material-world.js';

describe('[operation] materials come to an order (seed 2, Sequence of Steps)', () => {
  it('by Create: of its product, in its units, at the start of its flow path', async () => {
    const world = await onTheLine({ orders: [benches()] });
    const row = await world.whenMaterial('Create', 'M', { order: 'PO', quantity: '4' }).allows('Created');
    expect(row).to.include({ order: 'PO', quantity: '4', units: 'pcs', flowPath: at('Saw') });
    const { materials } = await world.door.order('PO');
    expect((materials as JsonObject[])[0]).to.deep.equal({
      name: 'M',
      product: 'Bench',
      quantity: '4',
      units: 'pcs',
      accounts: true,
      facility: 'Lisbon',
      flowPath: at('Saw'),
      state: 'Created',
      universalState: 'Active',
    });
  });

  it('by Create without a quantity: the material size, at most what is on no material yet', async () => {
    const products = [{ name: 'Bench', units: 'pcs', flowPath: at('Saw'), materialSize: '4' }];
    const world = await onTheLine({ plant: { products } });
    await world.askMaterials('Create', ['M1', 'M2', 'M3', 'M4'], { order: 'PO' });
    expect(await world.materialsOf()).to.deep.equal([
      'M1 4 pcs Created',
      'M2 4 pcs Created',
      'M3 2 pcs Created',
    ]);
    await world.whenMaterial('Create', 'M4', { order: 'PO' }).refuses('OW_MATERIAL_QUANTITY');
  });

  it('by Create under a name that no other material has', async () => {
    const world = await onTheLine({ orders: [benches().having('Created'), benches('Q')] });
    const row = await world
      .whenMaterial('Create', 'PO-M1', { order: 'Q', quantity: '1' })
      .refuses('OW_MATERIAL_EXISTS');
    expect(row.violations[0]?.message).to.equal('There is a material PO-M1 already.');
  });

  it('by Assign, where a material belongs to one order at most', async () => {
    const world = await onTheLine({ orders: [benches(), benches('Q')], loose: [loose('M')] });
    const row = await world.whenMaterial('Assign', 'M', { order: 'PO' }).allows('InProgress');
    expect(row.order).to.equal('PO');
    await world.whenMaterial('Assign', 'M', { order: 'PO' }).refuses('OW_MATERIAL_HAS_ORDER');
    const other = await world.whenMaterial('Assign', 'M', { order: 'Q' }).refuses('OW_MATERIAL_HAS_ORDER');
    expect(other.violations[0]?.message).to.include('PO');
    expect(await world.materialsOf('Q')).to.deep.equal([]);
  });

  it('by ChangeProductionOrder, and leave the old one', async () => {
    const world = await onTheLine({ orders: [benches().having('InProgress', SAW), benches('Q')] });
    const row = await world.whenMaterial('ChangeProductionOrder', 'PO-M1', { order: 'Q' }).allows();
    expect(row.order).to.equal('Q');
    expect([await world.materialsOf(), await world.materialsOf('Q')]).to.deep.equal([
      [],
      ['PO-M1 10 pcs InProgress'],
    ]);
  });

  it('and go by Remove, only from the order that they belong to', async () => {
    const world = await onTheLine({ orders: [benches().having('InProgress', SAW), benches('Q')] });
    await world.whenMaterial('Remove', 'PO-M1', { order: 'Q' }).refuses('OW_MATERIAL_NOT_IN_ORDER');
    const row = await world.whenMaterial('Remove', 'PO-M1', { order: 'PO' }).allows('InProgress');
    expect(row.order).to.equal(null);
    expect(await world.materialsOf()).to.deep.equal([]);
    await world.whenMaterial('Remove', 'PO-M1', { order: 'PO' }).refuses('OW_MATERIAL_NOT_IN_ORDER');
  });

  for (const [state, universalState, open] of [
    ['Created', 'Active', true],
    ['Released', 'Active', true],
    ['InProgress', 'Active', true],
    ['Completed', 'Active', true],
    ['Created', 'Terminated', false],
    ['InProgress', 'Terminated', false],
    ['Canceled', 'Terminated', false],
    ['Closed', 'Active', false],
  ] satisfies [OrderState, 'Active' | 'Terminated', boolean][]) {
    it(`${open ? 'while' : 'not while'} it is ${state} and ${universalState} (design 3.3)`, async () => {
      const order = benches().inState(state, universalState).having('Created');
      const world = await onTheLine({
        orders: [order, benches('Q').having('Created')],
        loose: [loose('M', { state: 'Created' })],
      });
      for (const [operation, material, input, folder] of [
        ['Assign', 'M', { order: 'PO' }, 'assign'],
        ['Create', 'NEW', { order: 'PO', quantity: '1' }, 'material-create'],
        ['ChangeProductionOrder', 'Q-M1', { order: 'PO' }, 'change-order'],
        ['ChangeProductionOrder', 'PO-M1', { order: 'Q' }, 'change-order'],
        ['Remove', open ? 'M' : 'PO-M1', { order: 'PO' }, 'remove'],
      ] as const) {
        const row = await world.whenMaterial(operation, material, input).row();
        const rule = `${folder}/${folder === 'change-order' ? 'both-orders-are-open' : 'order-is-open'}`;
        if (open) expect(codesOf(row.violations), `${operation} ${material}`).to.deep.equal([]);
        else expect(codesOf(row.violations), `${operation} ${material}`).to.include(rule);
        expect(row.allowed, `${operation} ${material}`).to.equal(open);
      }
    });
  }
});

describe('[operation] ChangeProductionOrder', () => {
  const two = (parts = {}) =>
    onTheLine({ orders: [benches().having('InProgress', SAW), benches('Q')], ...parts });

  it('with accounts-to old leaves the quantity where it counts, through a third order too', async () => {
    const world = await two({ orders: [benches().having('InProgress', SAW), benches('Q'), benches('R')] });
    const input = { accountsTo: 'old' };
    await world.whenMaterial('ChangeProductionOrder', 'PO-M1', { order: 'Q', ...input }).allows();
    expect(await world.quantitiesOf()).to.equal('10 + 0 of 10 pcs, 0 delivered');
    expect(await world.materialsOf('Q')).to.deep.equal(['PO-M1 10 pcs InProgress not counted']);
    await world.whenMaterial('ChangeProductionOrder', 'PO-M1', { order: 'R', ...input }).allows();
    expect(await world.materialsOf('Q')).to.deep.equal([]);
    expect(await world.materialsOf('R')).to.deep.equal(['PO-M1 10 pcs InProgress not counted']);
    expect(await world.quantitiesOf()).to.equal('10 + 0 of 10 pcs, 0 delivered');
    // What it becomes is still counted there.
    const moved = await world.whenMaterial('MoveNext', 'PO-M1').allows('Completed');
    expect((moved.orders as { name: string }[]).map(({ name }) => name)).to.deep.equal(['PO', 'R']);
    expect(await world.quantitiesOf()).to.equal('0 + 10 of 10 pcs, 0 delivered');
  });

  it('with accounts-to new takes the quantity along, which is the usual', async () => {
    for (const input of [{ accountsTo: 'new' }, {}]) {
      const world = await two();
      await world.whenMaterial('ChangeProductionOrder', 'PO-M1', { order: 'Q', ...input }).allows();
      expect(await world.quantitiesOf()).to.equal('0 + 0 of 10 pcs, 0 delivered');
      expect(await world.quantitiesOf('Q')).to.equal('10 + 0 of 10 pcs, 0 delivered');
    }
  });

  it('copies the priority and the due date where it is asked to', async () => {
    const Q = benches('Q').with({ priority: 1, dueDate: '2020-07-09' });
    const world = await two({ orders: [benches().having('InProgress', SAW), Q] });
    await world
      .whenMaterial('ChangeProductionOrder', 'PO-M1', { order: 'Q', copyPriority: true, copyDueDate: true })
      .allows();
    const outcome = (await world.door.journal({ order: 'PO', limit: 10 })).at(-1);
    expect(outcome?.details?.changes).to.deep.equal({
      priority: { from: null, to: 1 },
      dueDate: { from: null, to: '2020-07-09' },
    });
    await world.whenMaterial('ChangeProductionOrder', 'PO-M1', { order: 'PO' }).allows();
    const again = (await world.door.journal({ order: 'PO', limit: 20 })).at(-1);
    expect(again?.details).to.not.have.property('changes');
  });

  it('needs an order to go from and another to go to', async () => {
    const world = await two({ loose: [loose('M')] });
    const free = await world.whenMaterial('ChangeProductionOrder', 'M', { order: 'Q' }).row();
    expect(codesOf(free.violations)).to.include('OW_MATERIAL_HAS_NO_ORDER');
    await world.whenMaterial('ChangeProductionOrder', 'PO-M1', { order: 'PO' }).refuses('OW_ORDER_SAME');
  });
});

describe('[operation] a restricted order (seed 2, Overview)', () => {
  const restricted = (name = 'PO') => benches(name).with({ restricted: true });
  const world = () =>
    onTheLine({
      orders: [restricted().having('InProgress', SAW), benches('Q').having('InProgress', SAW)],
      loose: [loose('M')],
    });

  for (const [operation, material, input, rule] of [
    ['Assign', 'M', { order: 'PO' }, 'assign/order-is-not-restricted'],
    ['Remove', 'PO-M1', { order: 'PO' }, 'remove/order-is-not-restricted'],
    ['Create', 'NEW', { order: 'PO', quantity: '1' }, 'material-create/order-is-not-restricted'],
    ['ChangeProductionOrder', 'PO-M1', { order: 'Q' }, 'change-order/neither-order-is-restricted'],
    ['ChangeProductionOrder', 'Q-M1', { order: 'PO' }, 'change-order/neither-order-is-restricted'],
  ] as const) {
    it(`refuses ${operation} of ${material} to ${input.order}`, async () => {
      const made = await world();
      const before = [await made.materialsOf(), await made.materialsOf('Q')];
      await made.whenMaterial(operation, material, input).refuses(`OW_RULE_REFUSED ${rule}`);
      expect([await made.materialsOf(), await made.materialsOf('Q')]).to.deep.equal(before);
    });
  }

  it('allows Split and Expand, and keeps the new materials in the same order', async () => {
    const made = await world();
    const split = await made.whenMaterial('Split', 'PO-M1', { quantities: ['4', 1] }).allows('InProgress');
    expect(split).to.deep.include({
      quantity: '5',
      created: [
        { name: 'PO-M1.1', quantity: '4', units: 'pcs' },
        { name: 'PO-M1.2', quantity: '1', units: 'pcs' },
      ],
    });
    const expand = await made.whenMaterial('Expand', 'PO-M1.1', { count: 3 }).allows('InProgress');
    expect(expand).to.include({ quantity: '0', universalState: 'Terminated' });
    expect(await made.materialsOf()).to.have.members([
      'PO-M1 5 pcs InProgress',
      'PO-M1.1 0 pcs InProgress Terminated',
      'PO-M1.1.1 1.3333333333 pcs InProgress',
      'PO-M1.1.2 1.3333333333 pcs InProgress',
      'PO-M1.1.3 1.3333333334 pcs InProgress',
      'PO-M1.2 1 pcs InProgress',
    ]);
    expect(await made.quantitiesOf()).to.equal('10 + 0 of 10 pcs, 0 delivered');
    await made.whenMaterial('Remove', 'PO-M1.2', { order: 'PO' }).refuses('OW_RULE_REFUSED');
  });

  it('allows moves, shipping, adjusting and terminating', async () => {
    const made = await world();
    await made.whenMaterial('AdjustQuantity', 'PO-M1', { by: '-1', reason: 'scrap' }).allows();
    await made.whenMaterial('MoveNext', 'PO-M1').allows('Completed');
    await made.whenMaterial('Split', 'PO-M1', { quantities: ['1'] }).allows('Completed');
    await made.whenMaterial('Ship', 'PO-M1', { facility: 'Customer' }).allows('Delivered');
    await made.whenMaterial('Terminate', 'PO-M1.1', { reason: 'broken' }).allows('Completed');
  });

  it('lets its materials go once it is not restricted any more', async () => {
    const made = await world();
    await made.when('Change', 'PO', { input: { restricted: false } }).allows();
    await made.whenMaterial('Remove', 'PO-M1', { order: 'PO' }).allows();
  });
});

describe('[operation] Split and Expand', () => {
  it('keep the total exactly, also of what does not divide', async () => {
    const order = benches().with({ quantity: '0.3' }).inState('InProgress');
    const world = await onTheLine({ orders: [order.having('InProgress', { quantity: '0.3', ...SAW })] });
    const row = await world.whenMaterial('Split', 'PO-M1', { quantities: ['0.1'] }).allows();
    expect(row.quantity).to.equal('0.2');
    await world
      .whenMaterial('Split', 'PO-M1', { quantities: ['0.1', '0.1'] })
      .refuses('OW_RULE_REFUSED split/something-is-left');
    await world.whenMaterial('Expand', 'PO-M1', { count: 7 }).allows();
    expect(await world.quantitiesOf()).to.equal('0.3 + 0 of 0.3 pcs, 0 delivered');
  });

  it('keep the place, the state and every link, also the one that only counts', async () => {
    const world = await onTheLine({
      orders: [benches().having('Completed', DONE), benches('Q').inState('InProgress')],
    });
    await world
      .whenMaterial('ChangeProductionOrder', 'PO-M1', { order: 'Q', accountsTo: 'old' })
      .allows('Completed');
    await world.whenMaterial('Split', 'PO-M1', { quantities: ['4'] }).allows('Completed');
    expect(await world.materialsOf()).to.deep.equal(['PO-M1 6 pcs Completed', 'PO-M1.1 4 pcs Completed']);
    expect(await world.materialsOf('Q')).to.deep.equal([
      'PO-M1 6 pcs Completed not counted',
      'PO-M1.1 4 pcs Completed not counted',
    ]);
    const moved = await world.whenMaterial('MoveNext', 'PO-M1.1').allows('Completed');
    expect(moved).to.include({ order: 'Q', flowPath: at('Check') });
  });

  it('find names that nobody has', async () => {
    const order = benches()
      .having('InProgress', SAW)
      .having('InProgress', { name: 'PO-M1.1' })
      .having('InProgress', { name: 'PO-M1.3' });
    const world = await onTheLine({ orders: [order] });
    const row = await world.whenMaterial('Split', 'PO-M1', { quantities: ['1', '1', '1'] }).allows();
    expect((row.created as { name: string }[]).map(({ name }) => name)).to.deep.equal([
      'PO-M1.2',
      'PO-M1.4',
      'PO-M1.5',
    ]);
  });

  it('are refused for more than there is, and for nothing', async () => {
    const world = await onTheLine({
      orders: [
        benches()
          .having('InProgress', SAW)
          .having('InProgress', { quantity: '0', ...SAW }),
      ],
    });
    await world
      .whenMaterial('Split', 'PO-M1', { quantities: ['6', '4.0000000001'] })
      .refuses('OW_SPLIT_TOO_MUCH', 'OW_RULE_REFUSED split/something-is-left');
    await world.whenMaterial('Expand', 'PO-M2', { count: 2 }).refuses('OW_EXPAND_NOTHING');
    expect(await world.quantitiesOf()).to.equal('10 + 0 of 10 pcs, 0 delivered');
  });
});
