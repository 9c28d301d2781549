/**
 * knex on tedious. Its own client mixes the waiting statements of all connections, declares each text as long as it
 * happens to be, so that every length is another plan, and does not notice that the server has undone a transaction:
 * what follows would be committed statement by statement. This one keeps a queue per connection and refuses that.
 */
import { createRequire } from 'node:module';
import knex, { type Knex } from 'knex';
import type * as tedious from 'tedious';
import type { MssqlTarget } from '../database-url.js';
import { quoted } from './quoted.js';

type Tedious = typeof tedious;
type Connection = InstanceType<Tedious['Connection']> & { inTransaction: boolean };

interface Query {
  sql: string;
  bindings?: readonly unknown[];
  response?: Column[][];
}

/** A value of a row, as tedious gives it. */
export interface Column {
  metadata: { colName: string };
  value: unknown;
}

interface KnexTransaction {
  outerTx: unknown;
  begin: (connection: Connection) => Promise<unknown>;
  commit: (connection: Connection, value: unknown) => Promise<unknown>;
  rollback: (connection: Connection, error: unknown) => Promise<unknown>;
}

interface KnexTableCompiler {
  tableNameRaw: string;
  primary: (columns: string | string[], constraint?: unknown) => void;
}

interface KnexSchemaCompiler {
  hasTable: (table: string) => void;
  pushQuery: (query: { sql: string; output: (rows: unknown[]) => boolean }) => void;
}

interface KnexClient {
  connectionSettings: MssqlTarget;
  _driver(): Tedious;
  transaction(...options: unknown[]): KnexTransaction;
  tableCompiler(...options: unknown[]): KnexTableCompiler;
  schemaCompiler(...options: unknown[]): KnexSchemaCompiler;
}

// knex exports its dialects to `require` alone, and without types.
const BaseClient = createRequire(import.meta.url)('knex/lib/dialects/mssql/index.js') as new (
  ...options: unknown[]
) => KnexClient;

/** Characters of the longest nvarchar that is not of any length. */
const LONGEST_TEXT = 4000;
const LARGEST_INT = 2 ** 31 - 1;

/** The server has ended the transaction of a connection on its own; the cause is what it said last. */
export class TransactionOver extends Error {
  constructor(cause: unknown) {
    super('The database has undone the transaction', { cause });
  }
}

// Beside the client: knex makes a transaction's client from the class, without its fields.
/** By connection, the statement that is under way on it. */
const turns = new WeakMap<Connection, Promise<unknown>>();
/** Connections whose work is to be in a transaction. */
const transacting = new WeakSet<Connection>();
const lastFailures = new WeakMap<Connection, unknown>();
/** Connections whose session says that what they write is ours. */
const owned = new WeakSet<Connection>();

/**
 * Has the triggers on the host's tables know the transaction's writes as ours, by this name. The client takes it back
 * when the transaction ends, however it ends: the connection's next user may be somebody else.
 */
export async function writeAs(trx: Knex.Transaction, name: string): Promise<void> {
  // Inside a transaction this is the connection that the transaction holds; there is nothing to release.
  const client = trx.client as { acquireConnection(): Promise<Connection> };
  owned.add(await client.acquireConnection());
  await trx.raw(`declare @own nvarchar(64) = ?; exec sp_set_session_context N'orderwright', @own;`, [name]);
}

export class MssqlClient extends BaseClient {
  async acquireRawConnection(): Promise<Connection> {
    const { Connection: TediousConnection, Request } = this._driver();
    const target = this.connectionSettings;
    const connection = new TediousConnection(configurationOf(target)) as Connection & Record<string, unknown>;
    await new Promise<void>((resolve, reject) => {
      connection.connect((error) => {
        if (error) reject(error);
        else resolve();
      });
    });
    connection.connected = true;
    connection.on('error', (error) => {
      connection.connected = false;
      connection.__knex__disposed = error;
    });
    connection.once('end', () => {
      connection.connected = false;
      connection.__knex__disposed = 'The connection was ended';
    });
    // In a batch of its own: within sp_executesql the setting would end with the statement.
    await new Promise<void>((resolve, reject) => {
      const request = new Request(`set lock_timeout ${target.lockTimeout}`, (error) => {
        if (error) reject(error);
        else resolve();
      });
      connection.execSqlBatch(request);
    });
    return connection;
  }

  override transaction(...options: unknown[]): KnexTransaction {
    const transaction = super.transaction(...options);
    const { begin, commit, rollback } = transaction;
    // A transaction in a transaction is a savepoint: it is the outer one that begins and ends.
    const ended = (connection: Connection) => {
      if (!transaction.outerTx) transacting.delete(connection);
    };
    transaction.begin = async (connection) => {
      await begin.call(transaction, connection);
      lastFailures.delete(connection);
      transacting.add(connection);
    };
    // Before it ends: knex hands the connection to the next as soon as it has.
    const end = async (connection: Connection, work: () => Promise<unknown>) => {
      ended(connection);
      if (!transaction.outerTx) await this.disown(connection);
      return work();
    };
    transaction.commit = (connection, value) =>
      end(connection, () => commit.call(transaction, connection, value));
    transaction.rollback = (connection, error) =>
      end(connection, () => rollback.call(transaction, connection, error));
    return transaction;
  }

