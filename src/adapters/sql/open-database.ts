/** Which adapter stands behind a database URL. */
import { databaseOf } from './database-url.js';
import type { OpenedDatabase } from './dialect.js';

/** Reads at a time that go by the writer of a file. */
const READERS = 4;

/**
 * Opens the database that a URL names; only the adapter that is used is loaded.
 * @throws OrderwrightError OW_DATABASE_URL, wrong usage; OW_DATABASE_UNREACHABLE where a file's folder is not there.
 */
export async function openDatabase(url: string): Promise<OpenedDatabase> {
  const target = databaseOf(url);
  if (target.kind === 'sqlite') {
    const { openSqlite } = await import('./sqlite/client.js');
    const { sqliteDialect } = await import('./sqlite/dialect.js');
    const knex = openSqlite(target.file);
    const reader = target.file === ':memory:' ? knex : openSqlite(target.file, READERS);
    return { knex, reader, dialect: sqliteDialect };
  }
  const { openMssql } = await import('./mssql/client.js');
  const { mssqlDialect } = await import('./mssql/dialect.js');
  const knex = openMssql(target);
  return { knex, reader: knex, dialect: mssqlDialect };
}

/** The same for reading alone: a SQLite file stays as it is to the byte. */
export async function openToRead(url: string): Promise<OpenedDatabase> {
  const target = databaseOf(url);
  if (target.kind !== 'sqlite' || target.file === ':memory:') return openDatabase(url);
  const { openSqliteToRead } = await import('./sqlite/client.js');
  const { sqliteDialect } = await import('./sqlite/dialect.js');
  const knex = openSqliteToRead(target.file);
  return { knex, reader: knex, dialect: sqliteDialect };
}
