/**
 * The whole installation as one T-SQL script, for a DBA to read and run (design 3.9): schemas, tables, triggers, views,
 * and what the two logins may do. Nothing is connected: the migrations run on a client that notes their statements.
 * Each migration is one transaction that is left out once it has run, so that the script may be run again after a
 * failure at any point, and after an update of orderwright.
 */
import type { MigrationList } from '../../../ports/migration.js';
import { databaseOf, type MssqlTarget } from '../database-url.js';
import type { EntityMapping } from '../host-mapping.js';
import { MssqlClient, openMssql, type Column } from './client.js';
import { hostViewDefinition } from './host-views.js';
import { createSchema, mssqlNames } from './names.js';
import { bracketed, quoted } from './quoted.js';

export interface Installation {
  /** Version of orderwright, told in the script's first line. */
  version: string;
  /** In the order in which they run. */
  folders: readonly { folder: string; list: MigrationList }[];
  mapping: Readonly<Record<string, EntityMapping>>;
  /** Database users of the two logins: one installs, one runs. */
  users: { install: string; run: string };
  /** Host tables that get a trigger, which the installing user has to be allowed to alter. */
  triggered: readonly string[];
}

const OWN = 'orderwright';
/** What no one updates or deletes: the running user may not even try. */
const UNCHANGEABLE = new Set(['JournalEntry', 'JournalSeal', 'RuleSet', 'RuleSetActivation']);
const ALL = ['select', 'insert', 'update', 'delete'];
/** What making the schema's objects takes; triggers take ALTER on their table besides. */
const TO_INSTALL = ['create schema', 'create table', 'create view', 'create procedure'];
const NOWHERE = 'mssql://nobody:none@nowhere/nothing';

/** The script as batches, to be run one after the other; a tool such as sqlcmd wants GO between them. */
export async function installBatches(installation: Installation): Promise<string[]> {
  const folders = await Promise.all(
    installation.folders.map(async ({ folder, list }) => ({ folder, migrations: await compiled(list) })),
  );
  const statements = folders.flatMap(({ migrations }) =>
    migrations.flatMap((migration) => migration.statements),
  );
  const tables = namesIn(statements, /^create table \[(\w+)\]\.\[(\w+)\]/i);
  const schemas = [...new Set([OWN, ...tables.map(([schema]) => schema)])];
  return [
    `-- orderwright ${installation.version}\nset xact_abort on;\nset quoted_identifier on;\nset ansi_nulls on;`,
    ...grants(TO_INSTALL, null, installation.users.install),
    ...installation.triggered.flatMap((table) =>
      grants(['alter'], quoted(table), installation.users.install),
    ),
    ...schemas.map(createSchema),
    ...folders.flatMap(({ folder, migrations }) => [
      ...migrationTables(folder),
      ...migrations.map((migration) => guarded(folder, migration)),
    ]),
    ...Object.entries(installation.mapping).map(([entity, source]) => {
      const view = mssqlNames.table(`orderwright.${entity}`);
      return `create or alter ${hostViewDefinition(view, mssqlNames.table(source.table), source)}`;
    }),
    ...runtimeGrants(installation, statements, tables),
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

async function compiled(list: MigrationList): Promise<CompiledMigration[]> {
  const migrations: CompiledMigration[] = [];
  for (const { name, migration } of list) {
    const statements: string[] = [];
    const knex = openMssql(databaseOf(NOWHERE) as MssqlTarget, notingClient(statements));
    await migration.up(knex, mssqlNames);
    await knex.destroy();
    migrations.push({ name, statements });
  }
  return migrations;
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

function text(value: string): string {
  return `N'${value.replaceAll("'", "''")}'`;
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

/** The running user reads the host through the views, and writes through them only what the mapping lets it. */
function runtimeGrants(
  { mapping, users, folders }: Installation,
  statements: readonly string[],
  tables: readonly [schema: string, name: string][],
): string[] {
  const to = (privileges: readonly string[], schema: string, name: string) =>
    grants(privileges, quoted(`${schema}.${name}`), users.run);
  return [
    ...tables.flatMap(([schema, name]) =>
      to(schema === OWN && UNCHANGEABLE.has(name) ? ['select', 'insert'] : ALL, schema, name),
    ),
    ...folders.flatMap(({ folder }) => to(['select'], OWN, `Migration_${folder}`)),
    ...namesIn(statements, /^create view \[(\w+)\]\.\[(\w+)\]/i).flatMap(([schema, name]) =>
      to(['select'], schema, name),
    ),
    ...Object.entries(mapping).flatMap(([entity, source]) => [
      ...to(['select'], OWN, entity),
      ...((source.writable ?? []).length > 0 && source.fields.Id !== undefined
        ? to(['update'], OWN, entity)
        : []),
      ...(source.insertable === true ? to(['insert'], OWN, entity) : []),
    ]),
  ];
}

/** One privilege a statement, so that a DBA can strike out one. */
function grants(privileges: readonly string[], object: string | null, user: string): string[] {
  const on = object === null ? '' : ` on ${object}`;
  return privileges.map((privilege) => `grant ${privilege}${on} to ${bracketed(user)}`);
}

function namesIn(statements: readonly string[], pattern: RegExp): [schema: string, name: string][] {
  return statements.flatMap((statement) => {
    const [, schema, name] = pattern.exec(statement) ?? [];
    return schema === undefined || name === undefined ? [] : [[schema, name] as [string, string]];
  });
}
