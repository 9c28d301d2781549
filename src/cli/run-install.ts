/** How `install` is done: our schema, views and doors in the host's database, or the script for them (design 3.9). */
import { copyRules } from '../adapters/files/copied-rules.js';
import type { LoadedConfiguration } from '../adapters/files/configuration.js';
import { loadMapping } from '../adapters/files/mapping-file.js';
import { migrationFolders } from '../adapters/files/migration-folders.js';
import { VERSION } from '../adapters/files/package-root.js';
import { outputsWithoutInto } from '../adapters/sql/catalog.js';
import { said } from '../adapters/sql/database.js';
import type { OpenedDatabase } from '../adapters/sql/dialect.js';
import { databaseOf } from '../adapters/sql/database-url.js';
import {
  install,
  readInstallation,
  type InstallationRecord,
  type InstallPlan,
} from '../adapters/sql/install.js';
import { hostKind, REFERENCE_HOST } from '../adapters/sql/mapping.js';
import { installText } from '../adapters/sql/install-text.js';
import { openDatabase } from '../adapters/sql/open-database.js';
import { mappingDifferences } from '../adapters/sql/mapping-differences.js';
import { OrderwrightError } from '../core/problem.js';
import type { Shell } from './shell.js';

/** Of a name in SQL Server. */
const LONGEST_NAME = 128;

export interface InstallOptions {
  plugins?: string;
  mapping?: string;
  mode?: string;
  dryRun?: boolean;
  installUser: string;
  runUser: string;
}

export async function dryRun(shell: Shell, options: InstallOptions): Promise<void> {
  const plan = await planOf(shell.configuration, options, null, true);
  const findings = await findingsOf(shell.databaseUrl, plan);
  const { kind } = databaseOf(shell.databaseUrl);
  const statements = await installText(kind, plan);
  const grants = statements.filter((statement) => /^grant /i.test(statement));
  const separator = kind === 'mssql' ? '\nGO\n' : ';\n';
  const comments = findings.map((finding) => `-- ${finding.replaceAll('\n', '\n-- ')}\n`).join('');
  await shell.answer(
    {
      dryRun: true,
      version: plan.version,
      mode: plan.mode,
      mapping: plan.mapping.name,
      findings,
      statements,
      grants,
    },
    () => `${comments}${statements.map((statement) => `${statement}${separator}`).join('')}`.trimEnd(),
  );
}

export async function installNow(shell: Shell, options: InstallOptions): Promise<void> {
  const { configuration } = shell;
  const opened = await openDatabase(shell.databaseUrl);
  let plan: InstallPlan;
  let outcome: Awaited<ReturnType<typeof install>>;
  try {
    const before = await said(opened.dialect, () => readInstallation(opened));
    plan = await planOf(configuration, options, before, false);
    await refuseDifferences(opened, plan);
    outcome = await said(opened.dialect, () => install(opened, plan));
  } finally {
    await opened.knex.destroy();
    await opened.reader.destroy();
  }
  const adopted = await (await shell.open()).adoptOrders(shell.caller);
  const { version, mode, plugins, mapping } = plan;
  const { changed, hostDigest, leftOut } = outcome;
  await shell.answer(
    {
      version,
      mode,
      writer: mapping.writer,
      mapping: mapping.name,
      plugins,
      changed,
      hostDigest,
      leftOut,
      adopted,
    },
    () =>
      [
        changed
          ? `orderwright ${version} is installed, in mode ${mode}; the host's writer is ${mapping.writer}`
          : `orderwright ${version} was installed already; nothing had to be done`,
        `${adopted.orders} orders, ${adopted.active} of them active`,
        ...adopted.misfits.map(({ path, message }) => `  ${path}: ${message}`),
        ...(leftOut.length === 0
          ? []
          : [
              `${leftOut.length} GRANTs are left to the DBA, because the users are not there; --dry-run prints them`,
            ]),
      ].join('\n'),
  );
}

