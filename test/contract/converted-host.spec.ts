/** A host whose rows are not as orderwright shows them: states are keys of another table, and numbers stand for words. */
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { after, before, beforeEach, describe, it } from 'mocha';
import { readMapping } from '../../src/adapters/files/mapping-file.js';
import type { EntityMapping } from '../../src/adapters/sql/host-mapping.js';
import type { OpenedDatabase } from '../../src/adapters/sql/dialect.js';
import { ENGINES, installed, type Installed } from './engines.js';

/** Two of the host's states are the same to us. */
const STATES = { 7: 'new', 8: 'ready', 9: 'ready again', 10: 'running' };

function mapping(capture: 'trigger' | 'poll'): Record<string, EntityMapping> {
  const file = JSON.parse(
    readFileSync(new URL('../../src/mappings/reference-mes.json', import.meta.url), 'utf8'),
  ) as { entities: Record<string, object> };
  file.entities.ProductionOrder = {
    table: 'host.Orders',
    rowVersion: 'RowVersion',
    capture,
    fields: {
      Id: { column: 'Id', kind: 'key' },
      Name: 'OrderNumber',
      Product: 'ProductNumber',
      Quantity: { column: 'Amount', kind: 'decimal', scale: 3 },
      Units: 'Unit',
      DueDate: { column: 'DueAt', kind: 'instant' },
      State: {
        column: 'StateKey',
        lookup: { table: 'host.State', key: 'Id', column: 'Word' },
        values: { new: 'Created', ready: 'Released', 'ready again': 'Released', running: 'InProgress' },
      },
      UniversalState: { column: 'Alive', values: { 1: 'Active', 0: 'Terminated' } },
    },
  };
  return { ...readMapping(JSON.stringify(file)).entities };
}

async function makeHost({ knex, dialect: { names } }: OpenedDatabase, server: boolean): Promise<void> {
  if (server) await knex.raw('create schema [host]');
  await knex.schema.createTable(names.table('host.State'), (table) => {
    table.integer('Id').primary();
    table.string('Word', 40);
  });
  for (const [Id, Word] of Object.entries(STATES)) await knex(names.table('host.State')).insert({ Id, Word });
  await knex.schema.createTable(names.table('host.Orders'), (table) => {
    table.bigIncrements('Id');
    table.string('OrderNumber', 100);
    table.string('ProductNumber', 100);
    table.decimal('Amount', 18, 4);
    table.string('Unit', 10);
    table.datetime('DueAt');
    table.integer('StateKey');
    table.integer('Alive');
  });
  await names.addRowVersion(knex, 'host.Orders');
}

for (const engine of ENGINES.filter(({ missing }) => missing === null)) {
  for (const capture of ['trigger', 'poll'] as const) {
    describe(`[adapter] A host with words of its own, captured by ${capture}, on ${engine.name}`, function () {
      this.timeout(120_000);
      let world: Installed;
      const orders = () => world.knex(world.dialect.names.table('host.Orders'));
      const sets = (columns: Record<string, unknown>) => orders().where('OrderNumber', 'A-1').update(columns);
      const looked = () => world.database.write(({ events }) => events.look('2026-11-22T10:00:00Z', 0));
      const told = async () => {
        await looked();
        const events = await world.database.read((session) => session.events.read({ limit: 100 }));
        return events.map(({ operation, order, from, to, changed }) => ({
          told: `${operation} ${order ?? '-'}`,
          states: [from, to].map((standing) =>
            standing === null ? null : Object.values(standing).join(' '),
          ),
          changed,
        }));
      };
      const states = (from: string, to: string) => [from, to];

      before(async () => {
        const url = await engine.make();
        world = await installed(url, mapping(capture), (opened) =>
          makeHost(opened, engine.name === 'SQL Server'),
        );
      });
      after(async () => {
        await (world as Installed | undefined)?.database.close();
        await engine.drop(world.url);
      });
      beforeEach(async () => {
        await looked();
        await orders().delete();
        await orders().insert({
          OrderNumber: 'A-1',
          ProductNumber: 'Stool',
          Amount: 5,
          Unit: 'pcs',
          DueAt: '2026-12-01 10:00:00',
          StateKey: 7,
          Alive: 1,
        });
        await looked();
        await world.knex(world.dialect.names.table('orderwright.HookEvent')).delete();
      });

      it('is told in our words what became of an order', async () => {
        await sets({ StateKey: 8 });
        expect(await told()).to.deep.equal([
          {
            told: 'ProductionOrder.Release A-1',
            states: states('Created Active', 'Released Active'),
            changed: ['State'],
          },
        ]);
        await sets({ Alive: 0 });
        expect((await told())[1]).to.deep.equal({
          told: 'ProductionOrder.Terminate A-1',
          states: states('Released Active', 'Released Terminated'),
          changed: ['UniversalState'],
        });
      });

      it('is told nothing where nothing changed that is shown', async () => {
        await sets({ StateKey: 8 });
        await told();
        await sets({ StateKey: 9 });
        expect(await told()).to.have.length(1);
        await sets({ StateKey: 10, DueAt: '2026-12-02 10:00:00' });
        const [, start] = await told();
        expect(start).to.include({ told: 'ProductionOrder.Start A-1' });
        expect(start?.changed).to.have.members(['State', 'DueDate']);
      });

      it("names the order by its column where a material's link is told of", async () => {
        const { names } = world.dialect;
        const [order] = await orders().select<{ Id: string }[]>('Id as Id');
        await world.knex(names.table('mes.Material')).insert({
          Name: 'M-1',
          Product: 'Stool',
          Quantity: '5',
          Units: 'pcs',
          State: 'Created',
          UniversalState: 'Active',
        });
        const [material] = await world.knex(names.table('mes.Material')).select<{ Id: string }[]>('Id as Id');
        await world.knex(names.table('mes.ProductionOrderMaterial')).insert({
          ProductionOrderId: order!.Id,
          MaterialId: material!.Id,
          Accounts: true,
          IsCurrent: true,
        });
        await world.knex(names.table('mes.Material')).update({ State: 'InProgress' });
        expect((await told()).map((event) => event.told)).to.deep.equal([
          'Material.Create -',
          'Material.Assign A-1',
          'Material.MoveNext A-1',
        ]);
      });
    });
  }
}
