/** A Pre hook over HTTP with all shipped rules: throughput against the same server's with a constant, and latency. */
import { open, type FileHandle } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
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
const SIDES = ['hook', 'constant', 'flushed'] as const;
/** About as long as an entry of the journal. */
const LINE = 'x'.repeat(1000);
const FLUSHED_BYTES = 4_000_000;

export const preHook: Bench = ({ quick, progress }) =>
  withFolder(async (folder) => {
    const door = await createOrderwright({ database: `sqlite:${folder}/bench.db`, folder, door: 'http' });
    await door.importPlant({ text: JSON.stringify({ ...PLANT, ...ordersFile(anOrder('A')) }) });
    const answer = await door.evaluate({ operation: 'Release', orders: [{ name: 'A' }] });
    const hook = await listening(door);
    const constant = await listening({ ...door, evaluate: () => Promise.resolve(answer) });
    const lines = await FlushedLines.open(join(folder, 'lines'));
    const flushed = await listening({ ...door, evaluate: () => lines.write(LINE).then(() => answer) });
    const urls = { hook: hook.url, constant: constant.url, flushed: flushed.url };
    try {
      progress('throughput, and that of a constant answer');
      const closed = (side: keyof typeof REQUESTS): Load => ({
        url: urls[side],
        body: BODY,
        connections: 100,
        requests: REQUESTS[side] / (quick ? 16 : 0.5),
      });
      // For the server to come to speed: what is compiled late is no part of what a server does all day.
      const first = SIDES.map((side): Load => ({
        ...closed('constant'),
        url: urls[side],
        requests: side === 'hook' ? 2000 : 500,
      }));
      const rounds = Array.from({ length: ROUNDS }, () => [closed('hook'), closed('constant')]);
      const answered = (await ask(...first, ...rounds.flat())).slice(first.length);
      const throughput = (place: number) =>
        median(answered.filter((_, at) => at % 2 === place).map((one) => one.throughput));
      progress('latency at 500 requests a second, and that of a constant answer, flushed and not');
      const steadily = (side: (typeof SIDES)[number]): Load => ({
        ...STEADY,
        url: urls[side],
        body: BODY,
        ...(quick ? { lead: 50, requests: 125 } : { lead: 250, requests: 2500 }),
      });
      const turns = Array.from({ length: ROUNDS }, () => SIDES.map(steadily));
      const latencies = await ask(...turns.flat());
      const latency = (side: (typeof SIDES)[number], what: 'p50' | 'p99') =>
        median(
          latencies.filter((_, at) => SIDES[at % SIDES.length] === side).map((one: Answered) => one[what]),
        );
      const name = `Pre hook at ${STEADY.rate} requests/s`;
      const [floor, floorFlushed] = [latency('constant', 'p99'), latency('flushed', 'p99')];
      return [
        ratioRow('Pre hook over HTTP with all shipped rules', {
          figure: throughput(0),
          unit: 'requests/s',
          against: 'a constant answer',
          other: throughput(1),
          limit: 0.25,
          bound: 'least',
        }),
        {
          ...figureRow(`${name}, 99th percentile`, latency('hook', 'p99'), 'ms', 10),
          // What machine, disk and client leave of it where nothing is decided.
          against: `a constant answer: ${floor.toPrecision(4)} ms; one after a line that is flushed to the disk: ${floorFlushed.toPrecision(4)} ms`,
        },
        figureRow(`${name}, median`, latency('hook', 'p50'), 'ms'),
      ];
    } finally {
      await hook.close();
      await constant.close();
      await flushed.close();
      await lines.close();
      await door.close();
    }
  });

/**
 * What a durable entry costs at least: a line that is flushed, with those that come while another flush is under way. The
 * file has its size before, as the database's log has: to make one longer is more to flush.
 */
class FlushedLines {
  private waiting: { line: string; written: () => void }[] = [];
  private working = false;
  private place = 0;

  private constructor(private readonly file: FileHandle) {}

  static async open(path: string): Promise<FlushedLines> {
    const file = await open(path, 'w+');
    await file.write(Buffer.alloc(FLUSHED_BYTES));
    await file.sync();
    return new FlushedLines(file);
  }

  write(line: string): Promise<void> {
    return new Promise((written, failed) => {
      this.waiting.push({ line, written });
      if (!this.working) void this.work().catch(failed);
    });
  }

  close(): Promise<void> {
    return this.file.close();
  }

  private async work(): Promise<void> {
    this.working = true;
    while (this.waiting.length > 0) {
      const some = this.waiting.splice(0);
      const text = some.map(({ line }) => line).join('\n');
      if (this.place + text.length > FLUSHED_BYTES) this.place = 0;
      await this.file.write(text, this.place);
      this.place += text.length;
      await this.file.datasync();
      for (const { written } of some) written();
    }
    this.working = false;
  }
}

/** Rates are not limited: it is the server that is measured. */
async function listening(door: Served): Promise<{ url: string; close: () => Promise<void> }> {
  const http = { ...DEFAULT_HTTP, rateLimit: { requests: 1e9, seconds: 1 } };
  const app = await createServer({ door, http, tokens: [], log: { write: () => undefined } });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/hooks/ProductionOrder.Release/Pre`, close: () => app.close() };
}
