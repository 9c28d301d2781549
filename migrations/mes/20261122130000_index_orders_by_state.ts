/** Lists of orders by their state, page by page in name order, without reading the others. */
import type { Knex } from 'knex';
import type { Migration, Names } from '../../src/ports/migration.js';

const INDEX = 'ProductionOrder_State_Name';

const migration: Migration = {
  async up(knex: Knex, names: Names) {
    await knex.schema.alterTable(names.table('mes.ProductionOrder'), (table) => {
      table.index(['State', 'Name'], INDEX);
    });
  },

  async down(knex: Knex, names: Names) {
    await knex.schema.alterTable(names.table('mes.ProductionOrder'), (table) => {
      table.dropIndex(['State', 'Name'], INDEX);
    });
  },
};

export default migration;
