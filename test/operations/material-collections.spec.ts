import { expect } from 'chai';
import { describe, it } from 'mocha';
import { join } from 'node:path';
import type { MaterialVerdict } from '../../src/index.js';
import { aFolder, dump } from './folder.js';
import { failureOf, said } from './given.js';
import { at, benches, DONE, loose, onTheLine, SAW, type Parts } from './material-world.js';

const told = ({ materials }: MaterialVerdict): string[] =>
  materials.map(({ name, allowed, state, violations }) =>
    [name, allowed ? 'allowed' : 'refused', state, ...violations.map(said)].join(' '),
  );

const three = () =>
  benches()
    .with({ quantity: '30' })
    .inState('InProgress')
    .having('InProgress', SAW)
    .having('InProgress', SAW);

/** On a file, whose rows a test can look at. */
async function onFile(parts: Parts = {}) {
  const folder = aFolder();
  const file = join(folder, 'plant.db');
  const world = await onTheLine({ ...parts, place: { folder, database: `sqlite:${file}` } });
  await world.door.rules();
  return { world, file };
}

describe('[operation] a collection of materials', () => {
  it('is answered with one row per material, in the order asked, a material named twice once', async () => {
    const hostile = "M'; drop table mes_Material; --";
    const world = await onTheLine({ orders: [three()], loose: [loose(hostile)] });
    const verdict = await world.askMaterials('MoveNext', [hostile, 'PO-M2', 'PO-M1', 'PO-M2']);
    expect(verdict).to.have.all.keys('requestId', 'ruleSet', 'materials');
    expect(told(verdict)).to.deep.equal([
      `${hostile} allowed Completed`,
      'PO-M2 allowed Completed',
      'PO-M1 allowed Completed',
    ]);
    expect(await world.quantitiesOf()).to.equal('0 + 20 of 30 pcs, 0 delivered');
  });

  it('has a row for a material that is unknown, and the others are done', async () => {
    const world = await onTheLine({ orders: [three()] });
    expect(told(await world.askMaterials('MoveNext', ['nobody', 'PO-M1']))).to.deep.equal([
      'nobody refused  OW_MATERIAL_UNKNOWN',
      'PO-M1 allowed Completed',
    ]);
  });

  it('has rows that say that the order or the facility is unknown', async () => {
    const world = await onTheLine({ orders: [three().having('Completed', DONE)], loose: [loose('M')] });
    const order = 'OW_ORDER_UNKNOWN';
    for (const [operation, material, input, code] of [
      ['Assign', 'M', { order: 'nobody' }, order],
      ['Remove', 'PO-M1', { order: 'nobody' }, order],
      ['ChangeProductionOrder', 'PO-M1', { order: 'nobody' }, order],
      ['Create', 'NEW', { order: 'nobody', quantity: '1' }, order],
      ['Create', 'NEW', { order: 'PO', quantity: '1', facility: 'nowhere' }, 'OW_FACILITY_UNKNOWN'],
      ['Ship', 'PO-M3', { facility: 'nowhere' }, 'OW_FACILITY_UNKNOWN'],
    ] as const) {
      const row = await world.whenMaterial(operation, material, input).refuses(code);
      expect(row.violations[0]?.message).to.match(/^There is no .* no(body|where)\.$/);
    }
  });

  it('is answered without rows where it is empty', async () => {
    const world = await onTheLine();
    expect((await world.askMaterials('MoveNext', [])).materials).to.deep.equal([]);
  });

  it('is left undone as a whole where one is refused and all or none was asked for', async () => {
    const { world, file } = await onFile({ orders: [three().inState('Released')] });
    const { mes_Material: before, mes_ProductionOrder: orders } = dump(file);
    const verdict = await world.askMaterials('MoveNext', ['PO-M1', 'nobody', 'PO-M2'], {}, { atomic: true });
    expect(told(verdict)).to.deep.equal([
      'PO-M1 refused InProgress OW_ATOMIC_REFUSED',
      'nobody refused  OW_MATERIAL_UNKNOWN',
      'PO-M2 refused InProgress OW_ATOMIC_REFUSED',
    ]);
    for (const row of verdict.materials) expect(row).to.not.have.any.keys('orders', 'created');
    expect([dump(file).mes_Material, dump(file).mes_ProductionOrder]).to.deep.equal([before, orders]);
    const outcomes = (await world.door.journal({ order: 'PO', limit: 100 })).filter(({ of }) => of !== null);
    // The automatic Start that followed from the first is undone with it.
    expect(outcomes.map(({ operation, outcome }) => [operation, outcome])).to.deep.equal([
      ['MoveNext', 'rolled back'],
      ['Start', 'rolled back'],
      ['MoveNext', 'rolled back'],
    ]);
  });

  it('that is left undone tells nothing of what it would have come to', async () => {
    const world = await onTheLine({ orders: [three()] });
    for (const [operation, input] of [
      ['Split', { quantities: ['4'] }],
      ['Expand', { count: 2 }],
    ] as const) {
      const asked = { atomic: true };
      const { materials } = await world.askMaterials(operation, ['PO-M1', 'x'], { ...input } as never, asked);
      expect(materials[0]).to.have.all.keys(Object.keys(materials[1]!).concat('order'));
    }
    expect(await world.materialsOf()).to.deep.equal(['PO-M1 10 pcs InProgress', 'PO-M2 10 pcs InProgress']);
  });

  it('is done as a whole where all are asked for and all are allowed', async () => {
    const world = await onTheLine({ orders: [three()] });
    const verdict = await world.askMaterials('MoveNext', ['PO-M1', 'PO-M2'], {}, { atomic: true });
    expect(verdict.materials.map(({ state }) => state)).to.deep.equal(['Completed', 'Completed']);
  });

  it('is decided row by row, each on what the one before it left', async () => {
    const products = [{ name: 'Bench', units: 'pcs', flowPath: at('Saw'), materialSize: '7' }];
    const world = await onTheLine({ orders: [benches()], plant: { products } });
    const verdict = await world.askMaterials('Create', ['A', 'B', 'C'], { order: 'PO' });
    expect(told(verdict)).to.deep.equal([
      'A allowed Created',
      'B allowed Created',
      'C refused  OW_MATERIAL_QUANTITY',
    ]);
  });

  it('of 300 materials of one order is counted once each', async () => {
    let order = benches().with({ quantity: '30' }).inState('Released');
    for (let count = 0; count < 300; count++) order = order.having('Created', { quantity: '0.1', ...SAW });
    const world = await onTheLine({ orders: [order] });
    const names = order.materials.map(({ name }) => name as string);
    await world.askMaterials('MoveNext', names);
    expect(await world.quantitiesOf()).to.equal('30 + 0 of 30 pcs, 0 delivered');
  }).timeout(60_000);
});

