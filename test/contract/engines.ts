/** The databases that the contract is held to: SQLite always, a SQL Server where ORDERWRIGHT_TEST_MSSQL names one. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kernelMigrations } from '../../migrations/kernel/index.js';
import { mesMigrations } from '../../migrations/mes/index.js';
import { SqlDatabase } from '../../src/adapters/sql/database.js';
import type { OpenedDatabase } from '../../src/adapters/sql/dialect.js';
import { REFERENCE_MAPPING, type EntityMapping } from '../../src/adapters/sql/host-mapping.js';
import { migrateFolder } from '../../src/adapters/sql/migration.js';
import { loadConfiguration } from '../../src/adapters/files/configuration.js';
import { plantReader } from '../../src/adapters/files/plant-file.js';
import { migrationFolders } from '../../src/adapters/files/migration-folders.js';
import { install, type InstallPlan } from '../../src/adapters/sql/install.js';
import { REFERENCE_HOST } from '../../src/adapters/sql/mapping.js';
import { openDatabase } from '../../src/adapters/sql/open-database.js';
import { systemClock } from '../../src/adapters/system-clock.js';
import { importPlant } from '../../src/operations/import-plant.js';
import type { Database } from '../../src/ports/database.js';
import { PLANT } from '../operations/an-order.js';
import { dropDatabase, makeDatabase, MISSING } from './live-server.js';

/** Where one run of the contract works. */
export interface Engine {
  name: string;
  /** Why it is not there; null where it is. */
  missing: string | null;
  /** A database of its own, empty; its URL. */
  make(): Promise<string>;
  /** Takes it away again. */
  drop(url: string): Promise<void>;
}

const inMemory: Engine = {
  name: 'SQLite in memory',
  missing: null,
  make: () => Promise.resolve('sqlite::memory:'),
  drop: () => Promise.resolve(),
};

const inAFile: Engine = {
  name: 'SQLite in a file',
  missing: null,
  make: () => Promise.resolve(`sqlite:${join(mkdtempSync(join(tmpdir(), 'orderwright-')), 'plant.db')}`),
  drop(url) {
    rmSync(join(url.replace(/^sqlite:/, ''), '..'), { recursive: true, force: true });
    return Promise.resolve();
  },
};

const sqlServer: Engine = {
  name: 'SQL Server',
  missing: MISSING,
  make: makeDatabase,
  drop: dropDatabase,
};

export const ENGINES = [inMemory, inAFile, sqlServer];

/** A database with the reference MES, the kernel's tables, the host views and the triggers. */
export interface Installed extends OpenedDatabase {
  url: string;
  database: Database;
}

/** Opens a database and installs it, as every process does that comes first; beside it a host's own tables. */
export async function installed(
  url: string,
  mapping: Readonly<Record<string, EntityMapping>> = REFERENCE_MAPPING,
  host: (opened: OpenedDatabase) => Promise<void> = () => Promise.resolve(),
): Promise<Installed> {
  const opened = await openDatabase(url);
  const { knex, dialect } = opened;
  await migrateFolder(knex, dialect.names, 'mes', mesMigrations);
  await migrateFolder(knex, dialect.names, 'kernel', kernelMigrations);
  await host(opened);
  await knex.transaction(async (trx) => {
    await dialect.hostViews.create(trx, dialect.names, mapping);
    await dialect.capture.create(trx, dialect.names, mapping);
  });
  return { ...opened, url, database: new SqlDatabase(knex, dialect, systemClock, { mapping }) };
}

/** Gives the host these orders and a material of the first one, of which no event is left. */
export async function hostHas(world: Installed, orders: readonly string[]): Promise<void> {
  const quantity = { product: 'Stool', quantity: '10', units: 'pcs' };
  const productionOrders = orders.map((name) => ({ name, ...quantity }));
  const materials = orders
    .slice(0, 1)
    .map((productionOrder) => ({ name: 'M', ...quantity, productionOrder }));
  const text = JSON.stringify({ ...PLANT, productionOrders, materials });
  await world.database.write(async ({ plant, events }) => {
    await importPlant({ text, replace: true }, { store: plant, reader: plantReader });
    await events.withdraw();
  });
}

/** What `install` does where it is told nothing but the database. */
export async function planOfAll(): Promise<InstallPlan> {
  const { plugins } = await loadConfiguration(null, '/nowhere');
  return {
    version: '1.2.3',
    folders: await migrationFolders(plugins, 'mes'),
    mapping: REFERENCE_HOST,
    mode: 'enforce',
    plugins: plugins.map(({ manifest }) => manifest.name),
    rules: {},
    users: { install: 'ow_install', run: 'ow_run' },
  };
}

/** Installs a database as `install` does, which a server's has to be before it is used. */
export async function installedByCommand(url: string): Promise<void> {
  if (url === 'sqlite::memory:') return;
  const opened = await openDatabase(url);
  try {
    await install(opened, await planOfAll());
  } finally {
    await opened.knex.destroy();
    if (opened.reader !== opened.knex) await opened.reader.destroy();
  }
}
