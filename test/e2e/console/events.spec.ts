/** The event queue as an admin watches it: an event that failed too often is seen, retried, and gone. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, it } from 'mocha';
import { runMachiningPlant } from '../../../src/examples/run-machining-plant.js';
import { aConsole, describeInBrowser } from './a-console.js';

const NOW = '2026-11-23T08:00:00Z';
const folders: string[] = [];

describeInBrowser('Events in the console', () => {
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });

  it('are shown live with depth, lag and errors, and a parked one is brought back', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'orderwright-console-'));
    folders.push(folder);
    const database = `sqlite:${join(folder, 'plant.db')}`;
    await runMachiningPlant({ database, now: NOW, orders: 60 });
    const { page, open, door, accessible } = await aConsole({
      plant: {},
      database,
      now: NOW,
      dispatcher: true,
    });
    await open('#/events');
    await page.getByText('Live').waitFor();
    const parked = page.getByRole('region', { name: 'Parked' });
    const [event] = (await door.events({ state: 'parked', limit: 1 })).events;
    await parked.getByRole('rowheader', { name: event?.id ?? '', exact: true }).waitFor();
    await parked.getByText('The label printer of Plant South does not answer').first().waitFor();
    await page.getByRole('region', { name: 'Waiting' }).getByRole('row').nth(1).waitFor();
    await accessible();
    // The printer's plugin is switched off meanwhile: what failed goes through, and the stream says so.
    await parked.getByRole('button', { name: `Retry event ${event?.id ?? ''}` }).press('Enter');
    await page.getByRole('status').filter({ hasText: 'is tried again' }).waitFor();
    await parked
      .getByRole('rowheader', { name: event?.id ?? '', exact: true })
      .waitFor({ state: 'detached' });
    await door.postEvents({
      operation: 'ProductionOrder.Release',
      orders: [{ name: 'PO-2001', values: { state: 'Released' } }],
    });
    await page.getByRole('region', { name: 'Waiting' }).getByText('PO-2001').waitFor();
  });

  it('are not retried by who may only look', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'orderwright-console-'));
    folders.push(folder);
    const database = `sqlite:${join(folder, 'plant.db')}`;
    await runMachiningPlant({ database, now: NOW, orders: 60 });
    const { page, open, tokens } = await aConsole({
      plant: {},
      database,
      now: NOW,
      tokens: { guest: ['Events.Show'] },
      browser: { colorScheme: 'dark' },
    });
    await open('#/events');
    await page.getByLabel('Token').fill(tokens.guest ?? '');
    await page.keyboard.press('Enter');
    const parked = page.getByRole('region', { name: 'Parked' });
    await parked.getByRole('row').nth(1).waitFor();
    await parked.getByRole('button').waitFor({ state: 'detached' });
    await parked.getByRole('link').waitFor({ state: 'detached' });
  });
});
