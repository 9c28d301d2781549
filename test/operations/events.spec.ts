import { expect } from 'chai';
import { describe, it } from 'mocha';
import { anOrder, failureOf } from './given.js';
import { aHost, type Host } from './host.js';
import { aPlugin, withPlugins } from './plugin-files.js';

const POST = 'ProductionOrder.Release.Post';

/** A plugin whose Post hook of Release runs this code. */
const post = (body: string, config = {}) => ({
  ...aPlugin('guest', {
    manifest: { hooks: [POST] },
    code: `{ post: { '${POST}': async (context) => { ${body} } } }`,
  }),
  ...withPlugins(['guest'], config),
});

const entriesOf = async (host: Host, order = 'PO') => {
  const entries = await host.orderwright.door.journal({ order, limit: 1000 });
  return entries.map(({ operation, door, outcome, verdict }) =>
    [operation, door, outcome ?? (verdict?.allowed === true ? 'allowed' : 'refused')].join(' '),
  );
};

describe("[operation] the host's own transaction", () => {
  it('stores one event per transition, with the operation told from the states before and after', async () => {
    const host = await aHost({}, anOrder().having('Created'));
    const states = [
      'Released',
      'Created',
      'Released',
      'InProgress',
      'Completed',
      'InProgress',
      'Completed',
      'Closed',
    ];
    for (const state of [...states, 'Completed']) host.sets({ State: state });
    host.sets({ Quantity: '20', Priority: 1 });
    host.sets({ State: 'Canceled', UniversalState: 'Terminated' });
    host.sets({ State: 'Completed', UniversalState: 'Active' });
    host.sets({ UniversalState: 'Terminated' });
    expect((await host.queue()).map((line) => line.split(' ')[0])).to.deep.equal([
      ...[
        'Release',
        'Unrelease',
        'Release',
        'Start',
        'Complete',
        'ReturnToProgress',
        'Complete',
        'Close',
        'Reopen',
      ],
      ...['Change', 'Cancel', 'Unterminate', 'Terminate'],
    ]);
  });

  it('stores events of materials under their order', async () => {
    const host = await aHost({}, anOrder().having('Created'));
    host.setsMaterial({ State: 'InProgress' });
    host.setsMaterial({ FlowPath: 'Other:A:1/Cut:1' });
    host.setsMaterial({ Quantity: '9' });
    host.setsMaterial({ State: 'Delivered', UniversalState: 'Terminated' });
    host.database.exec('delete from mes_ProductionOrderMaterial');
    expect(await host.queue()).to.deep.equal([
      'Material.MoveNext PO pending',
      'Material.MoveNext PO pending',
      'Material.AdjustQuantity PO pending',
      'Material.Ship PO pending',
      'Material.Remove PO pending',
    ]);
  });

  it('stores nothing where it is rolled back, where nothing changed, and where we import', async () => {
    const host = await aHost({}, anOrder());
    host.database.exec(`begin; update mes_ProductionOrder set State = 'Released'; rollback`);
    host.sets({ State: 'Created' });
    expect(await host.queue()).to.deep.equal([]);
  });

  it('is never failed by its triggers, also where an order comes back under its old name', async () => {
    const host = await aHost({}, anOrder());
    host.database.exec(`
      create table copy as select * from mes_ProductionOrder;
      update mes_ProductionOrder set State = 'Released';
      delete from mes_ProductionOrder;
      update copy set Id = Id + 1000;
      insert into mes_ProductionOrder select * from copy;
      update mes_ProductionOrder set State = 'Released';`);
    expect(await host.queue()).to.deep.equal([
      'Release PO pending',
      'Create PO pending',
      'Release PO pending',
    ]);
  });

  it('has our own operations among its events, as done, and nobody applies them', async () => {
    const host = await aHost({}, anOrder());
    await host.orderwright.when('Release').allows('Released');
    expect(await host.queue()).to.deep.equal(['Release PO done']);
    expect(await host.orderwright.door.dispatchEvents()).to.include({ applied: 0 });
  });
});

