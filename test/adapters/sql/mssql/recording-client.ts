/**
 * The client of the adapter with nothing behind it but a note of every statement. So that whole stories run on it, rows
 * are read from and written to an installed SQLite database, as far as the statements mean the same there.
 */
import type Sqlite from 'better-sqlite3';
import type { Knex } from 'knex';
import { databaseOf, type MssqlTarget } from '../../../../src/adapters/sql/database-url.js';
import { MssqlClient, openMssql, type Column } from '../../../../src/adapters/sql/mssql/client.js';

type Connection = Awaited<ReturnType<MssqlClient['acquireRawConnection']>>;

export interface Statement {
  sql: string;
  parameters: number;
}

export interface Recording {
  knex: Knex;
  statements: Statement[];
  /** What the server answers to a commit. */
  onCommit: () => Error | undefined;
  /** What the server says of its transaction. */
  inTransaction: boolean;
  /** Whether the migrations of the database behind it count as run; before, every one of them is told. */
  migrated: boolean;
}

const URL = 'mssql://nobody:none@nowhere:1433/nothing';

/** A knex that records; without a database every statement has no rows. */
export function recordingKnex(database?: Sqlite.Database): Recording {
  const statements: Statement[] = [];
  const recording: Omit<Recording, 'knex'> = {
    statements,
    onCommit: () => undefined,
    inTransaction: true,
    migrated: false,
  };

  class RecordingClient extends MssqlClient {
    override acquireRawConnection(): Promise<Connection> {
      const done = (callback: (error?: Error) => void) => {
        callback();
      };
      const connection = {
        connected: true,
        get inTransaction() {
          return recording.inTransaction;
        },
        state: { name: 'LoggedIn' },
        beginTransaction: done,
        commitTransaction: (callback: (error?: Error) => void) => {
          callback(recording.onCommit());
        },
        rollbackTransaction: done,
        saveTransaction: done,
        on: () => undefined,
        once: (_event: string, callback: () => void) => {
          callback();
        },
        close: () => undefined,
      };
      return Promise.resolve(connection as unknown as Connection);
    }

    protected override execute(
      _connection: Connection,
      { sql, bindings = [] }: { sql: string; bindings?: readonly unknown[] },
    ): Promise<Column[][]> {
      statements.push({ sql, parameters: bindings.length });
      const rows = database === undefined ? [] : answer(database, recording, { sql, bindings });
      return Promise.resolve(
        rows.map((row) => Object.entries(row).map(([colName, value]) => ({ metadata: { colName }, value }))),
      );
    }
  }

  const knex = openMssql(databaseOf(URL) as MssqlTarget, RecordingClient);
  return Object.assign(recording, { knex });
}

type Row = Record<string, unknown>;

function answer(
  database: Sqlite.Database,
  { migrated }: { migrated: boolean },
  { sql, bindings }: { sql: string; bindings: readonly unknown[] },
): Row[] {
  if (sql.includes('xact_state()')) return [{ State: 1 }];
  if (sql.includes('sys.databases')) return [{ Versioned: 1, Snapshot: 0 }];
  if (!/^(select|insert|update|delete)\b/i.test(sql)) return [];
  if (!migrated && sql.includes('max_batch')) return [{ max_batch: 0 }];
  if (!migrated && sql.includes('Migration_')) return counted(sql, 1);
  if (sql.includes('[Found]') && sql.includes('Migration_')) return [{ Found: 1 }];
  if (/object_id|user_id|has_perms_by_name|serverproperty|information_schema|sys\.|sysutcdatetime/i.test(sql))
    return counted(sql, 1);
  const statement = database.prepare(onSqlite(sql));
  const values = Object.fromEntries(
    bindings.map((value, index) => [`p${index}`, typeof value === 'boolean' ? Number(value) : value]),
  );
  if (statement.reader) return statement.all(values) as Row[];
  const { changes } = statement.run(values);
  // Through a view SQLite tells no count.
  return counted(sql, /\[Host\w+\]/.test(sql) ? 1 : changes);
}

function counted(sql: string, count: number): Row[] {
  return sql.includes('@@rowcount') ? [{ '': count }] : [];
}

/** The same statement in SQLite's words; it reads names in brackets and parameters such as @p0 as they are. */
function onSqlite(sql: string): string {
  let text = sql
    .replace(/;\s*select @@rowcount$/, '')
    .replace(/\[(orderwright|mes)\]\.\[/g, '[$1_')
    .replace(/\bN'/g, "'")
    .replace(/ with \((updlock|readpast)[\w, ]*\)/g, '')
    .replace(/\(values (.*?)\) as r \((.*?)\)(?= |$)/s, (_all, rows: string, names: string) => {
      const fields = names.split(', ').map((name, index) => `column${index + 1} as ${name}`);
      return `(select ${fields.join(', ')} from (values ${rows})) as r`;
    })
    .replace(
      /^update t set (.*?) from (\[\w+\]) as t inner join (.*) on (.*)$/s,
      (_all, sets: string, ...rest) => {
        const [table, source, condition] = rest as string[];
        return `update ${table} as t set ${sets.replaceAll('t.[', '[')} from ${source} where ${condition}`;
      },
    )
    .replace(
      /^delete t from (\[\w+\]) as t inner join (.*) on (.*)$/s,
      'delete from $1 as t where exists (select 1 from $2 where $3)',
    );
  if (text.includes(' output inserted.*')) text = `${text.replace(' output inserted.*', '')} returning *`;
  const returned = / output inserted\.(\[\w+\]) as \[\w+\]/.exec(text);
  if (returned) text = `${text.replace(returned[0], '')} returning ${returned[1]}`;
  const limit = /^select (distinct )?top \((@p\d+|\d+)\)/.exec(text);
  if (limit) text = `${text.replace(/top \((@p\d+|\d+)\)/, '')} limit ${limit[2]}`;
  return text;
}
