/**
 * `npm run test:mssql`: the contract of the database, the installer, the doors, killed processes and the demo on the
 * server that ORDERWRIGHT_TEST_MSSQL names, each in databases of its own. `-- --grep <text>` runs some of it. What takes
 * long says every 20 seconds that it goes on; what was made and is left, also after a failure or Ctrl+C, is dropped.
 */
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Mocha from 'mocha';

process.env.ORDERWRIGHT_TEST_RUN ??= randomBytes(4).toString('hex');
const { MISSING, dropLeftovers } = await import('./live-server.js');

const TIMEOUT_MS = 600_000;
const SAID_EVERY_MS = 20_000;
const FOLDER = import.meta.dirname;

const { values } = parseArgs({ options: { grep: { type: 'string', default: '' } } });
if (MISSING === null) process.exitCode = await run(values.grep);
else process.stdout.write(`skipped: ${MISSING}\n`);

async function run(grep: string): Promise<number> {
  const began = performance.now();
  const mocha = new Mocha({ timeout: TIMEOUT_MS, reporter: 'spec', slow: TIMEOUT_MS });
  for (const file of readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).sort()) {
    if (file.endsWith('.spec.js')) mocha.addFile(join(FOLDER, file));
  }
  // What is said of other engines is told by `npm test`.
  mocha.grep(new RegExp(`^(?=.*SQL Server)(?=.*${grep.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')})`));
  await mocha.loadFilesAsync();
  const failures = await new Promise<number>((resolve) => {
    const runner = mocha.run(resolve);
    let current = '';
    runner.on('suite', ({ title }) => (current = title));
    runner.on('test', (test) => (current = test.title));
    const said = setInterval(() => {
      process.stderr.write(`${seconds(began)} s, still at: ${current}\n`);
    }, SAID_EVERY_MS);
    process.once('SIGINT', () => runner.abort());
    process.once('SIGTERM', () => runner.abort());
    runner.once('end', () => clearInterval(said));
  });
  const left = await dropLeftovers();
  if (left.length > 0) process.stdout.write(`dropped what was left: ${left.join(', ')}\n`);
  process.stdout.write(`${seconds(began)} s\n`);
  return Math.min(failures, 1);
}

function seconds(began: number): string {
  return ((performance.now() - began) / 1000).toFixed(0);
}
