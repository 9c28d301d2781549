/** What the routes share. */
import type { FastifyRequest } from 'fastify';
import type { Metrics } from './metrics.js';
import type { OperationNames } from './operation-names.js';
import type { ServedDispatcher, Served } from './served.js';

export interface DoorParts {
  door: Served;
  metrics: Metrics;
  names: OperationNames;
  /** The time for planning, rules and default dates where it stands still; null: now. */
  now: string | null;
  dispatcher: () => ServedDispatcher | null;
  /** Lets nobody on who has not this permission. @throws HttpProblem 403 OW_PERMISSION, journalled */
  demand: (request: FastifyRequest, permission: string) => Promise<void>;
}
