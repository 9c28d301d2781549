/** What rows of the host tell that are not as they were seen: the events that they become. Pure. */
import { hostOperation } from '../../core/order/host-transition.js';
import type { EventOperation, NewEvent } from '../../ports/event-queue.js';
import { KEY_FIELDS, type CapturedEntity } from './captured-entities.js';
import type { BulkValue } from './dialect.js';
import { toRow, type EventRow } from './event-rows.js';

/** A row of a host view, with what was seen of it. */
export type Row = Record<string, BulkValue> & { Id: string; Name: string; RowVersion: string };
type Shown = Record<string, BulkValue>;
export type EventRowWithout = Omit<EventRow, 'Sequence'>;

/** What is looked for. */
export interface Look {
  at: string;
  /** host: what differs was done by the host; ours: by ourselves just now; nobody: it is no event, as after an import. */
  by: 'host' | 'ours' | 'nobody';
  door: 'poll' | 'reconcile';
  /** Only these rows. */
  names?: readonly string[];
  /** Only rows with a higher row version. */
  above?: string | null;
}

export interface Standing {
  State: BulkValue;
  UniversalState: BulkValue;
}

export interface Link {
  MaterialId: string;
  ProductionOrderId: string;
  Accounts: BulkValue;
  IsCurrent: BulkValue;
  Material: string;
  ProductionOrder: string | null;
}

/** What became of a row, and what it was before where that is known. */
interface Told {
  operation: string;
  from: Standing | null;
  changed: readonly string[];
}

/** Null where nothing was done that anybody watches, or where it was applied already. */
export function toldOf({ transitions }: CapturedEntity, row: Row, waiting: Standing | null): Told | null {
  if (row.SeenVersion === row.RowVersion && row.SeenId === row.Id) return null;
  if (typeof row.Shown === 'string') {
    const before = JSON.parse(row.Shown) as Shown;
    const after = shownOf(row);
    const changed = Object.keys(after).filter((field) => before[field] !== after[field]);
    if (changed.length === 0) return null;
    return { operation: hostOperation(transitions, before, after), from: standingOf(before), changed };
  }
  const seen = waiting ?? seenOf(row);
  if (seen === null) return { operation: 'Create', from: null, changed: [] };
  const states = transitions.filter(({ field }) => field in seen);
  return { operation: hostOperation(states, { ...seen }, row), from: seen, changed: [] };
}

function seenOf({ SeenVersion, SeenState, SeenUniversalState }: Row): Standing | null {
  if ((SeenVersion ?? null) === null) return null;
  return { State: SeenState ?? null, UniversalState: SeenUniversalState ?? null };
}

function standingOf({ State = null, UniversalState = null }: Shown): Standing {
  return { State, UniversalState };
}

const OF_THE_LOOK: ReadonlySet<string> = new Set([
  'SeenId',
  'SeenVersion',
  'SeenState',
  'SeenUniversalState',
  'Shown',
]);

/** What the view shows of a row, but which row it is. */
export function shownOf(row: Row): Shown {
  return Object.fromEntries(
    Object.entries(row)
      .filter(([field]) => !KEY_FIELDS.has(field) && !OF_THE_LOOK.has(field))
      .map(([field, value]) => [field, typeof value === 'boolean' ? Number(value) : value]),
  );
}

export function versionOf({ Name, Id, RowVersion }: Pick<Row, 'Id' | 'Name' | 'RowVersion'>): string {
  return JSON.stringify([Name, Id, RowVersion]);
}

interface Happened {
  row: Row;
  order: string | null;
  told: Told;
  look: Look;
}

export function eventRow(
  entity: CapturedEntity['entity'],
  { row, order, told, look }: Happened,
): EventRowWithout {
  const { from, changed } = told;
  return {
    ...eventOf(
      `${entity}.${told.operation}`,
      { order, material: entity === 'Material' ? row.Name : null },
      look,
    ),
    HostId: row.Id,
    RowVersion: row.RowVersion,
    FromState: text(from?.State),
    FromUniversalState: text(from?.UniversalState),
    ToState: text(row.State),
    ToUniversalState: text(row.UniversalState),
    Changed: changed.length === 0 || told.operation === 'Create' ? null : changed.join(','),
  };
}

export function linkRow(operation: string, { Material, ProductionOrder }: Link, look: Look): EventRowWithout {
  return eventOf(operation, { order: ProductionOrder, material: Material }, look);
}

function eventOf(
  operation: string,
  about: Pick<NewEvent, 'order' | 'material'>,
  { at, by, door }: Look,
): EventRowWithout {
  const event: NewEvent = {
    ...about,
    operation: operation as EventOperation,
    rowVersion: null,
    claimed: null,
    input: {},
    actor: by === 'ours' ? 'orderwright' : 'host',
    requestId: null,
    correlationId: null,
  };
  return { ...toRow(event, at), Door: door, State: by === 'ours' ? 'done' : 'pending' };
}

function text(value: BulkValue | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}
