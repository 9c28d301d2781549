/** SQLite: one file, one writer; a writing transaction holds the whole database from its begin. */
import type { Dialect } from '../dialect.js';
import {
  bulkDelete,
  bulkInsert,
  bulkInsertKeyed,
  bulkUpsert,
  preparedRows,
  runPlain,
} from './bulk-insert.js';
import { sqliteCatalog } from './catalog.js';
import { insertDurably } from './client.js';
import { createEventTriggers, hasEventTriggers } from './event-triggers.js';
import { failureOf } from './failures.js';
import { createHostViews, hasHostViews } from './host-views.js';
import { sqliteNames } from './names.js';
import { SqliteOwnWrites } from './own-writes.js';
import { readInTransaction } from './read-transaction.js';

export const sqliteDialect: Dialect = {
  names: sqliteNames,
  bulk: { insert: bulkInsert, insertKeyed: bulkInsertKeyed, upsert: bulkUpsert, delete: bulkDelete },
  hostViews: { present: hasHostViews, create: createHostViews },
  capture: {
    present: hasEventTriggers,
    create: createEventTriggers,
    versionsRise: false,
    beginOwn: (trx, names) => SqliteOwnWrites.begin(trx, names),
  },
  pastLocks: () => ({ reading: '', claiming: '' }),
  catalog: sqliteCatalog,
  callProcedure: null,
  installedOnFirstUse: true,
  // The count is what an INSTEAD OF trigger leaves of it: always 0.
  countsViewUpdates: false,
  containing: (text) => ({ clause: "like ? escape '~'", pattern: `%${text.replace(/[%_~]/g, '~$&')}%` }),
  rows: preparedRows,
  insertDurably,
  failureOf,
  // The one writer waits for its turn before it has read anything: nothing that it did is ever taken back.
  recoveryOf: () => null,
  read: readInTransaction,
  lock: () => Promise.resolve(),

  async nested(trx, savepoint, work) {
    await runPlain(trx, `savepoint ${savepoint}`);
    try {
      const result = await work();
      await runPlain(trx, `release ${savepoint}`);
      return result;
    } catch (error) {
      await runPlain(trx, `rollback to ${savepoint}`);
      await runPlain(trx, `release ${savepoint}`);
      throw error;
    }
  },
};
