/** A knex database as sessions: one transaction each, with the stores that work in it. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Knex } from 'knex';
import { OrderwrightError } from '../../core/problem.js';
import type { Clock } from '../../ports/clock.js';
import type { Database, Session, SqlRow } from '../../ports/database.js';
import { SqlEventQueue } from './event-store.js';
import { HostLook } from './host-look.js';
import { REFERENCE_MAPPING, type EntityMapping } from './host-mapping.js';
import { HostWatch } from './host-watch.js';
import { SqlMaterialStore } from './material-store.js';
import type { JournalDraft } from '../../ports/journal.js';
import type { Names } from '../../ports/migration.js';
import type { Dialect, OwnWrites } from './dialect.js';
import { KeptQueries } from './kept-queries.js';
import { entryRow, SqlJournal } from './journal-store.js';
import { SqlOrderStore } from './order-store.js';
import { SqlPendingHostActions } from './pending-host-action-store.js';
import { REFERENCE_PLACES, type PlantPlaces } from './plant-places.js';
import { SqlPlantStore } from './plant-store.js';
import { SqlRuleSetStore } from './rule-set-store.js';
import { WrittenRows } from './written-rows.js';

/** How often a transaction is run that the database undoes for no fault of its own. */
const ATTEMPTS = 6;
/** The longest pause before the second attempt, doubled before each later one: by whether it was undone or cut off. */
const PAUSE_MS = { undone: 20, unreachable: 400 };

/** One looks at the host's rows at a time: what one sees the next takes as seen. */
const LOOKING = 'events:look';

/** What a session of a transaction works with; null where it only reads. */
interface Transacted {
  lock: Session['lock'];
  look: HostLook;
  own: OwnWrites | null;
  written: WrittenRows | null;
  options: Knex.TransactionConfig;
}

/** What a database may have beside its connections. */
interface Beside {
  /** Where reads go that must not wait for a write of this process; a database in memory has one connection only. */
  reader?: Knex;
  /** Where the host's rows are, and how their transitions are learned; else those of the reference MES. */
  mapping?: Readonly<Record<string, EntityMapping>>;
  /** Where an import reads and writes; else in the tables of the reference MES. */
  places?: PlantPlaces;
}

export class SqlDatabase implements Database {
  private readonly names: Names;
  private readonly reader: Knex;
  private readonly mapping: Readonly<Record<string, EntityMapping>>;
  private readonly places: PlantPlaces;
  private readonly queries: KeptQueries;

  constructor(
    private readonly knex: Knex,
    private readonly dialect: Dialect,
    private readonly clock: Clock,
    { reader = knex, mapping = REFERENCE_MAPPING, places = REFERENCE_PLACES }: Beside = {},
  ) {
    this.names = dialect.names;
    this.reader = reader;
    this.mapping = mapping;
    this.places = places;
    this.queries = new KeptQueries((trx, sql, values) => dialect.rows(trx, sql, values));
  }

