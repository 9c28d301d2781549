/** A reference MES in memory, and plants imported into it. */
import { readFileSync } from 'node:fs';
import knex from 'knex';
import type { Knex } from 'knex';
import { kernelMigrations } from '../../../migrations/kernel/index.js';
import { mesMigrations } from '../../../migrations/mes/index.js';
import { plantReader } from '../../../src/adapters/files/plant-file.js';
import { migrateFolder } from '../../../src/adapters/sql/migration.js';
import { sqliteDialect } from '../../../src/adapters/sql/sqlite/dialect.js';
import { sqliteNames } from '../../../src/adapters/sql/sqlite/names.js';
import { SqlPlantStore } from '../../../src/adapters/sql/plant-store.js';
import { OrderwrightError } from '../../../src/core/problem.js';
import type { Problem } from '../../../src/core/problem.js';
import { importPlant } from '../../../src/operations/import-plant.js';
import type { ImportOutcome, ImportRequest } from '../../../src/operations/import-plant.js';

export function connect(filename: string): Knex {
  // knex logs a migration's failure before it throws it; the tests look at what is thrown.
  const log = { error: () => undefined };
  return knex({ client: 'better-sqlite3', connection: { filename }, useNullAsDefault: true, log });
}

export async function referenceMes(): Promise<Knex> {
  const db = connect(':memory:');
  await migrateFolder(db, sqliteNames, 'mes', mesMigrations);
  await migrateFolder(db, sqliteNames, 'kernel', kernelMigrations);
  return db;
}

export function importInto(
  db: Knex,
  plant: unknown,
  options: Omit<ImportRequest, 'text'> = {},
): Promise<ImportOutcome> {
  const text = typeof plant === 'string' ? plant : JSON.stringify(plant);
  return db.transaction((trx) =>
    importPlant(
      { text, ...options },
      { store: new SqlPlantStore(trx, sqliteNames, sqliteDialect.bulk), reader: plantReader },
    ),
  );
}

/** The problems that an import was refused with; whatever else it throws is thrown. */
export async function problemsOf(importing: Promise<unknown>): Promise<Problem[]> {
  try {
    await importing;
    return [];
  } catch (error) {
    if (error instanceof OrderwrightError && error.code === 'OW_PLANT_INVALID') return error.problems;
    throw error;
  }
}

export function example(name: string): string {
  return readFileSync(new URL(`../../../../src/examples/${name}.json`, import.meta.url), 'utf8');
}
