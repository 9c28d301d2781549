/** How far what is offered to a host was sent to the procedure or service that its mapping names. */
import type { Knex } from 'knex';
import type { Migration, Names } from '../../src/ports/migration.js';

const WORD = 40;
const INSTANT = 30;

const migration: Migration = {
  async up(knex: Knex, names: Names) {
    await knex.schema.createTable(names.table('orderwright.HostActionDelivery'), (table) => {
      table.integer('Action').primary();
      table.string('State', WORD).notNullable();
      table.integer('Attempts').notNullable();
      table.text('Error');
      table.bigInteger('AvailableAt').notNullable();
      table.string('ClaimedBy', 100);
      table.bigInteger('ClaimedUntil');
      table.string('SentAt', INSTANT);
      table.index(['State', 'AvailableAt'], 'HostActionDelivery_state');
    });
  },

  async down(knex: Knex, names: Names) {
    await knex.schema.dropTable(names.table('orderwright.HostActionDelivery'));
  },
};

export default migration;
