/**
 * Many rows in one statement, as a table of parameters. (A JSON text that is opened as a table would be one parameter,
 * but it needs compatibility level 130 and not every engine gives its long and escaped texts back as they were.)
 */
import type { Knex } from 'knex';
import type { BulkRow, BulkValue } from '../dialect.js';
import { bracketed, quoted } from './quoted.js';

/** SQL Server takes 2,100 parameters in a statement and 1,000 rows in a table of values. */
const MOST_PARAMETERS = 2000;
const MOST_ROWS = 1000;

/** A column of the rows, with its name in the table of values. */
interface Column {
  name: string;
  alias: string;
}

/** Inserts rows that all have the first row's columns, in their order. */
export async function bulkInsert(
  trx: Knex.Transaction,
  table: string,
  rows: readonly BulkRow[],
): Promise<void> {
  for (const some of chunksOf(rows)) {
    await trx.raw(insertSql(table, some, ''), valuesOf(some));
  }
}

/** Inserts rows and gives the key that the database gave each: rows of one statement have theirs in their order. */
export async function bulkInsertKeyed(
  trx: Knex.Transaction,
  table: string,
  rows: readonly BulkRow[],
  key: string,
): Promise<number[]> {
  const keys: number[] = [];
  for (const some of chunksOf(rows)) {
    // Named, as not every engine keeps the capitals of a column that is only given back.
    const made: { Key: number }[] = await trx(table).insert(some).returning(`${key} as Key`);
    keys.push(...made.map(({ Key }) => Key).sort((a, b) => a - b));
  }
  return keys;
}

/**
 * Inserts rows, or updates the row that has the same values in the key's columns: first the update, then what it has
 * not found. The key's range is locked meanwhile, so that no row of that key comes between.
 */
export async function bulkUpsert(
  trx: Knex.Transaction,
  table: string,
  rows: readonly BulkRow[],
  key: readonly string[],
): Promise<void> {
  const target = `${quoted(table)} as t with (updlock, holdlock)`;
  for (const some of chunksOf(rows)) {
    const columns = columnsOf(some);
    const keys = columns.filter(({ name }) => key.includes(name));
    const others = columns.filter(({ name }) => !key.includes(name));
    if (others.length > 0) {
      const sets = others.map(({ name, alias }) => `t.${bracketed(name)} = r.${alias}`).join(', ');
      const source = `${target} inner join ${tableOf(some)}`;
      await trx.raw(`update t set ${sets} from ${source} on ${equal(keys)}`, valuesOf(some));
    }
    const missing = ` where not exists (select 1 from ${target} where ${equal(keys)})`;
    await trx.raw(insertSql(table, some, missing), valuesOf(some));
  }
}

/** Deletes the rows whose columns have the values of one of the given rows. */
export async function bulkDelete(
  trx: Knex.Transaction,
  table: string,
  rows: readonly BulkRow[],
): Promise<void> {
  for (const some of chunksOf(rows)) {
    const source = `${quoted(table)} as t inner join ${tableOf(some)}`;
    await trx.raw(`delete t from ${source} on ${equal(columnsOf(some))}`, valuesOf(some));
  }
}

function insertSql(table: string, rows: readonly BulkRow[], where: string): string {
  const columns = columnsOf(rows);
  const names = columns.map(({ name }) => bracketed(name)).join(', ');
  const values = columns.map(({ alias }) => `r.${alias}`).join(', ');
  return `insert into ${quoted(table)} (${names}) select ${values} from ${tableOf(rows)}${where} order by r.[place]`;
}

/** The rows as a table with their place, which is the order of the keys that the database gives them. */
function tableOf(rows: readonly BulkRow[]): string {
  const columns = columnsOf(rows);
  const places = columns.map(() => '?').join(', ');
  const values = rows.map((_row, index) => `(${index}, ${places})`).join(', ');
  return `(values ${values}) as r ([place], ${columns.map(({ alias }) => alias).join(', ')})`;
}

function columnsOf(rows: readonly BulkRow[]): Column[] {
  return Object.keys(rows[0] ?? {}).map((name, index) => ({ name, alias: `[c${index + 1}]` }));
}

function equal(columns: readonly Column[]): string {
  return columns.map(({ name, alias }) => `t.${bracketed(name)} = r.${alias}`).join(' and ');
}

function valuesOf(rows: readonly BulkRow[]): (string | number | null)[] {
  const columns = Object.keys(rows[0] ?? {});
  return rows.flatMap((row) => columns.map((column) => plain(row[column])));
}

function plain(value: BulkValue | undefined): string | number | null {
  return typeof value === 'boolean' ? Number(value) : (value ?? null);
}

function* chunksOf(rows: readonly BulkRow[]): Generator<readonly BulkRow[]> {
  const columns = Object.keys(rows[0] ?? {}).length;
  const most = Math.min(MOST_ROWS, Math.max(1, Math.floor(MOST_PARAMETERS / Math.max(1, columns))));
  for (let from = 0; from < rows.length; from += most) yield rows.slice(from, from + most);
}
