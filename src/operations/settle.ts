/**
 * Automatic transitions (design 3.1): Released -> InProgress by the first accounting material that is in progress or
 * later, InProgress -> Completed when the rules in `rules/complete/` hold, and back when they no longer hold.
 */
import type { OrderSnapshot } from '../core/order/production-order.js';
import { materialProgress } from '../core/order/quantities.js';
import { decideTransition, type Standing } from '../core/order/state-model.js';
import type { Facts } from '../core/rules/fact.js';
import { COMPLETE, completion } from './completion.js';
import type { Ask } from './evaluate-order.js';
import { proposeNothing, type Operation } from './operation.js';
import { start } from './start.js';

/** Operations on an order after which completion may hold or no longer hold. */
export const SETTLED: ReadonlySet<string> = new Set(['Start', 'Change', 'Unterminate']);

/** What changed: the order itself, or its materials. */
export type Cause = 'order' | 'materials';

/** Completed -> InProgress, which nobody asks for. */
const RETURN_TO_PROGRESS: Operation = {
  name: 'ReturnToProgress',
  word: 'return-to-progress',
  title: 'go back to progress',
  input: { type: 'object' },
  propose: proposeNothing,
};

export interface AutomaticTransition {
  operation: Operation;
  next: Standing;
  /** What it was decided by. */
  facts: Facts;
}

/**
 * The next automatic transition of an order; null where it stays.
 * @param before the order before the change: it goes back only where completion held then and holds no longer, so that
 * an order which the host completed on its own is left alone; null where nobody knows how it was.
 */
export async function nextAutomatic(
  ask: Ask,
  before: OrderSnapshot | null,
  cause: Cause,
): Promise<AutomaticTransition | null> {
  const { order, materials } = ask.snapshot;
  if (order.universalState !== 'Active') return null;
  if (order.state === 'Released') {
    if (cause === 'order') return null;
    const begun = materials.find(
      (material) => material.accounts && isBegun(materialProgress(order, material)),
    );
    return begun === undefined ? null : transition(ask, start, 'Start', { 'material.name': begun.name });
  }
  if (order.state !== 'InProgress' && order.state !== 'Completed') return null;
  const { holds, facts } = await completion(ask);
  if (order.state === 'InProgress') return holds ? transition(ask, COMPLETE, 'Complete', facts) : null;
  if (holds) return null;
  const held = before === null || (await completion({ ...ask, snapshot: before })).holds;
  return held ? transition(ask, RETURN_TO_PROGRESS, 'ReturnToProgress', facts) : null;
}

function isBegun(progress: ReturnType<typeof materialProgress>): boolean {
  return progress !== null && progress !== 'Created';
}

function transition(
  { snapshot }: Ask,
  operation: Operation,
  name: 'Start' | 'Complete' | 'ReturnToProgress',
  facts: Facts,
): AutomaticTransition | null {
  const decided = decideTransition(snapshot.order, name);
  return decided.ok ? { operation, next: decided.next, facts } : null;
}
