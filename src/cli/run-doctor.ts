/** How `doctor` is done: what has to be looked at, and what to do where it is not as it has to be. */
import { existsSync } from 'node:fs';
import { loadMapping } from '../adapters/files/mapping-file.js';
import { migrationFolders } from '../adapters/files/migration-folders.js';
import { VERSION } from '../adapters/files/package-root.js';
import { databaseOf } from '../adapters/sql/database-url.js';
import { said } from '../adapters/sql/database.js';
import { examine, type Examined } from '../adapters/sql/examine.js';
import { hostKind, REFERENCE_HOST, type HostMapping } from '../adapters/sql/mapping.js';
import { openToRead } from '../adapters/sql/open-database.js';
import { systemClock } from '../adapters/system-clock.js';
import { checksOf, unreachable, type Check } from '../core/installation/checks.js';
import { OrderwrightError } from '../core/problem.js';
import { paint } from './print-verdict.js';
import type { Shell } from './shell.js';

/** Answers every check, with a mapping file compared with the host where one is named. */
export async function examineHost(shell: Shell, mapping?: string): Promise<void> {
  const checks = await examined(shell, mapping === undefined ? null : loadMapping(mapping));
  shell.refused = checks.some(({ ok }) => !ok);
  await shell.answer({ checks }, () => checks.map(checkText).join('\n'));
}

async function examined(shell: Shell, mapping: HostMapping | null): Promise<Check[]> {
  const { plugins } = shell.configuration;
  const target = databaseOf(shell.databaseUrl);
  if (target.kind === 'sqlite' && target.file !== ':memory:' && !existsSync(target.file)) {
    return [unreachable(`There is no file ${target.file}.`)];
  }
  let found: Examined;
  try {
    const opened = await openToRead(shell.databaseUrl);
    try {
      found = await said(opened.dialect, () =>
        examine(opened, {
          folders: (installation) => {
            const installed = plugins.filter(
              ({ manifest }) => installation?.plugins.includes(manifest.name) !== false,
            );
            return migrationFolders(installed, hostKind(installation?.mapping ?? REFERENCE_HOST));
          },
          mapping,
          now: () => systemClock.now(),
        }),
      );
    } finally {
      await opened.knex.destroy();
      await opened.reader.destroy();
    }
  } catch (error) {
    if (error instanceof OrderwrightError && !error.usage) return [unreachable(error.message)];
    throw error;
  }
  const { pendingMigrations, missingObjects, missingRights } = found.findings;
  const usable = pendingMigrations?.length === 0 && missingObjects.length === 0 && missingRights.length === 0;
  const ruleProblems = usable ? (await (await shell.open()).checkRules()).problems : null;
  return checksOf({ ...found.findings, version: VERSION, ruleProblems });
}

function checkText({ code, ok, message, fix }: Check): string {
  const mark = ok ? paint('green', 'ok ') : paint('red', 'no ');
  return `${mark} ${message}  (${code})${fix === null ? '' : `\n    ${fix}`}`;
}
