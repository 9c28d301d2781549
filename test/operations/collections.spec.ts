import SQLite from 'better-sqlite3';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { join } from 'node:path';
import { aFolder, dump } from './folder.js';
import { anOrder, given, open, said } from './given.js';

const codes = (verdict: Awaited<ReturnType<Awaited<ReturnType<typeof given>>['ask']>>) =>
  verdict.orders.map(({ name, allowed, state, violations }) =>
    [name, allowed ? 'allowed' : 'refused', state, ...violations.map(said)].join(' '),
  );

describe('[operation] a collection of orders', () => {
  const three = () =>
    given(anOrder('A'), anOrder('B').inState('Released'), anOrder("C'; drop table mes_ProductionOrder; --"));

  it('is answered with one row per order, in the order asked, an order named twice once', async () => {
    const world = await three();
    const verdict = await world.ask('Release', ["C'; drop table mes_ProductionOrder; --", 'A', 'A']);
    expect(codes(verdict)).to.deep.equal([
      "C'; drop table mes_ProductionOrder; -- allowed Released",
      'A allowed Released',
    ]);
    const { orders } = await world.door.orders({ limit: 10 });
    expect(orders.map(({ name }) => name)).to.have.length(3);
    const entries = await world.door.journal({ order: 'A', limit: 10 });
    expect(entries.map(({ outcome }) => outcome)).to.deep.equal([null, 'committed']);
  });

  it('has a row for an order that is unknown, and the others are done', async () => {
    const world = await three();
    expect(codes(await world.ask('Release', ['nobody', 'B', 'A']))).to.deep.equal([
      'nobody refused  OW_ORDER_UNKNOWN',
      'B refused Released OW_STATE_NOT_ALLOWED',
      'A allowed Released',
    ]);
    expect(await world.stateOf('A')).to.equal('Released Active');
    const entries = await world.door.journal({ order: 'nobody', limit: 10 });
    expect(entries.map(({ verdict, outcome }) => [verdict?.violations[0]?.code, outcome])).to.deep.equal([
      ['OW_ORDER_UNKNOWN', null],
    ]);
  });

  it('is answered without rows where it is empty', async () => {
    const world = await three();
    expect((await world.ask('Release', [])).orders).to.deep.equal([]);
  });

  it('is done as a whole where all are asked for and all are allowed', async () => {
    const world = await given(anOrder('A'), anOrder('B'));
    await world.ask('Release', ['A', 'B'], { atomic: true });
    expect([await world.stateOf('A'), await world.stateOf('B')]).to.deep.equal([
      'Released Active',
      'Released Active',
    ]);
  });

  it('is left undone as a whole where one is refused and all or none was asked for', async () => {
    const world = await three();
    const verdict = await world.ask('Release', ['A', 'B'], { atomic: true });
    expect(codes(verdict)).to.deep.equal([
      'A refused Created OW_ATOMIC_REFUSED',
      'B refused Released OW_STATE_NOT_ALLOWED',
    ]);
    expect(verdict.orders[0]).to.not.have.property('effects');
    expect(await world.stateOf('A')).to.equal('Created Active');
    const entries = await world.door.journal({ limit: 100 });
    const told = entries.filter(({ order }) => order !== null);
    expect(told.map(({ order, of, outcome }) => [order, of !== null, outcome])).to.deep.equal([
      ['A', false, null],
      ['B', false, null],
      ['A', true, 'rolled back'],
    ]);
  });

  it('of 1,500 names, most of them unknown, is answered in the order asked', async () => {
    const names = Array.from({ length: 1500 }, (_, index) => `PO-${(index * 7919) % 1500}`);
    const there = names.filter((_, index) => index % 10 === 0);
    const world = await given(...there.map((name) => anOrder(name).inState('Released')));
    const verdict = await world.ask('Unrelease', names);
    expect(verdict.orders.map(({ name }) => name)).to.deep.equal(names);
    const done = verdict.orders.filter(({ allowed }) => allowed).map(({ name }) => name);
    expect(done).to.deep.equal(there);
  });
});

