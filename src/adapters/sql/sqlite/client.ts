/**
 * knex on better-sqlite3, with transactions that begin IMMEDIATE: with the default, concurrent read-then-write
 * transactions die with SQLITE_BUSY_SNAPSHOT.
 */
import type { Database } from 'better-sqlite3';
import knex, { type Knex } from 'knex';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { OrderwrightError } from '../../../core/problem.js';
import type { BulkRow } from '../dialect.js';
import { prepared } from './bulk-insert.js';
import { insertAlone, leaveUnflushed, WriteAheadLog, type Insert } from './durable-insert.js';

type RawConnection = Pick<Database, 'pragma' | 'exec'> & { prepare(sql: string): unknown };

interface KnexTransaction {
  begin: (connection: RawConnection) => Promise<unknown>;
  query: (connection: RawConnection, sql: string) => Promise<unknown>;
  readOnly?: boolean;
}

/** One query of a builder. */
interface Compiled {
  sql: string;
  timeout?: number | false;
}

interface Runner {
  connection: Database | undefined;
  run(): Promise<unknown>;
}

interface Client {
  /** Whether it is a transaction's, and has its connection. */
  transacting?: boolean;
  runner(builder: { toSQL(): Compiled | Compiled[] }): Runner;
  query(connection: Database, compiled: Compiled): Promise<object>;
  processResponse(response: object, runner: Runner): unknown;
  transaction(...options: unknown[]): KnexTransaction;
  acquireRawConnection(): Promise<Database>;
  acquireConnection(): Promise<Database>;
  releaseConnection(connection: Database): Promise<void>;
  destroy(): Promise<void>;
  connectionSettings: { filename: string };
}

type ClientClass = new (...options: unknown[]) => Client;

// knex exports its dialects to `require` alone, and without types.
const BetterSqliteClient = createRequire(import.meta.url)(
  'knex/lib/dialects/better-sqlite3/index.js',
) as ClientClass;

class ImmediateClient extends BetterSqliteClient {
  private readonly log = new WriteAheadLog(this.connectionSettings.filename);
  /** Where rows are inserted whose commits leave the log to be flushed. */
  private unflushed: Database | null = null;

  /** Rows in a transaction of their own, in turn with the others; resolves when they are durable. */
  async insertDurably(insert: Insert): Promise<void> {
    const connection = await this.acquireConnection();
    let unflushed: Database | null;
    try {
      // The writer has one connection: whoever holds it is alone here.
      unflushed = this.unflushed ??= await this.openUnflushed(connection);
      const begin = unflushed === null ? attemptOn(connection) : attemptWithoutTimeout(unflushed);
      await insertAlone(unflushed ?? connection, () => beginImmediate(begin), insert);
    } finally {
      await this.releaseConnection(connection);
    }
    if (unflushed !== null) await this.log.flush();
  }

  /**
   * A connection beside the one whose commits are flushed: to change how one does, and back, takes longer than to insert.
   * Null where the database keeps no log that could be flushed.
   */
  private async openUnflushed(connection: Database): Promise<Database | null> {
    if (connection.pragma('journal_mode', { simple: true }) !== 'wal') return null;
    const unflushed = await this.acquireRawConnection();
    leaveUnflushed(unflushed);
    return unflushed;
  }

  /** In a transaction a query needs nothing of what knex does around it, which takes longer than SQLite to answer. */
  override runner(builder: { toSQL(): Compiled | Compiled[] }): Runner {
    const runner = super.runner(builder);
    if (this.transacting !== true) return runner;
    const run = runner.run.bind(runner);
    runner.run = async () => {
      const compiled = builder.toSQL();
      if (Array.isArray(compiled) || Boolean(compiled.timeout)) return run();
      const connection = (runner.connection ??= await this.acquireConnection());
      return this.processResponse(await this.query(connection, compiled), runner);
    };
    return runner;
  }

  override async destroy(): Promise<void> {
    await this.log.close();
    await super.destroy();
    this.unflushed?.close();
  }

  override transaction(...options: unknown[]): KnexTransaction {
    const transaction = super.transaction(...options);
    transaction.begin = async (connection) => {
      // Who reads begins and ends it, again and again.
      if (transaction.readOnly === true) return undefined;
      if (await begun(attemptOn(connection))) return undefined;
      // The last attempt is knex's own, so that it hears of the failure.
      return withoutWaiting(connection, () => transaction.query(connection, BEGIN));
    };
    return transaction;
  }
}

const BEGIN = 'BEGIN IMMEDIATE;';
/** How long a process waits for another's write before it gives up, in milliseconds. */
const BUSY_TIMEOUT_MS = 30_000;
/** What of the database a file's connections keep in memory: the rows of a large collection have their keys all over it. */
const CACHE_KIB = 64 * 1024;
/** The pauses between attempts, the last one again and again. */
const PAUSES_MS = [1, 2, 5, 10, 15, 20, 25];

