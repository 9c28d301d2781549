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

/** What follows `create` or `create or alter`; the latter leaves what is granted on the view. */
export function hostViewDefinition(view: string, table: string, source: EntityMapping): string {
  const textKeys = new Set(source.textKeys);
  const columns = Object.entries(source.fields).map(([field, column]) =>
    textKeys.has(field)
      ? `cast(${bracketed(column)} as bigint) as ${bracketed(field)}`
      : `${bracketed(column)} as ${bracketed(field)}`,
  );
  return `view ${quoted(view)} as select ${columns.join(', ')} from ${quoted(table)}`;
}
