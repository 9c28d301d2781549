/** A planner's office: a small plant in a database file, planned through the in-process door, its tables read beside it. */
import Database from 'better-sqlite3';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createOrderwright,
  OrderwrightError,
  type JsonObject,
  type Orderwright,
} from '../../../src/index.js';
import type { PlanDocument } from '../../../plugins/scheduling/plan-store.js';

/** A Monday, an hour before the saw mill opens. */
export const NOW = '2020-07-06T07:00:00Z';
const OPEN = ['08:00-17:00'];

/** A saw and a planer, Monday to Friday; a board is sawn in 10 minutes and planed in 20. */
export function sawmill(orders: JsonObject[], parts: JsonObject = {}): JsonObject {
  const week = { monday: OPEN, tuesday: OPEN, wednesday: OPEN, thursday: OPEN, friday: OPEN };
  return {
    companyWorkSchedule: 'Day',
    workSchedules: [{ name: 'Day', week }],
    departments: [{ name: 'Shop', planningInterval: { unit: 'minute', length: 5 } }],
    workCenterTypes: ['Sawing', 'Planing'].map((name) => ({ name, department: 'Shop' })),
    workCenters: [
      { name: 'Saw', type: 'Sawing' },
      { name: 'Planer', type: 'Planing' },
    ],
    products: [{ name: 'Board', units: 'pcs', billOfMaterials: 'Board' }],
    billsOfMaterials: [
      {
        name: 'Board',
        product: 'Board',
        operations: [
          { number: 1, next: 2, name: 'Saw', standardTime: 'PT10M', workCenterType: 'Sawing' },
          { number: 2, name: 'Plane', standardTime: 'PT20M', workCenterType: 'Planing' },
        ],
      },
    ],
    productionOrders: orders,
    ...parts,
  };
}

export function aBoard(name: string, parts: JsonObject = {}): JsonObject {
  const dates = { startDate: '2020-07-06', dueDate: '2020-07-10' };
  return { name, product: 'Board', quantity: '1', units: 'pcs', priority: 'Medium', ...dates, ...parts };
}

/** Panels are cut in 20s, a minute each, and baked by the batch; their steps come with the release. */
export function panels(orders: JsonObject[]): JsonObject {
  const step = { facility: 'Plant A', units: 'pcs', productionOrderSchedulingMode: 'Material' };
  return sawmill(orders, {
    facilities: [{ name: 'Plant A' }],
    steps: [
      { ...step, name: 'Cut', productionOrderStepSize: 20, workCenterType: 'Sawing', standardTime: 'PT1M' },
      { ...step, name: 'Bake', workCenterType: 'Planing', standardTime: 'PT30M', timeBasis: 'batch' },
    ],
    flows: [{ name: 'Line', items: [{ step: 'Cut' }, { step: 'Bake' }] }],
    products: [
      {
        name: 'Panel',
        units: 'pcs',
        includeInSchedule: true,
        schedulingMode: 'ProductionOrder',
        flowPath: 'Line:A:1/Cut:1',
      },
    ],
    billsOfMaterials: [],
  });
}

export function aPanel(name: string, parts: JsonObject = {}): JsonObject {
  return aBoard(name, { product: 'Panel', quantity: '40', ...parts });
}

export interface QueueRow {
  name: string;
  priority: number;
  position: number;
  reschedule: string | null;
}

export interface Row extends JsonObject {
  name: string;
  allowed: boolean;
  violations: { code: string; message: string }[];
}

type Options = Record<string, string | boolean>;

export class Office {
  private constructor(
    private door: Orderwright,
    private readonly folder: string,
  ) {}

  static async open(plant: JsonObject, config: JsonObject = {}): Promise<Office> {
    const folder = mkdtempSync(join(tmpdir(), 'orderwright-office-'));
    writeFileSync(join(folder, 'orderwright.config.json'), JSON.stringify(config));
    const office = new Office(await doorOf(folder), folder);
    await office.import(plant);
    return office;
  }

  async import(plant: JsonObject, replace = false): Promise<void> {
    await this.door.importPlant({ text: JSON.stringify(plant), replace });
  }

