/**
 * What the scheduler reads: the whole plant as one flat value that is plain JSON. The same snapshot gives the same plan,
 * in whatever order its arrays come; only the order of a bill's components and of a day's periods' texts is kept.
 * Words and defaults are the plant file's (design section 4), with every default already filled in.
 */
import type { DayOrInstant, Decimal, Instant, TimeZone } from '../../../src/index.js';

/** A day, a local date and time in the zone that applies, or an instant. */
export type PlantTime = DayOrInstant;
/** ISO 8601: weeks, days, hours, minutes and seconds; neither months nor years, never negative. */
export type Duration = string;

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

export interface WorkSchedule {
  name: string;
  timeZone: TimeZone;
  /** Periods `HH:mm-HH:mm` by the day on which they start; an end at or before the start is on the next day. */
  week: Partial<Record<Weekday, string[]>>;
  /** The periods that start on a date, in place of that weekday's. */
  exceptions: { date: string; periods: string[] }[];
}

export interface Company {
  name: string;
  workSchedule: string | null;
}

export const INTERVAL_UNITS = ['minute', 'hour', 'day', 'week', 'month'] as const;
export type IntervalUnit = (typeof INTERVAL_UNITS)[number];

export interface Department {
  name: string;
  /** `length` counts minutes, and is 1 for the other units. */
  planningInterval: { unit: IntervalUnit; length: number };
}

export interface WorkCenterType {
  name: string;
  /** Null: planned in intervals of one minute. */
  department: string | null;
  workSchedule: string | null;
  /** `type`: one pool of `capacity` lanes, without regard to its work centers. */
  planning: 'workCenter' | 'type';
  capacity: number;
}

export interface Absence {
  from: PlantTime;
  to: PlantTime;
  reason: string | null;
}

export interface WorkCenter {
  name: string;
  type: string;
  workSchedule: string | null;
  /** How many repetitions it takes side by side. */
  capacity: number;
  absences: Absence[];
}

export interface PlannedProduct {
  name: string;
  units: string;
  billOfMaterials: string | null;
  /** 1 `from` = `factor` `to`. */
  unitConversions: { from: string; to: string; factor: Decimal }[];
}

export interface BillOfMaterials {
  name: string;
  product: string;
  /** How much of the product one run of it makes, in the product's units. */
  quantity: Decimal;
  sequence: 'serial' | 'network';
  operations: BillOperation[];
  components: BillComponent[];
}

export interface BillOperation {
  number: number;
  /** The number of the operation that follows; 0: none does. */
  next: number;
  name: string;
  standardTime: Duration;
  /** Done once, whatever the quantity. */
  fixed: boolean;
  splittable: boolean;
  /** Null: unlimited within the company's schedule. */
  workCenterType: string | null;
}

export interface BillComponent {
  product: string;
  quantity: Decimal;
  /** Null: the component's own units. */
  units: string | null;
  /** The number of the operation that consumes it; null: the first. */
  operation: number | null;
  /** Made for the order, against taken from stock. */
  produce: boolean;
  /** Null: the component's own. */
  billOfMaterials: string | null;
}

/** How a step of a flow is timed. */
export interface StepMaster {
  name: string;
  workCenterType: string | null;
  /** Null: it takes no time. */
  standardTime: Duration | null;
  timeBasis: 'unit' | 'batch';
  splittable: boolean;
}

/** An order of the queue: active, in Created, Released or InProgress, included in planning. */
export interface QueuedOrder {
  name: string;
  product: string;
  quantity: Decimal;
  units: string;
  /** Lower first. */
  priority: number;
  /** Its place in its priority group; null: last, by name. */
  position: number | null;
  startDate: PlantTime | null;
  dueDate: PlantTime | null;
  /** Null: the plant's default company. */
  company: string | null;
}

/** One step for one batch of one order, as synchronization made it. */
export interface PlannedStep {
  id: string;
  productionOrder: string;
  step: string;
  batch: number;
  position: number;
  /** In the step's units. */
  quantity: Decimal;
  state: 'Planned' | 'Started' | 'Finished';
  /** Where it was started. */
  workCenter: string | null;
  actualStart: PlantTime | null;
  actualEnd: PlantTime | null;
  /** Of a started step; null: its time less the working time since its start. */
  remaining: Duration | null;
}

/** `to` starts after `from` has ended; both are ids of planned steps. */
export interface StepDependency {
  from: string;
  to: string;
}

/** An operation of a bill of materials that is under way; `remaining` is what is left of all its repetitions. */
export interface StartedOperation {
  productionOrder: string;
  billOfMaterials: string;
  operation: number;
  workCenter: string;
  start: PlantTime;
  remaining: Duration;
}

export interface Snapshot {
  now: Instant;
  /** The plant's zone, where no work schedule gives one. */
  timeZone: TimeZone;
  /** The default company's. */
  companyWorkSchedule: string | null;
  settings: {
    horizonDays: number;
    /** Where minute intervals begin: at the start of each available period, or on the clock. */
    minuteGrid: 'availability' | 'clock';
  };
  workSchedules: WorkSchedule[];
  companies: Company[];
  departments: Department[];
  workCenterTypes: WorkCenterType[];
  workCenters: WorkCenter[];
  products: PlannedProduct[];
  billsOfMaterials: BillOfMaterials[];
  steps: StepMaster[];
  orders: QueuedOrder[];
  productionOrderSteps: PlannedStep[];
  productionOrderStepDependencies: StepDependency[];
  startedOperations: StartedOperation[];
}
