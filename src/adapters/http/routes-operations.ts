/** The hooks and the operations: a verdict on a collection, before the host acts or of what we do. */
import type { FastifyInstance } from 'fastify';
import type { Moment } from '../../core/hooks/hook-point.js';
import type { JsonObject } from '../../core/json.js';
import { callerOf } from './caller.js';
import type { DoorParts } from './door-parts.js';
import { entityOf, shortName, type Entity } from './operation-names.js';
import { HttpProblem } from './problem.js';
import {
  hookBody,
  LIST_OF,
  MOMENT,
  noQuery,
  operationBody,
  operationName,
  path,
  problemResponse,
  verdictResponse,
} from './schemas.js';
import type { AskedRow } from './served.js';

interface HookBody {
  requestId?: string;
  correlationId?: string;
  actor?: string;
  input?: JsonObject;
  orders?: AskedRow[];
  materials?: AskedRow[];
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
        body: hookBody(door),
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
      const rows = rowsOf(request.body, entityOf(asked));
      const { input = {}, requestId } = request.body;
      const question = {
        ...callerOf(request, request.body, now),
        input,
        ...(requestId === undefined ? {} : { requestId }),
      };
      try {
        if (moment === 'Post')
          return await door.postEvents({ ...question, ...listed(asked, rows), operation: asked });
        const short = shortName(asked);
        const verdict =
          entityOf(asked) === 'Material'
            ? await door.evaluateMaterials({ ...question, materials: rows, operation: short })
            : await door.evaluate({ ...question, orders: rows, operation: short });
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
        summary: 'Performs an operation on a collection of orders or materials',
        params: path({ operation }),
        querystring: noQuery,
        body: operationBody(),
        response: { 200: verdictResponse, '4xx': problemResponse, 503: problemResponse },
      },
      config: { permission: ({ params }) => names.find((params as { operation: string }).operation) },
    },
    async (request) => {
      const asked = names.find(request.params.operation);
      const rows = rowsOf(request.body, entityOf(asked));
      const { input = {}, requestId, dryRun = false, atomic = false, override } = request.body;
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
        const file = rows.map(({ name, values }) => ({ ...values, name }));
        const verdict = await door.create({ ...common, text: JSON.stringify(file) });
        metrics.verdict(asked, verdict);
        return verdict;
      }
      refuseValues(rows, LIST_OF[entityOf(asked)]);
      const collection = rows.map(({ name }) => name);
      const question = { ...common, operation: shortName(asked), input, override: override ?? null };
      const verdict =
        entityOf(asked) === 'Material'
          ? await door.performMaterials({ ...question, materials: collection })
          : await door.perform({ ...question, orders: collection });
      metrics.verdict(asked, verdict);
      return verdict;
    },
  );
}

/** The rows that the operation is about. @throws HttpProblem OW_REQUEST_INVALID where the request has the others */
function rowsOf(body: HookBody, entity: Entity): AskedRow[] {
  const list = LIST_OF[entity];
  const rows = body[list];
  if (rows !== undefined) return rows;
  const problem = { path: `$.${list}`, code: 'OW_REQUEST_INVALID', message: 'is missing' };
  const message = `The request is not valid: an operation on a ${entity} names ${list}.`;
  throw new HttpProblem(400, 'OW_REQUEST_INVALID', message, [problem]);
}

function listed(asked: string, rows: AskedRow[]): { orders: AskedRow[] } | { materials: AskedRow[] } {
  return entityOf(asked) === 'Material' ? { materials: rows } : { orders: rows };
}

/** An operation decides on the row as the database has it: values that it left out would be taken for heard. */
function refuseValues(rows: readonly AskedRow[], list: 'orders' | 'materials'): void {
  const index = rows.findIndex(({ values = {} }) => Object.keys(values).length > 0);
  if (index < 0) return;
  const message = 'An operation decides on what there is; what is to be changed belongs into input.';
  const problem = { path: `$.${list}[${index}].values`, code: 'OW_VALUES_NOT_TAKEN', message };
  throw new HttpProblem(400, 'OW_VALUES_NOT_TAKEN', message, [problem]);
}
