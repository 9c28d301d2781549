/** A host that writes its rows itself is sent what is due: to its service, or where it has one to its procedure. */
import { expect } from 'chai';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'mocha';
import { examine } from '../../src/adapters/sql/examine.js';
import type { OpenedDatabase } from '../../src/adapters/sql/dialect.js';
import type { HostMapping } from '../../src/adapters/sql/mapping.js';
import { openDatabase } from '../../src/adapters/sql/open-database.js';
import { systemClock } from '../../src/adapters/system-clock.js';
import { checksOf } from '../../src/core/installation/checks.js';
import { createOrderwright, type Orderwright } from '../../src/index.js';
import { hostMapping, installBeside, RELEASED_ORDER } from './a-host.js';
import { ENGINES } from './engines.js';

interface World {
  orderwright: Orderwright;
  other: Orderwright;
  host: OpenedDatabase;
}

interface Pending {
  operation: string;
  sentAt: string | null;
  attempts: number;
  error: string | null;
}

const of = ({ host }: World, table: `${string}.${string}`) => host.knex(host.dialect.names.table(table));

/** A released order whose material the host has just begun. */
async function begun(world: World): Promise<void> {
  await of(world, 'host.Product').insert({ Name: 'Stool', Units: 'pcs', IncludeInSchedule: 0 });
  await of(world, 'host.ProductionOrder').insert(RELEASED_ORDER);
  const material = {
    Name: 'M',
    Product: 'Stool',
    Quantity: '2',
    Units: 'pcs',
    State: 'Created',
    UniversalState: 'Active',
  };
  await of(world, 'host.Material').insert(material);
  const [order] = await of(world, 'host.ProductionOrder').select<{ Id: string }[]>('Id as Id');
  const [made] = await of(world, 'host.Material').select<{ Id: string }[]>('Id as Id');
  const link = { ProductionOrderId: order!.Id, MaterialId: made!.Id, Accounts: 1, IsCurrent: 1 };
  await of(world, 'host.ProductionOrderMaterial').insert(link);
  await of(world, 'host.Material').update({ State: 'InProgress' });
}

async function pending({ orderwright }: World): Promise<Pending[]> {
  return (await orderwright.order('PO')).pendingHostActions as unknown as Pending[];
}

async function failingChecks({ host }: World): Promise<string[]> {
  const { findings } = await examine(host, {
    folders: () => Promise.resolve([]),
    mapping: null,
    now: () => systemClock.now(),
  });
  return checksOf({ ...findings, version: '1.2.3', ruleProblems: [] })
    .filter(({ ok }) => !ok)
    .map(({ code }) => code);
}

/** When what has failed is tried again. */
const due = (world: World, AvailableAt: number) =>
  of(world, 'orderwright.HostActionDelivery').update({ AvailableAt });

