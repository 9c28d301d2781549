/** What each installation made, and what orderwright decided for a host that writes itself (design 3.9). */
import type { Knex } from 'knex';
import type { Migration, Names } from '../../src/ports/migration.js';

const NAME = 400;
const WORD = 40;
const INSTANT = 30;

const migration: Migration = {
  async up(knex: Knex, names: Names) {
    await knex.schema.createTable(names.table('orderwright.Installation'), (table) => {
      table.increments('Sequence');
      table.string('At', INSTANT).notNullable();
      table.string('Version', WORD).notNullable();
      table.string('Mode', WORD).notNullable();
      table.text('Plugins').notNullable();
      table.text('Mapping').notNullable();
      table.text('Objects').notNullable();
      table.text('Rules').notNullable();
      table.string('HostDigest', 64).notNullable();
    });
    await knex.schema.createTable(names.table('orderwright.PendingHostAction'), (table) => {
      table.increments('Sequence');
      table.string('ProductionOrder', NAME).notNullable();
      table.string('Operation', WORD).notNullable();
      table.string('FromState', WORD).notNullable();
      table.string('ToState', WORD).notNullable();
      table.string('ToUniversalState', WORD).notNullable();
      table.string('RowVersion', WORD);
      table.text('Facts').notNullable();
      table.string('State', WORD).notNullable();
      table.string('OfferedAt', INSTANT).notNullable();
      table.string('EndedAt', INSTANT);
      table.index(['ProductionOrder', 'State'], 'PendingHostAction_order');
      table.index(['State', 'Sequence'], 'PendingHostAction_state');
    });
  },

  async down(knex: Knex, names: Names) {
    await knex.schema.dropTable(names.table('orderwright.PendingHostAction'));
    await knex.schema.dropTable(names.table('orderwright.Installation'));
  },
};

export default migration;
