/**
 * The whole installation as one T-SQL script, for a DBA to read and run (design 3.9): schemas, tables, triggers, views,
 * and what the two logins may do. Nothing is connected: the migrations run on a client that notes their statements.
 * Each migration is one transaction that is left out once it has run, so that the script may be run again after a
 * failure at any point, and after an update of orderwright.
 */
import type { MigrationList } from '../../../ports/migration.js';
import type { Knex } from 'knex';
import { databaseOf, type MssqlTarget } from '../database-url.js';
import type { EntityMapping } from '../host-mapping.js';
import { MssqlClient, openMssql, type Column } from './client.js';
import { namesOf, type MigrationFolder } from '../migration.js';
import { hostViewDefinition } from './host-views.js';
import { madeAnew, text } from './made-anew.js';
import { createSchema, mssqlNames } from './names.js';
import { bracketed, quoted } from './quoted.js';

export interface Installation {
  /** Version of orderwright, told in the script's first line. */
  version: string;
  /** In the order in which they run. */
  folders: readonly MigrationFolder[];
  mapping: Readonly<Record<string, EntityMapping>>;
  /** Database users of the two logins: one installs, one runs. */
  users: { install: string; run: string };
  /** Host tables that get a trigger, which the installing user has to be allowed to alter. */
  triggered: readonly string[];
  /** The host's procedure that is sent what is due. */
  procedure?: string | null;
  /** What makes the doors in the database; its statements are noted. */
  capture?: (knex: Knex) => Promise<void>;
  /** What the installation is recorded as. */
  record?: { mode: string; plugins: string; mapping: string; rules: string };
}

const OWN = 'orderwright';
const ALL = ['select', 'insert', 'update', 'delete'];
/** What the running user may do with tables of ours; all with one that is not named. */
const RIGHTS: Readonly<Record<string, readonly string[]>> = {
  // What no one updates or deletes: the running user may not even try.
  JournalEntry: ['select', 'insert'],
  JournalSeal: ['select', 'insert'],
  RuleSet: ['select', 'insert'],
  RuleSetActivation: ['select', 'insert'],
  Installation: ['select'],
  HostLook: ['select', 'update'],
  HostSeen: ['select', 'insert', 'update'],
  HostShown: ['select', 'insert', 'update'],
  PendingHostAction: ['select', 'insert', 'update'],
  HostActionDelivery: ['select', 'insert', 'update'],
};
/** What making the schema's objects takes, beside the schema; triggers take ALTER on their table besides. */
const TO_INSTALL = ['create table', 'create view', 'create procedure'];
const NOWHERE = 'mssql://nobody:none@nowhere/nothing';

/** The script as batches, to be run one after the other; a tool such as sqlcmd wants GO between them. */
export async function installBatches(installation: Installation): Promise<string[]> {
  const folders = await Promise.all(
    installation.folders.map(async ({ folder, list }) => ({
      folder,
      migrations: await compiled(folder, list),
    })),
  );
  const statements = folders.flatMap(({ migrations }) =>
    migrations.flatMap((migration) => migration.statements),
  );
  const tables = tablesIn(statements);
  const capture = installation.capture === undefined ? [] : await noted(installation.capture);
  const schemas = [...new Set([OWN, ...tables.map(([schema]) => schema)])];
  return [
    `-- orderwright ${installation.version}\nset xact_abort on;\nset quoted_identifier on;\nset ansi_nulls on;`,
    ...schemas.map((schema) => ownedSchema(schema, installation.mapping)),
    ...installGrants(installation, schemas),
    ...folders.flatMap(({ folder, migrations }) => [
      ...migrationTables(folder),
      ...migrations.map((migration) => guarded(folder, migration)),
    ]),
    ...alterGrants(installation, (schema) => schemas.includes(schema)),
    ...Object.entries(installation.mapping).map(([entity, source]) => {
      const view = mssqlNames.table(`orderwright.${entity}`);
      return madeAnew('view', view, hostViewDefinition(view, mssqlNames.table(source.table), source));
    }),
    ...capture,
    ...recordStatements(installation),
    ...runtimeGrants(installation, [...statements, ...capture.flatMap(madeIn)], tables),
  ];
}

/** The same as one text. */
export async function installScript(installation: Installation): Promise<string> {
  return (await installBatches(installation)).map((batch) => `${batch}\nGO\n`).join('\n');
}

interface CompiledMigration {
  name: string;
  statements: string[];
}

async function compiled(folder: string, list: MigrationList): Promise<CompiledMigration[]> {
  const names = namesOf(mssqlNames, folder);
  const migrations: CompiledMigration[] = [];
  for (const { name, migration } of list) {
    migrations.push({ name, statements: await noted((knex) => migration.up(knex, names)) });
  }
  return migrations;
}

/** The statements that some work would run. */
async function noted(work: (knex: Knex) => Promise<void>): Promise<string[]> {
  const statements: string[] = [];
  const knex = openMssql(databaseOf(NOWHERE) as MssqlTarget, notingClient(statements));
  await work(knex);
  await knex.destroy();
  return statements;
}

