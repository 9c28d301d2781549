import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { JsonObject } from '../../src/index.js';
import { aFolder } from './folder.js';
import { said } from './given.js';
import { benches, codesOf, DONE, loose, onTheLine, SAW } from './material-world.js';
import { aPlugin, withPlugins } from './plugin-files.js';

/** A folder with one third party's plugin, which runs this code at these hook points. */
function hooked(hooks: Record<string, string>, config: JsonObject = {}): { folder: string } {
  const moment = (wanted: string) =>
    Object.entries(hooks)
      .filter(([point]) => point.endsWith(wanted))
      .map(([point, body]) => `'${point}': async (context) => { ${body} }`)
      .join(', ');
  const code = `{ pre: { ${moment('.Pre')} }, post: { ${moment('.Post')} } }`;
  const parts = { manifest: { hooks: Object.keys(hooks) }, code };
  return { folder: aFolder({ ...aPlugin('guest', parts), ...withPlugins(['guest'], config) }) };
}
const effect = (row: JsonObject) => (row.effects as Record<string, JsonObject> | undefined)?.guest;

const begun = () =>
  benches().with({ quantity: '20' }).inState('Released').having('InProgress', SAW).having('InProgress', SAW);

describe("[operation] a plugin's Pre hook on materials", () => {
  it('refuses and warns beside the rules, and is journalled with them', async () => {
    const body = `return {
      violations: [{ code: 'GUEST_NO', message: context.material.material.name + ' of ' + context.order.order.name }],
      warnings: [{ code: 'GUEST_HM', message: context.operation + ' by ' + context.actor }] };`;
    const world = await onTheLine({ orders: [begun()], place: hooked({ 'Material.Split.Pre': body }) });
    const row = await world
      .whenMaterial('Split', 'PO-M1', { quantities: ['10'] })
      .refuses('OW_RULE_REFUSED split/something-is-left', 'GUEST_NO');
    expect(row.violations[1]?.message).to.equal('PO-M1 of PO');
    expect(row.warnings.map(({ message }) => message)).to.deep.equal(['Split by ann']);
    const [entry] = await world.door.journal({ order: 'PO', limit: 10 });
    expect(entry?.verdict?.violations.map(said)).to.include('GUEST_NO');
    await world.whenMaterial('MoveNext', 'PO-M1').allows();
  });

  it('is shown what the operation would come to, and whether anything will be applied', async () => {
    const body = `return { warnings: [{ code: 'SEEN', message: JSON.stringify([context.proposal.changes, context.proposal.created.length, context.newOrder?.order.name, context.dryRun]) }] };`;
    const place = hooked({ 'Material.Split.Pre': body, 'Material.ChangeProductionOrder.Pre': body });
    const world = await onTheLine({ orders: [begun(), benches('Q')], place });
    const dry = await world.whenMaterial('Split', 'PO-M1', { quantities: ['4'] }, { dryRun: true }).allows();
    expect(dry.warnings[0]?.message).to.equal('[{"quantity":"6"},1,null,true]');
    const changed = await world.whenMaterial('ChangeProductionOrder', 'PO-M1', { order: 'Q' }).allows();
    expect(changed.warnings[0]?.message).to.equal('[{},0,"Q",false]');
  });

  for (const [what, body] of [
    ['throws', `throw new Error('no connection');`],
    ['answers nonsense', `return 'yes';`],
  ] as const) {
    it(`that ${what} refuses, and the others of the collection go on`, async () => {
      const place = hooked({
        'Material.MoveNext.Pre': `if (context.material.material.name === 'PO-M1') { ${body} }`,
      });
      const world = await onTheLine({ orders: [begun()], place });
      const { materials } = await world.askMaterials('MoveNext', ['PO-M1', 'PO-M2']);
      expect(materials.map((row) => [row.allowed, ...codesOf(row.violations)])).to.deep.equal([
        [false, 'OW_PLUGIN_FAILED'],
        [true],
      ]);
      expect(await world.quantitiesOf()).to.equal('10 + 10 of 20 pcs, 0 delivered');
    });
  }

  it('that hangs is refused in time, or let pass where that is the setting', async () => {
    const hooks = { 'Material.MoveNext.Pre': 'await new Promise(() => undefined);' };
    const refusing = hooked(hooks, { operations: { MoveNext: { timeBudgetMs: 50 } } });
    const world = await onTheLine({ orders: [begun()], place: refusing });
    expect((await world.whenMaterial('MoveNext', 'PO-M1').row()).allowed).to.equal(false);
    const settings = { timeBudgetMs: 50, whenUnavailable: 'allow' };
    const allowing = hooked(hooks, { operations: { MoveNext: settings } });
    const other = await onTheLine({ orders: [begun()], place: allowing });
    const row = await other.whenMaterial('MoveNext', 'PO-M1').allows('Completed');
    expect(row.warnings).to.have.length(1);
  });
});