describe('[operation] a dry run on materials', () => {
  for (const [operation, materials, input] of [
    ['MoveNext', ['PO-M1', 'nobody'], {}],
    ['Split', ['PO-M1'], { quantities: ['4', '1'] }],
    ['Expand', ['PO-M1', 'PO-M2'], { count: 2 }],
    ['Create', ['A', 'PO-M1'], { order: 'PO', quantity: '1' }],
    ['Assign', ['M'], { order: 'PO' }],
    ['ChangeProductionOrder', ['PO-M1'], { order: 'Q', accountsTo: 'old' }],
    ['AdjustQuantity', ['PO-M1'], { by: '-1', reason: 'scrap' }],
    ['Terminate', ['PO-M1'], { reason: 'scrap' }],
  ] as const) {
    it(`of ${operation} answers as the run after it, and writes nothing`, async () => {
      const orders = [three().inState('Released'), benches('Q')];
      const { world, file } = await onFile({ orders, loose: [loose('M')] });
      const before = dump(file);
      const { requestId, ...dry } = await world.askMaterials(
        operation,
        [...materials],
        { ...input } as never,
        {
          dryRun: true,
        },
      );
      expect(dump(file)).to.deep.equal(before);
      const { requestId: other, ...run } = await world.askMaterials(operation, [...materials], {
        ...input,
      } as never);
      expect(dry).to.deep.equal(run);
      expect(other).to.not.equal(requestId);
      expect(dump(file)).to.not.deep.equal(before);
    });
  }

  it('of all or none answers as the run after it', async () => {
    const { world } = await onFile({ orders: [three()] });
    const names = ['PO-M1', 'nobody'];
    const dry = await world.askMaterials('MoveNext', names, {}, { dryRun: true, atomic: true });
    const run = await world.askMaterials('MoveNext', names, {}, { atomic: true });
    expect(dry.materials).to.deep.equal(run.materials);
  });
});

