/** Orders and their master data, read through the host views and written through them. */
import type { Knex } from 'knex';
import type { Dialect } from './dialect.js';
import type { KeptQueries, QueryValue } from './kept-queries.js';
import { chunks } from '../../core/chunks.js';
import {
  ORDER_STATES,
  type ClosedQuantities,
  type Flow,
  type FlowItem,
  type FlowLibrary,
  type Material,
  type OrderSnapshot,
  type OrderState,
  type Product,
  type ProductionOrder,
  type Step,
  type UnitConversion,
  type UniversalState,
  type MaterialState,
} from '../../core/order/production-order.js';
import { OrderwrightError } from '../../core/problem.js';
import type {
  NewOrder,
  OrderChanges,
  OrderCounts,
  OrderFilter,
  OrderPage,
  OrderStore,
} from '../../ports/order-store.js';
import type { Session } from '../../ports/database.js';
import type { Names } from '../../ports/migration.js';

const NO_ZONE = 'UTC';

interface OrderRow {
  Id: string;
  Name: string;
  Product: string;
  Quantity: string;
  Units: string;
  Priority: number;
  Position: number | null;
  StartDate: string | null;
  DueDate: string | null;
  PlannedStart: string | null;
  PlannedEnd: string | null;
  Company: string | null;
  Facility: string | null;
  FlowPath: string | null;
  OverDeliveryTolerance: string;
  UnderDeliveryTolerance: string;
  Restricted: number;
  IncludeInPlanning: number;
  State: OrderState;
  UniversalState: UniversalState;
  CanceledFrom: OrderState | null;
  OwnerRole: string | null;
  RowVersion: string;
}

/** A material as the host view has it. */
export interface HostMaterialRow {
  Id: string;
  Name: string;
  Product: string;
  Quantity: string;
  Units: string;
  Facility: string | null;
  FlowPath: string | null;
  State: MaterialState;
  UniversalState: UniversalState;
}

interface MaterialRow extends HostMaterialRow {
  ProductionOrderId: string;
  Accounts: number;
}

type Row = Record<string, string | number | null>;

/** The flows and steps read so far in one session. */
class LoadedFlows implements FlowLibrary {
  readonly flows: Map<string, Flow[]>;
  readonly steps: Map<string, Step>;

  constructor(before?: LoadedFlows) {
    this.flows = new Map(before?.flows);
    this.steps = new Map(before?.steps);
  }

  revisions(flow: string): readonly Flow[] {
    return this.flows.get(flow) ?? [];
  }

  step(name: string): Step | undefined {
    return this.steps.get(name);
  }
}

/** How orders are written on this database. */
interface Writing {
  /** Keeps others from changing what is loaded to be changed; nothing in a session that only reads. */
  lock: Session['lock'];
  /** Whether an update through a view tells how many rows it has changed. */
  counts: boolean;
  /** How a text is looked for within a column. */
  containing: Dialect['containing'];
  /** Told of orders before they are written. */
  written: (orders: readonly string[]) => Promise<void>;
}

/** Lives as long as one session: master data that it has read is not read again. */
export class SqlOrderStore implements OrderStore {
  /** Replaced when more is read: what was worked out for a library stays true of it. */
  private library = new LoadedFlows();
  private readonly products = new Map<string, Product>();
  private readonly facilityZones = new Map<string, string | null>();
  private readonly companyZones = new Map<string, string>();
  private defaultZone: string | null = null;

  constructor(
    private readonly knex: Knex.Transaction,
    private readonly table: Names['table'],
    private readonly writing: Writing,
    private readonly queries: KeptQueries,
  ) {}

