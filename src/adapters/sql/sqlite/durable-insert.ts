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
import { insertRows, prepared } from './bulk-insert.js';

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

/** What is inserted: `make` gives the rows once the write lock is held. */
export interface Insert {
  table: string;
  make: () => readonly BulkRow[];
}

/**
 * Sets a connection up for commits that are not flushed, which is for its user to do: what was committed before a flush is
 * whole or missing after a loss of power, and never half. It never waits for the write lock in a statement.
 */
export function leaveUnflushed(connection: Database): void {
  connection.pragma('foreign_keys = ON');
  connection.pragma('synchronous = NORMAL');
  connection.pragma('busy_timeout = 0');
}

/**
 * Inserts rows and commits them.
 * @param begin begins the transaction, with the write lock.
 */
export async function insertAlone(
  connection: Database,
  begin: () => Promise<unknown>,
  { table, make }: Insert,
): Promise<void> {
  try {
    await begin();
    insertRows(connection, table, make());
    prepared(connection, 'commit').run();
  } finally {
    if (connection.inTransaction) prepared(connection, 'rollback').run();
  }
}
