/** `release`, `unrelease`, `start`, `cancel`, `close`, `reopen`, `terminate`, `unterminate`, `change`. */
import type { Command } from 'commander';
import { OrderwrightError } from '../core/problem.js';
import { verdictText } from './print-verdict.js';
import { readInput } from './read-input.js';
import type { Shell } from './shell.js';

const OPERATIONS: [word: string, name: string, description: string][] = [
  ['release', 'Release', 'release orders to the shop floor; input {plannedStart, plannedEnd}'],
  ['unrelease', 'Unrelease', 'take a release back'],
  ['start', 'Start', 'start released orders'],
  ['cancel', 'Cancel', 'cancel orders'],
  ['close', 'Close', 'close completed orders; input {terminate}'],
  ['reopen', 'Reopen', 'reopen closed orders'],
  ['terminate', 'Terminate', 'terminate orders'],
  ['unterminate', 'Unterminate', 'make terminated orders active again'],
  ['change', 'Change', 'change what was ordered; input {quantity, product, priority, dates, ...}'],
];

interface Options {
  input?: string;
  dryRun?: boolean;
  atomic?: boolean;
  override?: string;
  reason?: string;
}

export function addOperationCommands(program: Command, shell: Shell): void {
  for (const [word, name, description] of OPERATIONS) {
    program
      .command(`${word} <order...>`)
      .description(description)
      .option('--input <json>', 'JSON, @file or - for standard input')
      .option('--dry-run', 'answer what would happen, and change nothing')
      .option('--atomic', 'all of the orders or none')
      .option('--override <rule>', 'let this order through one rule; needs --reason')
      .option('--reason <text>', 'why the rule is overridden')
      .action(async (orders: string[], options: Options) => {
        const override = overrideOf(options);
        const input = await readInput(options.input);
        const orderwright = await shell.open();
        const verdict = await orderwright.perform({
          ...shell.caller,
          operation: name,
          orders,
          input,
          override,
          dryRun: options.dryRun === true,
          atomic: options.atomic === true,
        });
        shell.refused = verdict.orders.some((row) => !row.allowed);
        await shell.answer(verdict, () =>
          verdictText(options.dryRun === true ? `${word} (dry run)` : word, verdict),
        );
      });
  }
}

/**
 * What `--override` and `--reason` say together.
 * @param reasonIsItsOwn false where the operation has a reason of its own, which may stand alone.
 */
export function overrideOf(
  { override, reason }: Pick<Options, 'override' | 'reason'>,
  reasonIsItsOwn = true,
): { rule: string; reason: string } | null {
  if (override === undefined && (reason === undefined || !reasonIsItsOwn)) return null;
  if (override !== undefined && reason !== undefined && reason.trim() !== '')
    return { rule: override, reason };
  throw new OrderwrightError('OW_USAGE', '--override <rule> and --reason <text> go together', [], true);
}
