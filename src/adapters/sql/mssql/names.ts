/** Names and tables on SQL Server: ours are in the schema `orderwright`, the reference MES is in `mes`. */
import type { Knex } from 'knex';
import type { Names, TableName } from '../../../ports/migration.js';
import { holdLocks } from './locks.js';
import { quoted } from './quoted.js';

const SCHEMAS = ['orderwright', 'mes'];

/** The schema is made in a batch of its own, as SQL Server wants it. */
export function createSchema(schema: string): string {
  return `if schema_id(N'${schema}') is null exec(N'create schema ${quoted(schema)}')`;
}

/** Refuses before anything is changed; the database takes back the transaction that tried. */
export function refuseChangesTrigger(table: TableName): string {
  return (
    `create trigger ${quoted(`${table}_no_change`)} on ${quoted(table)} instead of update, delete as\n` +
    'begin\n  set nocount on;\n' +
    "  if exists (select 1 from deleted) throw 51000, 'the journal is not changed', 1;\nend"
  );
}

export const mssqlNames: Names = {
  table: (name) => name,

  async addRowVersion(knex: Knex, table: TableName) {
    await knex.raw('alter table ?? add ?? rowversion not null', [table, 'RowVersion']);
  },

  /** A row can't be put in another's place: the primary key refuses it, and an identity is not to be given. */
  async refuseChanges(knex: Knex, table: TableName) {
    await knex.raw(refuseChangesTrigger(table));
  },

  /** A sequence: an identity of ours would be what a host's statement reads as its own in @@IDENTITY. */
  async addCounter(knex: Knex, table: TableName, column: string) {
    const sequence = quoted(`${table}_${column}`);
    const constraint = `${table}_${column}`.replace('.', '_');
    await knex.raw(`create sequence ${sequence} as bigint start with 1 increment by 1`);
    return (columns) => {
      columns
        .bigInteger(column)
        .notNullable()
        .defaultTo(knex.raw(`(next value for ${sequence})`), { constraintName: `${constraint}_default` })
        .primary({ constraintName: `${table.replace('.', '_')}_pkey` });
    };
  },

  async dropCounter(knex: Knex, table: TableName, column: string) {
    await knex.raw(`drop sequence ${quoted(`${table}_${column}`)}`);
  },

  /**
   * Its unique indexes take two unknown values for the same, and one that leaves them out would fail the statement of a
   * host whose session has other SET options than indexes with a condition ask for (error 1934).
   */
  refuseTwice: () => Promise.resolve(),

  /** The views show keys as 64-bit integers, which the client gives as text: the key's own index serves. */
  indexTextKey: () => Promise.resolve(),

  async beginMigrations(trx: Knex.Transaction) {
    await holdLocks(trx, ['migrations']);
    for (const schema of SCHEMAS) await trx.raw(createSchema(schema));
  },
};
