/**
 * The reference MES: a host's tables in the plant file's words, for the embedded default, tests and trials.
 * Entities refer to each other by name. Decimals, days and instants are text (a decimal would be a float on SQLite).
 */
import type { Knex } from 'knex';
import type { Migration, Names, TableName } from '../../src/ports/migration.js';

/** Names may have up to 400 characters, an address is a path of them. */
const NAME = 400;
const ADDRESS = 4000;
/** Sign, 18 digits, point and 10 digits, with room to spare. */
const DECIMAL = 40;
/** `2020-07-03` or `2020-07-03T08:00:00Z`. */
const TIME = 30;
const WORD = 40;

const TABLES: [table: TableName, columns: (table: Knex.CreateTableBuilder) => void][] = [
  [
    'mes.WorkSchedule',
    (table) => {
      table.string('Name', NAME).primary();
      table.string('TimeZone', NAME).notNullable();
      table.text('Week').notNullable();
      table.text('Exceptions').notNullable();
    },
  ],
  [
    'mes.Company',
    (table) => {
      table.string('Name', NAME).primary();
      table.string('WorkSchedule', NAME);
      table.boolean('IsDefault').notNullable();
      table.string('TimeZone', NAME).notNullable();
    },
  ],
  [
    'mes.Facility',
    (table) => {
      table.string('Name', NAME).primary();
      table.string('TimeZone', NAME);
      table.boolean('TerminateOnShip').notNullable();
      table.boolean('Remote').notNullable();
    },
  ],
  [
    'mes.Department',
    (table) => {
      table.string('Name', NAME).primary();
      table.string('PlanningIntervalUnit', WORD);
      table.integer('PlanningIntervalLength');
    },
  ],
  [
    'mes.WorkCenterType',
    (table) => {
      table.string('Name', NAME).primary();
      table.string('Department', NAME);
      table.string('WorkSchedule', NAME);
      table.string('Planning', WORD).notNullable();
      table.integer('Capacity');
    },
  ],
  [
    'mes.WorkCenter',
    (table) => {
      table.string('Name', NAME).primary();
      table.string('Type', NAME).notNullable().index();
      table.string('WorkSchedule', NAME);
      table.integer('Capacity').notNullable();
    },
  ],
  [
    'mes.Absence',
    (table) => {
      table.bigIncrements('Id');
      table.string('WorkCenter', NAME).notNullable().index();
      table.string('From', TIME).notNullable();
      table.string('To', TIME).notNullable();
      table.string('Reason', NAME);
    },
  ],
  [
    'mes.Step',
    (table) => {
      table.string('Name', NAME).primary();
      table.string('Facility', NAME);
      table.string('Units', NAME);
      table.string('ProductionOrderSchedulingMode', NAME);
      table.string('ProductionOrderStepSize', DECIMAL);
      table.boolean('MarksProductCompletion').notNullable();
      table.string('WorkCenterType', NAME);
      table.string('StandardTime', NAME);
      table.string('TimeBasis', WORD).notNullable();
      table.string('Yield', DECIMAL).notNullable();
    },
  ],
  [
    'mes.Flow',
    (table) => {
      table.bigIncrements('Id');
      table.string('Name', NAME).notNullable();
      table.string('Revision', NAME).notNullable();
      table.boolean('Effective').notNullable();
      table.unique(['Name', 'Revision'], { useConstraint: true });
    },
  ],
  [
    'mes.FlowItem',
    (table) => {
      table.bigInteger('FlowId').notNullable();
      table.integer('Position').notNullable();
      table.string('Kind', WORD).notNullable();
      table.string('Name', NAME).notNullable();
      table.string('Revision', NAME);
      table.string('CorrelationId', NAME);
      table.primary(['FlowId', 'Position']);
    },
  ],
  [
    'mes.Product',
    (table) => {
      table.string('Name', NAME).primary();
      table.string('ProductGroup', NAME);
      table.string('Units', NAME).notNullable();
      table.boolean('IncludeInSchedule').notNullable();
      table.string('SchedulingMode', NAME);
      table.string('FlowPath', ADDRESS);
      table.string('BillOfMaterials', NAME);
      table.string('MaterialSize', DECIMAL);
    },
  ],
  [
    'mes.ProductFlowPath',
    (table) => {
      table.string('Product', NAME).notNullable();
      table.integer('Position').notNullable();
      table.string('FlowPath', ADDRESS).notNullable();
      table.primary(['Product', 'Position']);
    },
  ],
  [
    'mes.UnitConversion',
    (table) => {
      // A key of three names would be longer than an index of SQL Server may be.
      table.bigIncrements('Id');
      table.string('Product', NAME).notNullable().index();
      table.string('From', NAME).notNullable();
      table.string('To', NAME).notNullable();
      table.string('Factor', DECIMAL).notNullable();
    },
  ],
  [
    'mes.BillOfMaterials',
    (table) => {
      table.string('Name', NAME).primary();
      table.string('Product', NAME).notNullable();
      table.string('Quantity', DECIMAL).notNullable();
      table.string('Sequence', WORD).notNullable();
    },
  ],
  [
    'mes.BillOfMaterialsOperation',
    (table) => {
      table.string('BillOfMaterials', NAME).notNullable();
      table.integer('Number').notNullable();
      table.integer('Next').notNullable();
      table.string('Name', NAME).notNullable();
      table.string('StandardTime', NAME).notNullable();
      table.boolean('Fixed').notNullable();
      table.boolean('Splittable').notNullable();
      table.string('WorkCenterType', NAME);
      table.primary(['BillOfMaterials', 'Number']);
    },
  ],
  [
    'mes.BillOfMaterialsComponent',
    (table) => {
      table.string('BillOfMaterials', NAME).notNullable();
      table.integer('Position').notNullable();
      table.string('Product', NAME).notNullable();
      table.string('Quantity', DECIMAL).notNullable();
      table.string('Units', NAME).notNullable();
      table.integer('Operation');
      table.boolean('Produce').notNullable();
      table.string('ComponentBillOfMaterials', NAME);
      table.primary(['BillOfMaterials', 'Position']);
    },
  ],
  [
    'mes.ProductionOrder',
    (table) => {
      table.bigIncrements('Id');
      table.string('Name', NAME).notNullable();
      table.unique(['Name'], { useConstraint: true });
      table.string('Product', NAME).notNullable();
      table.string('Quantity', DECIMAL).notNullable();
      table.string('Units', NAME).notNullable();
      table.integer('Priority').notNullable();
      table.integer('Position');
      table.string('StartDate', TIME);
      table.string('DueDate', TIME);
      table.string('PlannedStart', TIME);
      table.string('PlannedEnd', TIME);
      table.string('Company', NAME);
      table.string('Facility', NAME);
      table.string('FlowPath', ADDRESS);
      table.string('OverDeliveryTolerance', DECIMAL).notNullable();
      table.string('UnderDeliveryTolerance', DECIMAL).notNullable();
      table.boolean('Restricted').notNullable();
      table.boolean('IncludeInPlanning').notNullable();
      table.string('State', WORD).notNullable();
      table.string('UniversalState', WORD).notNullable();
      table.string('CanceledFrom', WORD);
      table.string('OwnerRole', NAME);
    },
  ],
  [
    'mes.Material',
    (table) => {
      table.bigIncrements('Id');
      table.string('Name', NAME).notNullable();
      table.unique(['Name'], { useConstraint: true });
      table.string('Product', NAME).notNullable();
      table.string('Quantity', DECIMAL).notNullable();
      table.string('Units', NAME).notNullable();
      table.string('Facility', NAME);
      table.string('FlowPath', ADDRESS);
      table.string('State', WORD).notNullable();
      table.string('UniversalState', WORD).notNullable();
      table.integer('Priority');
      table.string('DueDate', TIME);
    },
  ],
  [
    'mes.ProductionOrderMaterial',
    (table) => {
      table.bigInteger('ProductionOrderId').notNullable();
      table.bigInteger('MaterialId').notNullable().index();
      table.boolean('Accounts').notNullable();
      table.boolean('IsCurrent').notNullable();
      table.primary(['ProductionOrderId', 'MaterialId']);
    },
  ],
  [
    'mes.StartedOperation',
    (table) => {
      table.bigIncrements('Id');
      table.string('ProductionOrder', NAME).notNullable().index();
      table.string('BillOfMaterials', NAME).notNullable();
      table.integer('Operation').notNullable();
      table.string('WorkCenter', NAME).notNullable();
      table.string('Start', TIME).notNullable();
      table.string('Remaining', NAME).notNullable();
    },
  ],
];

const VERSIONED: TableName[] = ['mes.ProductionOrder', 'mes.Material'];

/** Keys that the host views show as text, so that 19 digits stay exact: looked up by that text. */
const TEXT_KEYS: [table: TableName, column: string][] = [
  ['mes.FlowItem', 'FlowId'],
  ['mes.Material', 'Id'],
  ['mes.ProductionOrder', 'Id'],
  ['mes.ProductionOrderMaterial', 'ProductionOrderId'],
  ['mes.ProductionOrderMaterial', 'MaterialId'],
];

const migration: Migration = {
  async up(knex: Knex, names: Names) {
    for (const [name, columns] of TABLES) await knex.schema.createTable(names.table(name), columns);
    for (const name of VERSIONED) await names.addRowVersion(knex, name);
    for (const [name, column] of TEXT_KEYS) await names.indexTextKey(knex, name, column);
  },

  async down(knex: Knex, names: Names) {
    for (const [name] of [...TABLES].reverse()) await knex.schema.dropTable(names.table(name));
  },
};

export default migration;
