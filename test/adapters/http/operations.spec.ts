import { expect } from 'chai';
import { anOrder } from '../../operations/an-order.js';
import { aServer, codes, isProblem } from './a-server.js';

const RELEASE = '/operations/ProductionOrder.Release';

describe('Operations and reading over HTTP', () => {
  it('performs an operation, and with dryRun nothing of it', async () => {
    const server = await aServer({ orders: [anOrder('A')] });
    const orders = [{ name: 'A' }];
    expect((await server.rows(RELEASE, { orders, dryRun: true }))[0]!.state).to.equal('Released');
    expect((await server.door.order('A')).state).to.equal('Created');
    expect((await server.rows(RELEASE, { orders, actor: 'ann' }))[0]!.state).to.equal('Released');
    expect((await server.door.order('A')).state).to.equal('Released');
    const entries = await server.door.journal({ order: 'A', limit: 9 });
    expect(entries.map(({ door, actor }) => `${door} ${actor}`)).to.deep.equal(['http ann', 'http ann']);
  });

  it('does all of an atomic collection or nothing', async () => {
    const server = await aServer({ orders: [anOrder('A'), anOrder('B').inState('Closed')] });
    const orders = [{ name: 'A' }, { name: 'B' }];
    const rows = await server.rows(RELEASE, { orders, atomic: true });
    expect(rows.map(({ allowed }) => allowed)).to.deep.equal([false, false]);
    expect((await server.door.order('A')).state).to.equal('Created');
    expect((await server.rows(RELEASE, { orders })).map(({ allowed }) => allowed)).to.deep.equal([
      true,
      false,
    ]);
  });

  it('creates orders from whole values, with names of 400 characters and any script', async () => {
    const server = await aServer();
    const name = `${'名/%?#'.repeat(79)}.-é'x`.slice(0, 400);
    expect(name).to.have.length(400);
    const values = { product: 'Stool', quantity: '12345678.000000001', units: 'pcs' };
    const rows = await server.rows('/operations/ProductionOrder.Create', { orders: [{ name, values }] });
    expect(rows[0]!.allowed, JSON.stringify(rows[0])).to.equal(true);
    const found = await server.get(`/production-orders/${encodeURIComponent(name)}`);
    expect(found.status).to.equal(200);
    expect(found.body.name).to.equal(name);
    expect((found.body.quantities as { quantity: string }).quantity).to.equal('12345678.000000001');
    isProblem(await server.get(`/production-orders/${'x'.repeat(401)}`), 400, 'OW_REQUEST_INVALID');
  });

  it('refuses values where the order as it is decides', async () => {
    const server = await aServer({ orders: [anOrder('A')] });
    const orders = [{ name: 'A', values: { quantity: '5' } }];
    isProblem(await server.post(RELEASE, { orders }), 400, 'OW_VALUES_NOT_TAKEN');
    expect((await server.door.order('A')).state).to.equal('Created');
  });

  it('lets one order through one rule with a reason', async () => {
    const server = await aServer({ orders: [anOrder('A').with({ startDate: '2020-07-09' })] });
    const rule = 'release/planned-start-before-planned-end';
    const orders = [{ name: 'A' }];
    expect(codes((await server.rows(RELEASE, { orders }))[0])).to.deep.equal([rule]);
    const rows = await server.rows(RELEASE, { orders, override: { rule, reason: 'the customer waits' } });
    expect(rows[0]!.allowed).to.equal(true);
    isProblem(await server.post(RELEASE, { orders, override: { rule } }), 400, 'OW_REQUEST_INVALID');
  });

  it('lists in pages', async () => {
    const server = await aServer({ orders: [anOrder('A'), anOrder('B'), anOrder('C')] });
    const names = async (query: string) =>
      ((await server.get(`/production-orders${query}`)).body.orders as { name: string }[]).map(
        ({ name }) => name,
      );
    expect(await names('?limit=2')).to.deep.equal(['A', 'B']);
    expect(await names('?limit=2&after=B')).to.deep.equal(['C']);
    for (const query of ['?limit=0', '?limit=x', '?limit=1001', '?limit=1&limit=2', '?page=2', '?limit='])
      isProblem(await server.get(`/production-orders${query}`), 400, 'OW_REQUEST_INVALID');
  });

  it('takes the correlation id of the caller from header or body to answer and journal', async () => {
    const lines: string[] = [];
    const server = await aServer({ orders: [anOrder('A')], log: { write: (line) => lines.push(line) } });
    const answer = await server.post(RELEASE, { orders: [{ name: 'A' }] }, { 'x-correlation-id': 'mes-7' });
    expect(answer.headers['x-correlation-id']).to.equal('mes-7');
    const [entry] = await server.door.journal({ order: 'A', limit: 1 });
    expect(entry!.correlationId).to.equal('mes-7');
    const logged = lines.map((line) => JSON.parse(line) as { correlationId?: string; path?: string });
    expect(logged.find(({ path }) => path === RELEASE)?.correlationId).to.equal('mes-7');
    isProblem(await server.get('/health', { 'x-correlation-id': 'é'.repeat(300) }), 400, 'OW_HEADER_INVALID');
  });

  it('serves the routes that plugins bring', async () => {
    const server = await aServer({ orders: [anOrder('A'), anOrder('B')] });
    const queue = await server.get('/queue');
    expect((queue.body.orders as { name: string }[]).map(({ name }) => name)).to.deep.equal(['A', 'B']);
    const put = { orders: [{ name: 'B', priority: 2, position: 1, reschedule: null }, { name: 'A' }] };
    const moved = await server.ask({
      method: 'PUT',
      url: '/queue',
      payload: { orders: put.orders.map(({ name }) => ({ name })) },
    });
    expect(moved.status, moved.text).to.equal(200);
    expect((moved.body.orders as { name: string }[]).map(({ name }) => name)).to.deep.equal(['B', 'A']);
    isProblem(
      await server.ask({ method: 'PUT', url: '/queue', payload: { orders: [{ name: 'C' }] } }),
      400,
      'OW_INPUT_INVALID',
    );
    const sync = '/production-orders/A/steps/synchronize';
    const rows = await server.rows(`${sync}?dryRun=true`, {});
    expect(rows[0]!.name).to.equal('A');
    isProblem(await server.post(`${sync}?dryRun=1`, {}), 400, 'OW_INPUT_INVALID');
    const plan = await server.post('/schedule', { save: true });
    expect(plan.status, plan.text).to.equal(200);
    expect((await server.get('/schedule')).body.version).to.be.oneOf([plan.body.version, null]);
    isProblem(await server.post('/schedule', { sav: true }), 400, 'OW_INPUT_INVALID');
    isProblem(await server.get('/schedule/work-centers/None'), 404, 'OW_WORK_CENTER_UNKNOWN');
  });

  it('tells health and metrics', async () => {
    const server = await aServer({ orders: [anOrder('A')] });
    expect((await server.get('/health')).body.status).to.equal('ok');
    await server.pre('Release', [{ name: 'A' }]);
    const { text } = await server.get('/metrics');
    expect(text).to.match(
      /orderwright_hook_seconds_count\{operation="ProductionOrder.Release",moment="Pre"\} 1/,
    );
    expect(text).to.match(
      /orderwright_verdicts_total\{operation="ProductionOrder.Release",rule="",outcome="allowed"\} 1/,
    );
  });
});

