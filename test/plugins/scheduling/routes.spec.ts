import { expect } from 'chai';
import { describe, it } from 'mocha';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { JsonObject } from '../../../src/index.js';
import { aServer, isProblem, type AServer } from '../../adapters/http/a-server.js';
import { createToken } from '../../../src/adapters/http/tokens.js';
import { aBoard, NOW, sawmill } from './plugin-office.js';

interface Effect {
  text: string;
  counts: Record<string, number>;
  orders: { name: string; text: string }[];
}

const TIGHT = { dueDate: '2020-07-06T08:50' };

async function aMill(orders: JsonObject[], parts: Parameters<typeof aServer>[0] = {}): Promise<AServer> {
  const server = await aServer({ plant: {}, now: NOW, ...parts });
  await server.door.importPlant({ text: JSON.stringify(sawmill(orders)) });
  return server;
}

async function aToken(name: string, permissions: string[], roles: string[] = []) {
  const { token, hash } = await createToken(name);
  return { entry: { name, hash, permissions, roles }, headers: { authorization: `Bearer ${token}` } };
}

const named = (...names: string[]) => ({ orders: names.map((name) => ({ name })) });

async function ask(server: AServer, url: string): Promise<JsonObject> {
  const { status, body, text } = await server.get(url);
  expect(status, text).to.equal(200);
  return body;
}

async function put(server: AServer, url: string, payload: JsonObject): Promise<JsonObject> {
  const { status, body, text } = await server.ask({ method: 'PUT', url, payload });
  expect(status, text).to.equal(200);
  return body;
}