/**
 * Waits for the write lock without holding up this process, which SQLite's own waiting does: it would never end where
 * another door of this very process holds the lock. False where the lock is not to be had in time.
 * @param attempt begins the transaction, or throws at once.
 */
async function begun(attempt: () => void): Promise<boolean> {
  const end = performance.now() + BUSY_TIMEOUT_MS;
  for (let number = 0; performance.now() < end; number++) {
    try {
      attempt();
      return true;
    } catch (error) {
      if ((error as { code?: string }).code?.startsWith('SQLITE_BUSY') !== true) return false;
    }
    await wait(PAUSES_MS[number] ?? PAUSES_MS.at(-1));
  }
  return false;
}

async function beginImmediate(attempt: () => void): Promise<void> {
  if (!(await begun(attempt))) attempt();
}

function attemptOn(connection: RawConnection): () => void {
  return () => {
    withoutWaiting(connection, () => connection.exec(BEGIN));
  };
}

/** On a connection that never waits by itself. */
function attemptWithoutTimeout(connection: Database): () => void {
  return () => {
    prepared(connection, BEGIN).run();
  };
}

/** SQLite's statements run in the call itself, so that this is over when it returns. */
function withoutWaiting<T>(connection: RawConnection, work: () => T): T {
  connection.pragma('busy_timeout = 0');
  try {
    return work();
  } finally {
    connection.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  }
}

/** How many prepared statements a connection keeps, and how long a text may be that is worth keeping. */
const KEPT = { statements: 500, characters: 8000 };

/** knex prepares a statement anew each time it is run, which costs more than running it. */
function keepStatements(connection: RawConnection): void {
  const kept = new Map<string, unknown>();
  const prepare = connection.prepare.bind(connection);
  connection.prepare = (sql) => {
    // What changes the schema may change the columns of any other statement.
    if (/^\s*(create|drop|alter|pragma)\b/i.test(sql)) {
      kept.clear();
      return prepare(sql);
    }
    const known = kept.get(sql);
    const statement = known ?? prepare(sql);
    if (sql.length > KEPT.characters) return statement;
    // The one that was used last is the last to go.
    kept.delete(sql);
    kept.set(sql, statement);
    const [oldest] = kept.keys();
    if (kept.size > KEPT.statements && oldest !== undefined) kept.delete(oldest);
    return statement;
  };
}

/** What goes wrong is thrown, and told once by whoever asked; knex would tell it a second time on the console. */
const ignore = () => undefined;
const silent = { warn: ignore, error: ignore, deprecate: ignore, debug: ignore };

/** Rows in a transaction of their own, which other work of this process does not wait for. */
export function insertDurably(db: Knex, table: string, make: () => readonly BulkRow[]): Promise<void> {
  return (db.client as ImmediateClient).insertDurably({ table, make });
}

/**
 * Opens a SQLite file, or a database in memory for `:memory:`.
 * @param connections more than one only for reading a file, and these do nothing else: there is one writer anyway.
 * @throws OrderwrightError OW_DATABASE_UNREACHABLE where the file's folder is not there.
 */
export function openSqlite(filename: string, connections = 1): Knex {
  if (filename !== ':memory:' && !existsSync(dirname(filename))) {
    throw new OrderwrightError(
      'OW_DATABASE_UNREACHABLE',
      `The folder of the database ${filename} does not exist`,
    );
  }
  return knex({
    log: silent,
    client: ImmediateClient as unknown as typeof Knex.Client,
    connection: { filename },
    useNullAsDefault: true,
    pool: {
      // One connection: a database in memory lives in it, and SQLite has one writer anyway.
      min: 1,
      max: connections,
      afterCreate(connection: RawConnection, done: (error: Error | null, connection: RawConnection) => void) {
        connection.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
        connection.pragma('journal_mode = WAL');
        connection.pragma('synchronous = FULL');
        connection.pragma('foreign_keys = ON');
        // A savepoint copies every page that is written in it; past 64 KiB that would be to a temporary file.
        connection.pragma('temp_store = MEMORY');
        connection.pragma(`cache_size = -${CACHE_KIB / connections}`);
        // What reads on after its transaction has ended is beside another's: it must not be able to write there.
        if (connections > 1) connection.pragma('query_only = ON');
        keepStatements(connection);
        done(null, connection);
      },
    },
  });
}

/** A SQLite file for reading alone: nothing of it is changed, not even how it keeps its writes. */
export function openSqliteToRead(filename: string): Knex {
  return knex({
    log: silent,
    client: BetterSqliteClient as unknown as typeof Knex.Client,
    connection: { filename, options: { readonly: true } } as unknown as Knex.StaticConnectionConfig,
    useNullAsDefault: true,
    pool: { min: 1, max: 1 },
  });
}
