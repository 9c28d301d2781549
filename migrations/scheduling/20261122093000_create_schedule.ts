/** The queue, the preliminary plans, the saved plan, and the views that publish it. */
import type { Knex } from 'knex';
import type { Migration, Names } from '../../src/index.js';

const NAME = 400;
const ADDRESS = 4000;
const INSTANT = 30;
const ID = 40;

const VIEWS: [name: `orderwright.${string}`, select: string][] = [
  [
    'orderwright.ScheduledOperation',
    `select o.ProductionOrder, o.Sequence, o.Name, o.Product, o.Step, o.Batch, o.StepId, o.Repetitions,
            o.ScheduledStart, o.ScheduledEnd, o.WorkCenterType, s.Version, s.Late, s.LatenessMinutes
       from {SavedOperation} o join {SavedOrder} s on s.ProductionOrder = o.ProductionOrder`,
  ],
  [
    'orderwright.DispatchList',
    `select p.WorkCenter, min(p.PlacedStart) as ScheduledStart, max(p.PlacedEnd) as ScheduledEnd,
            o.ProductionOrder, o.Sequence, o.Name, o.Product, o.Step, o.Batch, o.StepId, sum(p.Minutes) as Minutes
       from {SavedPlacement} p
       join {SavedOperation} o on o.ProductionOrder = p.ProductionOrder and o.Sequence = p.Sequence
      where p.WorkCenter is not null
      group by p.WorkCenter, o.ProductionOrder, o.Sequence, o.Name, o.Product, o.Step, o.Batch, o.StepId`,
  ],
  [
    'orderwright.ProductionOrderStepList',
    `select t.Id, t.ProductionOrder, t.Source, t.Batch, t.Position, t.FlowPath, t.Step, t.Quantity, t.Units, t.State,
            t.ActualStart, t.ActualEnd, t.Manual, o.ScheduledStart, o.ScheduledEnd, o.WorkCenterType
       from {ProductionOrderStep} t left join {SavedOperation} o on o.StepId = t.Id`,
  ],
];

const migration: Migration = {
  async up(knex: Knex, names: Names) {
    await knex.schema.createTable(names.table('orderwright.QueueEntry'), (table) => {
      table.string('ProductionOrder', NAME).primary();
      table.integer('Priority').notNullable();
      table.integer('Position').notNullable();
      table.index(['Priority', 'Position']);
    });
    await knex.schema.createTable(names.table('orderwright.RescheduleMark'), (table) => {
      table.string('ProductionOrder', NAME).primary();
      table.string('Reason', ADDRESS).notNullable();
    });
    await knex.schema.createTable(names.table('orderwright.PreliminaryPlan'), (table) => {
      table.increments('Sequence');
      table.string('Version', ID).notNullable().unique();
      table.string('PlannedAt', INSTANT).notNullable();
      table.string('UpTo', NAME);
      table.text('ReadParts').notNullable();
      table.binary('Document').notNullable();
    });
    await knex.schema.createTable(names.table('orderwright.SavedOrder'), (table) => {
      table.string('ProductionOrder', NAME).primary();
      table.string('Version', ID).notNullable();
      table.string('ScheduledStart', INSTANT).notNullable();
      table.string('ScheduledEnd', INSTANT).notNullable();
      table.integer('Late').notNullable();
      table.float('LatenessMinutes').notNullable();
    });
    await knex.schema.createTable(names.table('orderwright.SavedOperation'), (table) => {
      table.string('ProductionOrder', NAME).notNullable();
      table.integer('Sequence').notNullable();
      table.string('Name', NAME).notNullable();
      table.string('Product', NAME).notNullable();
      table.string('Step', NAME);
      table.integer('Batch');
      table.string('StepId', ID).index();
      table.integer('Repetitions').notNullable();
      table.string('ScheduledStart', INSTANT).notNullable();
      table.string('ScheduledEnd', INSTANT).notNullable();
      table.string('WorkCenterType', NAME);
      table.primary(['ProductionOrder', 'Sequence']);
    });
    await knex.schema.createTable(names.table('orderwright.SavedPlacement'), (table) => {
      table.string('ProductionOrder', NAME).notNullable();
      table.integer('Sequence').notNullable();
      table.integer('Place').notNullable();
      table.string('WorkCenter', NAME).index();
      table.integer('Lane').notNullable();
      table.string('PlacedStart', INSTANT).notNullable();
      table.string('PlacedEnd', INSTANT).notNullable();
      table.float('Minutes').notNullable();
      table.primary(['ProductionOrder', 'Sequence', 'Place']);
    });
    for (const [view, select] of VIEWS) {
      const sql = select.replace(/\{(\w+)\}/g, (_whole, table: string) =>
        names.table(`orderwright.${table}`),
      );
      await knex.raw(`create view ?? as ${sql}`, [names.table(view)]);
    }
  },

  async down(knex: Knex, names: Names) {
    for (const [view] of VIEWS) await knex.raw('drop view ??', [names.table(view)]);
    for (const table of [
      'SavedPlacement',
      'SavedOperation',
      'SavedOrder',
      'PreliminaryPlan',
      'RescheduleMark',
      'QueueEntry',
    ]) {
      await knex.schema.dropTable(names.table(`orderwright.${table}`));
    }
  },
};

export default migration;
