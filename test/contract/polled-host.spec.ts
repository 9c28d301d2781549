import { expect } from 'chai';
import { after, before, beforeEach, describe, it } from 'mocha';
import { REFERENCE_MAPPING, type EntityMapping } from '../../src/adapters/sql/host-mapping.js';
import type { EventQueue } from '../../src/ports/event-queue.js';
import { ENGINES, hostHas, installed, type Installed } from './engines.js';

const VIEWS = ['HostProductionOrder', 'HostMaterial', 'HostProductionOrderMaterial'];
const ORDERS = ['PO-1', 'PO-2', 'PO-3'];
const START = Date.parse('2026-11-22T10:00:00Z');

function captured(capture: 'trigger' | 'procedure' | 'poll'): Record<string, EntityMapping> {
  const entities = Object.entries(REFERENCE_MAPPING).map(([view, mapping]): [string, EntityMapping] => [
    view,
    VIEWS.includes(view) ? { ...mapping, capture } : mapping,
  ]);
  return Object.fromEntries(entities);
}

for (const engine of ENGINES.filter(({ missing }) => missing === null)) {
  describe(`[adapter] A host that is polled, on ${engine.name}`, function () {
    this.timeout(120_000);
    let world: Installed;
    let other: Installed;
    let seconds = 0;
    const at = () => new Date(START + seconds * 1000).toISOString().replace('.000', '');
    const of = (name: 'ProductionOrder' | 'Material' | 'ProductionOrderMaterial') =>
      world.knex(world.dialect.names.table(`mes.${name}`));
    const write = <T>(work: (events: EventQueue) => Promise<T>, by = world) =>
      by.database.write(({ events }) => work(events));
    const queue = () => world.database.read(({ events }) => events.read({ limit: 1000 }));
    const told = async () =>
      (await queue()).map(({ operation, order, state }) => `${operation} ${order ?? '-'} ${state}`);
    const looks = async (by = world) => {
      seconds += 1;
      return (await write((events) => events.look(at(), 0), by)).length;
    };
    const applied = async () => {
      const events = (await queue()).filter(({ state }) => state === 'pending');
      const ids = events.map(({ id }) => id);
      await write(async (session) => {
        await session.finish(ids);
        await session.see(ids);
      });
    };

    before(async () => {
      const url = await engine.make();
      world = await installed(url, captured('poll'));
      other = engine.name.includes('memory') ? world : await installed(url, captured('poll'));
    });
    after(async () => {
      await (world as Installed | undefined)?.database.close();
      if (other !== world) await other.database.close();
      await engine.drop(world.url);
    });
    beforeEach(async () => {
      await of('ProductionOrderMaterial').delete();
      await of('Material').delete();
      await of('ProductionOrder').delete();
      await hostHas(world, ORDERS);
      await world.knex(world.dialect.names.table('orderwright.HookEvent')).delete();
    });

    it('tells what a trigger would have told: the operation, both standings and what changed', async () => {
      expect(await looks()).to.equal(0);
      await of('ProductionOrder').where('Name', 'PO-1').update({ State: 'Released' });
      await of('ProductionOrder').where('Name', 'PO-2').update({ Quantity: '20', Priority: 1 });
      await of('Material').where('Name', 'M').update({ Quantity: '9' });
      expect(await told()).to.deep.equal([]);
      expect(await looks()).to.equal(3);
      expect(await told()).to.deep.equal([
        'ProductionOrder.Release PO-1 pending',
        'ProductionOrder.Change PO-2 pending',
        'Material.AdjustQuantity PO-1 pending',
      ]);
      const [release, change] = await queue();
      expect(release).to.deep.include({ door: 'poll', actor: 'host', changed: ['State'] });
      expect(release?.from).to.deep.equal({ state: 'Created', universalState: 'Active' });
      expect(release?.to).to.deep.equal({ state: 'Released', universalState: 'Active' });
      expect(change?.changed).to.have.members(['Quantity', 'Priority']);
      await of('Material').where('Name', 'M').update({ FlowPath: 'Main:A:1/Pack:1' });
      await of('ProductionOrder').where('Name', 'PO-1').update({ State: 'InProgress' });
      expect(await looks()).to.equal(2);
      expect((await told()).slice(3)).to.deep.equal([
        'ProductionOrder.Start PO-1 pending',
        'Material.MoveNext PO-1 pending',
      ]);
    });

    it('tells of orders that are made, and of links that come, change and go', async () => {
      await looks();
      const idOf = async (name: 'ProductionOrder' | 'Material', Name: string) =>
        (await of(name).where({ Name }).first<{ Id: string }>('Id as Id')).Id;
      const link = {
        ProductionOrderId: await idOf('ProductionOrder', 'PO-3'),
        MaterialId: await idOf('Material', 'M'),
      };
      await of('ProductionOrderMaterial').insert({ ...link, Accounts: true, IsCurrent: false });
      expect(await looks()).to.equal(1);
      await of('ProductionOrderMaterial').where(link).update({ IsCurrent: true });
      expect(await looks()).to.equal(1);
      await of('ProductionOrderMaterial').where(link).delete();
      expect(await looks()).to.equal(1);
      expect(await looks()).to.equal(0);
      expect(await told()).to.deep.equal([
        'Material.Assign PO-3 pending',
        'Material.ChangeProductionOrder PO-3 pending',
        'Material.Remove PO-3 pending',
      ]);
      const copied = (await of('ProductionOrder').where('Name', 'PO-2').first()) as Record<string, unknown>;
      for (const key of ['Id', 'RowVersion']) Reflect.deleteProperty(copied, key);
      await of('ProductionOrder').insert({ ...copied, Name: 'PO-4' });
      expect(await looks()).to.equal(1);
      expect((await told()).at(-1)).to.equal('ProductionOrder.Create PO-4 pending');
    });

    it('loses nothing and tells nothing twice, however many look, at whatever time', async () => {
      await looks();
      for (let round = 1; round <= 5; round += 1) {
        for (const name of ORDERS)
          await of('ProductionOrder')
            .where('Name', name)
            .update({ Priority: 10 + round });
        await Promise.all([looks(), looks(other), looks(), looks(other)]);
        if (round === 2) await applied();
        // As long as everything is looked at in between, and as long as nothing is.
        seconds += round === 3 ? 700 : 70;
        expect(await looks()).to.equal(0);
        expect(await told()).to.have.length(round * ORDERS.length);
      }
      await applied();
      expect(await write((events) => events.reconcile(at()))).to.deep.equal([]);
    });

    it('tells what is committed late, although later row versions were seen', async function () {
      if (engine.name !== 'SQL Server') this.skip();
      await looks();
      seconds += 100;
      await looks();
      const late = await other.knex.transaction();
      await late(world.dialect.names.table('mes.ProductionOrder'))
        .where('Name', 'PO-1')
        .update({ State: 'Released' });
      await of('ProductionOrder').where('Name', 'PO-2').update({ Priority: 9 });
      expect(await looks()).to.equal(1);
      await late.commit();
      seconds += 5;
      expect(await looks()).to.equal(1);
      expect((await told()).at(-1)).to.equal('ProductionOrder.Release PO-1 pending');
    });

    it('is known where orderwright wrote itself, also beside what the host did before', async () => {
      await looks();
      await of('ProductionOrder').where('Name', 'PO-1').update({ State: 'Released' });
      const version = async () =>
        (await world.database.read(({ orders }) => orders.load(['PO-1']))).get('PO-1')!.order.rowVersion;
      const before = await version();
      await world.database.write(async ({ orders }) => {
        const { order } = (await orders.load(['PO-1'])).get('PO-1')!;
        await orders.update(order, { state: 'InProgress' });
      });
      expect(await looks()).to.equal(0);
      // An engine that leaves the row version of what is written through a view has no second one to store.
      const own = (await version()) === before ? [] : ['ProductionOrder.Start PO-1 done'];
      expect(await told()).to.deep.equal(['ProductionOrder.Release PO-1 pending', ...own]);
      await applied();
      await of('ProductionOrder').where('Name', 'PO-1').update({ State: 'Completed' });
      expect(await looks()).to.equal(1);
      expect((await told()).at(-1)).to.equal('ProductionOrder.Complete PO-1 pending');
      await applied();
      expect(await write((events) => events.reconcile(at()))).to.deep.equal([]);
    });

    it('is one event with what is reported, whoever comes first', async () => {
      await looks();
      const report = (order: string) => ({
        operation: 'ProductionOrder.Release' as const,
        order,
        material: null,
        rowVersion: null,
        claimed: { state: 'Released', universalState: null },
        input: {},
        actor: 'ann',
        requestId: null,
        correlationId: null,
      });
      await of('ProductionOrder').where('Name', 'PO-1').update({ State: 'Released' });
      const [id = ''] = await write((events) => events.store([report('PO-1')], at()));
      await write((events) => events.lookAt({ orders: ['PO-1'], materials: [] }, at()));
      expect(await looks()).to.equal(0);
      const [event] = await world.database.read(({ events }) => events.find([id]));
      const twin = await world.database.read(({ events }) =>
        events.counterpart(event!, '2026-11-22T00:00:00Z'),
      );
      expect(twin).to.include({ operation: 'ProductionOrder.Release', door: 'poll' });
    });

    it('goes on where another way of capture has left off, and leaves its triggers to nobody', async () => {
      const { knex, dialect } = world;
      const { names, capture } = dialect;
      await looks();
      await capture.create(knex, names, captured('trigger'));
      await of('ProductionOrder').where('Name', 'PO-1').update({ State: 'Released' });
      expect(await told()).to.deep.equal(['ProductionOrder.Release PO-1 pending']);
      await capture.create(knex, names, captured('poll'));
      expect(await capture.present(knex, names, captured('trigger'))).to.equal(false);
      expect(await looks()).to.equal(0);
      await of('ProductionOrder').where('Name', 'PO-1').update({ State: 'InProgress' });
      await of('ProductionOrder').where('Name', 'PO-2').update({ State: 'Released' });
      expect(await looks()).to.equal(2);
      expect(await told()).to.deep.equal([
        'ProductionOrder.Release PO-1 pending',
        'ProductionOrder.Start PO-1 pending',
        'ProductionOrder.Release PO-2 pending',
      ]);
    });
  });
}
