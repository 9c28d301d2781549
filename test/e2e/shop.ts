/** A small plant in a database in memory, driven through the in-process door as a host would. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOrderwright, type JsonObject, type Orderwright, type Violation } from '../../src/index.js';

export interface ShownStep {
  id: string;
  source: string;
  batch: number;
  position: number;
  flowPath: string;
  step: string;
  quantity: string;
  units: string;
  state: string;
  manual: boolean;
  actualStart: string | null;
  actualEnd: string | null;
}

export interface ShownDependency {
  from: string;
  to: string;
  manual: boolean;
}

export interface ShownDiffRow {
  id: string;
  flowPath: string;
  batch: number;
  reason: string;
  changes?: { field: string; from: unknown; to: unknown }[];
}

export interface Effect {
  synchronize: string;
  allowed: boolean;
  text: string;
  steps: ShownStep[];
  diff: Row['diff'];
  removed: { steps: ShownStep[]; dependencies: ShownDependency[] };
  dependenciesOfOtherOrders: (ShownDependency & { order: string })[];
}

export interface Row {
  name: string;
  allowed: boolean;
  state: string | null;
  violations: Violation[];
  warnings: Violation[];
  steps: ShownStep[];
  dependencies: ShownDependency[];
  dependenciesRemoved?: { from: string; to: string; reason: string }[];
  diff: Record<'keep' | 'change' | 'add' | 'remove', ShownDiffRow[]>;
  effects?: { 'step-synchronization'?: Effect };
}

export const FIRST = 'Line:A:1/Cut:1';

/** Three steps: Cut in 20s, Drill as it comes, Bake in 50s. */
export function plantFile(parts: JsonObject = {}): JsonObject {
  const step = (name: string, more: JsonObject = {}) => ({
    name,
    facility: 'Plant A',
    units: 'pcs',
    productionOrderSchedulingMode: 'Material',
    ...more,
  });
  return {
    facilities: [{ name: 'Plant A' }, { name: 'Plant B' }],
    steps: [
      step('Cut', { productionOrderStepSize: 20 }),
      step('Drill'),
      step('Bake', { productionOrderStepSize: 50, marksProductCompletion: true }),
    ],
    flows: [{ name: 'Line', items: ['Cut', 'Drill', 'Bake'].map((name) => ({ step: name })) }],
    products: [aProduct()],
    productionOrders: [anOrder('01')],
    ...parts,
  };
}

export function aProduct(parts: JsonObject = {}): JsonObject {
  return {
    name: 'Panel',
    units: 'pcs',
    includeInSchedule: true,
    schedulingMode: 'ProductionOrder',
    flowPath: FIRST,
    ...parts,
  };
}

export function anOrder(name: string, parts: JsonObject = {}): JsonObject {
  const dates = { startDate: '2026-12-01', dueDate: '2026-12-18' };
  return { name, product: 'Panel', quantity: '100', units: 'pcs', ...dates, ...parts };
}

export function aMaterial(name: string, parts: JsonObject = {}): JsonObject {
  const at = { flowPath: 'Line:A:1/Drill:1', state: 'InProgress' };
  return { name, product: 'Panel', quantity: '30', units: 'pcs', productionOrder: '01', ...at, ...parts };
}

export const NOW = '2026-12-02T08:00:00Z';

export class Shop {
  private constructor(
    readonly door: Orderwright,
    private readonly folder: string,
  ) {}

  static async open(plant: JsonObject = plantFile(), config: JsonObject | null = null): Promise<Shop> {
    const folder = mkdtempSync(join(tmpdir(), 'orderwright-shop-'));
    if (config !== null) writeFileSync(join(folder, 'orderwright.config.json'), JSON.stringify(config));
    const shop = new Shop(await createOrderwright({ database: 'sqlite::memory:', folder }), folder);
    await shop.import(plant);
    return shop;
  }

  async import(plant: JsonObject, replace = false): Promise<void> {
    await this.door.importPlant({ text: JSON.stringify(plant), replace });
  }

  async perform(operation: string, order = '01', input: JsonObject = {}, dryRun = false): Promise<Row> {
    const { orders } = await this.door.perform({ operation, orders: [order], input, dryRun, now: NOW });
    return orders[0] as unknown as Row;
  }

  synchronize(order = '01', input: JsonObject = {}): Promise<Row> {
    return this.perform('Synchronize', order, input);
  }

  undo(order = '01'): Promise<Row> {
    return this.perform('UndoSynchronize', order);
  }

  create(order: JsonObject): Promise<Row> {
    return this.door
      .create({ text: JSON.stringify(order), now: NOW })
      .then(({ orders }) => orders[0] as unknown as Row);
  }

  stepDone(operation: 'StartStep' | 'FinishStep', { id }: { id: string }, order = '01'): Promise<Row> {
    return this.perform(operation, order, { step: id });
  }

  async depend(from: { id: string }, to: { id: string }, order: string): Promise<Row> {
    return this.perform('AddDependency', order, { from: from.id, to: to.id });
  }

  async order(name = '01'): Promise<Pick<Row, 'steps' | 'dependencies'>> {
    return (await this.door.order(name)) as unknown as Row;
  }

  async step(flowStep: string, batch = 1, order = '01', source = 'rest'): Promise<ShownStep> {
    return stepOf((await this.order(order)).steps, flowStep, batch, source);
  }

  async close(): Promise<void> {
    await this.door.close();
    rmSync(this.folder, { recursive: true });
  }
}

export function stepOf(steps: readonly ShownStep[], name: string, batch = 1, source = 'rest'): ShownStep {
  const found = steps.find((step) => step.step === name && step.batch === batch && step.source === source);
  if (found === undefined) throw new Error(`No step ${name}, batch ${batch} of ${source}`);
  return found;
}

/** `Cut 20 20 20`: a line per source and step with the quantities of its batches. */
export function quantities(steps: readonly Pick<ShownStep, 'source' | 'step' | 'quantity'>[]): string[] {
  const groups = Map.groupBy(steps, ({ source, step }) => (source === 'rest' ? step : `${source} ${step}`));
  return [...groups].map(([name, rows]) => [name, ...rows.map(({ quantity }) => quantity)].join(' '));
}

export function counts({ diff }: Pick<Row, 'diff'>): Record<string, number> {
  return Object.fromEntries(Object.entries(diff).map(([kind, rows]) => [kind, rows.length]));
}

export function codes(row: Pick<Row, 'violations'>): string[] {
  return row.violations.map(({ rule, code }) => rule ?? code);
}
