/** The one place that knows what a table of ours is called on a database: SQLite has no schemas. */
import type { Names } from '../../ports/migration.js';

/** `mes.ProductionOrder` is the table `mes_ProductionOrder`. */
export const sqliteNames: Names = {
  table: (name) => name.replace('.', '_'),
};
