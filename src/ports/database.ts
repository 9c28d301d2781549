/** One database, used in sessions: what is done in a writing session is done whole or not at all. */
import type { Knex } from 'knex';
import type { EventQueue } from './event-queue.js';
import type { Journal, JournalDraft } from './journal.js';
import type { MaterialStore } from './material-store.js';
import type { OrderStore } from './order-store.js';
import type { PendingHostActions } from './pending-host-actions.js';
import type { PlantStore } from './plant-store.js';
import type { RuleSetStore } from './rule-store.js';

/** The transaction that a plugin's own tables are read and written in. */
export type Sql = Knex;

/** The rows of a plugin's own table as the database has them. */
export type SqlRow = Record<string, string | number | null>;

export interface Session {
  readonly sql: Sql;
  /** The name of a table of ours in this database: `orderwright.ProductionOrderStep`. */
  table(name: `orderwright.${string}`): string;
  /**
   * The rows of a query that is asked again and again: its text is made once, as that takes longer than the answer.
   * @param name tells it from all others, so that it begins with the plugin's own; what `build` makes depends on nothing
   * but it and how many values it gets.
   * @param values the query's parameters, in their order.
   */
  kept<R>(
    name: `${string}: ${string}`,
    values: readonly (string | number)[],
    build: (values: readonly (string | number)[]) => Knex.QueryBuilder,
  ): Promise<R[]>;
  /** Inserts many rows the fast way of this database; every row has the columns of the first. */
  bulkInsert(table: `orderwright.${string}`, rows: readonly SqlRow[]): Promise<void>;
  /** Inserts rows, or updates the row that has the same values in the key's columns; its other columns stay. */
  bulkUpsert(table: `orderwright.${string}`, rows: readonly SqlRow[], key: readonly string[]): Promise<void>;
  /** Deletes the rows that have the values of one of these in the given columns. */
  bulkDelete(table: `orderwright.${string}`, rows: readonly SqlRow[]): Promise<void>;
  readonly orders: OrderStore;
  readonly materials: MaterialStore;
  readonly journal: Journal;
  readonly ruleSets: RuleSetStore;
  readonly plant: PlantStore;
  readonly events: EventQueue;
  readonly pendingHostActions: PendingHostActions;
  /**
   * Waits until no other session holds one of these names, and holds them until this session ends; a session that only
   * reads holds none. So that no two wait for each other they are taken in this order: `order:<name>`, by name;
   * `events:look`; `plant` or `rules`; what a plugin has of its own, such as `schedule`; `journal`, which each entry takes.
   */
  lock(resources: readonly string[]): Promise<void>;
  /** Work that is undone alone when it throws, while the rest of the session goes on. */
  nested<T>(work: () => Promise<T>): Promise<T>;
}

export interface Database {
  /** Reads; sees one state of the data only within a statement. */
  read<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /**
   * Reads and writes in one transaction, committed when `work` resolves and rolled back when it throws. Where the
   * database undoes it for no fault of its own, as the victim of a deadlock, `work` is run again from its start: what it
   * keeps outside of the database has to begin anew there.
   */
  write<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /** Journal entries in a transaction of their own; resolves when they are durable. */
  append(drafts: readonly JournalDraft[]): Promise<void>;
  close(): Promise<void>;
}
