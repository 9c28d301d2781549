/** The wizard that synchronizes an order's steps. */
import { expect } from 'chai';
import { it } from 'mocha';
import type { Page } from 'playwright-core';
import type { JsonObject, Orderwright } from '../../../src/index.js';
import { aMaterial, anOrder, plantFile } from '../shop.js';
import { aConsole, describeInBrowser } from './a-console.js';
import { picture } from './picture.js';

const ADDRESS = '#/orders/01/synchronize';

async function synchronized(door: Orderwright): Promise<JsonObject[]> {
  await door.perform({ operation: 'Synchronize', orders: ['01'] });
  return (await door.order('01')).steps as JsonObject[];
}

async function withStartedStep(door: Orderwright): Promise<void> {
  const [first] = await synchronized(door);
  await door.perform({ operation: 'StartStep', orders: ['01'], input: { step: first!.id! } });
  await door.perform({ operation: 'Change', orders: ['01'], input: { quantity: '130' } });
}

const stage = (page: Page) => page.getByRole('list', { name: 'Stages' }).locator('[aria-current=step]');
const states = async (door: Orderwright) =>
  ((await door.order('01')).steps as JsonObject[]).map(({ state }) => state as string);

describeInBrowser('Synchronize in the console', () => {
  it('leads by keyboard from a review over the preview to the steps, and back again', async () => {
    const plant = plantFile({ materials: [aMaterial('M1')] });
    const { page, open, door, accessible } = await aConsole({ plant });
    await open(ADDRESS);
    await page.getByText('It has no production order steps yet.').waitFor();
    await page.getByText('M1 (30 pcs, in progress)', { exact: false }).waitFor();
    await picture(page, 'synchronize-review');
    await accessible();
    await page.getByRole('button', { name: 'Preview' }).press('Enter');
    const table = page.getByRole('table', { name: 'What becomes of each step' });
    await table.getByRole('row').nth(1).waitFor();
    expect(await stage(page).textContent()).to.equal('2Preview');
    expect(await table.getByRole('row').nth(1).textContent()).to.match(/Add.*new: the order had no steps/);
    await picture(page, 'synchronize-preview');
    await accessible();
    expect(await states(door), 'nothing is done yet').to.deep.equal([]);
    const status = page.getByRole('status').filter({ hasText: 'to add' });
    const planned = Number(/(\d+) to add/.exec((await status.textContent()) ?? '')?.[1]);
    await page.getByRole('button', { name: 'Synchronize', exact: true }).press('Enter');
    await page.getByText(`${planned} added.`).waitFor();
    expect(await states(door)).to.have.length(planned);
    await picture(page, 'synchronize-done');

    await page.getByRole('button', { name: 'Undo', exact: true }).press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('removed: added by the synchronization').first().waitFor();
    await picture(page, 'synchronize-undo');
    await accessible();
    await dialog.getByRole('button', { name: 'Undo', exact: true }).press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('It has no production order steps yet.').waitFor();
    expect(await states(door)).to.deep.equal([]);
    expect(await stage(page).textContent()).to.equal('1Review');
  });

  it('keeps what was started, unless it is discarded by a choice of its own', async () => {
    const { page, open, door, accessible } = await aConsole({ plant: plantFile(), before: withStartedStep });
    await open(ADDRESS);
    await page.getByText('1 of the steps was started').waitFor();
    await page.getByRole('button', { name: 'Preview' }).click();
    const refused = page.getByRole('alert').filter({ hasText: 'Synchronize is refused' });
    await refused.waitFor();
    expect(await refused.textContent()).not.to.include('--');
    expect(await page.getByRole('button', { name: 'Synchronize', exact: true }).isDisabled()).to.equal(true);
    await picture(page, 'synchronize-refused');
    await accessible();
    await refused.getByRole('button', { name: 'Preserve them' }).click();
    await page.getByText('kept: started on the shop floor').waitFor();
    expect(await page.getByRole('radio', { name: /^Preserve/ }).isChecked()).to.equal(true);
    await picture(page, 'synchronize-preserve');
    await page.getByText('Replace', { exact: true }).click();
    await refused.waitFor();
    await page.getByRole('checkbox', { name: /Discard what was done with 1 step/ }).press('Space');
    await page.getByText('Started is discarded', { exact: false }).waitFor();
    await picture(page, 'synchronize-discard');
    await accessible();
    await page.getByRole('button', { name: 'Synchronize', exact: true }).click();
    await page.getByRole('link', { name: 'To the order' }).waitFor();
    expect(new Set(await states(door))).to.deep.equal(new Set(['Planned']));
  });

  it('says which rules refuse, with what they found; and offers no undo to who may not', async () => {
    const order = anOrder('01', { facility: 'Plant B' });
    const { page, open, tokens, accessible } = await aConsole({
      plant: plantFile({ productionOrders: [order] }),
      tokens: { planner: ['ProductionOrder.Show', 'ProductionOrder.Synchronize'] },
      browser: { viewport: { width: 1024, height: 768 }, colorScheme: 'dark' },
    });
    await open(ADDRESS);
    await page.getByLabel('Token').fill(tokens.planner ?? '');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Preview' }).click();
    const refused = page.getByRole('alert').filter({ hasText: 'Synchronize is refused' });
    await refused.getByText('synchronize/facility-matches-flow-path').waitFor();
    expect(await refused.textContent()).to.match(/order\.facility.*Plant B.*Plant A/);
    expect(await page.getByRole('button', { name: /Undo/ }).count()).to.equal(0);
    await picture(page, 'synchronize-rules-dark-tablet');
    await accessible();
  });

  it('does not stutter on ten thousand steps', async () => {
    const order = anOrder('01', { quantity: '80000' });
    const { page, open } = await aConsole({ plant: plantFile({ productionOrders: [order] }) });
    await open(ADDRESS);
    await page.getByRole('button', { name: 'Preview' }).click();
    const table = page.getByRole('table', { name: 'What becomes of each step' });
    await table.getByRole('row').nth(1).waitFor();
    expect(Number(await table.getAttribute('aria-rowcount'))).to.be.above(9000);
    expect(await table.getByRole('row').count()).to.be.below(60);
  });
});
