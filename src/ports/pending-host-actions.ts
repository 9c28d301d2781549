/** Transitions that are due, offered to a host that writes its rows itself (design 3.9, writer `host`). */
import type { JsonObject } from '../core/json.js';
import type { OrderState, ProductionOrder, UniversalState } from '../core/order/production-order.js';

export interface DueTransition {
  operation: string;
  next: { state: OrderState; universalState: UniversalState };
  /** What it was decided by. */
  facts: JsonObject;
}

export interface PendingHostAction {
  id: string;
  order: string;
  operation: string;
  fromState: string;
  toState: string;
  toUniversalState: string;
  offeredAt: string;
  /** When it was sent to the host's procedure or service; null where it was not, or where there is none. */
  sentAt: string | null;
  /** How often sending it has failed, and why it failed last. */
  attempts: number;
  error: string | null;
}

/** How many transitions are offered, and of how many the host's procedure or service has failed. */
export interface HostActionCounts {
  offered: number;
  failing: number;
}

export interface PendingHostActions {
  /**
   * Offers what is due of an order and ends what was offered before: done where the host's row shows it, withdrawn
   * where it is due no longer. What is offered already stays as it is.
   * @param due null where nothing is.
   * @returns whether it is offered anew.
   */
  offer(order: ProductionOrder, due: DueTransition | null): Promise<boolean>;
  /** What is offered, of one order where it is named, oldest first. */
  open(order?: string): Promise<PendingHostAction[]>;
  counts(): Promise<HostActionCounts>;

  /** Whether something that is offered is to be sent now; cheap. Times are milliseconds of the wall clock. */
  isDue(now: number): Promise<boolean>;
  /** Claims what is to be sent; a claim that is not ended in time is anybody's. */
  claim(asked: {
    claimant: string;
    limit: number;
    now: number;
  }): Promise<{ action: PendingHostAction; attempts: number }[]>;
  /** It was sent, and is not sent again. */
  sent(id: string, at: string): Promise<void>;
  failed(
    id: string,
    claimant: string,
    failure: { attempts: number; error: string; until: number },
  ): Promise<void>;
}
