/** What a reported operation claims of the host's row, and whether a row shows it (design 3.6). */
import { compareDecimals, isDecimal } from '../decimal.js';
import type { JsonObject, JsonValue } from '../json.js';
import type { MaterialSnapshot, OrderSnapshot } from './production-order.js';

/** What a host's row must show before a report about it is believed; null is anything. */
export interface Claimed {
  state: string | null;
  universalState: string | null;
  /** Other fields of the order or material by their names in the plant file. */
  values?: JsonObject;
}

const ACTIVE = 'Active';
const TERMINATED = 'Terminated';

const LEADS_TO: Readonly<Record<string, { state: string | null; universalState: string | null }>> = {
  Create: { state: null, universalState: null },
  Release: { state: 'Released', universalState: ACTIVE },
  Unrelease: { state: 'Created', universalState: ACTIVE },
  Start: { state: 'InProgress', universalState: ACTIVE },
  Cancel: { state: 'Canceled', universalState: TERMINATED },
  Close: { state: 'Closed', universalState: null },
  Reopen: { state: 'Completed', universalState: ACTIVE },
  Terminate: { state: null, universalState: TERMINATED },
  Unterminate: { state: null, universalState: ACTIVE },
  Change: { state: null, universalState: null },
};

/** Fields that have one way to be written; dates and priorities have several, and don't speak against a report. */
const COMPARED: ReadonlySet<string> = new Set([
  'product',
  'quantity',
  'units',
  'facility',
  'flowPath',
  'overDeliveryTolerance',
  'underDeliveryTolerance',
  'restricted',
  'includeInPlanning',
]);

/** Fields of a material that have one way to be written, its order among them. */
const COMPARED_OF_MATERIAL: ReadonlySet<string> = new Set([
  'product',
  'quantity',
  'units',
  'facility',
  'flowPath',
  'productionOrder',
  'accounts',
]);

/** What an operation on a material leads to; values that the host gives win. */
export function claimedOfMaterial(operation: string, input: JsonObject, values: JsonObject): Claimed {
  const { state, universalState, ...others } = { ...materialLeadsTo(operation, input), ...values };
  return {
    state: typeof state === 'string' ? state : null,
    universalState: typeof universalState === 'string' ? universalState : null,
    ...(Object.keys(others).length > 0 && { values: others }),
  };
}

function materialLeadsTo(operation: string, { order, facility }: JsonObject): JsonObject {
  switch (operation) {
    case 'Terminate':
      return { universalState: TERMINATED };
    case 'Ship':
      return typeof facility === 'string' ? { facility } : {};
    case 'Remove':
      return { productionOrder: null };
    case 'Create':
    case 'Assign':
    case 'ChangeProductionOrder':
      return typeof order === 'string' ? { productionOrder: order } : {};
    default:
      return {};
  }
}

/** Whether the material's row and its links show what is claimed of it. */
export function showsMaterial(
  { material, links }: MaterialSnapshot,
  { state, universalState, values = {} }: Claimed,
): boolean {
  if (state !== null && material.state !== state) return false;
  if (universalState !== null && material.universalState !== universalState) return false;
  const current = links.find((link) => link.current);
  const row: Partial<Record<string, unknown>> = {
    ...material,
    productionOrder: current?.order ?? null,
    accounts: current?.accounts ?? false,
  };
  return Object.entries(values).every(
    ([field, value]) => !COMPARED_OF_MATERIAL.has(field) || same(row[field], value),
  );
}

/** What an operation leads to; values that the host gives win. */
export function claimedBy(operation: string, values: JsonObject): Claimed {
  const { state, universalState, ...others } = values;
  const usual = LEADS_TO[operation] ?? { state: null, universalState: null };
  return {
    state: typeof state === 'string' ? state : usual.state,
    universalState: typeof universalState === 'string' ? universalState : usual.universalState,
    ...(Object.keys(others).length > 0 && { values: others }),
  };
}

/** Whether the order's row shows what is claimed of it. */
export function shows({ order }: OrderSnapshot, { state, universalState, values = {} }: Claimed): boolean {
  if (state !== null && order.state !== state) return false;
  if (universalState !== null && order.universalState !== universalState) return false;
  const row: Partial<Record<string, unknown>> = { ...order };
  return Object.entries(values).every(([field, value]) => !COMPARED.has(field) || same(row[field], value));
}

function same(found: unknown, claimed: JsonValue): boolean {
  if (found === claimed) return true;
  if (typeof found !== 'string' || (typeof claimed !== 'string' && typeof claimed !== 'number')) return false;
  const text = String(claimed);
  return isDecimal(found) && isDecimal(text) && compareDecimals(found, text) === 0;
}
