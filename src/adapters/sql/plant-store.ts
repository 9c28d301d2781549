/** The plant in the tables of the reference MES, or in ours beside a host, read and written in the caller's transaction. */
import type { Knex } from 'knex';
import type {
  BillOfMaterials,
  ExistingFlow,
  ExistingPlant,
  NamedEntity,
  PlantEntity,
  Plant,
  PlantMaterial,
} from '../../core/plant/plant.js';
import { DEFAULT_COMPANY, NAMED_ENTITIES, startedOperationKey } from '../../core/plant/plant.js';
import type { PlantStore } from '../../ports/plant-store.js';
import type { Names, TableName } from '../../ports/migration.js';
import type { Bulk, BulkRow } from './dialect.js';
import { REFERENCE_PLACES, type PlantPlaces } from './plant-places.js';
import type { Written } from './written-rows.js';

const TABLES: Record<NamedEntity, TableName> = {
  companies: 'mes.Company',
  workSchedules: 'mes.WorkSchedule',
  facilities: 'mes.Facility',
  departments: 'mes.Department',
  workCenterTypes: 'mes.WorkCenterType',
  workCenters: 'mes.WorkCenter',
  steps: 'mes.Step',
  products: 'mes.Product',
  billsOfMaterials: 'mes.BillOfMaterials',
  productionOrders: 'mes.ProductionOrder',
  materials: 'mes.Material',
};

/** A key is a number on SQLite and text on SQL Server. */
type Key = number | string;

interface Keyed {
  Id: Key;
  Name: string;
}

/** What the store needs of the transaction that it works in. */
interface PlantTransaction {
  places: PlantPlaces;
  /** Told which orders and materials are written. */
  written: (rows: Written) => void;
}

export class SqlPlantStore implements PlantStore {
  constructor(
    private readonly trx: Knex.Transaction,
    private readonly names: Names,
    private readonly bulk: Bulk,
    private readonly given: PlantTransaction = { places: REFERENCE_PLACES, written: () => undefined },
  ) {}

  kept(array: PlantEntity): readonly string[] {
    return this.given.places.kept(array);
  }

  async existing(): Promise<ExistingPlant> {
    const names = await this.namesByEntity();
    names.companies.delete(DEFAULT_COMPANY);
    const [company] = await this.query('mes.Company')
      .where('IsDefault', true)
      .select<{ WorkSchedule: string | null; TimeZone: string }[]>('WorkSchedule', 'TimeZone');
    const orders = await this.query('mes.ProductionOrder').select<
      { Name: string; Facility: string | null; Company: string | null; Product: string }[]
    >('Name', 'Facility', 'Company', 'Product');
    const started = await this.query('mes.StartedOperation').select<
      { ProductionOrder: string; BillOfMaterials: string; Operation: number; WorkCenter: string }[]
    >('ProductionOrder', 'BillOfMaterials', 'Operation', 'WorkCenter');
    return {
      defaultCompany: company ? { workSchedule: company.WorkSchedule, timeZone: company.TimeZone } : null,
      names,
      flows: await this.existingFlows(),
      companyZones: await this.column('mes.Company', 'TimeZone'),
      workScheduleZones: await this.column('mes.WorkSchedule', 'TimeZone'),
      facilityZones: await this.column('mes.Facility', 'TimeZone'),
      workCenterTypeSchedules: await this.column('mes.WorkCenterType', 'WorkSchedule'),
      productUnits: await this.column('mes.Product', 'Units'),
      orders: new Map(
        orders.map((row) => [
          row.Name,
          { facility: row.Facility, company: row.Company, product: row.Product },
        ]),
      ),
      startedOperations: new Set(
        started.map((row) =>
          startedOperationKey({
            productionOrder: row.ProductionOrder,
            billOfMaterials: row.BillOfMaterials,
            operation: row.Operation,
            workCenter: row.WorkCenter,
          }),
        ),
      ),
    };
  }

  async write(plant: Plant, { replace }: { replace: boolean }): Promise<void> {
    this.given.written({
      orders: plant.productionOrders.map(({ name }) => name),
      materials: plant.materials.map(({ name }) => name),
    });
    if (replace) await this.removeWhatIsReplaced(plant);
    await this.writeResources(plant);
    await this.writeFlows(plant);
    await this.writeProducts(plant);
    await this.writeBillsOfMaterials(plant.billsOfMaterials);
    await this.writeOrders(plant);
    await this.writeMaterials(plant.materials);
    await this.insert(
      'mes.StartedOperation',
      plant.startedOperations.map((started) => ({
        ProductionOrder: started.productionOrder,
        BillOfMaterials: started.billOfMaterials,
        Operation: started.operation,
        WorkCenter: started.workCenter,
        Start: started.start,
        Remaining: started.remaining,
      })),
    );
  }

