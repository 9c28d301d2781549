/** The doors in the database (design 3.6) as objects to be made or taken away: what each table's way of capture takes. */
import type { Knex } from 'knex';
import type { Names } from '../../../ports/migration.js';
import { captureModeOf, versionsView, viewsOf } from '../capture-modes.js';
import { takeAsSeen } from '../host-seen.js';
import { eventProcedures } from './event-procedures.js';
import { eventTriggers, NOW, type Mapping } from './event-triggers.js';
import { madeAnew, OBJECT_TYPES, text } from './made-anew.js';
import { fieldExpression } from './host-views.js';
import { bracketed, quoted } from './quoted.js';

/** An object that capture makes: `create ${definition}`. */
export interface CaptureObject {
  kind: 'trigger' | 'procedure' | 'view';
  /** Schema and name. */
  name: string;
  definition: string;
}

/** What there is to make. The procedures are there unless orders are polled; a host may call them beside a trigger. */
export function captureObjects(names: Names, mapping: Mapping): CaptureObject[] {
  const triggers = eventTriggers(names, mapping, viewsOf(mapping, 'trigger')).map(
    ({ name, definition }): CaptureObject => ({ kind: 'trigger', name, definition }),
  );
  const polled = captureModeOf(mapping, 'HostProductionOrder') === 'poll';
  const procedures = polled ? [] : eventProcedures(names);
  return [
    ...versionViews(names, mapping),
    ...procedures.map(({ name, definition }): CaptureObject => ({ kind: 'procedure', name, definition })),
    ...triggers,
  ];
}

/**
 * Row versions of polled tables as the host's own columns, so that a look above one uses their index; the running login
 * has no right to the table itself.
 */
function versionViews(names: Names, mapping: Mapping): CaptureObject[] {
  return viewsOf(mapping, 'poll').flatMap((view): CaptureObject[] => {
    const source = mapping[view];
    const version = source?.fields.RowVersion;
    if (source === undefined || version === undefined || source.sql !== undefined) return [];
    const name = names.table(versionsView(view));
    const columns = `${fieldExpression(source, 'Id')} as [Id], h.${bracketed(version)} as [RowVersion]`;
    const query = `select ${columns} from ${quoted(names.table(source.table))} as h`;
    return [{ kind: 'view', name, definition: `view ${quoted(name)} as ${query}` }];
  });
}

/** Every statement that makes capture anew, in order, each a batch of its own. */
export function captureStatements(names: Names, mapping: Mapping): string[] {
  const wanted = captureObjects(names, mapping);
  return [
    // One by one and in a transaction each, so that a host that works meanwhile is never without its trigger.
    ...wanted.map(({ kind, name, definition }) => madeAnew(kind, name, definition)),
    othersDropped(wanted),
  ];
}

/** Takes away what another mapping, or another way of capture, has made. */
function othersDropped(wanted: readonly CaptureObject[]): string {
  const title = "quotename(schema_name(o.schema_id)) + N'.' + quotename(o.name)";
  const kept = wanted.map(({ name }) => text(quoted(name)));
  return `declare @statement nvarchar(700);
while 1 = 1
begin
  set @statement = null;
  select @statement = min(case o.type when 'P' then N'drop procedure ' when 'V' then N'drop view ' else N'drop trigger ' end + ${title})
    from sys.objects as o
   where ((o.type = 'TR' and o.name like N'orderwright[_]%') or (o.type = 'P' and schema_name(o.schema_id) = N'orderwright'
       and o.name like N'ProductionOrder[_]%[_]Post') or (o.type = 'V' and schema_name(o.schema_id) = N'orderwright'
       and o.name like N'Polled%'))${
         kept.length === 0 ? '' : `\n     and ${title} not in (${kept.join(', ')})`
       };
  if @statement is null break;
  exec(@statement);
end`;
}

export async function createCapture(knex: Knex, names: Names, mapping: Mapping): Promise<void> {
  for (const statement of captureStatements(names, mapping)) await knex.raw(statement.replaceAll('?', '\\?'));
  await takeAsSeen(knex, names, mapping, NOW);
}

/** Whether all that capture makes is there: a process that died while it installed left less. */
export async function hasCapture(knex: Knex, names: Names, mapping: Mapping): Promise<boolean> {
  for (const { kind, name } of captureObjects(names, mapping)) {
    const type = OBJECT_TYPES[kind];
    const rows: { Id: number | null }[] = await knex.raw(`select object_id(?, N'${type}') as [Id]`, [
      quoted(name),
    ]);
    if ((rows[0]?.Id ?? null) === null) return false;
  }
  return true;
}
