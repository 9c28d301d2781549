/** Takes the last synchronization of an order back (design 3.7, Apply), unless its steps have been used since. */
import type { Violation } from '../../../src/index.js';
import { dependencyChanges, outcome, refusalOfCircle } from './diff-steps.js';
import type { DiffResult, StepsOutcome } from './diff-steps.js';
import { byPlace, changesBetween, dependencyKey, diffRow } from './steps.js';
import type { Dependency, StepDiff, StoredStep } from './steps.js';
import { listed, violation } from './violation.js';

/** What a run did, kept so that it can be taken back: plain JSON. */
export interface BeforeImage {
  removed: StoredStep[];
  changed: { before: StoredStep; after: StoredStep }[];
  /** Ids of the steps that the run added. */
  added: string[];
  dependenciesRemoved: Dependency[];
  /** Without those of added steps, which go with their steps. */
  dependenciesAdded: Dependency[];
}

export interface UndoInput {
  /** Of the order's last synchronization; null where there is none or it was undone. */
  before: BeforeImage | null;
  /** The order's steps now. */
  present: readonly StoredStep[];
  /** The dependencies stored now that have an end among the order's steps. */
  presentDependencies: readonly Dependency[];
  /** Ids of other orders' steps that dependencies name and that exist. */
  idsElsewhere: ReadonlySet<string>;
  /** Other orders' dependencies that a circle could run through. */
  dependenciesElsewhere?: readonly Dependency[];
}

/** What has to be kept of a run for its undo. */
export function beforeImage(existing: readonly StoredStep[], run: StepsOutcome): BeforeImage {
  const before = new Map(existing.map((step) => [step.id, step]));
  const after = new Map(run.steps.map((step) => [step.id, step]));
  const added = run.diff.add.map(({ id }) => id);
  const ofAdded = new Set(added);
  return {
    removed: run.diff.remove.map(({ id }) => before.get(id)).filter((step) => step !== undefined),
    changed: run.diff.change.flatMap(({ id }) => {
      const [from, to] = [before.get(id), after.get(id)];
      return from === undefined || to === undefined ? [] : [{ before: from, after: to }];
    }),
    added,
    dependenciesRemoved: run.dependencyChanges.remove,
    dependenciesAdded: run.dependencyChanges.add.filter(
      ({ from, to }) => !ofAdded.has(from) && !ofAdded.has(to),
    ),
  };
}

/**
 * The rows as they were before the run. Refused where there is no run, or where a step that it added or changed was
 * started, finished, scheduled or changed since, or a dependency of the run was; what the run kept does not matter.
 */
export function undoSteps(input: UndoInput): DiffResult {
  const { before } = input;
  if (before === null || isEmpty(before)) {
    return refused([
      violation(
        'OW_SYNCHRONIZE_NOTHING_TO_UNDO',
        'There is a synchronization to undo',
        'There is no synchronization of this order that could be undone.',
      ),
    ]);
  }
  const violations = violationsOf(input, before);
  if (violations.length > 0) return refused(violations);
  const present = new Map(input.present.map((step) => [step.id, step]));
  const diff: StepDiff = { keep: [], change: [], add: [], remove: [] };
  for (const id of before.added) {
    const step = present.get(id);
    if (step !== undefined)
      diff.remove.push(diffRow(step, 'removed: added by the synchronization that is undone'));
    present.delete(id);
  }
  const restored = new Set<string>();
  for (const { before: was } of before.changed) {
    const now = present.get(was.id);
    // Whether a step is in a plan is the scheduler's to say.
    const row = { ...was, scheduled: now?.scheduled ?? was.scheduled };
    const changes = now === undefined ? [] : changesBetween(now, row);
    diff.change.push({ ...diffRow(row, 'as it was before the synchronization that is undone'), changes });
    present.set(row.id, row);
    restored.add(row.id);
  }
  for (const [id, step] of present) if (!restored.has(id)) diff.keep.push(diffRow(step, 'unchanged'));
  for (const step of before.removed) {
    diff.add.push(diffRow(step, 'restored: removed by the synchronization that is undone'));
    present.set(step.id, step);
  }
  const steps = [...present.values()].sort(byPlace);
  const dependencies = dependenciesBefore(input, before);
  const circle = refusalOfCircle([...dependencies, ...(input.dependenciesElsewhere ?? [])], steps);
  if (circle !== null) return refused([circle]);
  return outcome({
    steps,
    dependencies,
    diff,
    dependencyChanges: dependencyChanges(input.presentDependencies, dependencies),
    dependenciesRemoved: [],
    warnings: [],
  });
}

