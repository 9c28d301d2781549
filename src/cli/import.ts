/** `import <plant.json>`: a plant into the reference MES. */
import type { Command } from 'commander';
import { readText } from './read-input.js';
import type { Shell } from './shell.js';

interface Options {
  only?: string;
  replace?: boolean;
}

export function addImportCommand(program: Command, shell: Shell): void {
  program
    .command('import <plant>')
    .description('import a plant file, all of it or nothing')
    .option('--only <arrays>', 'only these arrays of the file, separated by commas')
    .option('--replace', 'update what has the same name')
    .action(async (plant: string, options: Options) => {
      const text = await readText(plant);
      const only = options.only?.split(',').map((name) => name.trim());
      const orderwright = await shell.open();
      const answer = await orderwright.importPlant({
        ...shell.caller,
        text,
        replace: options.replace === true,
        ...(only === undefined ? {} : { only }),
      });
      const counts = Object.entries(answer.imported).map(([name, count]) => `${count} ${name}`);
      await shell.answer(answer, `Imported ${counts.join(', ') || 'nothing'}`);
    });
}
