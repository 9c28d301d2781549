/**
 * Many rows in one statement with one parameter: a JSON text that SQL Server opens as a table (compatibility level
 * 130, SQL Server 2016). A row is an array of its place and its values.
 */
import type { Knex } from 'knex';
import type { BulkRow, BulkValue } from '../dialect.js';
import { bracketed, quoted } from './quoted.js';

/** Rows of one statement: of more than 5,000 locks SQL Server makes one lock on the whole table. */
const MOST_ROWS = 1000;
/** Characters of the longest nvarchar that can be compared with an index. */
const LONGEST_TEXT = 4000;

/** The columns that rows have, with the type that all values of each column fit. */
interface Shape {
  name: string;
  type: string;
  /** The column's name and place in the opened JSON. */
  alias: string;
  place: number;
}

/** Inserts rows that all have the first row's columns, in their order. */
export async function bulkInsert(
  trx: Knex.Transaction,
  table: string,
  rows: readonly BulkRow[],
): Promise<void> {
  for (const some of chunksOf(rows)) {
    await trx.raw(insertSql(table, shapesOf(some), ''), [jsonOf(some)]);
  }
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
  for (const some of chunksOf(rows)) {
    const shapes = shapesOf(some);
    const keys = shapes.filter(({ name }) => key.includes(name));
    const others = shapes.filter(({ name }) => !key.includes(name));
    const json = jsonOf(some);
    const target = `${quoted(table)} as t with (updlock, holdlock)`;
    if (others.length > 0) {
      const sets = others.map(({ name, alias }) => `t.${bracketed(name)} = r.${alias}`).join(', ');
      await trx.raw(`update t set ${sets} from ${target} inner join ${opened(shapes)} on ${equal(keys)}`, [
        json,
      ]);
    }
    const missing = ` where not exists (select 1 from ${target} where ${equal(keys)})`;
    await trx.raw(insertSql(table, shapes, missing), [json]);
  }
}

/** Deletes the rows whose columns have the values of one of the given rows. */
export async function bulkDelete(
  trx: Knex.Transaction,
  table: string,
  rows: readonly BulkRow[],
): Promise<void> {
  for (const some of chunksOf(rows)) {
    const shapes = shapesOf(some);
    const source = `${quoted(table)} as t inner join ${opened(shapes)}`;
    await trx.raw(`delete t from ${source} on ${equal(shapes)}`, [jsonOf(some)]);
  }
}

function insertSql(table: string, shapes: readonly Shape[], where: string): string {
  const columns = shapes.map(({ name }) => bracketed(name)).join(', ');
  const values = shapes.map(({ alias }) => `r.${alias}`).join(', ');
  return `insert into ${quoted(table)} (${columns}) select ${values} from ${opened(shapes)}${where} order by r.[place]`;
}

function opened(shapes: readonly Shape[]): string {
  const columns = shapes.map(({ alias, type, place }) => `${alias} ${type} '$[${place}]'`);
  return `openjson(?) with ([place] int '$[0]', ${columns.join(', ')}) as r`;
}

function equal(shapes: readonly Shape[]): string {
  return shapes.map(({ name, alias }) => `t.${bracketed(name)} = r.${alias}`).join(' and ');
}

function shapesOf(rows: readonly BulkRow[]): Shape[] {
  return Object.keys(rows[0] ?? {}).map((name, index) => ({
    name,
    type: typeOf(rows.map((row) => row[name] ?? null)),
    alias: `[c${index + 1}]`,
    place: index + 1,
  }));
}

/** Text is cut to null by a type that is too short for it, and a whole number must not become a float on its way. */
function typeOf(values: readonly BulkValue[]): string {
  if (values.some((value) => typeof value === 'string')) {
    const longest = values.reduce<number>((most, value) => Math.max(most, String(value ?? '').length), 0);
    return longest <= LONGEST_TEXT ? `nvarchar(${LONGEST_TEXT})` : 'nvarchar(max)';
  }
  const whole = values.every((value) => typeof value !== 'number' || Number.isSafeInteger(value));
  if (!whole) return 'float';
  return values.some((value) => value !== null) ? 'bigint' : `nvarchar(${LONGEST_TEXT})`;
}

function jsonOf(rows: readonly BulkRow[]): string {
  const columns = Object.keys(rows[0] ?? {});
  return JSON.stringify(rows.map((row, index) => [index, ...columns.map((column) => plain(row[column]))]));
}

function plain(value: BulkValue | undefined): string | number | null {
  return typeof value === 'boolean' ? Number(value) : (value ?? null);
}

function* chunksOf(rows: readonly BulkRow[]): Generator<readonly BulkRow[]> {
  for (let from = 0; from < rows.length; from += MOST_ROWS) yield rows.slice(from, from + MOST_ROWS);
}
