/** The catalog of a SQL Server database, by the views that every login sees its own objects in. */
import type { Knex } from 'knex';
import type { Catalog, CatalogObject, Column, Environment, ObjectKind } from '../catalog.js';
import { quoted } from './quoted.js';

const KINDS: Readonly<Record<string, ObjectKind>> = {
  U: 'table',
  V: 'view',
  TR: 'trigger',
  P: 'procedure',
  FN: 'function',
  IF: 'function',
  TF: 'function',
  SO: 'sequence',
};
/** Rights asked about in one statement. */
const MOST_ASKED = 200;
const DROPPED_FIRST: readonly ObjectKind[] = [
  'trigger',
  'procedure',
  'view',
  'function',
  'table',
  'sequence',
  'schema',
];

interface ObjectRow {
  Id: number;
  Schema: string;
  Name: string;
  Type: string;
  Parent: string | null;
  ParentSchema: string | null;
  Definition: string | null;
}

const OBJECTS = `select o.object_id as [Id], schema_name(o.schema_id) as [Schema], o.name as [Name],
    rtrim(o.type) as [Type], p.name as [Parent], schema_name(p.schema_id) as [ParentSchema], m.definition as [Definition]
  from sys.objects as o
  left join sys.objects as p on p.object_id = o.parent_object_id
  left join sys.sql_modules as m on m.object_id = o.object_id
  where rtrim(o.type) in ('U', 'V', 'TR', 'P', 'FN', 'IF', 'TF', 'SO') and schema_name(o.schema_id) <> 'sys'`;
const COLUMNS = `select c.object_id as [Id], c.name as [Name], type_name(c.user_type_id) as [Type],
    cast(c.max_length as int) as [Length], cast(c.precision as int) as [Precision], cast(c.scale as int) as [Scale],
    cast(c.is_nullable as int) as [Nullable], cast(c.is_identity as int) as [Identity]
  from sys.columns as c join sys.tables as t on t.object_id = c.object_id order by c.object_id, c.column_id`;
const INDEXES = `select i.object_id as [Id], i.name as [Name], cast(i.type as int) as [Type], cast(i.is_unique as int) as [Unique]
  from sys.indexes as i join sys.tables as t on t.object_id = i.object_id where i.name is not null`;

export const mssqlCatalog: Catalog = {
  async read(knex) {
    const objects: ObjectRow[] = await knex.raw(OBJECTS);
    const parts = new Map<number, string[]>();
    const columns: Rows = await knex.raw(COLUMNS);
    const indexes: Rows = await knex.raw(INDEXES);
    for (const row of [...columns, ...indexes]) {
      const { Id, ...part } = row;
      const list = parts.get(Number(Id)) ?? [];
      list.push(JSON.stringify(part));
      parts.set(Number(Id), list);
    }
    const schemas: { Name: string }[] = await knex.raw(
      `select name as [Name] from sys.schemas where name not in ('sys', 'INFORMATION_SCHEMA', 'information_schema')`,
    );
    return [
      ...schemas.map(({ Name }): CatalogObject => ({ kind: 'schema', name: Name, on: null, definition: '' })),
      ...objects.map((row): CatalogObject => ({
        kind: KINDS[row.Type] ?? 'table',
        name: `${row.Schema}.${row.Name}`,
        on:
          row.Type === 'TR' && row.Parent !== null ? `${row.ParentSchema ?? row.Schema}.${row.Parent}` : null,
        definition: row.Definition ?? (parts.get(row.Id) ?? []).sort().join('\n'),
      })),
    ];
  },

  async environment(knex): Promise<Environment> {
    const [row] = (await knex.raw(
      `select cast(serverproperty('ProductVersion') as nvarchar(100)) as [Version],
              cast(serverproperty('Edition') as nvarchar(200)) as [Edition],
              cast(databasepropertyex(db_name(), 'Collation') as nvarchar(200)) as [Collation],
              convert(varchar(23), sysutcdatetime(), 126) as [Clock]`,
    )) as [{ Version: string; Edition: string; Collation: string; Clock: string }];
    const versioned: { RowVersions: number }[] = await knex.raw(
      'select cast(is_read_committed_snapshot_on as int) as [RowVersions] from sys.databases where database_id = db_id()',
    );
    return {
      product: 'SQL Server',
      version: row.Version,
      capable: await isCapable(knex),
      edition: row.Edition,
      collation: row.Collation,
      rowVersions: versioned[0] === undefined ? null : versioned[0].RowVersions === 1,
      clock: `${row.Clock.replace(' ', 'T')}Z`,
      triggersOutOfOrder: await triggersOutOfOrder(knex),
    };
  },

  async missingRights(knex, wanted) {
    const missing: string[] = [];
    for (let from = 0; from < wanted.length; from += MOST_ASKED) {
      const some = wanted.slice(from, from + MOST_ASKED);
      const places = some.map((_right, place) => `(?, ?, ${place})`).join(', ');
      const rows: { Place: number }[] = await knex.raw(
        // What can't be seen is null: the login has no right at all on it.
        `select w.[Place] from (values ${places}) as w ([Object], [Privilege], [Place])
          where coalesce(has_perms_by_name(w.[Object], 'OBJECT', w.[Privilege]), 0) <> 1 order by w.[Place]`,
        some.flatMap(({ object, privilege }) => [quoted(object), privilege]),
      );
      for (const { Place } of rows) {
        const right = some[Place];
        if (right !== undefined) missing.push(`${right.privilege.toUpperCase()} on ${right.object}`);
      }
    }
    return missing;
  },

  async seenSchemas(knex) {
    const rows: { Name: string }[] = await knex.raw(
      `select s.name as [Name] from sys.schemas as s
        where user_name() = 'dbo' or is_member('db_owner') = 1
           or has_perms_by_name(quotename(s.name), 'SCHEMA', 'VIEW DEFINITION') = 1`,
    );
    return new Set(rows.map(({ Name }) => Name.toLowerCase()));
  },

  async columns(knex, table) {
    const rows: Column[] = await knex.raw(
      `select c.name as [name], type_name(c.user_type_id) as [type] from sys.columns as c where c.object_id = object_id(?)`,
      [quoted(table)],
    );
    return rows.length === 0 ? null : rows;
  },

  async drop(knex: Knex, objects) {
    for (const kind of DROPPED_FIRST) {
      for (const { name } of objects.filter((object) => object.kind === kind)) {
        await knex.raw(`drop ${kind} if exists ${quoted(name)}`);
      }
    }
  },
};

/** What SQL Server has since 2016. */
async function isCapable(knex: Knex): Promise<boolean> {
  try {
    await knex.raw(`select json_value(N'{"a":1}', '$.a') as [A], session_context(N'a') as [B]`);
    return true;
  } catch {
    return false;
  }
}

type Rows = Record<string, string | number | null>[];

/** Where a table has a trigger that is set to be the last, ours does not see what that one changes. */
async function triggersOutOfOrder(knex: Knex): Promise<string[]> {
  try {
    const rows: { Name: string }[] = await knex.raw(
      `select t.name as [Name] from sys.triggers as t
         join sys.trigger_events as e on e.object_id = t.object_id
         join sys.triggers as ours on ours.parent_id = t.parent_id
         join sys.sql_modules as m on m.object_id = ours.object_id
        where e.is_last = 1 and m.definition like '%HookEvent%' and t.object_id <> ours.object_id`,
    );
    return [...new Set(rows.map(({ Name }) => Name))];
  } catch {
    return [];
  }
}
