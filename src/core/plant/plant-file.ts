/**
 * A plant file as it is written, once its shape is known to be right and its nulls are gone: every field that has a
 * default may be missing, quantities are numbers or texts, and times are local.
 */
import type { MaterialState, OrderState, UniversalState } from '../order/production-order.js';
import type { PlanningInterval, Weekday } from './plant.js';

export type Quantity = number | string;

export interface WorkScheduleEntry {
  name: string;
  timeZone?: string;
  week?: Partial<Record<Weekday, string[]>>;
  exceptions?: { date: string; periods?: string[] }[];
}

export interface WorkCenterEntry {
  name: string;
  type: string;
  workSchedule?: string;
  capacity?: number;
  absences?: { from: string; to: string; reason?: string }[];
}

export interface StepEntry {
  name: string;
  facility?: string;
  units?: string;
  productionOrderSchedulingMode?: string;
  productionOrderStepSize?: Quantity;
  marksProductCompletion?: boolean;
  workCenterType?: string;
  standardTime?: string;
  timeBasis?: 'unit' | 'batch';
  yield?: Quantity;
}

export interface FlowItemEntry {
  step?: string;
  flow?: string;
  revision?: string;
  correlationId?: string;
}

export interface FlowEntry {
  name: string;
  revision?: string;
  effective?: boolean;
  items?: FlowItemEntry[];
}

export interface ProductEntry {
  name: string;
  productGroup?: string;
  units: string;
  includeInSchedule?: boolean;
  schedulingMode?: string;
  flowPath?: string;
  flowPaths?: string[];
  billOfMaterials?: string;
  materialSize?: Quantity;
  unitConversions?: { from: string; to: string; factor: Quantity }[];
}

export interface BillOfMaterialsEntry {
  name: string;
  product: string;
  quantity?: Quantity;
  sequence?: 'serial' | 'network';
  operations?: {
    number: number;
    next?: number;
    name: string;
    standardTime: string;
    fixed?: boolean;
    splittable?: boolean;
    workCenterType?: string;
  }[];
  components?: {
    product: string;
    quantity: Quantity;
    units?: string;
    operation?: number;
    produce?: boolean;
    billOfMaterials?: string;
  }[];
}

export interface OrderEntry {
  name: string;
  product: string;
  quantity: Quantity;
  units?: string;
  priority?: 'High' | 'Medium' | 'Low' | number;
  position?: number;
  startDate?: string;
  dueDate?: string;
  plannedStart?: string;
  plannedEnd?: string;
  company?: string;
  facility?: string;
  flowPath?: string;
  overDeliveryTolerance?: Quantity;
  underDeliveryTolerance?: Quantity;
  restricted?: boolean;
  includeInPlanning?: boolean;
  state?: OrderState;
  universalState?: UniversalState;
  canceledFrom?: OrderState;
  ownerRole?: string;
}

export interface MaterialEntry {
  name: string;
  product: string;
  quantity: Quantity;
  units?: string;
  productionOrder?: string;
  accounts?: boolean;
  facility?: string;
  flowPath?: string;
  state?: MaterialState;
  universalState?: UniversalState;
}

export interface StepIdentityEntry {
  productionOrder: string;
  source?: string;
  flowPath: string;
  batch: number;
}

export interface OrderStepEntry extends StepIdentityEntry {
  quantity: Quantity;
  units?: string;
  state?: 'Planned' | 'Started' | 'Finished';
  actualStart?: string;
  actualEnd?: string;
  manual?: boolean;
}

export interface StartedOperationEntry {
  productionOrder: string;
  billOfMaterials: string;
  operation: number;
  workCenter: string;
  start: string;
  remaining: string;
}

export interface PlantFile {
  timeZone?: string;
  companyWorkSchedule?: string;
  companies?: { name: string; workSchedule?: string }[];
  workSchedules?: WorkScheduleEntry[];
  facilities?: { name: string; timeZone?: string; terminateOnShip?: boolean; remote?: boolean }[];
  departments?: {
    name: string;
    planningInterval?: { unit: PlanningInterval['unit']; length?: number };
  }[];
  workCenterTypes?: {
    name: string;
    department?: string;
    workSchedule?: string;
    planning?: 'type' | 'workCenter';
    capacity?: number;
  }[];
  workCenters?: WorkCenterEntry[];
  steps?: StepEntry[];
  flows?: FlowEntry[];
  products?: ProductEntry[];
  billsOfMaterials?: BillOfMaterialsEntry[];
  productionOrders?: OrderEntry[];
  materials?: MaterialEntry[];
  productionOrderSteps?: OrderStepEntry[];
  productionOrderStepDependencies?: {
    from: StepIdentityEntry;
    to: StepIdentityEntry;
    manual?: boolean;
  }[];
  startedOperations?: StartedOperationEntry[];
}
