import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { JsonObject } from '../../src/index.js';
import { at, benches, LINE, loose, onTheLine } from './material-world.js';

/** Half of the benches is lost at Saw, and a tenth of the rest at Check. */
const lossy = (LINE.steps as JsonObject[]).map((step) => ({
  ...step,
  ...(step.name === 'Saw' && { yield: '0.5' }),
  ...(step.name === 'Check' && { yield: '0.9' }),
}));
const sized = (materialSize: string): JsonObject => ({
  products: [
    {
      name: 'Bench',
      units: 'pcs',
      flowPath: at('Saw'),
      materialSize,
      unitConversions: [{ from: 'box', to: 'pcs', factor: '4' }],
    },
  ],
});
const released = () => benches().inState('Released');

describe('[operation] Start makes the materials of an order that is included in planning (design 3.3)', () => {
  it('as many of the material size as the quantity needs, the last one with the rest', async () => {
    const world = await onTheLine({ orders: [released()], plant: sized('4') });
    const row = await world.when('Start').allows('InProgress');
    expect(row.materials).to.deep.equal([
      { name: 'PO.1', quantity: '4', units: 'pcs' },
      { name: 'PO.2', quantity: '4', units: 'pcs' },
      { name: 'PO.3', quantity: '2', units: 'pcs' },
    ]);
    expect(await world.materialsOf()).to.deep.equal([
      'PO.1 4 pcs Created',
      'PO.2 4 pcs Created',
      'PO.3 2 pcs Created',
    ]);
  });

  it('so that after the yield along the flow the quantity is left at the end', async () => {
    const world = await onTheLine({ orders: [released()], plant: { ...sized('10'), steps: lossy } });
    await world.when('Start').allows('InProgress');
    // 10 / (0.5 x 0.9) = 22.2..., rounded up to what may be stored.
    expect(await world.materialsOf()).to.deep.equal([
      'PO.1 10 pcs Created',
      'PO.2 10 pcs Created',
      'PO.3 2.2222222223 pcs Created',
    ]);
  });

  it('which stand at the start of the flow, and complete it step by step', async () => {
    const world = await onTheLine({ orders: [released()], plant: sized('5') });
    await world.when('Start').allows('InProgress');
    await world.askMaterials('MoveNext', ['PO.1', 'PO.2']);
    expect(await world.quantitiesOf()).to.equal('10 + 0 of 10 pcs, 0 delivered');
    await world.askMaterials('MoveNext', ['PO.1', 'PO.2']);
    expect(await world.stateOf()).to.equal('Completed Active');
  });

  it('also where it is restricted: what Start makes is excepted', async () => {
    const order = released().with({ restricted: true });
    const world = await onTheLine({ orders: [order], plant: sized('5'), loose: [loose('M')] });
    await world.when('Start').allows('InProgress');
    expect(await world.materialsOf()).to.have.length(2);
    await world
      .whenMaterial('Create', 'M9', { order: 'PO', quantity: '1' })
      .refuses('OW_RULE_REFUSED material-create/order-is-not-restricted');
  });

  it('but none beyond what is on materials already, none without a size, and none unplanned', async () => {
    const some = released().having('Created', { quantity: '7', flowPath: at('Saw') });
    const world = await onTheLine({ orders: [some], plant: sized('5') });
    await world.when('Start').allows();
    expect(await world.materialsOf()).to.deep.equal(['PO-M1 7 pcs Created', 'PO.1 3 pcs Created']);
    const unsized = await onTheLine({ orders: [released()] });
    expect(await unsized.when('Start').allows('InProgress')).to.not.have.property('materials');
    const unplanned = released().with({ includeInPlanning: false });
    const without = await onTheLine({ orders: [unplanned], plant: sized('5') });
    await without.when('Start').allows('InProgress');
    expect(await without.materialsOf()).to.deep.equal([]);
  });

  it('in the units of the order, and under names that are free', async () => {
    const order = released().with({ units: 'box', quantity: '3' });
    const world = await onTheLine({
      orders: [order],
      plant: sized('4'),
      loose: [loose('PO.2')],
    });
    await world.when('Start').allows('InProgress');
    expect(await world.materialsOf()).to.deep.equal([
      'PO.1 1 box Created',
      'PO.3 1 box Created',
      'PO.4 1 box Created',
    ]);
  });

  it('and is refused, with nothing done, where there would be too many', async () => {
    const world = await onTheLine({ orders: [released()], plant: sized('0.0000000001') });
    await world.when('Start').refuses('OW_START_TOO_MANY');
    expect(await world.stateOf()).to.equal('Released Active');
    expect(await world.materialsOf()).to.deep.equal([]);
  });

  it('none in a dry run, which answers as the run after it', async () => {
    const world = await onTheLine({ orders: [released()], plant: sized('4') });
    const dry = await world.when('Start', 'PO', { dryRun: true }).row();
    expect(await world.materialsOf()).to.deep.equal([]);
    expect(await world.when('Start').row()).to.deep.equal(dry);
    const outcome = (await world.door.journal({ order: 'PO', limit: 10 })).at(-1);
    expect(JSON.stringify(outcome?.details)).to.include('PO.3');
  });
});
