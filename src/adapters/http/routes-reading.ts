/** Orders, journal and events. */
import type { FastifyInstance } from 'fastify';
import type { OrderState } from '../../core/order/production-order.js';
import type { EventState } from '../../ports/event-queue.js';
import type { JournalEntry } from '../../ports/journal.js';
import { callerOf } from './caller.js';
import type { DoorParts } from './door-parts.js';
import { EventStream } from './event-stream.js';
import type { ServedPageOfOrders } from './served.js';
import {
  answerResponse,
  eventPage,
  journalPage,
  NAME,
  noQuery,
  orderPage,
  orderQuery,
  PAGE,
  path,
  problemResponse,
} from './schemas.js';

interface Page<After> {
  limit?: number;
  after?: After;
}

type OrderQuery = Omit<ServedPageOfOrders, 'states' | 'limit'> & { limit?: number; state?: string };

export function addReadingRoutes(app: FastifyInstance, { door, now }: DoorParts): void {
  const problems = { '4xx': problemResponse, 503: problemResponse };

  app.get<{ Querystring: OrderQuery }>(
    '/production-orders',
    {
      schema: {
        summary: 'Orders in name order, without steps and materials',
        querystring: orderPage,
        response: { 200: answerResponse('The orders of this page'), ...problems },
      },
      config: { permission: 'ProductionOrder.Show' },
    },
    (request) => {
      const { state, limit = PAGE, ...filter } = request.query;
      const states = state?.split(',') as OrderState[] | undefined;
      const page = { ...filter, limit, ...(states !== undefined && { states }) };
      return door.orders(page, callerOf(request, {}, now));
    },
  );

  app.get<{ Params: { name: string }; Querystring: { ifScrapped?: string } }>(
    '/production-orders/:name',
    {
      schema: {
        summary: 'One order: state, quantities, allowed and blocked operations, steps, materials',
        params: path({ name: NAME }),
        querystring: orderQuery,
        response: { 200: answerResponse('The order'), ...problems },
      },
      config: { permission: 'ProductionOrder.Show' },
    },
    (request) => {
      const caller = callerOf(request, {}, now);
      const names = request.query.ifScrapped?.split(',').map((name) => name.trim());
      const ifScrapped = names?.filter((name) => name !== '');
      return door.order(request.params.name, ifScrapped === undefined ? caller : { ...caller, ifScrapped });
    },
  );

  app.get<{ Querystring: Page<number> & { order?: string } }>(
    '/journal',
    {
      schema: {
        summary: 'What was asked, decided, on which facts, and what came of it',
        querystring: journalPage,
        response: { 200: answerResponse('The entries of this page'), ...problems },
      },
      config: { permission: 'Journal.Show' },
    },
    async ({ query }): Promise<{ entries: JournalEntry[] }> => ({
      entries: await door.journal({ ...query, limit: query.limit ?? PAGE }),
    }),
  );

  app.get<{ Querystring: Page<string> & { state?: EventState } }>(
    '/events',
    {
      schema: {
        summary: 'The events of the queue, oldest first',
        querystring: eventPage,
        response: { 200: answerResponse('The events of this page'), ...problems },
      },
      config: { permission: 'Events.Show' },
    },
    ({ query }) => door.events({ ...query, limit: query.limit ?? PAGE }),
  );

  const stream = new EventStream(door, (error) => {
    app.log.error({ err: error }, 'the event queue could not be looked at');
  });
  // Connections that go on would keep the server from stopping.
  app.addHook('preClose', (done) => {
    stream.close();
    done();
  });
  app.get(
    '/events/stream',
    {
      schema: {
        summary: 'How the event queue stands, as server-sent events: depth, lag and the parked events',
        querystring: noQuery,
        response: {
          200: {
            description: 'A message `queue` whenever something has changed',
            content: { 'text/event-stream': { schema: { type: 'string' } } },
          },
          ...problems,
        },
      },
      config: { permission: 'Events.Show' },
    },
    async (_request, reply) => {
      const listener = await stream.listen();
      return reply
        .type('text/event-stream; charset=utf-8')
        .header('cache-control', 'no-store')
        .header('x-accel-buffering', 'no')
        .send(listener);
    },
  );

  app.post<{ Params: { id: string } }>(
    '/events/:id/retry',
    {
      schema: {
        summary: 'Brings a parked event back',
        params: path({ id: { type: 'string', pattern: '^\\d{1,19}$' } }),
        querystring: noQuery,
        response: { 200: answerResponse('The event'), ...problems },
      },
      config: { permission: 'Events.Retry' },
    },
    (request) => door.retryEvent(request.params.id, callerOf(request, {}, now)),
  );
}
