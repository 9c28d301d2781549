/**
 * A plant as it is imported: every field there, every default filled in. Quantities are exact decimals, dates days or
 * UTC instants, durations ISO 8601 text of whole seconds; things refer to each other by name.
 */
import type {
  Flow,
  MaterialState,
  OrderState,
  Product,
  Step,
  UniversalState,
} from '../order/production-order.js';
import type { Decimal } from '../decimal.js';
import type { DayOrInstant, Instant, TimeZone } from '../time.js';

export const PLANT_ENTITIES = [
  'companies',
  'workSchedules',
  'facilities',
  'departments',
  'workCenterTypes',
  'workCenters',
  'steps',
  'flows',
  'products',
  'billsOfMaterials',
  'productionOrders',
  'materials',
  'productionOrderSteps',
  'productionOrderStepDependencies',
  'startedOperations',
] as const;
/** An array of the plant file. */
export type PlantEntity = (typeof PLANT_ENTITIES)[number];

export const NAMED_ENTITIES = [
  'companies',
  'workSchedules',
  'facilities',
  'departments',
  'workCenterTypes',
  'workCenters',
  'steps',
  'products',
  'billsOfMaterials',
  'productionOrders',
  'materials',
] as const;
/** An entity whose name is its key. */
export type NamedEntity = (typeof NAMED_ENTITIES)[number];

export const WEEKDAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** `HH:mm-HH:mm` in local time; an end before the start is on the next day. */
export type PeriodText = string;

export interface Company {
  name: string;
  workSchedule: string | null;
  /** The work schedule's zone, else the plant's. */
  timeZone: TimeZone;
}

/** The name under which the plant's own company is kept; no company of a plant file may have it. */
export const DEFAULT_COMPANY = '(default)';

/** The plant's own company, which orders without a company belong to. */
export interface DefaultCompany {
  workSchedule: string | null;
  /** The plant's zone, whatever the work schedule's is. */
  timeZone: TimeZone;
}

export interface WorkSchedule {
  name: string;
  timeZone: TimeZone;
  week: Partial<Record<Weekday, PeriodText[]>>;
  exceptions: { date: string; periods: PeriodText[] }[];
}

export interface Facility {
  name: string;
  timeZone: TimeZone | null;
  terminateOnShip: boolean;
  remote: boolean;
}

export interface PlanningInterval {
  unit: 'minute' | 'hour' | 'day' | 'week' | 'month';
  length: number;
}

export interface Department {
  name: string;
  planningInterval: PlanningInterval | null;
}

export interface WorkCenterType {
  name: string;
  department: string | null;
  workSchedule: string | null;
  planning: 'type' | 'workCenter';
  /** The pool's lanes; null where its work centers are planned and the file gives none. */
  capacity: number | null;
}

export interface Absence {
  from: Instant;
  to: Instant;
  reason: string | null;
}

export interface WorkCenter {
  name: string;
  type: string;
  workSchedule: string | null;
  capacity: number;
  absences: Absence[];
}

/** A product with what planning needs beside what decisions about orders need. */
export interface PlantProduct extends Product {
  flowPaths: string[];
  billOfMaterials: string | null;
  materialSize: Decimal | null;
}

export interface BillOfMaterialsOperation {
  number: number;
  /** 0 is the last operation. */
  next: number;
  name: string;
  standardTime: string;
  fixed: boolean;
  splittable: boolean;
  workCenterType: string | null;
}

export interface BillOfMaterialsComponent {
  product: string;
  quantity: Decimal;
  units: string;
  /** The number of the operation that consumes it; null is the first. */
  operation: number | null;
  produce: boolean;
  billOfMaterials: string | null;
}

export interface BillOfMaterials {
  name: string;
  product: string;
  quantity: Decimal;
  sequence: 'serial' | 'network';
  operations: BillOfMaterialsOperation[];
  components: BillOfMaterialsComponent[];
}

