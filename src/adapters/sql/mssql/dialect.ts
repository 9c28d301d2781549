/** SQL Server 2016 and later: many writers, who wait for each other at application locks and row versions. */
import type { Knex } from 'knex';
import type { Dialect } from '../dialect.js';
import { bulkDelete, bulkInsert, bulkInsertKeyed, bulkUpsert } from './bulk-insert.js';
import { createCapture, hasCapture } from './capture.js';
import { mssqlCatalog } from './catalog.js';
import { failureOf, recoveryOf } from './failures.js';
import { createHostViews, hasHostViews } from './host-views.js';
import { holdLocks } from './locks.js';
import { mssqlNames } from './names.js';
import { MssqlOwnWrites } from './own-writes.js';
import { quoted } from './quoted.js';
import { readInTransaction } from './read-transaction.js';

export const mssqlDialect: Dialect = {
  names: mssqlNames,
  bulk: { insert: bulkInsert, insertKeyed: bulkInsertKeyed, upsert: bulkUpsert, delete: bulkDelete },
  hostViews: { present: hasHostViews, create: createHostViews },
  capture: {
    present: hasCapture,
    create: createCapture,
    versionsRise: true,
    beginOwn: (trx, names) => MssqlOwnWrites.begin(trx, names),
  },
  pastLocks: ({ isolationLevel }) => ({
    // A snapshot waits for nobody, and refuses the hint.
    reading: isolationLevel === 'snapshot' ? '' : ' with (readpast)',
    claiming: ' with (updlock, readpast, rowlock)',
  }),
  catalog: mssqlCatalog,
  async callProcedure(trx, procedure, given) {
    const parameters = Object.keys(given).map((name) => `@${name} = ?`);
    await trx.raw(`exec ${quoted(procedure)} ${parameters.join(', ')}`, Object.values(given));
  },
  installedOnFirstUse: false,
  countsViewUpdates: true,
  rows: async <R>(trx: Knex.Transaction, sql: string, values: readonly (string | number)[]) =>
    (await trx.raw(sql, [...values])) as R[],
  insertDurably: null,
  // In brackets, where a sign is itself on every version, also the bracket.
  containing: (text) => ({ clause: 'like ?', pattern: `%${text.replace(/[%_[]/g, '[$&]')}%` }),
  read: readInTransaction,
  failureOf,
  recoveryOf,
  lock: holdLocks,

  async nested(trx, savepoint, work) {
    await trx.raw(`save transaction ${savepoint}`);
    try {
      return await work();
    } catch (error) {
      if (await rolledBackTo(trx, savepoint)) throw error;
      // Not what the work made of it: who catches that would go on in a transaction that is gone.
      throw rootOf(error);
    }
  },
};

/** False where the transaction can't go on: it was undone whole, or an error in it has made it fit for nothing else. */
async function rolledBackTo(trx: Knex.Transaction, savepoint: string): Promise<boolean> {
  try {
    const rows: { State: number }[] = await trx.raw(
      `if xact_state() = 1 rollback transaction ${savepoint}; select cast(xact_state() as int) as [State]`,
    );
    return rows[0]?.State === 1;
  } catch {
    return false;
  }
}

function rootOf(error: unknown): unknown {
  const { cause } = error as { cause?: unknown };
  return cause instanceof Error ? rootOf(cause) : error;
}
