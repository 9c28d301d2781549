/** The host views on SQLite: a view per entity, with INSTEAD OF triggers where orderwright writes through it. */
import type { Knex } from 'knex';
import type { EntityMapping } from '../host-mapping.js';
import type { Names } from '../../../ports/migration.js';

/** Whether the views are there: a process that died between the tables and the views left none. */
export async function hasHostViews(knex: Knex, names: Names): Promise<boolean> {
  const name = names.table('orderwright.HostProductionOrder');
  return (await knex('sqlite_master').where({ type: 'view', name }).first('name')) !== undefined;
}

/** Makes the views anew from a mapping; they hold no data, so that nothing can be lost. */
export async function createHostViews(
  knex: Knex,
  names: Names,
  mapping: Readonly<Record<string, EntityMapping>>,
): Promise<void> {
  for (const [entity, source] of Object.entries(mapping)) {
    const view = names.table(`orderwright.${entity}`);
    await knex.raw(`drop view if exists ${quote(view)}`);
    for (const statement of hostViewStatements(view, names, source)) {
      await knex.raw(statement);
    }
  }
}

function hostViewStatements(view: string, names: Names, source: EntityMapping): string[] {
  const table = names.table(source.table);
  const textKeys = new Set(source.textKeys);
  const fields = [...Object.keys(source.fields), ...Object.keys(source.constants ?? {})];
  const columns = fields.map((field) => `${fieldExpression(names, source, field, 'h')} as ${quote(field)}`);
  const query = source.sql ?? `select ${columns.join(', ')} from ${quote(table)} as h`;
  const statements = [`create view ${quote(view)} as ${query}`];
  const writable = source.writable ?? [];
  const columnOf = (field: string) => quote(source.fields[field] ?? field);
  const key = source.key ?? (source.fields.Id === undefined ? [] : ['Id']);
  // Keys are shown as text and kept as integers: the key's own index is used only as such.
  const written = (row: 'new' | 'old', field: string) =>
    textKeys.has(field) ? `cast(${row}.${quote(field)} as integer)` : `${row}.${quote(field)}`;
  const theRow = key.map((field) => `${columnOf(field)} = ${written('old', field)}`).join(' and ');
  if (key.length > 0 && writable.length > 0) {
    const assignments = writable.map((field) => `${columnOf(field)} = ${written('new', field)}`);
    statements.push(
      `create trigger ${quote(`${view}_Update`)} instead of update on ${quote(view)} for each row begin
         update ${quote(table)} set ${assignments.join(', ')} where ${theRow};
       end`,
    );
  }
  if (source.insertable === true) {
    const fields = writable.map((field) => written('new', field));
    statements.push(
      `create trigger ${quote(`${view}_Insert`)} instead of insert on ${quote(view)} for each row begin
         insert into ${quote(table)} (${writable.map(columnOf).join(', ')}) values (${fields.join(', ')});
       end`,
    );
  }
  if (source.deletable === true) {
    statements.push(
      `create trigger ${quote(`${view}_Delete`)} instead of delete on ${quote(view)} for each row begin
         delete from ${quote(table)} where ${theRow};
       end`,
    );
  }
  return statements;
}

/**
 * What a field shows of a row of the host. SQLite keeps decimals, days and instants as text: what is left to convert are
 * keys, enumerations and what is found in another table.
 * @param row the alias of the host's table in the query around it.
 */
export function fieldExpression(
  { table }: Pick<Names, 'table'>,
  source: EntityMapping,
  field: string,
  row: string,
): string {
  const column = source.fields[field];
  if (column === undefined) return literal(source.constants?.[field] ?? null);
  const { kind, values, lookup } = source.conversions?.[field] ?? {};
  const own = `${row}.${quote(column)}`;
  if (kind === 'key' || source.textKeys?.includes(field) === true) return `cast(${own} as text)`;
  const found =
    lookup === undefined
      ? own
      : `(select l.${quote(lookup.column)} from ${quote(table(lookup.table))} as l where l.${quote(lookup.key)} = ${own})`;
  if (values === undefined) return found;
  const cases = Object.entries(values).map(([host, ours]) => `when ${literal(host)} then ${literal(ours)}`);
  return `case cast(${found} as text) ${cases.join(' ')} else ${found} end`;
}

function literal(value: string | number | null): string {
  if (value === null) return 'null';
  return typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`;
}

export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
