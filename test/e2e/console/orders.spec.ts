/** Orders as a supervisor goes through them: found, looked at, refused, mended, released. */
import { expect } from 'chai';
import { it } from 'mocha';
import { machiningPlant } from '../../../src/examples/machining-plant.js';
import type { JsonObject } from '../../../src/index.js';
import { aConsole, describeInBrowser, type AConsole } from './a-console.js';

const NOW = '2026-11-23T08:00:00Z';

interface Made extends JsonObject {
  name: string;
  state: string;
  universalState: string;
  plannedStart: string;
  plannedEnd: string;
}

/** A generated plant, and orders of it that something is to be seen of. */
function aPlant(orders: number) {
  const plant = machiningPlant({ today: NOW.slice(0, 10), orders });
  const made = plant.productionOrders as Made[];
  const blocked = made.find((one) => one.state === 'Created' && one.plannedStart > one.plannedEnd);
  const running = made.find((one) => one.state === 'InProgress' && one.universalState === 'Active');
  if (blocked === undefined || running === undefined) throw new Error('The plant has no such orders');
  return { plant, blocked: blocked.name, running: running.name };
}

const row = ({ page }: AConsole, name: string) => page.getByRole('row', { name, exact: true });

describeInBrowser('Orders in the console', () => {
  it('are found by name, state and due date, and opened, all by keyboard', async () => {
    const { plant, running } = aPlant(60);
    const one = await aConsole({ plant, now: NOW });
    const { page, open, accessible } = one;
    await open('#/orders');
    await row(one, 'PO-2001').waitFor();
    await page.getByText('60 orders').waitFor();
    await accessible();
    await page.getByLabel('Name or product').focus();
    await page.keyboard.type(running.toLowerCase());
    await page.getByText('1 order', { exact: true }).waitFor();
    expect(page.url()).to.contain(`search=${running.toLowerCase()}`);
    await page.keyboard.press('Escape');
    await page.getByText('60 orders').waitFor();
    const completed = page.getByRole('button', { name: /^Completed/ });
    await completed.focus();
    await page.keyboard.press('Space');
    await page.waitForFunction('location.hash.includes("state=Completed")');
    await row(one, 'PO-2001').waitFor({ state: 'detached' });
    const grid = page.getByRole('grid', { name: 'Orders' });
    const states = await grid.getByRole('row').getByRole('gridcell').nth(1).allTextContents();
    expect(new Set(states)).to.deep.equal(new Set(['Completed']));
    await page.keyboard.press('Space');
    await row(one, 'PO-2001').focus();
    await page.keyboard.press('End');
    await row(one, 'PO-2060').waitFor();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'PO-2002', level: 1 }).waitFor();
  });

  it('say which rule blocks a release and what mends it; filled in, the release goes through', async () => {
    const { plant, blocked } = aPlant(60);
    const { page, open, accessible } = await aConsole({ plant, now: NOW });
    await open(`#/orders/${blocked}`);
    await page
      .getByRole('listitem')
      .filter({ hasText: /^Created$/ })
      .waitFor();
    expect(await page.locator('[aria-current=step]').textContent()).to.equal('Created');
    await accessible();
    await page.getByRole('button', { name: 'Release: blocked, see why' }).press('Enter');
    const dialog = page.getByRole('dialog', { name: `Release ${blocked}` });
    await dialog.getByText('release/planned-start-before-planned-end').first().waitFor();
    await accessible();
    await dialog.getByRole('button', { name: 'Release' }).press('Enter');
    await dialog.getByText('Release is refused now').waitFor();
    // Nothing is sent while an answer is awaited.
    await dialog.locator('button[type=submit]').waitFor();
    await dialog.getByRole('button', { name: 'Fill in' }).press('Enter');
    await dialog.getByLabel('Planned start').press('Enter');
    await page
      .getByRole('status')
      .filter({ hasText: `${blocked}: Release done, Created to Released` })
      .waitFor();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('listitem').filter({ hasText: 'Start' }).getByRole('button').waitFor();
    expect(await page.locator('[aria-current=step]').textContent()).to.equal('Released');
    // What was done is in the journal, with what was refused before.
    await page.getByRole('tab', { name: 'Journal' }).click();
    const journal = page.getByRole('list', { name: 'Journal' });
    await journal.getByText('committed').first().waitFor();
    await journal.getByText('refused').first().waitFor();
    await accessible();
  });

  it('show quantities, materials and the steps of each batch, in the dark and on a tablet', async () => {
    const { plant, running } = aPlant(60);
    const { page, open, accessible } = await aConsole({
      plant,
      now: NOW,
      before: async (door) => {
        await door.perform({ operation: 'Synchronize', orders: [running], now: NOW });
      },
      browser: { viewport: { width: 1024, height: 768 }, colorScheme: 'dark' },
    });
    await open(`#/orders/${running}`);
    await page.getByRole('img', { name: /completed, .* in progress/ }).waitFor();
    const graph = page.getByRole('region', { name: 'Steps by batch' });
    expect(await graph.getByRole('listitem').count()).to.be.greaterThan(3);
    await accessible();
    await page.getByRole('tab', { name: /^Steps/ }).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('rowheader', { name: `${running}-M1`, exact: true }).waitFor();
    await accessible();
    const width = await page.evaluate<number>('document.documentElement.scrollWidth');
    expect(width, 'nothing is wider than the window').to.equal(1024);
  });

  it('that are canceled come back to where they were canceled from, and nowhere else', async () => {
    const { plant, running } = aPlant(60);
    const { page, open } = await aConsole({
      plant,
      now: NOW,
      before: async (door) => {
        await door.perform({ operation: 'Cancel', orders: [running], now: NOW });
      },
    });
    await open(`#/orders/${running}`);
    await page.getByRole('button', { name: 'Unterminate' }).first().waitFor();
    expect(await page.getByRole('button', { name: 'Unterminate' }).count()).to.equal(1);
    await page.getByRole('button', { name: 'Unterminate' }).press('Enter');
    await page.getByRole('dialog').getByRole('button', { name: 'Unterminate' }).press('Enter');
    await page
      .getByRole('status')
      .filter({ hasText: `${running}: Unterminate done, Canceled to In progress` })
      .waitFor();
  });

  it('offer a reader nothing that he may not do', async () => {
    const { plant, running } = aPlant(60);
    const { page, open, tokens } = await aConsole({
      plant,
      now: NOW,
      tokens: { guest: ['ProductionOrder.Show'] },
    });
    await open(`#/orders/${running}`);
    await page.getByLabel('Token').fill(tokens.guest ?? '');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: running, level: 1 }).waitFor();
    const buttons = await page.getByRole('main').getByRole('button').allTextContents();
    expect(buttons).to.deep.equal([]);
    expect(await page.getByRole('tab').allTextContents()).to.have.length(2);
    expect(await page.getByRole('link', { name: 'Synchronize steps' }).count()).to.equal(0);
    await open('#/orders/Nothing');
    await page.getByRole('alert').filter({ hasText: 'There is no Production Order Nothing' }).waitFor();
    await open('#/rules');
    await page.getByText('Not for this token').waitFor();
  });

  it('scroll through 20,000 without waiting for those that are out of sight', async () => {
    const { page, open } = await aConsole({ plant: manyOrders(20_000), now: NOW });
    await open('#/orders');
    await page.getByText('20,000 orders').waitFor();
    const rows = page.getByRole('grid', { name: 'Orders' }).getByRole('row');
    expect(await rows.count(), 'only what is in sight is in the document').to.be.lessThan(60);
    await page.getByLabel('Name or product').fill('PO-19999');
    await page.getByText('1 order', { exact: true }).waitFor();
    await page.getByRole('row', { name: 'PO-19999' }).waitFor();
  });
});

function manyOrders(count: number): JsonObject {
  return {
    products: [{ name: 'Stool', units: 'pcs' }],
    productionOrders: Array.from({ length: count }, (_, index) => ({
      name: `PO-${String(index).padStart(5, '0')}`,
      product: 'Stool',
      quantity: '10',
      units: 'pcs',
    })),
  };
}
