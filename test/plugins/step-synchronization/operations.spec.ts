import { expect } from 'chai';
import { afterEach, describe, it } from 'mocha';
import type { JsonObject, OrderwrightError } from '../../../src/index.js';
import {
  aMaterial,
  anOrder,
  aProduct,
  codes,
  counts,
  FIRST,
  NOW,
  plantFile,
  quantities,
  Shop,
  stepOf,
  type Row,
} from '../../e2e/shop.js';

const opened: Shop[] = [];

async function open(plant?: JsonObject, config?: JsonObject): Promise<Shop> {
  const shop = await Shop.open(plant, config);
  opened.push(shop);
  return shop;
}

afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

function steps(change: (step: JsonObject) => JsonObject): JsonObject {
  return { steps: (plantFile().steps as JsonObject[]).map((step) => ({ ...step, ...change(step) })) };
}

/** The same steps with another size of Bake. */
const bakeIn = (size: number) =>
  steps(({ name }): JsonObject => (name === 'Bake' ? { productionOrderStepSize: size } : {}));

const orders = (...names: string[]) => plantFile({ productionOrders: names.map((name) => anOrder(name)) });

const effectOf = (row: Row) => row.effects?.['step-synchronization'];

async function refusal(work: Promise<unknown>): Promise<OrderwrightError> {
  return work.then(
    () => expect.fail('it was not refused'),
    (error: unknown) => error as OrderwrightError,
  );
}

describe('[operation] what Synchronize builds', () => {
  it('cuts the quantity by the size in force and again at a step with a size of its own', async () => {
    const row = await (await open()).synchronize();
    expect(quantities(row.steps)).to.deep.equal(['Cut 20 20 20 20 20', 'Drill 20 20 20 20 20', 'Bake 50 50']);
    expect(row.dependencies).to.have.length(5 + 6);
    const intoFirstBake = row.dependencies.filter(({ to }) => to === stepOf(row.steps, 'Bake').id);
    expect(intoFirstBake.map(({ from }) => from)).to.have.members(
      [1, 2, 3].map((batch) => stepOf(row.steps, 'Drill', batch).id),
    );
  });

  it('makes the remainder a batch, with decimals exact', async () => {
    const shop = await open(plantFile({ productionOrders: [anOrder('01', { quantity: '20.3' })] }));
    const row = await shop.synchronize();
    expect(quantities(row.steps)).to.deep.equal(['Cut 20 0.3', 'Drill 20 0.3', 'Bake 20.3']);
  });

  it('builds a material from its own step on, and the rest of the quantity from the start', async () => {
    const shop = await open(plantFile({ materials: [aMaterial('M1')] }));
    const row = await shop.synchronize();
    expect(quantities(row.steps)).to.deep.equal([
      'M1 Drill 20 10',
      'M1 Bake 30',
      'Cut 20 20 20 10',
      'Drill 20 20 20 10',
      'Bake 50 20',
    ]);
    const sources = new Map(row.steps.map(({ id, source }) => [id, source]));
    for (const { from, to } of row.dependencies) expect(sources.get(from)).to.equal(sources.get(to));
  });

  it('leaves out materials that are completed, and makes new steps for what was scrapped', async () => {
    const completed = { flowPath: 'Line:A:1/Bake:1', state: 'Completed', quantity: '40' };
    const shop = await open(plantFile({ materials: [aMaterial('M1', completed), aMaterial('M2')] }));
    const before = await shop.synchronize();
    expect(quantities(before.steps).filter((line) => /^(M1|Cut)/.test(line))).to.deep.equal(['Cut 20 10']);
    await shop.import({ materials: [aMaterial('M2', { universalState: 'Terminated' })] }, true);
    const after = await shop.synchronize();
    expect(quantities(after.steps)).to.deep.equal(['Cut 20 20 20', 'Drill 20 20 20', 'Bake 50 10']);
    expect(after.diff.remove.map(({ reason }) => reason)).to.include(
      'removed: material M2 is no longer to be made for the order',
    );
  });

  it('counts materials in other units, and leaves out those that do not account for the order', async () => {
    const product = aProduct({ unitConversions: [{ from: 'box', to: 'pcs', factor: '12' }] });
    const materials = [
      aMaterial('M1', { quantity: '2', units: 'box' }),
      aMaterial('M2', { accounts: false }),
    ];
    const row = await (await open(plantFile({ products: [product], materials }))).synchronize();
    expect(quantities(row.steps)).to.deep.equal([
      'M1 Drill 20 4',
      'M1 Bake 24',
      'Cut 20 20 20 16',
      'Drill 20 20 20 16',
      'Bake 50 26',
    ]);
  });

  it('tells a material named rest from the rest', async () => {
    const shop = await open(plantFile({ materials: [aMaterial('rest')] }));
    const row = await shop.synchronize();
    expect(new Set(row.steps.map(({ id }) => id)).size).to.equal(row.steps.length);
    expect(counts(await shop.synchronize())).to.include({
      keep: row.steps.length,
      change: 0,
      add: 0,
      remove: 0,
    });
  });

  it('tells equal steps in sub-flows that come again by their correlation ids', async () => {
    const flows = [
      {
        name: 'Line',
        items: [{ flow: 'Wash' }, { step: 'Cut' }, { flow: 'Wash', correlationId: 'last' }, { flow: 'Wash' }],
      },
      { name: 'Wash', revision: 'A', effective: false, items: [{ step: 'Bake' }] },
      { name: 'Wash', revision: 'B', items: [{ step: 'Drill' }, { step: 'Drill' }] },
    ];
    const shop = await open(plantFile({ flows, products: [aProduct({ flowPath: 'Line:A:1/Cut:1' })] }));
    const { steps: built } = await shop.synchronize();
    const paths = [...new Set(built.map(({ flowPath, position }) => `${position} ${flowPath}`))];
    expect(paths).to.deep.equal([
      '3 Line:A:1/Cut:1',
      '4 Line:A:1/Wash:B:last/Drill:1',
      '5 Line:A:1/Wash:B:last/Drill:2',
      '6 Line:A:1/Wash:B:3/Drill:1',
      '7 Line:A:1/Wash:B:3/Drill:2',
    ]);
  });

  it('passes over a later step in another mode, with a warning', async () => {
    const shop = await open(
      plantFile(
        steps(({ name }) => (name === 'Drill' ? { productionOrderSchedulingMode: 'ProductionOrder' } : {})),
      ),
    );
    const row = await shop.synchronize();
    expect(quantities(row.steps)).to.deep.equal(['Cut 20 20 20 20 20', 'Bake 50 50']);
    expect(row.warnings.map(({ code }) => code)).to.deep.equal(['OW_SYNCHRONIZE_STEPS_SKIPPED']);
    expect(row.dependencies).to.have.length(6);
  });

  it('gives the same ids in a dry run and in the run after it, and the dry run writes nothing', async () => {
    const shop = await open();
    const dry = await shop.perform('Synchronize', '01', {}, true);
    expect((await shop.order()).steps).to.deep.equal([]);
    const run = await shop.synchronize();
    expect(dry.steps).to.deep.equal(run.steps);
    expect(dry.dependencies).to.deep.equal(run.dependencies);
    expect(dry.diff).to.deep.equal(run.diff);
    expect(await shop.order()).to.deep.include({ steps: run.steps });
  });
});

