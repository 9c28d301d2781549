/** The commands `synchronize`, `step` and `dependency`: from the command line to the operations. */
import {
  OrderwrightError,
  type CommandAnswer,
  type CommandContext,
  type JsonObject,
} from '../../src/index.js';
import type { DiffRow, StepDiff } from './core/steps.js';
import { StepStore } from './store.js';
import { summaryOf } from './synchronize.js';

const MODES = ['replace', 'preserve'];
const TITLES: Record<string, string> = {
  StartStep: 'step start',
  FinishStep: 'step finish',
  ChangeStep: 'step change',
  AddDependency: 'dependency add',
  RemoveDependency: 'dependency remove',
};

export async function synchronizeCommand(context: CommandContext): Promise<CommandAnswer> {
  const { options } = context;
  const named = list(context.arguments.order);
  const undo = options.undo;
  const dryRun = options.dryRun === true;
  if (typeof undo === 'string') {
    if (named.length > 0) throw usage('--undo takes its own order: name no other');
    return answer('undo', await context.perform({ operation: 'UndoSynchronize', orders: [undo], dryRun }));
  }
  if (named.length === 0) throw usage('Name an order to synchronize, or one to --undo');
  const mode = options.mode;
  if (mode !== undefined && !MODES.includes(String(mode)))
    throw usage(`--mode is ${MODES.join(' or ')}, not ${mode}`);
  const input: JsonObject = {
    ...(mode !== undefined && { mode }),
    ...(options.discardStarted === true && { discardStarted: true }),
  };
  const atomic = options.atomic === true;
  const document = await context.perform({ operation: 'Synchronize', orders: named, input, dryRun, atomic });
  return answer(dryRun ? 'synchronize (dry run)' : 'synchronize', document);
}

export const stepStart = (context: CommandContext) => stepCommand(context, 'StartStep', timeOf(context));
export const stepFinish = (context: CommandContext) => stepCommand(context, 'FinishStep', timeOf(context));
export const stepChange = (context: CommandContext) => stepCommand(context, 'ChangeStep', context.input);

export const dependencyAdd = (context: CommandContext) => dependencyCommand(context, 'AddDependency');
export const dependencyRemove = (context: CommandContext) => dependencyCommand(context, 'RemoveDependency');

async function stepCommand(
  context: CommandContext,
  operation: string,
  input: JsonObject,
): Promise<CommandAnswer> {
  const id = String(context.arguments.id);
  const order = await orderOf(context, id);
  const document = await context.perform({ operation, orders: [order], input: { ...input, step: id } });
  return answer(TITLES[operation] ?? operation, document);
}

/** The order of the step that waits is the one that is asked. */
async function dependencyCommand(context: CommandContext, operation: string): Promise<CommandAnswer> {
  const from = String(context.arguments.from);
  const to = String(context.arguments.to);
  const order = await orderOf(context, to);
  const document = await context.perform({ operation, orders: [order], input: { from, to } });
  return answer(TITLES[operation] ?? operation, document);
}

async function orderOf(context: CommandContext, id: string): Promise<string> {
  const step = await context.read((session) => new StepStore(session).step(id));
  if (step !== null) return step.order;
  throw new OrderwrightError('OW_STEP_UNKNOWN', `There is no Production Order Step ${id}`);
}

function timeOf({ options }: CommandContext): JsonObject {
  const at = text(options.at);
  return at === undefined ? {} : { at };
}

function text(value: string | boolean | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function list(value: string | string[] | undefined): string[] {
  return value === undefined ? [] : [value].flat();
}

function usage(message: string): OrderwrightError {
  return new OrderwrightError('OW_USAGE', message, [], true);
}

function answer(what: string, document: JsonObject): CommandAnswer {
  const rows = document.orders as JsonObject[];
  const diffs = rows.flatMap((row) =>
    row.diff === undefined ? [] : [`  ${summaryOf(row)}`, ...diffLines(row.diff as unknown as StepDiff)],
  );
  return { document, title: what, lines: () => diffs };
}

/** What is kept is counted; what is not is listed, as far as a person reads. */
const SHOWN = 40;

function diffLines(diff: StepDiff): string[] {
  const rows: [mark: string, rows: readonly DiffRow[]][] = [
    ['~', diff.change],
    ['+', diff.add],
    ['-', diff.remove],
  ];
  const lines = rows.flatMap(([mark, part]) =>
    part.map(({ id, flowPath, batch, reason }) => `  ${mark} ${id}  batch ${batch}  ${flowPath}  ${reason}`),
  );
  const more = lines.length - SHOWN;
  return more > 0 ? [...lines.slice(0, SHOWN), `  ... and ${more} more`] : lines;
}
