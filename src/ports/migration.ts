/** Migrations of our own tables, the kernel's and the plugins': written once for every database. */
import type { Knex } from 'knex';

export type TableName = `mes.${string}` | `orderwright.${string}`;

/** What a table of ours is called on a database: SQLite has no schemas. */
export interface Names {
  /** The table's name as knex takes it. */
  table(name: TableName): string;
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
