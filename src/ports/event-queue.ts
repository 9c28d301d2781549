/**
 * The event queue (design 3.6): what a host did or reports to have done, stored in the host's own transaction or by a
 * door, and applied once by a dispatcher.
 */
import type { JsonObject } from '../core/json.js';
import type { Claimed } from '../core/order/claimed-standing.js';
import type { Instant } from '../core/time.js';

export type { Claimed };

/** `ProductionOrder.Release`, `Material.MoveNext`; an entity and an operation. */
export type EventOperation = `ProductionOrder.${string}` | `Material.${string}`;

/**
 * pending: waits for its turn; claimed: a dispatcher works on it; done: applied, or an outcome such as a refusal was
 * journalled; dropped: the host's row never showed the claimed state, it was rolled back; parked: failed too often.
 */
export const EVENT_STATES = ['pending', 'claimed', 'done', 'dropped', 'parked'] as const;
export type EventState = (typeof EVENT_STATES)[number];

/**
 * Who stored an event: a trigger in the host's transaction, a door that was told, the look at tables that have no
 * trigger, or a comparison of everything with what was seen.
 */
export type EventDoor = 'trigger' | 'report' | 'poll' | 'reconcile';

/** Both of a host's state columns, as they were. */
export interface HostStanding {
  state: string;
  universalState: string;
}

/** One transition of one order or material, as a door reports it. */
export interface NewEvent {
  operation: EventOperation;
  /** Name of the production order; null for a material that belongs to none. */
  order: string | null;
  material: string | null;
  /** The host row's version after the transition; null where the door does not know it. */
  rowVersion: string | null;
  /** What the row must show before the event is applied; null where its writer saw the row itself. */
  claimed: Claimed | null;
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
  door: EventDoor;
  /** What the row showed before and after, where the writer saw it. */
  from: HostStanding | null;
  to: HostStanding | null;
  /** Fields of the host view that changed, where the writer saw it. */
  changed: readonly string[];
}

/** How full the queue is. */
export interface QueueDepth {
  pending: number;
  claimed: number;
  parked: number;
  /** When the oldest event that waits was stored. */
  oldest: Instant | null;
}

/** Times are milliseconds of the wall clock, as the operating system counts them. */
export interface Claim {
  /** Names this claim and no other. */
  claimant: string;
  limit: number;
  now: number;
}

export interface EventQueue {
  /** Stores events; one of a request or a row version that is known already is not stored again. Gives their ids. */
  store(events: readonly NewEvent[], at: Instant): Promise<string[]>;
  /** Events after `after`, oldest first. */
  read(filter: { after?: string; limit: number; state?: EventState }): Promise<HookEvent[]>;
  /** The events of these ids that exist, oldest first. */
  find(ids: readonly string[]): Promise<HookEvent[]>;
  depth(): Promise<QueueDepth>;

  /** Whether an event may be claimed now; cheap. */
  isDue(now: number): Promise<boolean>;
  /** When the next event may be claimed: at once where that time is past; null where none will be of itself. */
  nextDue(now: number, given: { awaiting: boolean }): Promise<number | null>;
  /**
   * Claims events that are due, in order per production order: none while an earlier one of its order waits or is
   * claimed, and none behind a parked one of the same order and operation. A claim whose lease has run out is anybody's.
   */
  claim(asked: Claim): Promise<HookEvent[]>;
  /** The claimed events that are still this claim's, each with its lease begun anew. */
  hold(claim: Claim, ids: readonly string[]): Promise<Set<string>>;
  /** Reports of these orders that wait for the host's row, oldest first. */
  awaiting(orders: readonly string[]): Promise<HookEvent[]>;
  /** Marks events as applied; `sameAs` is the event that reported the transition before. */
  finish(ids: readonly string[], sameAs?: string): Promise<void>;
  /** The host's row never showed what was claimed. */
  drop(id: string): Promise<void>;
  /** Looks again at a report whose row does not show it yet. */
  await(id: string, until: number): Promise<void>;
  fail(id: string, failure: { attempts: number; error: string; until: number | null }): Promise<void>;
  /** Gives back what is claimed and was not applied. */
  release(claimant: string): Promise<void>;
  /** A parked event waits for its turn again, as if it had not failed. */
  retry(id: string): Promise<void>;

  /** The last event of the transition that a report is about, stored by who saw the row, that no report is about yet. */
  counterpart(event: HookEvent, since: Instant): Promise<HookEvent | null>;
  /** Records what the hosts' rows showed, so that what is missed can be told. */
  see(ids: readonly string[]): Promise<void>;
  /** What was last seen of an order's row; null where nothing was. */
  seen(order: string): Promise<HostStanding | null>;
  /** Stores an event for every host row that is not as it was seen or reported last; gives their ids. */
  reconcile(at: Instant): Promise<string[]>;
  /** Whether tables that are polled have not been looked at for so many seconds. */
  lookIsDue(at: Instant, everySeconds: number): Promise<boolean>;
  /** Looks at tables that are polled and stores an event for what the host did; gives the ids of the events. */
  look(at: Instant, everySeconds: number): Promise<string[]>;
  /** The same of these orders and materials alone. */
  lookAt(names: { orders: readonly string[]; materials: readonly string[] }, at: Instant): Promise<void>;
  /** Takes back what this session's own writes have put into the queue: an import is no event. */
  withdraw(): Promise<void>;
  /** Deletes applied and dropped events that were stored before; gives their number. */
  prune(before: Instant): Promise<number>;
}