async function planOf(
  configuration: LoadedConfiguration,
  options: InstallOptions,
  before: InstallationRecord | null,
  dry: boolean,
): Promise<InstallPlan> {
  const plugins = pluginsOf(configuration, options.plugins);
  const mapping =
    options.mapping === undefined ? (before?.mapping ?? REFERENCE_HOST) : loadMapping(options.mapping);
  return {
    version: VERSION,
    folders: await migrationFolders(plugins, hostKind(mapping)),
    mapping,
    mode: modeOf(options.mode) ?? before?.mode ?? (mapping.writer === 'host' ? 'observe' : 'enforce'),
    plugins: plugins.map(({ manifest }) => manifest.name),
    rules: copyRules(configuration.configuration.rules, before?.rules ?? {}, dry).hashes,
    users: { install: userOf(options.installUser), run: userOf(options.runUser) },
  };
}

function pluginsOf(
  { plugins }: LoadedConfiguration,
  given: string | undefined,
): LoadedConfiguration['plugins'] {
  if (given === undefined) return plugins;
  const names = given.split(',').map((name) => name.trim());
  const known = plugins.map(({ manifest }) => manifest.name);
  const unknown = names.filter((name) => name !== '' && !known.includes(name));
  if (unknown.length > 0) {
    const message = `--plugins: there is no plugin ${unknown.join(', ')}.\nMaybe one of: ${known.join(', ')}`;
    throw new OrderwrightError('OW_USAGE', message, [], true);
  }
  return plugins.filter(({ manifest }) => names.includes(manifest.name));
}

function modeOf(text: string | undefined): 'enforce' | 'observe' | undefined {
  if (text === undefined || text === 'enforce' || text === 'observe') return text;
  throw new OrderwrightError('OW_USAGE', `--mode: ${text} is neither enforce nor observe`, [], true);
}

/** In a script a line of its own could be read as the end of a batch. */
function userOf(name: string): string {
  const wrong = name === '' || name.length > LONGEST_NAME || /\p{Cc}/u.test(name);
  if (!wrong) return name;
  throw new OrderwrightError(
    'OW_USAGE',
    'The name of a database user has 1 to 128 characters, all of them visible',
    [],
    true,
  );
}

/** The host has to have what the mapping names before anything is made. @throws OrderwrightError OW_MAPPING_DIFFERS */
async function refuseDifferences({ knex, dialect }: OpenedDatabase, { mapping }: InstallPlan): Promise<void> {
  if (hostKind(mapping) === 'mes') return;
  const problems = await said(dialect, () => mappingDifferences(knex, dialect, mapping));
  if (problems.length === 0) return;
  const message = `The host is not as the mapping ${mapping.name} says, and nothing was done: ${problems
    .map((problem) => `${problem.path} ${problem.message}`)
    .join('; ')}`;
  throw new OrderwrightError('OW_MAPPING_DIFFERS', message, problems);
}

/** What a look at the host says before anything is done; a script is also made where it can't be reached. */
async function findingsOf(url: string, plan: InstallPlan): Promise<string[]> {
  if (databaseOf(url).kind === 'sqlite') return [];
  const { knex, reader, dialect } = await openDatabase(url);
  try {
    const objects = await dialect.catalog.read(knex);
    const different =
      hostKind(plan.mapping) === 'mes' ? [] : await mappingDifferences(knex, dialect, plan.mapping);
    const outputs = objects.filter(({ definition }) => outputsWithoutInto(definition));
    return [
      ...different.map(({ path, message }) => `${path} ${message}`),
      ...outputs.map(
        ({ name }) =>
          `${name} has OUTPUT without INTO, which fails with error 334 on a table that has a trigger: map that table with "capture": "poll"`,
      ),
      ...plan.mapping.unconfirmed.map((path) => `${path} of the mapping is to be confirmed`),
    ];
  } catch (error) {
    const reason = dialect.failureOf(error)?.message ?? (error as Error).message;
    return [`The host was not looked at. ${reason}`];
  } finally {
    await knex.destroy();
    await reader.destroy();
  }
}
