/** Small plants for the scheduler's tests: a snapshot with nothing in it, and rows with the plant file's defaults. */
import { planSchedule } from '../../../plugins/scheduling/core/plan.js';
import type { Plan, PlannedOrder } from '../../../plugins/scheduling/core/answer.js';
import type {
  BillComponent,
  BillOfMaterials,
  BillOperation,
  PlannedProduct,
  PlannedStep,
  QueuedOrder,
  Snapshot,
  StepMaster,
  WorkCenter,
  WorkCenterType,
  WorkSchedule,
} from '../../../plugins/scheduling/core/snapshot.js';

export function aPlant(over: Partial<Snapshot> = {}): Snapshot {
  return {
    now: '2020-07-01T00:00:00Z',
    timeZone: 'UTC',
    companyWorkSchedule: 'Day',
    settings: { horizonDays: 3650, minuteGrid: 'availability' },
    workSchedules: [aSchedule('Day', ['08:00-17:00'])],
    companies: [],
    departments: [{ name: 'Production', planningInterval: { unit: 'minute', length: 5 } }],
    workCenterTypes: [aType('Saw')],
    workCenters: [aCenter('Saw 1', 'Saw')],
    products: [],
    billsOfMaterials: [],
    steps: [],
    orders: [],
    productionOrderSteps: [],
    productionOrderStepDependencies: [],
    startedOperations: [],
    ...over,
  };
}

/** The same periods from Monday to Friday, or as given by weekday. */
export function aSchedule(
  name: string,
  week: string[] | WorkSchedule['week'],
  over: Partial<WorkSchedule> = {},
): WorkSchedule {
  const days = Array.isArray(week)
    ? { monday: week, tuesday: week, wednesday: week, thursday: week, friday: week }
    : week;
  return { name, timeZone: 'UTC', week: days, exceptions: [], ...over };
}

export function everyDay(periods: string[]): WorkSchedule['week'] {
  return {
    monday: periods,
    tuesday: periods,
    wednesday: periods,
    thursday: periods,
    friday: periods,
    saturday: periods,
    sunday: periods,
  };
}

export function aType(name: string, over: Partial<WorkCenterType> = {}): WorkCenterType {
  return {
    name,
    department: 'Production',
    workSchedule: null,
    planning: 'workCenter',
    capacity: 1,
    ...over,
  };
}

export function aCenter(name: string, type: string, over: Partial<WorkCenter> = {}): WorkCenter {
  return { name, type, workSchedule: null, capacity: 1, absences: [], ...over };
}

export function aProduct(name: string, over: Partial<PlannedProduct> = {}): PlannedProduct {
  return { name, units: 'pcs', billOfMaterials: name, unitConversions: [], ...over };
}

export function anOperation(number: number, over: Partial<BillOperation> = {}): BillOperation {
  return {
    number,
    next: 0,
    name: `Operation ${number}`,
    standardTime: 'PT10M',
    fixed: false,
    splittable: true,
    workCenterType: 'Saw',
    ...over,
  };
}

export function aComponent(product: string, over: Partial<BillComponent> = {}): BillComponent {
  return {
    product,
    quantity: '1',
    units: null,
    operation: null,
    produce: true,
    billOfMaterials: null,
    ...over,
  };
}

export function aBill(
  name: string,
  operations: BillOperation[],
  over: Partial<BillOfMaterials> = {},
): BillOfMaterials {
  return { name, product: name, quantity: '1', sequence: 'serial', operations, components: [], ...over };
}

export function anOrder(name: string, product: string, over: Partial<QueuedOrder> = {}): QueuedOrder {
  return {
    name,
    product,
    quantity: '1',
    units: 'pcs',
    priority: 2,
    position: null,
    startDate: null,
    dueDate: null,
    company: null,
    ...over,
  };
}

export function aStep(id: string, order: string, step: string, over: Partial<PlannedStep> = {}): PlannedStep {
  return {
    id,
    productionOrder: order,
    step,
    batch: 1,
    position: 1,
    quantity: '1',
    state: 'Planned',
    workCenter: null,
    actualStart: null,
    actualEnd: null,
    remaining: null,
    ...over,
  };
}

export function aStepMaster(name: string, over: Partial<StepMaster> = {}): StepMaster {
  return {
    name,
    workCenterType: 'Saw',
    standardTime: 'PT10M',
    timeBasis: 'batch',
    splittable: true,
    ...over,
  };
}

/** A plant whose saw makes one product, `Board`, by the given operations. */
export function aSawmill(operations: BillOperation[], over: Partial<Snapshot> = {}): Snapshot {
  return aPlant({
    products: [aProduct('Board')],
    billsOfMaterials: [aBill('Board', operations)],
    orders: [anOrder('01', 'Board')],
    ...over,
  });
}

export function textOf(plan: Plan): string {
  return [...plan.json({ version: 'v' })].join('');
}

/** The planned order, or a failure that says why it was not planned. */
export function planned(plan: Plan, name: string): PlannedOrder {
  const order = plan.order(name);
  if (!order) {
    const row = plan.unscheduled.find((candidate) => candidate.name === name);
    throw new Error(`${name} was not planned: ${row?.code} ${row?.message}`);
  }
  return order;
}

/** `operation start-end` for every operation of an order, as day and time of day in UTC: `03T08:00-03T08:20`. */
export function timesOf(snapshot: Snapshot, name: string): string[] {
  const short = (instant: string) => instant.slice(8, 16);
  return planned(planSchedule(snapshot), name).operations.map(
    ({ name: operation, start, end }) => `${operation} ${short(start)}-${short(end)}`,
  );
}

export function refusalOf(snapshot: Snapshot, name: string): { code: string; message: string } | undefined {
  return planSchedule(snapshot).unscheduled.find((row) => row.name === name);
}
