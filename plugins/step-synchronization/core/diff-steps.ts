/**
 * Compares the steps that an order has with those that were built for it, and decides what becomes of each (design 3.7,
 * Apply). A dry run and the run after it are this one function.
 */
import { fromScaled, toScaled } from '../../../src/index.js';
import type { Violation } from '../../../src/index.js';
import { findCycle } from './find-cycle.js';
import { changesBetween, dependencyKey, diffRow, byPlace, isUsed } from './steps.js';
import type { BuiltStep, ChangeRow, Dependency, StepDiff, StoredStep } from './steps.js';
import { listed, violation } from './violation.js';

export type SynchronizeMode = 'replace' | 'preserve';

export interface DiffInput {
  /** The order's name. */
  order: string;
  existing: readonly StoredStep[];
  /** The dependencies stored now, built and manual, that have an end among the order's steps. */
  existingDependencies: readonly Dependency[];
  built: { readonly steps: readonly BuiltStep[]; readonly dependencies: readonly Dependency[] };
  mode: SynchronizeMode;
  /** Lets `replace` discard what is started, finished or changed by hand. */
  discardStarted: boolean;
  /** Ids of other orders' steps that manual dependencies name and that exist. */
  idsElsewhere: ReadonlySet<string>;
  /** Other orders' dependencies that a circle could run through. */
  dependenciesElsewhere?: readonly Dependency[];
}

export interface RemovedDependency {
  from: string;
  to: string;
  reason: string;
}

/** What a synchronization or its undo comes to: the rows as they will be, and how they differ from those stored. */
export interface StepsOutcome {
  ok: true;
  /** The order's rows afterwards. */
  steps: StoredStep[];
  /** All dependencies afterwards, built and manual, also to other orders' steps. */
  dependencies: Dependency[];
  diff: StepDiff;
  /** Dependencies to write and to delete. */
  dependencyChanges: { add: Dependency[]; remove: Dependency[] };
  /** Manual dependencies that can't be kept. */
  dependenciesRemoved: RemovedDependency[];
  warnings: Violation[];
  changesAnything: boolean;
}

export type DiffResult = StepsOutcome | { ok: false; violations: Violation[] };

/**
 * `replace`: every step becomes as built; refused while a step is started, finished or changed by hand, unless that is discarded.
 * `preserve`: steps that are started, finished, manual or scheduled and still fit stay as they are. Manual dependencies
 * stay in both while steps with the identities of their ends are built. A circle is refused.
 */
export function diffSteps(input: DiffInput): DiffResult {
  const refusal = refusalOfReplace(input);
  if (refusal !== null) return { ok: false, violations: [refusal] };
  const reasons = new Reasons(input);
  const existing = new Map(input.existing.map((step) => [step.id, step]));
  const builtIds = new Set<string>();
  const steps: StoredStep[] = [];
  const diff: StepDiff = { keep: [], change: [], add: [], remove: [] };
  for (const built of input.built.steps) {
    builtIds.add(built.id);
    const before = existing.get(built.id);
    if (before !== undefined && isAsBuilt(before, built)) {
      steps.push(before);
      diff.keep.push(diffRow(before, reasonOfKept(before, input.mode)));
      continue;
    }
    const after = nextStep(before, built, input);
    steps.push(after);
    if (before === undefined) diff.add.push(diffRow(after, reasons.ofAdded(built)));
    else record(before, after, { diff, reasons, mode: input.mode });
  }
  const removed = input.existing.filter((step) => !builtIds.has(step.id)).sort(byPlace);
  diff.remove = removed.map((step) => diffRow(step, reasons.ofRemoved(step)));
  const { dependencies, dependenciesRemoved } = nextDependencies(input, builtIds, existing);
  const circle = refusalOfCircle([...dependencies, ...(input.dependenciesElsewhere ?? [])], steps);
  if (circle !== null) return { ok: false, violations: [circle] };
  return outcome({
    steps,
    dependencies,
    diff,
    dependencyChanges: dependencyChanges(input.existingDependencies, dependencies),
    dependenciesRemoved,
    warnings: warningsOf(removed),
  });
}

