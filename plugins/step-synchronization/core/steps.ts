/** The rows of this plugin: production order steps and their dependencies, as built and as stored (design 3.7, 4). */
import type { Decimal, Instant } from '../../../src/index.js';

export type StepState = 'Planned' | 'Started' | 'Finished';

/** A production order step as synchronization builds it: one step for one batch of one source. */
export interface BuiltStep {
  /** Derived from order, source, flow path and batch: a dry run and the run after it give the same. */
  id: string;
  /** The material's name, or `rest` for what is on no material yet. */
  source: string;
  /** From 1 within source and step. */
  batch: number;
  /** Place in the whole expanded flow, from 1. */
  position: number;
  flowPath: string;
  step: string;
  quantity: Decimal;
  units: string;
  state: 'Planned';
}

/** A production order step as it is stored. */
export interface StoredStep extends Omit<BuiltStep, 'state'> {
  /** The order's name. */
  order: string;
  state: StepState;
  /** What synchronization built; the quantity differs from it after a change by hand. */
  builtQuantity: Decimal;
  actualStart: Instant | null;
  actualEnd: Instant | null;
  /** Changed by hand. */
  manual: boolean;
  /** In a saved plan; the scheduler's to say, nothing here changes it. */
  scheduled: boolean;
}

/** Whether the shop floor or a person has done something with a step, which `replace` would lose. */
export function isUsed({ state, manual }: Pick<StoredStep, 'state' | 'manual'>): boolean {
  return state !== 'Planned' || manual;
}

/** Finish to start: `to` begins after `from` has ended. Both are ids of production order steps. */
export interface Dependency {
  from: string;
  to: string;
  /** Made by hand. */
  manual: boolean;
}

export interface DiffRow {
  id: string;
  flowPath: string;
  batch: number;
  /** A sentence that a planner reads. */
  reason: string;
}

export interface Change {
  field: string;
  from: string | number | boolean | null;
  to: string | number | boolean | null;
}

export interface ChangeRow extends DiffRow {
  changes: Change[];
}

export interface StepDiff {
  keep: DiffRow[];
  change: ChangeRow[];
  add: DiffRow[];
  remove: DiffRow[];
}

export function diffRow(step: Pick<StoredStep, 'id' | 'flowPath' | 'batch'>, reason: string): DiffRow {
  return { id: step.id, flowPath: step.flowPath, batch: step.batch, reason };
}

const FIELDS = [
  'quantity',
  'units',
  'builtQuantity',
  'state',
  'actualStart',
  'actualEnd',
  'manual',
  'position',
  'step',
  'source',
] as const;

/** What is different between two rows of one identity; the built quantity only where the quantity does not tell. */
export function changesBetween(before: StoredStep, after: StoredStep): Change[] {
  return FIELDS.filter(
    (field) =>
      before[field] !== after[field] &&
      !(
        field === 'builtQuantity' &&
        before.quantity === before.builtQuantity &&
        after.quantity === after.builtQuantity
      ),
  ).map((field) => ({ field, from: before[field], to: after[field] }));
}

/** A dependency's own text: no id has a line break, ids being hexadecimal. */
export function dependencyKey({ from, to }: Pick<Dependency, 'from' | 'to'>): string {
  return `${from}\n${to}`;
}

/** The order in which steps are shown: by source, place in the flow, batch. */
export function byPlace(a: StoredStep, b: StoredStep): number {
  return (
    compare(a.source, b.source) ||
    a.position - b.position ||
    compare(a.flowPath, b.flowPath) ||
    a.batch - b.batch ||
    compare(a.id, b.id)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