describe('What is malformed', () => {
  const json = { 'content-type': 'application/json' };
  const asked: [string, Parameters<Awaited<ReturnType<typeof aServer>>['ask']>[0], number, string][] = [
    ['a broken percent-encoding', { url: '/production-orders/%zz' }, 400, 'OW_PATH_INVALID'],
    ['a path that is no UTF-8', { url: '/production-orders/%ff%fe' }, 400, 'OW_PATH_INVALID'],
    [
      'malformed JSON',
      { method: 'POST', url: RELEASE, headers: json, payload: '{"orders": [' },
      400,
      'OW_BODY_INVALID',
    ],
    [
      'a body that is no UTF-8',
      { method: 'POST', url: RELEASE, headers: json, payload: Buffer.from([0x22, 0xff, 0x22]) },
      400,
      'OW_BODY_INVALID',
    ],
    [
      'a number of too many digits',
      {
        method: 'POST',
        url: RELEASE,
        headers: json,
        payload: '{"orders":[{"name":"A"}],"input":{"x":1234567890123456789}}',
      },
      400,
      'OW_BODY_INVALID',
    ],
    [
      'JSON of a million levels',
      { method: 'POST', url: RELEASE, headers: json, payload: '['.repeat(900_000) },
      400,
      'OW_BODY_INVALID',
    ],
    ['no body', { method: 'POST', url: RELEASE, headers: json }, 400, 'OW_REQUEST_INVALID'],
    [
      'an unknown field',
      { method: 'POST', url: RELEASE, payload: { orders: [{ name: 'A' }], x: 1 } },
      400,
      'OW_REQUEST_INVALID',
    ],
    ['an unknown route', { url: '/nowhere' }, 404, 'OW_ROUTE_UNKNOWN'],
    [
      'a method that the path does not take',
      { method: 'DELETE', url: '/production-orders/A' },
      405,
      'OW_METHOD',
    ],
    [
      'a body that is too large',
      { method: 'POST', url: RELEASE, headers: json, payload: ' '.repeat(1_100_000) },
      413,
      'OW_BODY_TOO_LARGE',
    ],
    [
      'another media type',
      { method: 'POST', url: RELEASE, headers: { 'content-type': 'text/xml' }, payload: '<a/>' },
      415,
      'OW_MEDIA_TYPE',
    ],
    ['a missing order', { url: '/production-orders/nobody' }, 404, 'OW_ORDER_UNKNOWN'],
  ];
  for (const [what, request, status, code] of asked) {
    it(`${what} is a problem of ${status} with ${code}`, async () => {
      const server = await aServer({ orders: [anOrder('A')] });
      isProblem(await server.ask(request), status, code);
    });
  }
});
