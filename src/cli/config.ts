/** `config check`. */
import type { Command } from 'commander';
import type { Shell } from './shell.js';

export function addConfigCommand(program: Command, shell: Shell): void {
  program
    .command('config')
    .description('the configuration file')
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
