/** The command line: which commands there are, and how their answers and failures leave the process. */
import { Command, CommanderError } from 'commander';
import { loadConfiguration, type LoadedConfiguration } from '../adapters/files/configuration.js';
import { VERSION } from '../adapters/files/package-root.js';
import { OrderwrightError } from '../core/problem.js';
import { addConfigCommand } from './config.js';
import { addCreateCommand } from './create.js';
import { addDemoCommand } from './demo.js';
import { addEventsCommand } from './events.js';
import { addDoctorCommand } from './doctor.js';
import { addImportCommand } from './import.js';
import { addInstallCommand } from './install.js';
import { addJournalCommand } from './journal.js';
import { addMaterialCommand } from './material.js';
import { addOperationCommands } from './operations.js';
import { addOrderCommands } from './order.js';
import { addPluginCommands } from './plugin-commands.js';
import { addRulesCommand } from './rules.js';
import { addServeCommand } from './serve.js';
import { addUninstallCommand } from './uninstall.js';
import { Shell, type Output } from './shell.js';

const DONE = 0;
const FAILED = 1;
const WRONG_USAGE = 2;

/** Runs one command and gives the exit code: 0 done, 1 refused or failed, 2 wrong usage. */
export async function run(argv: readonly string[], output: Output = processOutput()): Promise<number> {
  const json = argv.includes('--json');
  const program = createProgram(output);
  const shell = new Shell(program, output);
  try {
    addCommands(program, shell, await configurationOf(argv));
    program.hook('preAction', () => shell.prepare());
    await program.parseAsync(argv, { from: 'user' });
    return shell.refused ? FAILED : DONE;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return DONE;
    return report(error, json, output);
  } finally {
    await shell.close();
  }
}

const WRITABLE_AGAIN = ['drain', 'close', 'error'] as const;

/** Until standard output takes more, or never will. */
function drained(): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      for (const event of WRITABLE_AGAIN) process.stdout.off(event, go);
      resolve();
    };
    for (const event of WRITABLE_AGAIN) process.stdout.on(event, go);
  });
}

function processOutput(): Output {
  // A reader that has seen enough, such as `head`, is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    out: (text) => (process.stdout.write(text) ? undefined : drained()),
    error: (text) => process.stderr.write(text),
  };
}

function createProgram(output: Output): Command {
  return new Command('orderwright')
    .description('Production orders with a life cycle, rules and steps for an MES that already runs')
    .version(VERSION)
    .option(
      '--database <url>',
      'sqlite:<file>, sqlite::memory: or mssql://user:password@host:port/database (default: ORDERWRIGHT_DATABASE, else sqlite:orderwright.db)',
    )
    .option('--config <file>', 'configuration file (default: orderwright.config.json where it is there)')
    .option('--json', 'one JSON document on stdout and nothing else')
    .option('--now <instant>', 'the time that planning, rules and default dates go by')
    .option('--actor <name>', 'who is named in the journal (default: the user of the system)')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: (text) => void output.out(text), writeErr: () => undefined })
    .showHelpAfterError(false)
    .exitOverride();
}

function addCommands(program: Command, shell: Shell, loaded: LoadedConfiguration | OrderwrightError): void {
  addDemoCommand(program, shell, run);
  addInstallCommand(program, shell);
  addUninstallCommand(program, shell);
  addDoctorCommand(program, shell);
  addImportCommand(program, shell);
  addCreateCommand(program, shell);
  addOperationCommands(program, shell);
  addMaterialCommand(program, shell);
  addOrderCommands(program, shell);
  addRulesCommand(program, shell);
  addEventsCommand(program, shell);
  addJournalCommand(program, shell);
  addConfigCommand(program, shell);
  addServeCommand(program, shell);
  if (!(loaded instanceof OrderwrightError)) {
    addPluginCommands(
      program,
      shell,
      loaded.plugins.map(({ manifest }) => manifest),
    );
  }
  shell.loaded = loaded;
}

/**
 * The configuration has to be read before the command line: it says which plugins there are, and they bring commands.
 * What is wrong with it is reported by the command that needs it.
 */
async function configurationOf(argv: readonly string[]): Promise<LoadedConfiguration | OrderwrightError> {
  const index = argv.findIndex((word) => word === '--config' || word.startsWith('--config='));
  const word = argv[index] ?? '';
  const file =
    index < 0 ? null : word.includes('=') ? word.slice('--config='.length) : (argv[index + 1] ?? null);
  try {
    return await loadConfiguration(file, process.cwd());
  } catch (error) {
    if (error instanceof OrderwrightError) return error;
    throw error;
  }
}

function report(error: unknown, json: boolean, output: Output): number {
  const { code, message, problems, exitCode } = failureOf(error);
  if (json) {
    void output.out(`${JSON.stringify({ error: { code, message, problems } }, null, 2)}\n`);
  } else {
    const list = problems.map((problem) => `  ${problem.path}  ${problem.message}  (${problem.code})`);
    // The first line of a message with a list is enough: the list follows.
    output.error(
      `${[`${code}: ${problems.length > 0 ? (message.split(': ')[0] ?? message) : message}`, ...list].join('\n')}\n`,
    );
  }
  return exitCode;
}

function failureOf(error: unknown) {
  if (error instanceof OrderwrightError) {
    const { code, message, problems, usage } = error;
    return { code, message, problems, exitCode: usage ? WRONG_USAGE : FAILED };
  }
  if (error instanceof CommanderError) {
    const message =
      error.code === 'commander.help'
        ? 'A command is missing.\nMaybe see orderwright --help'
        : error.message.replace(/^error: /, '');
    return { code: 'OW_USAGE', message, problems: [], exitCode: WRONG_USAGE };
  }
  const message =
    error instanceof Error
      ? process.env.ORDERWRIGHT_DEBUG
        ? (error.stack ?? '')
        : error.message
      : String(error);
  return { code: 'OW_FAILED', message, problems: [], exitCode: FAILED };
}