describe('[operation] a dry run', () => {
  /** An order whose release makes production order steps. */
  const stepped = async () => {
    const folder = aFolder();
    const file = join(folder, 'plant.db');
    const world = await given(anOrder(), { folder, database: `sqlite:${file}` });
    const step = {
      name: 'Cut',
      facility: 'Lisbon',
      units: 'pcs',
      marksProductCompletion: true,
      productionOrderSchedulingMode: 'Material',
      productionOrderStepSize: 5,
    };
    const product = {
      name: 'Stool',
      units: 'pcs',
      flowPath: 'Main:A:1/Cut:1',
      includeInSchedule: true,
      schedulingMode: 'ProductionOrder',
    };
    await world.importing({ steps: [step], products: [product] }, true);
    // The first look at the rule files activates them, which no dry run is to blame for.
    await world.door.rules();
    return { world, file };
  };

  it('changes nothing at all, and answers as the run after it, with the same ids', async () => {
    const { world, file } = await stepped();
    const before = dump(file);
    const dry = await world.ask('Release', ['PO', 'unknown'], { dryRun: true });
    expect(dump(file)).to.deep.equal(before);
    const run = await world.ask('Release', ['PO', 'unknown']);
    expect(dry.orders).to.deep.equal(run.orders);
    expect(dry.ruleSet).to.equal(run.ruleSet);
    expect(JSON.stringify(run.orders[0]?.effects)).to.include('"steps"');
    const shown = await world.door.order('PO');
    const made = (shown.steps as { id: string }[]).map(({ id }) => id);
    expect(made).to.have.length(2);
    for (const id of made) expect(JSON.stringify(dry.orders[0])).to.include(id);
    expect(dump(file)).to.not.deep.equal(before);
  });

  it('answers all or none as the run after it', async () => {
    const { world, file } = await stepped();
    const before = dump(file);
    const dry = await world.ask('Release', ['PO', 'unknown'], { dryRun: true, atomic: true });
    expect(dump(file)).to.deep.equal(before);
    const run = await world.ask('Release', ['PO', 'unknown'], { atomic: true });
    expect(dry.orders).to.deep.equal(run.orders);
    expect(codes(run)).to.deep.equal([
      'PO refused Created OW_ATOMIC_REFUSED',
      'unknown refused  OW_ORDER_UNKNOWN',
    ]);
  });

  it('creates nothing, and answers as the creation after it', async () => {
    const { world, file } = await stepped();
    const before = dump(file);
    const text = JSON.stringify([
      { ...anOrder('new').fields, state: 'Released', plannedStart: '2020-07-03', plannedEnd: '2020-07-06' },
      { ...anOrder('late').fields, state: 'Released' },
      anOrder('PO').fields,
      anOrder('begun').inState('InProgress').fields,
    ]);
    const asked = { text, actor: 'ann', now: '2020-07-01T10:00:00Z' };
    const dry = await world.door.create({ ...asked, dryRun: true });
    expect(dump(file)).to.deep.equal(before);
    const run = await world.door.create(asked);
    expect(run.orders).to.deep.equal(dry.orders);
    expect(codes(run)).to.deep.equal([
      'new allowed Released',
      'late refused  OW_RULE_REFUSED create/planned-dates-when-released',
      'PO refused  OW_ORDER_EXISTS',
      'begun refused  OW_CREATE_STATE OW_RULE_REFUSED create/planned-dates-when-released',
    ]);
    expect((await world.door.orders({ limit: 9 })).orders.map(({ name }) => name)).to.deep.equal([
      'PO',
      'new',
    ]);
  });

  it('waits for the write of another, and holds nobody up meanwhile', async () => {
    const { world, file } = await stepped();
    const other = new SQLite(file);
    other.exec('begin immediate');
    const release = setTimeout(() => {
      other.exec('commit');
      other.close();
    }, 150);
    try {
      await world.when('Release', 'PO', { dryRun: true }).allows('Released');
      await world.when('Release').allows('Released');
    } finally {
      clearTimeout(release);
    }
  });

  it('lasts no longer than the answer: another door sees nothing of it', async () => {
    const { world, file } = await stepped();
    const other = await open(null, `sqlite:${file}`);
    await Promise.all([
      world.ask('Release', ['PO'], { dryRun: true }),
      other.ask('Change', ['PO'], { input: { priority: 1 } }),
    ]);
    expect(await other.stateOf()).to.equal('Created Active');
  });
});
