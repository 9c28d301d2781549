/** `material create|assign|remove|change-order|move|ship|split|expand|adjust|terminate` (design 3.3). */
import type { Command } from 'commander';
import type { JsonObject } from '../core/json.js';
import { overrideOf } from './operations.js';
import { verdictRowsText } from './print-verdict.js';
import { readInput } from './read-input.js';
import type { Shell } from './shell.js';

interface Options {
  input?: string;
  dryRun?: boolean;
  atomic?: boolean;
  override?: string;
  reason?: string;
  accountsTo?: string;
  copyPriority?: boolean;
  copyDueDate?: boolean;
  to?: string;
  quantity?: string;
}

/** What an operation is asked about, from the words after its name. */
type Asked = (words: string[], options: Options) => { materials: string[]; input: JsonObject };

interface MaterialCommand {
  word: string;
  operation: string;
  arguments: string;
  description: string;
  options?: [flags: string, description: string][];
  asked: Asked;
}

const REASON: [flags: string, description: string] = ['--reason <text>', 'why'];

const withOrder: Asked = ([order = '', ...materials]) => ({ materials, input: { order } });

const COMMANDS: readonly MaterialCommand[] = [
  {
    word: 'create',
    operation: 'Create',
    arguments: '<order> <material...>',
    description: 'create materials for an order; input {quantity, units, facility, flowPath}',
    options: [['--quantity <quantity>', "quantity of each (default: the product's material size)"]],
    asked: ([order = '', ...materials], { quantity }) => ({
      materials,
      input: { order, ...(quantity !== undefined && { quantity }) },
    }),
  },
  {
    word: 'assign',
    operation: 'Assign',
    arguments: '<order> <material...>',
    description: 'assign materials to an order',
    asked: withOrder,
  },
  {
    word: 'remove',
    operation: 'Remove',
    arguments: '<order> <material...>',
    description: 'remove materials from an order',
    asked: withOrder,
  },
  {
    word: 'change-order',
    operation: 'ChangeProductionOrder',
    arguments: '<material> <order>',
    description: 'change the order of a material',
    options: [
      ['--accounts-to <old|new>', 'the order that it counts toward from then on (default: new)'],
      ['--copy-priority', "give the material the new order's priority"],
      ['--copy-due-date', "give the material the new order's planned end, else its due date"],
    ],
    asked: ([material = '', order = ''], { accountsTo, copyPriority, copyDueDate }) => ({
      materials: [material],
      input: {
        order,
        ...(accountsTo !== undefined && { accountsTo }),
        ...(copyPriority === true && { copyPriority }),
        ...(copyDueDate === true && { copyDueDate }),
      },
    }),
  },
  {
    word: 'move',
    operation: 'MoveNext',
    arguments: '<material...>',
    description: 'move materials to the next step of their flow, or to the one that is named',
    options: [['--to <flowPath>', 'the step to move to']],
    asked: (materials, { to }) => ({ materials, input: { ...(to !== undefined && { to }) } }),
  },
  {
    word: 'ship',
    operation: 'Ship',
    arguments: '<material...>',
    description: 'ship materials to a facility; a remote one takes delivery',
    options: [['--to <facility>', 'where to']],
    asked: (materials, { to }) => ({ materials, input: { ...(to !== undefined && { facility: to }) } }),
  },
  {
    word: 'split',
    operation: 'Split',
    arguments: '<material> <quantity...>',
    description: 'split a material: new ones with these quantities, the rest stays',
    asked: ([material = '', ...quantities]) => ({ materials: [material], input: { quantities } }),
  },
  {
    word: 'expand',
    operation: 'Expand',
    arguments: '<material> <count>',
    description: 'expand a material into so many new ones in equal parts',
    asked: ([material = '', count = '']) => ({
      materials: [material],
      input: { count: /^\d+$/.test(count) ? Number(count) : count },
    }),
  },
  {
    word: 'adjust',
    operation: 'AdjustQuantity',
    arguments: '<material> <quantity>',
    description: 'adjust the quantity of a material by a loss (-3) or a bonus (+3)',
    options: [REASON],
    asked: ([material = '', by = ''], { reason }) => ({
      materials: [material],
      // A bonus may be written with its sign.
      input: { by: by.replace(/^\+(?=[\d.])/, ''), ...(reason !== undefined && { reason }) },
    }),
  },
  {
    word: 'terminate',
    operation: 'Terminate',
    arguments: '<material...>',
    description: 'terminate materials: they count nowhere from then on',
    options: [REASON],
    asked: (materials, { reason }) => ({ materials, input: { ...(reason !== undefined && { reason }) } }),
  },
];

export function addMaterialCommand(program: Command, shell: Shell): void {
  const material = program.command('material').description('operations on materials');
  for (const { word, operation, arguments: words, description, options = [], asked } of COMMANDS) {
    const command = material
      .command(`${word} ${words}`)
      .description(description)
      .option('--input <json>', 'further fields of the input: JSON, @file or - for standard input')
      .option('--dry-run', 'answer what would happen, and change nothing')
      .option('--atomic', 'all of the materials or none')
      .option('--override <rule>', 'let this material through one rule; needs --reason');
    for (const [flags, text] of options) command.option(flags, text);
    if (!options.includes(REASON)) command.option('--reason <text>', 'why the rule is overridden');
    command.action(async (...given: unknown[]) => {
      const values = given.slice(0, command.registeredArguments.length).flat() as string[];
      const chosen = command.opts<Options>();
      const { materials, input } = asked(values, chosen);
      const override = overrideOf(chosen, !options.includes(REASON));
      const orderwright = await shell.open();
      const verdict = await orderwright.performMaterials({
        operation,
        materials,
        input: { ...(await readInput(chosen.input)), ...input },
        dryRun: chosen.dryRun === true,
        atomic: chosen.atomic === true,
        override,
        ...shell.caller,
      });
      shell.refused = verdict.materials.some((row) => !row.allowed);
      await shell.answer(verdict, () => verdictRowsText(operation, verdict.materials));
    });
  }
}
