/** What a page needs before it shows anything: who looks at it, and the state model that it draws. */
import type { FastifyInstance } from 'fastify';
import { STATE_MODEL } from '../../core/order/describe-state-model.js';
import { instantOf } from '../../core/time.js';
import { callerOf } from './caller.js';
import type { DoorParts } from './door-parts.js';
import { answerResponse, noQuery, problemResponse } from './schemas.js';

export function addSessionRoutes(app: FastifyInstance, { door, now }: DoorParts): void {
  const problems = { '4xx': problemResponse, 503: problemResponse };

  app.get(
    '/session',
    {
      schema: {
        summary: 'Who asks: the name for the journal, permissions and roles; and the rule set in force',
        querystring: noQuery,
        response: { 200: answerResponse('The session'), ...problems },
      },
      config: { permission: null, identified: true },
    },
    async (request) => {
      const { name, permissions, roles } = request.identity ?? { name: null, permissions: [], roles: [] };
      const { hash } = await door.rules(callerOf(request, {}, now));
      return {
        actor: name,
        permissions,
        // Null: all of them.
        roles,
        ruleSet: hash,
        now: now ?? instantOf(Date.now()),
        version: door.version,
        plugins: door.plugins.map(({ name: plugin, version }) => ({ name: plugin, version })),
      };
    },
  );

  app.get(
    '/state-model',
    {
      schema: {
        summary: 'States and transitions of a production order, and the operations with their inputs',
        querystring: noQuery,
        response: { 200: answerResponse('The state model'), ...problems },
      },
      config: { permission: 'ProductionOrder.Show' },
    },
    () => {
      const operations = door.operations.map(({ name, title, input }) => ({
        name,
        title,
        permission: `ProductionOrder.${name}`,
        input,
      }));
      return { ...STATE_MODEL, operations };
    },
  );
}
