/** The routes `/queue` and `/schedule`. */
import type { CommandContext, JsonObject, Problem } from '../../src/index.js';
import type { PlannedOrder } from './core/answer.js';
import { Rescheduler } from './core/reschedule.js';
import { checkWorkCenter, ordersOn, queueDocument, scheduleCommand } from './commands.js';
import { readSaved } from './read-plan.js';
import { readQueue, type PlanSession, type SchedulingSettings } from './read-snapshot.js';
import { invalid, objectOf, onlyQuery, refused, type Route } from './route-input.js';
import { chartRoutes } from './routes-chart.js';
import { putQueue } from './routes-queue.js';

export function schedulingRoutes(settings: SchedulingSettings): Record<string, Route> {
  // One for all requests: a plan after one change goes on from the plan before it.
  const scheduler = new Rescheduler();
  return {
    'GET /queue': ({ read }) => read(async (session) => queueDocument(await readQueue(session))),
    'PUT /queue': putQueue(settings, scheduler),
    'GET /schedule': (context) => {
      onlyQuery(context, ['summary']);
      return context.read((session) => savedPlan(session, context.request.query.summary === 'true'));
    },
    'POST /schedule': postSchedule(settings, scheduler),
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
    ...chartRoutes(settings),
  };
}

/** The plan that is saved now; without a version where none is saved. */
async function savedPlan(session: PlanSession, summary: boolean): Promise<JsonObject> {
  const { version, orders, unscheduled } = await readSaved(session);
  const shown = orders.map((order) => ({
    ...order,
    operations: order.operations.map(({ placements, ...operation }) =>
      summary ? operation : { ...operation, placements: placements ?? [] },
    ),
  }));
  return { version, orders: shown, unscheduled } as unknown as JsonObject;
}

function postSchedule(settings: SchedulingSettings, scheduler: Rescheduler): Route {
  const plan = scheduleCommand(settings, (snapshot, options) => scheduler.plan(snapshot, options));
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
