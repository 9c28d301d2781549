/** What orders were closed with (design 3.3): their quantities stay, whatever becomes of their materials later. */
import type { Knex } from 'knex';
import type { Migration, Names } from '../../src/ports/migration.js';

const KEY = 40;
/** Sign, 18 digits, point and 10 digits, with room to spare; text, as a decimal would be a float on SQLite. */
const DECIMAL = 40;

const migration: Migration = {
  async up(knex: Knex, names: Names) {
    await knex.schema.createTable(names.table('orderwright.ClosedQuantities'), (table) => {
      table.string('ProductionOrderId', KEY).primary();
      table.string('InProgress', DECIMAL).notNullable();
      table.string('Completed', DECIMAL).notNullable();
      table.string('Delivered', DECIMAL).notNullable();
    });
  },

  async down(knex: Knex, names: Names) {
    await knex.schema.dropTable(names.table('orderwright.ClosedQuantities'));
  },
};

export default migration;