  async load(names: readonly string[]): Promise<Map<string, OrderSnapshot>> {
    await this.writing.lock(names.map((name) => `order:${name}`));
    const rows = await this.inChunks<OrderRow>('HostProductionOrder', 'Name', names);
    const materials = await this.materialsOf(rows.map((row) => row.Id));
    await this.readProducts(rows.map((row) => row.Product));
    const paths = [
      ...rows.map((row) => row.FlowPath),
      ...rows.map((row) => this.products.get(row.Product)?.flowPath ?? null),
      ...[...materials.values()].flat().map((material) => material.flowPath),
    ];
    await this.readFlows(paths.filter((path) => path !== null));
    const closedWith = await this.closedQuantities(rows.filter(({ State }) => State === 'Closed'));
    const snapshots = new Map<string, OrderSnapshot>();
    for (const row of rows) {
      const order = toOrder(row);
      snapshots.set(row.Name, {
        order,
        product: this.products.get(row.Product) ?? unknownProduct(row.Product, row.Units),
        materials: materials.get(row.Id) ?? [],
        flows: this.library,
        timeZone: await this.timeZone(row.Facility, row.Company),
        canceledFromJournal:
          row.State === 'Canceled' && row.CanceledFrom === null ? await this.canceledFrom(row.Name) : null,
        closedWith: closedWith.get(row.Id) ?? null,
      });
    }
    return snapshots;
  }

  async names({ after, limit, ...filter }: OrderPage): Promise<string[]> {
    const query = this.filtered(filter).orderBy('Name').limit(limit);
    if (after !== undefined) void query.where('Name', '>', after);
    const rows: { Name: string }[] = await query.select('Name');
    return rows.map((row) => row.Name);
  }

  async counts(filter: OrderFilter): Promise<OrderCounts> {
    const ofAnyState = { ...filter };
    delete ofAnyState.states;
    const query = this.filtered(ofAnyState).groupBy('State').select('State');
    const rows: { State: OrderState; Count: number }[] = await query.count({ Count: '*' });
    const states = Object.fromEntries(ORDER_STATES.map((state) => [state, 0])) as OrderCounts['states'];
    for (const { State, Count } of rows) states[State] = Count;
    return { states };
  }

  async facilities(): Promise<string[]> {
    const rows: { Name: string }[] = await this.knex(this.view('HostFacility'))
      .orderBy('Name')
      .select('Name');
    return rows.map(({ Name }) => Name);
  }

  private filtered({ search, states, universalState, facility, dueBefore }: OrderFilter) {
    const query = this.knex(this.view('HostProductionOrder'));
    if (search !== undefined) {
      const { clause, pattern } = this.writing.containing(search);
      void query.whereRaw(`(?? ${clause} or ?? ${clause})`, ['Name', pattern, 'Product', pattern]);
    }
    if (states !== undefined) void query.whereIn('State', states);
    if (universalState !== undefined) void query.where('UniversalState', universalState);
    if (facility !== undefined) void query.where('Facility', facility);
    if (dueBefore !== undefined) void query.where('DueDate', '<', dueBefore);
    return query;
  }

  async ordersOfMaterial(material: string): Promise<string[]> {
    const rows: { Name: string }[] = await this.knex({ material: this.view('HostMaterial') })
      .join({ link: this.view('HostProductionOrderMaterial') }, 'link.MaterialId', 'material.Id')
      .join({ order: this.view('HostProductionOrder') }, 'order.Id', 'link.ProductionOrderId')
      .where('material.Name', material)
      .orderBy('order.Name')
      .select('order.Name');
    return rows.map(({ Name }) => Name);
  }

  async prospect(order: NewOrder): Promise<OrderSnapshot | null> {
    await this.readProducts([order.product]);
    const product = this.products.get(order.product);
    if (product === undefined) return null;
    await this.readFlows([order.flowPath, product.flowPath].filter((path) => path !== null));
    return {
      order: { ...order, id: '', rowVersion: '', canceledFrom: null },
      product,
      materials: [],
      flows: this.library,
      timeZone: await this.timeZone(order.facility, order.company),
      canceledFromJournal: null,
      closedWith: null,
    };
  }

  async insert(order: NewOrder): Promise<void> {
    await this.writing.written([order.name]);
    await this.knex(this.view('HostProductionOrder')).insert({
      ...toColumns(order),
      Name: order.name,
      Units: order.units,
      Company: order.company,
      Facility: order.facility,
      OwnerRole: order.ownerRole,
      Position: order.position,
    });
  }

