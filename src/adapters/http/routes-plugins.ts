/** The routes that plugins bring, by their manifests. */
import type { FastifyInstance } from 'fastify';
import type { JsonObject, JsonValue } from '../../core/json.js';
import { OrderwrightError } from '../../core/problem.js';
import { callerOf } from './caller.js';
import type { DoorParts } from './door-parts.js';
import { answerResponse, NAME, path, problemResponse } from './schemas.js';

interface Given {
  Params: Record<string, string>;
  Querystring: Record<string, string>;
  Body: JsonValue | undefined;
}

const QUERY_FIELD = { type: 'string', maxLength: 400 };

/** A query's fields are the plugin's to check: it refuses what it does not have. */
function queryOf(described: Readonly<Record<string, string>>): JsonObject {
  const fields = Object.entries(described).map(([field, description]) => [
    field,
    { ...QUERY_FIELD, description },
  ]);
  return {
    type: 'object',
    additionalProperties: QUERY_FIELD,
    properties: Object.fromEntries(fields) as JsonObject,
  };
}

/** @throws OrderwrightError OW_ROUTE_TAKEN where two bring the same one. */
export function addPluginRoutes(app: FastifyInstance, { door, now }: DoorParts): void {
  for (const { name: plugin, routes = [] } of door.plugins) {
    for (const route of routes) {
      const url = route.path.replace(/\{([A-Za-z]+)\}/g, ':$1');
      const method = route.method as 'GET' | 'POST' | 'PUT' | 'DELETE';
      if (app.hasRoute({ method, url })) {
        const message = `The plugin ${plugin} brings ${method} ${route.path}, which is there already`;
        throw new OrderwrightError('OW_ROUTE_TAKEN', message);
      }
      const names = [...route.path.matchAll(/\{([A-Za-z]+)\}/g)].map(([, name = '']) => name);
      const withBody = method === 'POST' || method === 'PUT';
      app.route<Given>({
        method,
        url,
        schema: {
          summary: route.summary ?? `${route.method} of the plugin ${plugin}`,
          ...(names.length > 0 && { params: path(Object.fromEntries(names.map((name) => [name, NAME]))) }),
          querystring: queryOf(route.query ?? {}),
          ...(withBody && { body: { type: ['object', 'array', 'null'] } }),
          response: {
            200: answerResponse('The plugin’s answer'),
            '4xx': problemResponse,
            503: problemResponse,
          },
        },
        config: { permission: route.permission },
        compress: {},
        handler: (request) => {
          const caller = callerOf(request, {}, now);
          const { params, query, body } = request;
          return door.route(
            `${route.method} ${route.path}`,
            {
              params,
              query,
              body: body ?? null,
              actor: caller.actor ?? '',
              correlationId: caller.correlationId ?? '',
            },
            caller,
          );
        },
      });
    }
  }
}
