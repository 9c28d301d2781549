/** A plan that is kept: the saved one as it is now, or a preliminary one under its version. */
import { OrderwrightError } from '../../src/index.js';
import type { PlannedOrder, Unscheduled } from './core/answer.js';
import { PlanStore } from './plan-store.js';
import type { PlanSession } from './read-snapshot.js';

/** In place of a version: the plan that is saved now. */
export const SAVED = 'saved';

export interface ReadPlan {
  /** Null where no plan is saved. */
  version: string | null;
  /** Null where the plan is no longer kept but in the published tables. */
  plannedAt: string | null;
  orders: PlannedOrder[];
  unscheduled: Unscheduled[];
}

/** The saved plan, as it was answered when it was made, less the orders that have left it since. */
export async function readSaved(session: PlanSession): Promise<ReadPlan> {
  const store = new PlanStore(session);
  const { version, names } = await store.saved();
  const plan = version === null ? null : await store.preliminary(version);
  const kept = new Set(names);
  const orders = plan?.document.orders ?? (await store.savedOrders());
  return {
    version,
    plannedAt: plan?.plannedAt ?? null,
    orders: orders.filter(({ name }) => kept.has(name)),
    unscheduled: plan?.document.unscheduled ?? [],
  };
}

/** @throws OrderwrightError OW_PLAN_UNKNOWN */
export async function readPlan(session: PlanSession, version: string): Promise<ReadPlan> {
  if (version === SAVED) return readSaved(session);
  const plan = await new PlanStore(session).preliminary(version);
  if (plan === null) throw unknownPlan(version);
  const { plannedAt, document } = plan;
  return { version, plannedAt, orders: document.orders, unscheduled: document.unscheduled };
}

export function unknownPlan(version: string): OrderwrightError {
  return new OrderwrightError(
    'OW_PLAN_UNKNOWN',
    `There is no preliminary plan ${version}; the last 10 are kept`,
  );
}