  private query(table: TableName): Knex.QueryBuilder {
    return this.trx(this.names.table(this.given.places.read(table)));
  }

  /** What the host keeps is left to it. */
  private async insert(table: TableName, rows: BulkRow[]): Promise<void> {
    const place = this.given.places.write(table);
    if (place !== null) await this.bulk.insert(this.trx, this.names.table(place), rows);
  }

  private async upsert(table: TableName, rows: BulkRow[], key: readonly string[] = ['Name']): Promise<void> {
    const place = this.given.places.write(table);
    if (place !== null) await this.bulk.upsert(this.trx, this.names.table(place), rows, key);
  }

  private async delete(table: TableName, rows: BulkRow[]): Promise<void> {
    const place = this.given.places.write(table);
    if (place !== null) await this.bulk.delete(this.trx, this.names.table(place), rows);
  }

  private async namesByEntity(): Promise<Record<NamedEntity, Set<string>>> {
    const sets: [NamedEntity, Set<string>][] = [];
    for (const entity of NAMED_ENTITIES) {
      const rows = await this.query(TABLES[entity]).select<{ Name: string }[]>('Name');
      sets.push([entity, new Set(rows.map(({ Name }) => Name))]);
    }
    return Object.fromEntries(sets) as Record<NamedEntity, Set<string>>;
  }

  /** A column's values by name, of the rows that have one. */
  private async column(table: TableName, column: string): Promise<Map<string, string>> {
    const rows = await this.query(table)
      .whereNotNull(column)
      .select<Record<string, string>[]>('Name', column);
    return new Map(rows.map((row) => [row.Name ?? '', row[column] ?? '']));
  }

  private async existingFlows(): Promise<ExistingFlow[]> {
    const flows = await this.query('mes.Flow').select<
      { Id: Key; Name: string; Revision: string; Effective: number | boolean }[]
    >('Id', 'Name', 'Revision', 'Effective');
    const items = await this.query('mes.FlowItem')
      .where('Kind', 'flow')
      .select<{ FlowId: Key; Name: string; Revision: string | null }[]>('FlowId', 'Name', 'Revision');
    const subFlows = new Map<Key, ExistingFlow['subFlows']>(flows.map(({ Id }) => [Id, []]));
    for (const item of items) subFlows.get(item.FlowId)?.push({ name: item.Name, revision: item.Revision });
    return flows.map(({ Id, Name, Revision, Effective }) => ({
      name: Name,
      revision: Revision,
      effective: Boolean(Effective),
      subFlows: subFlows.get(Id) ?? [],
    }));
  }

  /** What belongs to a row that is about to be updated: it is written anew with it. */
  private async removeWhatIsReplaced(plant: Plant): Promise<void> {
    const flowIds = await this.flowIds();
    const replacedFlows = plant.flows.flatMap(
      ({ name, revision }) => flowIds.get(flowKey(name, revision)) ?? [],
    );
    await this.delete(
      'mes.FlowItem',
      replacedFlows.map((FlowId) => ({ FlowId })),
    );
    const workCenters = plant.workCenters.map(({ name }) => ({ WorkCenter: name }));
    await this.delete('mes.Absence', workCenters);
    const products = plant.products.map(({ name }) => ({ Product: name }));
    await this.delete('mes.ProductFlowPath', products);
    await this.delete('mes.UnitConversion', products);
    const bills = plant.billsOfMaterials.map(({ name }) => ({ BillOfMaterials: name }));
    await this.delete('mes.BillOfMaterialsOperation', bills);
    await this.delete('mes.BillOfMaterialsComponent', bills);
    const materialIds = await this.idsByName('mes.Material');
    const materials = plant.materials.flatMap(({ name }) => materialIds.get(name) ?? []);
    // Links to earlier orders, which may go on accounting, are no part of a plant file and stay.
    await this.delete(
      'mes.ProductionOrderMaterial',
      materials.map((MaterialId) => ({ MaterialId, IsCurrent: true })),
    );
    const orderIds = await this.idsByName('mes.ProductionOrder');
    const orders = new Set([
      ...plant.productionOrders.map(({ name }) => name),
      ...plant.materials.map(({ productionOrder }) => productionOrder),
    ]);
    // What a closed order was closed with is what its materials in the file come to.
    await this.delete(
      'orderwright.ClosedQuantities',
      [...orders].flatMap((name) => {
        const id = orderIds.get(name ?? '');
        return id === undefined ? [] : [{ ProductionOrderId: String(id) }];
      }),
    );
    await this.delete(
      'mes.StartedOperation',
      plant.startedOperations.map((started) => ({
        ProductionOrder: started.productionOrder,
        BillOfMaterials: started.billOfMaterials,
        Operation: started.operation,
        WorkCenter: started.workCenter,
      })),
    );
  }

