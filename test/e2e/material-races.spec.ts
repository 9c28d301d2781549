import { expect } from 'chai';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { createOrderwright, type JsonObject } from '../../src/index.js';
import { ended, Template, type Workplace } from './command-line.js';

const NAMES = Array.from({ length: 120 }, (_, index) => `N${index}`);
const KILLS = 6;
const [SAW, ASSEMBLE] = ['Line:A:1/Saw:1', 'Line:A:1/Assemble:1'] as const;

const order = (name: string, quantity: string): JsonObject => ({
  name,
  product: 'Bench',
  quantity,
  units: 'pcs',
  state: 'InProgress',
});
const material = (name: string, productionOrder: string, quantity: string): JsonObject => ({
  name,
  product: 'Bench',
  quantity,
  units: 'pcs',
  productionOrder,
  flowPath: SAW,
  state: 'InProgress',
});

const template = new Template({
  steps: [
    { name: 'Saw', units: 'pcs' },
    { name: 'Assemble', units: 'pcs', marksProductCompletion: true },
  ],
  flows: [{ name: 'Line', items: [{ step: 'Saw' }, { step: 'Assemble' }] }],
  products: [{ name: 'Bench', units: 'pcs', flowPath: SAW }],
  productionOrders: [order('01', '30'), order('02', '12')],
  materials: [
    ...['M1', 'M2', 'M3'].map((name) => material(name, '01', '10')),
    ...NAMES.map((name) => material(name, '02', '0.1')),
  ],
});
let place: Workplace;

describe('[e2e] processes that change materials', function () {
  this.timeout(60_000);

  before(() => template.prepare());
  after(() => {
    template.remove();
  });
  beforeEach(() => {
    place = template.copy();
  });
  afterEach(() => {
    place.remove();
  });

  it('of one order at the same time lose nothing', async () => {
    const words = [
      ...['-0.1', '-0.2', '+0.4'].map((by) => ['adjust', 'M1', by, '--reason', 'counted']),
      ['split', 'M1', '1'],
      ['split', 'M1', '2'],
      ['move', 'M2'],
      ['expand', 'M3', '3'],
    ];
    await Promise.all(words.map((some) => place.done('material', ...some)));
    const { quantities, materials, state } = await place.done('order', '01');
    expect(quantities).to.include({ inProgress: '20.1', completed: '10' });
    expect(materials.find(({ name }) => name === 'M1')?.quantity).to.equal('7.1');
    expect(materials).to.have.length(8);
    expect(state).to.equal('InProgress');
    const open = materials.filter(
      ({ state: now, universalState }) => now === 'InProgress' && universalState === 'Active',
    );
    const names = open.map(({ name }) => name as string);
    const halves = [names.slice(0, 3), names.slice(3)];
    await Promise.all(halves.map((half) => place.done('material', 'move', ...half)));
    const complete = await place.done('order', '01');
    expect(complete.state).to.equal('Completed');
    expect(complete.quantities).to.include({ inProgress: '0', completed: '30.1' });
    const { entries } = await place.done('journal', '01');
    expect(
      entries.filter(({ operation, outcome }) => operation === 'Complete' && outcome !== null),
    ).to.have.length(1);
    expect((await place.done('journal', 'verify')).ok).to.equal(true);
  });

  it(`and are killed leave a collection done or undone as a whole, ${KILLS} times`, async function () {
    this.timeout(120_000);
    const began = performance.now();
    await place.done('material', 'move', ...NAMES, '--to', ASSEMBLE);
    let whole = performance.now() - began;
    let [at, journalled] = [ASSEMBLE as string, place.dump(/JournalEntry$/)];
    for (let [time, killed] = [0, 0]; killed < KILLS; time += 1) {
      expect(time, `after ${killed} kills`).to.be.lessThan(4 * KILLS);
      const wanted = at === SAW ? ASSEMBLE : SAW;
      const child = place.start(['material', 'move', ...NAMES, '--to', wanted, '--json']);
      child.stdout!.resume();
      const started = performance.now();
      const timer = setTimeout(() => child.kill('SIGKILL'), whole * (0.3 + 0.65 * Math.random()));
      await ended(child);
      clearTimeout(timer);
      if (child.signalCode === 'SIGKILL') killed += 1;
      else whole = Math.min(whole, performance.now() - started);
      const door = await createOrderwright({ database: `sqlite:${place.database}`, folder: place.folder });
      const { state, quantities, materials } = await door.order('02');
      const verified = await door.verifyJournal();
      await door.close();
      const now = Map.groupBy(materials as JsonObject[], ({ flowPath }) => flowPath);
      expect([...now.keys()], 'all are at one step').to.have.length(1);
      const done = now.has(wanted);
      if (done) at = wanted;
      expect([state, (quantities as JsonObject).completed]).to.deep.equal(
        at === ASSEMBLE ? ['Completed', '12'] : ['InProgress', '0'],
      );
      expect(verified).to.include({ ok: true });
      const entries = place.dump(/JournalEntry$/);
      // What was not done has left nothing in the journal either.
      if (!done) expect(entries).to.deep.equal(journalled);
      journalled = entries;
    }
  });
});
