/**
 * Builds an order's production order steps and dependencies from its flow, quantity and materials (design 3.7, Build).
 * Batch boundaries are exact fractions of the source; only what is written into a row is rounded, to 10 places.
 */
import { conversionRatio, divideHalfEven, fromScaled } from '../../../src/index.js';
import type { Decimal, ExpandedStep, Ratio, UnitConversion, Violation } from '../../../src/index.js';
import { firstFrom, flowProfile, ownSize } from './flow-profile.js';
import { sourceText, stepIds } from './identity.js';
import { noConversion, resolveSources } from './sources.js';
import type { BuildInput, Source } from './sources.js';
import type { BuiltStep, Dependency } from './steps.js';
import { listed, violation } from './violation.js';

/** Production order steps that one order may have: what still fits into memory several times over, with its diff and answer. */
export const MAXIMUM_STEPS = 250_000;
/** Ten-billionths of the smallest number with more than 18 digits before the point. */
const TOO_LARGE = 10n ** 28n;

export interface Built {
  ok: true;
  /** By source, place in the flow, batch. */
  steps: BuiltStep[];
  dependencies: Dependency[];
  warnings: Violation[];
}

export type BuildResult = Built | { ok: false; violations: Violation[] };

/** How a source is cut: full batches of one size and a remainder, the last. */
interface Batching {
  readonly count: number;
  /** In ten-billionths of the units of the step that owns the size; null: one batch. */
  readonly size: bigint | null;
  /** How much one source unit is in those units. */
  readonly ratio: Ratio;
}

interface PlannedStep {
  readonly at: ExpandedStep;
  readonly position: number;
  readonly units: string;
  readonly batching: Batching;
  /** Of each batch, in the step's units. */
  readonly quantities: readonly Decimal[];
}

/**
 * The steps and dependencies that the order should have, or why they can't be built: a flow path that does not resolve,
 * a missing unit conversion, a quantity of more than 18 digits, more than 250,000 steps.
 */
export function buildSteps(input: BuildInput): BuildResult {
  const { sources, violations } = resolveSources(input);
  const plan = new Plan(input.product.unitConversions);
  const cuts = sources.map((source) => new SourceCut(source, plan));
  for (const cut of cuts) if (!cut.count()) break;
  violations.push(...plan.violations);
  if (violations.length > 0) return { ok: false, violations };
  const steps: BuiltStep[] = [];
  const dependencies: Dependency[] = [];
  for (const cut of cuts) writeSource(input.order.name, cut, steps, dependencies);
  return { ok: true, steps, dependencies, warnings: warningsOf(sources) };
}

/** What the sources of one order share while they are planned. */
class Plan {
  readonly violations: Violation[] = [];
  steps = 0;
  readonly #conversions: readonly UnitConversion[];
  readonly #ratios = new Map<string, Map<string, Ratio | null>>();

  constructor(conversions: readonly UnitConversion[]) {
    this.#conversions = conversions;
  }

  /** The ratio between two units; where there is none, one violation that names the first step that needs it. */
  ratio(from: string, to: string, path: string): Ratio | null {
    let ratios = this.#ratios.get(from);
    if (ratios === undefined) {
      ratios = new Map();
      this.#ratios.set(from, ratios);
    }
    let ratio = ratios.get(to);
    if (ratio === undefined) {
      ratio = conversionRatio(from, to, this.#conversions);
      ratios.set(to, ratio);
      if (ratio === null) this.violations.push(noConversion(from, to, `step ${path}`));
    }
    return ratio;
  }
}

/** One source, cut into batches at each of its steps. */
class SourceCut {
  readonly source: Source;
  readonly #plan: Plan;
  readonly #batchings = new Map<number, Batching | null>();
  readonly #quantities = new Map<Batching, Map<string, readonly Decimal[]>>();
  /** Units in which the whole quantity was found to fit, or not. */
  readonly #checked = new Set<string>();

  constructor(source: Source, plan: Plan) {
    this.source = source;
    this.#plan = plan;
  }

