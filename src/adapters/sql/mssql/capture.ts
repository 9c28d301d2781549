/** The doors in the database (design 3.6) as objects to be made or taken away: what each table's way of capture takes. */
import type { Knex } from 'knex';
import type { Names } from '../../../ports/migration.js';
import { CAPTURED } from '../captured-entities.js';
import { eventProcedures } from './event-procedures.js';
import { eventTriggers, text, type Mapping } from './event-triggers.js';
import { quoted } from './quoted.js';

/**
 * How a table's transitions are learned. trigger: by triggers on it; procedure: the host calls ours in its transaction;
 * poll: by its row versions, where the host's own statements use OUTPUT without INTO, which a trigger would break (334).
 */
export type CaptureMode = 'trigger' | 'procedure' | 'poll';

/** By host view, such as `HostProductionOrder`; trigger where one is left out. */
export type CaptureModes = Readonly<Record<string, CaptureMode>>;

/** An object that capture makes: `create ${definition}` or `create or alter ${definition}`. */
export interface CaptureObject {
  kind: 'trigger' | 'procedure';
  /** Schema and name. */
  name: string;
  definition: string;
}

/** What there is to make. The procedures are there unless orders are polled; a host may call them beside a trigger. */
export function captureObjects(names: Names, mapping: Mapping, modes: CaptureModes = {}): CaptureObject[] {
  const modeOf = (view: string) => modes[view] ?? 'trigger';
  const triggers = eventTriggers(names, mapping)
    .filter(({ view }) => modeOf(view) === 'trigger')
    .map(({ name, definition }): CaptureObject => ({ kind: 'trigger', name, definition }));
  const procedures = modeOf('HostProductionOrder') === 'poll' ? [] : eventProcedures(names);
  return [
    ...procedures.map(({ name, definition }): CaptureObject => ({ kind: 'procedure', name, definition })),
    ...triggers,
  ];
}

/** What takes an object of capture away where it is there. */
export function dropStatement({ kind, name }: Pick<CaptureObject, 'kind' | 'name'>): string {
  return `drop ${kind} if exists ${quoted(name)}`;
}

/** Takes what the host has now as seen where nothing was seen before: a statement per captured entity. */
export function seenStatements(names: Names): string[] {
  const seen = quoted(names.table('orderwright.HostSeen'));
  return CAPTURED.map(
    ({ entity, view }) =>
      `insert into ${seen} ([Entity], [Name], [HostId], [RowVersion], [State], [UniversalState])
select ${text(entity)}, h.[Name], cast(h.[Id] as nvarchar(40)), cast(h.[RowVersion] as nvarchar(40)), h.[State], h.[UniversalState]
  from ${quoted(names.table(`orderwright.${view}`))} as h
 where not exists (select 1 from ${seen} as s where s.[Entity] = ${text(entity)} and s.[Name] = h.[Name])`,
  );
}

/** Every statement that makes capture anew, in order, each a batch of its own. */
export function captureStatements(names: Names, mapping: Mapping, modes: CaptureModes = {}): string[] {
  const wanted = captureObjects(names, mapping, modes);
  // What another way of capture has made before is taken away too.
  return [
    ...captureObjects(names, mapping).map(dropStatement),
    ...wanted.map(({ definition }) => `create ${definition}`),
    ...seenStatements(names),
  ];
}

export async function createCapture(knex: Knex, names: Names, mapping: Mapping): Promise<void> {
  for (const statement of captureStatements(names, mapping)) await knex.raw(statement.replaceAll('?', '\\?'));
}

/** Whether the last of what capture makes is there: a process that died while it installed left none. */
export async function hasCapture(knex: Knex, names: Names): Promise<boolean> {
  const name = names.table('orderwright.ProductionOrder_Create_Post');
  const rows: { Id: number | null }[] = await knex.raw(`select object_id(?, N'P') as [Id]`, [quoted(name)]);
  return (rows[0]?.Id ?? null) !== null;
}
