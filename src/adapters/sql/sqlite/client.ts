/**
 * knex on better-sqlite3, with transactions that begin IMMEDIATE: with the default, concurrent read-then-write
 * transactions die with SQLITE_BUSY_SNAPSHOT.
 */
import knex, { type Knex } from 'knex';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { OrderwrightError } from '../../../core/problem.js';

interface RawConnection {
  pragma(text: string): unknown;
}

interface KnexTransaction {
  begin: (connection: RawConnection) => Promise<unknown>;
  query: (connection: RawConnection, sql: string) => Promise<unknown>;
  readOnly?: boolean;
}

type ClientClass = new (...options: unknown[]) => { transaction(...options: unknown[]): KnexTransaction };

// knex exports its dialects to `require` alone, and without types.
const BetterSqliteClient = createRequire(import.meta.url)(
  'knex/lib/dialects/better-sqlite3/index.js',
) as ClientClass;

class ImmediateClient extends BetterSqliteClient {
  override transaction(...options: unknown[]): KnexTransaction {
    const transaction = super.transaction(...options);
    transaction.begin = (connection) =>
      transaction.query(connection, transaction.readOnly === true ? 'BEGIN;' : 'BEGIN IMMEDIATE;');
    return transaction;
  }
}

/** How long a process waits for another's write before it gives up, in milliseconds. */
const BUSY_TIMEOUT_MS = 30_000;

/** What goes wrong is thrown, and told once by whoever asked; knex would tell it a second time on the console. */
const silent = { warn() {}, error() {}, deprecate() {}, debug() {} };

/**
 * Opens a SQLite file, or a database in memory for `:memory:`.
 * @throws OrderwrightError OW_DATABASE_UNREACHABLE where the file's folder is not there.
 */
export function openSqlite(filename: string): Knex {
  if (filename !== ':memory:' && !existsSync(dirname(filename))) {
    throw new OrderwrightError(
      'OW_DATABASE_UNREACHABLE',
      `The folder of the database ${filename} does not exist`,
    );
  }
  return knex({
    log: silent,
    client: ImmediateClient as unknown as typeof Knex.Client,
    connection: { filename },
    useNullAsDefault: true,
    pool: {
      // One connection: a database in memory lives in it, and SQLite has one writer anyway.
      min: 1,
      max: 1,
      afterCreate(connection: RawConnection, done: (error: Error | null, connection: RawConnection) => void) {
        connection.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
        connection.pragma('journal_mode = WAL');
        connection.pragma('synchronous = FULL');
        connection.pragma('foreign_keys = ON');
        done(null, connection);
      },
    },
  });
}
