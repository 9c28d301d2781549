/** The kernel's own tables: the journal with its seals, and the rule sets with their activations. */
import type { Knex } from 'knex';
import type { Migration, Names, TableName } from '../../src/ports/migration.js';

const NAME = 400;
const INSTANT = 30;
const HASH = 64;

/** Nothing updates or deletes what is in these tables; the database itself refuses it. */
const UNCHANGEABLE: readonly [table: TableName, key: string][] = [
  ['orderwright.JournalEntry', 'Sequence'],
  ['orderwright.JournalSeal', 'Number'],
  ['orderwright.RuleSet', 'Hash'],
  ['orderwright.RuleSetActivation', 'Sequence'],
];

const migration: Migration = {
  async up(knex: Knex, names: Names) {
    await knex.schema.createTable(names.table('orderwright.JournalEntry'), (table) => {
      table.increments('Sequence');
      table.string('At', INSTANT).notNullable();
      table.string('Actor', NAME).notNullable();
      table.string('Door', 20).notNullable();
      table.string('RequestId', NAME).notNullable();
      table.string('CorrelationId', NAME).notNullable();
      table.string('Operation', 100).notNullable();
      table.string('ProductionOrder', NAME).index();
      table.text('Facts').notNullable();
      table.string('RuleSet', HASH);
      table.text('Verdict');
      table.string('Outcome', 20);
      table.integer('Of');
      table.text('Details');
    });
    await knex.schema.createTable(names.table('orderwright.JournalSeal'), (table) => {
      table.integer('Number').primary();
      table.integer('First').notNullable();
      table.integer('Last').notNullable();
      table.string('Hash', HASH).notNullable();
      table.string('Previous', HASH);
      table.string('At', INSTANT).notNullable();
    });
    await knex.schema.createTable(names.table('orderwright.RuleSet'), (table) => {
      table.string('Hash', HASH).primary();
      table.text('Document').notNullable();
    });
    await knex.schema.createTable(names.table('orderwright.RuleSetActivation'), (table) => {
      table.increments('Sequence');
      table.string('Hash', HASH).notNullable().index();
      table.string('At', INSTANT).notNullable();
      table.string('Source', 1000).notNullable();
      table.string('Author', NAME).notNullable();
      table.text('Reason');
      table.text('Diff').notNullable();
    });
    for (const [name, key] of UNCHANGEABLE) await names.refuseChanges(knex, name, key);
  },

  async down(knex: Knex, names: Names) {
    for (const [name] of [...UNCHANGEABLE].reverse()) await knex.schema.dropTable(names.table(name));
  },
};

export default migration;
