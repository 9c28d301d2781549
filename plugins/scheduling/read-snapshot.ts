/** Reads the whole plant as one snapshot: the host through its views, steps and the queue from our own tables. */
import type { OrderContext } from '../../src/index.js';
import { settleQueue, type HostQueueOrder, type QueuedEntry } from './core/settle-queue.js';
import type { Snapshot } from './core/snapshot.js';

export type PlanSession = Omit<OrderContext['session'], 'orders'>;

export interface SchedulingSettings {
  horizonDays: number;
  minuteGrid: 'availability' | 'clock';
}

type Row = Record<string, string | number | null>;

const IN_QUEUE = ['Created', 'Released', 'InProgress'];

/** The orders of the queue in its order, whatever is stored of their positions yet. */
export async function readQueue(session: PlanSession): Promise<QueuedEntry[]> {
  const orders = await queued(session).select<Row[]>('Id', 'Name', 'Priority', 'Position');
  const entries = await rows(session, 'QueueEntry');
  const marks = await rows(session, 'RescheduleMark');
  return settleQueue(
    orders.map((row): HostQueueOrder => ({
      id: String(row.Id),
      name: String(row.Name),
      priority: Number(row.Priority),
      position: number(row.Position),
    })),
    entries.map((row) => ({
      name: String(row.ProductionOrder),
      priority: Number(row.Priority),
      position: Number(row.Position),
    })),
    new Map(marks.map((row) => [String(row.ProductionOrder), String(row.Reason)])),
  );
}

/** The snapshot at `now`; its arrays are in the order of their keys, so that equal plants give equal texts. */
export async function readSnapshot(
  session: PlanSession,
  settings: SchedulingSettings,
  now: string,
): Promise<Snapshot> {
  return { ...(await readMasters(session, settings, now)), ...(await readOrders(session)) };
}

/** The plant without its orders: what availability is read from. */
export async function readMasters(
  session: PlanSession,
  settings: SchedulingSettings,
  now: string,
): Promise<Snapshot> {
  const companies = await rows(session, 'HostCompany', ['Name']);
  const standard = companies.find((row) => row.IsDefault === 1);
  const absences = Map.groupBy(
    await rows(session, 'HostAbsence', ['WorkCenter', 'From', 'To']),
    (row) => row.WorkCenter,
  );
  const conversions = Map.groupBy(
    await rows(session, 'HostUnitConversion', ['Product', 'From', 'To']),
    (row) => row.Product,
  );
  const operations = Map.groupBy(
    await rows(session, 'HostBillOfMaterialsOperation', ['BillOfMaterials', 'Number']),
    (row) => row.BillOfMaterials,
  );
  const components = Map.groupBy(
    await rows(session, 'HostBillOfMaterialsComponent', ['BillOfMaterials', 'Position']),
    (row) => row.BillOfMaterials,
  );
  return {
    now,
    timeZone: text(standard?.TimeZone) ?? 'UTC',
    companyWorkSchedule: text(standard?.WorkSchedule),
    settings: { horizonDays: settings.horizonDays, minuteGrid: settings.minuteGrid },
    workSchedules: (await rows(session, 'HostWorkSchedule', ['Name'])).map((row) => ({
      name: String(row.Name),
      timeZone: String(row.TimeZone),
      week: JSON.parse(String(row.Week)) as Snapshot['workSchedules'][number]['week'],
      exceptions: JSON.parse(String(row.Exceptions)) as Snapshot['workSchedules'][number]['exceptions'],
    })),
    companies: companies
      .filter((row) => row.IsDefault !== 1)
      .map((row) => ({ name: String(row.Name), workSchedule: text(row.WorkSchedule) })),
    departments: (await rows(session, 'HostDepartment', ['Name'])).map((row) => ({
      name: String(row.Name),
      planningInterval: {
        unit: (text(row.PlanningIntervalUnit) ?? 'minute') as 'minute',
        length: number(row.PlanningIntervalLength) ?? 1,
      },
    })),
    workCenterTypes: (await rows(session, 'HostWorkCenterType', ['Name'])).map((row) => ({
      name: String(row.Name),
      department: text(row.Department),
      workSchedule: text(row.WorkSchedule),
      planning: row.Planning === 'type' ? 'type' : 'workCenter',
      capacity: number(row.Capacity) ?? 1,
    })),
    workCenters: (await rows(session, 'HostWorkCenter', ['Name'])).map((row) => ({
      name: String(row.Name),
      type: String(row.Type),
      workSchedule: text(row.WorkSchedule),
      capacity: Number(row.Capacity),
      absences: (absences.get(row.Name ?? '') ?? []).map((absence) => ({
        from: String(absence.From),
        to: String(absence.To),
        reason: text(absence.Reason),
      })),
    })),
    products: (await rows(session, 'HostProduct', ['Name'])).map((row) => ({
      name: String(row.Name),
      units: String(row.Units),
      billOfMaterials: text(row.BillOfMaterials),
      unitConversions: (conversions.get(row.Name ?? '') ?? []).map((conversion) => ({
        from: String(conversion.From),
        to: String(conversion.To),
        factor: String(conversion.Factor),
      })),
    })),
    billsOfMaterials: (await rows(session, 'HostBillOfMaterials', ['Name'])).map((row) => ({
      name: String(row.Name),
      product: String(row.Product),
      quantity: String(row.Quantity),
      sequence: row.Sequence === 'network' ? 'network' : 'serial',
      operations: (operations.get(row.Name ?? '') ?? []).map((operation) => ({
        number: Number(operation.Number),
        next: Number(operation.Next),
        name: String(operation.Name),
        standardTime: String(operation.StandardTime),
        fixed: operation.Fixed === 1,
        splittable: operation.Splittable === 1,
        workCenterType: text(operation.WorkCenterType),
      })),
      components: (components.get(row.Name ?? '') ?? []).map((component) => ({
        product: String(component.Product),
        quantity: String(component.Quantity),
        units: text(component.Units),
        operation: number(component.Operation),
        produce: component.Produce === 1,
        billOfMaterials: text(component.ComponentBillOfMaterials),
      })),
    })),
    steps: (await rows(session, 'HostStep', ['Name'])).map((row) => ({
      name: String(row.Name),
      workCenterType: text(row.WorkCenterType),
      standardTime: text(row.StandardTime),
      timeBasis: row.TimeBasis === 'batch' ? 'batch' : 'unit',
      splittable: true,
    })),
    orders: [],
    productionOrderSteps: [],
    productionOrderStepDependencies: [],
    startedOperations: (
      await rows(session, 'HostStartedOperation', [
        'ProductionOrder',
        'BillOfMaterials',
        'Operation',
        'WorkCenter',
      ])
    ).map((row) => ({
      productionOrder: String(row.ProductionOrder),
      billOfMaterials: String(row.BillOfMaterials),
      operation: Number(row.Operation),
      workCenter: String(row.WorkCenter),
      start: String(row.Start),
      remaining: String(row.Remaining),
    })),
  };
}

