/** `uninstall`: takes away what `install` made (design 3.9). How is loaded when it is asked: others go without. */
import type { Command } from 'commander';
import type { Shell } from './shell.js';

const JOURNAL = 'orderwright-journal.jsonl';

export function addUninstallCommand(program: Command, shell: Shell): void {
  program
    .command('uninstall')
    .description('export the journal, take away what install made, and prove that the host is as before')
    .option(
      '--journal <file>',
      'where the journal goes, an entry to a line; the file must not be there yet',
      JOURNAL,
    )
    .action(async ({ journal }: { journal: string }) => {
      const { uninstallFrom } = await import('./run-uninstall.js');
      await uninstallFrom(shell, journal);
    });
}
