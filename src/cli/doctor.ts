/** `doctor`: whether everything is as it has to be; it changes nothing (design 3.9). How is loaded when it is asked. */
import type { Command } from 'commander';
import type { Shell } from './shell.js';

export function addDoctorCommand(program: Command, shell: Shell): void {
  program
    .command('doctor')
    .description('check the database, the installation and the work in it; it changes nothing')
    .option('--mapping <file>', 'compare this mapping with the host')
    .action(async ({ mapping }: { mapping?: string }) => {
      const { examineHost } = await import('./run-doctor.js');
      await examineHost(shell, mapping);
    });
}
