/** Signing in, and what a token is offered. */
import { expect } from 'chai';
import { it } from 'mocha';
import { PLANT } from '../../operations/an-order.js';
import { aConsole, describeInBrowser } from './a-console.js';

describeInBrowser('The console is opened', () => {
  it('at once where the server asks nobody who he is, from the server’s own address', async () => {
    const { page, url, accessible } = await aConsole({ plant: PLANT });
    await page.goto(url);
    await page.getByRole('heading', { name: 'Orders' }).waitFor();
    expect(page.url()).to.equal(`${url}/console/#/orders`);
    const pages = page.getByRole('navigation', { name: 'Pages' }).getByRole('link');
    expect(await pages.allTextContents()).to.deep.equal(['Orders', 'Schedule', 'Rules', 'Events']);
    await accessible();
  });

  it('with a token, by keyboard; a wrong one is refused in words, and what it may not see is not offered', async () => {
    const { page, tokens, open, accessible } = await aConsole({
      plant: PLANT,
      tokens: { supervisor: ['ProductionOrder.*', 'Events.Show'] },
    });
    await open('');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await accessible();
    await page.keyboard.type('supervisor.wrong');
    await page.keyboard.press('Enter');
    await page
      .getByRole('alert')
      .filter({ hasText: 'The token is not one that this server knows.' })
      .waitFor();
    await page.getByLabel('Token').fill(tokens.supervisor ?? '');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Orders' }).waitFor();
    const pages = page.getByRole('navigation', { name: 'Pages' }).getByRole('link');
    expect(await pages.allTextContents()).to.deep.equal(['Orders', 'Events']);
    await page.reload();
    await page.getByText('supervisor').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).press('Enter');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });
});
