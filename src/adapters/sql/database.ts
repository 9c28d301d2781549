/** A knex database as sessions: one transaction each, with the stores that work in it. */
import type { Knex } from 'knex';
import { OrderwrightError } from '../../core/problem.js';
import type { Clock } from '../../ports/clock.js';
import type { Database, Session, SqlRow } from '../../ports/database.js';
import { SqlJournal } from './journal-store.js';
import type { Names } from '../../ports/migration.js';
import { SqlOrderStore } from './order-store.js';
import { SqlPlantStore } from './plant-store.js';
import { SqlRuleSetStore } from './rule-set-store.js';
import { bulkDelete, bulkInsert, runPlain } from './sqlite/bulk-insert.js';

export class SqlDatabase implements Database {
  constructor(
    private readonly knex: Knex,
    private readonly names: Names,
    private readonly clock: Clock,
  ) {}

  read<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return said(() => this.knex.transaction((trx) => work(this.session(trx)), { readOnly: true }));
  }

  write<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return said(() => this.knex.transaction((trx) => work(this.session(trx))));
  }

  close(): Promise<void> {
    return this.knex.destroy();
  }

  private session(trx: Knex.Transaction): Session {
    const table = (name: `orderwright.${string}` | `mes.${string}`) => this.names.table(name);
    let depth = 0;
    return {
      sql: trx,
      table,
      bulkInsert: (name: `orderwright.${string}`, rows: readonly SqlRow[]) =>
        bulkInsert(trx, table(name), rows),
      bulkDelete: (name: `orderwright.${string}`, rows: readonly SqlRow[]) =>
        bulkDelete(trx, table(name), rows),
      orders: new SqlOrderStore(trx, table),
      journal: new SqlJournal(trx, this.names, this.clock),
      ruleSets: new SqlRuleSetStore(trx, this.names, this.clock),
      plant: new SqlPlantStore(trx, this.names),
      async nested(work) {
        const savepoint = `nested_${(depth += 1)}`;
        await runPlain(trx, `savepoint ${savepoint}`);
        try {
          const result = await work();
          await runPlain(trx, `release ${savepoint}`);
          return result;
        } catch (error) {
          await runPlain(trx, `rollback to ${savepoint}`);
          await runPlain(trx, `release ${savepoint}`);
          throw error;
        } finally {
          depth -= 1;
        }
      },
    };
  }
}

const SAID: Record<string, { code: string; message: string }> = {
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

/**
 * Failures of the database in words that say what to do; others pass as they are.
 * @throws OrderwrightError
 */
export async function said<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = (error as { code?: string }).code ?? '';
    const known = Object.entries(SAID).find(([name]) => code === name || code.startsWith(`${name}_`))?.[1];
    if (known === undefined) throw error;
    throw new OrderwrightError(known.code, known.message, [], false);
  }
}
