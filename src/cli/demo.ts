/** `demo`: the whole story on a database of its own, told with the real commands. */
import { existsSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Command } from 'commander';
import { PACKAGE_ROOT } from '../adapters/files/package-root.js';
import { OrderwrightError } from '../core/problem.js';
import type { JsonObject } from '../core/json.js';
import { paint } from './print-verdict.js';
import type { Output, Shell } from './shell.js';

const FILE = 'orderwright-demo.db';
const DATABASE = `sqlite:${FILE}`;
const EXAMPLES = join(PACKAGE_ROOT, 'dist', 'src', 'examples');
/** Lines of one command's answer that are worth reading here. */
const LINES = 12;

interface Scene {
  says: string;
  command: string[];
  /** What the command must end with, or the story is not true. */
  exitCode: 0 | 1;
}

interface Played {
  command: string;
  exitCode: number;
  document: JsonObject;
}

/** The story; a step's id comes from the database that the story has made so far. */
async function* story(stepOf: (order: string) => Promise<string>): AsyncGenerator<Scene> {
  yield {
    says: 'A small plant: one machine sharpens stool legs, and two orders for stools are in its queue.',
    command: ['import', example('stool-factory.json')],
    exitCode: 0,
  };
  yield {
    says: 'Its schedule: work centers down, time across, a letter per order. Assembling waits for the legs.',
    command: ['schedule', '--now', '2020-07-01T00:00:00Z'],
    exitCode: 0,
  };
  yield {
    says: 'A larger plant beside it: a flow of seven steps in two sub-flows, and four production orders.',
    command: ['import', example('wafer-plant.json'), '--replace'],
    exitCode: 0,
  };
  yield { says: 'The orders, and what each of them allows now.', command: ['orders'], exitCode: 0 };
  yield {
    says: 'PO-1004 can not be released: a rule refuses, shows the values it found, and says what would mend it.',
    command: ['release', 'PO-1004'],
    exitCode: 1,
  };
  yield {
    says: 'Mended with planned dates that fit. Its steps are generated in the same transaction.',
    command: ['release', 'PO-1004', '--input', '{"plannedStart": "2026-12-07", "plannedEnd": "2026-12-08"}'],
    exitCode: 0,
  };
  yield {
    says: 'PO-1001 is for 100 wafers, and the first step has size 20: 100 / 20 = 5 batches, each through seven steps.',
    command: ['release', 'PO-1001'],
    exitCode: 0,
  };
  yield {
    says: 'PO-1003 is released too, but its steps are not generated: its facility is not the one of its flow.',
    command: ['release', 'PO-1003'],
    exitCode: 0,
  };
  yield {
    says: 'The shop floor starts the first batch of PO-1001 ...',
    command: ['step', 'start', await stepOf('PO-1001')],
    exitCode: 0,
  };
  yield {
    says: '... and the customer now wants 90.',
    command: ['change', 'PO-1001', '--input', '{"quantity": "90"}'],
    exitCode: 0,
  };
  yield {
    says: 'Synchronizing again would throw away what was started, and is refused.',
    command: ['synchronize', 'PO-1001'],
    exitCode: 1,
  };
  yield {
    says: 'Preserving what was started: a dry run shows what would become of each step, and why.',
    command: ['synchronize', 'PO-1001', '--mode', 'preserve', '--dry-run'],
    exitCode: 0,
  };
  yield { says: 'Done for real ...', command: ['synchronize', 'PO-1001', '--mode', 'preserve'], exitCode: 0 };
  yield { says: '... and taken back.', command: ['synchronize', '--undo', 'PO-1001'], exitCode: 0 };
  yield {
    says: 'The queue knows which orders have to be scheduled again, and why.',
    command: ['queue'],
    exitCode: 0,
  };
  yield {
    says: 'Who asked what, what was decided, and what came of it.',
    command: ['journal', 'PO-1001'],
    exitCode: 0,
  };
}

const afterword = (database: string) => `The database is left as it is. To go on from here, in this folder:

  export ORDERWRIGHT_DATABASE=${quoted(database)}
  npm run --silent orderwright -- order PO-1001
  npm run --silent orderwright -- rules list
  npm run --silent orderwright -- rules explain close PO-1002`;

/** Runs a command of this program as a person would, and gives its exit code. */
type Run = (argv: readonly string[], output: Output) => Promise<number>;

/** Who is told the story, by which program, on which database. */
interface Told {
  shell: Shell;
  run: Run;
  database: string;
}

