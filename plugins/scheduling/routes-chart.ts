/** The routes below `/schedule` that charts and comparisons of plans are made of. */
import {
  OrderwrightError,
  parseInstant,
  TimeError,
  type JsonObject,
  type RouteContext,
} from '../../src/index.js';
import type { PlannedOrder } from './core/answer.js';
import { differencesOf, type PlanTimes } from './core/differences.js';
import { LOAD_UNITS, loadOf, type LoadUnit } from './core/load.js';
import { explainedOrder } from './core/order-of-plan.js';
import { placementsOf } from './core/placements.js';
import type { Snapshot } from './core/snapshot.js';
import { PlanStore } from './plan-store.js';
import { readPlan, SAVED, type ReadPlan } from './read-plan.js';
import { readMasters, type PlanSession, type SchedulingSettings } from './read-snapshot.js';
import { countOf, invalid, onlyQuery, refused, type Route } from './route-input.js';

const MOST_DIFFERENCES = 10_000;
/** Of the instants that a load can be asked for: beyond them no plant has a calendar. */
const FIRST = Date.UTC(1900, 0) / 1000;
const LAST = Date.UTC(3000, 0) / 1000 - 1;

export function chartRoutes(settings: SchedulingSettings): Record<string, Route> {
  const mastersOf = (session: PlanSession, plan: ReadPlan, { now }: RouteContext): Promise<Snapshot> =>
    // Availability begins where the plan does: a saved plan may be of last week.
    readMasters(session, settings, plan.plannedAt ?? earliest(plan.orders) ?? now);
  return {
    'GET /schedule/versions': (context) => {
      onlyQuery(context, []);
      return context.read(versions);
    },
    'GET /schedule/differences': (context) => {
      onlyQuery(context, ['version', 'against', 'limit']);
      return context.read((session) => differences(context, session, settings));
    },
    'GET /schedule/placements': (context) => {
      onlyQuery(context, ['version']);
      return context.read(async (session) => {
        const plan = await asked(context, session);
        return answer(placementsOf(plan, await mastersOf(session, plan, context)));
      });
    },
    'GET /schedule/load': (context) => {
      onlyQuery(context, ['version', 'by', 'from', 'to']);
      const by = unitOf(context);
      const [from, to] = [instantOf(context, 'from'), instantOf(context, 'to')];
      return context.read(async (session) => {
        const plan = await asked(context, session);
        const masters = await mastersOf(session, plan, context);
        const start = earliest(plan.orders) ?? masters.now;
        const request = {
          by,
          from: from ?? secondsOf(start),
          to: to ?? latest(plan.orders) ?? secondsOf(start),
        };
        return answer(loadOf(plan, masters, request));
      });
    },
    'GET /schedule/orders/{name}': (context) => {
      onlyQuery(context, ['version']);
      const name = context.request.params.name ?? '';
      return context.read(async (session) => {
        const plan = await asked(context, session);
        const order = plan.orders.find((row) => row.name === name);
        if (order === undefined) throw notPlanned(plan, name);
        const { timeZone } = await readMasters(session, settings, context.now);
        return answer(explainedOrder(order, plan.orders, timeZone));
      });
    },
  };
}

async function versions(session: PlanSession): Promise<JsonObject> {
  const store = new PlanStore(session);
  const { version } = await store.saved();
  return { saved: version, versions: await store.versions() };
}

async function differences(
  context: RouteContext,
  session: PlanSession,
  settings: SchedulingSettings,
): Promise<JsonObject> {
  const { version, against = SAVED } = context.request.query;
  const limit = countOf(context, 'limit', MOST_DIFFERENCES);
  const newest = version ?? (await new PlanStore(session).versions())[0]?.version ?? SAVED;
  const [before, after] = [await readPlan(session, against), await readPlan(session, newest)];
  const { timeZone } = await readMasters(session, settings, context.now);
  const found = differencesOf(timesOf(before), timesOf(after), timeZone);
  return answer({
    against: before.version,
    version: after.version,
    ...found,
    orders: found.orders.slice(0, limit),
    unscheduled: after.unscheduled,
  });
}

function timesOf({ orders, unscheduled }: ReadPlan): PlanTimes {
  const rows = orders.map(({ name, scheduledStart, scheduledEnd, latenessMinutes, operations }) => ({
    name,
    start: secondsOf(scheduledStart),
    end: secondsOf(scheduledEnd),
    latenessMinutes,
    operations: JSON.stringify(
      operations.map(({ start, end, placements = [] }) => [
        start,
        end,
        ...new Set(placements.map(({ workCenter, lane }) => `${workCenter ?? ''} ${lane}`)),
      ]),
    ),
  }));
  return { orders: rows, unscheduled };
}

function asked({ request }: RouteContext, session: PlanSession): Promise<ReadPlan> {
  return readPlan(session, request.query.version ?? SAVED);
}

function notPlanned({ version, unscheduled }: ReadPlan, name: string): OrderwrightError {
  const reason = unscheduled.find((row) => row.name === name)?.message;
  const plan = version === null ? 'No plan is saved' : `Order ${name} is not in plan ${version}`;
  return new OrderwrightError('OW_ORDER_UNKNOWN', reason === undefined ? plan : `${plan}: ${reason}`);
}

function unitOf({ request }: RouteContext): LoadUnit {
  const unit = LOAD_UNITS.find((known) => known === (request.query.by ?? 'day'));
  if (unit === undefined) throw refused([invalid('query.by', `is one of ${LOAD_UNITS.join(', ')}`)]);
  return unit;
}

/** An instant of the query as epoch seconds; undefined where it is not given. */
function instantOf({ request }: RouteContext, field: string): number | undefined {
  const given = request.query[field];
  if (given === undefined) return undefined;
  try {
    const seconds = secondsOf(parseInstant(given));
    if (seconds < FIRST || seconds > LAST)
      throw refused([invalid(`query.${field}`, 'is an instant of the years 1900 to 2999')]);
    return seconds;
  } catch (error) {
    if (error instanceof TimeError) throw refused([invalid(`query.${field}`, `is wrong: ${error.message}`)]);
    throw error;
  }
}

function secondsOf(instant: string): number {
  return Math.floor(Date.parse(instant) / 1000);
}

function earliest(orders: readonly PlannedOrder[]): string | null {
  return orders.reduce<string | null>(
    (least, { scheduledStart }) => (least === null || scheduledStart < least ? scheduledStart : least),
    null,
  );
}

function latest(orders: readonly PlannedOrder[]): number | null {
  const last = orders.reduce((most, { scheduledEnd }) => (scheduledEnd > most ? scheduledEnd : most), '');
  return last === '' ? null : secondsOf(last);
}

function answer(document: object): JsonObject {
  return document as JsonObject;
}
