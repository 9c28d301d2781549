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
}
