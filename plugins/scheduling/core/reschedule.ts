/**
 * Plans one snapshot after the other (design section 5): what the unchanged head of the queue came to is kept, so that
 * after a change of one order only it and those behind it are placed again. The plan is the one that `planSchedule` gives.
 */
import type { Instant } from '../../../src/index.js';
import type { Plan } from './answer.js';
import { planOf } from './plan.js';
import type { PlanOptions, Run } from './plan.js';
import { isSame } from './same.js';
import type { Snapshot } from './snapshot.js';

/** All of a snapshot but its orders. */
const MASTERS = [
  'now',
  'timeZone',
  'companyWorkSchedule',
  'settings',
  'workSchedules',
  'companies',
  'departments',
  'workCenterTypes',
  'workCenters',
  'products',
  'billsOfMaterials',
  'steps',
  'productionOrderSteps',
  'productionOrderStepDependencies',
  'startedOperations',
] as const satisfies (keyof Snapshot)[];

export class Rescheduler {
  private last: { snapshot: Snapshot; run: Run } | null = null;

  /** The instant of the run that the next one can go on from; null where there is none. */
  get plannedAt(): Instant | null {
    return this.last?.snapshot.now ?? null;
  }

  /** @throws RangeError as `planSchedule` does. */
  plan(snapshot: Snapshot, options: PlanOptions = {}): Plan {
    const { last } = this;
    // A run takes over the lanes of the one before, so that after a failure there is nothing to go on from.
    this.last = null;
    const before = last !== null && isContinued(last, snapshot) ? last.run : null;
    const { plan, run } = planOf(snapshot, options, { keeps: isSimple(snapshot), before });
    if (run.keepsCheckpoints) this.last = { snapshot, run };
    return plan;
  }
}

/**
 * Whether what is placed of an order rests only on the orders before it: no work under way, which is placed first, and
 * no dependency between orders, which moves steps ahead.
 */
function isSimple(snapshot: Snapshot): boolean {
  const { productionOrderSteps, productionOrderStepDependencies, startedOperations } = snapshot;
  if (startedOperations.length > 0) return false;
  if (productionOrderSteps.some(({ state }) => state === 'Started')) return false;
  if (productionOrderStepDependencies.length === 0) return true;
  const orders = new Map(productionOrderSteps.map(({ id, productionOrder }) => [id, productionOrder]));
  return productionOrderStepDependencies.every(({ from, to }) => orders.get(from) === orders.get(to));
}

function isContinued({ snapshot: before }: { snapshot: Snapshot }, after: Snapshot): boolean {
  return MASTERS.every((part) => isSame(before[part], after[part]));
}
