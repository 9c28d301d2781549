/** Which migrations make an installation, in the order in which they run. */
import { kernelMigrations } from '../../../migrations/kernel/index.js';
import { mesMigrations } from '../../../migrations/mes/index.js';
import type { MigrationFolder } from '../sql/migration.js';
import { pluginMigrations, type PluginFolder } from './plugin-folders.js';

/**
 * @param host mes: the reference MES is the host; own: a host without tables for all that orderwright reads, which gets
 * tables of ours for the rest; bare: a host that has them all.
 */
export async function migrationFolders(
  plugins: readonly PluginFolder[],
  host: 'mes' | 'own' | 'bare',
): Promise<MigrationFolder[]> {
  const ofPlugins = await Promise.all(
    plugins.map(async (plugin) => ({ folder: plugin.manifest.name, list: await pluginMigrations(plugin) })),
  );
  return [
    ...(host === 'bare' ? [] : [{ folder: host, list: mesMigrations }]),
    { folder: 'kernel', list: kernelMigrations },
    ...ofPlugins.filter(({ list }) => list.length > 0),
  ];
}