describe('[operation] the five preconditions of Synchronize', () => {
  const noFlowPath = { products: [aProduct({ flowPath: null })] };
  const cases: [claim: string, plant: JsonObject, rule: string, message: RegExp, actual: unknown][] = [
    [
      'the order is terminated',
      { productionOrders: [anOrder('01', { universalState: 'Terminated' })] },
      'synchronize/order-is-open',
      /^Order 01 is Created and Terminated; steps are synchronized only/,
      'Terminated',
    ],
    [
      'the order is closed',
      { productionOrders: [anOrder('01', { state: 'Closed' })] },
      'synchronize/order-is-open',
      /^Order 01 is Closed and Active/,
      'Closed',
    ],
    ['there is no flow path', noFlowPath, 'synchronize/flow-path-assigned', /no usable flow path/, null],
    [
      'the facility is not the flow path’s',
      { productionOrders: [anOrder('01', { facility: 'Plant B' })] },
      'synchronize/facility-matches-flow-path',
      /^Facility Plant B is not Plant A, the facility of flow path Line:A:1\/Cut:1\.$/,
      'Plant B',
    ],
    [
      'the step has another scheduling mode',
      steps(() => ({ productionOrderSchedulingMode: 'ProductionOrder' })),
      'synchronize/step-is-scheduled-by-material',
      /^Step Line:A:1\/Cut:1 has the production order scheduling mode ProductionOrder and the step size 20/,
      'ProductionOrder',
    ],
    [
      'the step has no size',
      steps(() => ({ productionOrderStepSize: null })),
      'synchronize/step-is-scheduled-by-material',
      /and the step size (none|null)/,
      null,
    ],
    [
      'the product is not in the schedule',
      { products: [aProduct({ includeInSchedule: false })] },
      'synchronize/product-is-in-schedule',
      /^Product Panel has include in schedule false and scheduling mode ProductionOrder/,
      false,
    ],
    [
      'the product has another scheduling mode',
      { products: [aProduct({ schedulingMode: 'Material' })] },
      'synchronize/product-is-in-schedule',
      /scheduling mode Material; it needs true and ProductionOrder\.$/,
      'Material',
    ],
  ];
  for (const [claim, plant, rule, message, actual] of cases) {
    it(`refuses where ${claim}, with the rule and the value`, async () => {
      const shop = await open(plantFile(plant));
      const row = await shop.synchronize();
      expect(row.allowed).to.equal(false);
      const violation = row.violations.find((found) => found.rule === rule);
      expect(violation, codes(row).join()).to.not.equal(undefined);
      expect(violation?.message).to.match(message);
      expect(violation?.conditions.map((condition) => condition.actual)).to.include(actual);
      if (plant !== noFlowPath) expect(codes(row)).to.deep.equal([rule]);
      expect((await shop.order()).steps).to.deep.equal([]);
    });
  }

  it('tests the step rule where a material starts, too', async () => {
    const shop = await open(
      plantFile({
        ...steps(({ name }) => (name === 'Drill' ? { productionOrderSchedulingMode: null } : {})),
        materials: [aMaterial('M1')],
      }),
    );
    const row = await shop.synchronize();
    expect(codes(row)).to.deep.equal(['synchronize/step-is-scheduled-by-material']);
    expect(row.violations[0]?.message).to.match(/^Step Line:A:1\/Drill:1 has/);
  });

  it('refuses an order that is not there', async () => {
    expect(codes(await (await open()).synchronize('02'))).to.deep.equal(['OW_ORDER_UNKNOWN']);
  });

  it('takes an order of every open state', async () => {
    const states = ['Created', 'Released', 'InProgress', 'Completed'];
    const planned = { plannedStart: '2026-12-01', plannedEnd: '2026-12-02' };
    const productionOrders = states.map((state) => anOrder(state, { state, ...planned }));
    const shop = await open(plantFile({ productionOrders }));
    for (const state of states) expect((await shop.synchronize(state)).allowed, state).to.equal(true);
  });
});

