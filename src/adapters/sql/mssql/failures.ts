/** What goes wrong on SQL Server, by number and never by text, in words that say what to do. */
import type { Failure, Recovery } from '../dialect.js';
import { LOCK_REFUSED } from './locks.js';

const LOCKED: Failure = {
  code: 'OW_DATABASE_LOCKED',
  message: 'Somebody else holds what is to be read or changed; nothing was done.\nMaybe try again.',
};
const UNREACHABLE: Failure = {
  code: 'OW_DATABASE_UNREACHABLE',
  message:
    'The database can not be reached.\nMaybe its host, port or name is another, or it is being failed over.',
};
const FULL: Failure = {
  code: 'OW_DATABASE_FULL',
  message:
    "The database or its transaction log is full; nothing was done.\nMaybe ask the plant's DBA for space.",
};
const FORBIDDEN: Failure = {
  code: 'OW_DATABASE_FORBIDDEN',
  message:
    'The login may not do this in the database; nothing was done.\nMaybe it misses a GRANT of the installation: orderwright doctor names it.',
};
const MISSING: Failure = {
  code: 'OW_DATABASE_OBJECT_MISSING',
  message: 'A table, column or procedure is not there, or its view is older than it.\nMaybe install again.',
};
const DUPLICATE: Failure = {
  code: 'OW_DATABASE_DUPLICATE',
  message:
    'A row with the same key is there already; nothing was done.\n' +
    'Maybe two names differ in no more than what the collation of the database takes for equal.',
};
const REFUSED: Failure = {
  code: 'OW_DATABASE_REFUSED',
  message: 'A constraint of the database refuses the row; nothing was done.',
};
const TOO_LONG: Failure = {
  code: 'OW_DATABASE_TOO_LONG',
  message: 'A value is longer or larger than its column holds; nothing was done.',
};

const BY_NUMBER = new Map<number, Failure>([
  ...[1205, 1222, 3960, 3961, LOCK_REFUSED + 1, LOCK_REFUSED + 2, LOCK_REFUSED + 3, LOCK_REFUSED + 999].map(
    (number) => [number, LOCKED] as const,
  ),
  ...[1105, 9002].map((number) => [number, FULL] as const),
  ...[229, 230, 262, 2760, 3704].map((number) => [number, FORBIDDEN] as const),
  ...[207, 208, 2812].map((number) => [number, MISSING] as const),
  ...[2601, 2627].map((number) => [number, DUPLICATE] as const),
  ...[515, 547].map((number) => [number, REFUSED] as const),
  ...[220, 2628, 8115, 8152].map((number) => [number, TOO_LONG] as const),
  ...[4060, 10928, 10929, 40197, 40501, 40613].map((number) => [number, UNREACHABLE] as const),
  [3906, { code: 'OW_DATABASE_READ_ONLY', message: 'The database can not be written; nothing was done.' }],
  [
    18456,
    {
      code: 'OW_DATABASE_LOGIN',
      message: 'The database refuses the login.\nMaybe the user or the password is another.',
    },
  ],
]);

const TIMEOUT: Failure = {
  code: 'OW_DATABASE_TIMEOUT',
  message: 'The database did not answer in time; nothing was done.\nMaybe raise requestTimeout in the URL.',
};

const BY_CODE: Record<string, Failure> = {
  ETIMEOUT: TIMEOUT,
  ESOCKET: UNREACHABLE,
  ECONNCLOSED: UNREACHABLE,
  ECONNRESET: UNREACHABLE,
  ECONNREFUSED: UNREACHABLE,
  EINSTLOOKUP: UNREACHABLE,
  ENOTFOUND: UNREACHABLE,
};

/** The transaction is taken back whole: a deadlock's victim, or a snapshot that somebody else has written to. */
const UNDONE = new Set([1205, 3960, 3961, LOCK_REFUSED + 3]);
/** The server is being failed over or is short of workers; it is there again within seconds. */
const TRANSIENT = new Set([4060, 10928, 10929, 40197, 40501, 40613, 49918, 49919, 49920]);
const CUT_OFF = new Set(['ESOCKET', 'ECONNCLOSED', 'ECONNRESET']);

interface Told {
  number?: number;
  code?: string;
  errors?: unknown[];
  cause?: unknown;
  name?: string;
}

/** The failure itself and what it was caused by or is made of, the first of each first. */
function* toldOf(error: unknown): Generator<Told> {
  if (typeof error !== 'object' || error === null) return;
  const told = error as Told;
  yield told;
  for (const one of told.errors ?? []) yield* toldOf(one);
  yield* toldOf(told.cause);
}

export function failureOf(error: unknown): Failure | null {
  for (const { number, code, name } of toldOf(error)) {
    if (name === 'KnexTimeoutError') return LOCKED;
    const known =
      (number === undefined ? undefined : BY_NUMBER.get(number)) ??
      (code === undefined ? undefined : BY_CODE[code]);
    if (known !== undefined) return known;
  }
  return null;
}

export function recoveryOf(error: unknown): Recovery {
  const told = [...toldOf(error)];
  if (told.some(({ number }) => number !== undefined && UNDONE.has(number))) return 'undone';
  const cutOff = told.some(
    ({ number, code }) =>
      (number !== undefined && TRANSIENT.has(number)) || (code !== undefined && CUT_OFF.has(code)),
  );
  return cutOff ? 'unreachable' : null;
}
