/** Production order steps, their dependencies, and what the last synchronization of each order needs to be undone. */
import type { Knex } from 'knex';
import type { Migration, Names } from '../../src/index.js';

const NAME = 400;
const ADDRESS = 4000;
const DECIMAL = 40;
const INSTANT = 30;
const ID = 40;

const migration: Migration = {
  async up(knex: Knex, names: Names) {
    await knex.schema.createTable(names.table('orderwright.ProductionOrderStep'), (table) => {
      table.string('Id', ID).primary();
      table.string('ProductionOrder', NAME).notNullable().index();
      table.string('Source', NAME).notNullable();
      table.integer('Batch').notNullable();
      table.integer('Position').notNullable();
      table.string('FlowPath', ADDRESS).notNullable();
      table.string('Step', NAME).notNullable();
      table.string('Quantity', DECIMAL).notNullable();
      table.string('BuiltQuantity', DECIMAL).notNullable();
      table.string('Units', NAME).notNullable();
      table.string('State', 20).notNullable();
      table.string('ActualStart', INSTANT);
      table.string('ActualEnd', INSTANT);
      table.integer('Manual').notNullable();
      table.integer('Scheduled').notNullable();
    });
    await knex.schema.createTable(names.table('orderwright.ProductionOrderStepDependency'), (table) => {
      table.string('FromId', ID).notNullable();
      table.string('ToId', ID).notNullable();
      table.string('FromOrder', NAME).notNullable().index();
      table.string('ToOrder', NAME).notNullable().index();
      table.integer('Manual').notNullable();
      table.primary(['FromId', 'ToId']);
    });
    await knex.schema.createTable(names.table('orderwright.Synchronization'), (table) => {
      table.string('ProductionOrder', NAME).primary();
      table.string('Mode', 20).notNullable();
      table.string('Actor', NAME).notNullable();
      table.text('BeforeImage').notNullable();
    });
  },

  async down(knex: Knex, names: Names) {
    await knex.schema.dropTable(names.table('orderwright.Synchronization'));
    await knex.schema.dropTable(names.table('orderwright.ProductionOrderStepDependency'));
    await knex.schema.dropTable(names.table('orderwright.ProductionOrderStep'));
  },
};

export default migration;
