/** A host of its own beside orderwright: its tables are in a schema `host`, and it keeps what most hosts keep. */
import { readFileSync } from 'node:fs';
import { mesMigrations } from '../../migrations/mes/index.js';
import { loadConfiguration } from '../../src/adapters/files/configuration.js';
import { readMapping } from '../../src/adapters/files/mapping-file.js';
import { migrationFolders } from '../../src/adapters/files/migration-folders.js';
import type { OpenedDatabase } from '../../src/adapters/sql/dialect.js';
import { install, type InstallPlan } from '../../src/adapters/sql/install.js';
import { hostKind, type HostMapping } from '../../src/adapters/sql/mapping.js';
import { openDatabase } from '../../src/adapters/sql/open-database.js';
import type { Names, TableName } from '../../src/ports/migration.js';

const KEPT = [
  'ProductionOrder',
  'Material',
  'ProductionOrderMaterial',
  'Product',
  'Flow',
  'FlowItem',
  'Step',
  'Facility',
];

const WRITING = ['writable', 'insertable', 'deletable'];

/** @param more what the mapping file says besides. */
export function hostMapping(more: Record<string, unknown> = {}, capture = 'trigger'): HostMapping {
  const reference = JSON.parse(
    readFileSync(new URL('../../src/mappings/reference-mes.json', import.meta.url), 'utf8'),
  ) as { entities: Record<string, Record<string, unknown>> };
  const entities = Object.entries(reference.entities).map(([entity, given]): [string, object] => {
    if (!KEPT.includes(entity)) return [entity, { source: 'orderwright' }];
    const words = Object.entries(given).filter(([word]) => !WRITING.includes(word));
    const read = Object.fromEntries(words);
    const captured = KEPT.slice(0, 3).includes(entity) ? { capture } : {};
    return [entity, { ...read, ...captured, table: `host.${entity}` }];
  });
  return readMapping(
    JSON.stringify({ name: 'a-host', writer: 'host', ...more, entities: Object.fromEntries(entities) }),
  );
}

/** A row of the host's production orders. */
export const RELEASED_ORDER = {
  Name: 'PO',
  Product: 'Stool',
  Quantity: '2',
  Units: 'pcs',
  Priority: 1,
  OverDeliveryTolerance: '0',
  UnderDeliveryTolerance: '0',
  Restricted: 0,
  IncludeInPlanning: 1,
  State: 'Released',
  UniversalState: 'Active',
};

/** The host's tables, which have the shape of the reference MES's. */
export async function makeHost({ knex, dialect: { names } }: OpenedDatabase): Promise<void> {
  const hosts = (name: TableName) => name.replace(/^mes\./, 'host.') as TableName;
  const renamed: Names = {
    ...names,
    table: (name) => names.table(hosts(name)),
    addRowVersion: (on, name) => names.addRowVersion(on, hosts(name)),
    indexTextKey: (on, name, column) => names.indexTextKey(on, hosts(name), column),
  };
  if (names.table('host.x') === 'host.x') await knex.raw('create schema [host]');
  // Names of indexes are one for all tables of a SQLite file: ours are left to us.
  await mesMigrations[0]?.migration.up(knex, renamed);
}

/** Installs beside it. */
export async function installBeside(url: string, mapping: HostMapping): Promise<void> {
  const opened = await openDatabase(url);
  try {
    await makeHost(opened);
    const { plugins } = await loadConfiguration(null, '/nowhere');
    const plan: InstallPlan = {
      version: '1.2.3',
      folders: await migrationFolders(plugins, hostKind(mapping)),
      mapping,
      mode: 'observe',
      plugins: plugins.map(({ manifest }) => manifest.name),
      rules: {},
      users: { install: 'ow_install', run: 'ow_run' },
    };
    await install(opened, plan);
  } finally {
    await opened.knex.destroy();
    if (opened.reader !== opened.knex) await opened.reader.destroy();
  }
}