describe('[operation] synchronization on Create, Release and Start', () => {
  it('runs on Release and not on Create or Start by default', async () => {
    const shop = await open();
    const created = await shop.create(anOrder('02'));
    expect([created.allowed, created.effects]).to.deep.equal([true, undefined]);
    const released = await shop.perform('Release', '02');
    expect(effectOf(released)).to.include({ synchronize: 'run', allowed: true });
    expect((await shop.order('02')).steps).to.have.length(12);
    expect((await shop.perform('Start', '02')).effects).to.equal(undefined);
  });

  for (const operation of ['Create', 'Release', 'Start']) {
    for (const how of ['run', 'suggest', 'off']) {
      it(`obeys ${how} on ${operation}`, async () => {
        const off = { Create: 'off', Release: 'off', Start: 'off' };
        const shop = await open(undefined, { synchronizeOn: { ...off, [operation]: how } });
        const rows = {
          Create: await shop.create(anOrder('02')),
          Release: await shop.perform('Release', '02'),
          Start: await shop.perform('Start', '02'),
        };
        for (const [name, row] of Object.entries(rows)) {
          expect(row.allowed).to.equal(true);
          const said = effectOf(row);
          if (name !== operation || how === 'off') expect(said, name).to.equal(undefined);
          else {
            expect(said).to.include({ synchronize: how, allowed: true });
            expect(said?.steps).to.have.length(12);
          }
        }
        const { steps: stored } = await shop.order('02');
        expect(stored).to.have.length(how === 'run' ? 12 : 0);
        if (how !== 'suggest') return;
        const suggested = effectOf(rows[operation as keyof typeof rows])?.steps;
        expect((await shop.synchronize('02')).steps).to.deep.equal(suggested);
      });
    }
  }

  it('runs for no order that is not in planning, and for no product that is not in the schedule', async () => {
    const shop = await open(
      plantFile({
        products: [aProduct(), aProduct({ name: 'Spare', includeInSchedule: false })],
        productionOrders: [
          anOrder('01', { includeInPlanning: false, facility: 'Plant B' }),
          anOrder('02', { product: 'Spare', facility: 'Plant B' }),
        ],
      }),
    );
    for (const name of ['01', '02']) {
      const row = await shop.perform('Release', name);
      expect([row.allowed, row.warnings, row.effects], name).to.deep.equal([true, [], undefined]);
      expect((await shop.order(name)).steps).to.deep.equal([]);
    }
  });

  it('synchronizes an order out of planning by hand, which is always possible', async () => {
    const shop = await open(plantFile({ productionOrders: [anOrder('01', { includeInPlanning: false })] }));
    expect((await shop.synchronize()).allowed).to.equal(true);
  });

  it('warns on Release of preconditions that do not hold, and releases without steps', async () => {
    const shop = await open(plantFile({ productionOrders: [anOrder('01', { facility: 'Plant B' })] }));
    const row = await shop.perform('Release');
    expect([row.allowed, row.state]).to.deep.equal([true, 'Released']);
    expect(row.warnings.map(({ rule }) => rule)).to.deep.equal(['synchronize/facility-matches-flow-path']);
    expect(effectOf(row)).to.include({ allowed: false });
    expect((await shop.order()).steps).to.deep.equal([]);
  });

  it('refuses Release for preconditions that do not hold where the setting says so', async () => {
    const shop = await open(plantFile({ productionOrders: [anOrder('01', { facility: 'Plant B' })] }), {
      plugins: { 'step-synchronization': { preconditions: 'refuse' } },
    });
    const row = await shop.perform('Release');
    expect([row.allowed, row.state]).to.deep.equal([false, 'Created']);
    expect(codes(row)).to.deep.equal(['synchronize/facility-matches-flow-path']);
  });

  it('preserves on an automatic run as soon as a step is started', async () => {
    const shop = await open(undefined, { synchronizeOn: { Start: 'run' } });
    await shop.perform('Release');
    await shop.stepDone('StartStep', await shop.step('Cut'));
    const row = await shop.perform('Start');
    expect(effectOf(row)).to.include({ allowed: true });
    expect(await shop.step('Cut')).to.include({ state: 'Started' });
  });
});

