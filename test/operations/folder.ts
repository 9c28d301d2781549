/** Folders of a test: configuration, rules, plugins and database files, gone after the test. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import SQLite from 'better-sqlite3';
import { afterEach } from 'mocha';

const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder of its own, gone after the test, with these files. */
export function aFolder(files: Record<string, unknown> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'orderwright-'));
  made.push(folder);
  for (const [file, content] of Object.entries(files)) writeIn(folder, file, content);
  return folder;
}

export function writeIn(folder: string, file: string, content: unknown): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), typeof content === 'string' ? content : JSON.stringify(content, null, 2));
}

/** Raw SQL on a database file, as somebody with the file in hand would. */
export function sqlOn(file: string, ...statements: string[]): void {
  const raw = new SQLite(file);
  try {
    for (const statement of statements) raw.exec(statement);
  } finally {
    raw.close();
  }
}

/** Every row of every table of a database file. */
export function dump(file: string): Record<string, unknown[]> {
  const raw = new SQLite(file, { readonly: true });
  try {
    const tables = raw
      .prepare("select name from sqlite_master where type = 'table' order by name")
      .pluck()
      .all() as string[];
    return Object.fromEntries(tables.map((name) => [name, raw.prepare(`select * from "${name}"`).all()]));
  } finally {
    raw.close();
  }
}
