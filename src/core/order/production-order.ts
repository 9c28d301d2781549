/**
 * The records that decisions are made of: a production order with its product, materials and flow path, read once.
 * Quantities are exact decimals, instants UTC, identifiers strings (design section 1).
 */
import type { Decimal } from '../decimal.js';
import type { DayOrInstant, Instant, TimeZone } from '../time.js';

export const ORDER_STATES = ['Created', 'Released', 'InProgress', 'Completed', 'Closed', 'Canceled'] as const;
export type OrderState = (typeof ORDER_STATES)[number];

export const UNIVERSAL_STATES = ['Active', 'Terminated'] as const;
export type UniversalState = (typeof UNIVERSAL_STATES)[number];

export const MATERIAL_STATES = ['Created', 'InProgress', 'Completed', 'Delivered'] as const;
export type MaterialState = (typeof MATERIAL_STATES)[number];

/** A demand, fulfilled by one or more materials (seed 2). */
export interface ProductionOrder {
  /** The host's key, a string end to end. */
  id: string;
  name: string;
  state: OrderState;
  universalState: UniversalState;
  /** The state that Cancel left, where the host records it. */
  canceledFrom: OrderState | null;
  product: string;
  quantity: Decimal;
  units: string;
  /** 1 is the most urgent. */
  priority: number;
  startDate: DayOrInstant | null;
  dueDate: DayOrInstant | null;
  plannedStart: DayOrInstant | null;
  plannedEnd: DayOrInstant | null;
  company: string | null;
  facility: string | null;
  /** The order's own flow path; null means the product's. */
  flowPath: string | null;
  overDeliveryTolerance: Decimal;
  underDeliveryTolerance: Decimal;
  restricted: boolean;
  includeInPlanning: boolean;
  ownerRole: string | null;
  /** Changes with every update of the host's row. */
  rowVersion: string;
}

export interface UnitConversion {
  from: string;
  to: string;
  /** 1 `from` = `factor` `to`. */
  factor: Decimal;
}

export interface Product {
  name: string;
  units: string;
  productGroup: string | null;
  includeInSchedule: boolean;
  /** `ProductionOrder`, `Material`, or null where not defined. */
  schedulingMode: string | null;
  flowPath: string | null;
  /** How much one material of it holds, in the product's units; null where it is not said. */
  materialSize: Decimal | null;
  unitConversions: UnitConversion[];
}

/** A physical lot or unit, linked to the order. */
export interface Material {
  id: string;
  name: string;
  product: string;
  quantity: Decimal;
  units: string;
  /** Whether it counts toward the order's quantities. */
  accounts: boolean;
  facility: string | null;
  flowPath: string | null;
  state: MaterialState;
  universalState: UniversalState;
}

/** What the host keeps of a material itself. */
export type MaterialRow = Omit<Material, 'accounts'> & {
  /** 1 is the most urgent; null where the material has no priority of its own. */
  priority: number | null;
  dueDate: DayOrInstant | null;
  /** Changes with every update of the host's row. */
  rowVersion: string;
};

/** That a material belongs to an order now, or belonged to it and still counts toward it. */
export interface ProductionOrderMaterial {
  /** The order's name. */
  order: string;
  /** Whether the material counts toward this order's quantities; it does toward one order at most. */
  accounts: boolean;
  /** A material has one current order at most. */
  current: boolean;
}

/** One material and all that is read to decide about it; the orders are as they are with it. */
export interface MaterialSnapshot {
  material: MaterialRow;
  /** The material's own product. */
  product: Product;
  links: ProductionOrderMaterial[];
  /** Every order that it is linked to, by name. */
  orders: ReadonlyMap<string, OrderSnapshot>;
  flows: FlowLibrary;
}

/** A plant or site, as shipping needs to know it. */
export interface Facility {
  name: string;
  remote: boolean;
  /** Whether a material that is shipped there is terminated, though the facility is a local one. */
  terminateOnShip: boolean;
}

/** The smallest unit of a flow. */
export interface Step {
  name: string;
  facility: string | null;
  units: string | null;
  /** Steps become production order steps where this is `Material` (seed 1). */
  productionOrderSchedulingMode: string | null;
  /** The batch size from this step on, in the step's units. */
  productionOrderStepSize: Decimal | null;
  marksProductCompletion: boolean;
  workCenterType: string | null;
  /** ISO 8601 duration. */
  standardTime: string | null;
  timeBasis: 'unit' | 'batch';
  yield: Decimal;
}

/** An item of a flow: a step, or a sub-flow whose revision is the effective one where null. */
export type FlowItem =
  | { kind: 'step'; name: string; correlationId: string | null }
  | { kind: 'flow'; name: string; revision: string | null; correlationId: string | null };

export interface Flow {
  name: string;
  revision: string;
  effective: boolean;
  items: FlowItem[];
}

/** The flows and steps that an order's flow paths can reach. */
export interface FlowLibrary {
  /** All known revisions of a flow. */
  revisions(flow: string): readonly Flow[];
  step(name: string): Step | undefined;
}

/** One order and all that is read to decide about it: the one snapshot that goes into every decision. */
export interface OrderSnapshot {
  order: ProductionOrder;
  product: Product;
  materials: Material[];
  flows: FlowLibrary;
  /** The zone in which the order's days begin and end: its facility's, else its company's, else the plant's. */
  timeZone: TimeZone;
  /** The state that the journal knows an earlier Cancel to have left; null where it knows none. */
  canceledFromJournal: OrderState | null;
  /** The quantities that a closed order was closed with: they stay, whatever becomes of its materials (design 3.3). */
  closedWith: ClosedQuantities | null;
}

/** What an order's quantities were when it was closed, in its units. */
export interface ClosedQuantities {
  inProgress: Decimal;
  completed: Decimal;
  delivered: Decimal;
}

export type { Instant };
