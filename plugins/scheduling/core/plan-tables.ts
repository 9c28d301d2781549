/** A plan as flat arrays over its operations, in queue order and within an order in sequence; times in epoch seconds. */
import type { Placer } from './place.js';
import type { Plant } from './plant.js';
import type { QueuedOrder } from './snapshot.js';
import type { StepDependencies } from './step-dependencies.js';
import type { Work } from './work.js';

/** What a plan is made of before anything is placed. */
export interface PlanSources {
  /** In queue order. */
  orders: readonly QueuedOrder[];
  /** By order; null where it can't be known. */
  works: readonly (Work | null)[];
  /** By order, its first operation; the last entry is the number of operations. */
  base: Int32Array;
  orderOf: Int32Array;
  orderStart: Float64Array;
  /** Infinity where an order has no due date. */
  due: Float64Array;
  companySchedules: readonly (string | null)[];
  dependencies: StepDependencies | null;
  placer: Placer;
  plant: Plant;
}

/** With, by operation, where it was placed. */
export interface PlanTables extends PlanSources {
  /** From when on it might have started. */
  earliest: Float64Array;
  start: Float64Array;
  end: Float64Array;
  /** Its rows among the placer's placements. */
  placementsFrom: Int32Array;
  placementsTo: Int32Array;
  isStarted: Uint8Array;
  /** Of what starts first of it: the lane, its interval there, and the operation that last used the one before; -1: none. */
  startLane: Int32Array;
  startInterval: Int32Array;
  heldBy: Int32Array;
}

export function planTables(sources: PlanSources): PlanTables {
  const count = sources.orderOf.length;
  return {
    ...sources,
    earliest: new Float64Array(count),
    start: new Float64Array(count),
    end: new Float64Array(count),
    placementsFrom: new Int32Array(count),
    placementsTo: new Int32Array(count),
    isStarted: new Uint8Array(count),
    startLane: new Int32Array(count).fill(-1),
    startInterval: new Int32Array(count),
    heldBy: new Int32Array(count).fill(-1),
  };
}

/** Takes over where the first operations were placed. */
export function copyPlacements(from: PlanTables, to: PlanTables, operations: number): void {
  for (const column of [
    'earliest',
    'start',
    'end',
    'placementsFrom',
    'placementsTo',
    'isStarted',
    'startLane',
    'startInterval',
    'heldBy',
  ] as const)
    to[column].set(from[column].subarray(0, operations));
}
