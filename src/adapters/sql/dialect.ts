/**
 * What the SQL adapter does in another way on each database. `sqlite/` and `mssql/` hold one implementation each,
 * under the same file names; everything else is written once.
 */
import type { Knex } from 'knex';
import type { Names } from '../../ports/migration.js';
import type { Catalog } from './catalog.js';
import type { EntityMapping } from './host-mapping.js';

export type BulkValue = string | number | boolean | null;
export type BulkRow = Record<string, BulkValue>;

/** Many rows at once. All rows have the columns of the first; booleans become 1 and 0. */
export interface Bulk {
  /** Inserts in the order of the rows, which is that of the keys that the database gives them. */
  insert(trx: Knex.Transaction, table: string, rows: readonly BulkRow[]): Promise<void>;
  /** The same into a table whose key is a number that the database gives; gives the rows' keys in their order. */
  insertKeyed(trx: Knex.Transaction, table: string, rows: readonly BulkRow[], key: string): Promise<number[]>;
  /** Inserts rows, or updates the row that has the same values in the key's columns; its other columns stay. */
  upsert(
    trx: Knex.Transaction,
    table: string,
    rows: readonly BulkRow[],
    key: readonly string[],
  ): Promise<void>;
  /** Deletes the rows whose columns have the values of one of the given rows. */
  delete(trx: Knex.Transaction, table: string, rows: readonly BulkRow[]): Promise<void>;
}

export interface HostViews {
  /** Whether the views are there: a process that died between the tables and the views left none. */
  present(knex: Knex, names: Names): Promise<boolean>;
  /** Makes the views anew from a mapping; they hold no data, so that nothing can be lost. */
  create(knex: Knex, names: Names, mapping: Readonly<Record<string, EntityMapping>>): Promise<void>;
}

/** What the triggers on the host's tables make of our own writes: nobody has to apply them. */
export interface OwnWrites {
  /** Ends the transaction's writes: what the triggers stored of them is done. */
  settle(): Promise<void>;
  /** Takes away what the triggers stored of them so far, and keeps what they show as seen. */
  withdraw(): Promise<void>;
}

/** The doors in the database (design 3.6): triggers on the host's tables that store an event per transition. */
export interface Capture {
  /** Whether all is there that the mapping's ways of capture make. */
  present(knex: Knex, names: Names, mapping: Readonly<Record<string, EntityMapping>>): Promise<boolean>;
  /**
   * Makes triggers and procedures anew, takes away those of another mapping or way of capture, and takes what the host
   * has now as seen where nothing was seen before.
   */
  create(knex: Knex, names: Names, mapping: Readonly<Record<string, EntityMapping>>): Promise<void>;
  /**
   * Whether a later change of any row of a table has a higher row version, so that looking above a version is enough; on
   * SQLite each row counts for itself.
   */
  readonly versionsRise: boolean;
  /** Begins our own writes in a transaction. */
  beginOwn(trx: Knex.Transaction, names: Names): Promise<OwnWrites>;
}

/** A failure of the database in our words. */
export interface Failure {
  code: string;
  message: string;
}

/**
 * What a failure says about its transaction. undone: the database has taken it back whole, so that it can be run
 * again; unreachable: it is taken back too, unless it was being committed; else there is no use in running it again.
 */
export type Recovery = 'undone' | 'unreachable' | null;

/** What follows a column, and the value that goes with it. */
export interface Containing {
  clause: string;
  pattern: string;
}

export interface Dialect {
  readonly names: Names;
  readonly bulk: Bulk;
  readonly hostViews: HostViews;
  readonly capture: Capture;
  /** How a transaction passes over rows that others hold. */
  pastLocks(transaction: Knex.TransactionConfig): PastLocks;
  readonly catalog: Catalog;
  /** Calls a procedure of the host by the names of its parameters; null where there are none. */
  readonly callProcedure:
    | ((
        trx: Knex.Transaction,
        procedure: string,
        given: Readonly<Record<string, string | number>>,
      ) => Promise<void>)
    | null;
  /** Whether a database is migrated and installed by whoever uses it first; else `install` does it, with its own login. */
  readonly installedOnFirstUse: boolean;
  /** Whether an update through a view tells how many rows it has changed. */
  readonly countsViewUpdates: boolean;
  /** How a text is looked for within a column, its own signs being no pattern. */
  containing(text: string): Containing;
  /** Runs `work` in a transaction that only reads and does not wait for those who write; it is told how it was begun. */
  read<T>(
    knex: Knex,
    work: (trx: Knex.Transaction, options: Knex.TransactionConfig) => Promise<T>,
  ): Promise<T>;
  /** The rows of a query of many transactions; its text has a ? for each value. */
  rows<R>(trx: Knex.Transaction, sql: string, values: readonly (string | number)[]): Promise<R[]>;
  /**
   * Inserts rows in a transaction of their own and resolves when they are durable, where there is a faster way to do so
   * than an ordinary transaction; null where there is none. `make` gives the rows once it is their turn.
   */
  insertDurably: ((knex: Knex, table: string, make: () => readonly BulkRow[]) => Promise<void>) | null;
  /** Work that is undone alone when it throws; throws what undid the whole transaction where that is gone. */
  nested<T>(trx: Knex.Transaction, savepoint: string, work: () => Promise<T>): Promise<T>;
  /** Keeps other transactions from taking the same locks until this one ends; nothing where there is one writer. */
  lock(trx: Knex.Transaction, resources: readonly string[]): Promise<void>;
  /** The failure in our words; null for one that has none. */
  failureOf(error: unknown): Failure | null;
  recoveryOf(error: unknown): Recovery;
}

/** What follows a table's name where rows that others hold are passed over: it saves waiting and decides nothing. */
export interface PastLocks {
  reading: string;
  /** Where the rows that are found are changed. */
  claiming: string;
}

/** An opened database, and how it is spoken to. */
export interface OpenedDatabase {
  knex: Knex;
  /** Where reads go; the same where reads don't wait for a writer, or there is one connection only. */
  reader: Knex;
  dialect: Dialect;
}
