/** What synchronization reads from a flow, worked out once per expansion: which steps count, which size is in force. */
import { toScaled } from '../../../src/index.js';
import type { FlowExpansion, Step } from '../../../src/index.js';

export interface FlowProfile {
  /** Indexes of the steps with mode `Material`, which become production order steps, in order. */
  readonly material: Int32Array;
  /** Indexes of the other steps, in order. */
  readonly skipped: Int32Array;
  /** Per step the index of the step whose size is in force there: its own, else the nearest earlier; -1: none. */
  readonly owner: Int32Array;
}

const profiles = new WeakMap<FlowExpansion, FlowProfile>();

export function flowProfile(expansion: FlowExpansion): FlowProfile {
  let profile = profiles.get(expansion);
  if (profile === undefined) {
    profile = read(expansion);
    profiles.set(expansion, profile);
  }
  return profile;
}

/** The step's own batch size in ten-billionths of its units; null where it has none above zero. */
export function ownSize(step: Step): bigint | null {
  if (step.productionOrderStepSize === null) return null;
  const size = toScaled(step.productionOrderStepSize);
  return size > 0n ? size : null;
}

/** The place of the first index that is at or after `index`. */
export function firstFrom(indexes: Int32Array, index: number): number {
  let [low, high] = [0, indexes.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((indexes[middle] ?? index) < index) low = middle + 1;
    else high = middle;
  }
  return low;
}

function read({ steps }: FlowExpansion): FlowProfile {
  const material: number[] = [];
  const skipped: number[] = [];
  const owner = new Int32Array(steps.length);
  let sized = -1;
  for (const [index, { step }] of steps.entries()) {
    if (ownSize(step) !== null) sized = index;
    owner[index] = sized;
    (step.productionOrderSchedulingMode === 'Material' ? material : skipped).push(index);
  }
  return { material: Int32Array.from(material), skipped: Int32Array.from(skipped), owner };
}
