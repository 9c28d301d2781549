/** What a person does with the queue: look at it, bring a parked event back, compare the host with what was seen. */
import { OrderwrightError } from '../core/problem.js';
import type { EventState, QueueDepth } from '../ports/event-queue.js';
import type { HostActionCounts } from '../ports/pending-host-actions.js';
import type { ChangeRequest } from './make-change.js';
import { makeChange } from './make-change.js';
import type { Kernel } from './kernel.js';
import { eventRow, type EventRow } from './post-events.js';

export interface EventFilter {
  after?: string;
  limit: number;
  state?: EventState;
}

export function listEvents(kernel: Kernel, filter: EventFilter): Promise<{ events: EventRow[] }> {
  if (filter.after !== undefined && !/^\d{1,19}$/.test(filter.after)) {
    throw new OrderwrightError('OW_USAGE', `after: ${filter.after} is no id of an event`, [], true);
  }
  return kernel.database.read(async ({ events }) => ({ events: (await events.read(filter)).map(eventRow) }));
}

/**
 * A parked event waits for its turn again.
 * @throws OrderwrightError OW_EVENT_UNKNOWN, OW_EVENT_NOT_PARKED
 */
export function retryEvent(
  kernel: Kernel,
  id: string,
  asked: Omit<ChangeRequest, 'operation'>,
): Promise<EventRow> {
  return makeChange(kernel, { ...asked, operation: 'RetryEvent' }, async ({ events }) => {
    const [event] = await events.find([id]);
    if (event?.id !== id) throw new OrderwrightError('OW_EVENT_UNKNOWN', `There is no event ${id}`);
    if (event.state !== 'parked') {
      const message = `Event ${id} is ${event.state}; only a parked one is brought back`;
      throw new OrderwrightError('OW_EVENT_NOT_PARKED', message);
    }
    await events.retry(id);
    const [retried = event] = await events.find([id]);
    const { order, operation, error } = event;
    return { result: eventRow(retried), details: { event: id, order, operation, error } };
  });
}

/** Stores an event for every row of the host that is not as it was seen last: what no door has reported. */
export function reconcileEvents(
  kernel: Kernel,
  asked: Omit<ChangeRequest, 'operation'>,
): Promise<{ events: EventRow[] }> {
  return makeChange(kernel, { ...asked, operation: 'ReconcileEvents' }, async ({ events }) => {
    const ids = await events.reconcile(kernel.clock.now());
    const stored = (await events.find(ids)).map(eventRow);
    return { result: { events: stored }, details: ids.length === 0 ? null : { events: ids } };
  });
}

/** What is offered to a host that writes its rows itself. */
export function countHostActions(kernel: Kernel): Promise<HostActionCounts> {
  return kernel.database.read(({ pendingHostActions }) => pendingHostActions.counts());
}

export function queueDepth(kernel: Kernel): Promise<QueueDepth> {
  return kernel.database.read(({ events }) => events.depth());
}
