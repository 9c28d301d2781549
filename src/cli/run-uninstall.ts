/** How `uninstall` is done: the journal first, then what `install` made, then the proof that nothing is left. */
import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { databaseOf } from '../adapters/sql/database-url.js';
import { said } from '../adapters/sql/database.js';
import { isInstalled, notInstalled, uninstall } from '../adapters/sql/install.js';
import { openDatabase } from '../adapters/sql/open-database.js';
import { OrderwrightError } from '../core/problem.js';
import type { Shell } from './shell.js';

/** Exports the journal to a file that is not there yet, and takes away what `install` made. */
export async function uninstallFrom(shell: Shell, journal: string): Promise<void> {
  const target = databaseOf(shell.databaseUrl);
  if (target.kind === 'sqlite' && !existsSync(target.file)) throw notInstalled();
  const entries = await exportJournal(shell, journal);
  await shell.close();
  const opened = await openDatabase(shell.databaseUrl);
  try {
    const { removed, hostDigest, left } = await said(opened.dialect, () => uninstall(opened));
    const proved = hostDigest.before === hostDigest.after;
    shell.refused = !proved;
    await shell.answer({ journal, entries, removed, hostDigest, left, proved }, () =>
      [
        `${entries} entries of the journal are in ${journal}`,
        `${removed.length} objects are taken away`,
        proved
          ? `The host is as before: digest ${hostDigest.after}`
          : `The host is not as before:\n${left.map((line) => `  ${line}`).join('\n')}`,
      ].join('\n'),
    );
  } finally {
    await opened.knex.destroy();
    await opened.reader.destroy();
  }
}

/** Complete and on the disk before anything is taken away. */
async function exportJournal(shell: Shell, name: string): Promise<number> {
  if (existsSync(name)) {
    const message = `${name} is there already; nothing was done.\nMaybe --journal with another name.`;
    throw new OrderwrightError('OW_JOURNAL_FILE_EXISTS', message);
  }
  await refuseUninstalled(shell.databaseUrl);
  const orderwright = await shell.open();
  const file = await open(name, 'wx');
  try {
    let count = 0;
    for await (const entries of orderwright.journalEntries()) {
      await file.write(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
      count += entries.length;
    }
    await file.sync();
    return count;
  } finally {
    await file.close();
  }
}

/** Before anything opens the database to use it: a SQLite file would be installed by that. */
async function refuseUninstalled(url: string): Promise<void> {
  const opened = await openDatabase(url);
  try {
    if (!(await said(opened.dialect, () => isInstalled(opened)))) throw notInstalled();
  } finally {
    await opened.knex.destroy();
    await opened.reader.destroy();
  }
}
