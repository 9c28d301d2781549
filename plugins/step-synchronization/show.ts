/** Steps and dependencies as every answer shows them (design section 4). */
import type { JsonObject } from '../../src/index.js';
import type { Dependency, StoredStep } from './core/steps.js';
import type { StepStore } from './store.js';

export function showStep(step: StoredStep): JsonObject {
  const { id, source, batch, position, flowPath, quantity, units, state, actualStart, actualEnd, manual } =
    step;
  return {
    id,
    source,
    batch,
    position,
    flowPath,
    step: step.step,
    quantity,
    units,
    state,
    actualStart,
    actualEnd,
    manual,
  };
}

export function showDependency({ from, to, manual }: Dependency): JsonObject {
  return { from, to, manual };
}

/** The sections that the plugin adds to `order <name>`. */
export async function showSteps(order: string, store: StepStore): Promise<JsonObject> {
  const steps = await store.steps(order);
  const dependencies = await store.dependencies([order]);
  return { steps: steps.map(showStep), dependencies: dependencies.map(showDependency) };
}