  async update(order: ProductionOrder, changes: OrderChanges): Promise<void> {
    const view = this.view('HostProductionOrder');
    const unchanged = { Name: order.name, Id: order.id, RowVersion: order.rowVersion };
    // Through a view the count of updated rows says nothing on SQLite: the row version is tested before, under the lock.
    const present = (await this.knex(view).where(unchanged).first('Id')) as unknown;
    if (present === undefined) throw changedMeanwhile(order);
    const columns = toColumns(changes);
    if (Object.keys(columns).length === 0) return;
    await this.writing.written([order.name]);
    const changed = await this.knex(view).where(unchanged).update(columns);
    if (this.writing.counts && changed === 0) throw changedMeanwhile(order);
  }

  async keepClosedQuantities(order: ProductionOrder, quantities: ClosedQuantities): Promise<void> {
    // A host that reopened the order on its own has left what it was closed with before.
    await this.forgetClosedQuantities([order]);
    await this.knex(this.table('orderwright.ClosedQuantities')).insert({
      ProductionOrderId: order.id,
      InProgress: quantities.inProgress,
      Completed: quantities.completed,
      Delivered: quantities.delivered,
    });
  }

  async forgetClosedQuantities(orders: readonly ProductionOrder[]): Promise<void> {
    for (const ids of chunks(orders.map(({ id }) => id))) {
      await this.knex(this.table('orderwright.ClosedQuantities')).whereIn('ProductionOrderId', ids).delete();
    }
  }

  private async closedQuantities(rows: readonly OrderRow[]): Promise<Map<string, ClosedQuantities>> {
    const found = new Map<string, ClosedQuantities>();
    for (const ids of chunks(rows.map(({ Id }) => Id))) {
      const kept = await this.knex<Row>(this.table('orderwright.ClosedQuantities')).whereIn(
        'ProductionOrderId',
        ids,
      );
      for (const row of kept) {
        found.set(String(row.ProductionOrderId), {
          inProgress: String(row.InProgress),
          completed: String(row.Completed),
          delivered: String(row.Delivered),
        });
      }
    }
    return found;
  }

  async product(name: string): Promise<Product | null> {
    await this.readProducts([name]);
    return this.products.get(name) ?? null;
  }

  async timeZone(facility: string | null, company: string | null): Promise<string> {
    const ofFacility = facility === null ? null : await this.facilityZone(facility);
    return ofFacility ?? this.companyZone(company);
  }

  async flows(paths: readonly string[]): Promise<FlowLibrary> {
    await this.readFlows(paths);
    return this.library;
  }

  private async facilityZone(name: string): Promise<string | null> {
    if (!this.facilityZones.has(name)) {
      const [row] = await this.inChunks<{ TimeZone: string | null }>('HostFacility', 'Name', [name]);
      if (row === undefined) return null;
      this.facilityZones.set(name, row.TimeZone);
    }
    return this.facilityZones.get(name) ?? null;
  }

  private async companyZone(name: string | null): Promise<string> {
    const known = name === null ? this.defaultZone : this.companyZones.get(name);
    if (known !== null && known !== undefined) return known;
    const [row] = await this.listed<{ TimeZone: string }>(
      'HostCompany',
      name === null ? 'IsDefault' : 'Name',
      [name ?? 1],
    );
    const zone = row?.TimeZone ?? NO_ZONE;
    if (name === null) this.defaultZone = zone;
    else this.companyZones.set(name, zone);
    return zone;
  }

  private async canceledFrom(order: string): Promise<OrderState | null> {
    const row: { Operation: string; Details: string | null } | undefined = await this.knex(
      this.table('orderwright.JournalEntry'),
    )
      .where({ ProductionOrder: order })
      .whereIn('Operation', ['Cancel', 'Unterminate'])
      .whereIn('Outcome', ['committed', 'overridden'])
      .orderBy('Sequence', 'desc')
      .first('Operation', 'Details');
    // A Cancel that was taken back since says nothing about the one that the host made on its own.
    if (row?.Operation !== 'Cancel') return null;
    const details = JSON.parse(row.Details ?? 'null') as { from?: { state?: OrderState } } | null;
    return details?.from?.state ?? null;
  }

