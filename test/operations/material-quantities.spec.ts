import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { JsonObject } from '../../src/index.js';
import { at, benches, DONE, loose, onTheLine, SAW } from './material-world.js';

describe("[operation] an order's quantities", () => {
  it('are kept of all its materials: in progress, completed and delivered (seed 2, Overview)', async () => {
    const order = benches()
      .with({ quantity: '30' })
      .having('Created', { quantity: '1' })
      .having('InProgress', { quantity: '2', ...SAW })
      .having('Completed', { quantity: '4', ...DONE })
      .having('Completed', { quantity: '8', ...DONE });
    const world = await onTheLine({ orders: [order.inState('InProgress')] });
    expect(await world.quantitiesOf()).to.equal('2 + 12 of 30 pcs, 0 delivered');
    await world.whenMaterial('MoveNext', 'PO-M1').allows('InProgress');
    expect(await world.quantitiesOf()).to.equal('3 + 12 of 30 pcs, 0 delivered');
    await world.whenMaterial('MoveNext', 'PO-M2').allows('Completed');
    expect(await world.quantitiesOf()).to.equal('1 + 14 of 30 pcs, 0 delivered');
    await world.whenMaterial('Ship', 'PO-M3', { facility: 'Customer' }).allows('Delivered');
    expect(await world.quantitiesOf()).to.equal('1 + 14 of 30 pcs, 4 delivered');
  });

  it('go with the materials that are associated with it, and are told in the answer', async () => {
    const world = await onTheLine({ orders: [benches()], loose: [loose('M1', { quantity: '2.5' })] });
    const assigned = await world.whenMaterial('Assign', 'M1', { order: 'PO' }).allows();
    const quantities = { inProgress: '2.5', completed: '0', delivered: '0' };
    expect(assigned.orders).to.deep.equal([{ name: 'PO', state: 'Created', quantities }]);
    const removed = await world.whenMaterial('Remove', 'M1', { order: 'PO' }).allows();
    expect(removed.orders).to.deep.equal([
      { name: 'PO', state: 'Created', quantities: { ...quantities, inProgress: '0' } },
    ]);
  });

  it('add decimals exactly: 0.1 + 0.2 is 0.3', async () => {
    const order = benches().with({ quantity: '0.3' }).inState('InProgress');
    const world = await onTheLine({
      orders: [order.having('InProgress', { quantity: '0.1', ...SAW })],
      loose: [loose('M', { quantity: '0.2' })],
    });
    await world.whenMaterial('Assign', 'M', { order: 'PO' }).allows();
    expect(await world.quantitiesOf()).to.equal('0.3 + 0 of 0.3 pcs, 0 delivered');
    await world.askMaterials('MoveNext', ['M', 'PO-M1']);
    expect(await world.quantitiesOf()).to.equal('0 + 0.3 of 0.3 pcs, 0 delivered');
    expect(await world.stateOf()).to.equal('Completed Active');
  });

  it('leave out a material that is terminated without being delivered', async () => {
    const order = benches()
      .inState('InProgress')
      .having('InProgress', { quantity: '3', ...SAW })
      .having('InProgress', SAW);
    const world = await onTheLine({ orders: [order] });
    await world.whenMaterial('Terminate', 'PO-M1', { reason: 'broken' }).allows('InProgress');
    expect(await world.quantitiesOf()).to.equal('10 + 0 of 10 pcs, 0 delivered');
    expect(await world.materialsOf()).to.include('PO-M1 3 pcs InProgress Terminated');
  });

  it('follow a loss and a bonus', async () => {
    const world = await onTheLine({ orders: [benches().inState('InProgress').having('InProgress', SAW)] });
    const loss = { by: '-0.3', reason: 'scrap' };
    const row = await world.whenMaterial('AdjustQuantity', 'PO-M1', loss).allows();
    expect(row.quantity).to.equal('9.7');
    await world.whenMaterial('AdjustQuantity', 'PO-M1', { by: 0.1, reason: 'found' }).allows();
    expect(await world.quantitiesOf()).to.equal('9.8 + 0 of 10 pcs, 0 delivered');
    await world
      .whenMaterial('AdjustQuantity', 'PO-M1', { by: '-9.8000000001', reason: 'scrap' })
      .refuses('OW_QUANTITY_BELOW_ZERO');
    expect(await world.quantitiesOf()).to.equal('9.8 + 0 of 10 pcs, 0 delivered');
  });

  it('are adjusted to take unit changes into consideration (seed 2, Overview)', async () => {
    const order = benches()
      .inState('InProgress')
      .having('Completed', { ...DONE, quantity: '10' });
    const world = await onTheLine({ orders: [order] });
    const row = await world.whenMaterial('MoveNext', 'PO-M1', { to: at('Pack') }).allows('InProgress');
    expect(row).to.include({ quantity: '2.5', units: 'box', flowPath: at('Pack') });
    // In other units than the order's it is not completed, but counts as before.
    expect(await world.quantitiesOf()).to.equal('10 + 0 of 10 pcs, 0 delivered');
    await world.whenMaterial('MoveNext', 'PO-M1', { to: at('Check') }).allows('Completed');
    expect(await world.quantitiesOf()).to.equal('0 + 10 of 10 pcs, 0 delivered');
  });

  it('of an order in the units of its last step are told in these, rounded half to even to 10 places', async () => {
    const order = benches().with({ units: 'box', quantity: '1' });
    const thirds = [{ from: 'box', to: 'pcs', factor: '3' }];
    const products = [{ name: 'Bench', units: 'pcs', flowPath: at('Saw'), unitConversions: thirds }];
    const made = order.having('InProgress', { units: 'pcs', quantity: '1', ...SAW });
    const world = await onTheLine({ orders: [made], plant: { products } });
    expect(await world.quantitiesOf()).to.equal('0.3333333333 + 0 of 1 box, 0 delivered');
    const row = await world.whenMaterial('MoveNext', 'PO-M1', { to: at('Pack') }).allows('Completed');
    expect(row).to.include({ quantity: '0.3333333333', units: 'box' });
    expect(row.warnings.map(({ code }) => code)).to.deep.equal(['OW_QUANTITY_ROUNDED']);
  });

  it('are not told of by a material that nothing converts: it is not assigned', async () => {
    const world = await onTheLine({ loose: [loose('M', { units: 'kg' })] });
    const row = await world
      .whenMaterial('Assign', 'M', { order: 'PO' })
      .refuses('OW_RULE_REFUSED assign/quantity-converts');
    expect(row.violations[0]?.message).to.include('10 kg');
    expect(await world.materialsOf()).to.deep.equal([]);
  });
});

