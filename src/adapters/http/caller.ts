/** Who asks, for the journal: the person that the request names, and the token that it came with. */
import type { FastifyRequest } from 'fastify';
import type { Identity } from './access.js';
import { HttpProblem } from './problem.js';
import type { ServedCaller } from './served.js';

declare module 'fastify' {
  interface FastifyRequest {
    identity: Identity | null;
  }
  interface FastifyContextConfig {
    /** What the route needs; null: anybody may. A function where the path says it. */
    permission?: string | null | ((request: FastifyRequest) => string);
    /** True where who asks has to be known, whatever he may do. */
    identified?: boolean;
  }
}

const CORRELATION_ID = /^[\x20-\x7e]{1,200}$/;

/** The correlation id of the header; null where there is none. @throws HttpProblem 400 OW_HEADER_INVALID */
export function correlationOf({ headers }: Pick<FastifyRequest, 'headers'>): string | null {
  const given = headers['x-correlation-id'];
  if (given === undefined) return null;
  if (typeof given === 'string' && CORRELATION_ID.test(given) && given.trim() !== '') return given;
  throw new HttpProblem(
    400,
    'OW_HEADER_INVALID',
    'x-correlation-id is one text of at most 200 printable ASCII characters.',
  );
}

export function callerOf(
  request: FastifyRequest,
  { actor, correlationId }: { actor?: string; correlationId?: string } = {},
  now: string | null = null,
): ServedCaller {
  const token = request.identity?.name ?? null;
  const named = actor === undefined ? token : token === null ? actor : `${actor} (${token})`;
  return {
    ...(named === null ? {} : { actor: named }),
    ...(now === null ? {} : { now }),
    correlationId: correlationId ?? request.id,
    roles: request.identity?.roles ?? null,
  };
}