async function readOrders(
  session: PlanSession,
): Promise<Pick<Snapshot, 'orders' | 'productionOrderSteps' | 'productionOrderStepDependencies'>> {
  const host = new Map(((await queued(session)) as Row[]).map((row) => [String(row.Name), row]));
  const queue = await readQueue(session);
  const steps = (await queued(session)
    .join({ step: session.table('orderwright.ProductionOrderStep') }, 'step.ProductionOrder', 'order.Name')
    .select('step.*')
    .orderBy('step.Id')) as Row[];
  const ids = new Set(steps.map((row) => row.Id));
  const dependencies = await rows(session, 'ProductionOrderStepDependency', ['FromId', 'ToId']);
  return {
    orders: queue.flatMap(({ name, priority, position }) => {
      const row = host.get(name);
      if (row === undefined) return [];
      return {
        name,
        product: String(row.Product),
        quantity: String(row.Quantity),
        units: String(row.Units),
        priority,
        position,
        startDate: text(row.StartDate),
        dueDate: text(row.DueDate),
        company: text(row.Company),
      };
    }),
    productionOrderSteps: steps.map((row) => ({
      id: String(row.Id),
      productionOrder: String(row.ProductionOrder),
      step: String(row.Step),
      batch: Number(row.Batch),
      position: Number(row.Position),
      quantity: String(row.Quantity),
      state: row.State as 'Planned',
      workCenter: null,
      actualStart: text(row.ActualStart),
      actualEnd: text(row.ActualEnd),
      remaining: null,
    })),
    // A step outside the queue is done or given up: nothing waits for it any more.
    productionOrderStepDependencies: dependencies
      .filter((row) => ids.has(row.FromId ?? '') && ids.has(row.ToId ?? ''))
      .map((row) => ({ from: String(row.FromId), to: String(row.ToId) })),
  };
}

/** The orders that are scheduled: active, open, and included in planning. */
function queued({ sql, table }: PlanSession) {
  return sql({ order: table('orderwright.HostProductionOrder') })
    .where({ 'order.UniversalState': 'Active', 'order.IncludeInPlanning': 1 })
    .whereIn('order.State', IN_QUEUE);
}

async function rows({ sql, table }: PlanSession, name: string, order: string[] = []): Promise<Row[]> {
  return (await sql(table(`orderwright.${name}`)).orderBy(order)) as Row[];
}

function text(value: string | number | null | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}

function number(value: string | number | null | undefined): number | null {
  return value === null || value === undefined ? null : Number(value);
}
