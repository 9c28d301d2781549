/** The plant of the random sequences with materials, as plain tables, and the same as a plant file. */
import type { JsonObject } from '../../src/index.js';

interface ModelStep {
  units: string | null;
  facility: string | null;
  marksCompletion: boolean;
  /** How many of ten are left after it. */
  keeps: bigint;
}

const STEPS: Record<string, ModelStep> = {
  Cut: { units: 'pcs', facility: 'Lisbon', marksCompletion: false, keeps: 10n },
  Press: { units: 'pcs', facility: 'Lisbon', marksCompletion: true, keeps: 10n },
  Dry: { units: null, facility: 'Lisbon', marksCompletion: false, keeps: 10n },
  Check: { units: 'pcs', facility: null, marksCompletion: false, keeps: 8n },
  Finish: { units: 'pcs', facility: 'Lisbon', marksCompletion: true, keeps: 10n },
  Box: { units: 'box', facility: 'Lisbon', marksCompletion: true, keeps: 10n },
  Weigh: { units: 'kg', facility: 'Lisbon', marksCompletion: false, keeps: 10n },
};

/** Each flow as the flow paths of its steps: completion in the middle, at the end, in other units, and a dead end. */
const FLOWS: string[][] = [
  ['Main:A:1/Cut:1', 'Main:A:1/Gluing:A:1/Press:1', 'Main:A:1/Gluing:A:1/Dry:1', 'Main:A:1/Check:1'],
  ['Last:A:1/Cut:1', 'Last:A:1/Check:1', 'Last:A:1/Finish:1'],
  ['Boxed:A:1/Check:1', 'Boxed:A:1/Box:1', 'Boxed:A:1/Dry:1'],
  ['Heavy:A:1/Cut:1', 'Heavy:A:1/Weigh:1'],
];

export const PATHS = FLOWS.flat();
export const NOWHERE = 'Nowhere:A:1/Cut:1';

export interface ModelPosition {
  path: string;
  units: string | null;
  facility: string | null;
  next: string | null;
  /** This step or one before it marks product completion. */
  completes: boolean;
  /** How many of ten are left at the end of the flow, of what stands before this step. */
  keeps: bigint;
}

const POSITIONS = new Map(FLOWS.flatMap((paths) => paths.map((path, at) => [path, positionOf(paths, at)])));

function positionOf(paths: string[], at: number): ModelPosition {
  const steps = paths.map(stepOf);
  const lossy = steps.slice(at).find(({ keeps }) => keeps < 10n);
  return {
    path: paths[at]!,
    units: steps[at]!.units,
    facility: steps[at]!.facility,
    next: paths[at + 1] ?? null,
    completes: steps.slice(0, at + 1).some(({ marksCompletion }) => marksCompletion),
    keeps: lossy?.keeps ?? 10n,
  };
}

function stepOf(path: string): ModelStep {
  return STEPS[/([^/:]+):1$/.exec(path)![1]!]!;
}

/** Where a flow path leads; null where there is no such flow. */
export function at(path: string): ModelPosition | null {
  return POSITIONS.get(path) ?? null;
}

interface ModelProduct {
  flowPath: string | null;
  /** How much one material of it holds, in tenths of its units. */
  size: number | null;
  units: string;
  /** A box is 12 pcs of it. */
  inBoxes: boolean;
}

export const PRODUCTS: Record<string, ModelProduct> = {
  Stool: { flowPath: 'Main:A:1/Cut:1', size: 40, units: 'pcs', inBoxes: true },
  Table: { flowPath: 'Last:A:1/Cut:1', size: null, units: 'pcs', inBoxes: true },
  Crate: { flowPath: 'Boxed:A:1/Check:1', size: 10, units: 'box', inBoxes: true },
  Bench: { flowPath: null, size: 50, units: 'pcs', inBoxes: false },
};

/** Whether what is shipped there is delivered. */
export const FACILITIES: Record<string, boolean> = {
  Lisbon: false,
  Porto: false,
  Depot: true,
  Customer: true,
};

export const SEQUENCES_PLANT: JsonObject = {
  timeZone: 'UTC',
  facilities: [
    { name: 'Lisbon' },
    { name: 'Porto' },
    { name: 'Depot', terminateOnShip: true },
    { name: 'Customer', remote: true },
  ],
  steps: Object.entries(STEPS).map(([name, { units, facility, marksCompletion, keeps }]) => ({
    name,
    units,
    facility,
    marksProductCompletion: marksCompletion,
    yield: keeps === 10n ? '1' : '0.8',
  })),
  flows: [
    flow('Main', { step: 'Cut' }, { flow: 'Gluing' }, { step: 'Check' }),
    flow('Gluing', { step: 'Press' }, { step: 'Dry' }),
    flow('Last', { step: 'Cut' }, { step: 'Check' }, { step: 'Finish' }),
    flow('Boxed', { step: 'Check' }, { step: 'Box' }, { step: 'Dry' }),
    flow('Heavy', { step: 'Cut' }, { step: 'Weigh' }),
  ],
  products: Object.entries(PRODUCTS).map(([name, { flowPath, size, units, inBoxes }]) => ({
    name,
    units,
    flowPath,
    materialSize: size === null ? null : String(size / 10),
    unitConversions: inBoxes ? [{ from: 'box', to: 'pcs', factor: '12' }] : [],
  })),
};

function flow(name: string, ...items: JsonObject[]): JsonObject {
  return { name, revision: 'A', effective: true, items };
}
