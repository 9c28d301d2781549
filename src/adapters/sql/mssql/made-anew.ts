/** An object that holds no data is made anew in one transaction, so that it is never missed. */
import { quoted } from './quoted.js';

/** As the catalog calls them. */
export const OBJECT_TYPES = { view: 'V', trigger: 'TR', procedure: 'P' } as const;

export function madeAnew(kind: keyof typeof OBJECT_TYPES, name: string, definition: string): string {
  return [
    'set xact_abort on;',
    'begin transaction;',
    `if object_id(${text(quoted(name))}, N'${OBJECT_TYPES[kind]}') is not null exec(${text(`drop ${kind} ${quoted(name)}`)});`,
    `exec(${text(`create ${definition}`)});`,
    'commit transaction;',
    // Also where a batch's settings outlive it: a transaction of ours goes on after what a savepoint takes back.
    'set xact_abort off;',
  ].join('\n');
}

export function text(value: string): string {
  return `N'${value.replaceAll("'", "''")}'`;
}
