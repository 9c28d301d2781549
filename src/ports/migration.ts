/** Migrations of our own tables, the kernel's and the plugins': written once for every database. */
import type { Knex } from 'knex';

/** A schema and a table: `mes` is the reference MES, `orderwright` is ours, any other is a host's own. */
export type TableName = `${string}.${string}`;

/** What tables of ours are called on a database, and what of them is made in another way on each database. */
export interface Names {
  /** The table's name as knex takes it: SQLite has no schemas. */
  table(name: TableName): string;
  /** Adds the column `RowVersion`, whose value is another one after every update of a row, whoever made it. */
  addRowVersion(knex: Knex, table: TableName): Promise<void>;
  /** Has the database itself refuse updates and deletes of the table's rows. `key` is the primary key. */
  refuseChanges(knex: Knex, table: TableName, key: string): Promise<void>;
  /**
   * Makes a counter for a table's key, to be called before the table is made; gives what adds the key's column. It counts
   * in the order of the inserts and is no identity where the host could notice: its `@@IDENTITY` stays its own.
   */
  addCounter(
    knex: Knex,
    table: TableName,
    column: string,
  ): Promise<(columns: Knex.CreateTableBuilder) => void>;
  /** Takes the counter away, after its table. */
  dropCounter(knex: Knex, table: TableName, column: string): Promise<void>;
  /**
   * Has the database itself refuse a second row with the same known values of these columns, where it can do so without
   * ever failing a writer for another reason; elsewhere whoever writes looks first, under a lock.
   */
  refuseTwice(knex: Knex, table: TableName, columns: readonly string[], index: string): Promise<void>;
  /** Has a key that the host views show as text looked up by that text without reading the whole table. */
  indexTextKey(knex: Knex, table: TableName, column: string): Promise<void>;
  /** Keeps other processes from migrating until the transaction ends, and makes what tables need before the first. */
  beginMigrations(trx: Knex.Transaction): Promise<void>;
}

export interface Migration {
  up(knex: Knex, names: Names): Promise<void>;
  down(knex: Knex, names: Names): Promise<void>;
}

/** A migration with its name, `yyyymmddhhmmss_verb_object`, without a file extension. */
export interface NamedMigration {
  name: string;
  migration: Migration;
}

/** A folder's migrations, of `kernel`, `mes` or a plugin, in the order in which they run. */
export type MigrationList = readonly NamedMigration[];