  read<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return this.repeatedly(() =>
      this.dialect.read(this.reader, (trx, options) => {
        const look = this.lookOf(trx, noLock);
        return work(this.session(trx, { lock: noLock, look, own: null, written: null, options }));
      }),
    );
  }

  write<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return this.repeatedly((attempt) =>
      this.knex.transaction(async (trx) => {
        const own = await this.dialect.capture.beginOwn(trx, this.names);
        const lock = locks(this.dialect, trx);
        const look = this.lookOf(trx, lock);
        const written = new WrittenRows(look, () => this.clock.now());
        const result = await work(this.session(trx, { lock, look, own, written, options: {} }));
        await written.end('ours');
        await own.settle();
        attempt.committing = true;
        return result;
      }),
    );
  }

  append(drafts: readonly JournalDraft[]): Promise<void> {
    const { insertDurably } = this.dialect;
    if (insertDurably === null)
      return this.write(async ({ journal }) => {
        await journal.append(drafts);
      });
    const make = () => {
      const at = this.clock.now();
      return drafts.map((draft) => ({ ...entryRow(draft, at) }));
    };
    return this.repeatedly(() =>
      insertDurably(this.knex, this.names.table('orderwright.JournalEntry'), make),
    );
  }

  async close(): Promise<void> {
    await this.knex.destroy();
    if (this.reader !== this.knex) await this.reader.destroy();
  }

  private session(trx: Knex.Transaction, { lock, look, own, written, options }: Transacted): Session {
    const { names } = this;
    const { bulk } = this.dialect;
    const table: Names['table'] = (name) => names.table(name);
    const writing = {
      lock,
      counts: this.dialect.countsViewUpdates,
      containing: (text: string) => this.dialect.containing(text),
      written: async (names: readonly string[]) => written?.begin({ orders: names }),
    };
    const orders = new SqlOrderStore(trx, table, writing, this.queries);
    let depth = 0;
    return {
      sql: trx,
      table,
      lock,
      // Apart from our own, whatever a plugin calls its queries.
      kept: (name, values, build) => this.queries.all(trx, `plugin ${name}`, values, build),
      bulkInsert: (name: `orderwright.${string}`, rows: readonly SqlRow[]) =>
        bulk.insert(trx, table(name), rows),
      bulkUpsert: (name: `orderwright.${string}`, rows: readonly SqlRow[], key: readonly string[]) =>
        bulk.upsert(trx, table(name), rows, key),
      bulkDelete: (name: `orderwright.${string}`, rows: readonly SqlRow[]) =>
        bulk.delete(trx, table(name), rows),
      orders,
      materials: new SqlMaterialStore(trx, table, orders, async (names) =>
        written?.begin({ materials: names }),
      ),
      journal: new SqlJournal(trx, names, this.clock, {
        lock,
        insertKeyed: (name, rows, key) => bulk.insertKeyed(trx, name, rows, key),
      }),
      ruleSets: new SqlRuleSetStore(trx, names, this.clock, this.queries),
      plant: new SqlPlantStore(trx, names, bulk, {
        places: this.places,
        written: (rows) => written?.note(rows),
      }),
      events: new SqlEventQueue(trx, table, {
        lock,
        upsert: (name, rows, key) => bulk.upsert(trx, table(name), rows, key),
        pastLocks: this.dialect.pastLocks(options),
        withdraw: async () => {
          await written?.end('nobody');
          await own?.withdraw();
        },
        names,
        look,
        watch: new HostWatch(trx, names, {
          look,
          lock: () => lock([LOOKING]),
          versionsRise: this.dialect.capture.versionsRise,
        }),
      }),
      pendingHostActions: new SqlPendingHostActions(trx, names, this.clock, lock),
      nested: async (work) => {
        depth += 1;
        try {
          // Named by its depth: a few statements serve all savepoints.
          return await this.dialect.nested(trx, `nested_${depth}`, work);
        } finally {
          depth -= 1;
        }
      },
    };
  }

  private lookOf(trx: Knex.Transaction, lock: Session['lock']): HostLook {
    const { names, mapping, dialect } = this;
    return new HostLook(trx, names, { bulk: dialect.bulk, mapping, lock: () => lock([LOOKING]) });
  }

  /** Runs a transaction again where the database undid it: as a deadlock's victim, or because it went away. */
  private async repeatedly<T>(run: (attempt: { committing: boolean }) => Promise<T>): Promise<T> {
    for (let number = 1; ; number++) {
      const attempt = { committing: false };
      try {
        return await run(attempt);
      } catch (error) {
        const recovery = this.dialect.recoveryOf(error);
        if (recovery === 'unreachable' && attempt.committing) throw outcomeUnknown();
        if (recovery === null || number === ATTEMPTS) throw worded(this.dialect, error);
        await wait(Math.random() * PAUSE_MS[recovery] * 2 ** (number - 1));
      }
    }
  }
}

const noLock = () => Promise.resolve();

/** Takes each lock once, those of one call in the order of their names: two sessions don't wait for each other. */
function locks(dialect: Dialect, trx: Knex.Transaction): Session['lock'] {
  const held = new Set<string>();
  return async (resources) => {
    const wanted = [...new Set(resources)].filter((resource) => !held.has(resource)).sort();
    if (wanted.length === 0) return;
    await dialect.lock(trx, wanted);
    for (const resource of wanted) held.add(resource);
  };
}

function outcomeUnknown(): OrderwrightError {
  return new OrderwrightError(
    'OW_DATABASE_OUTCOME_UNKNOWN',
    'The connection to the database was lost while the change was being saved: it is saved whole or not at all.\n' +
      'Look at the order or the journal before you try again.',
  );
}

function worded(dialect: Dialect, error: unknown): unknown {
  const failure = dialect.failureOf(error);
  return failure === null ? error : new OrderwrightError(failure.code, failure.message, [], false);
}

/**
 * Failures of the database in words that say what to do; others pass as they are.
 * @throws OrderwrightError
 */
export async function said<T>(dialect: Dialect, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw worded(dialect, error);
  }
}
