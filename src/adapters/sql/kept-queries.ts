/**
 * The queries of every decision, as texts that are made once for an opened database: to have knex make one takes longer
 * than SQLite takes to answer it. Only texts are kept, and never a row.
 */
import type { Knex } from 'knex';
import type { Dialect } from './dialect.js';

/** What a query is asked with. */
export type QueryValue = string | number;

export class KeptQueries {
  private readonly texts = new Map<string, string>();

  constructor(private readonly rows: Dialect['rows']) {}

  /**
   * The rows of a query whose parameters are the values, in their order.
   * @param name tells the query from all others: what `build` makes depends on nothing but it and how many values it gets.
   */
  all<R>(
    trx: Knex.Transaction,
    name: string,
    values: readonly QueryValue[],
    build: (values: readonly QueryValue[]) => Knex.QueryBuilder,
  ): Promise<R[]> {
    const key = `${values.length} ${name}`;
    let text = this.texts.get(key);
    if (text === undefined) this.texts.set(key, (text = textOf(build(values), values)));
    return this.rows<R>(trx, text, values);
  }

  /** The rows of a query for a list of values that it takes as a set; none for none. */
  async within<R>(
    trx: Knex.Transaction,
    name: string,
    values: readonly QueryValue[],
    build: (values: readonly QueryValue[]) => Knex.QueryBuilder,
  ): Promise<R[]> {
    return values.length === 0 ? [] : this.all<R>(trx, name, filledUp(values), build);
  }
}

function textOf(query: Knex.QueryBuilder, values: readonly QueryValue[]): string {
  const { sql, bindings } = query.toSQL();
  const isOurs = bindings.length === values.length && values.every((value, at) => value === bindings[at]);
  if (!isOurs) throw new Error(`A query that is kept has other parameters than its values: ${sql}`);
  return sql;
}

/** The list with its last value again, up to a power of two: so few texts, and plans, serve lists of any length. */
function filledUp(values: readonly QueryValue[]): readonly QueryValue[] {
  const length = 2 ** Math.ceil(Math.log2(values.length));
  return [...values, ...Array<QueryValue>(length - values.length).fill(values.at(-1) ?? '')];
}
