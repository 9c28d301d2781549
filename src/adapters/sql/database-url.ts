/** Database URLs: `sqlite:<file>` and `sqlite::memory:`. */
import { OrderwrightError } from '../../core/problem.js';

/**
 * The file name that a SQLite URL names.
 * @throws OrderwrightError OW_DATABASE_URL, wrong usage, for any other URL.
 */
export function databaseOf(url: string): string {
  const file = /^sqlite:(.+)$/s.exec(url)?.[1];
  if (file !== undefined) return file;
  // A URL may hold a password: only its scheme is repeated.
  const scheme = /^[a-z][a-z0-9+.-]*(?=:)/i.exec(url)?.[0] ?? 'this';
  throw new OrderwrightError(
    'OW_DATABASE_URL',
    `No database adapter for ${scheme} URLs is installed.\nMaybe sqlite:<file> or sqlite::memory:`,
    [],
    true,
  );
}