  private async materialsOf(orderIds: readonly string[]): Promise<Map<string, Material[]>> {
    const materials = new Map<string, Material[]>();
    for (const ids of chunks(orderIds)) {
      const rows = await this.queries.within<MaterialRow>(this.knex, 'materials of orders', ids, (values) =>
        this.knex({ link: this.view('HostProductionOrderMaterial') })
          .join({ material: this.view('HostMaterial') }, 'material.Id', 'link.MaterialId')
          .whereIn('link.ProductionOrderId', values)
          .orderBy('material.Name')
          .select('link.ProductionOrderId', 'link.Accounts', 'material.*'),
      );
      for (const row of rows) {
        const list = materials.get(row.ProductionOrderId) ?? [];
        list.push(toMaterial(row));
        materials.set(row.ProductionOrderId, list);
      }
    }
    return materials;
  }

  private async readProducts(names: readonly string[]): Promise<void> {
    const wanted = [...new Set(names)].filter((name) => !this.products.has(name));
    if (wanted.length === 0) return;
    const conversions = new Map<string, UnitConversion[]>();
    for (const row of await this.inChunks<Row>('HostUnitConversion', 'Product', wanted)) {
      const list = conversions.get(String(row.Product)) ?? [];
      list.push({ from: String(row.From), to: String(row.To), factor: String(row.Factor) });
      conversions.set(String(row.Product), list);
    }
    for (const row of await this.inChunks<Row>('HostProduct', 'Name', wanted)) {
      const name = String(row.Name);
      this.products.set(name, {
        name,
        units: String(row.Units),
        productGroup: text(row.ProductGroup),
        includeInSchedule: row.IncludeInSchedule === 1,
        schedulingMode: text(row.SchedulingMode),
        flowPath: text(row.FlowPath),
        materialSize: text(row.MaterialSize),
        unitConversions: conversions.get(name) ?? [],
      });
    }
  }

  /** Reads the flows that the paths name, and their sub-flows and steps, level by level. */
  private async readFlows(paths: readonly string[]): Promise<void> {
    let wanted = [...new Set(paths.flatMap(topFlowNames))].filter((name) => !this.library.flows.has(name));
    if (wanted.length === 0) return;
    const library = new LoadedFlows(this.library);
    while (wanted.length > 0) {
      for (const name of wanted) library.flows.set(name, []);
      const items = await this.readFlowLevel(library, wanted);
      const subFlows = items.filter((item) => item.kind === 'flow').map((item) => item.name);
      await this.readSteps(
        library,
        items.filter((item) => item.kind === 'step').map((item) => item.name),
      );
      wanted = [...new Set(subFlows)].filter((name) => !library.flows.has(name));
    }
    this.library = library;
  }

  private async readFlowLevel(library: LoadedFlows, names: readonly string[]): Promise<FlowItem[]> {
    const byId = new Map<string, Flow>();
    for (const row of await this.inChunks<Row>('HostFlow', 'Name', names)) {
      const flow: Flow = {
        name: String(row.Name),
        revision: String(row.Revision),
        effective: row.Effective === 1,
        items: [],
      };
      byId.set(String(row.Id), flow);
      library.flows.get(flow.name)?.push(flow);
    }
    const rows = await this.inChunks<Row>('HostFlowItem', 'FlowId', [...byId.keys()]);
    rows.sort((a, b) => Number(a.Position) - Number(b.Position));
    for (const row of rows) byId.get(String(row.FlowId))?.items.push(toFlowItem(row));
    return [...byId.values()].flatMap((flow) => flow.items);
  }

  private async readSteps(library: LoadedFlows, names: readonly string[]): Promise<void> {
    const wanted = [...new Set(names)].filter((name) => !library.steps.has(name));
    for (const row of await this.inChunks<Row>('HostStep', 'Name', wanted)) {
      const name = String(row.Name);
      library.steps.set(name, {
        name,
        facility: text(row.Facility),
        units: text(row.Units),
        productionOrderSchedulingMode: text(row.ProductionOrderSchedulingMode),
        productionOrderStepSize: text(row.ProductionOrderStepSize),
        marksProductCompletion: row.MarksProductCompletion === 1,
        workCenterType: text(row.WorkCenterType),
        standardTime: text(row.StandardTime),
        timeBasis: row.TimeBasis === 'batch' ? 'batch' : 'unit',
        yield: String(row.Yield),
      });
    }
  }

