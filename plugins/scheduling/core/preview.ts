/**
 * What a change of the queue would come to, before it is made: the queue as it is and as it would be, planned from the
 * same snapshot one after the other, so that the second run goes on from the first (design 3.8).
 */
import { epochMilliseconds, type Instant } from '../../../src/index.js';
import type { Plan } from './answer.js';
import { differencesOf, type Differences, type PlanTimes } from './differences.js';
import type { Rescheduler } from './reschedule.js';
import type { QueuedOrder, Snapshot } from './snapshot.js';

/** How long previews are planned from the same instant: whoever drags an order asks several times in a row. */
const SAME_INSTANT_MINUTES = 5;

/** The instant from which a preview is planned: the last run's, where that was a moment ago. */
export function instantOfPreview(scheduler: Rescheduler, now: Instant): Instant {
  const { plannedAt } = scheduler;
  if (plannedAt === null) return now;
  const age = epochMilliseconds(now) - epochMilliseconds(plannedAt);
  return age >= 0 && age <= SAME_INSTANT_MINUTES * 60_000 ? plannedAt : now;
}

/**
 * @param queue the place of each order, as it would be.
 * @throws RangeError as `planSchedule` does.
 */
export function effectOf(
  scheduler: Rescheduler,
  snapshot: Snapshot,
  queue: readonly { name: string; priority: number; position: number }[],
): Differences {
  const places = new Map(queue.map((entry) => [entry.name, entry]));
  const moved = (order: QueuedOrder): QueuedOrder => {
    const entry = places.get(order.name);
    if (entry === undefined) return order;
    return { ...order, priority: entry.priority, position: entry.position };
  };
  const before = timesOf(scheduler.plan(snapshot));
  const after = timesOf(scheduler.plan({ ...snapshot, orders: snapshot.orders.map(moved) }));
  return differencesOf(before, after, snapshot.timeZone);
}

function timesOf(plan: Plan): PlanTimes {
  return { orders: plan.times(), unscheduled: plan.unscheduled };
}
