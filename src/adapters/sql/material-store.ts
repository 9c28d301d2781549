/** Materials and their links to orders, read and written through the host views. */
import type { Knex } from 'knex';
import { chunks } from '../../core/chunks.js';
import type { MaterialChanges, NewMaterial } from '../../core/order/material-proposals.js';
import type {
  Facility,
  MaterialRow,
  MaterialSnapshot,
  ProductionOrderMaterial,
} from '../../core/order/production-order.js';
import { OrderwrightError } from '../../core/problem.js';
import type { MaterialStore } from '../../ports/material-store.js';
import type { Names } from '../../ports/migration.js';
import type { OrderStore } from '../../ports/order-store.js';
import { materialFields, unknownProduct, type HostMaterialRow } from './order-store.js';

interface WholeRow extends HostMaterialRow {
  Priority: number | null;
  DueDate: string | null;
  RowVersion: string;
}

interface LinkRow {
  ProductionOrderId: string;
  MaterialId: string;
  Accounts: number;
  IsCurrent: number;
}

interface FacilityRow {
  Name: string;
  Remote: number;
  TerminateOnShip: number;
}

export class SqlMaterialStore implements MaterialStore {
  constructor(
    private readonly knex: Knex,
    private readonly table: Names['table'],
    private readonly orders: OrderStore,
    /** Told of materials before they are written. */
    private readonly written: (materials: readonly string[]) => Promise<void>,
  ) {}

  async load(name: string, paths: readonly string[] = []): Promise<MaterialSnapshot | null> {
    const row = await this.knex<WholeRow>(this.view('HostMaterial')).where('Name', name).first();
    if (row === undefined) return null;
    const material = toMaterialRow(row);
    const links = await this.linksOf(material.id);
    const product =
      (await this.orders.product(material.product)) ?? unknownProduct(material.product, material.units);
    const orders = await this.orders.load(links.map(({ order }) => order));
    const made = [material.flowPath, product.flowPath, ...paths].filter((path) => path !== null);
    return { material, product, links, orders, flows: await this.orders.flows(made) };
  }

  async currentOrders(names: readonly string[]): Promise<Map<string, string | null>> {
    const found = new Map<string, string | null>();
    for (const chunk of chunks(names)) {
      const rows: { Material: string; ProductionOrder: string | null }[] = await this.knex({
        material: this.view('HostMaterial'),
      })
        .leftJoin({ link: this.view('HostProductionOrderMaterial') }, (on) => {
          on.on('link.MaterialId', 'material.Id').andOnVal('link.IsCurrent', 1);
        })
        .leftJoin({ order: this.view('HostProductionOrder') }, 'order.Id', 'link.ProductionOrderId')
        .whereIn('material.Name', chunk)
        .select({ Material: 'material.Name', ProductionOrder: 'order.Name' });
      for (const { Material, ProductionOrder } of rows) found.set(Material, ProductionOrder);
    }
    return found;
  }

  async existing(names: readonly string[]): Promise<Set<string>> {
    const found = new Set<string>();
    for (const chunk of chunks(names)) {
      const rows: { Name: string }[] = await this.knex(this.view('HostMaterial'))
        .whereIn('Name', chunk)
        .select('Name');
      for (const { Name } of rows) found.add(Name);
    }
    return found;
  }

  async insert(materials: readonly NewMaterial[], links: readonly ProductionOrderMaterial[]): Promise<void> {
    await this.written(materials.map(({ name }) => name));
    for (const material of materials) await this.knex(this.view('HostMaterial')).insert(toColumns(material));
    if (links.length === 0) return;
    const orderIds = await this.orderIds(links);
    for (const names of chunks(materials.map(({ name }) => name))) {
      const rows: { Id: string }[] = await this.knex(this.view('HostMaterial'))
        .whereIn('Name', names)
        .select('Id');
      for (const { Id } of rows) {
        for (const link of links) await this.insertLink(Id, link, orderIds);
      }
    }
  }