  /** Adds the source's steps to the plan's count before any is built; false once they are too many. */
  count(): boolean {
    for (const index of this.#indexes()) {
      const at = this.#at(index);
      const batching = this.#batching(index);
      const ratio = this.#ratio(at);
      if (batching === null || ratio === null) continue;
      this.#checkSize(ratio, at);
      this.#plan.steps += batching.count;
      if (this.#plan.steps > MAXIMUM_STEPS) {
        this.#plan.violations.push(
          violation(
            'OW_SYNCHRONIZE_TOO_MANY_STEPS',
            'An order has at most 250,000 production order steps',
            `More than 250,000 production order steps would be built; up to ${at.path} of ${sourceText(this.source.source)} they are ${this.#plan.steps}.`,
          ),
        );
        return false;
      }
    }
    return true;
  }

  /** The steps of the source in order; only after a count without violations. */
  *steps(): Generator<PlannedStep> {
    for (const index of this.#indexes()) {
      const at = this.#at(index);
      const batching = this.#batching(index);
      const ratio = this.#ratio(at);
      if (batching === null || ratio === null) continue;
      const units = this.#unitsOf(at);
      yield {
        at,
        position: index + 1,
        units,
        batching,
        quantities: this.#quantitiesOf(batching, units, ratio),
      };
    }
  }

  #indexes(): Int32Array {
    const { material } = flowProfile(this.source.expansion);
    return material.subarray(firstFrom(material, this.source.index));
  }

  #at(index: number): ExpandedStep {
    const at = this.source.expansion.steps[index];
    if (at === undefined) throw new RangeError(`No step at index ${index}`);
    return at;
  }

  #unitsOf({ step }: ExpandedStep): string {
    return step.units ?? this.source.units;
  }

  #ratio(at: ExpandedStep): Ratio | null {
    return this.#plan.ratio(this.source.units, this.#unitsOf(at), at.path);
  }

  /** The batching in force at a step; without any size in force the source is one batch. */
  #batching(index: number): Batching | null {
    const owner = flowProfile(this.source.expansion).owner[index] ?? -1;
    let batching = this.#batchings.get(owner);
    if (batching === undefined) {
      batching =
        owner < 0
          ? { count: 1, size: null, ratio: { numerator: 1n, denominator: 1n } }
          : this.#cut(this.#at(owner));
      this.#batchings.set(owner, batching);
    }
    return batching;
  }

  #cut(owner: ExpandedStep): Batching | null {
    const ratio = this.#ratio(owner);
    const size = ownSize(owner.step);
    if (ratio === null || size === null) return null;
    // The rounded total is cut: a remainder below the tenth place is no batch of its own.
    const total = inUnits(this.source.quantity, ratio);
    const count = total <= size ? 1n : (total + size - 1n) / size;
    return { count: Number(count), size, ratio };
  }

  #checkSize(ratio: Ratio, at: ExpandedStep): void {
    const units = this.#unitsOf(at);
    if (this.#checked.has(units)) return;
    this.#checked.add(units);
    if (inUnits(this.source.quantity, ratio) < TOO_LARGE) return;
    this.#plan.violations.push(
      violation(
        'OW_SYNCHRONIZE_QUANTITY_TOO_LARGE',
        'Quantities have at most 18 digits before the point',
        `The quantity of ${sourceText(this.source.source)} in ${units}, the units of step ${at.path}, has more than 18 digits before the point.`,
      ),
    );
  }

  #quantitiesOf(batching: Batching, units: string, ratio: Ratio): readonly Decimal[] {
    let byUnits = this.#quantities.get(batching);
    if (byUnits === undefined) {
      byUnits = new Map();
      this.#quantities.set(batching, byUnits);
    }
    let quantities = byUnits.get(units);
    if (quantities === undefined) {
      quantities = batchQuantities(this.source.quantity, batching, ratio);
      byUnits.set(units, quantities);
    }
    return quantities;
  }
}

function inUnits(quantity: bigint, { numerator, denominator }: Ratio): bigint {
  return divideHalfEven(quantity * numerator, denominator);
}