export interface PlantOrder {
  name: string;
  product: string;
  quantity: Decimal;
  units: string;
  priority: number;
  /** The place in the queue within the priority; null is the place in the file. */
  position: number | null;
  startDate: DayOrInstant | null;
  dueDate: DayOrInstant | null;
  plannedStart: DayOrInstant | null;
  plannedEnd: DayOrInstant | null;
  company: string | null;
  facility: string | null;
  flowPath: string | null;
  overDeliveryTolerance: Decimal;
  underDeliveryTolerance: Decimal;
  restricted: boolean;
  includeInPlanning: boolean;
  state: OrderState;
  universalState: UniversalState;
  canceledFrom: OrderState | null;
  ownerRole: string | null;
}

export interface PlantMaterial {
  name: string;
  product: string;
  quantity: Decimal;
  units: string;
  productionOrder: string | null;
  accounts: boolean;
  facility: string | null;
  flowPath: string | null;
  state: MaterialState;
  universalState: UniversalState;
}

/** What tells one production order step from all others. */
export interface PlantStepIdentity {
  productionOrder: string;
  /** A material, or null for the rest of the order. */
  source: string | null;
  flowPath: string;
  batch: number;
}

export interface PlantOrderStep extends PlantStepIdentity {
  quantity: Decimal;
  units: string;
  state: 'Planned' | 'Started' | 'Finished';
  actualStart: Instant | null;
  actualEnd: Instant | null;
  manual: boolean;
}

export interface PlantStepDependency {
  from: PlantStepIdentity;
  to: PlantStepIdentity;
  manual: boolean;
}

export interface StartedOperation {
  productionOrder: string;
  billOfMaterials: string;
  operation: number;
  workCenter: string;
  start: Instant;
  remaining: string;
}

export interface Plant {
  /** Null where the file names neither a time zone nor a company work schedule. */
  defaultCompany: DefaultCompany | null;
  companies: Company[];
  workSchedules: WorkSchedule[];
  facilities: Facility[];
  departments: Department[];
  workCenterTypes: WorkCenterType[];
  workCenters: WorkCenter[];
  steps: Step[];
  flows: Flow[];
  products: PlantProduct[];
  billsOfMaterials: BillOfMaterials[];
  productionOrders: PlantOrder[];
  materials: PlantMaterial[];
  productionOrderSteps: PlantOrderStep[];
  productionOrderStepDependencies: PlantStepDependency[];
  startedOperations: StartedOperation[];
}

/** A flow that the database has, with the sub-flows that it reaches at once. */
export interface ExistingFlow {
  name: string;
  revision: string;
  effective: boolean;
  /** A revision of null is the effective one. */
  subFlows: { name: string; revision: string | null }[];
}

/** What the database has already, as far as a plant file can refer to it or collide with it. */
export interface ExistingPlant {
  defaultCompany: DefaultCompany | null;
  names: Record<NamedEntity, ReadonlySet<string>>;
  flows: readonly ExistingFlow[];
  companyZones: ReadonlyMap<string, TimeZone>;
  workScheduleZones: ReadonlyMap<string, TimeZone>;
  /** Of the facilities that have a zone of their own. */
  facilityZones: ReadonlyMap<string, TimeZone>;
  /** Of the work center types that have a schedule. */
  workCenterTypeSchedules: ReadonlyMap<string, string>;
  productUnits: ReadonlyMap<string, string>;
  /** The facility and company that set the zone of each order's times. */
  orders: ReadonlyMap<string, { facility: string | null; company: string | null; product: string }>;
  /** Keys as `startedOperationKey` makes them. */
  startedOperations: ReadonlySet<string>;
}

export function startedOperationKey(
  started: Pick<StartedOperation, 'productionOrder' | 'billOfMaterials' | 'operation' | 'workCenter'>,
): string {
  return JSON.stringify([
    started.productionOrder,
    started.billOfMaterials,
    started.operation,
    started.workCenter,
  ]);
}
