/** SQL Server 2016 and later: many writers, who wait for each other at application locks and row versions. */
import type { Knex } from 'knex';
import type { Dialect } from '../dialect.js';
import { bulkDelete, bulkInsert, bulkUpsert } from './bulk-insert.js';
import { createCapture, hasCapture } from './capture.js';
import { mssqlCatalog } from './catalog.js';
import { failureOf, recoveryOf } from './failures.js';
import { createHostViews, hasHostViews } from './host-views.js';
import { holdLocks } from './locks.js';
import { mssqlNames } from './names.js';
import { MssqlOwnWrites } from './own-writes.js';

/** What the database allows, asked once for each opened one. */
const readOptions = new WeakMap<Knex, Promise<Knex.TransactionConfig>>();

/**
 * Reads that wait for no writer: READ COMMITTED where the database keeps row versions for it, else a snapshot where the
 * database allows that, else READ COMMITTED, where the connection's lock time-out ends the waiting.
 */
async function optionsOf(knex: Knex): Promise<Knex.TransactionConfig> {
  const rows: { Versioned: number; Snapshot: number }[] = await knex.raw(
    'select cast(is_read_committed_snapshot_on as int) as [Versioned], cast(snapshot_isolation_state as int) as [Snapshot]' +
      ' from sys.databases where database_id = db_id()',
  );
  const snapshot = rows[0]?.Versioned !== 1 && rows[0]?.Snapshot === 1;
  return { readOnly: true, isolationLevel: snapshot ? 'snapshot' : 'read committed' };
}

export const mssqlDialect: Dialect = {
  names: mssqlNames,
  bulk: { insert: bulkInsert, upsert: bulkUpsert, delete: bulkDelete },
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
  installedOnFirstUse: false,
  countsViewUpdates: true,
  insertDurably: null,
  // In brackets, where a sign is itself on every version, also the bracket.
  containing: (text) => ({ clause: 'like ?', pattern: `%${text.replace(/[%_[]/g, '[$&]')}%` }),
  failureOf,
  recoveryOf,
  lock: holdLocks,

  readOptions(knex) {
    let options = readOptions.get(knex);
    if (options === undefined) {
      options = optionsOf(knex);
      readOptions.set(knex, options);
      // What could not be asked is asked again by the next.
      options.catch(() => readOptions.delete(knex));
    }
    return options;
  },

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