/** The schema belongs to whom the host's tables belong: what its triggers write there needs no grant. */
function ownedSchema(schema: string, mapping: Installation['mapping']): string {
  const [host] = (mapping.HostProductionOrder?.table ?? 'dbo.x').split('.');
  if (schema !== OWN || host === undefined || host === 'mes') return createSchema(schema);
  return [
    'declare @owner sysname, @statement nvarchar(600);',
    'select @owner = p.name from sys.schemas as s join sys.database_principals as p on p.principal_id = s.principal_id',
    `  where s.name = ${text(host)};`,
    `set @statement = N'create schema ${quoted(schema)} authorization ' + quotename(coalesce(@owner, N'dbo'));`,
    `if schema_id(${text(schema)}) is null exec(@statement);`,
  ].join('\n');
}

/** What was installed, once for each that differs from the one before. */
function recordStatements({ version, record }: Installation): string[] {
  if (record === undefined) return [];
  const table = quoted(`${OWN}.Installation`);
  const columns = { Version: version, Mode: record.mode, Plugins: record.plugins, Mapping: record.mapping };
  const same = Object.entries(columns).map(([column, value]) => `[${column}] = ${text(value)}`);
  const values = [...Object.values(columns).map(text), "N'[]'", text(record.rules), "N''"].join(', ');
  return [
    [
      `if not exists (select 1 from ${table} where ${same.join(' and ')}`,
      `    and [Sequence] = (select max([Sequence]) from ${table}))`,
      `insert into ${table} ([At], [Version], [Mode], [Plugins], [Mapping], [Objects], [Rules], [HostDigest])`,
      `values (replace(convert(varchar(19), sysutcdatetime(), 120), ' ', 'T') + 'Z', ${values})`,
    ].join('\n'),
  ];
}

/** A client that connects to nothing; a migration that asks for rows is told that there are none. */
function notingClient(statements: string[]): typeof MssqlClient {
  return class NotingClient extends MssqlClient {
    override acquireRawConnection(): ReturnType<MssqlClient['acquireRawConnection']> {
      const connection = {
        connected: true,
        close: () => undefined,
        once: (_: string, end: () => void) => end(),
      };
      return Promise.resolve(connection) as unknown as ReturnType<MssqlClient['acquireRawConnection']>;
    }

    protected override execute(
      _connection: unknown,
      { sql, bindings = [] }: { sql: string; bindings?: readonly unknown[] },
    ): Promise<Column[][]> {
      statements.push(sql.replace(/@p(\d+)/g, (_whole, place: string) => literal(bindings[Number(place)])));
      return Promise.resolve([]);
    }
  };
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return String(Number(value));
  if (typeof value === 'string') return text(value);
  throw new Error('A migration has a value that a script can not hold');
}

/** The two tables in which knex keeps what has run, as knex makes them. */
function migrationTables(folder: string): string[] {
  const table = migrationTable(folder);
  const lock = quoted(`${OWN}.Migration_${folder}_lock`);
  return [
    `if object_id(${text(table)}, N'U') is null create table ${table} ([id] int identity(1,1) not null primary key, [name] nvarchar(255), [batch] int, [migration_time] datetime2)`,
    `if object_id(${text(lock)}, N'U') is null create table ${lock} ([index] int identity(1,1) not null primary key, [is_locked] int)`,
    `if not exists (select 1 from ${lock}) insert into ${lock} ([is_locked]) values (0)`,
  ];
}

function migrationTable(folder: string): string {
  return quoted(`${OWN}.Migration_${folder}`);
}

/** All of a migration or nothing; each statement is a batch of its own, as views and triggers have to be. */
function guarded(folder: string, { name, statements }: CompiledMigration): string {
  const table = migrationTable(folder);
  return [
    'set xact_abort on;',
    'begin transaction;',
    `if not exists (select 1 from ${table} where [name] = ${text(name)})`,
    'begin',
    ...statements.map((statement) => `  exec(${text(statement)});`),
    `  insert into ${table} ([name], [batch], [migration_time])`,
    `  select ${text(name)}, coalesce(max([batch]), 0) + 1, sysutcdatetime() from ${table};`,
    'end;',
    'commit transaction;',
  ].join('\n');
}

/**
 * The schemas are made by the DBA, who alone may give them another owner; then the installing user makes what is in them,
 * grants the running user its part, and takes all of it away. Of the host it sees the shape, and may alter what gets a
 * trigger; the tables of the reference MES are its own.
 */
function installGrants(installation: Installation, schemas: readonly string[]): string[] {
  const { mapping, users } = installation;
  const to = (privileges: readonly string[], object: string | null) =>
    grants(privileges, object, users.install);
  return [
    ...to(TO_INSTALL, null),
    ...schemas.flatMap((schema) => to(['control'], `schema::${bracketed(schema)}`)),
    ...hostTables(mapping).flatMap((table) => to(['view definition'], quoted(table))),
    ...alterGrants(installation, (schema) => !schemas.includes(schema)),
  ];
}

