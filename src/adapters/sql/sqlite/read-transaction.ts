/**
 * Transactions that only read. What knex makes for a transaction takes longer than to read an order in it: it is made
 * once for each connection, and begun and ended again and again.
 */
import type { Database } from 'better-sqlite3';
import type { Knex } from 'knex';
import { prepared } from './bulk-insert.js';

interface Client {
  acquireConnection(): Promise<Database>;
  releaseConnection(connection: Database): Promise<void>;
}

/** How knex is told that a transaction only reads. */
const OPTIONS: Knex.TransactionConfig = { readOnly: true };

/** By connection, with which it goes. */
const made = new WeakMap<Database, Promise<Knex.Transaction>>();

/** Runs `work` in a transaction of its own, on one state of the data. */
export async function readInTransaction<T>(
  knex: Knex,
  work: (trx: Knex.Transaction, options: Knex.TransactionConfig) => Promise<T>,
): Promise<T> {
  const client = knex.client as Client;
  const connection = await client.acquireConnection();
  try {
    const trx = await transactionOn(knex, connection);
    prepared(connection, 'begin').run();
    const result = await work(trx, OPTIONS);
    prepared(connection, 'commit').run();
    return result;
  } finally {
    if (connection.inTransaction) prepared(connection, 'rollback').run();
    await client.releaseConnection(connection);
  }
}

/** knex takes it to go on for as long as the connection is there. */
function transactionOn(knex: Knex, connection: Database): Promise<Knex.Transaction> {
  let trx = made.get(connection);
  if (trx === undefined) made.set(connection, (trx = knex.transaction({ ...OPTIONS, connection })));
  return trx;
}
