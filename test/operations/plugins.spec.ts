import { expect } from 'chai';
import { describe, it } from 'mocha';
import { join } from 'node:path';
import { aFolder, dump } from './folder.js';
import { anOrder, failureOf, given, said } from './given.js';
import { aPlugin, withPlugins, type PluginParts } from './plugin-files.js';

const PRE = 'ProductionOrder.Release.Pre';
const POST = 'ProductionOrder.Release.Post';

/** A folder with one third party's plugin `guest`, let in by its configuration. */
const guest = (parts: PluginParts, config = {}) =>
  aFolder({ ...aPlugin('guest', parts), ...withPlugins(['guest'], config) });
const pre = (body: string, config = {}) =>
  guest(
    { manifest: { hooks: [PRE] }, code: `{ pre: { '${PRE}': async (context) => { ${body} } } }` },
    config,
  );
const post = (body: string, more: PluginParts = {}) =>
  guest({
    ...more,
    manifest: { hooks: [POST] },
    code: `{ post: { '${POST}': async (context) => { ${body} } } }`,
  });
const late = { plannedStart: '2020-07-09', plannedEnd: '2020-07-03' };

/** What hangs would not have answered by then, on whatever machine. */
const PATIENCE_MS = 15_000;

describe("[operation] a plugin's Pre hook", () => {
  it('refuses and warns beside the rules, and is journalled with them', async () => {
    const folder = pre(`
      const violation = { rule: null, title: 'Guest', conditions: [], fix: [] };
      return { violations: [{ ...violation, code: 'GUEST_NO', message: context.snapshot.order.name }],
               warnings: [{ ...violation, code: 'GUEST_HM', message: context.operation + ' by ' + context.actor }] };`);
    const world = await given(anOrder(), { folder });
    const row = await world
      .when('Release', 'PO', { input: late })
      .refuses('OW_RULE_REFUSED release/planned-start-before-planned-end', 'GUEST_NO');
    expect(row.violations[1]?.message).to.equal('PO');
    expect(row.warnings.map(({ code, message }) => `${code} ${message}`)).to.deep.equal([
      'GUEST_HM Release by ann',
    ]);
    const [entry] = await world.door.journal({ order: 'PO', limit: 10 });
    expect(entry?.verdict?.violations.map(said)).to.include('GUEST_NO');
  });

  it('knows whether anything will be applied', async () => {
    const folder = pre(`return { warnings: [{ code: 'DRY', message: String(context.dryRun) }] };`);
    const world = await given(anOrder(), { folder });
    const dry = await world.when('Release', 'PO', { dryRun: true }).allows();
    const run = await world.when('Release').allows();
    expect([dry.warnings[0]?.message, run.warnings[0]?.message]).to.deep.equal(['true', 'false']);
  });

  it('is completed where it leaves out what a violation has', async () => {
    const folder = pre(`return { violations: [{ code: 'GUEST_NO', message: 'No.' }] };`);
    const world = await given(anOrder(), { folder });
    const row = await world.when('Release').refuses('GUEST_NO');
    expect(row.violations[0]).to.deep.equal({
      code: 'GUEST_NO',
      rule: null,
      title: 'The plugin guest',
      message: 'No.',
      conditions: [],
      fix: [],
    });
  });

  it('that throws refuses with its message, beside every rule that refuses', async () => {
    const world = await given(anOrder(), { folder: pre(`throw new Error('no connection');`) });
    const row = await world
      .when('Release', 'PO', { input: late })
      .refuses('OW_RULE_REFUSED release/planned-start-before-planned-end', 'OW_PLUGIN_FAILED');
    expect(row.violations[1]?.message).to.equal('The plugin guest failed: no connection');
    const [entry] = await world.door.journal({ order: 'PO', limit: 10 });
    expect(entry?.facts).to.include.keys('order.plannedStart', 'order.plannedEnd');
  });

  it('that throws before it gives a promise refuses too', async () => {
    const code = `{ pre: { '${PRE}': () => { throw 'a text'; } } }`;
    const world = await given(anOrder(), { folder: guest({ manifest: { hooks: [PRE] }, code }) });
    const row = await world.when('Release').refuses('OW_PLUGIN_FAILED');
    expect(row.violations[0]?.message).to.include('a text');
  });

  for (const nonsense of [
    `'yes'`,
    '42',
    'true',
    '[]',
    `[{ code: 'GUEST_NO', message: 'No.' }]`,
    '{ allowed: false }',
    `{ violations: 'none' }`,
    '{ violations: [null] }',
    `{ violations: [{ code: 'GUEST_NO' }] }`,
    '{ warnings: [5] }',
  ]) {
    it(`that answers ${nonsense} refuses`, async () => {
      const world = await given(anOrder(), { folder: pre(`return ${nonsense};`) });
      await world.when('Release').refuses('OW_PLUGIN_FAILED');
    });
  }

  for (const nothing of ['', 'return null;', 'return {};', 'return { violations: [] };']) {
    it(`that says nothing (${nothing || 'no return'}) allows`, async () => {
      const world = await given(anOrder(), { folder: pre(nothing) });
      await world.when('Release').allows('Released');
    });
  }

  it('that refuses is only noted where the operation is observed', async () => {
    const folder = pre(`throw new Error('no connection');`, { operations: { Release: { mode: 'observe' } } });
    const world = await given(anOrder(), { folder });
    const row = await world.when('Release').row();
    expect(row).to.include({ allowed: true, state: 'Released' });
    expect(row.violations.map(said)).to.deep.equal(['OW_PLUGIN_FAILED']);
  });

  it('is not the end of the others of the collection', async () => {
    const folder = pre(`if (context.snapshot.order.name === 'A') throw new Error('not A');`);
    const world = await given(anOrder('A'), anOrder('B'), { folder });
    const { orders } = await world.ask('Release', ['A', 'B']);
    expect(orders.map(({ allowed }) => allowed)).to.deep.equal([false, true]);
  });

  it('is heard about what another operation would be refused for', async () => {
    const folder = pre(`return { warnings: await context.preconditions('Close') };`);
    const world = await given(anOrder(), { folder });
    const row = await world.when('Release').allows();
    expect(row.warnings.map(said)).to.deep.equal(['OW_RULE_REFUSED close/completed-reaches-minimum']);
  });
});

