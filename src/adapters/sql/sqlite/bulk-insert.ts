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

function insertSql(table: string, columns: string[]): string {
  const places = columns.map(() => '?').join(', ');
  return `insert into ${quoted(table)} (${columns.map(quoted).join(', ')}) values (${places})`;
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

async function runForAll(trx: Knex.Transaction, sql: string, rows: Iterable<BulkValue[]>): Promise<void> {
  runOn(await connectionOf(trx), sql, rows);
}

function runOn(connection: Database, sql: string, rows: Iterable<BulkValue[]>): void {
  const statement = prepared(connection, sql);
  for (const row of rows) {
    statement.run(...row.map((value) => (typeof value === 'boolean' ? Number(value) : value)));
  }
}

/** A statement without parameters and rows, such as a savepoint's. */
export async function runPlain(trx: Knex.Transaction, sql: string): Promise<void> {
  prepared(await connectionOf(trx), sql).run();
}

/** Inserts rows that all have the first row's columns, on a connection that is in a transaction. */
export function insertRows(connection: Database, table: string, rows: readonly BulkRow[]): void {
  const [first] = rows;
  if (!first) return;
  const columns = Object.keys(first);
  runOn(connection, insertSql(table, columns), valuesOf(rows, columns));
}

/** Inserts rows that all have the first row's columns; booleans become 1 and 0. */
export async function bulkInsert(
  trx: Knex.Transaction,
  table: string,
  rows: readonly BulkRow[],
): Promise<void> {
  const [first] = rows;
  if (!first) return;
  const columns = Object.keys(first);
  await runForAll(trx, insertSql(table, columns), valuesOf(rows, columns));
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
  const columns = Object.keys(first);
  const updates = columns
    .filter((column) => !key.includes(column))
    .map((column) => `${quoted(column)} = excluded.${quoted(column)}`);
  const conflict = `on conflict (${key.map(quoted).join(', ')}) do update set ${updates.join(', ')}`;
  await runForAll(trx, `${insertSql(table, columns)} ${conflict}`, valuesOf(rows, columns));
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
  await runForAll(trx, `delete from ${quoted(table)} where ${where}`, valuesOf(rows, columns));
}

function* valuesOf(rows: readonly BulkRow[], columns: string[]): Iterable<BulkValue[]> {
  for (const row of rows) yield columns.map((column) => row[column] ?? null);
}
