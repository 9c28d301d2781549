/**
 * Installing and taking away again (design 3.9). On SQLite the migrations run as they do on first use; on SQL Server the
 * statements of the script run one after the other, each of them whole and none of them twice, so that an installation
 * that broke off anywhere is finished by running it again.
 */
import type { Knex } from 'knex';
import { OrderwrightError } from '../../core/problem.js';
import type { Mode } from '../../core/rules/verdict.js';
import { instantOf } from '../../core/time.js';
import { digestOf, isOurs, recorded, type CatalogObject, type RecordedObject } from './catalog.js';
import { viewsOf } from './capture-modes.js';
import type { OpenedDatabase } from './dialect.js';
import { readOnlyMapping, type HostMapping } from './mapping.js';
import { migrateFolder, namesOf, pendingOf, type MigrationFolder } from './migration.js';
import type { Installation } from './mssql/install-script.js';
import { bracketed } from './mssql/quoted.js';

export interface InstallPlan {
  version: string;
  folders: readonly MigrationFolder[];
  mapping: HostMapping;
  mode: Mode;
  plugins: readonly string[];
  /** Hashes of the rule files that were copied, by name. */
  rules: Readonly<Record<string, string>>;
  users: { install: string; run: string };
}

/** What the last installation recorded. */
export interface InstallationRecord {
  at: string;
  version: string;
  mode: Mode;
  plugins: string[];
  mapping: HostMapping;
  objects: RecordedObject[];
  rules: Record<string, string>;
  hostDigest: string;
}

interface Row {
  Sequence: number;
  At: string;
  Version: string;
  Mode: Mode;
  Plugins: string;
  Mapping: string;
  Objects: string;
  Rules: string;
  HostDigest: string;
}

export interface InstallOutcome {
  /** Whether the database is another than before. */
  changed: boolean;
  hostDigest: string;
  /** Statements that were left to the DBA, such as GRANTs to a user who is not there. */
  leftOut: string[];
}

/**
 * Installs, or finishes and brings up to date what is there.
 * @throws OrderwrightError OW_DATABASE_NEWER
 */
export async function install(opened: OpenedDatabase, plan: InstallPlan): Promise<InstallOutcome> {
  const { knex, dialect } = opened;
  const before = await dialect.catalog.read(knex);
  for (const { folder, list } of plan.folders)
    await pendingOf(knex, namesOf(dialect.names, folder), folder, list);
  const leftOut = dialect.installedOnFirstUse
    ? await runMigrations(opened, plan)
    : await runScript(opened, plan);
  const after = await dialect.catalog.read(knex);
  const hostDigest = digestOf(after.filter((object) => !isOurs(after)(object)));
  const wrote = await record(opened, plan, { objects: recorded(after.filter(isOurs(after))), hostDigest });
  return { changed: wrote || digestOf(before) !== digestOf(after), hostDigest, leftOut };
}

async function runMigrations({ knex, dialect }: OpenedDatabase, plan: InstallPlan): Promise<string[]> {
  const { names, hostViews, capture } = dialect;
  for (const { folder, list } of plan.folders)
    await migrateFolder(knex, namesOf(names, folder), folder, list);
  const entities = readOnlyMapping(plan.mapping);
  await knex.transaction(async (trx) => {
    await hostViews.create(trx, names, entities);
    await capture.create(trx, names, entities);
  });
  return [];
}

async function runScript({ knex, dialect }: OpenedDatabase, plan: InstallPlan): Promise<string[]> {
  const { installBatches } = await import('./mssql/install-script.js');
  const batches = await installBatches(scriptOf(plan, dialect.capture));
  const others: string[] = [];
  for (const user of Object.values(plan.users)) {
    const [row]: { Id: number | null; Own: number }[] = await knex.raw(
      'select user_id(?) as [Id], user_id() as [Own]',
      [user],
    );
    // Nobody grants a right to himself: what the installing user may do is the DBA's to say.
    if (row !== undefined && row.Id !== null && row.Id !== row.Own) others.push(` to ${bracketed(user)}`);
  }
  const leftOut: string[] = [];
  for (const batch of batches) {
    if (!batch.startsWith('grant ')) await knex.raw(unbound(batch));
    else if (!others.some((to) => batch.endsWith(to)) || !(await granted(knex, batch))) leftOut.push(batch);
  }
  return leftOut;
}

/** False where the server refuses it: the installation is whole without, and the DBA has it on the list. */
async function granted(knex: Knex, grant: string): Promise<boolean> {
  try {
    await knex.raw(unbound(grant));
    return true;
  } catch (error) {
    if (typeof (error as { number?: unknown }).number !== 'number') throw error;
    return false;
  }
}

/** A question mark stands for a parameter to knex, also in a text. */
function unbound(statement: string): string {
  return statement.replaceAll('?', '\\?');
}

/** The plan as the script is made from it. */
export function scriptOf(plan: InstallPlan, capture: OpenedDatabase['dialect']['capture']): Installation {
  const entities = readOnlyMapping(plan.mapping);
  return {
    version: plan.version,
    folders: plan.folders,
    mapping: entities,
    users: plan.users,
    procedure: plan.mapping.procedure,
    triggered: viewsOf(entities, 'trigger').flatMap((view) => entities[view]?.table ?? []),
    capture: async (knex) => {
      const { mssqlNames } = await import('./mssql/names.js');
      await capture.create(knex, mssqlNames, entities);
    },
    record: columnsOf(plan),
  };
}

