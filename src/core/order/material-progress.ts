/**
 * Where a material stands in its flow, and what it is there: in progress, or completed once it reached a step that marks
 * product completion (seed 2, design 3.2).
 */
import type { FlowExpansions, FlowPosition, FlowRefusal } from './flow-path.js';
import type { MaterialRow, ProductionOrder, Step } from './production-order.js';

/** The order whose product and units a completed material must have; null where it belongs to none. */
export type Wanted = Pick<ProductionOrder, 'product' | 'units'> | null;

/** The step at a position. */
export function stepAt({ expansion, index }: Pick<FlowPosition, 'expansion' | 'index'>): Step {
  const at = expansion.steps[index];
  if (at === undefined) throw new Error(`There is no step ${index} in flow ${expansion.flow}`);
  return at.step;
}

/** Whether a material at this position has reached a step that marks product completion: this one, or one before. */
export function reachedCompletion({ expansion, index }: Pick<FlowPosition, 'expansion' | 'index'>): boolean {
  return expansion.steps.slice(0, index + 1).some(({ step }) => step.marksProductCompletion);
}

/**
 * What a material is at a position: completed where it reached completion and has the product and units of its order,
 * in progress else.
 */
export function stateAt(
  position: Pick<FlowPosition, 'expansion' | 'index'>,
  material: Pick<MaterialRow, 'product' | 'units'>,
  wanted: Wanted,
): 'InProgress' | 'Completed' {
  const fits = wanted === null || (material.product === wanted.product && material.units === wanted.units);
  return fits && reachedCompletion(position) ? 'Completed' : 'InProgress';
}

/**
 * What a material becomes by belonging to another order: one in progress is completed where it has reached completion
 * and fits now. One that is completed stays so: whether it counts as completed is asked for each order anew.
 */
export function stateInOrder(
  material: MaterialRow,
  flows: FlowExpansions,
  wanted: Wanted,
): MaterialRow['state'] {
  if (material.state !== 'InProgress' || material.flowPath === null) return material.state;
  const position = flows.resolve(material.flowPath);
  return position.ok ? stateAt(position, material, wanted) : material.state;
}

/**
 * Where MoveNext leads: the step that is named; else, for a material that has not entered a step, the one it stands
 * before; else the next step of its flow, null at the end of it.
 * @param standing its own flow path, or what it is made along where it has none; null where there is neither.
 */
export function nextPosition(
  material: Pick<MaterialRow, 'state'>,
  flows: FlowExpansions,
  { standing, to }: { standing: string | null; to: string | null },
): FlowPosition | FlowRefusal | null {
  const path = to ?? standing;
  if (path === null) return null;
  const position = flows.resolve(path);
  if (!position.ok || to !== null || material.state === 'Created') return position;
  const index = position.index + 1;
  const next = position.expansion.steps[index];
  if (next === undefined) return null;
  return { ...position, index, path: next.path, facility: next.step.facility };
}
