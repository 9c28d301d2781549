/** The event queue, and what was last seen of each row of the host. */
import type { Knex } from 'knex';
import type { Migration, Names } from '../../src/ports/migration.js';

const NAME = 400;
const WORD = 40;
const OPERATION = 100;
const INSTANT = 30;

const migration: Migration = {
  async up(knex: Knex, names: Names) {
    await knex.schema.createTable(names.table('orderwright.HookEvent'), (table) => {
      table.increments('Sequence');
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
      table.integer('SameAs');
      // A transition is one event, whoever reports it and however often.
      table.unique(['Operation', 'Subject', 'RowVersion', 'HostId'], { indexName: 'HookEvent_transition' });
      table.unique(['RequestId', 'Operation', 'Subject'], { indexName: 'HookEvent_request' });
      table.index(['State', 'Sequence'], 'HookEvent_state');
      table.index(['Series', 'State', 'Sequence'], 'HookEvent_series');
      table.index(['ClaimedBy'], 'HookEvent_claim');
      table.index(['SameAs'], 'HookEvent_same');
      table.index(['Subject', 'Sequence'], 'HookEvent_subject');
    });
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
    await knex.schema.dropTable(names.table('orderwright.HookEvent'));
  },
};

export default migration;
