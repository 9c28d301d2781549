/** Commands that plugins bring: their names, arguments and options are in the manifest, so that help needs no code. */
import type { Command } from 'commander';
import type { ManifestCommand, PluginManifest } from '../core/hooks/plugin-manifest.js';
import type { AnswerRow } from '../ports/plugin.js';
import { rowText } from './print-verdict.js';
import { readInput } from './read-input.js';
import { isStream, type Shell } from './shell.js';

export function addPluginCommands(
  program: Command,
  shell: Shell,
  manifests: readonly PluginManifest[],
): void {
  for (const manifest of manifests) {
    for (const command of manifest.commands ?? []) addCommand(program, shell, command);
  }
}

function addCommand(program: Command, shell: Shell, listed: ManifestCommand): void {
  const words = listed.name.split(' ');
  const first = group(program, words[0] ?? '');
  const command = (words[1] === undefined ? first : first.command(words[1])).description(listed.description);
  for (const argument of listed.arguments ?? []) command.argument(argument);
  for (const option of listed.options ?? []) command.option(option.flags, option.description);
  const names = (listed.arguments ?? []).map((argument) => argument.replace(/[<>[\].]/g, ''));
  command.action(async (...given: unknown[]) => {
    const values = given.slice(0, names.length) as (string | string[] | undefined)[];
    const named = names.map((name, index): [string, string | string[]] => [name, values[index] ?? []]);
    const options = command.opts<Record<string, string | boolean>>();
    const input = await readInput(typeof options.input === 'string' ? options.input : undefined);
    const orderwright = await shell.open();
    const answer = await orderwright.command(listed.name, {
      ...shell.caller,
      arguments: Object.fromEntries(named),
      options,
      input,
      progress: (text) => shell.progress(text),
    });
    const { document, title, lines = () => [] } = answer;
    const rows = title === undefined || isStream(document) ? [] : (document.orders as unknown as AnswerRow[]);
    shell.refused = rows.some((row) => !row.allowed);
    await shell.answer(document, () =>
      [...rows.map((row) => rowText(title ?? '', row)), ...lines()].join('\n'),
    );
  });
}

/** The command that holds the second words, made by whoever comes first. */
function group(program: Command, name: string): Command {
  return (
    program.commands.find((command) => command.name() === name) ??
    program.command(name).description(`${name} commands`)
  );
}