describe('[operation] the time budget', () => {
  const hanging = (settings: object) =>
    pre('await new Promise(() => {});', { operations: { Release: { timeBudgetMs: 60, ...settings } } });

  it('refuses where no verdict has come in time', async () => {
    const world = await given(anOrder(), anOrder('Q'), { folder: hanging({}) });
    const begun = performance.now();
    const row = await world.when('Release').refuses('OW_TIME_BUDGET');
    expect(performance.now() - begun).to.be.lessThan(PATIENCE_MS);
    expect(row.violations[0]?.message).to.include('60 ms');
    expect(await world.stateOf()).to.equal('Created Active');
    await world.when('Change', 'Q', { input: { priority: 1 } }).allows();
  });

  it('allows with a warning where the operation is set to it', async () => {
    const world = await given(anOrder(), { folder: hanging({ whenUnavailable: 'allow' }) });
    const row = await world.when('Release').allows('Released');
    expect(row.warnings.map(said)).to.deep.equal(['OW_TIME_BUDGET']);
    const [entry] = await world.door.journal({ order: 'PO', limit: 10 });
    expect(entry?.verdict?.warnings.map(said)).to.deep.equal(['OW_TIME_BUDGET']);
  });

  it('never allows what the state model forbids', async () => {
    const world = await given(anOrder().inState('Closed'), { folder: hanging({ whenUnavailable: 'allow' }) });
    await world.when('Release').refuses('OW_STATE_NOT_ALLOWED');
  });

  it('only notes it where the operation is observed', async () => {
    const world = await given(anOrder(), { folder: hanging({ mode: 'observe' }) });
    expect(await world.when('Release').row()).to.include({ allowed: true, state: 'Released' });
  });

  it('does not hear what a hook says afterwards', async () => {
    const body = `await new Promise((done) => setTimeout(done, 120)); await context.session.sql('mes_ProductionOrder').update({ Priority: 9 });`;
    const world = await given(anOrder(), {
      folder: pre(body, { operations: { Release: { timeBudgetMs: 20 } } }),
    });
    await world.when('Release').refuses('OW_TIME_BUDGET');
    await new Promise((done) => setTimeout(done, 200));
    expect((await world.door.order('PO')).priority).to.not.equal(9);
  });
});

