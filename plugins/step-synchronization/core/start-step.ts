/** The step that the seed's precondition on mode and size is tested at (design 3.7: where each source starts). */
import type { Decimal } from '../../../src/index.js';
import { flowProfile, ownSize } from './flow-profile.js';
import { resolveSources } from './sources.js';
import type { BuildInput, Source } from './sources.js';

export interface StartStep {
  path: string;
  productionOrderSchedulingMode: string | null;
  /** The size in force there, its own or an earlier step's; null where there is none above zero. */
  productionOrderStepSize: Decimal | null;
}

/**
 * The deciding start step: of the sources' start steps the first that fails the precondition, else the first source's,
 * else, without sources, the one that the order's flow path addresses; null where no flow path resolves.
 */
export function startStep(input: BuildInput): StartStep | null {
  const starts = resolveSources(input).sources.map(startOf);
  const failing = starts.find(
    (start) => start.productionOrderSchedulingMode !== 'Material' || start.productionOrderStepSize === null,
  );
  const deciding = failing ?? starts[0];
  if (deciding !== undefined) return deciding;
  const path = input.order.flowPath ?? input.product.flowPath;
  const at = path === null ? null : input.flows.resolve(path);
  return at?.ok === true ? startOf(at) : null;
}

function startOf({ expansion, index }: Pick<Source, 'expansion' | 'index'>): StartStep {
  const at = expansion.steps[index];
  if (at === undefined) throw new RangeError(`Flow ${expansion.flow} has no step at index ${index}`);
  const sized = expansion.steps[flowProfile(expansion).owner[index] ?? -1];
  return {
    path: at.path,
    productionOrderSchedulingMode: at.step.productionOrderSchedulingMode,
    productionOrderStepSize:
      sized === undefined || ownSize(sized.step) === null ? null : sized.step.productionOrderStepSize,
  };
}
