/** The object graph on one screen: which adapter stands behind which port. The only file that knows tsyringe. */
import 'reflect-metadata';
import { container as root, instanceCachingFactory, type DependencyContainer } from 'tsyringe';
import type { Knex } from 'knex';
import { kernelMigrations } from '../migrations/kernel/index.js';
import { mesMigrations } from '../migrations/mes/index.js';
import type { LoadedConfiguration } from './adapters/files/configuration.js';
import { importPlugin, pluginMigrations } from './adapters/files/plugin-folders.js';
import { VERSION } from './adapters/files/package-root.js';
import { plantReader } from './adapters/files/plant-file.js';
import { FolderRuleFiles } from './adapters/files/rule-files.js';
import { said, SqlDatabase } from './adapters/sql/database.js';
import { databaseOf } from './adapters/sql/database-url.js';
import { REFERENCE_MAPPING } from './adapters/sql/host-mapping.js';
import { migrateFolder } from './adapters/sql/migration.js';
import { sqliteNames } from './adapters/sql/names.js';
import { openSqlite } from './adapters/sql/sqlite/client.js';
import { createEventTriggers, hasEventTriggers } from './adapters/sql/sqlite/event-triggers.js';
import { createHostViews, hasHostViews } from './adapters/sql/sqlite/host-views.js';
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
  /** `sqlite:<file>` or `sqlite::memory:`. */
  database: string;
  loaded: LoadedConfiguration;
  clock?: Clock;
}

/** Reads at a time that go by the writer. */
const READERS = 4;

/** Opens the database, migrates and installs it on first use, lets the plugins in and puts the kernel together. */
export async function compose({ database, loaded, clock = systemClock }: Composition): Promise<Composed> {
  const file = databaseOf(database);
  const knex = openSqlite(file);
  const reader = file === ':memory:' ? knex : openSqlite(file, READERS);
  try {
    // Before the database is touched: a plugin whose code is refused leaves no table behind.
    const plugins: InstalledPlugin[] = [];
    for (const folder of loaded.plugins) {
      const settings = loaded.configuration.plugins[folder.manifest.name]?.settings ?? {};
      plugins.push({ manifest: folder.manifest, code: await importPlugin(folder, settings) });
    }
    await said(() => install(knex, loaded));
    const container = register(root.createChildContainer(), { knex, reader, loaded, clock });
    container.register<InstalledPlugin[]>('plugins', { useValue: plugins });
    return {
      kernel: container.resolve<Kernel>('kernel'),
      reader: container.resolve<PlantReader>('plantReader'),
      close: () => container.resolve<Database>('database').close(),
    };
  } catch (error) {
    await knex.destroy();
    await reader.destroy();
    throw error;
  }
}

interface Outside {
  knex: Knex;
  reader: Knex;
  loaded: LoadedConfiguration;
  clock: Clock;
}

function register(
  container: DependencyContainer,
  { knex, reader, loaded, clock }: Outside,
): DependencyContainer {
  const one = (token: string, create: (from: DependencyContainer) => unknown) =>
    container.register(token, { useFactory: instanceCachingFactory(create) });
  const ruleFolders = loaded.plugins.flatMap(({ folder, manifest }) =>
    manifest.rules === undefined ? [] : [`${folder}/${manifest.rules}`],
  );
  one('clock', (): Clock => clock);
  one('plantReader', (): PlantReader => plantReader);
  one('database', (from): Database => new SqlDatabase(knex, sqliteNames, from.resolve('clock'), reader));
  one('ruleFiles', (): RuleFiles => new FolderRuleFiles([loaded.configuration.rules, ...ruleFolders]));
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
    database: from.resolve('database'),
    clock: from.resolve('clock'),
    registry: from.resolve('registry'),
    rules: from.resolve('rules'),
    plugins: from.resolve('plugins'),
    operations: from.resolve<ReturnType<typeof orderOperations>>('operations').operations,
  }));
  return container;
}

/** Brings the tables and views of an embedded database up to date; nothing happens where they are. */
async function install(knex: Knex, loaded: LoadedConfiguration): Promise<void> {
  const ran = [
    ...(await migrateFolder(knex, sqliteNames, 'mes', mesMigrations)),
    ...(await migrateFolder(knex, sqliteNames, 'kernel', kernelMigrations)),
  ];
  for (const plugin of loaded.plugins) {
    const migrations = await pluginMigrations(plugin);
    if (migrations.length > 0) await migrateFolder(knex, sqliteNames, plugin.manifest.name, migrations);
  }
  const complete = (await hasHostViews(knex, sqliteNames)) && (await hasEventTriggers(knex, sqliteNames));
  if (ran.length === 0 && complete) return;
  await knex.transaction(async (trx) => {
    await createHostViews(trx, sqliteNames, REFERENCE_MAPPING);
    await createEventTriggers(trx, sqliteNames, REFERENCE_MAPPING);
  });
}
