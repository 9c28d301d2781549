/**
 * Rows in a transaction of their own whose way to the disk holds nobody up: it is committed to the write-ahead log, and
 * the log is flushed off this thread, while other questions are read and decided. Whoever waits goes on when the rows are
 * durable, as after any other commit.
 */
import type { Database } from 'better-sqlite3';
import { close, fdatasync, open } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { BulkRow } from '../dialect.js';
import { insertRows } from './bulk-insert.js';

const flush = promisify(fdatasync);

/** The write-ahead log of a database, kept open to be flushed; the connections keep the file where it is. */
export class WriteAheadLog {
  private opened: Promise<number> | null = null;

  constructor(private readonly database: string) {}

  /** Resolves when all that was committed before is on the disk. */
  async flush(): Promise<void> {
    this.opened ??= this.open();
    await flush(await this.opened);
  }

  /** SQLite puts it beside the file itself, also where the name that was given is a link to it. */
  private async open(): Promise<number> {
    return promisify(open)(`${await realpath(this.database)}-wal`, 'r+');
  }

  async close(): Promise<void> {
    const opened = await this.opened?.catch(() => undefined);
    this.opened = null;
    if (opened !== undefined) await promisify(close)(opened);
  }
}

/**
 * Inserts rows and commits them without a flush, where the database has a write-ahead log: what was committed before a
 * flush is whole or missing after a loss of power, and never half. False where it was flushed as every commit is.
 * @param begin begins the transaction that holds the write lock.
 * @param make gives the rows once the lock is held.
 */
export async function insertUnflushed(
  connection: Database,
  begin: () => Promise<unknown>,
  { table, make }: { table: string; make: () => readonly BulkRow[] },
): Promise<boolean> {
  const logged = connection.pragma('journal_mode', { simple: true }) === 'wal';
  try {
    // Outside of a transaction: inside SQLite does not change it.
    if (logged) connection.pragma('synchronous = NORMAL');
    await begin();
    insertRows(connection, table, make());
    connection.exec('commit');
    return logged;
  } finally {
    if (connection.inTransaction) connection.exec('rollback');
    if (logged) connection.pragma('synchronous = FULL');
  }
}
