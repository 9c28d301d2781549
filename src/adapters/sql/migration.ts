/**
 * Migrations as explicit lists: names without a file extension, so that a database migrated from the sources and one
 * migrated from the package agree, and one migration table per folder, so that folders are independent of each other.
 */
import type { Knex } from 'knex';
import { OrderwrightError } from '../../core/problem.js';
import type { MigrationList, NamedMigration, Names, TableName } from '../../ports/migration.js';
import { ownTable } from './mapping.js';

/** Migrations that share a table of what has run. `own` is the reference MES's, run for tables of ours on a host. */
export interface MigrationFolder {
  folder: string;
  list: MigrationList;
}

/** Names by which a folder's migrations run: those of `own` make `orderwright.OwnProduct` where `mes.Product` is said. */
export function namesOf(names: Names, folder: string): Names {
  if (folder !== 'own') return names;
  return {
    ...names,
    table: (name: TableName) => names.table(ownTable(name)),
    addRowVersion: (knex, table) => names.addRowVersion(knex, ownTable(table)),
    refuseChanges: (knex, table, key) => names.refuseChanges(knex, ownTable(table), key),
    indexTextKey: (knex, table, column) => names.indexTextKey(knex, ownTable(table), column),
  };
}

function migrationSource(names: Names, list: MigrationList): Knex.MigrationSource<NamedMigration> {
  return {
    getMigrations: () => Promise.resolve([...list]),
    getMigrationName: ({ name }) => name,
    getMigration: ({ migration }) =>
      Promise.resolve({
        up: (knex: Knex) => migration.up(knex, names),
        down: (knex: Knex) => migration.down(knex, names),
      }),
  };
}

function configuration(names: Names, folder: string, list: MigrationList): Knex.MigratorConfig {
  return {
    tableName: migrationTable(names, folder),
    migrationSource: migrationSource(names, list),
    // What the database has and we don't know is refused by `pendingOf`, in words that say what to do.
    disableMigrationsListValidation: true,
  };
}

function migrationTable(names: Names, folder: string): string {
  return names.table(`orderwright.Migration_${folder}`);
}

/**
 * The names that still have to run, in order.
 * @throws OrderwrightError OW_DATABASE_NEWER where the database has a migration that this version doesn't know.
 */
export async function pendingOf(
  knex: Knex,
  names: Names,
  folder: string,
  list: MigrationList,
): Promise<string[]> {
  const table = migrationTable(names, folder);
  if (!(await knex.schema.hasTable(table))) return list.map(({ name }) => name);
  const rows = await knex(table).select<{ name: string }[]>('name').orderBy('id');
  const done = new Set(rows.map(({ name }) => name));
  const known = new Set(list.map(({ name }) => name));
  const unknown = [...done].filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new OrderwrightError(
      'OW_DATABASE_NEWER',
      `The database has migrations of ${folder} that this version does not know: ${unknown.join(', ')}.\n` +
        'Maybe a newer version of orderwright has been used on it.',
    );
  }
  return list.filter(({ name }) => !done.has(name)).map(({ name }) => name);
}

/**
 * Brings the folder's tables up to date and gives the names of what ran, none where all had run before. Any number of
 * processes may do so at once: all of it happens in one transaction that takes a lock of the database first, so
 * the others wait and then find nothing to do, and a process that dies half-way leaves nothing behind.
 */
export async function migrateFolder(
  knex: Knex,
  names: Names,
  folder: string,
  list: MigrationList,
): Promise<string[]> {
  if ((await pendingOf(knex, names, folder, list)).length === 0) return [];
  return migrating(knex, names, async (trx) => {
    const pending = await pendingOf(trx, names, folder, list);
    if (pending.length > 0) await trx.migrate.latest(configuration(names, folder, list));
    return pending;
  });
}

/** Takes the folder's tables away again, the last migration first, with its migration table. */
export async function revertFolder(
  knex: Knex,
  names: Names,
  folder: string,
  list: MigrationList,
): Promise<void> {
  await migrating(knex, names, async (trx) => {
    const table = migrationTable(names, folder);
    if (!(await trx.schema.hasTable(table))) return;
    await trx.migrate.rollback(configuration(names, folder, list), true);
    await trx.schema.dropTable(table);
    await trx.schema.dropTable(`${table}_lock`);
  });
}

function migrating<T>(knex: Knex, names: Names, work: (trx: Knex.Transaction) => Promise<T>): Promise<T> {
  return knex.transaction(async (trx) => {
    await names.beginMigrations(trx);
    return work(trx);
  });
}
