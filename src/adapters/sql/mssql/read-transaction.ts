/**
 * Transactions that only read and wait for no writer: READ COMMITTED where the database keeps row versions for it, else a
 * snapshot where the database allows that, else READ COMMITTED, where the connection's lock time-out ends the waiting.
 */
import type { Knex } from 'knex';

/** What the database allows, asked once for each opened one. */
const allowed = new WeakMap<Knex, Promise<Knex.TransactionConfig>>();

/** Runs `work` in a transaction of its own, and tells it how that was begun. */
export async function readInTransaction<T>(
  knex: Knex,
  work: (trx: Knex.Transaction, options: Knex.TransactionConfig) => Promise<T>,
): Promise<T> {
  const options = await optionsOf(knex);
  return knex.transaction((trx) => work(trx, options), options);
}

function optionsOf(knex: Knex): Promise<Knex.TransactionConfig> {
  let options = allowed.get(knex);
  if (options === undefined) {
    options = askedOptions(knex);
    allowed.set(knex, options);
    // What could not be asked is asked again by the next.
    options.catch(() => allowed.delete(knex));
  }
  return options;
}

async function askedOptions(knex: Knex): Promise<Knex.TransactionConfig> {
  const rows: { Versioned: number; Snapshot: number }[] = await knex.raw(
    'select cast(is_read_committed_snapshot_on as int) as [Versioned], cast(snapshot_isolation_state as int) as [Snapshot]' +
      ' from sys.databases where database_id = db_id()',
  );
  const snapshot = rows[0]?.Versioned !== 1 && rows[0]?.Snapshot === 1;
  return { readOnly: true, isolationLevel: snapshot ? 'snapshot' : 'read committed' };
}
