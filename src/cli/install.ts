/** `install`: orderwright beside the host (design 3.9). How is loaded when it is asked: other commands go without. */
import type { Command } from 'commander';
import type { InstallOptions } from './run-install.js';
import type { Shell } from './shell.js';

export function addInstallCommand(program: Command, shell: Shell): void {
  program
    .command('install')
    .description(
      "install beside the host, or finish, update and check what is there; the host's tables stay as they are",
    )
    .option('--plugins <names>', 'only these plugins, separated by commas')
    .option('--mapping <file>', "where the host's data is: a mapping file (default: the reference MES)")
    .option('--mode <mode>', 'enforce or observe (default: observe where the host writes itself)')
    .option('--dry-run', 'change nothing and print the SQL with the GRANTs of both logins')
    .option('--install-user <name>', 'database user of the login that installs', 'orderwright_install')
    .option('--run-user <name>', 'database user of the login that runs', 'orderwright_run')
    .action(async (options: InstallOptions) => {
      const { dryRun, installNow } = await import('./run-install.js');
      await (options.dryRun === true ? dryRun : installNow)(shell, options);
    });
}
