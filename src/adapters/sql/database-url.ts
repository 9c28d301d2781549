/** Database URLs: `sqlite:<file>`, `sqlite::memory:` and `mssql://user:password@host:port/database?encrypt=true`. */
import { readFileSync } from 'node:fs';
import { OrderwrightError } from '../../core/problem.js';

export interface SqliteTarget {
  kind: 'sqlite';
  file: string;
}

/** Times are in milliseconds. */
export interface MssqlTarget {
  kind: 'mssql';
  host: string;
  /** Null for a named instance, whose port is asked for. */
  port: number | null;
  instance: string | null;
  database: string;
  user: string;
  password: string;
  /** A Windows domain: the login is one of it. */
  domain: string | null;
  encrypt: boolean;
  /** Takes any certificate of the server: for a trial, never for a plant. */
  trustServerCertificate: boolean;
  /** The name in the server's certificate, where it is not the host's. */
  serverName: string | null;
  /** How the connections name themselves to the DBA. */
  appName: string;
  multiSubnetFailover: boolean;
  connectTimeout: number;
  requestTimeout: number;
  /** How long a statement waits for another's lock. */
  lockTimeout: number;
  poolMin: number;
  poolMax: number;
  /** How long a transaction waits for a connection of the pool. */
  acquireTimeout: number;
}

const MSSQL_PORT = 1433;

const WORDS = ['instance', 'domain', 'serverName', 'appName', 'passwordFile'] as const;
const SWITCHES = { encrypt: true, trustServerCertificate: false, multiSubnetFailover: false };
const NUMBERS = {
  connectTimeout: 15_000,
  requestTimeout: 30_000,
  lockTimeout: 5_000,
  poolMin: 0,
  poolMax: 10,
  acquireTimeout: 30_000,
};
const PARAMETERS: readonly string[] = [...WORDS, ...Object.keys(SWITCHES), ...Object.keys(NUMBERS)];

/**
 * What a database URL names. A password that is not in the URL is in the file that `passwordFile` names, else in the
 * environment's ORDERWRIGHT_DATABASE_PASSWORD.
 * @throws OrderwrightError OW_DATABASE_URL, wrong usage, for any other URL; it never repeats a password.
 */
export function databaseOf(url: string): SqliteTarget | MssqlTarget {
  const file = /^sqlite:(.+)$/s.exec(url)?.[1];
  if (file !== undefined) return { kind: 'sqlite', file };
  if (/^(mssql|sqlserver):\/\//i.test(url)) return mssqlTarget(url);
  // A URL may hold a password: only its scheme is repeated.
  const scheme = /^[a-z][a-z0-9+.-]*(?=:)/i.exec(url)?.[0] ?? 'this';
  throw wrong(
    `No database adapter for ${scheme} URLs is installed.\n` +
      'Maybe sqlite:<file>, sqlite::memory: or mssql://user:password@host:port/database',
  );
}

function mssqlTarget(text: string): MssqlTarget {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw wrong(
      'The URL of the database can not be read.\n' +
        'Maybe a character of the user or the password has to be percent-encoded: mssql://user:p%40ss@host:1433/database',
    );
  }
  const database = decoded(url.pathname.slice(1));
  if (database === '')
    throw wrong('The URL names no database.\nMaybe mssql://user:password@host:port/database');
  const parameters = parametersOf(url);
  const user = decoded(url.username);
  if (user === '') throw wrong('The URL names no user.\nMaybe mssql://user:password@host:port/database');
  const instance = parameters.word('instance');
  return {
    kind: 'mssql',
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port !== '' ? Number(url.port) : instance === null ? MSSQL_PORT : null,
    instance,
    database,
    user,
    password: passwordOf(decoded(url.password), parameters.word('passwordFile')),
    domain: parameters.word('domain'),
    encrypt: parameters.truth('encrypt'),
    trustServerCertificate: parameters.truth('trustServerCertificate'),
    serverName: parameters.word('serverName'),
    appName: parameters.word('appName') ?? 'orderwright',
    multiSubnetFailover: parameters.truth('multiSubnetFailover'),
    connectTimeout: parameters.number('connectTimeout'),
    requestTimeout: parameters.number('requestTimeout'),
    lockTimeout: parameters.number('lockTimeout'),
    poolMin: parameters.number('poolMin'),
    poolMax: Math.max(1, parameters.number('poolMax')),
    acquireTimeout: parameters.number('acquireTimeout'),
  };
}

function parametersOf({ searchParams }: URL) {
  const unknown = [...searchParams.keys()].filter((name) => !PARAMETERS.includes(name));
  if (unknown.length > 0) {
    throw wrong(
      `The URL of the database has a parameter that is not known: ${unknown.join(', ')}.\n` +
        `Known are: ${PARAMETERS.join(', ')}`,
    );
  }
  return {
    word: (name: (typeof WORDS)[number]): string | null => searchParams.get(name),
    truth(name: keyof typeof SWITCHES): boolean {
      const value = searchParams.get(name);
      if (value === null) return SWITCHES[name];
      if (value === 'true' || value === 'false') return value === 'true';
      throw wrong(`${name} in the URL of the database is true or false`);
    },
    number(name: keyof typeof NUMBERS): number {
      const value = searchParams.get(name);
      if (value === null) return NUMBERS[name];
      if (/^\d{1,9}$/.test(value)) return Number(value);
      throw wrong(`${name} in the URL of the database is a whole number`);
    },
  };
}

function passwordOf(given: string, file: string | null): string {
  if (given !== '') return given;
  if (file === null) return process.env.ORDERWRIGHT_DATABASE_PASSWORD ?? '';
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch {
    throw wrong(`The passwordFile of the URL can not be read: ${file}`);
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrong(
      'The URL of the database has a percent sign that is not part of an encoded character.\nMaybe %25',
    );
  }
}

function wrong(message: string): OrderwrightError {
  return new OrderwrightError('OW_DATABASE_URL', message, [], true);
}