describe('[operation] a material is Completed', () => {
  const started = () => benches().inState('InProgress').having('InProgress', SAW);

  it('when it reaches a step that marks product completion (seed 2, Overview), and stays so behind it', async () => {
    const world = await onTheLine({ orders: [started()] });
    const row = await world.whenMaterial('MoveNext', 'PO-M1').allows('Completed');
    expect(row).to.include({ flowPath: at('Assemble'), quantity: '10', units: 'pcs', order: 'PO' });
    const next = await world.whenMaterial('MoveNext', 'PO-M1').allows('Completed');
    expect(next.flowPath).to.equal(at('Check'));
  });

  it('only with the product of its order (seed 2, Overview)', async () => {
    const world = await onTheLine({ orders: [started()], loose: [loose('M', { product: 'Stool' })] });
    await world.whenMaterial('Assign', 'M', { order: 'PO' }).allows();
    await world.whenMaterial('MoveNext', 'M').allows('InProgress');
    expect(await world.quantitiesOf()).to.equal('20 + 0 of 10 pcs, 0 delivered');
    const row = await world
      .whenMaterial('Ship', 'M', { facility: 'Customer' })
      .refuses('OW_RULE_REFUSED ship/completed');
    expect(row.violations[0]?.message).to.include('InProgress');
  });

  it('no longer where its order becomes one for another product: it counts as in progress there', async () => {
    const order = benches().inState('Completed').having('Completed', DONE);
    const world = await onTheLine({ orders: [order] });
    await world.when('Change', 'PO', { input: { product: 'Stool' } }).allows('InProgress');
    expect(await world.quantitiesOf()).to.equal('10 + 0 of 10 pcs, 0 delivered');
    await world
      .whenMaterial('Ship', 'PO-M1', { facility: 'Customer' })
      .refuses('OW_RULE_REFUSED ship/completed');
    await world.when('Change', 'PO', { input: { product: 'Bench' } }).allows('Completed');
  });

  it('only in the units of its order (seed 2, Overview)', async () => {
    const boxes = benches().with({ units: 'box' }).inState('InProgress');
    const world = await onTheLine({ orders: [boxes.having('InProgress', { units: 'pcs', ...SAW })] });
    await world.whenMaterial('MoveNext', 'PO-M1').allows('InProgress');
    expect(await world.quantitiesOf()).to.equal('2.5 + 0 of 10 box, 0 delivered');
    await world.whenMaterial('MoveNext', 'PO-M1', { to: at('Pack') }).allows('Completed');
    expect(await world.quantitiesOf()).to.equal('0 + 2.5 of 10 box, 0 delivered');
  });

  it('and in progress again where it is moved back', async () => {
    const world = await onTheLine({ orders: [started()] });
    await world.whenMaterial('MoveNext', 'PO-M1').allows('Completed');
    await world.whenMaterial('MoveNext', 'PO-M1', { to: at('Saw') }).allows('InProgress');
    expect(await world.quantitiesOf()).to.equal('10 + 0 of 10 pcs, 0 delivered');
  });

  it('without an order at the same step, as there is nothing that it has to fit', async () => {
    const world = await onTheLine({ loose: [loose('M')] });
    const row = await world.whenMaterial('MoveNext', 'M').allows('Completed');
    expect(row).to.deep.include({ order: null, orders: [] });
  });

  it('no further than the end of its flow, and nowhere that is no step', async () => {
    const world = await onTheLine({ loose: [loose('M', { flowPath: at('Pack'), units: 'box' })] });
    await world.whenMaterial('MoveNext', 'M').refuses('OW_MATERIAL_NO_NEXT_STEP');
    const row = await world.whenMaterial('MoveNext', 'M', { to: 'Line:A:1/Nowhere:1' }).row();
    expect(row.allowed).to.equal(false);
    expect(row.violations[0]?.message).to.include('Nowhere');
  });

  it('leaves Created when it enters a step (design 3.2)', async () => {
    const world = await onTheLine({ orders: [benches().having('Created')] });
    const row = await world.whenMaterial('MoveNext', 'PO-M1').allows('InProgress');
    expect(row.flowPath).to.equal(at('Saw'));
  });
});

