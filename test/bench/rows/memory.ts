/** The memory of `serve` after one hour of a busy plant's load, compressed into a minute. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../../src/adapters/files/package-root.js';
import { releaseByHost, withDatabase } from '../database.js';
import { ask } from '../asking.js';
import { ratioRow, type Bench } from '../row.js';

const MAIN = join(PACKAGE_ROOT, 'dist', 'src', 'cli', 'main.js');
/** Ten hooks a second for an hour, and an event for every hundredth; fewer of both in quick mode. */
const HOOKS = 36_000;
const EVENTS = HOOKS / 100;
const CONNECTIONS = 20;
const MEBIBYTE = 2 ** 20;

export const memory: Bench = ({ quick, progress }) => {
  const [hooks, events] = quick ? [HOOKS / 60, 20] : [HOOKS, EVENTS];
  const size = { orders: events, operations: 5, workCenters: 20 };
  return withDatabase(size, async ({ file, folder, orders, bare }) => {
    const served = await serve(file, folder);
    try {
      const url = `${served.url}/hooks/ProductionOrder.Release/Pre`;
      const load = async (requests: number, own: readonly string[]) => {
        progress(`${requests} hooks`);
        const body = JSON.stringify({ orders: own.slice(0, 1).map((name) => ({ name })) });
        await ask({ url, body, requests, connections: CONNECTIONS });
        releaseByHost(bare, own);
        return served.memory();
      };
      const other = await load(hooks / 10, orders.slice(0, events / 10));
      const figure = await load((hooks * 9) / 10, orders.slice(events / 10));
      const name = `memory of serve after ${hooks.toLocaleString('en')} hooks and ${events} events`;
      return [ratioRow(name, { figure, unit: 'MiB', against: 'after a tenth of them', other, limit: null })];
    } finally {
      await served.stop();
    }
  });
};

interface Running {
  url: string;
  /** Resident, in MiB, as the server itself tells. */
  memory: () => Promise<number>;
  stop: () => Promise<void>;
}

/** `serve` as an admin starts it, with all that is in it. */
async function serve(file: string, folder: string): Promise<Running> {
  const words = [MAIN, 'serve', '--port', '0', '--json', '--database', `sqlite:${file}`];
  const server = spawn(process.execPath, words, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    server.stdout.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      if (text.trimEnd().endsWith('}')) resolve((JSON.parse(text) as { url: string }).url);
    });
    server.once('exit', () => {
      reject(new Error(`serve ended: ${text}`));
    });
  });
  return {
    url,
    async memory() {
      const text = await (await fetch(`${url}/metrics`)).text();
      const [, bytes] = /^orderwright_process_resident_memory_bytes (\S+)/m.exec(text) ?? [];
      return Number(bytes) / MEBIBYTE;
    },
    async stop() {
      server.kill();
      if (server.exitCode === null) await once(server, 'exit');
    },
  };
}
