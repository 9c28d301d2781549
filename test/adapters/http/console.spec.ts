/** What a web page needs of the HTTP door: its files, who looks at it, lists that are filtered, and news. */
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { PAGE_HEADERS } from '../../../src/adapters/http/pages.js';
import { createToken } from '../../../src/adapters/http/tokens.js';
import type { JsonObject } from '../../../src/index.js';
import { anOrder } from '../../operations/an-order.js';
import { aServer, isProblem } from './a-server.js';

async function aToken(name: string, ...permissions: string[]) {
  const { token, hash } = await createToken(name);
  const entry = { name, hash, permissions, roles: ['planners'] };
  return { entry, headers: { authorization: `Bearer ${token}` } };
}

describe('The page of a plugin over HTTP', () => {
  it('is led to from / and from its path without a slash', async () => {
    const server = await aServer();
    for (const url of ['/', '/console']) {
      const { status, headers } = await server.get(url);
      expect([status, headers.location]).to.deep.equal([302, '/console/']);
    }
  });

  it('is for everybody, with a policy that allows its own files only, and is asked for anew', async () => {
    const { entry } = await aToken('mes', '*');
    const server = await aServer({ tokens: [entry] });
    const { status, headers, text } = await server.get('/console/');
    expect(status).to.equal(200);
    expect(headers['content-type']).to.equal('text/html; charset=utf-8');
    expect(headers['cache-control']).to.equal('no-cache');
    expect(headers).to.deep.include(PAGE_HEADERS);
    const policy = String(headers['content-security-policy']);
    expect(policy).to.contain("default-src 'none'").and.not.contain('unsafe');
    expect(headers['x-content-type-options']).to.equal('nosniff');
    expect(headers['referrer-policy']).to.equal('no-referrer');
    // What the policy forbids is not there: no script or style within the document.
    expect(text).to.not.match(/<style|<script(?![^>]* src=)| style=| on[a-z]+=|javascript:/i);
    for (const [, file = ''] of text.matchAll(/(?:src|href)="([^"]+)"/g)) {
      const asset = await server.get(file);
      expect(asset.status, file).to.equal(200);
      expect(asset.headers, file).to.deep.include(PAGE_HEADERS);
      if (file.includes('/assets/')) expect(asset.headers['cache-control']).to.contain('immutable');
    }
  });

  it('is nothing but its files: no other file, no folder, no other method', async () => {
    const server = await aServer();
    for (const path of [
      'nothing.js',
      'assets/',
      '%2e%2e/plugin.json',
      '..%2fplugin.json',
      '..%5cplugin.json',
    ]) {
      const { status, headers, text } = await server.get(`/console/${path}`);
      expect(status, path).to.be.oneOf([403, 404]);
      expect(headers['content-type'], path).to.match(/^application\/problem\+json/);
      expect(text).to.not.contain('"engine"');
    }
    const posted = await server.post('/console/index.html', {});
    isProblem(posted, 405, 'OW_METHOD');
    expect(posted.headers.allow).to.contain('GET');
  });

  it('is no part of the API that is documented', async () => {
    const server = await aServer();
    const { paths } = (await server.get('/openapi.json')).body as { paths: JsonObject };
    expect(Object.keys(paths).filter((path) => path === '/' || path.startsWith('/console'))).to.deep.equal(
      [],
    );
    expect(paths).to.include.keys('/session', '/state-model', '/events/stream');
  });
});

describe('The session', () => {
  it('tells who asks and what he may do, and the rule set in force', async () => {
    const { entry, headers } = await aToken('ana', 'ProductionOrder.*', 'Events.Show');
    const server = await aServer({ tokens: [entry], now: '2020-07-01T00:00:00Z' });
    const { hash } = await server.door.rules();
    expect((await server.get('/session', headers)).body).to.deep.include({
      actor: 'ana',
      permissions: ['ProductionOrder.*', 'Events.Show'],
      roles: ['planners'],
      ruleSet: hash,
      now: '2020-07-01T00:00:00Z',
    });
    isProblem(await server.get('/session'), 401, 'OW_TOKEN_MISSING');
    isProblem(await server.get('/session', { authorization: 'Bearer ana.x' }), 401, 'OW_TOKEN_INVALID');
  });

  it('is everybody’s who reaches a server without tokens, and no other site’s', async () => {
    const server = await aServer();
    const { body } = await server.get('/session');
    expect(body).to.deep.include({ actor: null, permissions: ['*'], roles: null });
    isProblem(await server.get('/session', { host: 'evil.example' }), 403, 'OW_CROSS_SITE');
  });
});

