/** The routes `/queue` and `/schedule`. */
import {
  OrderwrightError,
  type CommandContext,
  type JsonObject,
  type JsonValue,
  type Problem,
  type RouteContext,
} from '../../src/index.js';
import type { PlannedOrder } from './core/answer.js';
import type { QueuedEntry } from './core/settle-queue.js';
import { checkWorkCenter, ordersOn, queueDocument, scheduleCommand } from './commands.js';
import { PlanStore } from './plan-store.js';
import { readQueue, type PlanSession, type SchedulingSettings } from './read-snapshot.js';

type Route = (context: RouteContext) => Promise<JsonObject>;

export function schedulingRoutes(settings: SchedulingSettings): Record<string, Route> {
  return {
    'GET /queue': ({ read }) => read(async (session) => queueDocument(await readQueue(session))),
    'PUT /queue': putQueue,
    'GET /schedule': (context) => {
      onlyQuery(context, ['summary']);
      return context.read((session) => savedPlan(session, context.request.query.summary === 'true'));
    },
    'POST /schedule': postSchedule(settings),
    'GET /schedule/work-centers/{name}': (context) => {
      onlyQuery(context, []);
      const name = context.request.params.name ?? '';
      return context.read(async (session) => {
        await checkWorkCenter(session, name);
        const { version, orders, unscheduled } = await savedPlan(session, false);
        const on = ordersOn(orders as unknown as PlannedOrder[], name);
        return { version, orders: on, unscheduled } as unknown as JsonObject;
      });
    },
  };
}

/** The plan that is saved now, as it was answered when it was made; without a version where none is saved. */
async function savedPlan(session: PlanSession, summary: boolean): Promise<JsonObject> {
  const store = new PlanStore(session);
  const { version, names } = await store.saved();
  const plan = version === null ? null : await store.preliminary(version);
  const kept = new Set(names);
  const orders = (plan?.document.orders ?? (await store.savedOrders())).filter(({ name }) => kept.has(name));
  const shown = orders.map((order) => ({
    ...order,
    operations: order.operations.map(({ placements, ...operation }) =>
      summary ? operation : { ...operation, placements: placements ?? [] },
    ),
  }));
  return { version, orders: shown, unscheduled: plan?.document.unscheduled ?? [] } as unknown as JsonObject;
}

function postSchedule(settings: SchedulingSettings): Route {
  const plan = scheduleCommand(settings);
  return async (context) => {
    onlyQuery(context, ['summary']);
    const body = objectOf(context.request.body, ['save', 'upTo']);
    const { save = false, upTo = null } = body;
    const problems: Problem[] = [];
    if (typeof save !== 'boolean' && typeof save !== 'string')
      problems.push(invalid('$.save', 'is true, false or the version of a plan'));
    if (upTo !== null && typeof upTo !== 'string')
      problems.push(invalid('$.upTo', 'is the name of an order'));
    if (problems.length > 0) throw refused(problems);
    const options: CommandContext['options'] = {
      ...(save !== false && { save: save as string | boolean }),
      ...(upTo !== null && { upTo: upTo as string }),
      ...(context.request.query.summary === 'true' && { summary: true }),
    };
    const { document } = await plan({ ...context, arguments: {}, options, input: {} });
    if (!(Symbol.iterator in document)) return document;
    return JSON.parse([...document].join('')) as JsonObject;
  };
}

/** The whole queue as it shall be: orders change places within their priority group, and others stay behind them. */
const putQueue: Route = async (context) => {
  onlyQuery(context, []);
  const { orders } = objectOf(context.request.body, ['orders']);
  if (!Array.isArray(orders)) throw refused([invalid('$.orders', 'is the list of orders')]);
  return context.change('ReorderQueue', async (session) => {
    const before = await readQueue(session);
    const after = reordered(before, orders);
    const store = new PlanStore(session);
    const positions = new Map(before.map(({ name, position }) => [name, position]));
    const moved = after.filter(({ name, position }) => positions.get(name) !== position);
    // Whoever overtakes an order changes its place: that is for members of its owner role.
    await context.checkOwners(
      session,
      moved.map(({ name }) => name),
    );
    await store.storeQueue(after);
    for (const { name, position } of moved) {
      await store.mark([name], `moved in the queue from ${positions.get(name) ?? 0} to ${position}`);
    }
    const changes = moved.map(({ name, position }) => ({ name, position }));
    return {
      result: queueDocument(await readQueue(session)),
      details: changes.length === 0 ? null : { changes },
    };
  });
};

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

/** @throws OrderwrightError OW_INPUT_INVALID for what is no object, or has other fields */
function objectOf(body: JsonValue, fields: readonly string[]): JsonObject {
  if (body !== null && (typeof body !== 'object' || Array.isArray(body)))
    throw refused([invalid('$', 'is an object')]);
  const given = body ?? {};
  const unknown = Object.keys(given).filter((field) => !fields.includes(field));
  if (unknown.length > 0)
    throw refused(unknown.slice(0, 10).map((field) => invalid('$', `has no field ${field.slice(0, 100)}`)));
  return given;
}

function onlyQuery({ request }: RouteContext, fields: readonly string[]): void {
  const unknown = Object.keys(request.query).find((field) => !fields.includes(field));
  if (unknown !== undefined) throw refused([invalid('query', `has no ${unknown.slice(0, 100)}`)]);
}

function invalid(path: string, message: string): Problem {
  return { path, code: 'OW_INPUT_INVALID', message };
}

function refused(problems: Problem[]): OrderwrightError {
  const list = problems.map(({ path, message }) => `${path} ${message}`).join('; ');
  return new OrderwrightError('OW_INPUT_INVALID', `The request is not valid: ${list}`, problems);
}
