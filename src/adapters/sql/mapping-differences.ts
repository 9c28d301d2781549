/** Compares a mapping with a live catalog: every difference, and what to do about it (design 3.9). */
import type { Knex } from 'knex';
import { childPath } from '../../core/json-path.js';
import type { Problem } from '../../core/problem.js';
import type { TableName } from '../../ports/migration.js';
import type { Column } from './catalog.js';
import type { Dialect } from './dialect.js';
import type { HostMapping } from './mapping.js';

/** Types that a kind of field can't be read from. */
const UNFIT: Readonly<Record<string, RegExp>> = {
  key: /char|text|date|^time$|xml|uniqueidentifier/i,
  decimal: /date|time|xml|binary|uniqueidentifier/i,
  instant: /int|decimal|numeric|float|real|money|bit/i,
  date: /int|decimal|numeric|float|real|money|bit/i,
  truth: /date|time|xml/i,
};

/** Reads only. */
export async function mappingDifferences(
  knex: Knex,
  { catalog, names }: Pick<Dialect, 'catalog' | 'names'>,
  { entities }: HostMapping,
): Promise<Problem[]> {
  const known = new Map<string, Column[] | null>();
  const columnsOf = async (table: TableName) => {
    if (!known.has(table)) known.set(table, await catalog.columns(knex, names.table(table)));
    return known.get(table) ?? null;
  };
  const problems: Problem[] = [];
  for (const [view, { source, sql, table, fields, conversions = {}, textKeys = [] }] of Object.entries(
    entities,
  )) {
    if (source === 'orderwright' || sql !== undefined) continue;
    const path = childPath('$.entities', view.replace(/^Host/, ''));
    const columns = await columnsOf(table);
    if (columns === null) {
      problems.push(
        different(`${path}.table`, `names ${table}, which the host has not or the login may not see`),
      );
      continue;
    }
    for (const [field, column] of Object.entries(fields)) {
      const place = childPath(`${path}.fields`, field);
      const found = columns.find(({ name }) => name.toLowerCase() === column.toLowerCase());
      const { kind, lookup } = conversions[field] ?? {};
      if (found === undefined) {
        const maybe = columns.map(({ name }) => name).join(', ');
        problems.push(different(place, `names the column ${column}, and ${table} has: ${maybe}`));
        continue;
      }
      const unfit = UNFIT[textKeys.includes(field) ? 'key' : lookup === undefined ? (kind ?? '') : ''];
      if (unfit?.test(found.type) === true) {
        problems.push(
          different(place, `is read as ${kind ?? 'key'}, and ${table}.${column} is ${found.type}`),
        );
      }
      if (lookup === undefined) continue;
      const target = await columnsOf(lookup.table);
      const missing = [lookup.key, lookup.column].filter(
        (name) => target?.some((candidate) => candidate.name.toLowerCase() === name.toLowerCase()) !== true,
      );
      if (missing.length > 0) {
        problems.push(
          different(`${place}.lookup`, `names ${lookup.table}, which has no ${missing.join(', ')}`),
        );
      }
    }
  }
  return problems;
}

function different(path: string, message: string): Problem {
  return { path, code: 'OW_MAPPING_DIFFERS', message };
}
