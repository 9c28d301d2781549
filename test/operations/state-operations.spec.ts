import { expect } from 'chai';
import { describe, it } from 'mocha';
import { join } from 'node:path';
import { aFolder, sqlOn } from './folder.js';
import { anOrder, given } from './given.js';

describe('[operation] Unrelease', () => {
  it('takes a release back while no material has begun', async () => {
    const world = await given(anOrder().inState('Released').having('Created').having('Created'));
    await world.when('Unrelease').allows('Created');
  });

  for (const state of ['InProgress', 'Completed', 'Delivered']) {
    it(`refuses once a material is ${state}, and names it`, async () => {
      const fields = state === 'Delivered' ? { universalState: 'Terminated' } : {};
      const world = await given(anOrder().inState('Released').having('Created').having(state, fields));
      const row = await world.when('Unrelease').refuses('OW_UNRELEASE_MATERIAL_BEGUN');
      expect(row.violations[0]?.message).to.equal(`Its materials are under way: PO-M2 is ${state}.`);
      expect(await world.stateOf()).to.equal('Released Active');
    });
  }

  it('refuses for the state and for the material at once', async () => {
    const world = await given(anOrder().inState('Created').having('InProgress'));
    await world.when('Unrelease').refuses('OW_STATE_NOT_ALLOWED', 'OW_UNRELEASE_MATERIAL_BEGUN');
  });
});

describe('[operation] Start', () => {
  it('moves a released order to InProgress, whatever its materials', async () => {
    for (const state of [null, 'Created', 'InProgress']) {
      const order = anOrder().inState('Released');
      const world = await given(state === null ? order : order.having(state));
      await world.when('Start').allows('InProgress');
    }
  });

  it('refuses a terminated order by the state model and by its rule', async () => {
    const world = await given(anOrder().inState('Released', 'Terminated'));
    const row = await world
      .when('Start')
      .refuses('OW_STATE_TERMINATED', 'OW_RULE_REFUSED start/order-is-active');
    expect(row.violations[0]?.allowedOperations).to.deep.equal(['Unterminate']);
    expect(row.violations[1]?.fix).to.deep.equal([
      { fact: 'order.universalState', value: 'Active', operation: 'Unterminate' },
    ]);
  });
});

describe('[operation] Cancel and Unterminate', () => {
  for (const [from, back] of [
    ['Released', 'Created'],
    ['InProgress', 'InProgress'],
    ['Completed', 'Completed'],
  ] as const) {
    it(`cancels from ${from}, keeps that in the row, and goes back to ${back}`, async () => {
      const folder = aFolder();
      const file = join(folder, 'plant.db');
      const world = await given(anOrder().inState(from), { folder, database: `sqlite:${file}` });
      await world.when('Cancel').allows('Canceled');
      expect(await world.stateOf()).to.equal('Canceled Terminated');
      const kept = (await world.door.journal({ order: 'PO', limit: 10 })).at(-1);
      expect(kept?.details).to.deep.include({ from: { state: from, universalState: 'Active' } });
      // The row wins over the journal: the host's own hand is the later one.
      await world.when('Unterminate').allows(back);
      expect(await world.stateOf()).to.equal(`${back} Active`);
    });

    it(`goes back to ${back} where the row says ${from}, whatever the materials show`, async () => {
      const world = await given(
        anOrder().inState('Canceled', 'Terminated').with({ canceledFrom: from }).having('InProgress'),
      );
      await world.when('Unterminate').allows(back);
    });

    it(`goes back to ${back} where the row has lost its origin and the journal knows ${from}`, async () => {
      const folder = aFolder();
      const file = join(folder, 'plant.db');
      const world = await given(anOrder().inState(from), { folder, database: `sqlite:${file}` });
      await world.when('Cancel').allows();
      sqlOn(file, `update "mes_ProductionOrder" set CanceledFrom = null`);
      await world.when('Unterminate').allows(back);
    });
  }

  it('forgets where it was canceled from once it is active again', async () => {
    const folder = aFolder();
    const file = join(folder, 'plant.db');
    const world = await given(anOrder().inState('Completed'), { folder, database: `sqlite:${file}` });
    await world.when('Cancel').allows();
    await world.when('Unterminate').allows('Completed');
    // Canceled by the host's own hand, after our Cancel was taken back: that Cancel says nothing about this one.
    sqlOn(
      file,
      `update "mes_ProductionOrder" set State = 'Canceled', UniversalState = 'Terminated', CanceledFrom = null`,
    );
    await world.when('Unterminate').allows('Created');
  });

  it('takes no Cancel for an origin that was rolled back', async () => {
    const folder = aFolder();
    const file = join(folder, 'plant.db');
    const world = await given(anOrder().inState('Completed'), { folder, database: `sqlite:${file}` });
    await world.ask('Cancel', ['PO', 'unknown'], { atomic: true });
    sqlOn(file, `update "mes_ProductionOrder" set State = 'Canceled', UniversalState = 'Terminated'`);
    await world.when('Unterminate').allows('Created');
  });

  describe('of an order whose origin nobody knows', () => {
    const canceled = anOrder().inState('Canceled', 'Terminated');

    it('goes back to Completed where completion holds', async () => {
      const world = await given(canceled.having('Completed'));
      await world.when('Unterminate').allows('Completed');
    });

    it('goes back to InProgress where a material is in progress, or some is completed', async () => {
      for (const state of ['InProgress', 'Completed']) {
        const world = await given(canceled.having(state, { quantity: '4' }));
        await world.when('Unterminate').allows('InProgress');
      }
    });

    it('goes back to Created where nothing has begun', async () => {
      for (const order of [canceled, canceled.having('Created')]) {
        const world = await given(order);
        await world.when('Unterminate').allows('Created');
      }
    });
  });
});