  private async inChunks<R>(view: string, column: string, values: readonly string[]): Promise<R[]> {
    const found: R[][] = [];
    for (const chunk of chunks(values)) found.push(await this.listed<R>(view, column, chunk));
    return found.flat();
  }

  private listed<R>(view: string, column: string, values: readonly QueryValue[]): Promise<R[]> {
    return this.queries.within<R>(this.knex, `${view}.${column}`, values, (list) =>
      this.knex(this.view(view)).whereIn(column, list),
    );
  }

  private view(entity: string): string {
    return this.table(`orderwright.${entity}`);
  }
}

function changedMeanwhile(order: ProductionOrder): OrderwrightError {
  return new OrderwrightError(
    'OW_ORDER_CHANGED',
    `Production Order ${order.name} was changed by somebody else meanwhile; nothing was done. Maybe try again.`,
  );
}

/** The names that the top flow of a path may have: names may contain colons, and the revision may be left out. */
function topFlowNames(path: string): string[] {
  const parts = (path.split('/')[0] ?? '').split(':');
  return parts.map((_part, index) => parts.slice(0, index + 1).join(':'));
}

function text(value: string | number | null | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}

function toOrder(row: OrderRow): ProductionOrder {
  return {
    id: row.Id,
    name: row.Name,
    state: row.State,
    universalState: row.UniversalState,
    canceledFrom: row.CanceledFrom,
    product: row.Product,
    quantity: row.Quantity,
    units: row.Units,
    priority: row.Priority,
    startDate: row.StartDate,
    dueDate: row.DueDate,
    plannedStart: row.PlannedStart,
    plannedEnd: row.PlannedEnd,
    company: row.Company,
    facility: row.Facility,
    flowPath: row.FlowPath,
    overDeliveryTolerance: row.OverDeliveryTolerance,
    underDeliveryTolerance: row.UnderDeliveryTolerance,
    restricted: row.Restricted === 1,
    includeInPlanning: row.IncludeInPlanning === 1,
    ownerRole: row.OwnerRole,
    rowVersion: row.RowVersion,
  };
}

/** A host's row may name a product that is gone: nothing is known of it, and no rule about it holds. */
export function unknownProduct(name: string, units: string): Product {
  return {
    name,
    units,
    productGroup: null,
    includeInSchedule: false,
    schedulingMode: null,
    flowPath: null,
    materialSize: null,
    unitConversions: [],
  };
}

function toMaterial(row: MaterialRow): Material {
  return { ...materialFields(row), accounts: row.Accounts === 1 };
}

/** What a material is by itself. */
export function materialFields(row: HostMaterialRow): Omit<Material, 'accounts'> {
  return {
    id: row.Id,
    name: row.Name,
    product: row.Product,
    quantity: row.Quantity,
    units: row.Units,
    facility: row.Facility,
    flowPath: row.FlowPath,
    state: row.State,
    universalState: row.UniversalState,
  };
}

function toFlowItem(row: Row): FlowItem {
  const name = String(row.Name);
  const correlationId = text(row.CorrelationId);
  return row.Kind === 'step'
    ? { kind: 'step', name, correlationId }
    : { kind: 'flow', name, revision: text(row.Revision), correlationId };
}

function toColumns(changes: OrderChanges): Row {
  const columns: Record<string, string | number | boolean | null | undefined> = {
    State: changes.state,
    UniversalState: changes.universalState,
    CanceledFrom: changes.canceledFrom,
    Product: changes.product,
    Quantity: changes.quantity,
    Priority: changes.priority,
    StartDate: changes.startDate,
    DueDate: changes.dueDate,
    PlannedStart: changes.plannedStart,
    PlannedEnd: changes.plannedEnd,
    FlowPath: changes.flowPath,
    OverDeliveryTolerance: changes.overDeliveryTolerance,
    UnderDeliveryTolerance: changes.underDeliveryTolerance,
    Restricted: changes.restricted,
    IncludeInPlanning: changes.includeInPlanning,
  };
  const given = Object.entries(columns).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    given.map(([column, value]) => [column, typeof value === 'boolean' ? Number(value) : value]),
  ) as Row;
}
