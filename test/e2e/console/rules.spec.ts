/** Rules in the console: found, written, tried, saved, and brought back. */
import { expect } from 'chai';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { it } from 'mocha';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { SHIPPED_RULES } from '../../../src/adapters/files/package-root.js';
import type { JsonObject, Orderwright } from '../../../src/index.js';
import { anOrder, ordersFile, PLANT } from '../../operations/an-order.js';
import { aFolder } from '../../operations/folder.js';
import { aConsole, describeInBrowser, type AConsole } from './a-console.js';
import { picture } from './picture.js';

const ID = 'release/planned-start-before-planned-end';
const ADDRESS = `#/rules/${encodeURIComponent(ID)}`;
const plant: JsonObject = {
  ...PLANT,
  ...ordersFile(anOrder('PO-1'), anOrder('PO-2').with({ quantity: '250' })),
};

async function withRules(parts: Partial<Parameters<typeof aConsole>[0]> = {}) {
  const folder = aFolder({ 'orderwright.config.json': {} });
  const rules = join(folder, 'rules');
  cpSync(SHIPPED_RULES, rules, { recursive: true });
  return { rules, ...(await aConsole({ plant, folder, ...parts })) };
}

const LATE = { plannedStart: '2020-07-10', plannedEnd: '2020-07-08' };

async function refusedTwice(door: Orderwright): Promise<void> {
  for (const name of ['PO-1', 'PO-2'])
    await door.evaluate({ operation: 'Release', orders: [{ name, values: LATE }] });
}

/** Until the rule files were looked at once more. */
async function seen(door: Orderwright): Promise<void> {
  while ((await door.rules()).refused.length === 0) await wait(50);
}

const editor = (page: Page) => page.getByRole('textbox', { name: /^Text of/ });

/** Puts another text into the editor, as somebody who pastes it. */
async function write({ page }: Pick<AConsole, 'page'>, text: string): Promise<void> {
  await editor(page).focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(text);
}

async function textOf(page: Page): Promise<string> {
  return editor(page).evaluate((content) => (content as { innerText: string }).innerText);
}

