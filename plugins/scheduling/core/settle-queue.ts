/**
 * The queue as it is now, from the host's orders and the positions stored (design 3.8): a new or re-prioritised order goes
 * last in its priority group; among several new ones the host's position decides, then the order in which they came.
 */
import { inQueueOrder } from './queue.js';

export interface HostQueueOrder {
  /** The host's key: lower came first. */
  id: string;
  name: string;
  priority: number;
  position: number | null;
}

export interface StoredPosition {
  name: string;
  priority: number;
  position: number;
}

export interface QueuedEntry extends StoredPosition {
  /** Why the order has to be scheduled again; null where it has not. */
  reschedule: string | null;
  /** False where the stored position is another, or there is none. */
  stored: boolean;
}

/** The orders in queue order, each group numbered from 1 without gaps. */
export function settleQueue(
  orders: readonly HostQueueOrder[],
  stored: readonly StoredPosition[],
  marks: ReadonlyMap<string, string>,
): QueuedEntry[] {
  const known = new Map(stored.map((entry) => [entry.name, entry]));
  const kept: StoredPosition[] = [];
  const fresh: HostQueueOrder[] = [];
  for (const order of orders) {
    const entry = known.get(order.name);
    if (entry?.priority === order.priority) kept.push(entry);
    else fresh.push(order);
  }
  fresh.sort((a, b) => (a.position ?? Infinity) - (b.position ?? Infinity) || byId(a.id, b.id));
  const counts = new Map<number, number>();
  return [...inQueueOrder(kept), ...fresh]
    .map(({ name, priority }) => {
      const position = (counts.get(priority) ?? 0) + 1;
      counts.set(priority, position);
      const before = known.get(name);
      const isStored = before?.priority === priority && before.position === position;
      return { name, priority, position, reschedule: marks.get(name) ?? null, stored: isStored };
    })
    .sort((a, b) => a.priority - b.priority || a.position - b.position);
}

/** Whole numbers of any length by their value, other keys as texts. */
function byId(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
