/** Health and metrics. */
import type { FastifyInstance } from 'fastify';
import type { DoorParts } from './door-parts.js';
import { answerResponse, noQuery, problemResponse } from './schemas.js';

export function addSystemRoutes(app: FastifyInstance, { door, metrics, dispatcher }: DoorParts): void {
  app.get(
    '/health',
    {
      schema: {
        summary: 'Whether this server and its database answer',
        querystring: noQuery,
        response: { 200: answerResponse('It does'), 503: problemResponse },
      },
      config: { permission: null },
    },
    async () => {
      await door.journal({ limit: 1 });
      return { status: 'ok', version: door.version, dispatcher: dispatcher() !== null };
    },
  );

  app.get(
    '/metrics',
    {
      schema: {
        summary: 'Prometheus metrics',
        querystring: noQuery,
        response: {
          200: { description: 'The metrics', content: { 'text/plain': { schema: { type: 'string' } } } },
        },
      },
      config: { permission: 'Metrics.Show' },
    },
    async (_request, reply) => {
      const text = await metrics.text();
      return reply.type(metrics.contentType).serializer(String).send(text);
    },
  );

  app.get(
    '/openapi.json',
    {
      schema: {
        summary: 'This document',
        querystring: noQuery,
        response: { 200: answerResponse('OpenAPI 3.1') },
      },
      config: { permission: null },
    },
    () => app.swagger(),
  );
}