export function addDemoCommand(program: Command, shell: Shell, run: Run): void {
  program
    .command('demo')
    .description(
      `the whole story, step by step, on a database made anew (${FILE}), or on an empty one that --database names`,
    )
    .option('--serve', 'then a plant of 300 orders, and the console on it, until it is stopped')
    .option('--port <port>', 'where the console is served', '7400')
    .action(async ({ serve = false, port }: { serve?: boolean; port: string }) => {
      const told: Told = { shell, run, database: shell.namedDatabase ?? DATABASE };
      await beginOn(told);
      const played = await play(told);
      if (serve) return servePlant(told, port);
      const database = withoutPassword(told.database);
      await shell.answer({ database, commands: played as unknown as JsonObject[] }, afterword(database));
    });
}

/** A larger plant beside the two of the story, and the console, in the same database. */
async function servePlant(told: Told, port: string): Promise<void> {
  const { shell, run, database } = told;
  // The stools of 2020 would be late by years, and what is late is worth a look there.
  await captured(told, ['cancel', '01', '02']);
  const { runMachiningPlant } = await import('../examples/run-machining-plant.js');
  const { now } = shell.caller;
  await runMachiningPlant({
    database,
    now,
    tell: (text) => shell.tell(`${paint('bold', text)}\n`),
  });
  const standing = shell.standingTime === null ? [] : ['--now', now];
  const json = shell.json ? ['--json'] : [];
  const words = ['serve', '--port', port, '--database', database, ...standing, ...json];
  await run(words, {
    out: (text) => shell.write(text),
    error: (text) => process.stderr.write(text),
  });
}

/**
 * The demo's own file is made anew; a database that was named has to be there, installed, and nobody's.
 * @throws OrderwrightError OW_DEMO_DATABASE
 */
async function beginOn(told: Told): Promise<void> {
  if (told.shell.namedDatabase === null) {
    for (const file of [FILE, `${FILE}-wal`, `${FILE}-shm`]) if (existsSync(file)) rmSync(file);
    return;
  }
  const { exitCode, text } = await captured(told, ['orders', '--json']);
  const { orders, error } = JSON.parse(text) as { orders?: unknown[]; error?: { message: string } };
  const wrong =
    exitCode !== 0 || orders === undefined
      ? (error?.message ?? text)
      : 'The story needs a database of its own, and there are production orders in this one; nothing was done.';
  if (orders?.length === 0) return;
  throw new OrderwrightError(
    'OW_DEMO_DATABASE',
    `${wrong}\nMaybe without --database: then it is told on ${FILE}.`,
  );
}

async function play(told: Told): Promise<Played[]> {
  const { shell } = told;
  const played: Played[] = [];
  for await (const scene of story((order) => firstStep(told, order))) {
    const command = `orderwright ${scene.command.map(quoted).join(' ')}`;
    await shell.tell(`${paint('bold', scene.says)}\n\n${paint('cyan', `$ ${command}`)}\n`);
    const answer = shell.json
      ? await captured(told, [...scene.command, '--json'])
      : await captured(told, scene.command);
    if (!shell.json) await shell.tell(`${shortened(answer.text)}\n\n`);
    if (answer.exitCode !== scene.exitCode) {
      throw new OrderwrightError(
        'OW_DEMO_FAILED',
        `${command} ended with exit code ${answer.exitCode}: ${answer.text}`,
      );
    }
    const document = shell.json ? (JSON.parse(answer.text) as JsonObject) : {};
    played.push({ command, exitCode: answer.exitCode, document });
  }
  return played;
}

/** A real command on the demo's database, with what it wrote. */
async function captured(
  { run, database }: Told,
  command: readonly string[],
): Promise<{ exitCode: number; text: string }> {
  let text = '';
  const keep = (part: string) => {
    text += part;
  };
  const output: Output = { out: keep, error: keep };
  const exitCode = await run([...command, '--database', database], output);
  return { exitCode, text: text.trimEnd() };
}

function example(name: string): string {
  return relative(process.cwd(), join(EXAMPLES, name));
}

async function firstStep(told: Told, order: string): Promise<string> {
  const { text } = await captured(told, ['order', order, '--json']);
  const { steps } = JSON.parse(text) as { steps: { id: string }[] };
  return steps[0]?.id ?? '';
}

/** Who repeats the commands knows it. */
function withoutPassword(database: string): string {
  return database.replace(/^(\w+:\/\/[^:@/]*):[^@]*@/, '$1@');
}

function shortened(text: string): string {
  const lines = text.split('\n');
  if (lines.length <= LINES + 1) return text;
  return [...lines.slice(0, LINES), paint('dim', `... and ${lines.length - LINES} more lines`)].join('\n');
}

function quoted(word: string): string {
  return /^[\w./:=-]+$/.test(word) ? word : `'${word}'`;
}
