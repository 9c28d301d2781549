/**
 * The event queue (design 3.6): what a host did or reports to have done, stored in the host's own transaction or by a
 * door, and applied once by a dispatcher.
 */
import type { JsonObject } from '../core/json.js';
import type { Instant } from '../core/time.js';

/** `ProductionOrder.Release`, `Material.MoveNext`; an entity and an operation. */
export type EventOperation = `ProductionOrder.${string}` | `Material.${string}`;

/**
 * pending: waits for its turn; claimed: a dispatcher works on it; done: applied, or an outcome such as a refusal was
 * journalled; dropped: the host's row never showed the claimed state, it was rolled back; parked: failed too often.
 */
export const EVENT_STATES = ['pending', 'claimed', 'done', 'dropped', 'parked'] as const;
export type EventState = (typeof EVENT_STATES)[number];

/** One transition of one order or material, as a door reports it. */
export interface NewEvent {
  operation: EventOperation;
  /** Name of the production order; null for a material that belongs to none. */
  order: string | null;
  material: string | null;
  /** The host row's version after the transition; null where the door does not know it. */
  rowVersion: string | null;
  /** What the row must show before the event is applied; null where its writer saw the row itself. */
  claimed: { state: string; universalState: string } | null;
  input: JsonObject;
  actor: string;
  requestId: string | null;
  correlationId: string | null;
}

export interface HookEvent extends NewEvent {
  /** Sequence of the queue, a string end to end. */
  id: string;
  state: EventState;
  attempts: number;
  /** Why it failed last; null where it did not. */
  error: string | null;
  storedAt: Instant;
}

/** How full the queue is. */
export interface QueueDepth {
  pending: number;
  claimed: number;
  parked: number;
  /** When the oldest event that waits was stored. */
  oldest: Instant | null;
}

export interface EventQueue {
  /** Stores events; one that reports a transition that is known already is not stored again. Gives their ids. */
  store(events: readonly NewEvent[]): Promise<string[]>;
  /** Events after `after`, oldest first. */
  read(filter: { after?: string; limit: number; state?: EventState }): Promise<HookEvent[]>;
  depth(): Promise<QueueDepth>;
}