describe('[operation] a material is Delivered', () => {
  const made = () => benches().inState('Completed').having('Completed', DONE);

  for (const [facility, kind] of [
    ['Customer', 'a remote facility'],
    ['Store', 'a local facility with Terminate on Ship to This Facility'],
  ] as const) {
    it(`when it is shipped to ${kind} (seed 2, Overview): it is terminated and stays delivered`, async () => {
      const world = await onTheLine({ orders: [made()] });
      const row = await world.whenMaterial('Ship', 'PO-M1', { facility }).allows('Delivered');
      expect(row.universalState).to.equal('Terminated');
      expect(await world.quantitiesOf()).to.equal('0 + 10 of 10 pcs, 10 delivered');
      expect(await world.materialsOf()).to.deep.equal(['PO-M1 10 pcs Delivered Terminated']);
      for (const [operation, input] of [
        ['MoveNext', {}],
        ['Ship', { facility: 'Porto' }],
        ['Split', { quantities: ['1'] }],
        ['Expand', { count: 2 }],
        ['AdjustQuantity', { by: 1, reason: 'x' }],
        ['Terminate', { reason: 'x' }],
        ['Remove', { order: 'PO' }],
        ['ChangeProductionOrder', { order: 'PO' }],
      ] satisfies [string, JsonObject][]) {
        await world.whenMaterial(operation, 'PO-M1', input).refuses('OW_MATERIAL_TERMINATED');
      }
      expect(await world.stateOf()).to.equal('Completed Active');
    });
  }

  it('not at another local facility, where it only goes', async () => {
    const world = await onTheLine({ orders: [made()] });
    await world.whenMaterial('Ship', 'PO-M1', { facility: 'Porto' }).allows('Completed');
    expect(await world.quantitiesOf()).to.equal('0 + 10 of 10 pcs, 0 delivered');
    const { materials } = await world.door.order('PO');
    expect((materials as { facility: string }[])[0]).to.include({ facility: 'Porto' });
  });

  it('only where it is completed: the rule ship/completed refuses the others, wherever they go', async () => {
    const world = await onTheLine({
      orders: [benches().inState('InProgress').having('InProgress', SAW).having('Created')],
    });
    for (const material of ['PO-M1', 'PO-M2'])
      for (const facility of ['Customer', 'Porto'])
        await world.whenMaterial('Ship', material, { facility }).refuses('OW_RULE_REFUSED ship/completed');
    expect(await world.quantitiesOf()).to.equal('10 + 0 of 10 pcs, 0 delivered');
  });
});
