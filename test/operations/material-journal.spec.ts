import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Given } from './given.js';
import { at, benches, DONE, loose, onTheLine, SAW } from './material-world.js';

const entriesOf = (world: Given, order = 'PO') => world.door.journal({ order, limit: 100 });
/** `MoveNext`, and with the outcome that names an entry of these: `MoveNext committed 0`. */
async function lines(world: Given, order = 'PO'): Promise<string[]> {
  const entries = await entriesOf(world, order);
  const at = new Map(entries.map(({ sequence }, index) => [sequence, index]));
  return entries.map(({ operation, outcome, of }) =>
    outcome === null
      ? operation
      : `${operation} ${outcome} ${of === null ? '' : (at.get(of) ?? 'elsewhere')}`,
  );
}

describe('[operation] the journal of an operation on materials', () => {
  it('holds the verdict and the outcome, with facts, actor, door, rule set and the input', async () => {
    const order = benches().inState('InProgress').having('InProgress', SAW);
    const world = await onTheLine({ orders: [order] });
    const asked = { requestId: 'r-1', correlationId: 'c-7', actor: 'bob' };
    const input = { quantities: ['4'] };
    const verdict = await world.askMaterials('Split', ['PO-M1'], input, asked);
    const [entry, outcome] = await entriesOf(world);
    const both = { ...asked, door: 'in-process', operation: 'Split', order: 'PO', ruleSet: verdict.ruleSet };
    expect(entry).to.deep.include({ ...both, outcome: null, of: null });
    expect(entry?.facts).to.deep.equal({ 'material.newQuantity': '6' });
    expect(entry?.verdict).to.deep.include({ name: 'PO-M1', allowed: true, state: 'InProgress' });
    expect(outcome).to.deep.include({ ...both, outcome: 'committed', of: entry?.sequence, verdict: null });
    expect(outcome?.details).to.deep.equal({
      material: 'PO-M1',
      input,
      changes: { quantity: { from: '10', to: '6' } },
      created: [{ name: 'PO-M1.1', quantity: '4', units: 'pcs' }],
      links: [{ order: 'PO', accounts: true, current: true }],
      orders: [
        {
          name: 'PO',
          state: 'InProgress',
          quantities: { inProgress: '10', completed: '0', delivered: '0' },
        },
      ],
    });
  });

  it('holds a refusal under the order that it is about, with its violations and no outcome', async () => {
    const world = await onTheLine({ orders: [benches().with({ restricted: true }).having('Created')] });
    const row = await world.whenMaterial('Remove', 'PO-M1', { order: 'PO' }).refuses('OW_RULE_REFUSED');
    const entries = await entriesOf(world);
    expect(entries).to.have.length(1);
    expect(entries[0]).to.include({ operation: 'Remove', outcome: null, of: null });
    expect(entries[0]?.verdict?.violations).to.deep.equal(row.violations);
    expect(entries[0]?.details).to.deep.equal({ material: 'PO-M1', input: { order: 'PO' } });
  });

  it('calls an operation that orders have too by its whole name', async () => {
    const world = await onTheLine();
    await world.whenMaterial('Create', 'M', { order: 'PO' }).allows();
    await world.whenMaterial('Terminate', 'M', { reason: 'a mistake' }).allows();
    expect(await lines(world)).to.deep.equal([
      'Material.Create',
      'Material.Create committed 0',
      'Material.Terminate',
      'Material.Terminate committed 2',
    ]);
  });

  it('keeps the reason of a loss, a bonus and a termination', async () => {
    const world = await onTheLine({ orders: [benches().inState('InProgress').having('InProgress', SAW)] });
    await world.whenMaterial('AdjustQuantity', 'PO-M1', { by: '-3', reason: 'a crack' }).allows();
    await world.whenMaterial('Terminate', 'PO-M1', { reason: 'beyond repair' }).allows();
    const reasons = (await entriesOf(world))
      .filter(({ outcome }) => outcome !== null)
      .map(({ details }) => (details?.input as { reason: string }).reason);
    expect(reasons).to.deep.equal(['a crack', 'beyond repair']);
  });

  it('has an outcome for each order that is concerned, which names the one verdict', async () => {
    const world = await onTheLine({ orders: [benches().having('InProgress', SAW), benches('Q')] });
    const input = { order: 'Q', accountsTo: 'old' };
    await world.whenMaterial('ChangeProductionOrder', 'PO-M1', input).allows();
    await world.whenMaterial('MoveNext', 'PO-M1').allows();
    expect(await lines(world, 'PO')).to.deep.equal([
      'ChangeProductionOrder',
      'ChangeProductionOrder committed 0',
      'MoveNext committed elsewhere',
    ]);
    expect(await lines(world, 'Q')).to.deep.equal([
      'ChangeProductionOrder committed elsewhere',
      'MoveNext',
      'MoveNext committed 1',
    ]);
    const all = await world.door.journal({ limit: 100 });
    const sequences = new Set(all.filter(({ of }) => of === null).map(({ sequence }) => sequence));
    for (const { of } of all) if (of !== null) expect(sequences.has(of)).to.equal(true);
  });

  it('gives automatic transitions entries of their own, from the hook, with the facts that decided', async () => {
    const world = await onTheLine({
      orders: [benches().inState('Released')],
      loose: [loose('M', { state: 'Completed', ...DONE })],
    });
    const asked = { requestId: 'r-1', correlationId: 'c-7', actor: 'bob' };
    await world.askMaterials('Assign', ['M'], { order: 'PO' }, asked);
    await world.askMaterials('MoveNext', ['M'], { to: at('Saw') }, asked);
    expect(await lines(world)).to.deep.equal([
      'Assign',
      'Start',
      'Complete',
      'Assign committed 0',
      'Start committed 1',
      'Complete committed 2',
      'MoveNext',
      'ReturnToProgress',
      'MoveNext committed 6',
      'ReturnToProgress committed 7',
    ]);
    const [, start, complete, , started, completed] = await entriesOf(world);
    for (const entry of [start, complete, started, completed]) {
      expect(entry).to.deep.include({ ...asked, door: 'hook', order: 'PO' });
    }
    expect(start?.facts).to.deep.equal({ 'material.name': 'M' });
    expect(complete?.facts).to.include({ 'order.completedQuantity': '10', 'order.quantity': '10' });
    expect(completed?.details).to.deep.include({
      from: { state: 'InProgress', universalState: 'Active' },
      to: { state: 'Completed', universalState: 'Active' },
    });
  });

  it('holds also what is about no order', async () => {
    const world = await onTheLine({ loose: [loose('M')] });
    await world.whenMaterial('MoveNext', 'M').allows();
    await world.whenMaterial('MoveNext', 'nobody').refuses('OW_MATERIAL_UNKNOWN');
    const entries = (await world.door.journal({ limit: 100 })).filter(
      ({ operation }) => operation === 'MoveNext',
    );
    expect(entries.map(({ order, outcome }) => [order, outcome])).to.deep.equal([
      [null, null],
      [null, 'committed'],
      [null, null],
    ]);
  });

  it('verifies once it is sealed', async () => {
    const world = await onTheLine({ orders: [benches().inState('Released').having('InProgress', SAW)] });
    await world.askMaterials('MoveNext', ['PO-M1', 'nobody'], {}, { atomic: true });
    await world.askMaterials('MoveNext', ['PO-M1']);
    await world.door.sealJournal();
    await world.askMaterials('Ship', ['PO-M1'], { facility: 'Customer' });
    const { entries, ...verified } = await world.door.verifyJournal();
    expect(verified).to.deep.include({ ok: true, problems: [], seals: 1 });
    expect(entries).to.equal((await world.door.journal({ limit: 1000 })).length);
  });

  it('shows nothing of a dry run', async () => {
    const world = await onTheLine({ orders: [benches().inState('Released').having('InProgress', SAW)] });
    await world.askMaterials('MoveNext', ['PO-M1'], {}, { dryRun: true });
    expect(await entriesOf(world)).to.deep.equal([]);
  });
});