for (const engine of ENGINES.slice(1).filter(({ missing }) => missing === null)) {
  describe(`[adapter] A host that executes what is due, on ${engine.name}`, function () {
    this.timeout(180_000);

    async function inAWorld(mapping: HostMapping, work: (world: World) => Promise<void>): Promise<void> {
      const url = await engine.make();
      await installBeside(url, mapping);
      const host = await openDatabase(url);
      const orderwright = await createOrderwright({ database: url, folder: '/nowhere' });
      const other = await createOrderwright({ database: url, folder: '/nowhere' });
      try {
        await work({ orderwright, other, host });
      } finally {
        await orderwright.close();
        await other.close();
        await host.knex.destroy();
        if (host.reader !== host.knex) await host.reader.destroy();
        await engine.drop(url);
      }
    }

    it('is asked at its service, again while that fails, and once it has taken it never again', async () => {
      const asked: { id: string; key: string | undefined; operation: string }[] = [];
      let status = 500;
      const server = createServer((request, response) => {
        let body = '';
        request.on('data', (chunk: Buffer) => (body += chunk.toString()));
        request.on('end', () => {
          const { id, operation } = JSON.parse(body) as { id: string; operation: string };
          asked.push({ id, key: request.headers['idempotency-key'] as string | undefined, operation });
          response.writeHead(status).end(status === 500 ? 'the shop is closed' : '');
        });
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      const mapping = hostMapping({ pendingHostActionUrl: `http://127.0.0.1:${port}/due` }, 'poll');
      try {
        await inAWorld(mapping, async (world) => {
          await begun(world);
          await world.orderwright.dispatchEvents();
          expect(asked).to.have.length(1);
          const [failed] = await pending(world);
          expect(failed).to.include({ operation: 'Start', sentAt: null, attempts: 1 });
          expect(failed?.error).to.contain('the shop is closed');
          expect(await failingChecks(world)).to.deep.equal(['OW_DOCTOR_HOST_ACTIONS']);
          expect(await world.orderwright.hostActions()).to.deep.equal({ offered: 1, failing: 1 });
          await due(world, Date.now() + 3_600_000);
          await world.orderwright.dispatchEvents();
          expect(asked, 'not before its time').to.have.length(1);
          status = 200;
          await due(world, 0);
          await Promise.all([world.orderwright.dispatchEvents(), world.other.dispatchEvents()]);
          expect(asked).to.have.length(2);
          expect(new Set(asked.map(({ id, key }) => `${id} ${key ?? ''}`)).size).to.equal(1);
          expect((await pending(world))[0]).to.include({ operation: 'Start', attempts: 1, error: null });
          await due(world, 0);
          await world.orderwright.dispatchEvents();
          expect(asked).to.have.length(2);
          expect(await failingChecks(world)).to.deep.equal([]);
          await of(world, 'host.ProductionOrder').update({ State: 'InProgress' });
          await world.orderwright.dispatchEvents();
          expect(await pending(world)).to.deep.equal([]);
        });
      } finally {
        server.close();
      }
    });

    it('refuses every operation that would write its rows, and says which of its own does it', async () => {
      await inAWorld(hostMapping(), async (world) => {
        await begun(world);
        const { materials } = await world.orderwright.performMaterials({
          operation: 'Split',
          materials: ['M'],
          input: { quantities: ['1'] },
        });
        const [row] = materials;
        expect(row?.violations.map(({ code }) => code)).to.include('OW_HOST_WRITES');
        expect(row?.violations.find(({ code }) => code === 'OW_HOST_WRITES')?.message).to.contain(
          'Material.Split',
        );
        const text = JSON.stringify({ name: 'NEW', product: 'Stool', quantity: '1' });
        const { orders } = await world.orderwright.create({ text });
        expect(orders[0]?.violations.map(({ code }) => code)).to.include('OW_HOST_WRITES');
        expect(await of(world, 'host.Material').select('Name as Name')).to.deep.equal([{ Name: 'M' }]);
      });
    });

    if (engine.name !== 'SQL Server') return;

    it('is asked at its procedure: what that writes is told as the doing of the host', async () => {
      await inAWorld(hostMapping({ pendingHostActionProcedure: 'host.Due' }), async (world) => {
        const raw = (statement: string) => world.host.knex.raw(statement);
        const parameters = `@id bigint, @productionOrder nvarchar(400), @operation nvarchar(40), @fromState nvarchar(40),
          @toState nvarchar(40), @toUniversalState nvarchar(40)`;
        await raw(`create table [host].[Asked] ([Id] bigint)`);
        await raw(`create procedure [host].[Due] ${parameters} as
          begin insert into [host].[Asked] values (@id); throw 51000, 'the shop is closed', 1; end`);
        await begun(world);
        await world.orderwright.dispatchEvents();
        expect((await pending(world))[0]?.error).to.contain('the shop is closed');
        expect(await of(world, 'host.Asked').select('Id'), 'undone').to.deep.equal([]);
        await raw('drop procedure [host].[Due]');
        await raw(`create procedure [host].[Due] ${parameters} as
          begin insert into [host].[Asked] values (@id);
            update [host].[ProductionOrder] set [State] = @toState where [Name] = @productionOrder and [State] = @fromState; end`);
        await due(world, 0);
        await Promise.all([world.orderwright.dispatchEvents(), world.other.dispatchEvents()]);
        await world.orderwright.dispatchEvents();
        expect(await of(world, 'host.Asked').select('Id as Id')).to.have.length(1);
        expect(await world.orderwright.order('PO')).to.include({ state: 'InProgress' });
        expect(await pending(world)).to.deep.equal([]);
        const { events } = await world.orderwright.events({ limit: 20 });
        expect(events.at(-1)).to.include({ operation: 'ProductionOrder.Start', state: 'done' });
      });
    });
  });
}
