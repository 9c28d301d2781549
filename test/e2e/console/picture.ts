/** Pictures of pages for whoever wants to look at them: written where ORDERWRIGHT_TEST_PICTURES names a folder. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

const folder = process.env.ORDERWRIGHT_TEST_PICTURES;

export async function picture(page: Page, name: string): Promise<void> {
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  // To hide the caret the browser's driver would write a style into the page, which its policy forbids.
  await page.screenshot({ path: join(folder, `${name}.png`), caret: 'initial' });
}
