/**
 * The host views on SQL Server: a view per entity over one table of the host, which is updated and inserted through as
 * it is. Keys and row versions are shown as 64-bit integers, which the client gives as text, so that 19 digits stay
 * exact and the key's index is used: where the column is one already, the conversion costs nothing.
 */
import type { Knex } from 'knex';
import type { Names } from '../../../ports/migration.js';
import type { EntityMapping } from '../host-mapping.js';
import { bracketed, quoted } from './quoted.js';

/** Whether the views are there: a process that died between the tables and the views left none. */
export async function hasHostViews(knex: Knex, names: Names): Promise<boolean> {
  const name = names.table('orderwright.HostProductionOrder');
  const rows: { Id: number | null }[] = await knex.raw(`select object_id(?, N'V') as [Id]`, [quoted(name)]);
  return (rows[0]?.Id ?? null) !== null;
}

/** Makes the views anew from a mapping; they hold no data, so that nothing can be lost. */
export async function createHostViews(
  knex: Knex,
  names: Names,
  mapping: Readonly<Record<string, EntityMapping>>,
): Promise<void> {
  for (const [entity, source] of Object.entries(mapping)) {
    const view = names.table(`orderwright.${entity}`);
    await knex.raw(`drop view if exists ${quoted(view)}`);
    await knex.raw(`create ${hostViewDefinition(view, names.table(source.table), source)}`);
  }
}

/** What follows `create`. */
export function hostViewDefinition(view: string, table: string, source: EntityMapping): string {
  const fields = [...Object.keys(source.fields), ...Object.keys(source.constants ?? {})];
  const columns = fields.map((field) => `${fieldExpression(source, field)} as ${bracketed(field)}`);
  const query = source.sql ?? `select ${columns.join(', ')} from ${quoted(table)} as h`;
  return `view ${quoted(view)} as ${query}`;
}

/**
 * What a field shows of a row of the host.
 * @param row the alias of the host's table in the query around it.
 * @param hint how the table of a lookup is read, ` with (nolock)`.
 */
export function fieldExpression(source: EntityMapping, field: string, row = 'h', hint = ''): string {
  const column = source.fields[field];
  if (column === undefined) return literal(source.constants?.[field] ?? null);
  const { kind, values, scale = 10, timeZone, lookup } = source.conversions?.[field] ?? {};
  const own = `${row}.${bracketed(column)}`;
  if (kind === 'key' || source.textKeys?.includes(field) === true) return `cast(${own} as bigint)`;
  const found =
    lookup === undefined
      ? own
      : `(select l.${bracketed(lookup.column)} from ${quoted(lookup.table)} as l${hint} where l.${bracketed(lookup.key)} = ${own})`;
  if (values !== undefined) return translated(found, values);
  if (kind === 'decimal') return decimalText(found, scale);
  if (kind === 'truth') return `cast(${found} as bit)`;
  if (kind === 'integer') return `cast(${found} as int)`;
  if (kind === 'date') return `convert(varchar(10), ${found}, 23)`;
  if (kind === 'instant') return instantText(found, timeZone);
  return kind === 'text' ? `cast(${found} as nvarchar(4000))` : found;
}

/** A value that is not listed stays as it is: `doctor` and the adoption of orders report it. */
function translated(value: string, values: Readonly<Record<string, string>>): string {
  const cases = Object.entries(values).map(([host, ours]) => `when ${literal(host)} then ${literal(ours)}`);
  const asText = `cast(${value} as nvarchar(400))`;
  return `case ${asText} ${cases.join(' ')} else ${asText} end`;
}

/** Without the zeros at its end, which are what the column's scale adds; a decimal of scale 10 always has a point. */
function decimalText(value: string, scale: number): string {
  const digits = `convert(varchar(40), cast(${value} as decimal(38, ${Math.max(1, scale)})))`;
  const trimmed = `replace(rtrim(replace(${digits}, '0', ' ')), ' ', '0')`;
  return `replace(rtrim(replace(${trimmed}, '.', ' ')), ' ', '.')`;
}

function instantText(value: string, timeZone: string | undefined): string {
  const utc =
    timeZone === undefined || timeZone === 'UTC'
      ? value
      : `cast(cast(${value} as datetime2) at time zone ${literal(timeZone)} at time zone 'UTC' as datetime2)`;
  return `replace(convert(varchar(19), ${utc}, 120), ' ', 'T') + 'Z'`;
}

function literal(value: string | number | null): string {
  if (value === null) return 'cast(null as nvarchar(400))';
  return typeof value === 'number' ? String(value) : `N'${value.replaceAll("'", "''")}'`;
}