describe('[operation] Close', () => {
  const completed = anOrder().inState('Completed');

  it('closes an order that is made, and reopens it as Completed', async () => {
    const world = await given(completed.having('Completed'));
    await world.when('Close').allows('Closed');
    expect(await world.stateOf()).to.equal('Closed Active');
    await world.when('Reopen').allows('Completed');
  });

  it('counts decimals exactly: 0.1 + 0.2 is 0.3', async () => {
    const order = completed.with({ quantity: '0.3' });
    const exact = await given(
      order.having('Completed', { quantity: '0.1' }).having('Completed', { quantity: '0.2' }),
    );
    await exact.when('Close').allows('Closed');
    const short = await given(
      order.having('Completed', { quantity: '0.1' }).having('Completed', { quantity: '0.1999999999' }),
    );
    const row = await short.when('Close').refuses('OW_RULE_REFUSED close/completed-reaches-minimum');
    expect(row.violations[0]?.conditions[0]).to.include({ actual: '0.2999999999', expected: '0.3' });
  });

  const tolerant = completed.with({
    quantity: '1.1',
    overDeliveryTolerance: '0.1',
    underDeliveryTolerance: '0.1',
  });
  for (const [made, reason] of [
    ['0.9899999999', 'close/completed-reaches-minimum'],
    ['0.99', null],
    ['1.21', null],
    ['1.2100000001', 'close/completed-within-maximum'],
  ] as const) {
    it(`${reason === null ? 'takes' : 'refuses'} ${made} of 1.1 with tolerances of 10 %`, async () => {
      const world = await given(tolerant.having('Completed', { quantity: made }));
      if (reason === null) await world.when('Close').allows('Closed');
      else await world.when('Close').refuses(`OW_RULE_REFUSED ${reason}`);
    });
  }

  it('refuses with a material in progress, accounting or not, and lists all that is amiss', async () => {
    const world = await given(completed.having('InProgress', { accounts: false }));
    await world
      .when('Close')
      .refuses(
        'OW_RULE_REFUSED close/completed-reaches-minimum',
        'OW_RULE_REFUSED close/no-material-in-progress',
      );
  });

  it('counts a delivered material, and none that was terminated otherwise', async () => {
    const delivered = await given(completed.having('Delivered', { universalState: 'Terminated' }));
    await delivered.when('Close').allows('Closed');
    const lost = await given(completed.having('Completed', { universalState: 'Terminated' }));
    await lost.when('Close').refuses('OW_RULE_REFUSED close/completed-reaches-minimum');
  });

  it('terminates as well, if asked, where all its materials are terminated', async () => {
    const world = await given(completed.having('Delivered', { universalState: 'Terminated' }));
    await world.when('Close', 'PO', { input: { terminate: true } }).allows('Closed');
    expect(await world.stateOf()).to.equal('Closed Terminated');
    await world.when('Reopen').refuses('OW_STATE_TERMINATED');
    await world.when('Unterminate').allows('Closed');
    await world.when('Reopen').allows('Completed');
  });

  it('stays active with a warning where a material is not terminated', async () => {
    const order = completed
      .having('Delivered', { universalState: 'Terminated' })
      .having('Created', { accounts: false });
    const world = await given(order);
    const row = await world.when('Close', 'PO', { input: { terminate: true } }).allows('Closed');
    expect(row.warnings.map(({ code }) => code)).to.deep.equal(['OW_CLOSE_NOT_TERMINATED']);
    expect(await world.stateOf()).to.equal('Closed Active');
  });
});

