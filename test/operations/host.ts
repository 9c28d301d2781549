/** A host on the reference MES: a connection of its own, with statements that know nothing of orderwright. */
import SQLite from 'better-sqlite3';
import { afterEach } from 'mocha';
import { join } from 'node:path';
import type { EventRow } from '../../src/index.js';
import { aFolder } from './folder.js';
import { given, type AnOrder, type Given } from './given.js';

const opened: Host[] = [];
afterEach(() => {
  for (const host of opened.splice(0)) host.close();
});

export class Host {
  readonly database: SQLite.Database;

  constructor(
    readonly file: string,
    readonly orderwright: Given,
  ) {
    this.database = new SQLite(file);
    opened.push(this);
  }

  /** One statement of the host on its order. */
  sets(columns: Record<string, string | number | null>, order = 'PO'): void {
    this.update('mes_ProductionOrder', columns, order);
  }

  setsMaterial(columns: Record<string, string | number | null>, material = 'PO-M1'): void {
    this.update('mes_Material', columns, material);
  }

  private update(table: string, columns: Record<string, string | number | null>, name: string): void {
    const assignments = Object.keys(columns).map((column) => `"${column}" = ?`);
    this.database
      .prepare(`update ${table} set ${assignments.join(', ')} where Name = ?`)
      .run(...Object.values(columns), name);
  }

  async events(): Promise<EventRow[]> {
    return (await this.orderwright.door.events({ limit: 1000 })).events;
  }

  /** `Release PO done`, oldest first. */
  async queue(): Promise<string[]> {
    return (await this.events()).map(({ operation, order, state }) =>
      [operation.replace('ProductionOrder.', ''), order, state].join(' '),
    );
  }

  close(): void {
    this.database.close();
  }
}

/** A host beside an orderwright on one database file with these orders, and the files of the folder. */
export async function aHost(files: Record<string, unknown>, ...orders: AnOrder[]): Promise<Host> {
  const folder = aFolder(files);
  const file = join(folder, 'plant.db');
  const orderwright = await given({ folder, database: `sqlite:${file}` }, ...orders);
  return new Host(file, orderwright);
}