  async update(
    material: MaterialRow,
    changes: MaterialChanges,
    links: { before: readonly ProductionOrderMaterial[]; after: readonly ProductionOrderMaterial[] },
  ): Promise<void> {
    const view = this.view('HostMaterial');
    const unchanged = { Name: material.name, Id: material.id, RowVersion: material.rowVersion };
    // Through a view the count of updated rows says nothing on SQLite: the row version is tested before, under the lock.
    const present = (await this.knex(view).where(unchanged).first('Id')) as unknown;
    if (present === undefined) {
      throw new OrderwrightError(
        'OW_MATERIAL_CHANGED',
        `Material ${material.name} was changed by somebody else meanwhile; nothing was done. Maybe try again.`,
      );
    }
    await this.written([material.name]);
    const columns = toColumns(changes);
    if (Object.keys(columns).length > 0) await this.knex(view).where(unchanged).update(columns);
    await this.updateLinks(material.id, links.before, links.after);
  }

  async facility(name: string): Promise<Facility | null> {
    const row = await this.knex<FacilityRow>(this.view('HostFacility')).where('Name', name).first();
    if (row === undefined) return null;
    return { name: row.Name, remote: row.Remote === 1, terminateOnShip: row.TerminateOnShip === 1 };
  }

  private async linksOf(materialId: string): Promise<ProductionOrderMaterial[]> {
    const rows: (LinkRow & { Name: string })[] = await this.knex({
      link: this.view('HostProductionOrderMaterial'),
    })
      .join({ order: this.view('HostProductionOrder') }, 'order.Id', 'link.ProductionOrderId')
      .where('link.MaterialId', materialId)
      .orderBy('order.Name')
      .select('link.Accounts', 'link.IsCurrent', 'order.Name');
    return rows.map(({ Name, Accounts, IsCurrent }) => ({
      order: Name,
      accounts: Accounts === 1,
      current: IsCurrent === 1,
    }));
  }

  private async updateLinks(
    materialId: string,
    before: readonly ProductionOrderMaterial[],
    after: readonly ProductionOrderMaterial[],
  ): Promise<void> {
    const known = new Map(before.map((link) => [link.order, link]));
    const orderIds = await this.orderIds([...before, ...after]);
    const rowOf = (order: string) =>
      this.knex(this.view('HostProductionOrderMaterial')).where({
        ProductionOrderId: orderIds.get(order) ?? '',
        MaterialId: materialId,
      });
    for (const { order } of before) {
      if (!after.some((link) => link.order === order)) await rowOf(order).delete();
    }
    for (const link of after) {
      const old = known.get(link.order);
      if (old === undefined) await this.insertLink(materialId, link, orderIds);
      else if (old.accounts !== link.accounts || old.current !== link.current) {
        await rowOf(link.order).update({ Accounts: Number(link.accounts), IsCurrent: Number(link.current) });
      }
    }
  }

  private async insertLink(
    materialId: string,
    { order, accounts, current }: ProductionOrderMaterial,
    orderIds: ReadonlyMap<string, string>,
  ): Promise<void> {
    await this.knex(this.view('HostProductionOrderMaterial')).insert({
      ProductionOrderId: orderIds.get(order) ?? '',
      MaterialId: materialId,
      Accounts: Number(accounts),
      IsCurrent: Number(current),
    });
  }

  private async orderIds(links: readonly ProductionOrderMaterial[]): Promise<Map<string, string>> {
    const names = [...new Set(links.map(({ order }) => order))];
    if (names.length === 0) return new Map();
    const rows: { Id: string; Name: string }[] = await this.knex(this.view('HostProductionOrder'))
      .whereIn('Name', names)
      .select('Id', 'Name');
    return new Map(rows.map(({ Id, Name }) => [Name, Id]));
  }

  private view(entity: string): string {
    return this.table(`orderwright.${entity}`);
  }
}

function toMaterialRow(row: WholeRow): MaterialRow {
  const { Priority: priority, DueDate: dueDate, RowVersion: rowVersion } = row;
  return { ...materialFields(row), priority, dueDate, rowVersion };
}

function toColumns(changes: Partial<NewMaterial>): Record<string, string | number | null> {
  const columns: Record<string, string | number | null | undefined> = {
    Name: changes.name,
    Product: changes.product,
    Quantity: changes.quantity,
    Units: changes.units,
    Facility: changes.facility,
    FlowPath: changes.flowPath,
    State: changes.state,
    UniversalState: changes.universalState,
    Priority: changes.priority,
    DueDate: changes.dueDate,
  };
  return Object.fromEntries(
    Object.entries(columns).filter(
      (entry): entry is [string, string | number | null] => entry[1] !== undefined,
    ),
  );
}