describeInBrowser('Rules in the console', () => {
  it('are listed with what they do and how often they refused; a broken file is shown with its problem', async () => {
    const { page, open, rules, door, accessible } = await withRules({ before: refusedTwice });
    writeFileSync(join(rules, 'release', 'half.json'), '{ "id": ');
    await seen(door);
    await open('#/rules');
    const row = page.getByRole('row').filter({ hasText: ID });
    await row.waitFor();
    expect(await row.getByRole('cell').allTextContents()).to.deep.equal(['Active', 'Refuses', '2', '2', '0']);
    const broken = page.getByRole('row').filter({ hasText: 'release/half' });
    await broken.getByText('File is broken').waitFor();
    expect(await broken.textContent()).to.match(/can't be read as JSON/);
    await page.getByRole('combobox', { name: 'Operation' }).selectOption('close');
    await page.getByRole('status').filter({ hasText: '3 of' }).waitFor();
    await page.getByRole('combobox', { name: 'Operation' }).selectOption('');
    await accessible();
    await picture(page, 'rules-list');
    await page.getByRole('searchbox', { name: 'Title or id' }).fill('planned end');
    await page
      .getByRole('link', { name: /planned/i })
      .first()
      .press('Enter');
    await editor(page).waitFor();
  });

  it('are written by keyboard, checked and tried while that is done, saved and brought back', async () => {
    const { page, open, rules, accessible, app } = await withRules();
    await open(ADDRESS);
    const file = join(rules, `${ID}.json`);
    const before = readFileSync(file, 'utf8');
    await page.getByText('No problems').waitFor();
    await picture(page, 'rule');

    // A mistake is said with its place, and the examples that no longer give their verdict.
    const wrong = before.replace('"lessThanInclusive"', '"greaterThan"');
    await write({ page }, wrong);
    await page
      .getByRole('tab', { name: /Examples/ })
      .getByText(/^[01] of/)
      .waitFor();
    await page.getByRole('list', { name: 'Problems' }).getByRole('listitem').first().waitFor();
    await picture(page, 'rule-wrong');
    await accessible();
    expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).to.equal(true);

    // Tried on an order as it is typed.
    const strict = strictRule(before);
    await write({ page }, strict);
    await page.getByText('No problems').waitFor();
    await page.getByRole('tab', { name: 'Try it' }).click();
    await page.getByLabel('Production order').fill('PO-1');
    const tried = page.getByRole('table', { name: 'Conditions with the values found' });
    await tried.getByRole('row').filter({ hasText: 'order.quantity' }).waitFor();
    expect(await tried.getByRole('row').filter({ hasText: 'order.quantity' }).textContent()).to.match(
      /10.*at least.*100/,
    );
    await page.getByText('Violated', { exact: true }).waitFor();
    await picture(page, 'rule-tried');
    await page.getByLabel('Production order').fill('PO-2');
    await page.getByText('Holds', { exact: true }).first().waitFor();
    await accessible();

    // Saved after a look at what changes.
    await page.getByRole('button', { name: 'Save' }).press('Enter');
    const dialog = page.getByRole('dialog', { name: `Save ${ID}` });
    await dialog.getByRole('textbox', { name: 'To be saved' }).waitFor();
    await picture(page, 'rule-save');
    await accessible();
    await dialog.getByRole('button', { name: 'Save', exact: true }).press('Enter');
    await dialog.waitFor({ state: 'detached' });
    expect(readFileSync(file, 'utf8')).to.equal(strict);
    expect(readFileSync(`${file}.previous`, 'utf8')).to.equal(before);

    // Brought back from the versions.
    await page.getByRole('tab', { name: 'Versions' }).click();
    await page.getByRole('button', { name: /^Compare/ }).click();
    const past = page.getByRole('dialog');
    await past.getByRole('textbox', { name: 'This version' }).waitFor();
    await past.getByRole('button', { name: 'Bring this version back' }).click();
    await past.waitFor({ state: 'detached' });
    expect(readFileSync(file, 'utf8')).to.equal(before);
    await page
      .getByRole('list', { name: /Versions/ })
      .getByRole('listitem')
      .nth(2)
      .waitFor();
    await picture(page, 'rule-versions');
    expect(app.server.listening).to.equal(true);
  });

  it('complete keys, facts and operators while somebody types, and begin anew from a template', async () => {
    const { page, open, rules } = await withRules();
    await open('#/rules/new?operation=release');
    await page.getByRole('list', { name: 'Problems' }).waitFor();
    const text = JSON.stringify(
      {
        id: 'release/big-enough',
        title: 'Big enough',
        severity: 'refuse',
        mode: 'enforce',
        message: 'Too small: {order.quantity}.',
        examples: [
          { facts: { 'order.quantity': '5' }, verdict: 'allowed' },
          { facts: { 'order.quantity': '1' }, verdict: 'refused' },
        ],
      },
      null,
      2,
    );
    await write({ page }, text.replace(/^\{/, '{\n  \n  ,'));
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('End');
    const options = page.getByRole('listbox', { name: 'Completions' }).getByRole('option');
    const choose = async (typed: string, wanted: RegExp) => {
      await page.keyboard.type(typed);
      await options.filter({ hasText: wanted }).first().waitFor();
      await page.waitForTimeout(120);
      await page.keyboard.press('Enter');
    };
    await choose('"condi', /^conditions/);
    await choose('"all', /^all/);
    await choose('"fac', /^fact/);
    await choose('"quantity', /^order\.quantity/);
    await page.keyboard.type(', ');
    await choose('"oper', /^operator/);
    await page.keyboard.type('"gr');
    await options.filter({ hasText: 'greaterThanInclusive' }).waitFor();
    await picture(page, 'rule-completion');
    await page.waitForTimeout(120);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.keyboard.type(', ');
    await choose('"val', /^value/);
    await page.keyboard.type('"5"');
    await page.keyboard.press('Control+End');
    expect(await textOf(page)).to.include(
      '"conditions": { "all": [{ "fact": "order.quantity", "operator": "greaterThanInclusive", "value": "5" }] }',
    );
    await picture(page, 'rule-completed');
    await page.getByText('No problems').waitFor();
    await page.getByRole('button', { name: 'Save' }).press('Enter');
    await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('release/big-enough is saved and in force').waitFor();
    await page.waitForURL(/#\/rules\/release%2Fbig-enough$/);
    expect(readFileSync(join(rules, 'release', 'big-enough.json'), 'utf8')).to.include(
      'greaterThanInclusive',
    );
  });

  it('are saved over nobody’s work: who comes later compares first', async () => {
    const { page, open, rules, door } = await withRules();
    await open(ADDRESS);
    await page.getByText('No problems').waitFor();
    const before = readFileSync(join(rules, `${ID}.json`), 'utf8');
    const theirs = before.replace('"refuse"', '"warn"');
    await door.changeRule({ id: ID, text: theirs, actor: 'Bea' });
    const mine = strictRule(before);
    await write({ page }, mine);
    await page.getByText('No problems').waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    await dialog.getByRole('alert').filter({ hasText: 'Somebody else changed this rule' }).waitFor();
    await picture(page, 'rule-conflict');
    expect(readFileSync(join(rules, `${ID}.json`), 'utf8')).to.equal(theirs);
    await dialog.getByRole('button', { name: /^Compare with/ }).click();
    await dialog.getByRole('textbox', { name: 'In force' }).getByText('"warn"').waitFor();
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(readFileSync(join(rules, `${ID}.json`), 'utf8')).to.equal(mine);
  });

  it('are read and tried, and no more is offered, with a token that may no more or where they are the package’s own', async () => {
    const { page, open, tokens } = await withRules({
      tokens: { auditor: ['Rules.Show', 'ProductionOrder.Show'] },
      browser: { viewport: { width: 1024, height: 768 }, colorScheme: 'dark' },
    });
    await open(ADDRESS);
    await page.getByLabel('Token').fill(tokens.auditor ?? '');
    await page.keyboard.press('Enter');
    await page.getByText('Read only').waitFor();
    await page.getByText('No problems').waitFor();
    expect(await page.getByRole('button', { name: 'Save' }).count()).to.equal(0);
    await picture(page, 'rule-dark-tablet');
    await open('#/rules');
    await page.getByRole('row').filter({ hasText: ID }).waitFor();
    expect(await page.getByRole('link', { name: 'New rule' }).count()).to.equal(0);
    await picture(page, 'rules-list-dark-tablet');
  });
});

/** The same rule with a second condition that only large orders fulfil, and with examples that say so. */
function strictRule(text: string): string {
  const rule = JSON.parse(text) as JsonObject;
  const enough = { fact: 'order.quantity', operator: 'greaterThanInclusive', value: '100' };
  const examples = (rule.examples as JsonObject[]).map(({ facts, ...example }) => ({
    ...example,
    facts: { ...(facts as JsonObject), 'order.quantity': '100' },
  }));
  return `${JSON.stringify({ ...rule, conditions: { all: [rule.conditions!, enough] }, examples }, null, 2)}\n`;
}