describe("[operation] a plugin's Post hook", () => {
  const migrations = {
    '20260101090000_create_guest_note': `await knex.schema.createTable(names.table('orderwright.GuestNote'), (table) => table.string('Text'));`,
  };
  const note = `await context.session.sql(context.session.table('orderwright.GuestNote')).insert({ Text: context.snapshot.order.name + ' ' + context.snapshot.order.state });`;
  const inFile = async (folder: string, ...orders: ReturnType<typeof anOrder>[]) => {
    const file = join(folder, 'plant.db');
    const world = await given(...orders, { folder, database: `sqlite:${file}` });
    return { world, notes: () => dump(file).orderwright_GuestNote };
  };

  it('writes its own table in the same transaction, and reports what it did', async () => {
    const folder = post(
      `${note} return { effect: { noted: 1 }, warnings: [{ code: 'GUEST_HM', message: 'Noted.' }] };`,
      {
        migrations,
      },
    );
    const { world, notes } = await inFile(folder, anOrder());
    const row = await world.when('Release').allows('Released');
    expect(row.effects).to.deep.include({ guest: { noted: 1 } });
    expect(row.warnings.map(said)).to.deep.equal(['GUEST_HM']);
    expect(notes()).to.deep.equal([{ Text: 'PO Released' }]);
    const outcome = (await world.door.journal({ order: 'PO', limit: 10 })).find(
      ({ outcome }) => outcome === 'committed',
    );
    expect(outcome?.details?.effects).to.deep.include({ guest: { noted: 1 } });
  });

  it('is undone with its operation, in a dry run and in an atomic collection', async () => {
    const { world, notes } = await inFile(post(note, { migrations }), anOrder());
    await world.when('Release', 'PO', { dryRun: true }).allows('Released');
    expect(notes()).to.deep.equal([]);
    await world.ask('Release', ['PO', 'unknown'], { atomic: true });
    expect(notes()).to.deep.equal([]);
  });

  it('that throws undoes its own order alone, and the others of the collection go on', async () => {
    const body = `${note} if (context.snapshot.order.name === 'B') throw new Error('disk full');`;
    const { world, notes } = await inFile(
      post(body, { migrations }),
      anOrder('A'),
      anOrder('B'),
      anOrder('C'),
    );
    const { orders } = await world.ask('Release', ['A', 'B', 'C']);
    expect(orders.map(({ name, allowed, state }) => [name, allowed, state])).to.deep.equal([
      ['A', true, 'Released'],
      ['B', false, 'Created'],
      ['C', true, 'Released'],
    ]);
    expect(orders[1]?.violations.map(said)).to.deep.equal(['OW_PLUGIN_FAILED']);
    expect(await world.stateOf('B')).to.equal('Created Active');
    expect(notes()).to.deep.equal([{ Text: 'A Released' }, { Text: 'C Released' }]);
    const told = await world.door.journal({ order: 'B', limit: 10 });
    expect(told.some(({ outcome }) => outcome === 'committed')).to.equal(false);
    expect(told.at(-1)?.outcome).to.equal('rolled back');
  });

  for (const nonsense of [
    `'done'`,
    '[]',
    `{ warnings: 'none' }`,
    '{ effect: 5 }',
    '{ effect: { count: 1n } }',
    '{ done: true }',
  ]) {
    it(`that answers ${nonsense} undoes its order`, async () => {
      const world = await given(anOrder(), { folder: post(`return ${nonsense};`) });
      await world.when('Release').refuses('OW_PLUGIN_FAILED');
      expect(await world.stateOf()).to.equal('Created Active');
    });
  }

  it('performs other operations on the order, one after the other, in the same transaction', async () => {
    const body = `
      const changed = await context.perform('Change', { priority: 1 });
      const started = await context.perform('Start');
      return { effect: { done: [changed.allowed, started.allowed, started.state] } };`;
    const world = await given(anOrder(), { folder: post(body) });
    const row = await world.when('Release').allows('InProgress');
    expect(row.effects).to.deep.include({ guest: { done: [true, true, 'InProgress'] } });
    expect(await world.stateOf()).to.equal('InProgress Active');
    const entries = await world.door.journal({ order: 'PO', limit: 20 });
    expect(
      entries.filter(({ of }) => of === null).map(({ operation, door }) => `${operation} ${door}`),
    ).to.deep.equal(['Release in-process', 'Change hook', 'Start hook']);
    expect(new Set(entries.map(({ correlationId }) => correlationId)).size).to.equal(1);
  });

  it('shows the next plugin the order as it is by then', async () => {
    const files = {
      ...aPlugin('first', {
        manifest: { hooks: [POST] },
        code: `{ post: { '${POST}': async (context) => { await context.perform('Start'); } } }`,
      }),
      ...aPlugin('second', {
        manifest: { hooks: [POST], dependencies: { first: '^1.0.0' } },
        code: `{ post: { '${POST}': async (context) => ({ effect: { seen: context.snapshot.order.state } }) } }`,
      }),
      ...withPlugins(['second', 'first']),
    };
    const world = await given(anOrder(), { folder: aFolder(files) });
    const row = await world.when('Release').allows('InProgress');
    expect(row.effects).to.deep.include({ second: { seen: 'InProgress' } });
  });

  it('is told what another operation would come to, which applies nothing', async () => {
    const body = `const { allowed, state } = await context.evaluate('Start'); return { effect: { allowed, state } };`;
    const world = await given(anOrder(), { folder: post(body) });
    const row = await world.when('Release').allows('Released');
    expect(row.effects).to.deep.include({ guest: { allowed: true, state: 'Released' } });
  });
});

