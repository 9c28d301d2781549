import { expect } from 'chai';
import { after, before, beforeEach, describe, it } from 'mocha';
import type { Knex } from 'knex';
import { createOrderwright } from '../../src/index.js';
import type { Claim, EventQueue, HookEvent, NewEvent } from '../../src/ports/event-queue.js';
import { PLANT } from '../operations/an-order.js';
import { ENGINES, hostHas, installed, installedByCommand, type Installed } from './engines.js';

const AT = '2026-11-22T10:00:00Z';
const NOW = Date.parse(AT);
/** Longer than any lease. */
const LATER = NOW + 60_000;
const ORDERS = ['PO-1', 'PO-2', 'PO-3', 'PO-4'];

const report = (order: string, fields: Partial<NewEvent> = {}): NewEvent => ({
  operation: 'ProductionOrder.Release',
  order,
  material: null,
  rowVersion: null,
  claimed: null,
  input: {},
  actor: 'ann',
  requestId: null,
  correlationId: null,
  ...fields,
});

const claim = (claimant: string, now = NOW, limit = 100): Claim => ({ claimant, limit, now });

for (const engine of ENGINES.filter(({ missing }) => missing === null)) {
  describe(`[adapter] The contract of the event queue, on ${engine.name}`, function () {
    this.timeout(120_000);
    let world: Installed;
    let other: Installed;
    const table = (name: 'ProductionOrder' | 'Material' | 'ProductionOrderMaterial') =>
      world.dialect.names.table(`mes.${name}`);
    const write = <T>(work: (events: EventQueue) => Promise<T>, by = world) =>
      by.database.write(({ events }) => work(events));
    const queue = () => world.database.read(({ events }) => events.read({ limit: 1000 }));
    const told = async () =>
      (await queue()).map(({ operation, order, state }) => `${operation} ${order ?? '-'} ${state}`);
    const orderOf = async (name: string) =>
      (await world.database.read(({ orders }) => orders.load([name]))).get(name)!.order;
    const sets = (columns: Record<string, unknown>, name: string, by: Knex = world.knex) =>
      by(table('ProductionOrder')).where('Name', name).update(columns);
    const names = (events: readonly HookEvent[]) => events.map(({ order }) => order);

    before(async () => {
      const url = await engine.make();
      world = await installed(url);
      // A database in memory is its own process's alone.
      other = engine.name.includes('memory') ? world : await installed(url);
    });
    after(async () => {
      await (world as Installed | undefined)?.database.close();
      if (other !== world) await other.database.close();
      await engine.drop(world.url);
    });
    beforeEach(async () => {
      await hostHas(world, ORDERS);
      for (const name of ORDERS)
        await sets({ State: 'Created', UniversalState: 'Active', Priority: 3 }, name);
      await world.knex(world.dialect.names.table('orderwright.HookEvent')).delete();
      await write(async (events) => events.see(await events.reconcile(AT)));
      await world.knex(world.dialect.names.table('orderwright.HookEvent')).delete();
    });

    describe("the host's own transaction", () => {
      it('stores one event per transition, with what the row showed before and after', async () => {
        for (const State of ['Released', 'InProgress', 'Completed', 'InProgress', 'Completed', 'Closed']) {
          await sets({ State }, 'PO-1');
        }
        await sets({ Quantity: '20', Priority: 1 }, 'PO-1');
        await sets({ State: 'Canceled', UniversalState: 'Terminated' }, 'PO-1');
        await sets({ State: 'Closed', UniversalState: 'Active' }, 'PO-1');
        expect(
          (await queue()).map(({ operation }) => operation.replace('ProductionOrder.', '')),
        ).to.deep.equal([
          ...['Release', 'Start', 'Complete', 'ReturnToProgress', 'Complete', 'Close'],
          ...['Change', 'Cancel', 'Unterminate'],
        ]);
        const [first, , , , , , change] = await queue();
        expect(first).to.deep.include({ order: 'PO-1', door: 'trigger', actor: 'host', state: 'pending' });
        expect(first?.from).to.deep.equal({ state: 'Created', universalState: 'Active' });
        expect(first?.to).to.deep.equal({ state: 'Released', universalState: 'Active' });
        expect(first?.storedAt).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
        expect(change?.changed).to.have.members(['Quantity', 'Priority']);
        expect((await queue()).at(-1)?.rowVersion).to.equal((await orderOf('PO-1')).rowVersion);
      });

      it('stores an event per row of a statement, and none for rows that stay as they are', async () => {
        await sets({ State: 'Released' }, 'PO-2');
        await world.knex(table('ProductionOrder')).update({ State: 'Released' });
        expect((await told()).sort()).to.deep.equal(
          ORDERS.map((name) => `ProductionOrder.Release ${name} pending`),
        );
      });

      it('stores events of materials and of their links under their order', async () => {
        const material = (columns: Record<string, unknown>) =>
          world.knex(table('Material')).where('Name', 'M').update(columns);
        await material({ State: 'InProgress' });
        await material({ Quantity: '9' });
        await world.knex(table('ProductionOrderMaterial')).update({ Accounts: false });
        await world.knex(table('ProductionOrderMaterial')).delete();
        await material({ Quantity: '8' });
        expect(await told()).to.deep.equal([
          'Material.MoveNext PO-1 pending',
          'Material.AdjustQuantity PO-1 pending',
          'Material.ChangeProductionOrder PO-1 pending',
          'Material.Remove PO-1 pending',
          'Material.AdjustQuantity - pending',
        ]);
      });

      it('leaves none where it is rolled back', async () => {
        const failure = world.knex.transaction(async (trx) => {
          await sets({ State: 'Released' }, 'PO-1', trx);
          throw new Error('on purpose');
        });
        expect(await failure.catch((error: unknown) => (error as Error).message)).to.equal('on purpose');
        expect(await told()).to.deep.equal([]);
      });
    });

    describe('our own writes', () => {
      const releases = (name: string, fails = false) =>
        world.database
          .write(async ({ orders }) => {
            const { order } = (await orders.load([name])).get(name)!;
            await orders.update(order, { state: 'Released' });
            if (fails) throw new Error('on purpose');
          })
          .catch(() => undefined);

      it('are done, known by their row version, and seen, so that no one applies or misses them', async () => {
        await releases('PO-1');
        expect(await told()).to.deep.equal(['ProductionOrder.Release PO-1 done']);
        expect((await queue())[0]?.actor).to.equal('orderwright');
        expect(await write((events) => events.claim(claim('a')))).to.deep.equal([]);
        const { rowVersion } = await orderOf('PO-1');
        const [id] = await write((events) => events.store([report('PO-1', { rowVersion })], AT));
        expect(id).to.equal((await queue())[0]?.id);
        expect(await world.database.read(({ events }) => events.seen('PO-1'))).to.include({
          state: 'Released',
        });
        await write((events) => events.reconcile(AT));
        expect((await told()).filter((line) => line.includes('PO-1'))).to.have.length(1);
      });

      it('are no mark on a connection that the host gets next, also after one was rolled back', async () => {
        for (let round = 0; round < 6; round += 1) {
          await Promise.all([
            releases('PO-2', round % 2 === 0),
            releases('PO-3', true),
            releases('PO-4', true),
          ]);
          // As many at once as there are connections in the pool.
          await Promise.all(ORDERS.map((name) => sets({ Priority: 10 + round }, name)));
        }
        const events = await queue();
        expect(events.filter(({ state }) => state === 'pending')).to.have.length(6 * ORDERS.length);
        expect(events.filter(({ actor }) => actor === 'orderwright')).to.have.length(1);
      });

      it('are withdrawn from the queue by an import, and count as seen', async () => {
        await world.database.write(async ({ orders, events }) => {
          const { order } = (await orders.load(['PO-1'])).get('PO-1')!;
          await orders.update(order, { state: 'Released' });
          await events.withdraw();
        });
        expect(await told()).to.deep.equal([]);
        await write((events) => events.reconcile(AT));
        expect((await told()).filter((line) => line.includes('PO-1'))).to.deep.equal([]);
      });
    });

    describe('claims', () => {
      it('of two sessions at once share the events, none to both, and in order per order', async () => {
        for (const Priority of [4, 5, 6]) await world.knex(table('ProductionOrder')).update({ Priority });
        const applied: string[] = [];
        const work = async (by: Installed, claimant: string) => {
          for (let turn = 0; turn < 200; turn += 1) {
            const claimed = await write((events) => events.claim(claim(claimant, NOW, 2)), by);
            if (claimed.length === 0 && applied.length === 12) return;
            expect(new Set(names(claimed)).size, 'one of an order at a time').to.equal(claimed.length);
            await by.database.write(async ({ events }) => {
              const held = await events.hold(
                claim(claimant),
                claimed.map(({ id }) => id),
              );
              const mine = claimed.filter(({ id }) => held.has(id));
              await events.finish(mine.map(({ id }) => id));
              applied.push(...mine.map(({ id }) => id));
            });
          }
        };
        await Promise.all([work(world, 'a'), work(other, 'b')]);
        const events = await queue();
        expect(applied).to.have.members(events.map(({ id }) => id));
        for (const [order, own] of Map.groupBy(events, ({ order: name }) => name)) {
          const places = own.map(({ id }) => applied.indexOf(id));
          expect(places, order ?? '').to.deep.equal(places.toSorted((one, next) => one - next));
        }
      });

      it('are respected until their lease is over, and then are anybody’s', async () => {
        await write((events) => events.store([report('PO-1'), report('PO-2')], AT));
        const first = await write((events) => events.claim(claim('a')));
        expect(names(first)).to.deep.equal(['PO-1', 'PO-2']);
        expect(await write((events) => events.claim(claim('b')), other)).to.deep.equal([]);
        expect(await write((events) => events.claim(claim('b', LATER)), other)).to.have.length(2);
        const ids = first.map(({ id }) => id);
        expect([...(await write((events) => events.hold(claim('a', LATER), ids)))]).to.deep.equal([]);
        expect((await write((events) => events.hold(claim('b', LATER), ids), other)).size).to.equal(2);
        await write((events) => events.release('b'), other);
        expect(await told()).to.deep.equal(
          ORDERS.slice(0, 2).map((name) => `ProductionOrder.Release ${name} pending`),
        );
      });

      it('give back what an earlier event of the order holds back after all', async () => {
        const [, later = ''] = await write((events) => events.store([report('PO-1'), report('PO-1')], AT));
        const events = world.dialect.names.table('orderwright.HookEvent');
        // As if it had been claimed past a lock.
        await world
          .knex(events)
          .where('Sequence', Number(later))
          .update({ State: 'claimed', ClaimedBy: 'a', ClaimedUntil: LATER });
        expect((await write((session) => session.hold(claim('a'), [later]))).size).to.equal(0);
        expect((await queue()).map(({ state }) => state)).to.deep.equal(['pending', 'pending']);
      });

      it('leave what was parked, and only what follows it of the same order and operation', async () => {
        const [first = ''] = await write((events) =>
          events.store(
            [
              report('PO-1'),
              report('PO-1', { operation: 'ProductionOrder.Start' }),
              report('PO-1'),
              report('PO-2'),
            ],
            AT,
          ),
        );
        await write((events) => events.fail(first, { attempts: 3, error: 'no', until: null }));
        const claimed = await write((events) => events.claim(claim('a')));
        expect(claimed.map(({ operation, order }) => `${operation} ${order ?? ''}`)).to.deep.equal([
          'ProductionOrder.Start PO-1',
          'ProductionOrder.Release PO-2',
        ]);
        await write((events) => events.retry(first));
        expect(await world.database.read(({ events }) => events.depth())).to.include({
          pending: 2,
          claimed: 2,
          parked: 0,
        });
      });
    });

    describe('reports', () => {
      it('of one request are one event, however often and by how many at once they are made', async () => {
        const events = [report('PO-1', { requestId: 'r' }), report('PO-2', { requestId: 'r' })];
        const ids = await Promise.all(
          [world, other, world, other, world].map((by) => write((session) => session.store(events, AT), by)),
        );
        expect(new Set(ids.map((some) => some.join(' '))).size).to.equal(1);
        expect(await told()).to.have.length(2);
      });

      it('come back as they were made', async () => {
        const made = report('PO-1', {
          claimed: { state: 'Released', universalState: null, values: { quantity: '3' } },
          input: { reason: 'Größe 漢字 😀' },
          requestId: 'x'.repeat(400),
          correlationId: 'c',
        });
        await write((events) => events.store([made], AT));
        const [found] = await queue();
        expect(found).to.deep.include({ ...made, state: 'pending', attempts: 0, error: null, storedAt: AT });
        const [waiting] = await world.database.read(({ events }) => events.awaiting(['PO-1']));
        expect(waiting?.id).to.equal(found?.id);
      });
    });

    it('compares the host with what was seen, and stores what no trigger has stored', async () => {
      await sets({ State: 'Released' }, 'PO-3');
      await write((events) => events.reconcile(AT));
      expect(await told()).to.deep.equal(['ProductionOrder.Release PO-3 pending']);
      await world.knex(world.dialect.names.table('orderwright.HookEvent')).delete();
      const ids = await write((events) => events.reconcile(AT));
      const [missed] = (await queue()).filter(({ order }) => order === 'PO-3');
      expect(missed).to.include({ operation: 'ProductionOrder.Release', door: 'reconcile' });
      await write((events) => events.see(ids));
      await write((events) => events.finish(ids));
      expect(await write((events) => events.reconcile(AT))).to.deep.equal([]);
      expect(await write((events) => events.prune('2026-11-23T00:00:00Z'))).to.equal(ids.length);
    });
  });

  describe(`[adapter] A dispatcher, on ${engine.name}`, function () {
    this.timeout(120_000);

    it('applies what the host does, and its rows are as the host left them', async function () {
      // The database in memory is one of its own for each who opens it.
      if (engine.name.includes('memory')) this.skip();
      const url = await engine.make();
      await installedByCommand(url);
      const orderwright = await createOrderwright({ database: url, folder: '/nowhere' });
      const host = await installed(url);
      try {
        const productionOrders = ORDERS.map((name) => ({
          name,
          product: 'Stool',
          quantity: '10',
          units: 'pcs',
        }));
        await orderwright.importPlant({ text: JSON.stringify({ ...PLANT, productionOrders }) });
        const orders = host.dialect.names.table('mes.ProductionOrder');
        await host.knex(orders).update({ State: 'Released' });
        await host.knex(orders).update({ State: 'InProgress' });
        expect(await orderwright.dispatchEvents()).to.include({ applied: 8, retried: 0, parked: 0 });
        const { events } = await orderwright.events({ limit: 100 });
        expect(new Set(events.map(({ state }) => state))).to.deep.equal(new Set(['done']));
        const journal = await orderwright.journal({ order: 'PO-1', limit: 10 });
        expect(journal.map(({ operation }) => operation)).to.include.members(['Release', 'Start']);
        expect(await orderwright.dispatchEvents()).to.include({ applied: 0 });
      } finally {
        await orderwright.close();
        await host.database.close();
        await engine.drop(url);
      }
    });
  });
}
