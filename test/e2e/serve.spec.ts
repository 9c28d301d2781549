import Database from 'better-sqlite3';
import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PACKAGE_ROOT } from '../../src/adapters/files/package-root.js';
import type { JsonObject } from '../../src/index.js';
import { aFolder } from '../operations/folder.js';
import { ServingProcess } from './a-serving-process.js';
import { MAIN, WAFER_PLANT } from './command-line.js';

const run = promisify(execFile);
const JSON_BODY = { 'content-type': 'application/json' };
const CERTIFICATES = join(PACKAGE_ROOT, 'test', 'e2e', 'certificates');

async function orderwright(folder: string, ...words: string[]) {
  try {
    const { stdout } = await run(process.execPath, [MAIN, ...words, '--json'], { cwd: folder });
    return { code: 0, document: JSON.parse(stdout) as Record<string, never> };
  } catch (error) {
    const { code, stdout } = error as { code: number; stdout: string };
    return { code, document: JSON.parse(stdout) as Record<string, { code: string }> };
  }
}

async function aPlant(files: Record<string, unknown> = {}): Promise<string> {
  const folder = aFolder(files);
  expect((await orderwright(folder, 'import', WAFER_PLANT)).code).to.equal(0);
  return folder;
}

function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { method: 'POST', body: JSON.stringify(body), headers: { ...JSON_BODY, ...headers } });
}