describe("[operation] a plugin's facts", () => {
  const rule = {
    id: 'release/guest-is-at-home',
    title: 'The guest is at home',
    severity: 'refuse',
    mode: 'enforce',
    message: 'At home: {guest.atHome}.',
    conditions: { all: [{ fact: 'guest.atHome', operator: 'greaterThan', value: '0.5' }] },
    examples: [
      { facts: { 'guest.atHome': '0.6' }, verdict: 'allowed' },
      { facts: { 'guest.atHome': '0.5' }, verdict: 'refused' },
    ],
  };
  const facts = (given: string, name = 'guest.atHome') =>
    guest({
      manifest: {
        facts: [{ name, type: 'decimal', meaning: 'How much', changedBy: ['Invite'] }],
      },
      code: `{ facts: async (context) => { return ${given}; } }`,
      rules: { 'release/guest-is-at-home.json': rule },
    });

  it('are tested by its rules and journalled', async () => {
    const folder = facts(`{ 'guest.atHome': context.snapshot.order.name === 'A' ? '0.75' : '0.25' }`);
    const world = await given(anOrder('A'), anOrder('B'), { folder });
    await world.when('Release', 'A').allows('Released');
    const row = await world.when('Release', 'B').refuses('OW_RULE_REFUSED release/guest-is-at-home');
    expect(row.violations[0]?.message).to.equal('At home: 0.25.');
    expect(row.violations[0]?.fix[0]).to.include({ fact: 'guest.atHome', operation: 'Invite' });
    const [entry] = await world.door.journal({ order: 'A', limit: 10 });
    expect(entry?.facts).to.include({ 'guest.atHome': '0.75' });
  });

  for (const [given_, code] of [
    ['{}', 'OW_RULE_UNDETERMINED'],
    [`{ 'guest.atHome': { much: true } }`, 'OW_RULE_EVALUATION'],
    [`{ 'guest.atHome': 'very' }`, 'OW_RULE_EVALUATION'],
    ['null', 'OW_PLUGIN_FAILED'],
    ['undefined', 'OW_PLUGIN_FAILED'],
    [`'x'`, 'OW_PLUGIN_FAILED'],
    [`(() => { throw new Error('asleep') })()`, 'OW_PLUGIN_FAILED'],
  ] as const) {
    it(`refuse with ${code} where they are ${given_}`, async () => {
      const world = await given(anOrder(), { folder: facts(given_) });
      await world.when('Release').refuses(code);
      const { orders } = await world.door.explain({ operation: 'Release', order: 'PO' });
      expect(orders[0]).to.include({ allowed: false });
    });
  }

  it("do not change the kernel's", async () => {
    const world = await given(anOrder(), {
      folder: facts(`{ 'guest.atHome': '1', 'order.plannedEnd': '1999-01-01T00:00:00Z' }`),
    });
    await world.when('Release').allows('Released');
  });
});