/** Adds to an outcome whether it changes anything. */
export function outcome(parts: Omit<StepsOutcome, 'ok' | 'changesAnything'>): StepsOutcome {
  const { diff, dependencyChanges: changes } = parts;
  const count =
    diff.change.length + diff.add.length + diff.remove.length + changes.add.length + changes.remove.length;
  return { ok: true, ...parts, changesAnything: count > 0 };
}

/** What has to be written and deleted to get from one set of dependencies to another. */
export function dependencyChanges(
  before: readonly Dependency[],
  after: readonly Dependency[],
): { add: Dependency[]; remove: Dependency[] } {
  const known = byEnds(before);
  const kept = new Set<Dependency>();
  const add = after.filter(({ from, to, manual }) => {
    const dependency = known.get(from)?.get(to);
    // With another mark it is taken away and written anew.
    if (dependency?.manual !== manual) return true;
    kept.add(dependency);
    return false;
  });
  return { add, remove: before.filter((dependency) => !kept.has(dependency)) };
}

/** By the id of the step that goes first, then the other's. */
function byEnds(dependencies: readonly Dependency[]): Map<string, Map<string, Dependency>> {
  const ends = new Map<string, Map<string, Dependency>>();
  for (const dependency of dependencies) {
    const { from, to } = dependency;
    const known = ends.get(from);
    if (known === undefined) ends.set(from, new Map([[to, dependency]]));
    else known.set(to, dependency);
  }
  return ends;
}

/** A violation that names the steps on a circle; null where there is none. */
export function refusalOfCircle(
  dependencies: readonly Dependency[],
  steps: readonly StoredStep[],
): Violation | null {
  // Built dependencies lead forward in the flow: only manual ones close a circle.
  if (!dependencies.some((dependency) => dependency.manual)) return null;
  const circle = findCycle(dependencies);
  if (circle === null) return null;
  const known = new Map(steps.map((step) => [step.id, step]));
  const names = circle.map((id) => {
    const step = known.get(id);
    return step === undefined ? `step ${id}` : `${step.flowPath} batch ${step.batch} of ${who(step.source)}`;
  });
  return violation(
    'OW_SYNCHRONIZE_CYCLE',
    'Dependencies have no circle',
    `The dependencies run in a circle: ${listed(names)}, and back to the first.\nMaybe remove a manual dependency of these.`,
  );
}

function refusalOfReplace({ mode, discardStarted, existing }: DiffInput): Violation | null {
  if (mode !== 'replace' || discardStarted) return null;
  const count = existing.filter(isUsed).length;
  if (count === 0) return null;
  return violation(
    'OW_SYNCHRONIZE_STARTED',
    'Replace does not discard what was done',
    `${count} of the order's ${existing.length} steps ${count === 1 ? 'is' : 'are'} started, finished or changed by hand.\nMaybe synchronize with --mode preserve, which keeps them, or with --discard-started.`,
  );
}

function nextStep(before: StoredStep | undefined, built: BuiltStep, input: DiffInput): StoredStep {
  const fresh: StoredStep = {
    ...built,
    order: input.order,
    builtQuantity: built.quantity,
    actualStart: null,
    actualEnd: null,
    manual: false,
    scheduled: before?.scheduled ?? false,
  };
  if (before === undefined || input.mode === 'replace') return fresh;
  const { state, actualStart, actualEnd } = before;
  const { quantity, manual } = fits(before, built) ? before : fresh;
  return { ...fresh, quantity, manual, state, actualStart, actualEnd };
}

/** Whether a stored step is still what synchronization builds, a change by hand aside. */
function fits(before: StoredStep, built: BuiltStep): boolean {
  return before.builtQuantity === built.quantity && before.units === built.units;
}

interface Recorded {
  readonly diff: StepDiff;
  readonly reasons: Reasons;
  readonly mode: SynchronizeMode;
}