/** On the tables that get a trigger; a table of ours is there only after its migration. */
function alterGrants({ triggered, users }: Installation, of: (schema: string) => boolean): string[] {
  return triggered
    .filter((table) => of(table.split('.')[0] ?? ''))
    .flatMap((table) => grants(['alter'], quoted(table), users.install));
}

/** A right that running takes. */
export interface RunRight {
  /** `orderwright.JournalEntry` */
  object: string;
  privilege: string;
}

/** Every right that running takes, without a database to look at. */
export async function runRights(
  of: Pick<Installation, 'folders' | 'mapping' | 'procedure' | 'capture'>,
): Promise<RunRight[]> {
  const lists = await Promise.all(of.folders.map(({ folder, list }) => compiled(folder, list)));
  const statements = lists.flat().flatMap((migration) => migration.statements);
  const capture = of.capture === undefined ? [] : await noted(of.capture);
  return rightsOf(of, [...statements, ...capture.flatMap(madeIn)], tablesIn(statements));
}

/**
 * The running user reads the host through the views, and writes through them only what the mapping lets it. The views, the
 * triggers and the sequence belong to whom the host's tables belong, so that neither it nor a login of the host needs a
 * right to what is behind them; a default that asks a sequence is granted besides, as SQL Server says.
 */
function rightsOf(
  { mapping, folders, procedure }: Pick<Installation, 'folders' | 'mapping' | 'procedure'>,
  statements: readonly string[],
  tables: readonly [schema: string, name: string][],
): RunRight[] {
  const on = (privileges: readonly string[], schema: string, name: string): RunRight[] =>
    privileges.map((privilege) => ({ object: `${schema}.${name}`, privilege }));
  return [
    // A plant is imported into the reference MES by the installing login.
    ...tables.flatMap(([schema, name]) =>
      on(schema === OWN ? (RIGHTS[name] ?? ALL) : ['select'], schema, name),
    ),
    ...namesIn(statements, /^create sequence \[(\w+)\]\.\[(\w+)\]/i).flatMap(([schema, name]) =>
      on(['update'], schema, name),
    ),
    ...folders.flatMap(({ folder }) => on(['select'], OWN, `Migration_${folder}`)),
    ...namesIn(statements, /^create view \[(\w+)\]\.\[(\w+)\]/i).flatMap(([schema, name]) =>
      on(['select'], schema, name),
    ),
    ...Object.entries(mapping).flatMap(([entity, source]) => [
      ...on(['select'], OWN, entity),
      ...((source.writable ?? []).length > 0 ? on(['update'], OWN, entity) : []),
      ...(source.insertable === true ? on(['insert'], OWN, entity) : []),
      ...(source.deletable === true ? on(['delete'], OWN, entity) : []),
    ]),
    ...(procedure === undefined || procedure === null ? [] : [{ object: procedure, privilege: 'execute' }]),
  ];
}

function runtimeGrants(
  installation: Installation,
  statements: readonly string[],
  tables: readonly [schema: string, name: string][],
): string[] {
  const { run } = installation.users;
  return [
    // Else `doctor` could not compare what was made with what is there.
    ...grants(['view definition'], `schema::${bracketed(OWN)}`, run),
    ...rightsOf(installation, statements, tables).flatMap(({ object, privilege }) =>
      grants([privilege], quoted(object), run),
    ),
  ];
}

/** Tables of the host that a mapping names: who installs has to see their columns. */
function hostTables(mapping: Installation['mapping']): string[] {
  const tables = Object.values(mapping)
    .filter(
      ({ source, sql, table }) => source !== 'orderwright' && sql === undefined && !table.startsWith('mes.'),
    )
    .flatMap(({ table, conversions = {} }) => [
      table,
      ...Object.values(conversions).flatMap(({ lookup }) => lookup?.table ?? []),
    ]);
  return [...new Set(tables)];
}

/** The statements within a batch that makes an object anew. */
function madeIn(batch: string): string[] {
  return [...batch.matchAll(/exec\(N'(create [^']*(?:''[^']*)*)'\)/g)].map(([, statement = '']) => statement);
}

/** One privilege a statement, so that a DBA can strike out one. */
function grants(privileges: readonly string[], object: string | null, user: string): string[] {
  const on = object === null ? '' : ` on ${object}`;
  return privileges.map((privilege) => `grant ${privilege}${on} to ${bracketed(user)}`);
}

function tablesIn(statements: readonly string[]): [schema: string, name: string][] {
  return namesIn(statements, /^create table \[(\w+)\]\.\[(\w+)\]/i);
}

function namesIn(statements: readonly string[], pattern: RegExp): [schema: string, name: string][] {
  return statements.flatMap((statement) => {
    const [, schema, name] = pattern.exec(statement) ?? [];
    return schema === undefined || name === undefined ? [] : [[schema, name] as [string, string]];
  });
}
