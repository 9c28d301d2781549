/** What a synchronization comes to, as the API answers it. Pure. */
import type { OrderStep } from '../orders/order.js';
import type { VerdictRow, Violation } from '../shell/verdict.js';

export type Mode = 'replace' | 'preserve';

export interface Chosen {
  mode: Mode;
  /** Lets replace discard what is started, finished or changed by hand. */
  discardStarted: boolean;
}

export interface DiffRow {
  id: string;
  flowPath: string;
  batch: number;
  reason: string;
  changes?: { field: string; from: unknown; to: unknown }[];
}

export const PARTS = ['change', 'add', 'remove', 'keep'] as const;
export type Part = (typeof PARTS)[number];
export type Diff = Record<Part, DiffRow[]>;

/** What is compared of a step: where it stands among those of its batch is its flow path's. */
export type Step = Omit<OrderStep, 'position'>;

export interface SynchronizeRow extends VerdictRow {
  steps?: Step[];
  dependencies?: unknown[];
  dependenciesRemoved?: { from: string; to: string; reason: string }[];
  diff?: Diff;
}

export interface ShownRow extends DiffRow {
  part: Part;
  step: string;
  source: string;
  amount: string;
}

/** The rows of the chosen parts, with what is known of their steps before and after. */
export function rowsOf(diff: Diff, parts: readonly Part[], steps: readonly Step[]): ShownRow[] {
  const known = new Map(steps.map((step) => [step.id, step]));
  return parts.flatMap((part) =>
    diff[part].map((row): ShownRow => {
      const step = known.get(row.id);
      return {
        ...row,
        part,
        step: step?.step ?? lastOf(row.flowPath),
        source: sourceText(step?.source),
        amount: step === undefined ? '' : `${step.quantity} ${step.units}`,
      };
    }),
  );
}

function lastOf(flowPath: string): string {
  return (flowPath.split('/').at(-1) ?? flowPath).replace(/:[^:]*$/, '');
}

/** The rest is what is on no material yet. */
function sourceText(source: string | undefined): string {
  if (source === undefined) return '';
  return source === 'rest' ? 'Not on a material' : source;
}

/** Whether a run would change anything. */
export function changesAnything({ diff, dependenciesRemoved = [] }: SynchronizeRow): boolean {
  if (diff === undefined) return false;
  return diff.change.length + diff.add.length + diff.remove.length + dependenciesRemoved.length > 0;
}

/** Steps that replace would lose what was done with. */
export function usedSteps(steps: readonly Step[]): Step[] {
  return steps.filter(({ state, manual }) => state !== 'Planned' || manual);
}

export function isNothingToUndo({ violations }: { violations: readonly Violation[] }): boolean {
  return violations.some(({ code }) => code === 'OW_SYNCHRONIZE_NOTHING_TO_UNDO');
}

/** The refusal that choosing otherwise mends: what it says of the command line is no help here. */
export function isStarted({ code }: Violation): boolean {
  return code === 'OW_SYNCHRONIZE_STARTED';
}

/** `2 to change, 30 to add`; nothing where there is nothing. */
export function summaryOf(diff: Diff, words: Record<Part, string>): string {
  return PARTS.filter((part) => diff[part].length > 0)
    .map((part) => `${diff[part].length.toLocaleString('en')} ${words[part]}`)
    .join(', ');
}