describe('The state model', () => {
  it('has the states, the transitions and each operation with its input and permission', async () => {
    const server = await aServer();
    const { body } = await server.get('/state-model');
    expect(body.states).to.deep.equal([
      'Created',
      'Released',
      'InProgress',
      'Completed',
      'Closed',
      'Canceled',
    ]);
    expect(body.transitions).to.deep.include({
      from: { state: 'Released', universalState: 'Active' },
      operation: 'Cancel',
      to: { state: 'Canceled', universalState: 'Terminated' },
      automatic: false,
    });
    const operations = body.operations as JsonObject[];
    const close = operations.find(({ name }) => name === 'Close');
    expect(close).to.deep.include({ permission: 'ProductionOrder.Close' });
    expect(close?.input).to.have.nested.property('properties.terminate');
  });
});

describe('The list of orders over HTTP', () => {
  const orders = [
    anOrder('A').with({ facility: 'Lisbon', dueDate: '2020-07-06' }),
    anOrder('B').with({ facility: 'New York', dueDate: '2020-07-10' }).inState('Released'),
    anOrder('C').with({ facility: 'Lisbon', product: 'Table' }).inState('InProgress'),
  ];
  const names = ({ body }: { body: JsonObject }) =>
    (body.orders as { name: string }[]).map(({ name }) => name).join('');

  it('is filtered, page by page', async () => {
    const server = await aServer({ orders });
    const list = async (query: string) => names(await server.get(`/production-orders?${query}`));
    expect(await list('')).to.equal('ABC');
    expect(await list('search=TABLE')).to.equal('C');
    expect(await list('state=Created,InProgress')).to.equal('AC');
    expect(await list('facility=Lisbon&limit=1')).to.equal('A');
    expect(await list('facility=Lisbon&limit=1&after=A')).to.equal('C');
    expect(await list('dueBefore=2020-07-10&state=Created,Released')).to.equal('A');
    expect(await list('search=%25')).to.equal('');
  });

  it('counts the orders of each state, whichever are shown, and names the facilities', async () => {
    const server = await aServer({ orders });
    const { body } = await server.get('/production-orders?state=Released&limit=1&brief=true&counts=true');
    expect(names({ body })).to.equal('B');
    expect(body.counts).to.deep.equal({
      states: { Created: 1, Released: 1, InProgress: 1, Completed: 0, Closed: 0, Canceled: 0 },
      facilities: ['Lisbon', 'New York'],
    });
  });

  it('leaves out what is allowed and blocked where it is to be brief, and nothing else', async () => {
    const server = await aServer({ orders });
    const [whole] = (await server.get('/production-orders?limit=1')).body.orders as JsonObject[];
    const [brief] = (await server.get('/production-orders?limit=1&brief=true')).body.orders as JsonObject[];
    const { allowed, blocked, ...rest } = whole ?? {};
    expect(allowed).to.include('Release');
    expect(blocked).to.not.deep.equal([]);
    expect(brief).to.deep.equal(rest);
  });

  it('refuses what it does not know', async () => {
    const server = await aServer();
    for (const query of ['state=Nonsense', 'state=', 'dueBefore=tomorrow', 'counts=maybe', 'color=red'])
      isProblem(await server.get(`/production-orders?${query}`), 400, 'OW_REQUEST_INVALID');
  });
});

describe('The stream of the event queue', () => {
  it('begins with how it stands, tells what changes, and ends with the server', async () => {
    const server = await aServer({ orders: [anOrder('A')] });
    const url = await server.app.listen({ host: '127.0.0.1', port: 0 });
    const response = await fetch(`${url}/events/stream`);
    expect(response.headers.get('content-type')).to.equal('text/event-stream; charset=utf-8');
    expect(response.headers.get('cache-control')).to.equal('no-store');
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    const next = async () => {
      const { value = '' } = await reader.read();
      return JSON.parse(/^event: queue\ndata: (.*)\n\n$/.exec(value)?.[1] ?? 'null') as JsonObject;
    };
    expect(await next()).to.deep.equal({
      pending: 0,
      claimed: 0,
      parked: 0,
      oldest: null,
      lagSeconds: 0,
      parkedEvents: [],
    });
    await server.post('/hooks/ProductionOrder.Release/Post', {
      orders: [{ name: 'A', values: { state: 'Released' } }],
    });
    let news = await next();
    // The stream may say once more how it stood.
    if (news.pending === 0) news = await next();
    expect(news).to.deep.include({ pending: 1, parked: 0 });
    const stopped = server.app.close();
    expect((await reader.read()).done).to.equal(true);
    await stopped;
  });

  it('is for those who may see events', async () => {
    const { entry, headers } = await aToken('ana', 'ProductionOrder.*');
    const server = await aServer({ tokens: [entry] });
    isProblem(await server.get('/events/stream', headers), 403, 'OW_PERMISSION');
  });
});
