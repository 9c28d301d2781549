/** A database of a benchmark's own in a folder that goes with it, with a factory imported. */
import Database from 'better-sqlite3';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOrderwright, type Orderwright } from '../../src/index.js';
import { aPlantFile, type FactorySize } from './factory.js';

export const NOW = '2020-07-01T00:00:00Z';

export interface BenchDatabase {
  door: Orderwright;
  file: string;
  folder: string;
  orders: string[];
  /** A connection of the benchmark's own, with the settings of ours. */
  bare: Database.Database;
}

/** Gives the work a database, and takes it away again. */
export async function withDatabase<T>(
  size: FactorySize,
  work: (database: BenchDatabase) => Promise<T>,
): Promise<T> {
  return withFolder(async (folder) => {
    const file = join(folder, 'bench.db');
    const door = await createOrderwright({ database: `sqlite:${file}`, folder });
    try {
      const plant = aPlantFile(size);
      await door.importPlant({ text: JSON.stringify(plant), now: NOW, actor: 'bench' });
      const orders = (plant.productionOrders as { name: string }[]).map(({ name }) => name);
      const bare = openBare(file);
      try {
        return await work({ door, file, folder, orders, bare });
      } finally {
        bare.close();
      }
    } finally {
      await door.close();
    }
  });
}

export function openBare(file: string): Database.Database {
  const bare = new Database(file);
  bare.pragma('journal_mode = WAL');
  bare.pragma('synchronous = FULL');
  bare.pragma('foreign_keys = ON');
  return bare;
}

export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'orderwright-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** All rows of a table. */
export function rowsOf(bare: Database.Database, table: string): Record<string, unknown>[] {
  return bare.prepare<[], Record<string, unknown>>(`select * from "${table}"`).all();
}

/** Rows through one prepared statement; in the caller's transaction. */
export function insertAll(bare: Database.Database, table: string, rows: Record<string, unknown>[]): void {
  const [first] = rows;
  if (first === undefined) return;
  const columns = Object.keys(first);
  const statement = bare.prepare(
    `insert into "${table}" (${columns.map((name) => `"${name}"`).join(', ')}) values (${columns.map(() => '?').join(', ')})`,
  );
  for (const row of rows) statement.run(...columns.map((name) => row[name]));
}

/** As the host does, whose triggers store an event of each order. */
export function releaseByHost(bare: Database.Database, orders: readonly string[]): void {
  const statement = bare.prepare(`update mes_ProductionOrder set State = 'Released' where Name = ?`);
  bare.transaction(() => {
    for (const order of orders) statement.run(order);
  })();
}
