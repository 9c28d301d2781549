/** Reading orders as snapshots and writing what an operation decided. */
import type {
  ClosedQuantities,
  FlowLibrary,
  Product,
  ProductionOrder,
  OrderSnapshot,
  OrderState,
  UniversalState,
} from '../core/order/production-order.js';

/** What an operation may write of an order; the rest is the host's. */
export type OrderChanges = Partial<
  Pick<
    ProductionOrder,
    | 'canceledFrom'
    | 'product'
    | 'quantity'
    | 'priority'
    | 'startDate'
    | 'dueDate'
    | 'plannedStart'
    | 'plannedEnd'
    | 'flowPath'
    | 'overDeliveryTolerance'
    | 'underDeliveryTolerance'
    | 'restricted'
    | 'includeInPlanning'
  >
> & { state?: OrderState; universalState?: UniversalState };

/** An order that does not exist yet. */
export type NewOrder = Omit<ProductionOrder, 'id' | 'rowVersion' | 'canceledFrom'> & {
  position: number | null;
};

/** Which orders are asked for; all of them where nothing is said. */
export interface OrderFilter {
  /** A part of the name or of the product, whatever its case. */
  search?: string;
  states?: readonly OrderState[];
  universalState?: UniversalState;
  facility?: string;
  /** A day: orders that were due before it. */
  dueBefore?: string;
}

export interface OrderPage extends OrderFilter {
  after?: string;
  limit: number;
}

/** How many orders a filter lets through, leaving out its states, so that they can be chosen from. */
export interface OrderCounts {
  states: Record<OrderState, number>;
}

export interface OrderStore {
  /** The orders that exist of those named, by name. */
  load(names: readonly string[]): Promise<Map<string, OrderSnapshot>>;
  /** Names of orders in name order, after `after`. */
  names(page: OrderPage): Promise<string[]>;
  counts(filter: OrderFilter): Promise<OrderCounts>;
  /** Names of the facilities that orders are made in, in name order. */
  facilities(): Promise<string[]>;
  /** Names of the orders that a material is linked to, in name order. */
  ordersOfMaterial(material: string): Promise<string[]>;
  /** The snapshot that an order yet to be created would have; null where its product is unknown. */
  prospect(order: NewOrder): Promise<OrderSnapshot | null>;
  insert(order: NewOrder): Promise<void>;
  /**
   * Writes the changes of an order that is still as it was read.
   * @throws OrderwrightError OW_ORDER_CHANGED where its row version is another by now.
   */
  update(order: ProductionOrder, changes: OrderChanges): Promise<void>;
  /** Keeps what an order was closed with; until it is forgotten, these are its quantities while it is Closed. */
  keepClosedQuantities(order: ProductionOrder, quantities: ClosedQuantities): Promise<void>;
  forgetClosedQuantities(orders: readonly ProductionOrder[]): Promise<void>;
  product(name: string): Promise<Product | null>;
  /** The zone in which the days of an order with this facility and company begin. */
  timeZone(facility: string | null, company: string | null): Promise<string>;
  /** The flows that these flow paths name, with their sub-flows and steps. */
  flows(paths: readonly string[]): Promise<FlowLibrary>;
}
