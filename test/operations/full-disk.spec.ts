import { expect } from 'chai';
import { describe, it } from 'mocha';
import { anOrder, failureOf } from './given.js';
import { aHost } from './host.js';
import { aPlugin, withPlugins } from './plugin-files.js';

/** Lets the database of this process grow by no page more, or by as many as it wants. */
const DISK = aPlugin('disk', {
  manifest: {
    commands: ['fill', 'empty'].map((name) => ({ name, description: `${name} the disk` })),
  },
  code: `{ commands: Object.fromEntries([['fill', 1], ['empty', 1e9]].map(([name, pages]) => [name,
    ({ change }) => change('Disk', async ({ sql }) => {
      await sql.raw('pragma max_page_count = ' + pages);
      return { result: { document: {} }, details: null };
    })])) }`,
});
/** More than the pages that are there have room for. */
const LONG = 'x'.repeat(100_000);

describe('[operation] a full disk', () => {
  it('fails an operation in words, with nothing half done, and the same operation works once there is room', async () => {
    const host = await aHost({ ...DISK, ...withPlugins(['disk']) }, anOrder());
    const { door } = host.orderwright;
    await door.rules();
    const asked = { arguments: {}, options: {}, input: {} };
    await door.command('fill', asked);
    const before = await door.journal({ limit: 1000 });
    const release = () => door.perform({ operation: 'Release', orders: ['PO'], actor: LONG });
    expect(await failureOf(release())).to.include({ code: 'OW_DATABASE_FULL' });
    expect(await host.orderwright.stateOf()).to.equal('Created Active');
    expect(await door.journal({ limit: 1000 })).to.deep.equal(before);
    await door.command('empty', asked);
    expect((await release()).orders[0]).to.include({ allowed: true, state: 'Released' });
    expect(await door.verifyJournal()).to.include({ ok: true });
  });

  it('leaves an event in the queue, which is applied once there is room', async () => {
    const long = aPlugin('long', {
      manifest: { hooks: ['ProductionOrder.Release.Post'] },
      code: `{ post: { 'ProductionOrder.Release.Post': async () => ({ effect: { text: 'x'.repeat(1e6) } }) } }`,
    });
    const files = { ...DISK, ...long, ...withPlugins(['disk', 'long']) };
    const host = await aHost(files, anOrder());
    const { door } = host.orderwright;
    await door.rules();
    const asked = { arguments: {}, options: {}, input: {} };
    host.sets({ State: 'Released' });
    await door.command('fill', asked);
    const failure = await failureOf(door.dispatchEvents());
    expect(failure).to.include({ code: 'OW_DATABASE_FULL' });
    expect((await host.queue()).join()).to.match(/^Release PO pending$/);
    await door.command('empty', asked);
    await door.dispatchEvents();
    expect(await host.queue()).to.deep.equal(['Release PO done']);
  });
});