describe("[operation] a plugin's facts in completion", () => {
  const complete = (answer: string, timeBudgetMs = 5000) =>
    guest(
      {
        manifest: {
          facts: [{ name: 'guest.isDone', type: 'boolean', meaning: 'Done', changedBy: 'fixed' }],
        },
        code: `{ facts: async () => { ${answer} } }`,
        rules: {
          'complete/guest-is-done.json': {
            id: 'complete/guest-is-done',
            title: 'The guest is done',
            severity: 'refuse',
            mode: 'enforce',
            message: 'Not done.',
            conditions: { all: [{ fact: 'guest.isDone', operator: 'equal', value: true }] },
            examples: [
              { facts: { 'guest.isDone': true }, verdict: 'allowed' },
              { facts: { 'guest.isDone': false }, verdict: 'refused' },
            ],
          },
        },
      },
      { operations: { Unterminate: { timeBudgetMs, whenUnavailable: 'allow' } } },
    );
  const canceled = anOrder().inState('Canceled', 'Terminated').having('Completed');

  it('refuse Unterminate where they are needed and do not come', async () => {
    const failing = await given(canceled, { folder: complete(`throw new Error('asleep');`) });
    await failing.when('Unterminate').refuses('OW_PLUGIN_FAILED');
    const hanging = await given(canceled, { folder: complete('await new Promise(() => {});', 50) });
    await hanging.when('Unterminate').refuses('OW_TIME_BUDGET');
    expect(await hanging.stateOf()).to.equal('Canceled Terminated');
  });

  it('decide of it where they come', async () => {
    const done = await given(canceled, { folder: complete(`return { 'guest.isDone': true };`) });
    await done.when('Unterminate').allows('Completed');
    const open = await given(canceled, { folder: complete(`return { 'guest.isDone': false };`) });
    await open.when('Unterminate').allows('InProgress');
  });

  it('undo a change where they fail once it is made', async () => {
    const world = await given(anOrder().inState('InProgress'), {
      folder: complete(`throw new Error('asleep');`),
    });
    await world.when('Change', 'PO', { input: { quantity: '5' } }).refuses('OW_PLUGIN_FAILED');
    expect((await world.door.order('PO')).quantities).to.include({ quantity: '10' });
  });
});

