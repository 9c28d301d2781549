/** What was looked at of a host whose tables have no trigger, and which links were seen: what is missed can be told. */
import type { Knex } from 'knex';
import type { Migration, Names } from '../../src/ports/migration.js';

const NAME = 400;
const WORD = 40;
const INSTANT = 30;

const migration: Migration = {
  async up(knex: Knex, names: Names) {
    await knex.schema.createTable(names.table('orderwright.HostLook'), (table) => {
      table.string('Entity', WORD).primary();
      table.string('Mode', WORD).notNullable();
      // Rows with a higher row version are looked at; null: all of them.
      table.string('RowVersion', WORD);
      // The highest row version that was seen at an instant: what is committed later may have a lower one.
      table.string('AheadVersion', WORD);
      table.string('AheadAt', INSTANT);
      table.string('LookedAt', INSTANT).notNullable();
      table.string('WholeAt', INSTANT);
    });
    await knex.schema.createTable(names.table('orderwright.HostShown'), (table) => {
      table.string('Entity', WORD).notNullable();
      table.string('Name', NAME).notNullable();
      table.string('HostId', WORD).notNullable();
      table.string('RowVersion', WORD).notNullable();
      table.text('Shown').notNullable();
      table.primary(['Entity', 'Name']);
    });
    await knex.schema.createTable(names.table('orderwright.HostSeenLink'), (table) => {
      table.string('MaterialId', WORD).notNullable();
      table.string('ProductionOrderId', WORD).notNullable();
      table.integer('Accounts').notNullable();
      table.integer('IsCurrent').notNullable();
      table.primary(['MaterialId', 'ProductionOrderId']);
    });
  },

  async down(knex: Knex, names: Names) {
    for (const name of ['HostSeenLink', 'HostShown', 'HostLook'] as const) {
      await knex.schema.dropTable(names.table(`orderwright.${name}`));
    }
  },
};

export default migration;
