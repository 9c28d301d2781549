/** The hooks and the operations: a verdict on a collection, before the host acts or of what we do. */
import type { FastifyInstance } from 'fastify';
import type { Moment } from '../../core/hooks/hook-point.js';
import type { JsonObject } from '../../core/json.js';
import { callerOf } from './caller.js';
import type { DoorParts } from './door-parts.js';
import { shortName } from './operation-names.js';
import { HttpProblem } from './problem.js';
import {
  hookBody,
  MOMENT,
  noQuery,
  operationBody,
  operationName,
  path,
  problemResponse,
  verdictResponse,
} from './schemas.js';
import type { AskedOrder } from './served.js';

interface HookBody {
  requestId?: string;
  correlationId?: string;
  actor?: string;
  input?: JsonObject;
  orders: AskedOrder[];
}

interface OperationBody extends HookBody {
  dryRun?: boolean;
  atomic?: boolean;
  override?: { rule: string; reason: string };
}

export function addOperationRoutes(app: FastifyInstance, parts: DoorParts): void {
  const { door, metrics, names, now } = parts;
  const operation = operationName(names.all);

  app.post<{ Params: { operation: string; moment: Moment }; Body: HookBody }>(
    '/hooks/:operation/:moment',
    {
      schema: {
        summary: 'Pre answers a verdict and changes nothing; Post stores an event',
        params: path({ operation, moment: MOMENT }),
        querystring: noQuery,
        body: hookBody(door.orderValues),
        response: { 200: verdictResponse, '4xx': problemResponse, 503: problemResponse },
      },
      config: {
        permission: ({ params }) => {
          const asked = params as { operation: string; moment: Moment };
          return names.find(asked.operation, asked.moment);
        },
      },
    },
    async (request) => {
      const started = performance.now();
      const { moment } = request.params;
      const asked = names.find(request.params.operation, moment);
      const { orders, input = {}, requestId } = request.body;
      const question = {
        ...callerOf(request, request.body, now),
        orders,
        input,
        ...(requestId === undefined ? {} : { requestId }),
      };
      try {
        if (moment === 'Post') {
          if (door.postEvents === undefined) throw withoutEvents();
          const stored = await door.postEvents({ ...question, operation: asked });
          parts.dispatcher()?.wake();
          return stored;
        }
        const verdict = await door.evaluate({ ...question, operation: shortName(asked) });
        metrics.verdict(asked, verdict);
        return verdict;
      } finally {
        metrics.hook(asked, moment, (performance.now() - started) / 1000);
      }
    },
  );

  app.post<{ Params: { operation: string }; Body: OperationBody }>(
    '/operations/:operation',
    {
      schema: {
        summary: 'Performs an operation on a collection of orders',
        params: path({ operation }),
        querystring: noQuery,
        body: operationBody,
        response: { 200: verdictResponse, '4xx': problemResponse, 503: problemResponse },
      },
      config: { permission: ({ params }) => names.find((params as { operation: string }).operation) },
    },
    async (request) => {
      const asked = names.find(request.params.operation);
      const { orders, input = {}, requestId, dryRun = false, atomic = false, override } = request.body;
      if (override !== undefined) await parts.demand(request, `${asked}.Override`);
      const common = {
        ...callerOf(request, request.body, now),
        dryRun,
        atomic,
        ...(requestId === undefined ? {} : { requestId }),
      };
      if (asked === 'ProductionOrder.Create') {
        if (override !== undefined)
          throw new HttpProblem(400, 'OW_INPUT_INVALID', 'No rule of Create is overridden.');
        const file = orders.map(({ name, values }) => ({ ...values, name }));
        const verdict = await door.create({ ...common, text: JSON.stringify(file) });
        metrics.verdict(asked, verdict);
        return verdict;
      }
      refuseValues(orders);
      const verdict = await door.perform({
        ...common,
        operation: shortName(asked),
        orders: orders.map(({ name }) => name),
        input,
        override: override ?? null,
      });
      metrics.verdict(asked, verdict);
      return verdict;
    },
  );
}

/** An operation decides on the order as the database has it: values that it left out would be taken for heard. */
function refuseValues(orders: readonly AskedOrder[]): void {
  const index = orders.findIndex(({ values = {} }) => Object.keys(values).length > 0);
  if (index < 0) return;
  const message = 'An operation decides on the order as it is; what is to be changed belongs into input.';
  const problem = { path: `$.orders[${index}].values`, code: 'OW_VALUES_NOT_TAKEN', message };
  throw new HttpProblem(400, 'OW_VALUES_NOT_TAKEN', message, [problem]);
}

export function withoutEvents(): HttpProblem {
  return new HttpProblem(503, 'OW_EVENTS_UNAVAILABLE', 'This server has no event queue.');
}
