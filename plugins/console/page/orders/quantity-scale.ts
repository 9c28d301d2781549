/** Where the parts of an order's quantity lie on a bar. Pure; the numbers are for drawing, the texts stay exact. */
import type { BriefOrder } from './order.js';

export interface QuantityScale {
  /** From 0 to the end of the bar, in the order's units. */
  end: number;
  /** Shares of the bar, from 0 to 1. */
  delivered: number;
  completed: number;
  inProgress: number;
  quantity: number;
  /** The least and the most that the tolerances let it be closed with. */
  least: number;
  most: number;
}

/** Null where the quantities are not known. */
export function quantityScale(order: BriefOrder): QuantityScale | null {
  const { quantities, overDeliveryTolerance, underDeliveryTolerance } = order;
  if (quantities.completed === null) return null;
  const quantity = Number(quantities.quantity);
  const completed = Number(quantities.completed);
  const inProgress = Number(quantities.inProgress);
  const least = quantity * (1 - Number(underDeliveryTolerance));
  const most = quantity * (1 + Number(overDeliveryTolerance));
  // Some room behind the last mark, so that it is seen as one.
  const end = Math.max(most, completed + inProgress, Number.MIN_VALUE) * 1.08;
  const share = (amount: number) => amount / end;
  return {
    end,
    delivered: share(Number(quantities.delivered)),
    completed: share(completed),
    inProgress: share(inProgress),
    quantity: share(quantity),
    least: share(least),
    most: share(most),
  };
}
