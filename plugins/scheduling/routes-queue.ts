/** The route `PUT /queue`: the queue as it shall be, or what that would come to. */
import type { JsonObject, JsonValue, Problem, RouteContext } from '../../src/index.js';
import { effectOf, instantOfPreview } from './core/preview.js';
import type { Rescheduler } from './core/reschedule.js';
import type { QueuedEntry } from './core/settle-queue.js';
import { queueDocument } from './commands.js';
import { PlanStore } from './plan-store.js';
import { readQueue, readSnapshot, type PlanSession, type SchedulingSettings } from './read-snapshot.js';
import { countOf, flagOf, invalid, objectOf, onlyQuery, refused, type Route } from './route-input.js';

/** The rows of a preview that are answered where no other limit is asked for; its counts are of all. */
const MOST_DIFFERENCES = 1000;

/** The whole queue as it shall be: orders change places within their priority group, and others stay behind them. */
export function putQueue(settings: SchedulingSettings, scheduler: Rescheduler): Route {
  return async (context) => {
    onlyQuery(context, ['dryRun', 'limit']);
    const limit = countOf(context, 'limit', MOST_DIFFERENCES);
    const { orders } = objectOf(context.request.body, ['orders']);
    if (!Array.isArray(orders)) throw refused([invalid('$.orders', 'is the list of orders')]);
    if (!flagOf(context, 'dryRun')) return reorder(context, orders);
    const after = await checked(context, orders);
    return context.read(async (session) => {
      const plannedAt = instantOfPreview(scheduler, context.now);
      const effect = effectOf(scheduler, await readSnapshot(session, settings, plannedAt), after);
      const shown = { ...effect, orders: effect.orders.slice(0, limit) };
      return { ...queueDocument(after), plannedAt, effect: shown } as unknown as JsonObject;
    });
  };
}

function reorder(context: RouteContext, orders: readonly JsonValue[]): Promise<JsonObject> {
  return context.change('ReorderQueue', async (session) => {
    const { after, moved } = await reorderedFor(context, session, orders);
    const store = new PlanStore(session);
    await store.storeQueue(after);
    await store.markEach(
      moved.map(({ name, from, to }) => ({ name, reason: `moved in the queue from ${from} to ${to}` })),
    );
    const changes = moved.map(({ name, to }) => ({ name, position: to }));
    return {
      result: queueDocument(await readQueue(session)),
      details: changes.length === 0 ? null : { changes },
    };
  });
}

/** The queue as it would be; refused, and that journalled, where the change itself would be. */
function checked(context: RouteContext, orders: readonly JsonValue[]): Promise<QueuedEntry[]> {
  return context.change('ReorderQueue', async (session) => {
    const { after } = await reorderedFor(context, session, orders);
    return { result: after, details: null };
  });
}

interface Reordered {
  after: QueuedEntry[];
  moved: { name: string; from: number; to: number }[];
}

async function reorderedFor(
  context: RouteContext,
  session: PlanSession & Parameters<RouteContext['checkOwners']>[0],
  orders: readonly JsonValue[],
): Promise<Reordered> {
  const before = await readQueue(session);
  const after = reordered(before, orders);
  const positions = new Map(before.map(({ name, position }) => [name, position]));
  const moved = after.flatMap(({ name, position: to }) => {
    const from = positions.get(name) ?? 0;
    return from === to ? [] : [{ name, from, to }];
  });
  // Whoever overtakes an order changes its place: that is for members of its owner role.
  await context.checkOwners(
    session,
    moved.map(({ name }) => name),
  );
  return { after, moved };
}

interface Wanted {
  name: string;
  position: number;
  place: number;
}

/** @throws OrderwrightError OW_INPUT_INVALID with every problem */
function reordered(before: readonly QueuedEntry[], rows: readonly JsonValue[]): QueuedEntry[] {
  const entries = new Map(before.map((entry) => [entry.name, entry]));
  const wanted = new Map<string, Wanted>();
  const problems: Problem[] = [];
  for (const [place, row] of rows.entries()) {
    const path = `$.orders[${place}]`;
    const { name, priority, position = place + 1 } = rowOf(row);
    const entry = typeof name === 'string' ? entries.get(name) : undefined;
    if (entry === undefined) problems.push(invalid(`${path}.name`, 'names no order of the queue'));
    else if (wanted.has(entry.name)) problems.push(invalid(`${path}.name`, `names ${entry.name} again`));
    else if (priority !== undefined && priority !== entry.priority)
      problems.push(invalid(`${path}.priority`, `is ${entry.priority}: an order moves within its group`));
    else if (typeof position !== 'number' || !Number.isSafeInteger(position) || position < 1)
      problems.push(invalid(`${path}.position`, 'is a whole number from 1'));
    else wanted.set(entry.name, { name: entry.name, position, place });
  }
  if (problems.length > 0) throw refused(problems);
  const behind = { position: Infinity, place: Infinity };
  const key = ({ name }: QueuedEntry) => wanted.get(name) ?? behind;
  const counts = new Map<number, number>();
  return [...before]
    .sort((a, b) => a.priority - b.priority || compare(key(a), key(b)) || a.position - b.position)
    .map((entry) => {
      const position = (counts.get(entry.priority) ?? 0) + 1;
      counts.set(entry.priority, position);
      return { ...entry, position, stored: entry.stored && entry.position === position };
    });
}

function compare(a: Pick<Wanted, 'position' | 'place'>, b: Pick<Wanted, 'position' | 'place'>): number {
  if (a.position !== b.position) return a.position < b.position ? -1 : 1;
  return a.place === b.place ? 0 : a.place - b.place;
}

function rowOf(row: JsonValue): JsonObject {
  return row !== null && typeof row === 'object' && !Array.isArray(row) ? row : {};
}
