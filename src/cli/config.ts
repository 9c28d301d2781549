/** `config check`. */
import type { Command } from 'commander';
import { checkTokenEntry } from '../adapters/files/configuration.js';
import type { Shell } from './shell.js';

export function addConfigCommand(program: Command, shell: Shell): void {
  const config = program.command('config').description('the configuration file');
  config
    .command('token <name>')
    .description('make a token for the HTTP door: it is shown once, and the entry for the configuration')
    .requiredOption('--permissions <list>', 'ProductionOrder.Release,ProductionOrder.Show or *')
    .option('--roles <list>', 'roles whose orders it may act on, separated by commas')
    .action(async (name: string, options: { permissions: string; roles?: string }) => {
      const words = (list = '') => list.split(',').map((word) => word.trim());
      const given = { name, permissions: words(options.permissions), roles: words(options.roles) };
      const { createToken } = await import('../adapters/http/tokens.js');
      const roles = given.roles.filter((role) => role !== '');
      const { token, hash } = await createToken(name);
      const entry = { name, hash, permissions: given.permissions, roles };
      checkTokenEntry(entry);
      await shell.answer(
        { token, entry },
        `The token, which is not shown again:\n${token}\n\nThe entry for "tokens" in the configuration:\n${JSON.stringify(entry, null, 2)}`,
      );
    });
  config
    .command('check')
    .description('check the configuration file and the plugins, and list every problem')
    .action(async () => {
      const { file, configuration, plugins } = shell.configuration;
      const names = plugins.map(({ manifest }) => `${manifest.name} ${manifest.version}`);
      await shell.answer(
        { file, rules: configuration.rules, plugins: names, problems: [] },
        `${file ?? 'No configuration file: all defaults'}\nrules ${configuration.rules}\nplugins ${names.join(', ') || 'none'}`,
      );
    });
}