describe('[operation] an event of the host', () => {
  it('is evaluated afterwards where nobody asked before, and journalled as bypassed', async () => {
    const host = await aHost({}, anOrder());
    host.sets({ State: 'Released', PlannedStart: '2020-07-09', PlannedEnd: '2020-07-03' });
    await host.orderwright.door.dispatchEvents();
    expect(await host.queue()).to.deep.equal(['Release PO done']);
    expect(await entriesOf(host)).to.deep.equal(['Release event refused', 'Release event bypassed']);
    const { notices } = await host.orderwright.door.order('PO');
    expect(JSON.stringify(notices)).to.contain('release/planned-start-before-planned-end');
  });

  it('is accepted where our table forbids it, and journalled with what it broke', async () => {
    const host = await aHost({}, anOrder());
    host.sets({ State: 'Closed' });
    await host.orderwright.door.dispatchEvents();
    expect(await host.orderwright.stateOf()).to.equal('Closed Active');
    const [verdict] = await host.orderwright.door.journal({ order: 'PO', limit: 10 });
    expect(verdict?.verdict?.violations[0]?.code).to.equal('OW_HOST_MOVED');
    expect(verdict?.verdict?.violations[0]?.message).to.contain('OW_STATE_NOT_ALLOWED');
    const { notices } = await host.orderwright.door.order('PO');
    expect(JSON.stringify(notices)).to.contain('OW_HOST_MOVED');
  });

  it('moves the order that a material belongs to as far as the material has come', async () => {
    const host = await aHost({}, anOrder().inState('Released').having('Created'));
    host.setsMaterial({ State: 'InProgress' });
    await host.orderwright.door.dispatchEvents();
    expect(await host.orderwright.stateOf()).to.equal('InProgress Active');
    host.setsMaterial({ State: 'Completed' });
    await host.orderwright.door.dispatchEvents();
    expect(await host.orderwright.stateOf()).to.equal('Completed Active');
    host.setsMaterial({ State: 'InProgress' });
    await host.orderwright.door.dispatchEvents();
    expect(await host.orderwright.stateOf()).to.equal('InProgress Active');
    expect(await entriesOf(host)).to.include.members(['Start hook committed', 'Complete hook committed']);
  });

  it('runs the Post hooks of what the host did with a material, with the orders as they are after it', async () => {
    const point = 'Material.MoveNext.Post';
    const code = `{ post: { '${point}': async ({ material, orders }) => ({
      effect: { material: material.material.state, orders: orders.map(({ order }) => order.state) } }) } }`;
    const guest = aPlugin('guest', { manifest: { hooks: [point] }, code });
    const host = await aHost(
      { ...guest, ...withPlugins(['guest']) },
      anOrder().inState('Released').having('Created'),
    );
    host.setsMaterial({ State: 'InProgress' });
    await host.orderwright.door.dispatchEvents();
    const entries = await host.orderwright.door.journal({ order: 'PO', limit: 10 });
    const moved = entries.find(({ operation }) => operation === 'MoveNext');
    expect(moved?.details).to.deep.include({
      effects: { guest: { material: 'InProgress', orders: ['InProgress'] } },
    });
  });

  it('tells the hooks of a change which fields the host changed', async () => {
    const point = 'ProductionOrder.Change.Post';
    const code = `{ post: { '${point}': async ({ input }) => ({ effect: { input } }) } }`;
    const guest = aPlugin('guest', { manifest: { hooks: [point] }, code });
    const host = await aHost({ ...guest, ...withPlugins(['guest']) }, anOrder());
    host.sets({ Quantity: '20' });
    await host.orderwright.door.dispatchEvents();
    const entries = await host.orderwright.door.journal({ order: 'PO', limit: 10 });
    expect(JSON.stringify(entries.at(-1)?.details)).to.contain('"guest":{"input":{"quantity":"20"}}');
  });

  for (const [does, body, error] of [
    ['throws', `throw new Error('no')`, 'The plugin guest failed: no'],
    ['answers nonsense', `return { allowed: false }`, 'answered something else'],
    ['hangs', `await new Promise(() => {})`, 'No answer within'],
  ] as const) {
    it(`is tried again and parked with its error where a Post hook ${does}, and holds no other order back`, async () => {
      const config = { events: { attempts: 2 }, operations: { Release: { timeBudgetMs: 50 } } };
      const failing = `if (context.snapshot.order.name === 'PO') { ${body} }`;
      const host = await aHost(post(failing, config), anOrder(), anOrder('PO-2'));
      host.sets({ State: 'Released' });
      host.sets({ State: 'Released' }, 'PO-2');
      host.sets({ State: 'Created' });
      host.sets({ State: 'Released' });
      const done = await host.orderwright.door.dispatchEvents();
      expect(done).to.include({ applied: 2, retried: 1, parked: 1 });
      // Later events of the same order and hook wait behind the parked one; the others do not.
      expect(await host.queue()).to.deep.equal([
        'Release PO parked',
        'Release PO-2 done',
        'Unrelease PO done',
        'Release PO pending',
      ]);
      const [parked] = await host.events();
      expect(parked?.attempts).to.equal(2);
      expect(parked?.error).to.contain(error);
      expect(await entriesOf(host)).to.not.include('Release event bypassed');
    });
  }

  it('comes back by a retry, and then lets those behind it go', async () => {
    const host = await aHost(
      post(`if (globalThis.broken) throw new Error('no');`, { events: { attempts: 1 } }),
      anOrder(),
    );
    Object.assign(globalThis, { broken: true });
    host.sets({ State: 'Released' });
    await host.orderwright.door.dispatchEvents();
    Object.assign(globalThis, { broken: false });
    const { door } = host.orderwright;
    const [parked] = await host.events();
    expect((await failureOf(door.retryEvent('999'))).code).to.equal('OW_EVENT_UNKNOWN');
    expect(await door.retryEvent(parked!.id)).to.include({ state: 'pending', attempts: 0 });
    expect((await failureOf(door.retryEvent(parked!.id))).code).to.equal('OW_EVENT_NOT_PARKED');
    await door.dispatchEvents();
    expect(await host.queue()).to.deep.equal(['Release PO done']);
  });
});

