/**
 * What operations read for many orders of one transaction at once. It is read for a portion of them when the first of
 * these is decided, and given to each order once: what is decided may change it, and the next time is read anew.
 */
import type { PluginSession } from '../ports/plugin.js';
import type { Operation, Prepared } from './operation.js';

/** Orders that are read for at once: many more are read no faster, and those that are not come to are read in vain. */
const PORTION = 64;

interface Portion {
  orders: ReadonlySet<string>;
  read: unknown;
}

export class PreparedOrders {
  /** The orders on which nothing was decided yet, in the order in which they will be. */
  private readonly untouched: Set<string>;
  private readonly portions = new Map<string, Portion>();

  constructor(
    private readonly session: PluginSession,
    orders: Iterable<string>,
  ) {
    this.untouched = new Set(orders);
  }

  /** What an operation reads for an order that it is about to decide on; undefined where it is to read by itself. */
  take({ name, decide, prepare }: Operation, order: string): Prepared | undefined {
    // Without a decision of its own it changes the order's row alone, which the operation is given beside this.
    if (decide === undefined) return undefined;
    if (!this.untouched.delete(order) || prepare === undefined) return undefined;
    const portion = this.portions.get(name);
    if (portion?.orders.has(order) === true) return () => Promise.resolve(portion.read);
    return async () => {
      const orders = [order, ...this.next(PORTION - 1)];
      const read = await prepare(orders, this.session);
      this.portions.set(name, { orders: new Set(orders), read });
      return read;
    };
  }

  private next(most: number): string[] {
    const orders: string[] = [];
    for (const order of this.untouched) {
      if (orders.length === most) break;
      orders.push(order);
    }
    return orders;
  }

  /** Something else was done to the order. */
  forget(order: string): void {
    this.untouched.delete(order);
  }

  forgetAll(): void {
    this.untouched.clear();
  }
}