describe("[operation] a plugin's Post hook on materials", () => {
  it('is shown the orders as they are by then, and reports on the row and in the journal', async () => {
    const body = `return { effect: { seen: context.orders.map(({ order }) => order.name + ' ' + order.state) },
      warnings: [{ code: 'GUEST_HM', message: 'look' }] };`;
    const place = hooked({ 'Material.MoveNext.Post': body });
    const world = await onTheLine({ orders: [begun()], place });
    const row = await world.whenMaterial('MoveNext', 'PO-M1').allows('Completed');
    expect(effect(row)).to.deep.equal({ seen: ['PO InProgress'] });
    expect(row.warnings.map(({ code }) => code)).to.deep.equal(['GUEST_HM']);
    const entries = await world.door.journal({ order: 'PO', limit: 10 });
    const outcome = entries.find((entry) => entry.operation === 'MoveNext' && entry.outcome !== null);
    expect(outcome?.details?.effects).to.deep.equal({ guest: { seen: ['PO InProgress'] } });
  });

  it('performs operations on the orders in the same transaction', async () => {
    const body = `const done = await context.perform('Close', 'PO'); return { effect: { state: done.state } };`;
    const place = hooked({ 'Material.MoveNext.Post': body });
    const order = benches().inState('InProgress').having('InProgress', SAW);
    const world = await onTheLine({ orders: [order], place });
    const row = await world.whenMaterial('MoveNext', 'PO-M1').allows('Completed');
    expect(effect(row)).to.deep.equal({ state: 'Closed' });
    expect((row.orders as { state: string }[])[0]?.state).to.equal('Closed');
    expect(await world.stateOf()).to.equal('Closed Active');
  });

  it('that throws undoes its material and what followed for the orders, and the others go on', async () => {
    const body = `if (context.material.material.name === 'PO-M1') throw new Error('no connection');`;
    const place = hooked({ 'Material.Split.Post': body, 'Material.MoveNext.Post': body });
    const order = benches().inState('Released').having('InProgress', SAW).having('InProgress', SAW);
    const world = await onTheLine({ orders: [order], place });
    const split = await world
      .whenMaterial('Split', 'PO-M1', { quantities: ['4'] })
      .refuses('OW_PLUGIN_FAILED');
    expect(split.violations[0]?.message).to.equal('The plugin guest failed: no connection');
    expect(split).to.not.have.any.keys('created', 'orders');
    await world.whenMaterial('MoveNext', 'PO-M1').refuses('OW_PLUGIN_FAILED');
    // The first material would have started and completed the order.
    expect(await world.stateOf()).to.equal('Released Active');
    expect(await world.materialsOf()).to.deep.equal(['PO-M1 10 pcs InProgress', 'PO-M2 10 pcs InProgress']);
    const { materials } = await world.askMaterials('MoveNext', ['PO-M1', 'PO-M2']);
    expect(materials.map(({ allowed }) => allowed)).to.deep.equal([false, true]);
    expect(await world.stateOf()).to.equal('Completed Active');
    const entries = await world.door.journal({ order: 'PO', limit: 100 });
    const outcomes = entries.filter(({ outcome }) => outcome !== null);
    expect(outcomes.map(({ operation, outcome }) => `${operation} ${outcome}`)).to.deep.equal([
      'Split rolled back',
      'Start rolled back',
      'MoveNext rolled back',
      'Start rolled back',
      'Complete rolled back',
      'MoveNext rolled back',
      'Start rolled back',
      'Complete rolled back',
      'MoveNext committed',
      'Start committed',
      'Complete committed',
    ]);
  });

  it('that throws leaves a closed order as it was', async () => {
    const place = hooked({ 'Material.Terminate.Post': `throw new Error('no connection');` });
    const world = await onTheLine({ orders: [benches().inState('Closed').having('Completed', DONE)], place });
    await world.whenMaterial('Terminate', 'PO-M1', { reason: 'x' }).refuses('OW_PLUGIN_FAILED');
    expect(await world.materialsOf()).to.deep.equal(['PO-M1 10 pcs Completed']);
    expect(await world.quantitiesOf()).to.equal('0 + 10 of 10 pcs, 0 delivered');
  });
});

describe("[operation] a plugin's Post hook of an automatic transition", () => {
  const seen = `(context) => ({ state: context.snapshot.order.state, automatic: context.automatic })`;
  const body = `return { effect: (${seen})(context) };`;

  it('runs for Start, Complete and ReturnToProgress, each journalled with its transition', async () => {
    const place = hooked({
      'ProductionOrder.Start.Post': body,
      'ProductionOrder.Complete.Post': body,
      'ProductionOrder.ReturnToProgress.Post': body,
    });
    const material = loose('M', { state: 'Completed', ...DONE });
    const world = await onTheLine({ orders: [benches().inState('Released')], loose: [material], place });
    await world.whenMaterial('Assign', 'M', { order: 'PO' }).allows();
    await world.whenMaterial('Remove', 'M', { order: 'PO' }).allows();
    const entries = await world.door.journal({ order: 'PO', limit: 100 });
    const effects = entries.flatMap(({ operation, outcome, details }) =>
      outcome === null || details?.effects === undefined ? [] : [[operation, details.effects]],
    );
    expect(effects).to.deep.equal([
      ['Start', { guest: { state: 'InProgress', automatic: true } }],
      ['Complete', { guest: { state: 'Completed', automatic: true } }],
      ['ReturnToProgress', { guest: { state: 'InProgress', automatic: true } }],
    ]);
  });

  it('that throws undoes the material that caused it, with the transition', async () => {
    const place = hooked({ 'ProductionOrder.Complete.Post': `throw new Error('no connection');` });
    const order = benches().inState('InProgress').having('InProgress', SAW);
    const world = await onTheLine({ orders: [order], place });
    await world.whenMaterial('MoveNext', 'PO-M1').refuses('OW_PLUGIN_FAILED');
    expect(await world.stateOf()).to.equal('InProgress Active');
    expect(await world.materialsOf()).to.deep.equal(['PO-M1 10 pcs InProgress']);
  });

  it('may perform what is due then: an order that is complete is closed', async () => {
    const place = hooked({ 'ProductionOrder.Complete.Post': `await context.perform('Close');` });
    const order = benches().inState('InProgress').having('InProgress', SAW);
    const world = await onTheLine({ orders: [order], place });
    const row = await world.whenMaterial('MoveNext', 'PO-M1').allows('Completed');
    expect((row.orders as { state: string }[])[0]?.state).to.equal('Closed');
  });
});