  /** As another process would find it. */
  async reopen(): Promise<void> {
    await this.door.close();
    this.door = await doorOf(this.folder);
  }

  /** The bytes of `schedule --json`. */
  async scheduleText(options: Options = {}, now = NOW): Promise<string> {
    const { document } = await this.command('schedule', {}, options, now);
    return typeof document === 'object' && Symbol.iterator in document
      ? [...document].join('')
      : JSON.stringify(document);
  }

  async schedule(options: Options = {}, now = NOW): Promise<PlanDocument> {
    return JSON.parse(await this.scheduleText(options, now)) as PlanDocument;
  }

  /** What a person reads. */
  async lines(options: Options = {}, now = NOW): Promise<string[]> {
    return (await this.command('schedule', {}, options, now)).lines?.() ?? [];
  }

  async queue(): Promise<QueueRow[]> {
    return rowsOf(await this.command('queue', {}));
  }

  async names(): Promise<string[]> {
    return (await this.queue()).map(({ name }) => name);
  }

  /** Why orders have to be scheduled again, by name. */
  async marks(): Promise<Record<string, string>> {
    const marked = (await this.queue()).flatMap(({ name, reschedule }) =>
      reschedule === null ? [] : [[name, reschedule] as const],
    );
    return Object.fromEntries(marked);
  }

  async move(order: string, to: string): Promise<QueueRow[]> {
    return rowsOf(await this.command('queue move', { order, to }));
  }

  async down(name: string, from: string, to: string, reason?: string): Promise<JsonObject> {
    const options = { from, to, ...(reason === undefined ? {} : { reason }) };
    return (await this.command('work-center down', { name }, options)).document as JsonObject;
  }

  async unschedule(...order: string[]): Promise<Row[]> {
    const { document } = await this.command('unschedule', { order });
    return (document as JsonObject).orders as unknown as Row[];
  }

  async perform(operation: string, order: string, input: JsonObject = {}): Promise<Row> {
    const { orders } = await this.door.perform({ operation, orders: [order], input, now: NOW });
    return orders[0] as unknown as Row;
  }

  async create(order: JsonObject): Promise<void> {
    await this.door.create({ text: JSON.stringify(order), now: NOW });
  }

  async steps(order: string): Promise<{ id: string; step: string; batch: number }[]> {
    return (await this.door.order(order)).steps as unknown as { id: string; step: string; batch: number }[];
  }

  /** Rows as a report on the database would read them. */
  rows<T = Record<string, unknown>>(sql: string, ...values: unknown[]): T[] {
    return this.inDatabase((database) => database.prepare<unknown[], T>(sql).all(...values));
  }

  /** A change by the host, beside us. */
  change(sql: string, ...values: unknown[]): void {
    this.inDatabase((database) => database.prepare(sql).run(...values));
  }

  async operations(): Promise<(string | null)[]> {
    return (await this.door.journal({ limit: 1000 })).map(({ operation }) => operation);
  }

  async close(): Promise<void> {
    await this.door.close();
    rmSync(this.folder, { recursive: true });
  }

  private command(
    name: string,
    given: Record<string, string | string[]>,
    options: Options = {},
    now = NOW,
  ): ReturnType<Orderwright['command']> {
    return this.door.command(name, { arguments: given, options, input: {}, now });
  }

  private inDatabase<T>(work: (database: Database.Database) => T): T {
    const database = new Database(join(this.folder, 'orderwright.db'));
    try {
      return work(database);
    } finally {
      database.close();
    }
  }
}

function doorOf(folder: string): Promise<Orderwright> {
  return createOrderwright({ database: `sqlite:${join(folder, 'orderwright.db')}`, folder });
}

function rowsOf({ document }: Awaited<ReturnType<Orderwright['command']>>): QueueRow[] {
  return (document as JsonObject).orders as unknown as QueueRow[];
}

/** The code and message with which something is refused. */
export async function refusal(
  work: Promise<unknown>,
): Promise<{ code: string; message: string; usage: boolean }> {
  try {
    await work;
  } catch (error) {
    if (error instanceof OrderwrightError)
      return { code: error.code, message: error.message, usage: error.usage };
    throw error;
  }
  throw new Error('It is not refused');
}
