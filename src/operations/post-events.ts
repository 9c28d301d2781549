/** The Post half of a hook (design 3.6): it only stores an event, which a dispatcher applies once the row shows it. */
import { randomUUID } from 'node:crypto';
import { KERNEL_OPERATIONS } from '../core/hooks/hook-point.js';
import type { JsonObject } from '../core/json.js';
import { claimedBy } from '../core/order/claimed-standing.js';
import { OrderwrightError, type Problem } from '../core/problem.js';
import type { Session } from '../ports/database.js';
import type { HookEvent, NewEvent } from '../ports/event-queue.js';
import { checkInput } from './check-input.js';
import type { Kernel } from './kernel.js';

export interface PostEventsRequest {
  /** `ProductionOrder.Release`. */
  operation: string;
  orders: readonly { name: string; values?: JsonObject }[];
  input?: JsonObject;
  requestId?: string;
  correlationId?: string;
  actor: string;
}

/** An event as a reader of the queue sees it (design section 4). */
export type EventRow = Pick<HookEvent, 'id' | 'order' | 'operation' | 'state' | 'attempts' | 'error'>;

export interface PostedEvents {
  requestId: string;
  events: EventRow[];
}

/**
 * Stores an event per order, all of them or none; an order named twice, or reported by this request before, has one.
 * @throws OrderwrightError OW_OPERATION_UNKNOWN, OW_INPUT_INVALID, OW_ORDER_UNKNOWN: neither is the order there nor was
 * its creation reported, so that a mistyped name is told at once and not after the time for confirmation.
 */
export async function postEvents(kernel: Kernel, asked: PostEventsRequest): Promise<PostedEvents> {
  const operation = operationOf(asked.operation);
  const input = asked.input ?? {};
  const schema = kernel.operations.get(operation)?.input;
  // A host's report of a change need not say what it changed.
  if (schema !== undefined && Object.keys(input).length > 0) checkInput(schema, input);
  const requestId = asked.requestId ?? randomUUID();
  const events = [...new Map(asked.orders.map((order) => [order.name, order])).values()].map(
    ({ name, values = {} }): NewEvent => ({
      operation: `ProductionOrder.${operation}`,
      order: name,
      material: null,
      rowVersion: typeof values.rowVersion === 'string' ? values.rowVersion : null,
      claimed: claimedBy(operation, values),
      input,
      actor: asked.actor,
      requestId,
      correlationId: asked.correlationId ?? requestId,
    }),
  );
  const stored = await kernel.database.write(async (session) => {
    if (operation !== 'Create') await checkOrders(session, events);
    return session.events.find(await session.events.store(events, kernel.clock.now()));
  });
  return { requestId, events: stored.map(eventRow) };
}

export function eventRow({ id, order, operation, state, attempts, error }: HookEvent): EventRow {
  return { id, order, operation, state, attempts, error };
}

function operationOf(asked: string): string {
  const name = /^ProductionOrder\.(.+)$/.exec(asked)?.[1] ?? '';
  if (KERNEL_OPERATIONS.includes(name)) return name;
  const known = KERNEL_OPERATIONS.map((operation) => `ProductionOrder.${operation}`).join(', ');
  const message = `${asked} is no operation that a host reports.\nMaybe one of: ${known}`;
  throw new OrderwrightError('OW_OPERATION_UNKNOWN', message, [], true);
}

async function checkOrders(session: Session, events: readonly NewEvent[]): Promise<void> {
  const names = events.map(({ order }) => order ?? '');
  const known = new Set((await session.orders.load(names)).keys());
  const missing = names.filter((name) => !known.has(name));
  if (missing.length === 0) return;
  for (const { operation, order } of await session.events.awaiting(missing)) {
    if (operation === 'ProductionOrder.Create' && order !== null) known.add(order);
  }
  const problems = names.flatMap((name, index): Problem[] =>
    known.has(name)
      ? []
      : [
          {
            path: `$.orders[${index}].name`,
            code: 'OW_ORDER_UNKNOWN',
            message: `There is no Production Order ${name}`,
          },
        ],
  );
  if (problems.length === 0) return;
  const list = problems.map(({ message }) => message).join('; ');
  throw new OrderwrightError('OW_ORDER_UNKNOWN', `No event was stored: ${list}`, problems);
}
