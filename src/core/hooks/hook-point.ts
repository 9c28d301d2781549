/**
 * Hook points: where a plugin runs before or after a host operation, named `ProductionOrder.Release.Pre` and
 * `Material.Split.Post`.
 */

import { MATERIAL_OPERATIONS } from '../order/material-operations.js';
import { STATE_OPERATIONS } from '../order/state-operations.js';

export const MOMENTS = ['Pre', 'Post'] as const;
export type Moment = (typeof MOMENTS)[number];

/** The kernel's own operations on orders, which a plugin may hook into and none may bring again. */
export const KERNEL_OPERATIONS: readonly string[] = ['Create', ...STATE_OPERATIONS];

/** What nobody asks for, it follows from the materials; its Post hooks run, and there is nothing to run before it. */
export const AUTOMATIC_OPERATIONS = ['Complete', 'ReturnToProgress'] as const;

export type OrderHookPoint = `ProductionOrder.${string}.${Moment}`;
export type MaterialHookPoint = `Material.${string}.${Moment}`;
export type HookPoint = OrderHookPoint | MaterialHookPoint;

export function hookPoint(operation: string, moment: Moment): OrderHookPoint {
  return `ProductionOrder.${operation}.${moment}`;
}

export function materialHookPoint(operation: string, moment: Moment): MaterialHookPoint {
  return `Material.${operation}.${moment}`;
}

export interface ParsedHookPoint {
  entity: 'ProductionOrder' | 'Material';
  operation: string;
  moment: Moment;
}

/** The parts of a hook point, or null where the text is none. */
export function parseHookPoint(text: string): ParsedHookPoint | null {
  const match = /^(ProductionOrder|Material)\.([A-Z][A-Za-z]*)\.(Pre|Post)$/.exec(text);
  if (match === null) return null;
  const [, entity, operation = '', moment] = match;
  return { entity: entity as ParsedHookPoint['entity'], operation, moment: moment as Moment };
}

/**
 * What an operation on a material is called in JSON and in the configuration: by its name, but where an operation on an
 * order has the same one.
 */
export function materialOperationName(operation: string): string {
  return KERNEL_OPERATIONS.includes(operation) ? `Material.${operation}` : operation;
}

/** Whether there is something that this hook point runs before or after, beside the operations that plugins bring. */
export function isReached(
  { entity, operation, moment }: ParsedHookPoint,
  brought: readonly string[],
): boolean {
  if (entity === 'Material') return (MATERIAL_OPERATIONS as readonly string[]).includes(operation);
  const automatic = (AUTOMATIC_OPERATIONS as readonly string[]).includes(operation) && moment === 'Post';
  return automatic || KERNEL_OPERATIONS.includes(operation) || brought.includes(operation);
}
