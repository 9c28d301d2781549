/** What goes wrong on SQLite, in words that say what to do. */
import type { Failure } from '../dialect.js';

const FAILURES: Record<string, Failure> = {
  SQLITE_BUSY: {
    code: 'OW_DATABASE_LOCKED',
    message: 'Another process holds the database; nothing was done.\nMaybe try again.',
  },
  SQLITE_FULL: {
    code: 'OW_DATABASE_FULL',
    message: 'The disk or the database is full; nothing was done.\nMaybe free some space and try again.',
  },
  SQLITE_READONLY: {
    code: 'OW_DATABASE_READ_ONLY',
    message: 'The database can not be written; nothing was done.',
  },
  SQLITE_CANTOPEN: {
    code: 'OW_DATABASE_UNREACHABLE',
    message: 'The database file can not be opened.\nMaybe its folder does not exist or may not be written.',
  },
  SQLITE_NOTADB: { code: 'OW_DATABASE_UNREADABLE', message: 'The file is not a SQLite database.' },
  SQLITE_CORRUPT: { code: 'OW_DATABASE_UNREADABLE', message: 'The database file is damaged.' },
};

/** By its code, or what its code begins with (`SQLITE_BUSY_SNAPSHOT`). */
export function failureOf(error: unknown): Failure | null {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== 'string') return null;
  const known = Object.entries(FAILURES).find(([name]) => code === name || code.startsWith(`${name}_`));
  return known?.[1] ?? null;
}
