import { expect } from 'chai';
import { setTimeout as wait } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { join } from 'node:path';
import { anOrder } from '../../operations/an-order.js';
import { aFolder } from '../../operations/folder.js';
import { aServer, codes, isProblem } from './a-server.js';

/** What hangs would not have answered by then, on whatever machine. */
const PATIENCE_MS = 15_000;

describe('A Pre hook over HTTP', () => {
  it('answers a verdict per order of the collection, also where it refuses', async () => {
    const server = await aServer({ orders: [anOrder('A'), anOrder('B').inState('Closed')] });
    const rows = await server.pre('Release', [{ name: 'A' }, { name: 'B' }, { name: 'nobody' }]);
    expect(rows.map(({ name, allowed, state }) => [name, allowed, state])).to.deep.equal([
      ['A', true, 'Created'],
      ['B', false, 'Closed'],
      ['nobody', false, null],
    ]);
    expect(codes(rows[1])).to.deep.equal(['OW_STATE_NOT_ALLOWED']);
    expect(codes(rows[2])).to.deep.equal(['OW_ORDER_UNKNOWN']);
  });

  it('changes nothing but the journal, which has the verdict without an outcome', async () => {
    const server = await aServer({ orders: [anOrder('A')] });
    const before = await server.door.order('A');
    await server.pre('Release', [{ name: 'A' }], {
      requestId: 'r1',
      correlationId: 'c1',
      actor: 'ann',
      input: { plannedStart: '2020-07-03' },
    });
    expect(await server.door.order('A')).to.deep.equal(before);
    const entries = await server.door.journal({ order: 'A', limit: 10 });
    expect(entries).to.have.length(1);
    expect(entries[0]).to.include({
      actor: 'ann',
      door: 'http',
      requestId: 'r1',
      correlationId: 'c1',
      operation: 'Release',
      outcome: null,
      of: null,
    });
    expect(entries[0]!.verdict).to.include({ name: 'A', allowed: true });
  });

  it('takes the values of the request before what is read', async () => {
    const server = await aServer({ orders: [anOrder('A')] });
    const late = { plannedStart: '2020-07-10', plannedEnd: '2020-07-08' };
    expect(codes((await server.pre('Release', [{ name: 'A', values: late }]))[0])).to.deep.equal([
      'release/planned-start-before-planned-end',
    ]);
    expect(
      codes((await server.pre('Release', [{ name: 'A', values: { state: 'Closed' } }]))[0]),
    ).to.deep.equal(['OW_STATE_NOT_ALLOWED']);
    const [own] = await server.pre('Release', [{ name: 'A', values: { product: 'Table' } }]);
    expect(codes(own)).to.deep.equal([]);
    const [unknown] = await server.pre('Release', [{ name: 'A', values: { product: 'Chair' } }]);
    expect(codes(unknown)).to.deep.equal(['OW_PRODUCT_UNKNOWN']);
  });

  it('refuses values that are no field of the plant file, or badly written, with their places', async () => {
    const server = await aServer({ orders: [anOrder('A')] });
    const url = '/hooks/ProductionOrder.Release/Pre';
    const values = { colour: 'red', quantity: '-1', plannedStart: 'tomorrow' };
    const problem = isProblem(
      await server.post(url, { orders: [{ name: 'A', values }] }),
      400,
      'OW_INPUT_INVALID',
    );
    expect(problem.problems.map(({ path }) => path).sort()).to.deep.equal([
      '$.orders[0].values.colour',
      '$.orders[0].values.plannedStart',
      '$.orders[0].values.quantity',
    ]);
    const twice = { orders: [{ name: 'A' }, { name: 'A' }] };
    isProblem(await server.post(url, twice), 400, 'OW_INPUT_INVALID');
    expect(await server.door.journal({ limit: 10, order: 'A' })).to.deep.equal([]);
  });

  it('takes whole orders for a Create, and creates none', async () => {
    const server = await aServer({ orders: [anOrder('A')] });
    const values = { product: 'Stool', quantity: '5', units: 'pcs' };
    const rows = await server.pre('Create', [
      { name: 'N', values },
      { name: 'A', values },
      { name: 'R', values: { ...values, state: 'Released' } },
    ]);
    expect(rows.map(({ allowed }) => allowed)).to.deep.equal([true, false, false]);
    expect(codes(rows[1])).to.deep.equal(['OW_ORDER_EXISTS']);
    expect((await server.door.orders({ limit: 10 })).orders.map(({ name }) => name)).to.deep.equal(['A']);
    const badly = { orders: [{ name: 'N', values: { product: 'Stool', quantity: '5', colour: 'red' } }] };
    isProblem(await server.post('/hooks/ProductionOrder.Create/Pre', badly), 400, 'OW_ORDERS_INVALID');
  });

  it('is found under the name that the host has for it', async () => {
    const names = {
      'ProductionOrder.Release.Pre': 'BusinessObjects.ProductionOrderCollection.Release.Pre',
      'ProductionOrder.Close.Pre': 'OnClose',
    };
    const folder = aFolder({ 'orderwright.config.json': { hookNames: names } });
    const server = await aServer({ orders: [anOrder('A')], folder });
    const orders = [{ name: 'A' }];
    const url = '/hooks/BusinessObjects.ProductionOrderCollection.Release/Pre';
    expect((await server.rows(url, { orders }))[0]!.allowed).to.equal(true);
    expect((await server.rows('/hooks/OnClose/Pre', { orders }))[0]!.allowed).to.equal(false);
    isProblem(await server.post('/hooks/OnOpen/Pre', { orders }), 404, 'OW_OPERATION_UNKNOWN');
  });

  for (const whenUnavailable of ['refuse', 'allow'] as const) {
    it(`answers ${whenUnavailable} with its code where the time budget is exceeded, and journals it`, async () => {
      const plugin = {
        name: 'slow',
        version: '1.0.0',
        description: 'a plugin that never answers',
        engine: '*',
        main: 'index.js',
        hooks: ['ProductionOrder.Release.Pre'],
      };
      const folder = aFolder({
        'orderwright.config.json': {
          operations: { Release: { timeBudgetMs: 50, whenUnavailable } },
          plugins: { slow: { folder: 'slow' } },
        },
        'slow/plugin.json': plugin,
        'slow/package.json': { type: 'module' },
        'slow/index.js': `export const plugin = () => ({ pre: { 'ProductionOrder.Release.Pre': () => new Promise(() => undefined) } });`,
      });
      const server = await aServer({ orders: [anOrder('A')], folder });
      const started = performance.now();
      const [row] = await server.pre('Release', [{ name: 'A' }]);
      expect(performance.now() - started).to.be.below(PATIENCE_MS);
      expect(row!.allowed).to.equal(whenUnavailable === 'allow');
      const said = whenUnavailable === 'allow' ? row!.warnings : row!.violations;
      expect(said.map(({ code }) => code)).to.deep.equal(['OW_TIME_BUDGET']);
      await wait(150);
      const entries = await server.door.journal({ order: 'A', limit: 10 });
      expect(entries.map(({ verdict }) => verdict?.allowed)).to.include(whenUnavailable === 'allow');
    });
  }

  it('is answered while the caller holds the database in its own transaction, and journalled after it', async () => {
    const folder = aFolder();
    const file = join(folder, 'plant.db');
    const server = await aServer({ orders: [anOrder('A')], folder, database: `sqlite:${file}` });
    await server.pre('Release', [{ name: 'A' }]);
    const host = new Database(file);
    try {
      host.exec('begin immediate');
      const started = performance.now();
      const [row] = await server.pre('Close', [{ name: 'A' }]);
      expect(performance.now() - started).to.be.below(PATIENCE_MS);
      expect(row!.allowed).to.equal(false);
      host.exec('commit');
    } finally {
      host.close();
    }
    for (
      let tries = 0;
      tries < 100 && (await server.door.journal({ order: 'A', limit: 9 })).length < 2;
      tries++
    )
      await wait(50);
    const operations = (await server.door.journal({ order: 'A', limit: 9 })).map(
      ({ operation }) => operation,
    );
    expect(operations).to.deep.equal(['Release', 'Close']);
  });

  it('gives many that come at once their own verdicts, each in the journal', async () => {
    const names = Array.from({ length: 60 }, (_, index) => `O${index}`);
    const orders = names.map((name, index) =>
      index % 2 === 0 ? anOrder(name) : anOrder(name).inState('Closed'),
    );
    const server = await aServer({ orders });
    const rows = await Promise.all(names.map(async (name) => (await server.pre('Release', [{ name }]))[0]!));
    expect(rows.map(({ name }) => name)).to.deep.equal(names);
    expect(rows.map(({ allowed }) => allowed)).to.deep.equal(names.map((_, index) => index % 2 === 0));
    expect(await server.door.journal({ limit: 1000 })).to.have.length.at.least(60);
  });
});

describe('A Post hook over HTTP', () => {
  const url = '/hooks/ProductionOrder.Release/Post';

  it('hands the event to the queue', async () => {
    const asked: unknown[] = [];
    const server = await aServer({
      orders: [anOrder('A')],
      seenAs: (door) => ({
        ...door,
        postEvents(given) {
          asked.push(given);
          const event = { id: '1', order: 'A', operation: given.operation, state: 'pending' };
          return Promise.resolve({ requestId: 'r', events: [{ ...event, attempts: 0, error: null }] });
        },
      }),
    });
    const answer = await server.post(url, { orders: [{ name: 'A' }], requestId: 'r', actor: 'ann' });
    expect(answer.status).to.equal(200);
    expect(answer.body.events).to.have.length(1);
    expect(asked[0]).to.include({ operation: 'ProductionOrder.Release', requestId: 'r', actor: 'ann' });
  });
});
