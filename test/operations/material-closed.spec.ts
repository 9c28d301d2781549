import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { JsonObject } from '../../src/index.js';
import { at, benches, codesOf, DONE, loose, onTheLine, SAW } from './material-world.js';

/** Closed with 12 pcs, one of its two materials delivered before. */
const made = (name = 'PO') =>
  benches(name)
    .with({ overDeliveryTolerance: '0.5' })
    .inState('Completed')
    .having('Completed', { quantity: '8', ...DONE })
    .having('Completed', { quantity: '4', ...DONE });

async function closed(parts: Parameters<typeof onTheLine>[0] = {}) {
  const world = await onTheLine({ orders: [made(), benches('Q')], loose: [loose('M')], ...parts });
  await world.when('Close').allows('Closed');
  return world;
}

describe('[operation] a closed order (seed 2, Overview)', () => {
  it('cannot have its product or quantity changed', async () => {
    const world = await closed();
    for (const input of [{ product: 'Table' }, { quantity: '12' }])
      await world.when('Change', 'PO', { input }).refuses('OW_STATE_NOT_ALLOWED');
  });

  for (const [operation, material, input] of [
    ['Assign', 'M', { order: 'PO' }],
    ['Remove', 'PO-M1', { order: 'PO' }],
    ['Create', 'NEW', { order: 'PO', quantity: '1' }],
    ['ChangeProductionOrder', 'PO-M1', { order: 'Q' }],
    ['ChangeProductionOrder', 'PO-M1', { order: 'Q', accountsTo: 'old' }],
    ['ChangeProductionOrder', 'Q-M1', { order: 'PO' }],
  ] as const) {
    it(`has no material assigned or removed: ${operation} ${JSON.stringify(input)}`, async () => {
      const orders = [made(), benches('Q').having('InProgress', SAW)];
      const world = await closed({ orders });
      const row = await world.whenMaterial(operation, material, input).row();
      expect(row.allowed).to.equal(false);
      expect(codesOf(row.violations)).to.include('OW_ORDER_CLOSED');
      expect(await world.materialsOf()).to.deep.equal(['PO-M1 8 pcs Completed', 'PO-M2 4 pcs Completed']);
    });
  }

  const held: [what: string, operation: string, input: JsonObject][] = [
    ['the quantity', 'AdjustQuantity', { by: '-0.0000000001', reason: 'scrap' }],
    ['the quantity', 'AdjustQuantity', { by: 1, reason: 'found' }],
    ['the quantity', 'Split', { quantities: ['1'] }],
    ['the quantity', 'Expand', { count: 2 }],
    ['the units, given by the step,', 'MoveNext', { to: at('Pack') }],
    ['the completion, given by the step,', 'MoveNext', { to: at('Saw') }],
  ];
  for (const [what, operation, input] of held) {
    it(`keeps ${what} of its materials: ${operation} ${JSON.stringify(input)}`, async () => {
      const world = await closed();
      const row = await world.whenMaterial(operation, 'PO-M1', input).refuses('OW_ORDER_CLOSED');
      expect(row.violations[0]?.message).to.include('PO is Closed');
      expect(await world.materialsOf()).to.deep.equal(['PO-M1 8 pcs Completed', 'PO-M2 4 pcs Completed']);
    });

    it(`keeps ${what} of a material that only goes on counting there: ${operation} ${JSON.stringify(input)}`, async () => {
      const world = await onTheLine({ orders: [made(), benches('Q').inState('InProgress')] });
      const change = { order: 'Q', accountsTo: 'old' };
      await world.whenMaterial('ChangeProductionOrder', 'PO-M1', change).allows();
      await world.when('Close').allows('Closed');
      await world.whenMaterial(operation, 'PO-M1', input).refuses('OW_ORDER_CLOSED');
      expect(await world.quantitiesOf()).to.equal('0 + 12 of 10 pcs, 0 delivered');
    });
  }

  it('can not be overridden or observed in this', async () => {
    const override = { rule: 'remove/order-is-open', reason: 'they want it' };
    const world = await closed();
    await world.whenMaterial('Remove', 'PO-M1', { order: 'PO' }, { override }).refuses('OW_ORDER_CLOSED');
  });

  it('lets go a material that counts there by ChangeProductionOrder to a third one only with its quantity left there', async () => {
    const world = await onTheLine({
      orders: [made(), benches('Q').inState('InProgress'), benches('R').inState('InProgress')],
    });
    const old = { accountsTo: 'old' };
    await world.whenMaterial('ChangeProductionOrder', 'PO-M1', { order: 'Q', ...old }).allows();
    await world.when('Close').allows('Closed');
    await world.whenMaterial('ChangeProductionOrder', 'PO-M1', { order: 'R' }).refuses('OW_ORDER_CLOSED');
    await world
      .whenMaterial('Remove', 'PO-M1', { order: 'PO' })
      .row()
      .then(({ violations }) => {
        expect(codesOf(violations)).to.include('OW_ORDER_CLOSED');
      });
    await world.whenMaterial('ChangeProductionOrder', 'PO-M1', { order: 'R', ...old }).allows();
    await world.whenMaterial('Remove', 'PO-M1', { order: 'R' }).allows();
    expect(await world.quantitiesOf()).to.equal('0 + 12 of 10 pcs, 0 delivered');
  });

  it('allows moves that keep completion and units, Ship and Terminate, and its quantities are frozen', async () => {
    const world = await closed();
    await world.whenMaterial('MoveNext', 'PO-M1').allows('Completed');
    const terminated = await world
      .whenMaterial('Terminate', 'PO-M1', { reason: 'broken' })
      .allows('Completed');
    const frozen = { inProgress: '0', completed: '12', delivered: '0' };
    expect(terminated.orders).to.deep.equal([{ name: 'PO', state: 'Closed', quantities: frozen }]);
    await world.whenMaterial('Ship', 'PO-M2', { facility: 'Customer' }).allows('Delivered');
    expect(await world.quantitiesOf()).to.equal('0 + 12 of 10 pcs, 0 delivered');
    const { orders } = await world.door.orders({ limit: 1 });
    expect(orders[0]?.quantities).to.include(frozen);
    expect(await world.stateOf()).to.equal('Closed Active');
  });

  it('thaws with Reopen: its quantities are those of its materials, and it is as complete as they are', async () => {
    const world = await closed();
    await world.whenMaterial('Terminate', 'PO-M1', { reason: 'broken' }).allows();
    await world.whenMaterial('Ship', 'PO-M2', { facility: 'Store' }).allows('Delivered');
    await world.when('Reopen').allows('Completed');
    expect(await world.quantitiesOf()).to.equal('0 + 4 of 10 pcs, 4 delivered');
    await world.when('Close').refuses('OW_RULE_REFUSED close/completed-reaches-minimum');
    await world.whenMaterial('Assign', 'M', { order: 'PO' }).allows();
    // It is closed with what it has then, and not with what it had before.
    await world.whenMaterial('MoveNext', 'M').allows('Completed');
    await world.when('Close').allows('Closed');
    await world.whenMaterial('Terminate', 'M', { reason: 'broken' }).allows();
    expect(await world.quantitiesOf()).to.equal('0 + 14 of 10 pcs, 4 delivered');
  });

  it('that the plant file brought keeps what it had when a material is first acted on', async () => {
    const world = await onTheLine({ orders: [made().inState('Closed')] });
    await world.whenMaterial('Terminate', 'PO-M1', { reason: 'broken' }).allows();
    expect(await world.quantitiesOf()).to.equal('0 + 12 of 10 pcs, 0 delivered');
  });

  it('is terminated with Close {terminate} where all its materials are terminated (design 3.4)', async () => {
    const world = await onTheLine({ orders: [made()] });
    await world.askMaterials('Ship', ['PO-M1'], { facility: 'Customer' });
    const half = await world
      .when('Close', 'PO', { input: { terminate: true }, dryRun: true })
      .allows('Closed');
    expect(codesOf(half.warnings)).to.deep.equal(['OW_CLOSE_NOT_TERMINATED']);
    await world.askMaterials('Ship', ['PO-M2'], { facility: 'Store' });
    await world.when('Close', 'PO', { input: { terminate: true } }).allows('Closed');
    expect(await world.stateOf()).to.equal('Closed Terminated');
    expect(await world.quantitiesOf()).to.equal('0 + 12 of 10 pcs, 12 delivered');
  });

  it('was closed with no material in progress, accounting or not', async () => {
    const open = benches('Q').inState('InProgress').having('InProgress', SAW);
    const world = await onTheLine({ orders: [made(), open] });
    const input = { order: 'PO', accountsTo: 'old' };
    await world.whenMaterial('ChangeProductionOrder', 'Q-M1', input).allows();
    await world.when('Close').refuses('OW_RULE_REFUSED close/no-material-in-progress');
    await world.whenMaterial('Remove', 'Q-M1', { order: 'PO' }).allows();
    await world.when('Close').allows('Closed');
  });
});
