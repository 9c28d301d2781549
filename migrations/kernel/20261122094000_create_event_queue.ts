/** The event queue, and what was last seen of each row of the host. */
import type { Knex } from 'knex';
import type { Migration, Names } from '../../src/ports/migration.js';

const QUEUE = 'orderwright.HookEvent';
const NAME = 400;
const WORD = 40;
const OPERATION = 100;
const INSTANT = 30;

const migration: Migration = {
  async up(knex: Knex, names: Names) {
    const addSequence = await names.addCounter(knex, QUEUE, 'Sequence');
    await knex.schema.createTable(names.table(QUEUE), (table) => {
      addSequence(table);
      table.string('Operation', OPERATION).notNullable();
      table.string('Subject', NAME).notNullable();
      table.string('Series', NAME).notNullable();
      table.string('ProductionOrder', NAME);
      table.string('Material', NAME);
      table.string('HostId', WORD);
      table.string('RowVersion', WORD);
      table.string('FromState', WORD);
      table.string('FromUniversalState', WORD);
      table.string('ToState', WORD);
      table.string('ToUniversalState', WORD);
      table.string('Changed', 1000);
      table.string('Door', WORD).notNullable();
      table.string('Actor', NAME).notNullable();
      table.string('RequestId', NAME);
      table.string('CorrelationId', NAME);
      table.text('Input');
      table.text('Expected');
      table.string('State', WORD).notNullable();
      table.integer('Awaits').notNullable();
      table.integer('Attempts').notNullable();
      table.text('Error');
      table.string('StoredAt', INSTANT).notNullable();
      table.bigInteger('AvailableAt').notNullable();
      table.string('ClaimedBy', 100);
      table.bigInteger('ClaimedUntil');
      table.bigInteger('SameAs');
      table.index(['State', 'Sequence'], 'HookEvent_state');
      table.index(['Series', 'State', 'Sequence'], 'HookEvent_series');
      table.index(['ClaimedBy'], 'HookEvent_claim');
      table.index(['SameAs'], 'HookEvent_same');
      table.index(['Subject', 'Sequence'], 'HookEvent_subject');
    });
    // A transition is one event, whoever reports it and however often.
    const transition = ['Operation', 'Subject', 'RowVersion', 'HostId'];
    await names.refuseTwice(knex, QUEUE, transition, 'HookEvent_transition');
    await names.refuseTwice(knex, QUEUE, ['RequestId', 'Operation', 'Subject'], 'HookEvent_request');
    await knex.schema.createTable(names.table('orderwright.HostSeen'), (table) => {
      table.string('Entity', WORD).notNullable();
      table.string('Name', NAME).notNullable();
      table.string('HostId', WORD);
      table.string('RowVersion', WORD).notNullable();
      table.string('State', WORD).notNullable();
      table.string('UniversalState', WORD).notNullable();
      table.primary(['Entity', 'Name']);
    });
  },

  async down(knex: Knex, names: Names) {
    await knex.schema.dropTable(names.table('orderwright.HostSeen'));
    await knex.schema.dropTable(names.table(QUEUE));
    await names.dropCounter(knex, QUEUE, 'Sequence');
  },
};

export default migration;
