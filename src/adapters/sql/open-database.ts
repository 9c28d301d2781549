/** Which adapter stands behind a database URL. */
import { databaseOf } from './database-url.js';
import type { OpenedDatabase } from './dialect.js';

/**
 * Opens the database that a URL names; only the adapter that is used is loaded.
 * @throws OrderwrightError OW_DATABASE_URL, wrong usage; OW_DATABASE_UNREACHABLE where a file's folder is not there.
 */
export async function openDatabase(url: string): Promise<OpenedDatabase> {
  const target = databaseOf(url);
  if (target.kind === 'sqlite') {
    const { openSqlite } = await import('./sqlite/client.js');
    const { sqliteDialect } = await import('./sqlite/dialect.js');
    return { knex: openSqlite(target.file), dialect: sqliteDialect };
  }
  const { openMssql } = await import('./mssql/client.js');
  const { mssqlDialect } = await import('./mssql/dialect.js');
  return { knex: openMssql(target), dialect: mssqlDialect };
}