describe('[operation] an automatic transition', () => {
  it('completes an order in progress once a smaller quantity is made, and takes it back for a larger', async () => {
    const world = await given(anOrder().inState('InProgress').having('Completed', { quantity: '4' }));
    await world.when('Change', 'PO', { input: { quantity: '4.1' } }).allows('InProgress');
    await world.when('Change', 'PO', { input: { quantity: '4' } }).allows('Completed');
    expect(await world.stateOf()).to.equal('Completed Active');
    const moved = (await world.door.journal({ order: 'PO', limit: 20 })).at(-1);
    expect(moved?.details).to.deep.include({
      from: { state: 'InProgress', universalState: 'Active' },
      to: { state: 'Completed', universalState: 'Active' },
    });
    await world.when('Change', 'PO', { input: { quantity: '5' } }).allows('InProgress');
    expect(await world.stateOf()).to.equal('InProgress Active');
  });

  it('completes within the under-delivery tolerance once nothing more will come', async () => {
    const order = anOrder().inState('InProgress').having('Completed', { quantity: '9' });
    const world = await given(order);
    await world.when('Change', 'PO', { input: { underDeliveryTolerance: '0.1' } }).allows('Completed');
    const waiting = await given(order.having('Created', { quantity: '1' }));
    await waiting.when('Change', 'PO', { input: { underDeliveryTolerance: '0.1' } }).allows('InProgress');
  });

  it('completes an order that is started, or active again, with all of it made', async () => {
    const started = await given(anOrder().inState('Released').having('Completed'));
    await started.when('Start').allows('Completed');
    const active = await given(anOrder().inState('InProgress', 'Terminated').having('Completed'));
    await active.when('Unterminate').allows('Completed');
  });

  it('leaves a released order and a terminated one where they are', async () => {
    const world = await given(anOrder().inState('Released').having('Completed'));
    await world.when('Change', 'PO', { input: { quantity: '5' } }).allows('Released');
  });
});

describe('[operation] Terminate', () => {
  for (const state of ['Created', 'InProgress', 'Completed'] as const) {
    it(`keeps ${state}, and Unterminate gives it back`, async () => {
      const world = await given(anOrder().inState(state));
      await world.when('Terminate').allows(state);
      expect(await world.stateOf()).to.equal(`${state} Terminated`);
      await world.when('Change', 'PO', { input: { priority: 1 } }).refuses('OW_STATE_TERMINATED');
      await world.when('Unterminate').allows(state);
    });
  }
});

