/** The schedule, as a planner goes through it. */
import { expect } from 'chai';
import { it } from 'mocha';
import type { Page } from 'playwright-core';
import type { JsonObject, Orderwright } from '../../../src/index.js';
import { aPlantFile } from '../../bench/factory.js';
import { aConsole, describeInBrowser, type AConsole, type AConsoleParts } from './a-console.js';

const NOW = '2020-07-01T06:00:00Z';

/** Two types of four work centers each, with more to do than fits before everything is due. */
function aFactoryFile(orders: number): JsonObject {
  const plant = aPlantFile({ orders, operations: 5, workCenters: 8 }) as JsonObject;
  const rows = plant.productionOrders as JsonObject[];
  return {
    ...plant,
    productionOrders: rows.map((row, place) => ({
      ...row,
      name: `PO-${1000 + place}`,
      startDate: '2020-07-01',
      dueDate: `2020-07-0${2 + (place % 6)}`,
    })),
  };
}

async function plan(door: Orderwright): Promise<void> {
  await door.command('schedule', { arguments: {}, options: { save: true }, input: {}, now: NOW });
}

async function queueOf({ door }: AConsole): Promise<{ name: string; priority: number }[]> {
  const { document } = await door.command('queue', { arguments: {}, options: {}, input: {} });
  return (document as unknown as { orders: { name: string; priority: number }[] }).orders;
}

async function aSchedule(parts: Partial<AConsoleParts> = {}): Promise<AConsole> {
  const one = await aConsole({ plant: aFactoryFile(90), now: NOW, before: plan, ...parts });
  if (parts.tokens === undefined) {
    await one.open('#/schedule');
    await one.page.getByRole('application').waitFor();
  }
  return one;
}

/** Looks along a row of the chart until the pointer is over a bar. */
async function overABar(page: Page): Promise<{ x: number; y: number; text: string }> {
  const box = (await page.getByRole('application').boundingBox())!;
  const tip = page.locator('.gantt-tip');
  for (let x = box.x + 170; x < box.x + box.width; x += 6) {
    const y = box.y + 52;
    await page.mouse.move(x, y);
    if (!(await tip.isVisible())) continue;
    const text = await tip.innerText();
    if (text.startsWith('Order')) return { x, y, text };
  }
  throw new Error('There is no bar in the first row');
}