describe('[operation] a report of a door', () => {
  const report = (host: Host, operation: string, values = {}, requestId = 'R1') =>
    host.orderwright.door.postEvents({
      operation: `ProductionOrder.${operation}`,
      orders: [{ name: 'PO', values }],
      requestId,
      actor: 'bob',
    });

  it('is applied once the row shows what it claims', async () => {
    const host = await aHost({}, anOrder());
    await report(host, 'Release');
    await host.orderwright.door.dispatchEvents();
    expect(await host.queue()).to.deep.equal(['Release PO pending']);
    host.sets({ State: 'Released' });
    await host.orderwright.door.dispatchEvents();
    expect((await host.queue()).map((line) => line.split(' ')[2])).to.deep.equal(['done', 'done']);
    const entries = await host.orderwright.door.journal({ order: 'PO', limit: 10 });
    // One transition, whoever reported it: one verdict and one outcome, in the name of who told who it was.
    expect(await entriesOf(host)).to.deep.equal(['Release event allowed', 'Release event bypassed']);
    expect(entries.map(({ actor, requestId }) => `${actor} ${requestId}`)).to.deep.equal([
      'bob R1',
      'bob R1',
    ]);
  });

  it('is one event with what the trigger has stored, also where both are claimed at once', async () => {
    const host = await aHost({}, anOrder());
    await report(host, 'Release');
    host.sets({ State: 'Released' });
    await host.orderwright.door.dispatchEvents();
    expect((await host.queue()).map((line) => line.split(' ')[2])).to.deep.equal(['done', 'done']);
    expect(await entriesOf(host)).to.deep.equal(['Release event allowed', 'Release event bypassed']);
  });

  it('is not applied a second time where the transition was applied before', async () => {
    const host = await aHost({}, anOrder());
    host.sets({ State: 'Released' });
    await host.orderwright.door.dispatchEvents();
    await report(host, 'Release');
    await host.orderwright.door.dispatchEvents();
    expect(await entriesOf(host)).to.have.length(2);
  });

  it('is dropped and journalled as rolled back where the row never shows it', async () => {
    const host = await aHost({ 'orderwright.config.json': { events: { confirmSeconds: 0 } } }, anOrder());
    await report(host, 'Release');
    await host.orderwright.door.dispatchEvents();
    expect(await host.queue()).to.deep.equal(['Release PO dropped']);
    expect(await entriesOf(host)).to.deep.equal(['Release event rolled back']);
  });

  it('does not hold back what the host has done since', async () => {
    const host = await aHost({}, anOrder());
    await report(host, 'Release');
    host.sets({ Quantity: '20' });
    await host.orderwright.door.dispatchEvents();
    expect(await host.queue()).to.deep.equal(['Release PO pending', 'Change PO done']);
  });

  it('is one event however often its request is sent', async () => {
    const host = await aHost({}, anOrder());
    const first = await report(host, 'Release');
    expect(await report(host, 'Release')).to.deep.equal(first);
    expect(await host.queue()).to.have.length(1);
  });

  it('claims what the values of the request say', async () => {
    const host = await aHost({}, anOrder());
    await report(host, 'Change', { quantity: 20 });
    await host.orderwright.door.dispatchEvents();
    expect(await host.queue()).to.deep.equal(['Change PO pending']);
    await report(host, 'Change', { quantity: '10.0' }, 'R2');
    await host.orderwright.door.dispatchEvents();
    expect(await host.queue()).to.deep.equal(['Change PO pending', 'Change PO done']);
  });

  it('is refused where its operation or its order is unknown', async () => {
    const host = await aHost({}, anOrder());
    expect((await failureOf(report(host, 'Explode'))).code).to.equal('OW_OPERATION_UNKNOWN');
    const orders = [{ name: 'PO' }, { name: 'Nobody' }];
    const asked = host.orderwright.door.postEvents({ operation: 'ProductionOrder.Release', orders });
    const { code, problems } = await failureOf(asked);
    expect([code, problems[0]?.path]).to.deep.equal(['OW_ORDER_UNKNOWN', '$.orders[1].name']);
    expect(await host.queue()).to.deep.equal([]);
  });
});

