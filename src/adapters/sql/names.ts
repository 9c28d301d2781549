/** The one place that knows what a table of ours is called on a database: SQLite has no schemas. */
export type TableName = `mes.${string}` | `orderwright.${string}`;

export interface Names {
  /** The table's name as knex takes it. */
  table(name: TableName): string;
}

/** `mes.ProductionOrder` is the table `mes_ProductionOrder`. */
export const sqliteNames: Names = {
  table: (name) => name.replace('.', '_'),
};
