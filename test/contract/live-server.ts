/**
 * The live SQL Server that ORDERWRIGHT_TEST_MSSQL names, and what tests make on it: databases and logins, all of them
 * named by the run, so that whatever a failure leaves is found and dropped when the run is over.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Context } from 'mocha';
import { openDatabase } from '../../src/adapters/sql/open-database.js';

const LIVE = process.env.ORDERWRIGHT_TEST_MSSQL ?? '';

/** Why there is no server; null where there is one. */
export const MISSING =
  LIVE === '' ? 'ORDERWRIGHT_TEST_MSSQL names no server (mssql://user:password@host:port/database)' : null;

const PREFIX = `orderwright_test_${process.env.ORDERWRIGHT_TEST_RUN ?? randomBytes(4).toString('hex')}_`;
/** A server takes a moment to notice that the last connection of a process that was killed is gone. */
const ATTEMPTS = 40;
const PAUSE_MS = 500;

export interface Login {
  name: string;
  password: string;
}

/** A database of its own, empty; its URL. */
export async function makeDatabase(): Promise<string> {
  const database = `${PREFIX}${randomBytes(4).toString('hex')}`;
  await onTheServer(`create database [${database}]`);
  const url = new URL(LIVE);
  url.pathname = `/${database}`;
  return url.href;
}

export async function dropDatabase(url: string): Promise<void> {
  await drop(`database [${new URL(url).pathname.slice(1)}]`);
}

/** A login of its own, without any right. @throws where the server refuses to make logins. */
export async function makeLogin(): Promise<Login> {
  const login = {
    name: `${PREFIX}${randomBytes(4).toString('hex')}`,
    password: `Zz9!${randomBytes(9).toString('hex')}`,
  };
  await onTheServer(`create login [${login.name}] with password = '${login.password}'`);
  return login;
}

export async function dropLogin({ name }: Login): Promise<void> {
  await drop(`login [${name}]`);
}

/** The database's URL for another login. */
export function urlFor(url: string, { name, password }: Login): string {
  const other = new URL(url);
  other.username = encodeURIComponent(name);
  other.password = encodeURIComponent(password);
  return other.href;
}

/** Drops what the run has left; gives the names. */
export async function dropLeftovers(): Promise<string[]> {
  const named = async (catalog: string) => {
    const rows = await onTheServer(`select name as [Name] from ${catalog} where name like '${PREFIX}%'`);
    return rows.map(({ Name }) => String(Name));
  };
  const databases = await named('sys.databases');
  for (const name of databases) await drop(`database [${name}]`);
  const logins = await named('sys.server_principals');
  for (const name of logins) await drop(`login [${name}]`);
  return [...databases, ...logins];
}

/** Runs statements on the server, beside any database of a test. */
export async function onTheServer(statement: string): Promise<Record<string, unknown>[]> {
  return onDatabase(LIVE, statement);
}

/** Runs a batch in a database, on a connection of its own. */
export async function onDatabase(url: string, batch: string): Promise<Record<string, unknown>[]> {
  const { knex } = await openDatabase(url);
  try {
    return await knex.raw<Record<string, unknown>[]>(batch.replaceAll('?', '\\?'));
  } finally {
    await knex.destroy();
  }
}

/** Leaves a test out because of what the server can't do, and says so. */
export function leaveOut(context: Context, reason: string): never {
  process.stdout.write(`      left out: ${reason}\n`);
  return context.skip();
}

async function drop(what: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await onTheServer(`drop ${what}`);
      return;
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await wait(PAUSE_MS);
    }
  }
}