function refused(violations: Violation[]): DiffResult {
  return { ok: false, violations };
}

function isEmpty(image: BeforeImage): boolean {
  return Object.values(image).every((rows: readonly unknown[]) => rows.length === 0);
}

function dependenciesBefore({ presentDependencies }: UndoInput, image: BeforeImage): Dependency[] {
  const added = new Set(image.added);
  const gone = new Set(image.dependenciesAdded.map(dependencyKey));
  const kept = presentDependencies.filter(
    (dependency) =>
      !added.has(dependency.from) && !added.has(dependency.to) && !gone.has(dependencyKey(dependency)),
  );
  return [...kept, ...image.dependenciesRemoved];
}

function violationsOf(input: UndoInput, image: BeforeImage): Violation[] {
  const found = { started: [] as string[], scheduled: [] as string[], changed: [] as string[] };
  const present = new Map(input.present.map((step) => [step.id, step]));
  for (const id of image.added) {
    const now = present.get(id);
    if (now === undefined) found.changed.push(`step ${id}`);
    else if (now.state !== 'Planned') found.started.push(nameOf(now));
    else if (now.scheduled) found.scheduled.push(nameOf(now));
    else if (now.manual || now.quantity !== now.builtQuantity) found.changed.push(nameOf(now));
  }
  for (const { after } of image.changed) {
    const now = present.get(after.id);
    if (now === undefined) found.changed.push(nameOf(after));
    else if (now.state !== after.state && now.state !== 'Planned') found.started.push(nameOf(now));
    else if (now.scheduled && !after.scheduled) found.scheduled.push(nameOf(now));
    else if (changesBetween(now, after).length > 0) found.changed.push(nameOf(now));
  }
  for (const step of image.removed) if (present.has(step.id)) found.changed.push(nameOf(step));
  found.changed.push(...changedDependencies(input, image));
  const title = 'What the synchronization made has not been used since';
  const codes = { started: 'STARTED', scheduled: 'SCHEDULED', changed: 'CHANGED' } as const;
  const words = {
    started: 'was started or finished',
    scheduled: 'was put into a saved plan',
    changed: 'was changed by hand',
  } as const;
  return (['started', 'scheduled', 'changed'] as const)
    .filter((kind) => found[kind].length > 0)
    .map((kind) =>
      violation(
        `OW_SYNCHRONIZE_UNDO_${codes[kind]}`,
        title,
        `Since the synchronization this ${words[kind]}: ${listed(found[kind])}.`,
      ),
    );
}

/** Dependencies of the run that are not as it left them, or that can't come back as an end of theirs is gone. */
function changedDependencies(input: UndoInput, image: BeforeImage): string[] {
  const stored = new Map(
    input.presentDependencies.map((dependency) => [dependencyKey(dependency), dependency]),
  );
  const added = new Set(image.added);
  const changed: Dependency[] = image.dependenciesAdded.filter(
    (dependency) => stored.get(dependencyKey(dependency))?.manual !== dependency.manual,
  );
  for (const dependency of input.presentDependencies) {
    if (dependency.manual && (added.has(dependency.from) || added.has(dependency.to)))
      changed.push(dependency);
  }
  const ends = new Set(input.idsElsewhere);
  for (const step of [...input.present, ...image.removed]) ends.add(step.id);
  const addedKeys = new Set(image.dependenciesAdded.map(dependencyKey));
  for (const dependency of image.dependenciesRemoved) {
    const key = dependencyKey(dependency);
    const isBack = stored.has(key) && !addedKeys.has(key);
    if (isBack || !ends.has(dependency.from) || !ends.has(dependency.to)) changed.push(dependency);
  }
  return changed.map(({ from, to }) => `the dependency from ${from} to ${to}`);
}

function nameOf(step: StoredStep): string {
  return `${step.flowPath} batch ${step.batch} of ${step.source}`;
}
