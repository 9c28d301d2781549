/**
 * What of a host counts as seen when capture is made: all that is there the first time, and nothing more later, so that
 * what was missed meanwhile is still found. The statements are written so that every database reads them.
 */
import type { Knex } from 'knex';
import type { Names, TableName } from '../../ports/migration.js';
import { captureModeOf } from './capture-modes.js';
import { CAPTURED, CAPTURED_LINK, LINK_OPERATIONS } from './captured-entities.js';
import type { EntityMapping } from './host-mapping.js';

type Mapping = Readonly<Record<string, EntityMapping>>;

/** @param now the instant as the database tells it. */
export async function takeAsSeen(knex: Knex, names: Names, mapping: Mapping, now: string): Promise<void> {
  for (const statement of seenStatements(names, mapping, now)) await knex.raw(statement);
}

function seenStatements(names: Names, mapping: Mapping, now: string): string[] {
  const of = (name: TableName) => bracketed(names.table(name));
  const [look, shown] = [of('orderwright.HostLook'), of('orderwright.HostShown')];
  const unlooked = (entity: string) =>
    `not exists (select 1 from ${look} as k where k.[Entity] = '${entity}')`;
  const begun = (entity: string, view: string) => {
    const mode = captureModeOf(mapping, view);
    return [
      `insert into ${look} ([Entity], [Mode], [LookedAt]) select '${entity}', '${mode}', ${now} where ${unlooked(entity)}`,
      // Another way of capture begins with a look at everything.
      `update ${look} set [Mode] = '${mode}', [RowVersion] = null, [AheadVersion] = null, [AheadAt] = null, [WholeAt] = null,
  [LookedAt] = ${now} where [Entity] = '${entity}' and [Mode] <> '${mode}'`,
      ...(mode === 'poll' ? [] : [`delete from ${shown} where [Entity] = '${entity}'`]),
    ];
  };
  return [
    ...CAPTURED.flatMap(({ entity, view }) => [
      `insert into ${of('orderwright.HostSeen')} ([Entity], [Name], [HostId], [RowVersion], [State], [UniversalState])
select '${entity}', h.[Name], cast(h.[Id] as nvarchar(40)), cast(h.[RowVersion] as nvarchar(40)), h.[State], h.[UniversalState]
  from ${of(`orderwright.${view}`)} as h
 where ${unlooked(entity)}
   and not exists (select 1 from ${of('orderwright.HostSeen')} as s where s.[Entity] = '${entity}' and s.[Name] = h.[Name])`,
      ...begun(entity, view),
    ]),
    `insert into ${of('orderwright.HostSeenLink')} ([MaterialId], [ProductionOrderId], [Accounts], [IsCurrent])
${linksQuery(names)} where ${unlooked('ProductionOrderMaterial')}`,
    ...begun('ProductionOrderMaterial', CAPTURED_LINK.view),
  ];
}

/**
 * Takes the links as seen, as they are, of the materials that events have told of.
 * @param events a condition on the queue's rows, `e`, whose materials' links are meant.
 */
export function linksSeenStatements(names: Pick<Names, 'table'>, events: string): string[] {
  const of = (name: TableName) => bracketed(names.table(name));
  const operations = LINK_OPERATIONS.map((operation) => `'${operation}'`).join(', ');
  const materials = `select m.[Id] from ${of('orderwright.HostMaterial')} as m where m.[Name] in (
  select e.[Subject] from ${of('orderwright.HookEvent')} as e where e.[Operation] in (${operations}) and ${events})`;
  const seen = of('orderwright.HostSeenLink');
  return [
    `delete from ${seen} where [MaterialId] in (${materials.replace('m.[Id]', 'cast(m.[Id] as nvarchar(40))')})`,
    `insert into ${seen} ([MaterialId], [ProductionOrderId], [Accounts], [IsCurrent])
${linksQuery(names)} where l.[MaterialId] in (${materials})`,
  ];
}

function linksQuery(names: Pick<Names, 'table'>): string {
  const links = bracketed(names.table('orderwright.HostProductionOrderMaterial'));
  return `select cast(l.[MaterialId] as nvarchar(40)), cast(l.[ProductionOrderId] as nvarchar(40)), cast(l.[Accounts] as int),
  cast(l.[IsCurrent] as int) from ${links} as l`;
}

/** SQLite reads names in brackets too. */
function bracketed(name: string): string {
  return name
    .split('.')
    .map((part) => `[${part}]`)
    .join('.');
}