describe('[operation] a Synchronize that finds steps', () => {
  it('does nothing where nothing changed, and the run before can still be undone', async () => {
    const shop = await open();
    await shop.synchronize();
    await shop.perform('Change', '01', { quantity: '60' });
    await shop.synchronize();
    for (const mode of ['replace', 'preserve']) {
      expect(counts(await shop.synchronize('01', { mode }))).to.deep.equal({
        keep: 8,
        change: 0,
        add: 0,
        remove: 0,
      });
    }
    const undone = await shop.undo();
    expect(undone.allowed, JSON.stringify(undone.violations)).to.equal(true);
    expect(quantities((await shop.order()).steps)).to.deep.equal([
      'Cut 20 20 20 20 20',
      'Drill 20 20 20 20 20',
      'Bake 50 50',
    ]);
  });

  it('says of each step why it is changed, added or removed', async () => {
    const shop = await open();
    await shop.synchronize();
    await shop.perform('Change', '01', { quantity: '90' });
    const less = await shop.synchronize();
    expect(counts(less)).to.deep.equal({ keep: 9, change: 3, add: 0, remove: 0 });
    const [cut] = less.diff.change;
    expect(cut?.changes).to.deep.equal([{ field: 'quantity', from: '20', to: '10' }]);
    expect(cut?.reason).to.equal(
      'the remaining quantity is now 90 pcs (was 100) in 5 batches, batch 5 is 10 (was 20)',
    );
    await shop.perform('Change', '01', { quantity: '60' });
    const least = await shop.synchronize();
    expect(least.diff.remove).to.have.length(4);
    expect(least.diff.remove[0]?.reason).to.match(
      /batch 4 no longer exists since the remaining quantity is now 60/,
    );
  });

  it('refuses to replace started and finished steps, and discards them when told', async () => {
    const shop = await open();
    const { steps: built } = await shop.synchronize();
    await shop.stepDone('StartStep', stepOf(built, 'Cut', 1));
    await shop.stepDone('StartStep', stepOf(built, 'Cut', 2));
    await shop.stepDone('FinishStep', stepOf(built, 'Cut', 2));
    const refused = await shop.synchronize();
    expect(codes(refused)).to.deep.equal(['OW_SYNCHRONIZE_STARTED']);
    expect(refused.violations[0]?.message).to.match(/2 of the order's 12 steps are started, finished/);
    expect(refused.violations[0]?.message).to.match(/\nMaybe .*--mode preserve.*--discard-started/);
    expect(await shop.step('Cut', 2)).to.include({ state: 'Finished' });
    const discarded = await shop.synchronize('01', { discardStarted: true });
    expect(counts(discarded)).to.deep.equal({ keep: 10, change: 2, add: 0, remove: 0 });
    expect(await shop.step('Cut', 2)).to.include({ state: 'Planned', actualStart: null, actualEnd: null });
  });

  it('preserves what is started, finished or changed by hand', async () => {
    const shop = await open();
    const { steps: built } = await shop.synchronize();
    await shop.stepDone('StartStep', stepOf(built, 'Cut', 1));
    await shop.stepDone('StartStep', stepOf(built, 'Cut', 2));
    await shop.stepDone('FinishStep', stepOf(built, 'Cut', 2));
    await shop.perform('ChangeStep', '01', { step: stepOf(built, 'Cut', 3).id, quantity: '19.5' });
    await shop.perform('Change', '01', { quantity: '90' });
    const row = await shop.synchronize('01', { mode: 'preserve' });
    expect(stepOf(row.steps, 'Cut', 1)).to.include({ state: 'Started', actualStart: NOW });
    expect(stepOf(row.steps, 'Cut', 2)).to.include({ state: 'Finished', actualEnd: NOW });
    expect(stepOf(row.steps, 'Cut', 3)).to.include({ quantity: '19.5', manual: true });
    expect(stepOf(row.steps, 'Cut', 5)).to.include({ quantity: '10', state: 'Planned' });
    const reasons = row.diff.keep.map(({ reason }) => reason);
    expect(reasons).to.include('kept: started on the shop floor');
    expect(reasons).to.include('kept: changed by hand to 19.5 pcs');
    const replaced = await shop.synchronize('01', { mode: 'replace', discardStarted: true });
    expect(stepOf(replaced.steps, 'Cut', 3)).to.include({ quantity: '20', manual: false });
  });

  it('refuses a mode that there is not, with its path', async () => {
    const shop = await open();
    const error = await refusal(shop.synchronize('01', { mode: 'merge' }));
    expect(error.code).to.equal('OW_INPUT_INVALID');
    expect(error.problems[0]?.path).to.equal('$.mode');
  });
});

describe('[operation] the undo of a Synchronize', () => {
  it('takes the first synchronization back to no steps, once', async () => {
    const shop = await open();
    await shop.synchronize();
    expect(counts(await shop.undo())).to.deep.equal({ keep: 0, change: 0, add: 0, remove: 12 });
    expect(await shop.order()).to.deep.include({ steps: [], dependencies: [] });
    expect(codes(await shop.undo())).to.deep.equal(['OW_SYNCHRONIZE_NOTHING_TO_UNDO']);
  });

  it('refuses once a step of it is started or changed by hand', async () => {
    const shop = await open();
    const { steps: built } = await shop.synchronize();
    await shop.perform('ChangeStep', '01', { step: stepOf(built, 'Drill').id, quantity: '21' });
    await shop.stepDone('StartStep', stepOf(built, 'Cut'));
    const refused = await shop.undo();
    expect(codes(refused)).to.deep.equal(['OW_SYNCHRONIZE_UNDO_STARTED', 'OW_SYNCHRONIZE_UNDO_CHANGED']);
    expect(refused.violations[0]?.message).to.match(/Line:A:1\/Cut:1 batch 1/);
    expect((await shop.order()).steps).to.have.length(12);
  });

  it('brings back a dependency on another order that the run had removed', async () => {
    const shop = await open(orders('01', '02'));
    for (const name of ['01', '02']) await shop.synchronize(name);
    const [last, first] = [await shop.step('Drill', 5), await shop.step('Cut', 1, '02')];
    await shop.depend(last, first, '02');
    await shop.perform('Change', '01', { quantity: '80' });
    expect((await shop.synchronize()).dependenciesRemoved).to.have.length(1);
    const undone = await shop.undo();
    expect(undone.allowed, JSON.stringify(undone.violations)).to.equal(true);
    const back = { from: last.id, to: first.id, manual: true };
    for (const name of ['01', '02']) expect((await shop.order(name)).dependencies).to.deep.include(back);
    expect((await shop.synchronize('02')).dependencies).to.deep.include(back);
  });

  it('refuses to bring back a dependency on a step that is gone', async () => {
    const shop = await open(orders('01', '02'));
    for (const name of ['01', '02']) await shop.synchronize(name);
    await shop.depend(await shop.step('Drill', 5), await shop.step('Cut', 5, '02'), '02');
    for (const name of ['01', '02']) {
      await shop.perform('Change', name, { quantity: '80' });
      await shop.synchronize(name);
    }
    expect(codes(await shop.undo())).to.deep.equal(['OW_SYNCHRONIZE_UNDO_CHANGED']);
  });

  it('refuses a circle that its dependencies would close through two other orders', async () => {
    const shop = await open(orders('01', '02', '03'));
    await shop.import(
      steps(({ name }): JsonObject => (name === 'Cut' ? { productionOrderStepSize: 30 } : {})),
      true,
    );
    for (const name of ['01', '02', '03']) await shop.synchronize(name);
    const [second, third] = [await shop.step('Cut', 1, '02'), await shop.step('Cut', 1, '03')];
    await shop.perform('Change', '01', { quantity: '150' });
    await shop.synchronize();
    // Batch 4 of Drill, 90 to 120, goes into batches 2 and 3 of Bake.
    await shop.depend(await shop.step('Bake', 3), second, '02');
    await shop.perform('Change', '01', { quantity: '95' });
    await shop.synchronize();
    await shop.depend(second, third, '03');
    await shop.depend(third, await shop.step('Drill', 4), '01');
    const before = await shop.order();
    expect(codes(await shop.undo())).to.deep.equal(['OW_SYNCHRONIZE_CYCLE']);
    expect(await shop.order()).to.deep.equal(before);
  });

  it('does not give a canceled order steps again', async () => {
    const shop = await open();
    await shop.perform('Release');
    // Nothing is left to be made: the last synchronization removes every step.
    const whole = { quantity: '100', flowPath: 'Line:A:1/Bake:1', state: 'Completed' };
    await shop.import({ materials: [aMaterial('M1', whole)] });
    expect(counts(await shop.synchronize())).to.deep.equal({ keep: 0, change: 0, add: 0, remove: 12 });
    expect((await shop.perform('Cancel')).allowed).to.equal(true);
    const undone = await shop.undo();
    expect(undone.allowed).to.equal(false);
    expect((await shop.order()).steps).to.deep.equal([]);
  });
});

describe('[operation] dependencies by hand', () => {
  it('keeps them by the identity of their ends in both modes, within and across orders', async () => {
    const shop = await open(orders('01', '02'));
    for (const name of ['01', '02']) await shop.synchronize(name);
    await shop.depend(await shop.step('Cut', 1), await shop.step('Cut', 2), '01');
    await shop.depend(await shop.step('Bake', 1), await shop.step('Cut', 1, '02'), '02');
    const manual = async (name: string) =>
      (await shop.order(name)).dependencies.filter((each) => each.manual);
    expect(await manual('01')).to.have.length(2);
    for (const mode of ['replace', 'preserve']) {
      await shop.perform('Change', '01', { quantity: mode === 'replace' ? '90' : '110' });
      const row = await shop.synchronize('01', { mode });
      expect(
        row.dependencies.filter((each) => each.manual),
        mode,
      ).to.have.length(2);
      await shop.synchronize('02', { mode });
      expect(await manual('01'), mode).to.have.length(2);
      expect(await manual('02'), mode).to.have.length(1);
    }
  });

  it('keeps one through a discard of started steps', async () => {
    const shop = await open();
    await shop.synchronize();
    await shop.depend(await shop.step('Cut', 1), await shop.step('Cut', 2), '01');
    await shop.stepDone('StartStep', await shop.step('Cut', 1));
    const row = await shop.synchronize('01', { discardStarted: true });
    expect(row.dependencies.filter((each) => each.manual)).to.have.length(1);
  });

  it('removes one with the reason when its step is gone', async () => {
    const shop = await open(orders('01', '02'));
    for (const name of ['01', '02']) await shop.synchronize(name);
    await shop.depend(await shop.step('Cut', 5), await shop.step('Cut', 1, '02'), '02');
    await shop.perform('Change', '01', { quantity: '80' });
    const row = await shop.synchronize();
    expect(row.dependenciesRemoved?.map(({ reason }) => reason)).to.deep.equal([
      'removed: batch 5 of the remaining quantity at Line:A:1/Cut:1 no longer exists',
    ]);
    expect((await shop.order('02')).dependencies.filter((each) => each.manual)).to.deep.equal([]);
  });

  it('takes no dependency for stored that an order before it in the same request has removed', async () => {
    const outcome = async (together: boolean) => {
      const shop = await open(orders('01', '02'));
      for (const name of ['01', '02']) await shop.synchronize(name);
      await shop.depend(await shop.step('Cut', 5), await shop.step('Cut', 1, '02'), '02');
      for (const name of ['01', '02']) await shop.perform('Change', name, { quantity: '80' });
      const names = [['01', '02']];
      const rows: Row[] = [];
      for (const asked of together ? names : names.flat().map((name) => [name])) {
        const verdict = await shop.door.perform({ operation: 'Synchronize', orders: asked, now: NOW });
        rows.push(...(verdict.orders as unknown as Row[]));
      }
      return { rows, stored: (await shop.order('02')).dependencies };
    };
    const together = await outcome(true);
    expect(together.rows[1]?.dependencies.filter((each) => each.manual)).to.deep.equal([]);
    expect(together).to.deep.equal(await outcome(false));
  });

  it('refuses a circle within an order, of one step, and across three orders', async () => {
    const shop = await open(orders('01', '02', '03'));
    for (const name of ['01', '02', '03']) await shop.synchronize(name);
    const cut = await shop.step('Cut');
    expect(codes(await shop.depend(await shop.step('Bake'), cut, '01'))).to.deep.equal([
      'OW_SYNCHRONIZE_CYCLE',
    ]);
    expect(codes(await shop.depend(cut, cut, '01'))).to.deep.equal(['OW_DEPENDENCY_CYCLE']);
    const ring = [cut, await shop.step('Cut', 1, '02'), await shop.step('Cut', 1, '03')] as const;
    expect((await shop.depend(ring[0], ring[1], '02')).allowed).to.equal(true);
    expect((await shop.depend(ring[1], ring[2], '03')).allowed).to.equal(true);
    const before = await shop.order();
    const refused = await shop.depend(ring[2], ring[0], '01');
    expect(codes(refused)).to.deep.equal(['OW_SYNCHRONIZE_CYCLE']);
    expect(refused.violations[0]?.message).to.match(/run in a circle/);
    expect(await shop.order()).to.deep.equal(before);
  });

  it('refuses a synchronization that would close a circle, within the order and through two others', async () => {
    const shop = await open(orders('01', '02', '03'));
    for (const name of ['01', '02', '03']) await shop.synchronize(name);
    // Batch 4 of Cut goes into the second batch of Bake, until all is baked at once.
    await shop.depend(await shop.step('Bake', 1), await shop.step('Cut', 4), '01');
    await shop.depend(await shop.step('Bake', 1, '02'), await shop.step('Cut', 1, '03'), '03');
    await shop.depend(await shop.step('Cut', 1, '03'), await shop.step('Cut', 4, '02'), '02');
    await shop.import(bakeIn(100), true);
    for (const name of ['01', '02']) {
      const before = await shop.order(name);
      const refused = await shop.synchronize(name);
      expect(codes(refused), name).to.deep.equal(['OW_SYNCHRONIZE_CYCLE']);
      expect(await shop.order(name)).to.deep.equal(before);
    }
    const away = { from: (await shop.step('Bake', 1)).id, to: (await shop.step('Cut', 4)).id };
    expect((await shop.perform('RemoveDependency', '01', away)).allowed).to.equal(true);
    expect((await shop.synchronize()).allowed).to.equal(true);
  });

  it('refuses one that is there, one that is not, and the removal of a built one', async () => {
    const shop = await open();
    const { dependencies, steps: built } = await shop.synchronize();
    const { from, to } = dependencies[0]!;
    expect(codes(await shop.depend({ id: from }, { id: to }, '01'))).to.deep.equal(['OW_DEPENDENCY_EXISTS']);
    expect(codes(await shop.perform('RemoveDependency', '01', { from, to }))).to.deep.equal([
      'OW_DEPENDENCY_BUILT',
    ]);
    const none = { from: stepOf(built, 'Cut').id, to: stepOf(built, 'Cut', 2).id };
    expect(codes(await shop.perform('RemoveDependency', '01', none))).to.deep.equal([
      'OW_DEPENDENCY_UNKNOWN',
    ]);
    expect(codes(await shop.depend({ id: from }, { id: 'nowhere' }, '01'))).to.deep.equal([
      'OW_STEP_UNKNOWN',
    ]);
  });
});

describe('[operation] steps on the shop floor', () => {
  it('starts and finishes a step with its times, in order only', async () => {
    const shop = await open();
    await shop.perform('Release');
    const cut = await shop.step('Cut');
    expect(codes(await shop.stepDone('FinishStep', cut))).to.deep.equal(['OW_STEP_STATE']);
    await shop.perform('StartStep', '01', { step: cut.id, at: '2026-12-02T07:00:00Z' });
    expect(codes(await shop.stepDone('StartStep', cut))).to.deep.equal(['OW_STEP_STATE']);
    const early = { step: cut.id, at: '2026-12-02T06:00:00Z' };
    expect(codes(await shop.perform('FinishStep', '01', early))).to.deep.equal(['OW_STEP_TIMES']);
    await shop.stepDone('FinishStep', cut);
    expect(await shop.step('Cut')).to.include({
      state: 'Finished',
      actualStart: '2026-12-02T07:00:00Z',
      actualEnd: NOW,
      manual: false,
    });
  });

  it('warns of a step that starts before what it waits for has ended', async () => {
    const shop = await open();
    await shop.perform('Release');
    const row = await shop.stepDone('StartStep', await shop.step('Drill'));
    expect([row.allowed, row.warnings.map(({ code }) => code)]).to.deep.equal([
      true,
      ['OW_STEP_PREDECESSOR'],
    ]);
  });

  it('takes a step of another order for unknown', async () => {
    const shop = await open(orders('01', '02'));
    await shop.synchronize();
    expect(codes(await shop.stepDone('StartStep', await shop.step('Cut'), '02'))).to.deep.equal([
      'OW_STEP_UNKNOWN',
    ]);
  });
});

describe('[operation] what becomes of steps when an order leaves the shop floor', () => {
  const leaving: [operation: string, from: JsonObject][] = [
    ['Unrelease', { state: 'Released' }],
    ['Cancel', { state: 'Released' }],
    ['Terminate', { state: 'InProgress' }],
    ['Close', { state: 'Completed' }],
  ];
  for (const [operation, from] of leaving) {
    it(`${operation} removes the unstarted ones and reports other orders' dependencies`, async () => {
      const planned = { plannedStart: '2026-12-01', plannedEnd: '2026-12-02' };
      const shop = await open(
        plantFile({
          productionOrders: [
            anOrder('01', { ...from, ...planned, underDeliveryTolerance: '1' }),
            anOrder('02'),
          ],
        }),
      );
      for (const name of ['01', '02']) await shop.synchronize(name);
      const [bake, cut] = [await shop.step('Bake', 2), await shop.step('Cut', 1, '02')];
      await shop.depend(bake, cut, '02');
      await shop.stepDone('StartStep', await shop.step('Cut'));
      const row = await shop.perform(operation);
      expect(row.allowed, JSON.stringify(row.violations)).to.equal(true);
      const said = effectOf(row);
      expect(said?.removed.steps).to.have.length(11);
      expect(said?.dependenciesOfOtherOrders).to.deep.equal([
        { from: bake.id, to: cut.id, manual: true, order: '02' },
      ]);
      expect(said?.text).to.match(/02 no longer waits for 01/);
      const after = await shop.order();
      expect(after.steps.map(({ step, state }) => [step, state])).to.deep.equal([['Cut', 'Started']]);
      expect(after.dependencies).to.deep.equal([]);
      expect((await shop.order('02')).dependencies.filter((each) => each.manual)).to.deep.equal([]);
      const entries = await shop.door.journal({ order: '01', limit: 100 });
      const journalled = entries.filter((entry) => entry.operation === operation && entry.outcome !== null);
      expect(JSON.stringify(journalled.at(-1)?.details)).to.include(bake.id);
      expect((await shop.undo()).allowed).to.equal(false);
    });
  }

  it('builds them again when the order is released again', async () => {
    const shop = await open();
    const first = effectOf(await shop.perform('Release'))?.steps.map(({ id }) => id);
    await shop.perform('Unrelease');
    expect((await shop.order()).steps).to.deep.equal([]);
    expect(effectOf(await shop.perform('Release'))?.steps.map(({ id }) => id)).to.deep.equal(first);
  });
});

describe('[operation] steps and dependencies in a plant file', () => {
  const at = (flowPath: string, parts: JsonObject = {}) => ({
    productionOrder: '01',
    source: null,
    flowPath,
    batch: 1,
    ...parts,
  });
  const step = (parts: JsonObject = {}) => ({ ...at(FIRST), quantity: '20', units: 'pcs', ...parts });

  it('have the ids that Synchronize gives, so that it keeps them', async () => {
    const drill = at('Line:A:1/Drill:1');
    const shop = await open(
      plantFile({
        materials: [aMaterial('M1')],
        productionOrderSteps: [
          step({ state: 'Started', actualStart: '2026-12-01T08:00:00Z' }),
          step({ flowPath: 'Line:A:1/Drill:1' }),
          step({ source: 'M1', flowPath: 'Line:A:1/Drill:1' }),
        ],
        productionOrderStepDependencies: [{ from: at(FIRST), to: drill }],
      }),
    );
    const imported = await shop.order();
    expect(imported.steps).to.have.length(3);
    expect(imported.dependencies).to.have.length(1);
    const row = await shop.synchronize('01', { mode: 'preserve' });
    expect(row.diff.keep.map(({ id }) => id)).to.include.members(imported.steps.map(({ id }) => id));
    expect(stepOf(row.steps, 'Cut')).to.include({ state: 'Started', actualStart: '2026-12-01T08:00:00Z' });
  });

  it('names the place of what does not resolve, and imports nothing', async () => {
    const shop = await open();
    const plant = plantFile({
      productionOrders: [anOrder('07')],
      facilities: [],
      steps: [],
      flows: [],
      products: [],
      productionOrderSteps: [
        step({ productionOrder: '07' }),
        step({ productionOrder: '07', flowPath: 'Line:A:1/Weld:1' }),
      ],
      productionOrderStepDependencies: [
        { from: at(FIRST, { productionOrder: '07' }), to: at('Line:A:1/Bake:1') },
      ],
    });
    const error = await refusal(shop.import(plant));
    expect(error.code).to.equal('OW_PLANT_INVALID');
    expect(error.problems.map(({ path }) => path)).to.deep.equal([
      '$.productionOrderSteps[1].flowPath',
      '$.productionOrderStepDependencies[0]',
    ]);
    expect((await shop.door.orders({ limit: 10 })).orders.map(({ name }) => name)).to.deep.equal(['01']);
  });

  it('replaces a step that is there', async () => {
    const shop = await open();
    await shop.synchronize();
    await shop.import({ productionOrderSteps: [step({ quantity: '7' })] }, true);
    expect(await shop.step('Cut')).to.include({ quantity: '7' });
    expect((await shop.order()).steps).to.have.length(12);
  });

  it('refuses a step that is there already, without --replace', async () => {
    const shop = await open();
    await shop.synchronize();
    const error = await refusal(shop.import({ productionOrderSteps: [step({ quantity: '7' })] }));
    expect(error.problems.map(({ path }) => path)).to.deep.equal(['$.productionOrderSteps[0]']);
    expect(await shop.step('Cut')).to.include({ quantity: '20' });
  });

  it('refuses what is in the file twice, also where one flow path is short and the other long', async () => {
    const shop = await open();
    const [short, long] = [step({ flowPath: 'Line:1/Cut:1' }), step()];
    const dependency = { from: at(FIRST), to: at('Line:A:1/Drill:1') };
    const error = await refusal(shop.import({ productionOrderSteps: [short, long] }));
    expect(error.code).to.equal('OW_PLANT_INVALID');
    expect(error.problems.map(({ path }) => path)).to.deep.equal(['$.productionOrderSteps[1]']);
    await shop.synchronize();
    const twice = await refusal(
      shop.import({ productionOrderStepDependencies: [dependency, dependency] }, true),
    );
    expect(twice.problems.map(({ path }) => path)).to.deep.equal(['$.productionOrderStepDependencies[1]']);
  });

  it('refuses a circle', async () => {
    const shop = await open();
    await shop.synchronize();
    const back = { from: at('Line:A:1/Bake:1'), to: at(FIRST), manual: true };
    const error = await refusal(shop.import({ productionOrderStepDependencies: [back] }));
    expect(error.problems.map(({ path }) => path)).to.deep.equal(['$.productionOrderStepDependencies[0]']);
    expect((await shop.synchronize()).allowed).to.equal(true);
  });
});
