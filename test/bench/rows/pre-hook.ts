/** A Pre hook over HTTP with all shipped rules: throughput against the same server's with a constant, and latency. */
import type { AddressInfo } from 'node:net';
import type { Served } from '../../../src/adapters/http/served.js';
import { createServer } from '../../../src/adapters/http/server.js';
import { createOrderwright } from '../../../src/index.js';
import { DEFAULT_HTTP } from '../../../src/ports/configuration.js';
import { anOrder, ordersFile, PLANT } from '../../operations/an-order.js';
import { ask, type Answered, type Load } from '../asking.js';
import { withFolder } from '../database.js';
import { figureRow, median, ratioRow, type Bench } from '../row.js';

const ROUNDS = 5;
const BODY = JSON.stringify({ orders: [{ name: 'A' }] });
/** About as long for each side. */
const REQUESTS = { hook: 2000, constant: 6000 };
const STEADY = { rate: 500, connections: 20 };

export const preHook: Bench = ({ quick, progress }) =>
  withFolder(async (folder) => {
    const door = await createOrderwright({ database: `sqlite:${folder}/bench.db`, folder, door: 'http' });
    await door.importPlant({ text: JSON.stringify({ ...PLANT, ...ordersFile(anOrder('A')) }) });
    const answer = await door.evaluate({ operation: 'Release', orders: [{ name: 'A' }] });
    const hook = await listening(door);
    const constant = await listening({ ...door, evaluate: () => Promise.resolve(answer) });
    try {
      progress('throughput, and that of a constant answer');
      const closed = (side: keyof typeof REQUESTS): Load => {
        const url = (side === 'hook' ? hook : constant).url;
        return { url, body: BODY, connections: 100, requests: REQUESTS[side] / (quick ? 8 : 0.5) };
      };
      const rounds = Array.from({ length: ROUNDS + 1 }, () => [closed('hook'), closed('constant')]);
      // The first round is for the server to come to speed.
      const answered = (await ask(...rounds.flat())).slice(2);
      progress('latency at 500 requests a second, and that of a constant answer');
      const steadily = (url: string): Load => ({ ...STEADY, url, body: BODY, requests: quick ? 150 : 5000 });
      const turns = Array.from({ length: ROUNDS + 1 }, () => [steadily(hook.url), steadily(constant.url)]);
      const latencies = (await ask(...turns.flat())).slice(2);
      const name = `Pre hook at ${STEADY.rate} requests/s`;
      const floor = ofSide(latencies, 'constant', 'p99');
      return [
        ratioRow('Pre hook over HTTP with all shipped rules', {
          figure: ofSide(answered, 'hook', 'throughput'),
          unit: 'requests/s',
          against: 'a constant answer',
          other: ofSide(answered, 'constant', 'throughput'),
          limit: 0.25,
          bound: 'least',
        }),
        {
          ...figureRow(`${name}, 99th percentile`, ofSide(latencies, 'hook', 'p99'), 'ms', 10),
          // What the machine and the client leave of it where nothing is decided.
          against: `a constant answer: ${floor.toPrecision(4)} ms`,
        },
        figureRow(`${name}, median`, ofSide(latencies, 'hook', 'p50'), 'ms'),
      ];
    } finally {
      await hook.close();
      await constant.close();
      await door.close();
    }
  });

/** Of loads that were put on both in turn, the hook first. */
function ofSide(answered: readonly Answered[], side: keyof typeof REQUESTS, what: keyof Answered): number {
  const rest = side === 'hook' ? 0 : 1;
  return median(answered.filter((_, place) => place % 2 === rest).map((one) => one[what]));
}

/** Rates are not limited: it is the server that is measured. */
async function listening(door: Served): Promise<{ url: string; close: () => Promise<void> }> {
  const http = { ...DEFAULT_HTTP, rateLimit: { requests: 1e9, seconds: 1 } };
  const app = await createServer({ door, http, tokens: [], log: { write: () => undefined } });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/hooks/ProductionOrder.Release/Pre`, close: () => app.close() };
}