describe('[operation] Change', () => {
  for (const [field, value, shown] of [
    ['product', 'Table', 'Table'],
    ['priority', 'High', 1],
    ['priority', 7, 7],
    ['startDate', '2020-07-02', '2020-07-02'],
    ['startDate', null, null],
    ['dueDate', '2020-07-09T17:00', '2020-07-09T16:00:00Z'],
    ['plannedStart', '2020-07-03T08:00:00+02:00', '2020-07-03T06:00:00Z'],
    ['plannedEnd', '2020-07-08', '2020-07-08'],
    ['flowPath', 'Other:A:1/Cut:1', 'Other:A:1/Cut:1'],
    ['overDeliveryTolerance', 0.25, '0.25'],
    ['underDeliveryTolerance', '1.0', '1'],
    ['restricted', true, true],
    ['includeInPlanning', false, false],
  ] as const) {
    it(`changes ${field} to ${JSON.stringify(value)}, and nothing else`, async () => {
      const world = await given(anOrder().with({ plannedStart: '2020-07-04' }));
      const before = await world.door.order('PO');
      await world.when('Change', 'PO', { input: { [field]: value } }).allows('Created');
      const after = await world.door.order('PO');
      expect(after[field]).to.equal(shown);
      const rest = { allowed: [], blocked: [], flowPath: field === 'product' ? null : before.flowPath };
      expect({ ...after, ...rest, [field]: null }).to.deep.equal({ ...before, ...rest, [field]: null });
    });
  }

  it('changes the quantity to its shortest form', async () => {
    const world = await given(anOrder());
    await world.when('Change', 'PO', { input: { quantity: '0012.500' } }).allows();
    expect((await world.door.order('PO')).quantities).to.include({ quantity: '12.5' });
  });

  it('takes the flow path of the product where the own one is taken away', async () => {
    const world = await given(anOrder().with({ flowPath: 'Other:A:1/Cut:1' }));
    await world.when('Change', 'PO', { input: { flowPath: null } }).allows();
    expect((await world.door.order('PO')).flowPath).to.equal('Main:A:1/Cut:1');
  });

  it('refuses a product that is not there', async () => {
    const world = await given(anOrder());
    const row = await world
      .when('Change', 'PO', { input: { product: 'Chair' } })
      .refuses('OW_PRODUCT_UNKNOWN');
    expect(row.violations[0]?.message).to.include('Chair');
    expect((await world.door.order('PO')).product).to.equal('Stool');
  });

  for (const state of ['Closed', 'Canceled'] as const) {
    it(`refuses the product and the quantity of a ${state} order`, async () => {
      const world = await given(anOrder().inState(state, 'Active'));
      for (const input of [{ product: 'Table' }, { quantity: '5' }])
        await world.when('Change', 'PO', { input }).refuses('OW_STATE_NOT_ALLOWED');
      const shown = await world.door.order('PO');
      expect(shown.product).to.equal('Stool');
      expect(shown.quantities).to.include({ quantity: '10' });
    });
  }

  it('asks its rules about the flow path that the order would have', async () => {
    const rule = {
      id: 'change/flow-path-leads-to-a-step',
      title: 'The flow path leads to a step',
      severity: 'refuse',
      mode: 'enforce',
      message: '{flowPath.path}: {flowPath.problem}.',
      conditions: { all: [{ fact: 'flowPath.problem', operator: 'equal', value: null }] },
      examples: [
        { facts: {}, verdict: 'allowed' },
        { facts: { 'flowPath.problem': 'no such step' }, verdict: 'refused' },
      ],
    };
    const folder = aFolder({
      'rules/change/flow-path-leads-to-a-step.json': rule,
      'orderwright.config.json': {},
    });
    const world = await given(anOrder(), { folder });
    await world.when('Change', 'PO', { input: { flowPath: 'Nowhere:A:1/Cut:1' } }).refuses('OW_RULE_REFUSED');
    await world.when('Change', 'PO', { input: { flowPath: 'Other:A:1/Cut:1' } }).allows();
    await world.when('Change', 'PO', { input: { flowPath: null, product: 'Table' } }).allows();
  });

  it('refuses a change on what somebody else changed meanwhile, by the row version', async () => {
    const folder = aFolder();
    const file = join(folder, 'plant.db');
    const world = await given(anOrder(), { folder, database: `sqlite:${file}` });
    const versions: unknown[] = [];
    for (const priority of [1, 2]) {
      await world.when('Change', 'PO', { input: { priority } }).allows();
      versions.push(await world.door.order('PO').then(({ priority: now }) => now));
    }
    expect(versions).to.deep.equal([1, 2]);
  });
});
