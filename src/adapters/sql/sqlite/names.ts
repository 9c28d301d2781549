/** Names and tables on SQLite, which has no schemas: `mes.ProductionOrder` is the table `mes_ProductionOrder`. */
import type { Knex } from 'knex';
import type { Names, TableName } from '../../../ports/migration.js';

/** Marks a SQLite file as ours ("owrt"); writing it is also what takes the write lock at the start of a migration. */
const APPLICATION_ID = 0x6f777274;

const REFUSE = `begin select raise(abort, 'the journal is not changed'); end`;

const table = (name: TableName) => name.replace('.', '_');

/** Every update of a row raises its row version by one. */
async function addRowVersion(knex: Knex, name: TableName): Promise<void> {
  const versioned = table(name);
  await knex.schema.alterTable(versioned, (columns) => {
    columns.integer('RowVersion').notNullable().defaultTo(1);
  });
  await knex.raw(
    `create trigger ?? after update on ?? for each row when new.RowVersion = old.RowVersion
     begin update ?? set RowVersion = old.RowVersion + 1 where Id = new.Id; end`,
    [`${versioned}_RowVersion`, versioned, versioned],
  );
}

async function refuseChanges(knex: Knex, name: TableName, key: string): Promise<void> {
  const kept = table(name);
  for (const event of ['update', 'delete']) {
    await knex.raw(`create trigger ?? before ${event} on ?? ${REFUSE}`, [`${kept}_no_${event}`, kept]);
  }
  // `insert or replace` takes a row's place without a delete that a trigger would see.
  await knex.raw(
    `create trigger ?? before insert on ?? when exists (select 1 from ?? where ?? = new.??) ${REFUSE}`,
    [`${kept}_no_replace`, kept, kept, key, key],
  );
  if (key !== 'Sequence') return;
  await knex.raw(`create trigger ?? after insert on ?? when new.?? <> (select max(??) from ??) ${REFUSE}`, [
    `${kept}_at_the_end`,
    kept,
    key,
    key,
    kept,
  ]);
}

export const sqliteNames: Names = {
  table,
  addRowVersion,
  refuseChanges,

  addCounter: (_knex, _name, column) =>
    Promise.resolve((columns) => {
      columns.increments(column);
    }),

  dropCounter: () => Promise.resolve(),

  async refuseTwice(knex, name, columns, indexName) {
    await knex.schema.alterTable(table(name), (altered) => {
      altered.unique([...columns], { indexName });
    });
  },

  /** SQLite uses an index on an expression where a view asks for the very same expression. */
  async indexTextKey(knex, name, column) {
    await knex.raw('create index ?? on ?? (cast(?? as text))', [
      `${table(name)}_${column}_text`,
      table(name),
      column,
    ]);
  },

  /** The database's write lock before the first read, also where the client begins its transactions deferred. */
  async beginMigrations(trx) {
    await trx.raw(`pragma application_id = ${APPLICATION_ID}`);
  },
};
