/** Many rows through one prepared statement on the transaction's own connection, which knex's own insert is far behind. */
import type { Database, Statement } from 'better-sqlite3';
import type { Knex } from 'knex';
import type { BulkRow, BulkValue } from '../dialect.js';

export async function connectionOf(trx: Knex.Transaction): Promise<Database> {
  // Inside a transaction this is the connection that the transaction holds; there is nothing to release.
  const client = trx.client as { acquireConnection(): Promise<Database> };
  return client.acquireConnection();
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Rows of one statement: with one each, to begin it and the program of its triggers takes longer than the row. */
const ROWS_AT_ONCE = 50;

function insertSql(table: string, columns: string[], rows: number): string {
  const places = `(${columns.map(() => '?').join(', ')})`;
  const names = columns.map(quoted).join(', ');
  return `insert into ${quoted(table)} (${names}) values ${Array(rows).fill(places).join(', ')}`;
}

/** Statements of a connection by their text: preparing one again for each order costs more than running it. */
const statements = new WeakMap<Database, Map<string, Statement<BulkValue[]>>>();

export function prepared(connection: Database, sql: string): Statement<BulkValue[]> {
  let known = statements.get(connection);
  if (known === undefined) statements.set(connection, (known = new Map<string, Statement<BulkValue[]>>()));
  let statement = known.get(sql);
  if (statement === undefined) known.set(sql, (statement = connection.prepare<BulkValue[]>(sql)));
  return statement;
}

/**
 * Inserts rows that all have the first row's columns, on a connection that is in a transaction: by statements of many
 * each, and the rest row by row, so that two statements serve every number of rows.
 * @param conflict what is done with a row whose key is there.
 */
export function insertRows(
  connection: Database,
  table: string,
  rows: readonly BulkRow[],
  conflict = '',
): void {
  const columns = Object.keys(rows[0] ?? {});
  const whole = rows.length - (rows.length % ROWS_AT_ONCE);
  if (whole > 0) {
    const many = prepared(connection, insertSql(table, columns, ROWS_AT_ONCE) + conflict);
    for (let from = 0; from < whole; from += ROWS_AT_ONCE) {
      const part = rows.slice(from, from + ROWS_AT_ONCE);
      many.run(...part.flatMap((row) => valuesOf(row, columns)));
    }
  }
  if (whole === rows.length) return;
  const one = prepared(connection, insertSql(table, columns, 1) + conflict);
  for (const row of rows.slice(whole)) one.run(...valuesOf(row, columns));
}

/** The rows of a query, without what knex does around one. */
export async function preparedRows<R>(
  trx: Knex.Transaction,
  sql: string,
  values: readonly (string | number)[],
): Promise<R[]> {
  const connection = await connectionOf(trx);
  // By the connection itself, which forgets the statement when the schema changes, and with it the columns.
  return connection.prepare<unknown[], R>(sql).all(...values);
}

/** A statement without parameters and rows, such as a savepoint's. */
export async function runPlain(trx: Knex.Transaction, sql: string): Promise<void> {
  prepared(await connectionOf(trx), sql).run();
}

/** Inserts rows that all have the first row's columns; booleans become 1 and 0. */
export async function bulkInsert(
  trx: Knex.Transaction,
  table: string,
  rows: readonly BulkRow[],
): Promise<void> {
  if (rows.length > 0) insertRows(await connectionOf(trx), table, rows);
}

/**
 * Inserts rows that all have the first row's columns, into a table whose key is a number that the database gives; gives the
 * rows' keys in their order.
 */
export async function bulkInsertKeyed(
  trx: Knex.Transaction,
  table: string,
  rows: readonly BulkRow[],
): Promise<number[]> {
  const columns = Object.keys(rows[0] ?? {});
  if (columns.length === 0) return [];
  const one = prepared(await connectionOf(trx), insertSql(table, columns, 1));
  return rows.map((row) => Number(one.run(...valuesOf(row, columns)).lastInsertRowid));
}

/** Inserts rows, or updates the row that has the same values in the key's columns; its other columns stay. */
export async function bulkUpsert(
  trx: Knex.Transaction,
  table: string,
  rows: readonly BulkRow[],
  key: readonly string[],
): Promise<void> {
  const [first] = rows;
  if (!first) return;
  const updates = Object.keys(first)
    .filter((column) => !key.includes(column))
    .map((column) => `${quoted(column)} = excluded.${quoted(column)}`);
  const conflict = ` on conflict (${key.map(quoted).join(', ')}) do update set ${updates.join(', ')}`;
  insertRows(await connectionOf(trx), table, rows, conflict);
}

/** Deletes the rows whose columns have the values of one of the given rows. */
export async function bulkDelete(
  trx: Knex.Transaction,
  table: string,
  rows: readonly BulkRow[],
): Promise<void> {
  const [first] = rows;
  if (!first) return;
  const columns = Object.keys(first);
  const where = columns.map((column) => `${quoted(column)} = ?`).join(' and ');
  const statement = prepared(await connectionOf(trx), `delete from ${quoted(table)} where ${where}`);
  for (const row of rows) statement.run(...valuesOf(row, columns));
}

function valuesOf(row: BulkRow, columns: string[]): BulkValue[] {
  return columns.map((column) => {
    const value = row[column] ?? null;
    return typeof value === 'boolean' ? Number(value) : value;
  });
}
