import { expect } from 'chai';
import { checkOpenness } from '../../../src/adapters/http/access.js';
import { createToken } from '../../../src/adapters/http/tokens.js';
import type { JsonObject } from '../../../src/index.js';
import { DEFAULT_HTTP, type TokenEntry } from '../../../src/ports/configuration.js';
import { anOrder } from '../../operations/an-order.js';
import { aServer, codes, isProblem, type AServer } from './a-server.js';

const RELEASE = '/operations/ProductionOrder.Release';
const A = { orders: [{ name: 'A' }] };

async function aToken(name: string, permissions: string[], roles: string[] = []) {
  const { token, hash } = await createToken(name);
  const entry: TokenEntry = { name, hash, permissions, roles };
  return { entry, token, headers: { authorization: `Bearer ${token}` } };
}

async function accessOf(server: AServer): Promise<JsonObject[]> {
  const entries = await server.door.journal({ limit: 1000 });
  return entries
    .filter(({ operation, door }) => operation === 'Access' && door === 'http')
    .map(({ actor, details }) => ({ actor, ...details }));
}

describe('Access over HTTP', () => {
  it('is for everybody on this machine where no token is configured', async () => {
    const server = await aServer({ orders: [anOrder('A').with({ ownerRole: 'planners' })] });
    expect((await server.rows(RELEASE, A))[0]!.allowed).to.equal(true);
  });

  it('is refused to pages of other sites there', async () => {
    const server = await aServer({ orders: [anOrder('A')] });
    isProblem(await server.post(RELEASE, A, { origin: 'http://evil.example' }), 403, 'OW_CROSS_SITE');
    isProblem(await server.post(RELEASE, A, { host: 'evil.example' }), 403, 'OW_CROSS_SITE');
    expect(
      (await server.post(RELEASE, A, { host: 'localhost:7400', origin: 'http://localhost:7400' })).status,
    ).to.equal(200);
  });

  it('beyond this machine needs tokens or client certificates, else nothing is served', async () => {
    const { entry } = await aToken('mes', ['*']);
    for (const host of ['0.0.0.0', '::', '10.1.2.3', 'plant.example'])
      expect(() => checkOpenness({ ...DEFAULT_HTTP, host }, [])).to.throw('let anybody in');
    const certificate = { name: 'mes', hash: null, permissions: ['*'], roles: [] };
    expect(() => checkOpenness({ ...DEFAULT_HTTP, host: '0.0.0.0' }, [certificate])).to.throw(
      'let anybody in',
    );
    for (const host of ['127.0.0.1', '::1', 'localhost']) checkOpenness({ ...DEFAULT_HTTP, host }, []);
    checkOpenness({ ...DEFAULT_HTTP, host: '0.0.0.0' }, [entry]);
    const tls = { cert: 'a', key: 'b', ca: 'c' };
    checkOpenness({ ...DEFAULT_HTTP, host: '0.0.0.0', tls }, []);
  });

  it('is refused without a token and with a wrong one, and each refusal is in the journal', async () => {
    const { entry, token, headers } = await aToken('mes', ['ProductionOrder.*']);
    const server = await aServer({ orders: [anOrder('A')], tokens: [entry] });
    const missing = await server.post(RELEASE, A);
    isProblem(missing, 401, 'OW_TOKEN_MISSING');
    expect(missing.headers['www-authenticate']).to.equal('Bearer');
    for (const wrong of [`${token}x`, 'mes.', 'nobody.secret', token.slice(0, -1)])
      isProblem(await server.post(RELEASE, A, { authorization: `Bearer ${wrong}` }), 401, 'OW_TOKEN_INVALID');
    isProblem(await server.post(RELEASE, A, { authorization: 'Basic eDp5' }), 401, 'OW_TOKEN_INVALID');
    isProblem(await server.get('/nowhere'), 401, 'OW_TOKEN_MISSING');
    const refused = await accessOf(server);
    expect(refused).to.have.length(7);
    expect(refused[0]).to.include({
      actor: 'nobody',
      code: 'OW_TOKEN_MISSING',
      method: 'POST',
      path: RELEASE,
    });
    expect((await server.door.order('A')).state).to.equal('Created');
    expect((await server.rows(RELEASE, A, headers))[0]!.allowed).to.equal(true);
  });

  it('is given by permission, and a missing one is refused and journalled with its name', async () => {
    const reader = await aToken('reader', ['ProductionOrder.Show']);
    const mes = await aToken('mes', ['ProductionOrder.Release']);
    const server = await aServer({ orders: [anOrder('A')], tokens: [reader.entry, mes.entry] });
    expect((await server.get('/production-orders/A', reader.headers)).status).to.equal(200);
    isProblem(await server.get('/production-orders/A', mes.headers), 403, 'OW_PERMISSION');
    isProblem(await server.post(RELEASE, A, reader.headers), 403, 'OW_PERMISSION');
    isProblem(await server.post('/hooks/ProductionOrder.Close/Pre', A, mes.headers), 403, 'OW_PERMISSION');
    const override = { rule: 'release/planned-start-before-planned-end', reason: 'because' };
    isProblem(await server.post(RELEASE, { ...A, override }, mes.headers), 403, 'OW_PERMISSION');
    const others: [string, 'GET' | 'POST' | 'PUT'][] = [
      ['/rules', 'GET'],
      ['/rules/release%2Fx', 'PUT'],
      ['/journal', 'GET'],
      ['/metrics', 'GET'],
      ['/queue', 'PUT'],
      ['/schedule', 'POST'],
      ['/events/1/retry', 'POST'],
    ];
    for (const [url, method] of others)
      isProblem(await server.ask({ method, url, headers: mes.headers }), 403, 'OW_PERMISSION');
    const wanted = (await accessOf(server)).map(
      ({ actor, permission }) => `${actor as string} ${permission as string}`,
    );
    expect(wanted).to.deep.equal([
      'mes ProductionOrder.Show',
      'reader ProductionOrder.Release',
      'mes ProductionOrder.Close',
      'mes ProductionOrder.Release.Override',
      'mes Rules.Show',
      'mes Rules.Change',
      'mes Journal.Show',
      'mes Metrics.Show',
      'mes Queue.Change',
      'mes Schedule.Save',
      'mes Events.Retry',
    ]);
    expect((await server.get('/health')).status).to.equal(200);
  });

  it('to an order with an owner role is for members of the role, at every door of HTTP', async () => {
    const planner = await aToken('planner', ['*'], ['planners']);
    const other = await aToken('other', ['*'], ['fitters']);
    const owned = anOrder('A').with({ ownerRole: 'planners' });
    const server = await aServer({ orders: [owned, anOrder('B')], tokens: [planner.entry, other.entry] });
    const both = { orders: [{ name: 'A' }, { name: 'B' }] };
    const [mine, free] = await server.rows(RELEASE, both, other.headers);
    expect(codes(mine)).to.deep.equal(['OW_OWNER_ROLE']);
    expect(mine!.state).to.equal('Created');
    expect(free!.allowed).to.equal(true);
    const pretended = { orders: [{ name: 'A', values: { ownerRole: 'fitters' } }] };
    const [pre] = await server.rows('/hooks/ProductionOrder.Release/Pre', pretended, other.headers);
    expect(codes(pre)).to.deep.equal(['OW_OWNER_ROLE']);
    const [sync] = await server.rows('/production-orders/A/steps/synchronize', {}, other.headers);
    expect(codes(sync)).to.deep.equal(['OW_OWNER_ROLE']);
    const entries = await server.door.journal({ order: 'A', limit: 9 });
    expect(
      entries.map(({ actor, verdict }) => `${actor} ${verdict?.violations[0]?.code ?? ''}`),
    ).to.deep.equal(Array(3).fill('other OW_OWNER_ROLE'));
    expect((await server.rows(RELEASE, A, planner.headers))[0]!.allowed).to.equal(true);
  });

  it('to a place in the queue is for members of the order’s owner role, and a refusal is journalled', async () => {
    const planner = await aToken('planner', ['*'], ['planners']);
    const other = await aToken('other', ['*'], ['fitters']);
    const orders = [anOrder('A').with({ ownerRole: 'planners' }), anOrder('B'), anOrder('C')];
    const server = await aServer({ orders, tokens: [planner.entry, other.entry] });
    const put = (headers: Record<string, string>, ...names: string[]) =>
      server.ask({
        method: 'PUT',
        url: '/queue',
        headers,
        payload: { orders: names.map((name) => ({ name })) },
      });
    const refused = isProblem(await put(other.headers, 'B', 'A', 'C'), 403, 'OW_OWNER_ROLE');
    expect(refused.problems.map(({ path }) => path)).to.deep.equal(['A']);
    expect((await put(other.headers, 'A', 'C', 'B')).status).to.equal(200);
    const shown = await server.get('/queue', other.headers);
    expect((shown.body.orders as { name: string }[]).map(({ name }) => name)).to.deep.equal(['A', 'C', 'B']);
    expect(await accessOf(server)).to.deep.equal([
      { actor: 'other', code: 'OW_OWNER_ROLE', operation: 'ReorderQueue', orders: ['A'] },
    ]);
    expect((await put(planner.headers, 'C', 'A', 'B')).status).to.equal(200);
  });

  it('names the token in the journal beside the person whom the request names', async () => {
    const mes = await aToken('mes', ['*']);
    const server = await aServer({ orders: [anOrder('A')], tokens: [mes.entry] });
    await server.rows(RELEASE, { ...A, actor: 'ann' }, mes.headers);
    expect((await server.door.journal({ order: 'A', limit: 1 }))[0]!.actor).to.equal('ann (mes)');
  });

  it('is closed for a minute to an address that tries wrong tokens', async () => {
    const mes = await aToken('mes', ['*']);
    const server = await aServer({ tokens: [mes.entry] });
    const wrong = { authorization: 'Bearer mes.guess' };
    const tries = await Promise.all(Array.from({ length: 30 }, () => server.get('/rules', wrong)));
    expect(tries.filter(({ status }) => status === 429)).to.have.length(10);
  });

  it('has a limit of requests and of bodies', async () => {
    const http = { ...DEFAULT_HTTP, bodyLimit: 1024, rateLimit: { requests: 3, seconds: 60 } };
    const server = await aServer({ http });
    const payload = { orders: [{ name: 'x'.repeat(2000) }] };
    isProblem(await server.post(RELEASE, payload), 413, 'OW_BODY_TOO_LARGE');
    await server.get('/health');
    await server.get('/health');
    const limited = await server.get('/health');
    isProblem(limited, 429, 'OW_RATE_LIMIT');
    expect(Number(limited.headers['retry-after'])).to.be.within(1, 60);
  });

  it('leaves no token in log, journal or answers', async () => {
    const mes = await aToken('mes', ['ProductionOrder.Release']);
    const lines: string[] = [];
    const server = await aServer({
      orders: [anOrder('A')],
      tokens: [mes.entry],
      log: { write: (line) => lines.push(line) },
    });
    const answers = [
      await server.post(RELEASE, A, mes.headers),
      await server.get('/rules', mes.headers),
      await server.get('/rules', { authorization: `Bearer ${mes.token}x` }),
      await server.get(`/rules?token=${mes.token}`),
    ];
    const secret = mes.token.split('.')[1]!;
    const journal = JSON.stringify(await server.door.journal({ limit: 100 }));
    expect(lines).to.have.length.at.least(4);
    for (const text of [...lines, journal, ...answers.map(({ text: body }) => body)])
      expect(text).not.to.include(secret);
  });
});