describe('[operation] an override of a rule on a material', () => {
  const restricted = () => three().with({ restricted: true });
  const override = { rule: 'remove/order-is-not-restricted', reason: 'the customer agreed' };

  it('lets one material through one rule, with a warning, and is journalled with its reason', async () => {
    const world = await onTheLine({ orders: [restricted()] });
    const row = await world.whenMaterial('Remove', 'PO-M1', { order: 'PO' }, { override }).allows();
    expect(row.warnings.map(said)).to.deep.equal([`OW_RULE_OVERRIDDEN ${override.rule}`]);
    const [, outcome] = await world.door.journal({ order: 'PO', limit: 10 });
    expect(outcome?.outcome).to.equal('overridden');
    expect(outcome?.details).to.deep.include({ override });
  });

  it('lifts one rule, not another, and none for several or of another operation', async () => {
    const world = await onTheLine({
      orders: [restricted().inState('InProgress', 'Terminated')],
      loose: [loose('M')],
    });
    await world
      .whenMaterial('Remove', 'PO-M1', { order: 'PO' }, { override })
      .refuses('OW_RULE_REFUSED remove/order-is-open');
    const asked = (materials: string[], operation = 'Remove') =>
      failureOf(world.askMaterials(operation, materials, { order: 'PO' }, { override }));
    expect(await asked(['PO-M1', 'PO-M2'])).to.include({ code: 'OW_OVERRIDE_SEVERAL' });
    expect(await asked(['M'], 'Assign')).to.include({ code: 'OW_RULE_UNKNOWN' });
  });

  it('of the operation says nothing about what follows for the order', async () => {
    const world = await onTheLine({ orders: [restricted().inState('Completed').with({ quantity: '1' })] });
    await world.whenMaterial('Remove', 'PO-M1', { order: 'PO' }, { override }).allows();
    const automatic = (await world.door.journal({ order: 'PO', limit: 10 })).filter(
      ({ door }) => door === 'hook',
    );
    for (const { outcome } of automatic) expect(outcome).to.not.equal('overridden');
  });
});

describe('[operation] the configuration of an operation on materials', () => {
  const observing = (operation: string) =>
    aFolder({ 'orderwright.config.json': { operations: { [operation]: { mode: 'observe' } } } });

  it('is by its name, Split: observe notes what its rules refuse, and does it', async () => {
    const world = await onTheLine({ orders: [three()], place: { folder: observing('Split') } });
    const row = await world.whenMaterial('Split', 'PO-M1', { quantities: ['10'] }).row();
    expect(row).to.include({ allowed: true, mode: 'observe', quantity: '0' });
    expect(row.violations.map(said)).to.deep.equal(['OW_RULE_REFUSED split/something-is-left']);
    await world
      .whenMaterial('Split', 'PO-M2', { quantities: ['11'] })
      .row()
      .then((refused) => {
        expect(refused.allowed).to.equal(false);
        expect(refused.violations.map(said)).to.include('OW_SPLIT_TOO_MUCH');
      });
    expect((await world.whenMaterial('MoveNext', 'PO-M1').row()).mode).to.equal('enforce');
  });

  it('is Material.Create where an operation on orders has the same name', async () => {
    const input = { order: 'PO', quantity: '1' };
    const orders = [three().with({ restricted: true })];
    const world = await onTheLine({ orders, place: { folder: observing('Material.Create') } });
    const row = await world.whenMaterial('Create', 'M', input).row();
    expect(row).to.include({ allowed: true, mode: 'observe' });
    expect(row.violations.map(said)).to.deep.equal([
      'OW_RULE_REFUSED material-create/order-is-not-restricted',
    ]);
    const other = await onTheLine({ orders, place: { folder: observing('Create') } });
    const refused = await other.whenMaterial('Create', 'M', input).row();
    expect(refused).to.include({ allowed: false, mode: 'enforce' });
  });

  it('does not carry out for a closed order what its rules alone would let pass', async () => {
    const place = { folder: observing('Remove') };
    const orders = [benches().inState('Closed').having('Completed', DONE)];
    const world = await onTheLine({ orders, place });
    const row = await world.whenMaterial('Remove', 'PO-M1', { order: 'PO' }).row();
    expect(row.allowed).to.equal(false);
    expect(await world.materialsOf()).to.have.length(1);
  });

  it('is refused where it names no operation', async () => {
    const failure = await failureOf(onTheLine({ place: { folder: observing('Sliptt') } }));
    expect(failure.code).to.match(/^OW_/);
  });
});