function record(before: StoredStep, after: StoredStep, { diff, reasons, mode }: Recorded): void {
  const changes = changesBetween(before, after);
  if (changes.length > 0) {
    const row: ChangeRow = { ...diffRow(after, reasons.ofChanged(before, after)), changes };
    diff.change.push(row);
  } else {
    diff.keep.push(diffRow(after, reasonOfKept(before, mode)));
  }
}

/** Whether nothing was done to a stored step that is still built the same: most are, and then there is nothing to compare. */
function isAsBuilt(before: StoredStep, built: BuiltStep): boolean {
  return (
    before.quantity === built.quantity &&
    before.builtQuantity === built.quantity &&
    before.units === built.units &&
    before.position === built.position &&
    before.step === built.step &&
    before.source === built.source &&
    before.state === built.state &&
    before.actualStart === null &&
    before.actualEnd === null &&
    !before.manual
  );
}

function reasonOfKept(step: StoredStep, mode: SynchronizeMode): string {
  if (mode === 'replace') return 'unchanged';
  if (step.state === 'Finished') return 'kept: finished on the shop floor';
  if (step.state === 'Started') return 'kept: started on the shop floor';
  if (step.manual) return `kept: changed by hand to ${step.quantity} ${step.units}`;
  return step.scheduled ? 'kept: in a saved plan' : 'unchanged';
}

function nextDependencies(
  input: DiffInput,
  builtIds: ReadonlySet<string>,
  existing: ReadonlyMap<string, StoredStep>,
): { dependencies: Dependency[]; dependenciesRemoved: RemovedDependency[] } {
  const byHand = new Map<string, Dependency>();
  for (const dependency of input.existingDependencies) {
    if (dependency.manual) byHand.set(dependencyKey(dependency), dependency);
  }
  const dependencies = input.built.dependencies.map((dependency) => {
    const manual = byHand.size > 0 && byHand.delete(dependencyKey(dependency));
    return { from: dependency.from, to: dependency.to, manual };
  });
  const dependenciesRemoved: RemovedDependency[] = [];
  for (const { from, to } of byHand.values()) {
    const lost = [from, to].find(
      (end) => !builtIds.has(end) && (existing.has(end) || !input.idsElsewhere.has(end)),
    );
    if (lost === undefined) dependencies.push({ from, to, manual: true });
    else dependenciesRemoved.push({ from, to, reason: reasonOfLost(lost, existing.get(lost)) });
  }
  return { dependencies, dependenciesRemoved };
}

function reasonOfLost(id: string, step: StoredStep | undefined): string {
  return step === undefined
    ? `removed: there is no production order step ${id}`
    : `removed: batch ${step.batch} of ${who(step.source)} at ${step.flowPath} no longer exists`;
}

function warningsOf(removed: readonly StoredStep[]): Violation[] {
  const started = removed.filter((step) => step.state !== 'Planned');
  if (started.length === 0) return [];
  return [
    violation(
      'OW_SYNCHRONIZE_STARTED_REMOVED',
      'Started steps still exist in the flow',
      `${started.length} started or finished ${started.length === 1 ? 'step is' : 'steps are'} removed, as nothing is built in ${started.length === 1 ? 'its' : 'their'} place: ${listed(started.map((step) => `${step.flowPath} batch ${step.batch} of ${who(step.source)}`))}.`,
    ),
  ];
}

/** How a planner names a source. */
function who(source: string): string {
  return source === 'rest' ? 'the remaining quantity' : `material ${source}`;
}

interface Group {
  batches: number;
  /** In ten-billionths of the units. */
  total: bigint;
  units: string;
}

/** The sentences about what changed; batches are counted and summed only once a sentence needs it. */
class Reasons {
  readonly #input: DiffInput;
  #before: Groups | null = null;
  #after: Groups | null = null;

  constructor(input: DiffInput) {
    this.#input = input;
  }

