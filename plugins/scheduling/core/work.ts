/**
 * The work of each order of a snapshot, as operations with repetitions: its steps where it has any, else its bill of
 * materials exploded (design 3.8). Equal work is made once and shared.
 */
import { explode, productNamed, toOwnUnits } from './explode.js';
import type { Explosion, Masters, OperationSpec } from './explode.js';
import { positiveFractionOf, roundedUp, times } from './fraction.js';
import type { Fraction } from './fraction.js';
import { secondsOf } from './durations.js';
import type { Pool } from './place.js';
import { within } from './plant.js';
import type { Plant } from './plant.js';
import { PlanningError } from './planning-error.js';
import type { PlannedProduct, PlannedStep, QueuedOrder, StepMaster } from './snapshot.js';

/** The operations of one order, in sequence. */
export interface Work {
  operations: OperationSpec[];
  repetitions: ArrayLike<number>;
  /** Where each may be placed; null: unlimited within the company's schedule. */
  pools: (Pool | null)[];
  /** By place, the places that each waits for; null: the one before it; `steps`: by the dependencies of steps. */
  after: number[][] | 'steps' | null;
  /** The steps, in the same places, where it is of steps. */
  steps: PlannedStep[];
}

interface Recipe {
  product: PlannedProduct;
  explosion: Explosion;
  pools: (Pool | null)[];
  /** By units, then quantity. */
  works: Map<string, Map<string, Work>>;
}

export class Works {
  /** By company schedule, then product. */
  private readonly recipes = new Map<string | null, Map<string, Recipe | PlanningError>>();

  constructor(
    private readonly plant: Plant,
    private readonly masters: Masters,
    private readonly stepMasters: ReadonlyMap<string, StepMaster>,
  ) {}

  /** @throws PlanningError where the order's work can't be known. */
  ofBill(order: QueuedOrder, companySchedule: string | null): Work {
    const recipe = this.recipeOf(order.product, companySchedule);
    const works = within(recipe.works, order.units);
    const known = works.get(order.quantity);
    if (known) return known;
    const ordered = positiveFractionOf(order.quantity, `The quantity of order ${order.name}`);
    const own = times(ordered, toOwnUnits(recipe.product, order.units));
    const { operations, perUnit, after } = recipe.explosion;
    const repetitions = new Float64Array(perUnit.length);
    perUnit.forEach((runs, place) => {
      repetitions[place] = runs === null ? 1 : timesRoundedUp(own, runs);
    });
    const work: Work = { operations, repetitions, pools: recipe.pools, after, steps: [] };
    works.set(order.quantity, work);
    return work;
  }

  /**
   * The work of steps that are not finished.
   * @throws PlanningError where a step or what it needs is not known.
   */
  ofSteps(order: QueuedOrder, companySchedule: string | null, all: readonly PlannedStep[]): Work {
    const steps = all.filter(({ state }) => state !== 'Finished').sort(compareSteps);
    const operations = steps.map((step) => this.specOf(order, step));
    const pools = operations.map(({ workCenterType }) =>
      workCenterType === null ? null : this.plant.poolOf(workCenterType, companySchedule),
    );
    return { operations, repetitions: new Uint8Array(steps.length).fill(1), pools, after: 'steps', steps };
  }

  private specOf(order: QueuedOrder, step: PlannedStep): OperationSpec {
    const master = this.stepMasters.get(step.step);
    if (!master) {
      throw new PlanningError(
        'OW_SCHEDULE_MASTER_MISSING',
        `Step ${step.step} of order ${order.name} is not known.`,
      );
    }
    return {
      name: step.step,
      product: order.product,
      step: step.step,
      batch: step.batch,
      stepId: step.id,
      bill: null,
      workCenterType: master.workCenterType,
      seconds: secondsOfStep(master, step),
      splittable: master.splittable,
    };
  }

  private recipeOf(productName: string, companySchedule: string | null): Recipe {
    const recipes = within(this.recipes, companySchedule);
    const known = recipes.get(productName);
    const recipe = known ?? this.makeRecipe(productName, companySchedule);
    if (known === undefined) recipes.set(productName, recipe);
    if (recipe instanceof PlanningError) throw recipe;
    return recipe;
  }

  private makeRecipe(productName: string, companySchedule: string | null): Recipe | PlanningError {
    try {
      const product = productNamed(this.masters, productName);
      const explosion = explode(this.masters, product);
      const pools = explosion.operations.map(({ workCenterType }) =>
        workCenterType === null ? null : this.plant.poolOf(workCenterType, companySchedule),
      );
      return { product, explosion, pools, works: new Map() };
    } catch (error) {
      if (error instanceof PlanningError) return error;
      throw error;
    }
  }
}

/** The sequence of an order's steps: by position, then batch, then id. */
function compareSteps(a: PlannedStep, b: PlannedStep): number {
  if (a.position !== b.position) return a.position - b.position;
  if (a.batch !== b.batch) return a.batch - b.batch;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

function secondsOfStep(master: StepMaster, step: PlannedStep): number {
  if (master.standardTime === null) return 0;
  const time = secondsOf(master.standardTime, `The standard time of step ${master.name}`);
  if (master.timeBasis === 'batch') return Number(roundedUp(time));
  return timesRoundedUp(time, positiveFractionOf(step.quantity, `The quantity of step ${step.id}`));
}

/** The product, rounded up; by plain numbers where these are exact. */
function timesRoundedUp(a: Fraction, b: Fraction): number {
  const over = Number(a.numerator) * Number(b.numerator);
  const under = Number(a.denominator) * Number(b.denominator);
  if (over > Number.MAX_SAFE_INTEGER || under > Number.MAX_SAFE_INTEGER)
    return Number(roundedUp(times(a, b)));
  const rest = over % under;
  return (over - rest) / under + (rest > 0 ? 1 : 0);
}