  private async writeResources(plant: Plant): Promise<void> {
    const { defaultCompany } = plant;
    await this.upsert(
      'mes.Company',
      [
        ...plant.companies.map((company) => ({ ...company, isDefault: false })),
        ...(defaultCompany ? [{ name: DEFAULT_COMPANY, ...defaultCompany, isDefault: true }] : []),
      ].map((company) => ({
        Name: company.name,
        WorkSchedule: company.workSchedule,
        IsDefault: company.isDefault,
        TimeZone: company.timeZone,
      })),
    );
    await this.upsert(
      'mes.WorkSchedule',
      plant.workSchedules.map(({ name, timeZone, week, exceptions }) => ({
        Name: name,
        TimeZone: timeZone,
        Week: JSON.stringify(week),
        Exceptions: JSON.stringify(exceptions),
      })),
    );
    await this.upsert(
      'mes.Facility',
      plant.facilities.map((facility) => ({
        Name: facility.name,
        TimeZone: facility.timeZone,
        TerminateOnShip: facility.terminateOnShip,
        Remote: facility.remote,
      })),
    );
    await this.upsert(
      'mes.Department',
      plant.departments.map(({ name, planningInterval }) => ({
        Name: name,
        PlanningIntervalUnit: planningInterval?.unit ?? null,
        PlanningIntervalLength: planningInterval?.length ?? null,
      })),
    );
    await this.upsert(
      'mes.WorkCenterType',
      plant.workCenterTypes.map((type) => ({
        Name: type.name,
        Department: type.department,
        WorkSchedule: type.workSchedule,
        Planning: type.planning,
        Capacity: type.capacity,
      })),
    );
    await this.upsert(
      'mes.WorkCenter',
      plant.workCenters.map((workCenter) => ({
        Name: workCenter.name,
        Type: workCenter.type,
        WorkSchedule: workCenter.workSchedule,
        Capacity: workCenter.capacity,
      })),
    );
    await this.insert(
      'mes.Absence',
      plant.workCenters.flatMap(({ name, absences }) =>
        absences.map(({ from, to, reason }) => ({ WorkCenter: name, From: from, To: to, Reason: reason })),
      ),
    );
  }

  private async writeFlows(plant: Plant): Promise<void> {
    await this.upsert(
      'mes.Step',
      plant.steps.map((step) => ({
        Name: step.name,
        Facility: step.facility,
        Units: step.units,
        ProductionOrderSchedulingMode: step.productionOrderSchedulingMode,
        ProductionOrderStepSize: step.productionOrderStepSize,
        MarksProductCompletion: step.marksProductCompletion,
        WorkCenterType: step.workCenterType,
        StandardTime: step.standardTime,
        TimeBasis: step.timeBasis,
        Yield: step.yield,
      })),
    );
    await this.upsert(
      'mes.Flow',
      plant.flows.map(({ name, revision, effective }) => ({
        Name: name,
        Revision: revision,
        Effective: effective,
      })),
      ['Name', 'Revision'],
    );
    const ids = await this.flowIds();
    for (const { name, revision, items } of plant.flows) {
      const FlowId = ids.get(flowKey(name, revision)) ?? null;
      await this.insert(
        'mes.FlowItem',
        items.map((item, index) => ({
          FlowId,
          Position: index + 1,
          Kind: item.kind,
          Name: item.name,
          Revision: item.kind === 'flow' ? item.revision : null,
          CorrelationId: item.correlationId,
        })),
      );
    }
  }

  private async flowIds(): Promise<Map<string, Key>> {
    const rows = await this.query('mes.Flow').select<(Keyed & { Revision: string })[]>(
      'Id',
      'Name',
      'Revision',
    );
    return new Map(rows.map(({ Id, Name, Revision }) => [flowKey(Name, Revision), Id]));
  }