/** The batches' quantities in a step's units: the differences of the rounded boundaries, so they add up exactly. */
function batchQuantities(quantity: bigint, { count, size, ratio: own }: Batching, ratio: Ratio): Decimal[] {
  const total = inUnits(quantity, ratio);
  if (size === null || count === 1) return [fromScaled(total)];
  const numerator = size * own.denominator * ratio.numerator;
  const denominator = own.numerator * ratio.denominator;
  const quantities: Decimal[] = [];
  if (numerator % denominator === 0n) {
    const full = numerator / denominator;
    const text = fromScaled(full);
    for (let batch = 1; batch < count; batch += 1) quantities.push(text);
    quantities.push(fromScaled(total - full * BigInt(count - 1)));
    return quantities;
  }
  let from = 0n;
  let exact = 0n;
  for (let batch = 1; batch < count; batch += 1) {
    exact += numerator;
    const to = divideHalfEven(exact, denominator);
    quantities.push(fromScaled(to - from));
    from = to;
  }
  quantities.push(fromScaled(total - from));
  return quantities;
}

function writeSource(order: string, cut: SourceCut, steps: BuiltStep[], dependencies: Dependency[]): void {
  const { source } = cut.source;
  const text = sourceText(source);
  let previous: { batching: Batching; ids: string[] } | null = null;
  for (const { at, position, units, batching, quantities } of cut.steps()) {
    const ids: string[] = [];
    const idOf = stepIds(order, source, at.path);
    for (const [place, quantity] of quantities.entries()) {
      const id = idOf(place + 1);
      ids.push(id);
      steps.push({
        id,
        source: text,
        batch: place + 1,
        position,
        flowPath: at.path,
        step: at.step.name,
        quantity,
        units,
        state: 'Planned',
      });
    }
    if (previous !== null) {
      for (const [from, to] of overlaps(cut.source.quantity, previous.batching, batching)) {
        dependencies.push({ from: previous.ids[from] ?? '', to: ids[to] ?? '', manual: false });
      }
    }
    previous = { batching, ids };
  }
}

/** Pairs of batches of two batchings of one source whose ranges overlap, in order; both are walked once. */
function* overlaps(quantity: bigint, a: Batching, b: Batching): Generator<[number, number]> {
  if (a === b) {
    for (let place = 0; place < a.count; place += 1) yield [place, place];
    return;
  }
  // Boundaries in ten-billionths of the source's units, times both numerators: whole numbers.
  const whole = quantity * a.ratio.numerator * b.ratio.numerator;
  const sizeOfA = (a.size ?? 0n) * a.ratio.denominator * b.ratio.numerator;
  const sizeOfB = (b.size ?? 0n) * b.ratio.denominator * a.ratio.numerator;
  let [i, j] = [0, 0];
  let endOfA = a.count === 1 ? whole : sizeOfA;
  let endOfB = b.count === 1 ? whole : sizeOfB;
  while (i < a.count && j < b.count) {
    yield [i, j];
    const aEndsFirst = endOfA <= endOfB;
    const bEndsFirst = endOfB <= endOfA;
    if (aEndsFirst) {
      i += 1;
      endOfA = i === a.count - 1 ? whole : endOfA + sizeOfA;
    }
    if (bEndsFirst) {
      j += 1;
      endOfB = j === b.count - 1 ? whole : endOfB + sizeOfB;
    }
  }
}

/** One warning for all steps that make no production order step, as their mode is another. */
function warningsOf(sources: readonly Source[]): Violation[] {
  const firsts = new Map<Source['expansion'], number>();
  for (const { expansion, index } of sources) {
    firsts.set(expansion, Math.min(index, firsts.get(expansion) ?? index));
  }
  const paths: string[] = [];
  for (const [expansion, first] of firsts) {
    const { skipped } = flowProfile(expansion);
    for (const index of skipped.subarray(firstFrom(skipped, first))) {
      const path = expansion.steps[index]?.path;
      if (path !== undefined) paths.push(path);
    }
  }
  if (paths.length === 0) return [];
  return [
    violation(
      'OW_SYNCHRONIZE_STEPS_SKIPPED',
      'Steps in another mode make no production order step',
      `The Production Order Scheduling Mode of ${paths.length === 1 ? 'this step' : `these ${paths.length} steps`} is not Material, so no production order step is made and dependencies pass over: ${listed(paths)}.`,
    ),
  ];
}
