/**
 * The plant's capacity as a planner sees it: a row per work center, or per type that is planned as one pool, with its
 * lanes and the planning intervals that they share.
 */
import type { Grid } from './intervals.js';
import { Placer } from './place.js';
import { Plant } from './plant.js';
import { PlanningError } from './planning-error.js';
import type { Snapshot } from './snapshot.js';

/** `company`: what needs no work center, within the company's schedule and without a limit. */
export type CapacityKind = 'workCenter' | 'type' | 'company';

export interface CapacityRow {
  name: string;
  /** The work center type; null for the company. */
  type: string | null;
  kind: CapacityKind;
  /** How many lanes it has. */
  lanes: number;
  /** Null where its availability can't be read, or is not known any more. */
  grid: Grid | null;
}

/** Numbers in names by their value: `Saw 2` before `Saw 10`. A collator takes longer to make than most commands to load. */
function inNaturalOrder<T extends { name: string }>(named: readonly T[]): T[] {
  const { compare } = new Intl.Collator('en', { numeric: true });
  return [...named].sort((a, b) => compare(a.name, b.name));
}

/** By type, then by name; seen through the schedule of the default company where a work center has none of its own. */
export function capacityOf(snapshot: Snapshot): CapacityRow[] {
  const plant = new Plant(snapshot, new Placer());
  const types = inNaturalOrder(snapshot.workCenterTypes);
  const centers = inNaturalOrder(snapshot.workCenters);
  return types.flatMap(({ name: type, planning, capacity }): CapacityRow[] => {
    const grids = gridsOf(plant, type, snapshot.companyWorkSchedule);
    if (planning === 'type')
      return [{ name: type, type, kind: 'type', lanes: capacity, grid: grids.get(null) ?? null }];
    return centers
      .filter((center) => center.type === type)
      .map(({ name, capacity: lanes }) => ({
        name,
        type,
        kind: 'workCenter',
        lanes,
        grid: grids.get(name) ?? null,
      }));
  });
}

/** By work center; null is the pool of the type. */
function gridsOf(plant: Plant, type: string, companySchedule: string | null): Map<string | null, Grid> {
  try {
    const { lanes } = plant.poolOf(type, companySchedule);
    return new Map(lanes.map(({ identity, grid }) => [identity.workCenter, grid]));
  } catch (error) {
    // What is wrong with a type is said of the orders that need it; its row is shown without availability.
    if (error instanceof PlanningError) return new Map();
    throw error;
  }
}

/** The seconds that one lane has in an interval; null where the row has no such interval. */
export function availableIn({ grid }: CapacityRow, start: number, end: number): number | null {
  const interval = grid?.indexFrom(start) ?? -1;
  if (grid === null || interval < 0) return null;
  return grid.starts[interval] === start && grid.ends[interval] === end
    ? (grid.seconds[interval] ?? null)
    : null;
}