  ofAdded(built: BuiltStep): string {
    if (this.#input.existing.length === 0) return 'new: the order had no steps';
    const groups = this.#groupsBefore().get(built.source);
    if (groups === undefined) return `new: steps for ${who(built.source)}`;
    if (!groups.has(built.flowPath)) return `new: this step is now ahead of ${who(built.source)}`;
    return `new: batch ${built.batch}, since ${this.#cause(built)}`;
  }

  ofRemoved(step: StoredStep): string {
    return `removed: ${this.#causeOfRemoval(step)}${lossOf(step)}`;
  }

  ofChanged(before: StoredStep, after: StoredStep): string {
    const parts: string[] = [];
    if (before.builtQuantity !== after.builtQuantity || before.units !== after.units) {
      const was =
        before.units === after.units ? before.builtQuantity : `${before.builtQuantity} ${before.units}`;
      parts.push(`${this.#cause(after)}, batch ${after.batch} is ${after.quantity} (was ${was})`);
    }
    if (before.position !== after.position) {
      parts.push(`its place in the flow is now ${after.position} (was ${before.position})`);
    }
    if (before.manual && !after.manual) {
      parts.push(`its change by hand to ${before.quantity} ${before.units} is dropped`);
    }
    if (before.state !== after.state) parts.push(`${before.state} is discarded`);
    else if (after.state !== 'Planned') parts.push(`it stays ${after.state}`);
    return parts.length === 0 ? 'as built now' : parts.join('; ');
  }

  #causeOfRemoval(step: StoredStep): string {
    const groups = this.#groupsAfter().get(step.source);
    if (groups === undefined) {
      return step.source === 'rest'
        ? 'no quantity remains that is on no material'
        : `material ${step.source} is no longer to be made for the order`;
    }
    if (!groups.has(step.flowPath)) return `this step is no longer ahead of ${who(step.source)}`;
    return `batch ${step.batch} no longer exists since ${this.#cause(step)}`;
  }

  /** Why a source has other batches at a step. */
  #cause({ source, flowPath }: Pick<BuiltStep, 'source' | 'flowPath'>): string {
    const before = this.#groupsBefore().get(source)?.get(flowPath);
    const after = this.#groupsAfter().get(source)?.get(flowPath);
    if (before === undefined || after === undefined) return `${who(source)} is new here`;
    const batches = after.batches === 1 ? 'one batch' : `${after.batches} batches`;
    const quantity = source === 'rest' ? who(source) : `the quantity of ${who(source)}`;
    if (before.total === after.total && before.units === after.units) {
      return `${quantity} is now cut into ${batches}`;
    }
    const was = `${fromScaled(before.total)}${before.units === after.units ? '' : ` ${before.units}`}`;
    return `${quantity} is now ${fromScaled(after.total)} ${after.units} (was ${was}) in ${batches}`;
  }

  #groupsBefore(): Groups {
    this.#before ??= groupsOf(
      this.#input.existing.map((step) => ({ ...step, quantity: step.builtQuantity })),
    );
    return this.#before;
  }

  #groupsAfter(): Groups {
    this.#after ??= groupsOf(this.#input.built.steps);
    return this.#after;
  }
}

function lossOf(step: StoredStep): string {
  if (step.state !== 'Planned') return `; it was ${step.state}`;
  return step.manual ? `; its change by hand to ${step.quantity} ${step.units} is lost` : '';
}

/** By source, then flow path. */
type Groups = Map<string, Map<string, Group>>;

function groupsOf(rows: readonly Pick<BuiltStep, 'source' | 'flowPath' | 'quantity' | 'units'>[]): Groups {
  const groups: Groups = new Map();
  for (const { source, flowPath, quantity, units } of rows) {
    let ofSource = groups.get(source);
    if (ofSource === undefined) {
      ofSource = new Map();
      groups.set(source, ofSource);
    }
    const group = ofSource.get(flowPath);
    if (group === undefined) ofSource.set(flowPath, { batches: 1, total: toScaled(quantity), units });
    else {
      group.batches += 1;
      group.total += toScaled(quantity);
    }
  }
  return groups;
}