describe('[operation] reconciling', () => {
  it('stores what no door has reported, once', async () => {
    const host = await aHost({}, anOrder(), anOrder('PO-2'));
    host.database.exec(`
      create table kept as select sql from sqlite_master where name = 'mes_ProductionOrder_HookEvent_Update';
      drop trigger mes_ProductionOrder_HookEvent_Update`);
    host.sets({ State: 'Released' });
    const { events } = await host.orderwright.door.reconcileEvents();
    expect(events.map(({ operation, order }) => `${operation} ${order}`)).to.deep.equal([
      'ProductionOrder.Release PO',
    ]);
    expect(await host.orderwright.door.reconcileEvents()).to.deep.equal({ events: [] });
    await host.orderwright.door.dispatchEvents();
    expect(await host.orderwright.door.reconcileEvents()).to.deep.equal({ events: [] });
    expect(await entriesOf(host)).to.deep.equal(['Release event allowed', 'Release event bypassed']);
  });

  it('stores nothing of what waits in the queue, was applied, or is our own', async () => {
    const host = await aHost({}, anOrder().having('Created'), anOrder('PO-2'));
    await host.orderwright.when('Release', 'PO-2').allows();
    host.sets({ State: 'Released' });
    expect(await host.orderwright.door.reconcileEvents()).to.deep.equal({ events: [] });
    await host.orderwright.door.dispatchEvents();
    expect(await host.orderwright.door.reconcileEvents()).to.deep.equal({ events: [] });
  });
});

describe('[operation] a dispatcher', () => {
  it('applies what comes while it runs, is woken by a report, and finishes what it does', async () => {
    const host = await aHost({}, anOrder());
    const dispatcher = host.orderwright.door.startDispatcher({ workers: 2 });
    host.sets({ State: 'Released' });
    for (let left = 200; left > 0 && (await host.queue())[0] !== 'Release PO done'; left -= 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await dispatcher.stop();
    expect(await host.queue()).to.deep.equal(['Release PO done']);
    expect(dispatcher.statistics()).to.include({ applied: 1, retries: 0, outage: null });
    expect(await host.orderwright.door.queueDepth()).to.include({ pending: 0, claimed: 0, parked: 0 });
  });

  it('takes over what a dispatcher held that died, also where the clock was set back since', async () => {
    for (const ahead of [-1, 3_600_000]) {
      const host = await aHost({}, anOrder());
      host.sets({ State: 'Released' });
      host.database
        .prepare(`update orderwright_HookEvent set State = 'claimed', ClaimedBy = 'dead', ClaimedUntil = ?`)
        .run(Date.now() + ahead);
      await host.orderwright.door.dispatchEvents();
      expect(await host.queue()).to.deep.equal(['Release PO done']);
    }
  });

  it('does not wait for a back-off that only a clock set back has made long', async () => {
    const host = await aHost({}, anOrder());
    host.sets({ State: 'Released' });
    host.database.prepare(`update orderwright_HookEvent set AvailableAt = ?`).run(Date.now() + 3_600_000);
    await host.orderwright.door.dispatchEvents();
    expect(await host.queue()).to.deep.equal(['Release PO done']);
  });

  it('leaves to another what that one holds', async () => {
    const host = await aHost({}, anOrder());
    host.sets({ State: 'Released' });
    host.sets({ State: 'Created' });
    const held = Date.now() + 15_000;
    host.database
      .prepare(
        `update orderwright_HookEvent set State = 'claimed', ClaimedBy = 'alive', ClaimedUntil = ? where Operation like '%.Release'`,
      )
      .run(held);
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 200);
    expect(await host.orderwright.door.dispatchEvents(stop.signal)).to.include({ applied: 0 });
    expect(await host.queue()).to.deep.equal(['Release PO claimed', 'Unrelease PO pending']);
  });
});