describe("[operation] a plugin's operation", () => {
  const operation = (decide: string) =>
    guest({
      manifest: {
        operations: [
          {
            name: 'Greet',
            word: 'greet',
            title: 'greet',
            input: { type: 'object', additionalProperties: false },
          },
        ],
      },
      code: `{ operations: [{ name: 'Greet', async decide(context) { ${decide} } }] }`,
    });

  it('is asked for by its name and its word, and its rules are asked', async () => {
    const folder = operation(`return { violations: [], warnings: [], answer: { greeting: 'Hello' } };`);
    const world = await given(anOrder(), { folder });
    expect(await world.when('greet').allows('Created')).to.include({ greeting: 'Hello' });
  });

  for (const broken of [
    `throw new Error('no voice');`,
    `return { violations: [], warnings: [], apply() { throw new Error('no voice'); } };`,
    `return undefined;`,
  ]) {
    it(`refuses where its code is broken: ${broken}`, async () => {
      const world = await given(anOrder(), anOrder('Q'), { folder: operation(broken) });
      const { orders } = await world.ask('Greet', ['PO', 'unknown']);
      expect(orders.map(({ violations }) => violations.map(said))).to.deep.equal([
        ['OW_PLUGIN_FAILED'],
        ['OW_ORDER_UNKNOWN'],
      ]);
      expect((await world.door.order('PO')).name).to.equal('PO');
    });
  }
});

describe("[operation] a plugin's routes and commands", () => {
  const folder = () =>
    guest(
      {
        manifest: {
          commands: [{ name: 'guest list', description: 'lists' }],
          routes: [{ method: 'GET', path: '/guests/{name}', permission: 'Guest.Show' }],
          settings: {
            greeting: { schema: { type: 'string' }, default: 'Hello' },
            limit: { schema: { type: 'integer' }, default: 3 },
          },
        },
        code: `{
          commands: { 'guest list': async ({ arguments: given, perform, read, now }) => {
            const released = await perform({ operation: 'Release', orders: [given.order] });
            const seen = await read(async ({ orders }) => [...(await orders.load([given.order])).values()][0].order.state);
            return { document: { orders: released.orders, seen, now }, title: settings.greeting };
          } },
          routes: { 'GET /guests/{name}': async ({ request }) => ({ hello: request.params.name, by: request.actor, settings }) },
        }`,
      },
      {},
    );

  it('are called by the names in the manifest, with its settings, and act through the same operations', async () => {
    const world = await given(anOrder(), { folder: folder() });
    const asked = { arguments: { order: 'PO' }, options: {}, input: {}, actor: 'ann' };
    const { document, title } = await world.door.command('guest list', {
      ...asked,
      now: '2020-07-01T00:00:00Z',
    });
    expect(title).to.equal('Hello');
    expect(document).to.include({ seen: 'Released', now: '2020-07-01T00:00:00Z' });
    expect(await world.stateOf()).to.equal('Released Active');
    const [entry] = await world.door.journal({ order: 'PO', limit: 1 });
    expect(entry).to.include({ actor: 'ann', operation: 'Release' });
    const request = { params: { name: 'Bo' }, query: {}, body: null, actor: 'ann', correlationId: '1' };
    expect(await world.door.route('GET /guests/{name}', request)).to.deep.equal({
      hello: 'Bo',
      by: 'ann',
      settings: { greeting: 'Hello', limit: 3 },
    });
  });

  it('are unknown where no plugin brings them', async () => {
    const world = await given(anOrder(), { folder: folder() });
    const request = { params: {}, query: {}, body: null, actor: 'ann', correlationId: '1' };
    const given_ = { arguments: {}, options: {}, input: {} };
    for (const name of ['guest drop', 'constructor', 'toString', '__proto__']) {
      expect(await failureOf(world.door.command(name, given_))).to.include({ code: 'OW_COMMAND_UNKNOWN' });
      expect(await failureOf(world.door.route(name, request))).to.include({ code: 'OW_COMMAND_UNKNOWN' });
    }
  });

  it('of the step synchronization synchronize an order', async () => {
    const world = await given(anOrder());
    const request = {
      params: { name: 'PO' },
      query: { dryRun: 'true' },
      body: {},
      actor: 'ann',
      correlationId: '1',
    };
    const answer = await world.door.route('POST /production-orders/{name}/steps/synchronize', request);
    expect((answer.orders as { name: string }[])[0]).to.include({ name: 'PO', allowed: false });
  });
});