describe('[operation] the input of an operation on materials', () => {
  for (const [operation, input, path] of [
    ['AdjustQuantity', { by: 1e308, reason: 'x' }, '$.by'],
    ['AdjustQuantity', { by: 'NaN', reason: 'x' }, '$.by'],
    ['AdjustQuantity', { by: 0.1 + 0.2, reason: 'x' }, '$.by'],
    ['AdjustQuantity', { by: '0.12345678901', reason: 'x' }, '$.by'],
    ['AdjustQuantity', { by: 1 }, '$'],
    ['AdjustQuantity', { by: 1, reason: ' ' }, '$.reason'],
    ['Terminate', {}, '$'],
    ['Split', { quantities: [] }, '$.quantities'],
    ['Split', { quantities: [1, 0] }, '$.quantities[1]'],
    ['Split', { quantities: ['-1'] }, '$.quantities[0]'],
    ['Expand', { count: 0 }, '$.count'],
    ['Expand', { count: 1.5 }, '$.count'],
    ['Expand', { count: 10_001 }, '$.count'],
    ['Ship', { facility: '' }, '$.facility'],
    ['Assign', {}, '$'],
    ['ChangeProductionOrder', { order: 'Q', accountsTo: 'both' }, '$.accountsTo'],
    ['MoveNext', { to: 5 }, '$.to'],
    ['MoveNext', { where: 'x' }, '$.where'],
  ] as const) {
    it(`is refused for ${operation} with ${JSON.stringify(input)}`, async () => {
      const world = await onTheLine({ orders: [three()] });
      const failure = await failureOf(world.askMaterials(operation, ['PO-M1'], input as never));
      expect(failure.code).to.equal('OW_INPUT_INVALID');
      expect(failure.problems.map((problem) => problem.path)).to.include(path);
    });
  }

  it('is of an operation that exists', async () => {
    const world = await onTheLine();
    const failure = await failureOf(world.askMaterials('Release', ['PO-M1']));
    expect(failure.code).to.equal('OW_OPERATION_UNKNOWN');
  });

  for (const name of ['', ' ', 'a\u0000b', 'line\nbreak', '\u001b[31mred', 'x'.repeat(401)]) {
    it(`has no name ${JSON.stringify(name).slice(0, 20)} for a material that is made`, async () => {
      const world = await onTheLine();
      await world.whenMaterial('Create', name, { order: 'PO', quantity: '1' }).refuses('OW_MATERIAL_NAME');
      expect(await world.materialsOf()).to.deep.equal([]);
    });
  }

  it('may be about a name of 400 characters, and none that is made from it is longer', async () => {
    const name = `${'M'.repeat(399)}🪑`;
    const world = await onTheLine();
    await world.whenMaterial('Create', name, { order: 'PO' }).allows();
    const split = await world.whenMaterial('Split', name, { quantities: ['1', '2'] }).allows();
    const expanded = await world.whenMaterial('Expand', name, { count: 2 }).allows();
    const created = [split, expanded].flatMap((row) => row.created as { name: string }[]);
    expect(created.map((one) => one.name.slice(395))).to.deep.equal(['MMM.1', 'MMM.2', 'MMM.3', 'MMM.4']);
    expect(await world.materialsOf()).to.have.length(5);
  });
});