  private async writeProducts({ products }: Plant): Promise<void> {
    await this.upsert(
      'mes.Product',
      products.map((product) => ({
        Name: product.name,
        ProductGroup: product.productGroup,
        Units: product.units,
        IncludeInSchedule: product.includeInSchedule,
        SchedulingMode: product.schedulingMode,
        FlowPath: product.flowPath,
        BillOfMaterials: product.billOfMaterials,
        MaterialSize: product.materialSize,
      })),
    );
    await this.insert(
      'mes.ProductFlowPath',
      products.flatMap(({ name, flowPaths }) =>
        flowPaths.map((flowPath, index) => ({ Product: name, Position: index + 1, FlowPath: flowPath })),
      ),
    );
    await this.insert(
      'mes.UnitConversion',
      products.flatMap(({ name, unitConversions }) =>
        unitConversions.map(({ from, to, factor }) => ({
          Product: name,
          From: from,
          To: to,
          Factor: factor,
        })),
      ),
    );
  }

  private async writeBillsOfMaterials(bills: BillOfMaterials[]): Promise<void> {
    await this.upsert(
      'mes.BillOfMaterials',
      bills.map(({ name, product, quantity, sequence }) => ({
        Name: name,
        Product: product,
        Quantity: quantity,
        Sequence: sequence,
      })),
    );
    await this.insert(
      'mes.BillOfMaterialsOperation',
      bills.flatMap(({ name, operations }) =>
        operations.map((operation) => ({
          BillOfMaterials: name,
          Number: operation.number,
          Next: operation.next,
          Name: operation.name,
          StandardTime: operation.standardTime,
          Fixed: operation.fixed,
          Splittable: operation.splittable,
          WorkCenterType: operation.workCenterType,
        })),
      ),
    );
    await this.insert(
      'mes.BillOfMaterialsComponent',
      bills.flatMap(({ name, components }) =>
        components.map((component, index) => ({
          BillOfMaterials: name,
          Position: index + 1,
          Product: component.product,
          Quantity: component.quantity,
          Units: component.units,
          Operation: component.operation,
          Produce: component.produce,
          ComponentBillOfMaterials: component.billOfMaterials,
        })),
      ),
    );
  }

  private writeOrders({ productionOrders }: Plant): Promise<void> {
    return this.upsert(
      'mes.ProductionOrder',
      productionOrders.map((order) => ({
        Name: order.name,
        Product: order.product,
        Quantity: order.quantity,
        Units: order.units,
        Priority: order.priority,
        Position: order.position,
        StartDate: order.startDate,
        DueDate: order.dueDate,
        PlannedStart: order.plannedStart,
        PlannedEnd: order.plannedEnd,
        Company: order.company,
        Facility: order.facility,
        FlowPath: order.flowPath,
        OverDeliveryTolerance: order.overDeliveryTolerance,
        UnderDeliveryTolerance: order.underDeliveryTolerance,
        Restricted: order.restricted,
        IncludeInPlanning: order.includeInPlanning,
        State: order.state,
        UniversalState: order.universalState,
        CanceledFrom: order.canceledFrom,
        OwnerRole: order.ownerRole,
      })),
    );
  }

  private async writeMaterials(materials: PlantMaterial[]): Promise<void> {
    if (materials.length === 0) return;
    await this.upsert(
      'mes.Material',
      materials.map((material) => ({
        Name: material.name,
        Product: material.product,
        Quantity: material.quantity,
        Units: material.units,
        Facility: material.facility,
        FlowPath: material.flowPath,
        State: material.state,
        UniversalState: material.universalState,
      })),
    );
    const orderIds = await this.idsByName('mes.ProductionOrder');
    const materialIds = await this.idsByName('mes.Material');
    const links = materials
      .filter(({ productionOrder }) => productionOrder !== null)
      .map(({ name, productionOrder, accounts }) => ({
        ProductionOrderId: orderIds.get(productionOrder ?? '') ?? null,
        MaterialId: materialIds.get(name) ?? null,
        Accounts: accounts,
        IsCurrent: true,
      }));
    await this.upsert('mes.ProductionOrderMaterial', links, ['ProductionOrderId', 'MaterialId']);
  }

  private async idsByName(table: TableName): Promise<Map<string, Key>> {
    const rows = await this.query(table).select<Keyed[]>('Id', 'Name');
    return new Map(rows.map(({ Id, Name }) => [Name, Id]));
  }
}

function flowKey(name: string, revision: string): string {
  return `${name}:${revision}`;
}
