/**
 * A Pre hook over HTTP with all shipped rules, against the same server answering a constant, and its latency at 500
 * requests a second (design section 5): `node dist/test/bench/pre-hook.js [seconds per round]`.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { createServer } from '../../src/adapters/http/server.js';
import type { Served } from '../../src/adapters/http/served.js';
import { createOrderwright } from '../../src/index.js';
import { DEFAULT_HTTP } from '../../src/ports/configuration.js';
import { anOrder, ordersFile, PLANT } from '../operations/an-order.js';

const ROUNDS = 5;
const CONNECTIONS = 100;
const SECONDS = Number(process.argv[2] ?? 3);
const run = promisify(execFile);
const autocannon = createRequire(import.meta.url).resolve('autocannon/autocannon.js');

interface Measured {
  requests: { average: number };
  latency: { p50: number; p99: number };
  non2xx: number;
}

/** From a process of its own, so that what asks does not take the time of what answers. */
async function ask(url: string, seconds: number, ...more: string[]): Promise<Measured> {
  const body = JSON.stringify({ orders: [{ name: 'A' }] });
  const words = [
    '-j',
    '-m',
    'POST',
    '-H',
    'content-type=application/json',
    '-b',
    body,
    '-d',
    String(seconds),
  ];
  const { stdout } = await run(process.execPath, [autocannon, ...words, ...more, url]);
  const measured = JSON.parse(stdout) as Measured;
  if (measured.non2xx > 0) throw new Error(`${measured.non2xx} answers of ${url} were no verdict`);
  return measured;
}

async function listening(door: Served): Promise<{ url: string; close: () => Promise<void> }> {
  const http = { ...DEFAULT_HTTP, rateLimit: { requests: 1e9, seconds: 1 } };
  const app = await createServer({ door, http, tokens: [], log: { write: () => undefined } });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/hooks/ProductionOrder.Release/Pre`;
  return { url, close: () => app.close() };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

const folder = mkdtempSync(join(tmpdir(), 'orderwright-bench-'));
const door = await createOrderwright({
  database: `sqlite:${join(folder, 'plant.db')}`,
  folder,
  door: 'http',
});
try {
  await door.importPlant({ text: JSON.stringify({ ...PLANT, ...ordersFile(anOrder('A')) }) });
  const hook = await listening(door);
  const answer = await door.evaluate({ operation: 'Release', orders: [{ name: 'A' }] });
  const constant = await listening({ ...door, evaluate: () => Promise.resolve(answer) });
  const connections = ['-c', String(CONNECTIONS)];
  await ask(hook.url, 1, ...connections);
  await ask(constant.url, 1, ...connections);
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push((await ask(hook.url, SECONDS, ...connections)).requests.average);
    theirs.push((await ask(constant.url, SECONDS, ...connections)).requests.average);
  }
  const { latency } = await ask(hook.url, SECONDS * 2, '-c', '20', '-R', '500');
  const ratio = median(ours.map((value, round) => value / (theirs[round] ?? NaN)));
  process.stdout.write(
    `${JSON.stringify({ hook: median(ours), constant: median(theirs), ratio, at500: latency }, null, 2)}\n`,
  );
  await hook.close();
  await constant.close();
} finally {
  await door.close();
  rmSync(folder, { recursive: true, force: true });
}
