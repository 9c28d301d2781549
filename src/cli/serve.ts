/** `serve`: the HTTP door, with the dispatcher of the event queue beside it. */
import type { Command } from 'commander';
import type { AddressInfo } from 'node:net';
import { OrderwrightError } from '../core/problem.js';
import type { HttpConfiguration } from '../ports/configuration.js';
import type { ServedDispatcher, Served } from '../adapters/http/served.js';
import type { Shell } from './shell.js';

interface Options {
  port?: string;
  host?: string;
  dispatcher: boolean;
}

const SEAL_EVERY_MS = 60_000;
const STOP_SIGNALS = ['SIGTERM', 'SIGINT'] as const;

export function addServeCommand(program: Command, shell: Shell): void {
  program
    .command('serve')
    .description('answer hooks and operations over HTTP, and apply the events of the queue')
    .option('--port <port>', 'default: http.port of the configuration, else 7400; 0 for any free one')
    .option('--host <address>', 'default: http.host of the configuration, else 127.0.0.1')
    .option('--no-dispatcher', 'leave the events to other processes')
    .action((options: Options) => serve(shell, options));
}

async function serve(shell: Shell, options: Options): Promise<void> {
  const { configuration } = shell.configuration;
  const http = withOptions(configuration.http, options);
  // What only a server needs is loaded by the server alone: the other commands start faster.
  const [{ createServer }, { checkOpenness }] = await Promise.all([
    import('../adapters/http/server.js'),
    import('../adapters/http/access.js'),
  ]);
  checkOpenness(http, configuration.tokens);
  const door: Served = await shell.open('http');
  let dispatcher: ServedDispatcher | null = null;
  const app = await createServer({
    door,
    http,
    tokens: configuration.tokens,
    now: shell.standingTime,
    dispatcher: () => dispatcher,
    log: process.stderr,
  });
  const stopped = signalled();
  // A promise that a plugin forgot must not stop the door for everybody.
  process.on('unhandledRejection', (error) => {
    app.log.error({ err: error }, 'something failed that nobody waited for');
  });
  try {
    await app.listen({ host: http.host, port: http.port });
  } catch (error) {
    await app.close();
    const reason = (error as Error).message;
    throw new OrderwrightError(
      'OW_SERVE_ADDRESS',
      `${http.host}:${http.port} can't be listened on: ${reason}`,
    );
  }
  if (options.dispatcher) dispatcher = door.startDispatcher();
  const sealing = setInterval(() => {
    door.sealJournal().catch((error: unknown) => {
      app.log.error({ err: error }, 'the journal could not be sealed');
    });
  }, SEAL_EVERY_MS);
  const { address, port, family } = app.server.address() as AddressInfo;
  const host = family === 'IPv6' ? `[${address}]` : address;
  const url = `${http.tls === null ? 'http' : 'https'}://${host}:${port}`;
  await shell.answer(
    { url },
    `orderwright listens at ${url} (OpenAPI at ${url}/openapi.json)${shownPages(door, url)}`,
  );

  await stopped;
  clearInterval(sealing);
  // What was asked is answered and what was claimed is finished; then nothing is left that could be lost.
  await app.close();
  await dispatcher?.stop();
  await door.sealJournal();
}

/** @throws OrderwrightError OW_USAGE for a port that is none */
function withOptions(http: HttpConfiguration, { port, host }: Options): HttpConfiguration {
  const number = port === undefined ? http.port : /^\d{1,5}$/.test(port) ? Number(port) : NaN;
  if (!(number <= 65_535)) {
    throw new OrderwrightError('OW_USAGE', `--port is a number from 0 to 65535, not ${port ?? ''}`, [], true);
  }
  return { ...http, port: number, host: host ?? http.host };
}

/** Where the pages of the plugins are. */
function shownPages({ pages }: Served, url: string): string {
  return pages.map(({ path }) => `\nOpen ${url}${path}/ in a browser`).join('');
}

/** Until this process is asked to stop; a second time ends it at once, as without us. */
function signalled(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      for (const signal of STOP_SIGNALS) process.off(signal, stop);
      resolve();
    };
    for (const signal of STOP_SIGNALS) process.on(signal, stop);
  });
}
