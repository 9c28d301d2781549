import { expect } from 'chai';
import { describe, it } from 'mocha';
import { proposeNothing, type Operation } from '../../src/operations/operation.js';
import { PreparedOrders } from '../../src/operations/prepared-orders.js';
import type { PluginSession } from '../../src/ports/plugin.js';
import { anOrder, NOW } from './given.js';
import { aHost, type Host } from './host.js';
import { aPlugin, withPlugins } from './plugin-files.js';

const POST = 'ProductionOrder.Release.Post';
const NAMES = ['A', 'B', 'C'];

/** A plugin whose hook of Release performs its operation Note, which journals the orders that were read with its own. */
const plugin = (prepare: string) => ({
  ...aPlugin('guest', {
    manifest: {
      hooks: [POST],
      operations: [{ name: 'Note', word: 'note', title: 'note', input: { type: 'object' } }],
    },
    code: `{
      post: { '${POST}': async (context) => { await context.perform('Note'); } },
      operations: [{
        name: 'Note',
        async prepare(orders, session) { ${prepare} },
        async decide(context, prepared = 'alone') {
          return { violations: [], warnings: [], journal: { prepared }, apply: async () => undefined };
        },
      }],
    }`,
  }),
  ...withPlugins(['guest']),
});

const host = (prepare = `return orders.join(' ');`) =>
  aHost(plugin(prepare), ...NAMES.map((name) => anOrder(name).having('Created')));

/** What each Note of an order was given, oldest first. */
async function notesOf({ orderwright }: Host, order: string): Promise<unknown[]> {
  const entries = await orderwright.door.journal({ order, limit: 1000 });
  return entries
    .filter(({ operation, outcome }) => operation === 'Note' && outcome === 'committed')
    .map(({ details }) => (details?.effect as { prepared: unknown }).prepared);
}

describe('[operation] what an operation reads for many orders at once', () => {
  it('is given to the events that are applied together', async () => {
    const world = await host();
    for (const order of NAMES) world.sets({ State: 'Released' }, order);
    await world.orderwright.door.dispatchEvents();
    // How many more follow in one transaction is a matter of time.
    expect(await notesOf(world, 'A')).to.deep.equal(['A B C']);
    for (const order of NAMES) expect((await notesOf(world, order)).join(), order).to.include(order);
  });

  it('is read once for the hooks of a request', async () => {
    const world = await host();
    await world.orderwright.door.perform({ operation: 'Release', orders: NAMES, actor: 'ann', now: NOW });
    for (const order of NAMES) expect(await notesOf(world, order), order).to.deep.equal(['A B C']);
  });

  it('is read anew for the next event of an order', async () => {
    const world = await host();
    for (const State of ['Released', 'Created', 'Released']) world.sets({ State }, 'A');
    await world.orderwright.door.dispatchEvents();
    expect(await notesOf(world, 'A')).to.deep.equal(['A', 'A']);
  });

  it('is read again for the next order where reading failed', async () => {
    const world = await host(
      `if (orders[0] === 'A') throw new Error('not now');
       return orders.join(' ');`,
    );
    await world.orderwright.door.perform({ operation: 'Release', orders: NAMES, actor: 'ann', now: NOW });
    expect(await notesOf(world, 'A')).to.deep.equal([]);
    for (const order of ['B', 'C']) expect(await notesOf(world, order), order).to.deep.equal(['B C']);
  });

  describe('is not given', () => {
    const session = {} as PluginSession;
    const decide = () => Promise.resolve({ violations: [], warnings: [] });
    const operation = { word: 'word', title: 'title', input: {}, propose: proposeNothing };
    const prepare = (orders: readonly string[]) => Promise.resolve(orders.join(' '));
    const note: Operation = { ...operation, name: 'Note', decide, prepare };
    const startStep: Operation = { ...operation, name: 'StartStep', decide };
    const release: Operation = { ...operation, name: 'Release' };

    it('a second time, nor after an operation that decides without it', async () => {
      const prepared = new PreparedOrders(session, NAMES);
      expect(prepared.take(release, 'A')).to.equal(undefined);
      expect(await prepared.take(note, 'A')?.()).to.equal('A B C');
      expect(prepared.take(note, 'A')).to.equal(undefined);
      expect(prepared.take(startStep, 'B')).to.equal(undefined);
      expect(prepared.take(note, 'B')).to.equal(undefined);
      expect(await prepared.take(note, 'C')?.()).to.equal('A B C');
    });

    it('to an order that something else was done to', () => {
      const prepared = new PreparedOrders(session, NAMES);
      prepared.forget('A');
      expect(prepared.take(note, 'A')).to.equal(undefined);
      prepared.forgetAll();
      expect(prepared.take(note, 'C')).to.equal(undefined);
    });
  });
});