describeInBrowser('The schedule', () => {
  it('is a chart that is zoomed and moved by wheel and mouse, and tells of a chosen order why it is late', async () => {
    const { page, accessible } = await aSchedule();
    const chart = page.getByRole('application', { name: /Gantt chart of 8 work centers and 90 orders/ });
    const box = (await chart.boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + 60);
    for (let turn = 0; turn < 8; turn++) await page.mouse.wheel(0, -120);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 + 80, box.y + 60, { steps: 4 });
    await page.mouse.up();
    const { x, y, text } = await overABar(page);
    expect(text).to.match(/^Order PO-\d+\n+Operation \d of Product \d+\n+Center \d+\n/);
    const [name = ''] = /PO-\d+/.exec(text) ?? [];
    await page.mouse.click(x, y);
    await page.getByRole('heading', { name, exact: true }).waitFor();
    await page.getByText(`Order ${name} is planned from`).waitFor();
    await accessible();

    await page.getByRole('tab', { name: 'Queue' }).click();
    await page.getByRole('button', { name: /^Low/ }).click();
    const late = page
      .getByRole('row', { name: /PO-\d+/ })
      .filter({ hasText: 'late' })
      .first();
    await late.click();
    await page.getByRole('tab', { name: 'Order' }).click();
    await page.getByRole('heading', { name: 'Why it is late' }).waitFor();
    await page
      .getByText(/waited for Center \d+, which is busy with order PO-\d+ until/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Show in the chart' }).click();
    await page
      .getByRole('button', { name: /^Choose PO-/ })
      .last()
      .click();
    await accessible();
  });

  it('has its queue changed by drag, after a look at what that comes to, and is then planned and saved', async () => {
    const one = await aSchedule();
    const { page, accessible } = one;
    const before = await queueOf(one);
    const high = before.filter(({ priority }) => priority === 1).map(({ name }) => name);
    const row = (name = '') => page.getByRole('row', { name });
    await row(high[3]).dragTo(row(high[0]), {
      sourcePosition: { x: 14, y: 15 },
      targetPosition: { x: 60, y: 3 },
    });
    const effect = page.getByRole('region', { name: 'What the changed queue comes to' });
    await effect.getByText(/orders? (ends|end) later/).waitFor();
    await effect
      .getByRole('list')
      .getByText(/^Order PO-\d+ ends .* (earlier|later)/)
      .first()
      .waitFor();
    await accessible();
    expect(await queueOf(one), 'a look changes nothing').to.deep.equal(before);
    await effect.getByRole('button', { name: 'Save the queue' }).click();
    await page.getByText('The queue is changed.').waitFor();
    const after = (await queueOf(one)).filter(({ priority }) => priority === 1).map(({ name }) => name);
    expect(after.slice(0, 4)).to.deep.equal([high[3], high[0], high[1], high[2]]);

    await page.getByText('4 to be planned again').waitFor();
    await page.getByRole('button', { name: 'Plan again' }).click();
    await page.getByRole('heading', { name: 'Against the saved plan' }).waitFor();
    await page
      .getByRole('tabpanel')
      .getByText(/orders? (ends|end) later/)
      .waitFor();
    await page.getByText('Preliminary', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Save this plan' }).click();
    await page.getByText('Saved', { exact: true }).waitFor();
    await page.getByText('This is the saved plan').waitFor();
    await page.getByText('4 to be planned again').waitFor({ state: 'detached' });
  });

  it('is gone through by keyboard alone: bars, the queue, and the same as a list', async () => {
    const one = await aSchedule();
    const { page, accessible } = one;
    await page.getByRole('application').focus();
    for (const key of ['+', '+', '+', '-', 'ArrowRight', 'ArrowRight', 'ArrowDown', 'Shift+ArrowRight'])
      await page.keyboard.press(key);
    await page.keyboard.press('ArrowLeft');
    const said = page.getByRole('status').filter({ hasText: /^Order PO-/ });
    const [name = ''] = /PO-\d+/.exec(await said.innerText()) ?? [];
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name, exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'No order is chosen' }).waitFor();

    const high = (await queueOf(one)).filter(({ priority }) => priority === 1).map((order) => order.name);
    await page.getByRole('tab', { name: 'Order' }).focus();
    await page.keyboard.press('ArrowLeft');
    await page.getByRole('grid', { name: 'Orders of priority High' }).waitFor();
    await page.getByRole('row', { name: high[0]! }).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Alt+ArrowDown');
    await page.keyboard.press('Alt+ArrowDown');
    const effect = page.getByRole('region', { name: 'What the changed queue comes to' });
    await effect.getByRole('button', { name: 'Save the queue' }).press('Enter');
    await page.getByText('The queue is changed.').waitFor();
    const after = (await queueOf(one)).map((order) => order.name).slice(0, 4);
    expect(after).to.deep.equal([high[0], high[2], high[3], high[1]]);
    await page.getByRole('row', { name: high[3]! }).focus();
    for (const key of ['ArrowRight', 'Enter', 'ArrowUp', 'ArrowUp', 'Enter']) await page.keyboard.press(key);
    await effect.getByRole('button', { name: 'Leave it' }).press('Enter');
    await effect.waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'List', exact: true }).press('Enter');
    await page.getByRole('button', { name: 'Of late orders only' }).press('Enter');
    const list = page.getByRole('grid', { name: 'Placements' });
    await list.focus();
    await page.keyboard.press('End');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const chosen = list.getByRole('row', { selected: true });
    const [shown = ''] = /PO-\d+/.exec(await chosen.first().innerText()) ?? [];
    await page.getByRole('heading', { name: shown, exact: true }).waitFor();
    await page.getByRole('heading', { name: 'Why it is late' }).waitFor();
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 1024, height: 768 });
    await accessible();
    await page.getByRole('button', { name: 'Chart', exact: true }).click();
    await page.getByRole('application').waitFor();
    await accessible();
  });

  it('offers what the token may do, says so where nothing is planned, and why a plan can’t be saved', async () => {
    const one = await aSchedule({
      before: () => Promise.resolve(),
      tokens: {
        viewer: ['Schedule.Show', 'Queue.Show'],
        planner: ['Schedule.*', 'Queue.*', 'ProductionOrder.*'],
      },
    });
    const { page, tokens, door, open } = one;
    await open('#/schedule');
    await page.getByLabel('Token').fill(tokens.viewer ?? '');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Nothing is planned yet' }).waitFor();
    await page.getByRole('row', { name: /PO-/ }).first().waitFor();
    expect(await page.getByRole('button', { name: 'Plan again' }).count()).to.equal(0);
    expect(await page.getByRole('toolbar', { name: 'Move the chosen order' }).count()).to.equal(0);
    expect(await page.getByRole('row').first().getByRole('button').count()).to.equal(0);
    await page.getByRole('button', { name: 'Sign out' }).click();

    await page.getByLabel('Token').fill(tokens.planner ?? '');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Plan again' }).click();
    await page.getByRole('heading', { name: 'No plan is saved yet' }).waitFor();
    await door.perform({ operation: 'Change', orders: ['PO-1000'], input: { quantity: '7' }, now: NOW });
    await page.getByRole('button', { name: 'Save this plan' }).click();
    await page.getByRole('alert').filter({ hasText: 'orders changed since it was made' }).waitFor();
  });
});
