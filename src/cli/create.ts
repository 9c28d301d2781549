/** `create -f <file>`: orders in the plant file's shape. */
import type { Command } from 'commander';
import { verdictText } from './print-verdict.js';
import { readText } from './read-input.js';
import type { Shell } from './shell.js';

interface Options {
  file: string;
  dryRun?: boolean;
  atomic?: boolean;
}

export function addCreateCommand(program: Command, shell: Shell): void {
  program
    .command('create')
    .description('create one order or an array of them')
    .requiredOption(
      '-f, --file <file>',
      'JSON in the shape of productionOrders in the plant file; - for standard input',
    )
    .option('--dry-run', 'answer what would happen, and change nothing')
    .option('--atomic', 'all of the orders or none')
    .action(async (options: Options) => {
      const text = await readText(options.file);
      const orderwright = await shell.open();
      const { dryRun = false, atomic = false } = options;
      const verdict = await orderwright.create({ ...shell.caller, text, dryRun, atomic });
      shell.refused = verdict.orders.some((row) => !row.allowed);
      await shell.answer(verdict, () => verdictText('create', verdict));
    });
}