/** What a server answers to bytes that are no request. */
function answerTo(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes, 'latin1'));
    let answer = '';
    // The head and what came with it: a connection that stays open has no end to wait for.
    socket.on('data', (part) => {
      answer += part.toString();
      if (answer.includes('}')) socket.destroy();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

describe('[e2e] serve', function () {
  this.timeout(60_000);
  let serving: ServingProcess | null = null;
  afterEach(async () => {
    await serving?.stop('SIGKILL');
    serving = null;
  });

  it('answers what was asked before it was told to stop, and ends with 0', async () => {
    const folder = await aPlant({
      'orderwright.config.json': { plugins: { slow: { folder: 'slow' } } },
      'slow/plugin.json': {
        name: 'slow',
        version: '1.0.0',
        description: 'answers late',
        engine: '*',
        main: 'index.js',
        hooks: ['ProductionOrder.Release.Pre'],
      },
      'slow/package.json': { type: 'module' },
      'slow/index.js':
        "export const plugin = () => ({ pre: { 'ProductionOrder.Release.Pre': () => new Promise((go) => setTimeout(go, 800)) } });",
    });
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      serving = await ServingProcess.start(folder, '--no-dispatcher');
      const orders = [{ name: signal === 'SIGTERM' ? 'PO-1001' : 'PO-1002' }];
      const asked = post(`${serving.url}/operations/ProductionOrder.Release`, { orders });
      await wait(300);
      const stopped = serving.stop(signal);
      expect((await asked).status).to.equal(200);
      expect(await stopped).to.equal(0);
    }
    const { document } = await orderwright(folder, 'order', 'PO-1001');
    expect(document.state).to.equal('Released');
    expect((await orderwright(folder, 'journal', 'verify')).code).to.equal(0);
  });

  it('applies what the host did and what it reports: steps come about, and one transition is one event', async () => {
    const folder = await aPlant();
    serving = await ServingProcess.start(folder);
    const { url } = serving;
    const read = async (path: string) => (await (await fetch(`${url}${path}`)).json()) as JsonObject;
    const order = () => read('/production-orders/PO-1001');
    expect((await order()).steps).to.deep.equal([]);
    const hook = `${url}/hooks/ProductionOrder.Release/Post`;
    const report = { requestId: 'mes-1', actor: 'ann', orders: [{ name: 'PO-1001' }] };
    expect((await post(hook, report)).status).to.equal(200);
    await wait(300);
    expect((await order()).steps, 'before the host commits').to.deep.equal([]);
    const host = new Database(join(folder, 'orderwright.db'), { timeout: 10_000 });
    host.exec("update mes_ProductionOrder set State = 'Released' where Name = 'PO-1001'");
    host.close();
    const end = performance.now() + 20_000;
    while (((await order()).steps as object[]).length === 0 && performance.now() < end) await wait(50);
    expect((await order()).steps, serving.stderr).to.have.length.above(0);
    expect((await order()).state).to.equal('Released');
    expect((await post(hook, report)).status, 'the same report again').to.equal(200);
    const states = async () =>
      ((await read('/events')).events as { state: string }[]).map(({ state }) => state);
    while ((await states()).some((state) => state !== 'done') && performance.now() < end) await wait(50);
    expect(await states()).to.deep.equal(['done', 'done']);
    const { entries } = await read('/journal?order=PO-1001');
    const outcomes = (entries as { operation: string; outcome: string | null; actor: string }[]).filter(
      ({ operation, outcome }) => operation === 'Release' && outcome !== null,
    );
    expect(outcomes.map(({ outcome, actor }) => `${outcome} ${actor}`)).to.deep.equal(['bypassed ann']);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).to.match(/orderwright_events\{state="pending"\} 0/);
    expect(metrics).to.match(/orderwright_event_lag_seconds \d/);
    expect(metrics).to.match(/orderwright_events_applied_total [1-9]/);
    expect(metrics).to.match(/orderwright_event_retries_total 0/);
    expect(metrics).to.match(/orderwright_events_parked_total 0/);
    expect((await read('/health')).dispatcher).to.equal(true);
    expect(await serving.stop()).to.equal(0);

    serving = await ServingProcess.start(folder, '--no-dispatcher');
    const left = { ...report, requestId: 'mes-3', orders: [{ name: 'PO-1002' }] };
    expect((await post(`${serving.url}/hooks/ProductionOrder.Change/Post`, left)).status).to.equal(200);
    await wait(500);
    const text = await (await fetch(`${serving.url}/metrics`)).text();
    expect(text).to.match(/orderwright_events\{state="pending"\} 1/);
  });

  it('does not open to others without tokens', async () => {
    const folder = aFolder();
    const { code, document } = await orderwright(folder, 'serve', '--host', '0.0.0.0', '--port', '0');
    expect(code).to.equal(1);
    expect(document.error!.code).to.equal('OW_SERVE_OPEN');
    expect((await orderwright(folder, 'serve', '--port', '99999')).code).to.equal(2);
  });

  it('takes the token that config token made, and shows it nowhere', async () => {
    const made = await orderwright(aFolder(), 'config', 'token', 'mes', '--permissions', 'ProductionOrder.*');
    const { token, entry } = made.document as unknown as { token: string; entry: { hash: string } };
    expect(entry.hash).not.to.include(token.split('.')[1]);
    const folder = await aPlant({ 'orderwright.config.json': { tokens: [entry] } });
    serving = await ServingProcess.start(folder);
    const authorization = `Bearer ${token}`;
    expect((await fetch(`${serving.url}/production-orders`)).status).to.equal(401);
    const found = await fetch(`${serving.url}/production-orders`, { headers: { authorization } });
    expect(found.status).to.equal(200);
    await serving.stop();
    expect(serving.stderr).to.include('/production-orders');
    expect(serving.stderr).not.to.include(token.split('.')[1]);
    const wrong = await orderwright(folder, 'config', 'token', 'a b', '--permissions', 'everything');
    expect([wrong.code, wrong.document.error!.code]).to.deep.equal([2, 'OW_USAGE']);
  });

  it('knows a caller by a certificate that the configured authority signed', async () => {
    const tls = Object.fromEntries(
      [
        ['cert', 'server.pem'],
        ['key', 'server.key'],
        ['ca', 'ca.pem'],
      ].map(([name, file]) => [name!, join(CERTIFICATES, file!)]),
    );
    const tokens = [{ name: 'mes', permissions: ['ProductionOrder.Show'] }];
    const folder = await aPlant({ 'orderwright.config.json': { http: { tls }, tokens } });
    serving = await ServingProcess.start(folder);
    const { port } = serving;
    const read = (file: string) => readFileSync(join(CERTIFICATES, file));
    const get = (path: string, as: string | null) =>
      new Promise<number>((resolve, reject) => {
        const identity = as === null ? {} : { cert: read(`${as}.pem`), key: read(`${as}.key`) };
        const options = { host: 'localhost', port, path, ca: read('ca.pem'), agent: false, ...identity };
        request(options, (response) => resolve(response.resume().statusCode ?? 0))
          .on('error', reject)
          .end();
      });
    expect(await get('/production-orders', 'mes')).to.equal(200);
    expect(await get('/rules', 'mes')).to.equal(403);
    for (const stranger of [null, 'stranger']) {
      const refused = await get('/production-orders', stranger).catch((error: unknown) => error);
      expect(refused).to.be.instanceOf(Error);
    }
  });

  it('answers what is no HTTP with a problem, and goes on', async () => {
    const folder = await aPlant();
    serving = await ServingProcess.start(folder);
    const { port, url } = serving;
    const hostile = [
      'nonsense\r\n\r\n',
      'GET / HTTP/9.9\r\n\r\n',
      'GET /health HTTP/1.1\r\n\r\n',
      'GET /health HTTP/1.1\r\nhost: a\r\nhost: b\r\nbad header\r\n\r\n',
      'FOO /health HTTP/1.1\r\nhost: localhost\r\n\r\n',
      'POST /operations/x HTTP/1.1\r\nhost: localhost\r\ncontent-length: x\r\n\r\n',
      'POST /operations/x HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      'POST /operations/x HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
      `GET /health HTTP/1.1\r\nhost: localhost\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`,
      `GET /${'y'.repeat(100_000)} HTTP/1.1\r\nhost: localhost\r\n\r\n`,
      'GET /\u0000 HTTP/1.1\r\nhost: localhost\r\n\r\n',
      'GET http://[::1 HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n',
      'GET //health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n',
      'GET /production-orders/%ff HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n',
      '\u0016\u0003\u0001\u0002\u0000\u0001\u0000',
    ];
    for (const bytes of hostile) {
      const answer = await answerTo(port, bytes);
      expect(answer, JSON.stringify(bytes.slice(0, 80))).to.match(/^HTTP\/1\.1 4\d\d /);
      expect(answer).to.include('application/problem+json');
    }
    expect((await fetch(`${url}/health`)).status).to.equal(200);
    expect(await serving.stop()).to.equal(0);
  });
});

describe('[e2e] a Node host', () => {
  it('works as the example shows', async function () {
    this.timeout(60_000);
    const example = fileURLToPath(new URL('../../src/examples/node-host.js', import.meta.url));
    const { stdout } = await run(process.execPath, [example, 'sqlite:host.db'], { cwd: aFolder() });
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).to.equal('PO-1001 is Released');
    expect(lines[1]).to.match(/^PO-1004 is refused: Planned start/);
    expect(lines[2]).to.equal('PO-9999 is refused: There is no Production Order PO-9999.');
    expect(lines[3]).to.match(/^[3-9] journal entries/);
  });
});
