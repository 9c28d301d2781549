/** Hook points: where a plugin runs before or after a host operation, named `ProductionOrder.Release.Pre`. */

import { STATE_OPERATIONS } from '../order/state-operations.js';

export const MOMENTS = ['Pre', 'Post'] as const;
export type Moment = (typeof MOMENTS)[number];

/** The kernel's own operations, which a plugin may hook into and none may bring again. */
export const KERNEL_OPERATIONS: readonly string[] = ['Create', ...STATE_OPERATIONS];

export type HookPoint = `ProductionOrder.${string}.${Moment}`;

export function hookPoint(operation: string, moment: Moment): HookPoint {
  return `ProductionOrder.${operation}.${moment}`;
}

/** The operation and moment of a hook point, or null where the text is none. */
export function parseHookPoint(text: string): { operation: string; moment: Moment } | null {
  const match = /^ProductionOrder\.([A-Z][A-Za-z]*)\.(Pre|Post)$/.exec(text);
  return match === null ? null : { operation: match[1] ?? '', moment: match[2] as Moment };
}