function columnsOf({ mode, plugins, mapping, rules }: InstallPlan) {
  return {
    mode,
    plugins: JSON.stringify(plugins),
    mapping: JSON.stringify(mapping),
    rules: JSON.stringify(rules),
  };
}

/** Adds a record where it differs from the last one; on SQL Server the script has added it, without its objects. */
async function record(
  { knex, dialect: { names } }: OpenedDatabase,
  plan: InstallPlan,
  made: { objects: RecordedObject[]; hostDigest: string },
): Promise<boolean> {
  const table = names.table('orderwright.Installation');
  const { mode, plugins, mapping, rules } = columnsOf(plan);
  const values = {
    Version: plan.version,
    Mode: mode,
    Plugins: plugins,
    Mapping: mapping,
    Rules: rules,
    Objects: JSON.stringify(made.objects),
    HostDigest: made.hostDigest,
  };
  return knex.transaction(async (trx) => {
    const last = (await trx(table).orderBy('Sequence', 'desc').first()) as Row | undefined;
    const same = (columns: readonly (keyof typeof values)[]) =>
      last !== undefined && columns.every((column) => last[column] === values[column]);
    if (same(['Version', 'Mode', 'Plugins', 'Mapping', 'Rules', 'Objects', 'HostDigest'])) return false;
    if (last?.Objects === '[]' && same(['Version', 'Mode', 'Plugins', 'Mapping', 'Rules'])) {
      await trx(table).where('Sequence', last.Sequence).update(values);
    } else await trx(table).insert({ At: instantOf(Date.now()), ...values });
    return true;
  });
}

/** The last installation; null where none was recorded. */
export async function readInstallation({
  knex,
  dialect,
}: OpenedDatabase): Promise<InstallationRecord | null> {
  const table = dialect.names.table('orderwright.Installation');
  if (!(await knex.schema.hasTable(table))) return null;
  const row = (await knex(table).orderBy('Sequence', 'desc').first()) as Row | undefined;
  if (row === undefined) return null;
  return {
    at: row.At,
    version: row.Version,
    mode: row.Mode,
    plugins: JSON.parse(row.Plugins) as string[],
    mapping: JSON.parse(row.Mapping) as HostMapping,
    objects: JSON.parse(row.Objects) as RecordedObject[],
    rules: JSON.parse(row.Rules) as Record<string, string>,
    hostDigest: row.HostDigest,
  };
}

/**
 * Refuses a database that `install` has not been run on, or that an older version has installed.
 * @throws OrderwrightError OW_NOT_INSTALLED, OW_INSTALL_OUTDATED, OW_DATABASE_NEWER
 */
export async function requireInstalled(
  { knex, dialect: { names } }: OpenedDatabase,
  folders: readonly MigrationFolder[],
): Promise<void> {
  const missing: string[] = [];
  for (const { folder, list } of folders) {
    const pending = await pendingOf(knex, namesOf(names, folder), folder, list);
    if (folder === 'kernel' && pending.length === list.length) throw notInstalled();
    missing.push(...pending.map((name) => `${folder}/${name}`));
  }
  if (missing.length === 0) return;
  throw new OrderwrightError(
    'OW_INSTALL_OUTDATED',
    `The database was installed by an older version: ${missing.join(', ')} did not run.\nRun orderwright install again.`,
  );
}

export function isInstalled({ knex, dialect }: OpenedDatabase): Promise<boolean> {
  return knex.schema.hasTable(dialect.names.table('orderwright.Migration_kernel'));
}

export function notInstalled(): OrderwrightError {
  return new OrderwrightError(
    'OW_NOT_INSTALLED',
    'orderwright is not installed in this database; nothing was done.\nRun orderwright install (--dry-run shows what it would do).',
  );
}

export interface Uninstalled {
  removed: string[];
  /** Of the host's catalog before, and of the whole catalog after: equal where nothing is left and nothing is missed. */
  hostDigest: { before: string; after: string };
  /** What is there still that was to go, and what of the host is another than before. */
  left: string[];
}

/** Takes away what install made; all of it or nothing. */
export async function uninstall({ knex, dialect: { catalog } }: OpenedDatabase): Promise<Uninstalled> {
  return knex.transaction(async (trx: Knex.Transaction) => {
    const objects = await catalog.read(trx);
    const ours = objects.filter(isOurs(objects));
    const host = objects.filter((object) => !ours.includes(object));
    await catalog.drop(trx, ours);
    const after = await catalog.read(trx);
    const hostDigest = { before: digestOf(host), after: digestOf(after) };
    const left = hostDigest.before === hostDigest.after ? [] : differences(host, after);
    return { removed: ours.map(titleOf).sort(), hostDigest, left };
  });
}

function differences(before: readonly CatalogObject[], after: readonly CatalogObject[]): string[] {
  const key = ({ kind, name, on, definition }: CatalogObject) => JSON.stringify([kind, name, on, definition]);
  const [had, has] = [new Set(before.map(key)), new Set(after.map(key))];
  return [
    ...after.filter((object) => !had.has(key(object))).map((object) => `${titleOf(object)} is left`),
    ...before
      .filter((object) => !has.has(key(object)))
      .map((object) => `${titleOf(object)} is not as it was`),
  ];
}

export function titleOf({ kind, name }: { kind: string; name: string }): string {
  return `${kind} ${name}`;
}