  /** The session's context outlives its transaction, also one that is rolled back. */
  private async disown(connection: Connection & { __knex__disposed?: unknown }): Promise<void> {
    if (!owned.delete(connection)) return;
    try {
      await this.execute(connection, { sql: `exec sp_set_session_context N'orderwright', null` });
    } catch (error) {
      // It is not handed out again: what its next user writes would be taken for ours.
      connection.__knex__disposed = error;
    }
  }

  /** A constraint belongs to its table's schema and is not named with it, which knex would do. */
  override tableCompiler(...options: unknown[]): KnexTableCompiler {
    const compiler = super.tableCompiler(...options);
    const { primary } = compiler;
    compiler.primary = (columns, constraint) => {
      const name = `${compiler.tableNameRaw.replaceAll('.', '_')}_pkey`;
      primary.call(compiler, columns, constraint ?? name);
    };
    return compiler;
  }

  /** knex would look for a table whose name has the schema and the point in it. */
  override schemaCompiler(...options: unknown[]): KnexSchemaCompiler {
    const compiler = super.schemaCompiler(...options);
    compiler.hasTable = (table) => {
      const name = quoted(table).replaceAll("'", "''");
      const sql = `select 1 as [Found] where object_id(N'${name}', N'U') is not null`;
      compiler.pushQuery({ sql, output: (rows) => rows.length > 0 });
    };
    return compiler;
  }

  /** One statement at a time on a connection, in the order in which they were asked for. */
  _query(connection: Connection, query: Query): Promise<Query> {
    const before = turns.get(connection) ?? Promise.resolve();
    const run = before.then(() => this.run(connection, query));
    turns.set(
      connection,
      run.catch(() => undefined),
    );
    return run;
  }

  private async run(connection: Connection, query: Query): Promise<Query> {
    if (transacting.has(connection) && !connection.inTransaction) {
      throw new TransactionOver(lastFailures.get(connection));
    }
    try {
      query.response = await this.execute(connection, query);
      return query;
    } catch (error) {
      lastFailures.set(connection, error);
      throw error;
    }
  }

  /** Sends a statement with its parameters `@p0`, `@p1` ... and gives its rows; truth comes as 1 and 0. */
  protected execute(connection: Connection, { sql, bindings = [] }: Query): Promise<Column[][]> {
    const { Request, TYPES } = this._driver();
    return new Promise((resolve, reject) => {
      const rows: Column[][] = [];
      const request = new Request(sql, (error) => {
        if (error) reject(error);
        else resolve(rows);
      });
      request.on('row', (columns: Column[]) => {
        rows.push(columns.map(({ metadata, value }) => ({ metadata, value: plain(value) })));
      });
      bindings.forEach((value, index) => {
        const [type, length] = typeOf(TYPES, value);
        request.addParameter(`p${index}`, type, value, length === undefined ? {} : { length });
      });
      connection.execSql(request);
    });
  }
}

function plain(value: unknown): unknown {
  return typeof value === 'boolean' ? Number(value) : value;
}

function typeOf(
  TYPES: Tedious['TYPES'],
  value: unknown,
): [type: Tedious['TYPES'][keyof Tedious['TYPES']], length?: number] {
  if (typeof value === 'boolean') return [TYPES.Bit];
  if (typeof value === 'number') {
    if (!Number.isInteger(value)) return [TYPES.Float];
    return [Math.abs(value) <= LARGEST_INT ? TYPES.Int : TYPES.BigInt];
  }
  if (value instanceof Date) return [TYPES.DateTime2];
  if (Buffer.isBuffer(value)) return [TYPES.VarBinary, Infinity];
  const longer = typeof value === 'string' && value.length > LONGEST_TEXT;
  return [TYPES.NVarChar, longer ? Infinity : LONGEST_TEXT];
}

function configurationOf(target: MssqlTarget): ConstructorParameters<Tedious['Connection']>[0] {
  const { user: userName, password, domain } = target;
  return {
    server: target.host,
    authentication:
      domain === null
        ? { type: 'default', options: { userName, password } }
        : { type: 'ntlm', options: { userName, password, domain } },
    options: {
      database: target.database,
      ...(target.port === null ? {} : { port: target.port }),
      ...(target.instance !== null && target.port === null && { instanceName: target.instance }),
      ...(target.serverName !== null && { serverName: target.serverName }),
      encrypt: target.encrypt,
      trustServerCertificate: target.trustServerCertificate,
      multiSubnetFailover: target.multiSubnetFailover,
      appName: target.appName,
      connectTimeout: target.connectTimeout,
      requestTimeout: target.requestTimeout,
      useUTC: true,
    },
  };
}

/** What goes wrong is thrown, and told once by whoever asked; knex would tell it a second time on the console. */
const ignore = () => undefined;
const silent = { warn: ignore, error: ignore, deprecate: ignore, debug: ignore };

/** knex on a SQL Server; nothing is connected before the first statement. */
export function openMssql(
  target: MssqlTarget,
  client: new (...options: unknown[]) => unknown = MssqlClient,
): Knex {
  return knex({
    log: silent,
    client: client as unknown as typeof Knex.Client,
    connection: { ...target } as unknown as Knex.StaticConnectionConfig,
    pool: { min: target.poolMin, max: target.poolMax },
    acquireConnectionTimeout: target.acquireTimeout,
  });
}
