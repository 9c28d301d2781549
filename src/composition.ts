/** The object graph on one screen: which adapter stands behind which port. The only file that knows tsyringe. */
import 'reflect-metadata';
import { container as root, instanceCachingFactory, type DependencyContainer } from 'tsyringe';
import type { LoadedConfiguration } from './adapters/files/configuration.js';
import { migrationFolders } from './adapters/files/migration-folders.js';
import { importPlugin } from './adapters/files/plugin-folders.js';
import { SHIPPED_PLUGINS, VERSION } from './adapters/files/package-root.js';
import { plantReader } from './adapters/files/plant-file.js';
import { FolderRuleFiles, type RuleFolder } from './adapters/files/rule-files.js';
import { said, SqlDatabase } from './adapters/sql/database.js';
import type { OpenedDatabase } from './adapters/sql/dialect.js';
import { readInstallation, requireInstalled, type InstallationRecord } from './adapters/sql/install.js';
import { hostKind, readOnlyMapping, REFERENCE_HOST, type HostMapping } from './adapters/sql/mapping.js';
import { plantPlaces } from './adapters/sql/plant-places.js';
import { migrateFolder, namesOf } from './adapters/sql/migration.js';
import { openDatabase } from './adapters/sql/open-database.js';
import { systemClock } from './adapters/system-clock.js';
import { KERNEL_FACTS } from './core/order/kernel-facts.js';
import { createFactRegistry } from './core/rules/fact.js';
import { orderOperations } from './operations/operations.js';
import type { InstalledPlugin, Kernel } from './operations/kernel.js';
import { RuleBook } from './operations/rule-book.js';
import type { Clock } from './ports/clock.js';
import type { Database } from './ports/database.js';
import type { PlantReader } from './ports/plant-store.js';
import type { RuleFiles } from './ports/rule-store.js';

/** What the front door is made of. */
export interface Composed {
  kernel: Kernel;
  reader: PlantReader;
  close: () => Promise<void>;
}

export interface Composition {
  /** `sqlite:<file>`, `sqlite::memory:`, `mssql://user:password@host:port/database`, or one that is open already. */
  database: string | OpenedDatabase;
  loaded: LoadedConfiguration;
  clock?: Clock;
}

/** Opens the database, migrates and installs it on first use, lets the plugins in and puts the kernel together. */
export async function compose({
  database,
  loaded: asked,
  clock = systemClock,
}: Composition): Promise<Composed> {
  const opened = typeof database === 'string' ? await openDatabase(database) : database;
  try {
    const installation = await said(opened.dialect, () => readInstallation(opened));
    const loaded = installedParts(asked, installation);
    // Before the database is touched: a plugin whose code is refused leaves no table behind.
    const plugins: InstalledPlugin[] = [];
    for (const folder of loaded.plugins) {
      const settings = loaded.configuration.plugins[folder.manifest.name]?.settings ?? {};
      plugins.push({ manifest: folder.manifest, code: await importPlugin(folder, settings) });
    }
    await said(opened.dialect, () => install(opened, loaded, installation));
    const mapping = installation?.mapping ?? REFERENCE_HOST;
    const container = register(root.createChildContainer(), { opened, loaded, clock, mapping });
    container.register<InstalledPlugin[]>('plugins', { useValue: plugins });
    return {
      kernel: container.resolve<Kernel>('kernel'),
      reader: container.resolve<PlantReader>('plantReader'),
      close: () => container.resolve<Database>('database').close(),
    };
  } catch (error) {
    await opened.knex.destroy();
    await opened.reader.destroy();
    throw error;
  }
}

interface Outside {
  opened: OpenedDatabase;
  loaded: LoadedConfiguration;
  clock: Clock;
  mapping: HostMapping;
}

function register(
  container: DependencyContainer,
  { opened, loaded, clock, mapping }: Outside,
): DependencyContainer {
  const one = (token: string, create: (from: DependencyContainer) => unknown) =>
    container.register(token, { useFactory: instanceCachingFactory(create) });
  const ruleFolders = loaded.plugins.flatMap(({ folder, manifest: { rules } }): RuleFolder[] =>
    rules === undefined
      ? []
      : [{ path: `${folder}/${rules}`, writable: !folder.startsWith(SHIPPED_PLUGINS) }],
  );
  const { rules, ownRules } = loaded.configuration;
  one('clock', (): Clock => clock);
  one('plantReader', (): PlantReader => plantReader);
  one(
    'database',
    (from): Database =>
      new SqlDatabase(opened.knex, opened.dialect, from.resolve('clock'), {
        reader: opened.reader,
        mapping: readOnlyMapping(mapping),
        places: plantPlaces(mapping),
      }),
  );
  one(
    'ruleFiles',
    (): RuleFiles => new FolderRuleFiles([{ path: rules, writable: ownRules }, ...ruleFolders]),
  );
  one('registry', (from) =>
    createFactRegistry(
      KERNEL_FACTS,
      ...from.resolve<InstalledPlugin[]>('plugins').map(({ manifest }) => manifest.facts ?? []),
    ),
  );
  one('operations', (from) => orderOperations(from.resolve<InstalledPlugin[]>('plugins')));
  one(
    'rules',
    (from) =>
      new RuleBook({
        database: from.resolve('database'),
        files: from.resolve('ruleFiles'),
        registry: from.resolve('registry'),
        words: from.resolve<ReturnType<typeof orderOperations>>('operations').words,
      }),
  );
  one('kernel', (from): Kernel => ({
    version: VERSION,
    configuration: loaded.configuration,
    writer: mapping.writer,
    database: from.resolve('database'),
    clock: from.resolve('clock'),
    registry: from.resolve('registry'),
    rules: from.resolve('rules'),
    plugins: from.resolve('plugins'),
    operations: from.resolve<ReturnType<typeof orderOperations>>('operations').operations,
  }));
  return container;
}

/** The plugins that were installed, and the mode that the installation began with; all and the usual one without. */
function installedParts(
  loaded: LoadedConfiguration,
  installation: InstallationRecord | null,
): LoadedConfiguration {
  if (installation === null) return loaded;
  const plugins = loaded.plugins.filter(({ manifest }) => installation.plugins.includes(manifest.name));
  return { ...loaded, plugins, configuration: { mode: installation.mode, ...loaded.configuration } };
}

/**
 * Brings the tables and views of a SQLite file up to date, and nothing happens where they are; a database of a server
 * has to be installed by its own command, with the login that may.
 */
async function install(
  opened: OpenedDatabase,
  loaded: LoadedConfiguration,
  installation: InstallationRecord | null,
): Promise<void> {
  const { knex, dialect } = opened;
  const { names, hostViews, capture } = dialect;
  const mapping = installation?.mapping ?? REFERENCE_HOST;
  const folders = await migrationFolders(loaded.plugins, hostKind(mapping));
  if (!dialect.installedOnFirstUse) return requireInstalled(opened, folders);
  const ran: string[] = [];
  for (const { folder, list } of folders) {
    ran.push(...(await migrateFolder(knex, namesOf(names, folder), folder, list)));
  }
  const entities = readOnlyMapping(mapping);
  const complete = (await hostViews.present(knex, names)) && (await capture.present(knex, names, entities));
  if (ran.length === 0 && complete) return;
  await knex.transaction(async (trx) => {
    await hostViews.create(trx, names, entities);
    await capture.create(trx, names, entities);
  });
}
