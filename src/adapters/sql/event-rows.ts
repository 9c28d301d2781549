/** Events as rows of the queue's table, and back. */
import type { JsonObject } from '../../core/json.js';
import type {
  Claimed,
  EventDoor,
  EventOperation,
  EventState,
  HookEvent,
  HostStanding,
  NewEvent,
} from '../../ports/event-queue.js';

export interface EventRow {
  /** A database that counts in 64 bits gives it as text. */
  Sequence: number | string;
  Operation: EventOperation;
  /** The order or material that the operation is about. */
  Subject: string;
  /** Events of one series are applied in order: a production order's name, else the material's. */
  Series: string;
  ProductionOrder: string | null;
  Material: string | null;
  HostId: string | null;
  RowVersion: string | null;
  FromState: string | null;
  FromUniversalState: string | null;
  ToState: string | null;
  ToUniversalState: string | null;
  Changed: string | null;
  Door: EventDoor;
  Actor: string;
  RequestId: string | null;
  CorrelationId: string | null;
  Input: string | null;
  Expected: string | null;
  State: EventState;
  /** 1 while the host's row has still to show what is expected. */
  Awaits: number;
  Attempts: number;
  Error: string | null;
  StoredAt: string;
  /** Milliseconds of the wall clock. */
  AvailableAt: number;
  ClaimedBy: string | null;
  ClaimedUntil: number | null;
  SameAs: number | null;
}

export function toRow(event: NewEvent, at: string): Omit<EventRow, 'Sequence'> {
  const subject = (event.operation.startsWith('Material.') ? event.material : event.order) ?? '';
  return {
    Operation: event.operation,
    Subject: subject,
    Series: event.order ?? subject,
    ProductionOrder: event.order,
    Material: event.material,
    HostId: null,
    RowVersion: event.rowVersion,
    FromState: null,
    FromUniversalState: null,
    ToState: null,
    ToUniversalState: null,
    Changed: null,
    Door: 'report',
    Actor: event.actor,
    RequestId: event.requestId,
    CorrelationId: event.correlationId,
    Input: Object.keys(event.input).length === 0 ? null : JSON.stringify(event.input),
    Expected: event.claimed === null ? null : JSON.stringify(event.claimed),
    State: 'pending',
    Awaits: event.claimed === null ? 0 : 1,
    Attempts: 0,
    Error: null,
    StoredAt: at,
    AvailableAt: 0,
    ClaimedBy: null,
    ClaimedUntil: null,
    SameAs: null,
  };
}

export function toEvent(row: EventRow): HookEvent {
  return {
    id: String(row.Sequence),
    operation: row.Operation,
    order: row.ProductionOrder,
    material: row.Material,
    rowVersion: row.RowVersion,
    claimed: row.Expected === null ? null : (JSON.parse(row.Expected) as Claimed),
    input: row.Input === null ? {} : (JSON.parse(row.Input) as JsonObject),
    actor: row.Actor,
    requestId: row.RequestId,
    correlationId: row.CorrelationId,
    state: row.State,
    attempts: row.Attempts,
    error: row.Error,
    storedAt: row.StoredAt,
    door: row.Door,
    from: standing(row.FromState, row.FromUniversalState),
    to: standing(row.ToState, row.ToUniversalState),
    changed: row.Changed === null || row.Changed === '' ? [] : row.Changed.split(','),
  };
}

function standing(state: string | null, universalState: string | null): HostStanding | null {
  return state === null || universalState === null ? null : { state, universalState };
}
