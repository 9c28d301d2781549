/** Retention of the queue: applied and dropped events that are older than the setting are deleted. */
import { epochMilliseconds, instantOf } from '../core/time.js';
import type { Kernel } from './kernel.js';

const DAY_MS = 24 * 60 * 60 * 1000;
/** How often a dispatcher looks for what is too old. */
const PRUNE_MS = 10 * 60 * 1000;

const prunedAt = new WeakMap<Kernel, number>();

/** Deletes what the setting `retention.events` does not keep, at most every ten minutes. */
export async function pruneEvents(kernel: Kernel): Promise<void> {
  const days = kernel.configuration.retention.events;
  const last = prunedAt.get(kernel) ?? Number.NEGATIVE_INFINITY;
  if (days === null || performance.now() - last < PRUNE_MS) return;
  prunedAt.set(kernel, performance.now());
  const before = instantOf(epochMilliseconds(kernel.clock.now()) - days * DAY_MS);
  await kernel.database.write(({ events }) => events.prune(before));
}