describe('The routes of a planner’s chart', () => {
  it('preview a queue: what the plan would be otherwise, with nothing changed', async () => {
    const server = await aMill([aBoard('A', TIGHT), aBoard('B', TIGHT), aBoard('C')]);
    const before = await ask(server, '/queue');
    const preview = await put(server, '/queue?dryRun=true', named('B', 'A'));
    const rows = preview.orders as { name: string; position: number }[];
    expect(rows.map(({ name, position }) => `${position} ${name}`)).to.deep.equal(['1 B', '2 A', '3 C']);
    const effect = preview.effect as unknown as Effect;
    expect(effect.orders.map(({ text }) => text)).to.deep.equal([
      'Order B ends 20 min earlier, 2020-07-06 08:30.',
      'Order A ends 20 min later, 2020-07-06 08:50.',
    ]);
    expect(effect.counts).to.include({ earlier: 1, later: 1, unchanged: 1 });
    expect(preview.plannedAt).to.equal(NOW);
    expect(await ask(server, '/queue')).to.deep.equal(before);
    const journal = await server.door.journal({ limit: 100 });
    expect(journal.map(({ operation }) => operation)).to.not.include('ReorderQueue');
  });

  it('preview what the change itself then comes to', async () => {
    const names = ['A', 'B', 'C', 'D', 'E'];
    const server = await aMill(names.map((name) => aBoard(name)));
    await server.post('/schedule', { save: true });
    const queue = named('E', 'C', 'A', 'B', 'D');
    const { effect } = await put(server, '/queue?dryRun=true', queue);
    await put(server, '/queue', queue);
    await server.post('/schedule', {});
    const { counts, text } = await ask(server, '/schedule/differences');
    expect({ counts, text }).to.deep.equal({
      counts: (effect as unknown as Effect).counts,
      text: (effect as unknown as Effect).text,
    });
    expect((await put(server, '/queue?dryRun=true&limit=2', named(...names))).effect)
      .to.have.property('orders')
      .with.length(2);
  });

  it('refuse a preview as the change would be refused', async () => {
    const planner = await aToken('planner', ['Queue.Change'], ['planners']);
    const other = await aToken('other', ['Queue.Change'], ['fitters']);
    const reader = await aToken('reader', ['Queue.Show', 'Schedule.Show']);
    const server = await aMill([aBoard('A', { ownerRole: 'planners' }), aBoard('B')], {
      tokens: [planner.entry, other.entry, reader.entry],
    });
    const preview = (headers: Record<string, string>) =>
      server.ask({ method: 'PUT', url: '/queue?dryRun=true', headers, payload: named('B', 'A') });
    expect((await preview(planner.headers)).status).to.equal(200);
    isProblem(await preview(other.headers), 403, 'OW_OWNER_ROLE');
    isProblem(await preview(reader.headers), 403, 'OW_PERMISSION');
    const journal = await server.door.journal({ limit: 100 });
    expect(JSON.stringify(journal)).to.include('OW_OWNER_ROLE');
    expect(journal.map(({ operation }) => operation)).to.not.include('ReorderQueue');
  });

  it('compare the newest plan with the saved one, and any two', async () => {
    const server = await aMill([aBoard('A'), aBoard('B')]);
    expect((await ask(server, '/schedule/differences')).text).to.equal('No order is planned otherwise.');
    const first = (await server.post('/schedule', { save: true })).body.version as string;
    await put(server, '/queue', named('B', 'A'));
    const second = (await server.post('/schedule', {})).body.version as string;
    const versions = await ask(server, '/schedule/versions');
    expect(versions.saved).to.equal(first);
    expect((versions.versions as { version: string }[]).map(({ version }) => version)).to.deep.equal([
      second,
      first,
    ]);
    const found = await ask(server, '/schedule/differences');
    expect([found.against, found.version]).to.deep.equal([first, second]);
    expect(found.text).to.equal('1 order ends later, 1 order is earlier.');
    const back = await ask(server, `/schedule/differences?version=saved&against=${second}&limit=1`);
    expect((back.orders as { text: string }[]).map(({ text }) => text)).to.deep.equal([
      'Order A ends 20 min earlier, 2020-07-06 08:30.',
    ]);
    isProblem(await server.get('/schedule/differences?version=none'), 404, 'OW_PLAN_UNKNOWN');
  });

  it('give placements as columns, compressed for whoever takes that', async () => {
    const orders = Array.from({ length: 200 }, (_, place) => aBoard(`Order ${place}`));
    const server = await aMill(orders);
    const { version } = (await server.post('/schedule', {})).body as { version: string };
    const url = `/schedule/placements?version=${version}`;
    const plain = await server.app.inject({ method: 'GET', url });
    expect(plain.headers).to.not.have.property('content-encoding');
    const gzip = await server.app.inject({ method: 'GET', url, headers: { 'accept-encoding': 'gzip' } });
    const brotli = await server.app.inject({
      method: 'GET',
      url,
      headers: { 'accept-encoding': 'gzip, br' },
    });
    expect(gzip.headers['content-encoding']).to.equal('gzip');
    expect(brotli.headers['content-encoding']).to.equal('br');
    expect(gunzipSync(gzip.rawPayload).toString()).to.equal(plain.body);
    expect(brotliDecompressSync(brotli.rawPayload).toString()).to.equal(plain.body);
    expect(gzip.rawPayload.length).to.be.lessThan(plain.rawPayload.length / 3);
    const { placements, orders: rows } = plain.json<{
      placements: Record<string, number[]>;
      orders: { name: string[] };
    }>();
    expect(rows.name).to.have.length(200);
    // A board is two intervals of 5 minutes on the saw and four on the planer.
    for (const column of ['operation', 'lane', 'interval', 'seconds'])
      expect(placements[column], column).to.have.length(200 * 6);
  });

  it('tell the load by day, and why one order is when it is', async () => {
    const server = await aMill([aBoard('A'), aBoard('B', { dueDate: '2020-07-06T08:45' })]);
    isProblem(await server.get('/schedule/orders/A'), 404, 'OW_ORDER_UNKNOWN');
    expect(((await ask(server, '/schedule/load')).workCenters as JsonObject[])[0]).to.include({
      name: 'Planer',
    });
    await server.post('/schedule', { save: true });
    const load = await ask(server, '/schedule/load?by=day&from=2020-07-06T00:00:00Z&to=2020-07-07T00:00:00Z');
    expect((load.workCenters as JsonObject[]).map(({ name, planned }) => [name, planned])).to.deep.equal([
      ['Planer', [2400]],
      ['Saw', [1200]],
    ]);
    const order = await ask(server, '/schedule/orders/B');
    expect(order.text).to.equal('Order B is planned from 2020-07-06 08:10 to 2020-07-06 08:50, 5 min late.');
    const chain = order.chain as { kind: string; order: string | null; text: string }[];
    expect(chain.at(-1)).to.include({
      kind: 'workCenter',
      order: 'A',
      text: 'Plane waited for Planer, which is busy with order A until 2020-07-06 08:30.',
    });
    isProblem(await server.get('/schedule/orders/Z'), 404, 'OW_ORDER_UNKNOWN');
  });

  it('show the saved plan also where it is no longer kept but in the published tables', async () => {
    const names = Array.from({ length: 12 }, (_, place) => `O${place}`);
    const server = await aMill(names.map((name) => aBoard(name)));
    const version = (await server.post('/schedule', { save: true })).body.version as string;
    for (const upTo of names.slice(0, 10)) await server.post('/schedule', { upTo });
    const versions = await ask(server, '/schedule/versions');
    expect(versions.saved).to.equal(version);
    expect(JSON.stringify(versions.versions)).to.not.include(version);
    const { placements, orders } = (await ask(server, '/schedule/placements')) as unknown as {
      placements: { lane: number[] };
      orders: { name: string[] };
    };
    expect(orders.name).to.have.members(names);
    expect(placements.lane).to.have.length(12 * 6);
    expect((await ask(server, '/schedule/differences')).counts).to.include({ removed: 2, unchanged: 10 });
    expect((await ask(server, '/schedule/orders/O3')).chain).to.deep.equal([]);
  });

  it('refuse what they do not understand', async () => {
    const server = await aMill([aBoard('A')]);
    for (const query of [
      '/load?by=year',
      '/load?from=today',
      '/load?x=1',
      '/differences?limit=0',
      '/differences?limit=x',
      '/placements?versions=1',
      '/versions?limit=1',
      '/orders/A?by=day',
    ])
      isProblem(await server.get(`/schedule${query}`), 400, 'OW_INPUT_INVALID');
    for (const query of ['dryRun=yes', 'dryrun=true', 'limit=-1'])
      isProblem(
        await server.ask({ method: 'PUT', url: `/queue?${query}`, payload: named('A') }),
        400,
        'OW_INPUT_INVALID',
      );
  });

  it('are told in the OpenAPI document with their queries', async () => {
    const server = await aMill([]);
    const { paths } = (await ask(server, '/openapi.json')) as unknown as {
      paths: Record<string, Record<string, { summary: string; parameters: { name: string }[] }>>;
    };
    expect(paths['/queue']!.put!.parameters.map(({ name }) => name)).to.deep.equal(['dryRun', 'limit']);
    expect(paths['/schedule/placements']!.get!.summary).to.match(/columns of numbers/);
  });
});
