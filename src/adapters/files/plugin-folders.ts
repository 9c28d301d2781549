/** Plugins in folders: found, checked at the door, and only then imported (design 3.9). */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { satisfies } from 'semver';
import { checkManifest, type PluginManifest } from '../../core/hooks/plugin-manifest.js';
import { OrderwrightError, type Problem } from '../../core/problem.js';
import type { Plugin, PluginSetup } from '../../ports/plugin.js';
import type { Migration, MigrationList } from '../../ports/migration.js';

/** A plugin whose manifest was accepted; its code is not imported yet. */
export interface PluginFolder {
  folder: string;
  manifest: PluginManifest;
}

/** Folders below `parent` that hold a manifest. */
export function pluginFoldersIn(parent: string): string[] {
  if (!existsSync(parent)) return [];
  return readdirSync(parent, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(parent, entry.name, 'plugin.json')))
    .map((entry) => join(parent, entry.name))
    .sort();
}

/**
 * Checks all plugins at the door: their manifests, the files that these name, what they depend on, and names that two
 * of them claim. Gives them in an order in which each comes after what it depends on.
 * @throws OrderwrightError OW_PLUGIN_REFUSED with every problem of every plugin.
 */
export function checkPlugins(folders: readonly string[], engineVersion: string): PluginFolder[] {
  const problems: Problem[] = [];
  const accepted: PluginFolder[] = [];
  for (const folder of folders) {
    const checked = checkFolder(folder, engineVersion);
    if (checked.ok) accepted.push(checked.plugin);
    else
      problems.push(
        ...checked.problems.map((problem) => ({
          ...problem,
          path: `${join(folder, 'plugin.json')}:${problem.path}`,
        })),
      );
  }
  problems.push(...claimedTwice(accepted), ...missingDependencies(accepted));
  const ordered = inDependencyOrder(accepted);
  if (ordered === null) {
    const names = accepted.map(({ manifest }) => manifest.name).join(', ');
    problems.push({
      path: '$.dependencies',
      code: 'OW_PLUGIN_CYCLE',
      message: `${names} depend on each other`,
    });
  }
  if (problems.length > 0 || ordered === null) {
    const list = problems.map((problem) => `${problem.path} ${problem.message}`).join('; ');
    throw new OrderwrightError('OW_PLUGIN_REFUSED', `A plugin does not fit: ${list}`, problems);
  }
  return ordered;
}

type CheckedFolder = { ok: true; plugin: PluginFolder } | { ok: false; problems: Problem[] };

function checkFolder(folder: string, engineVersion: string): CheckedFolder {
  let text: string;
  try {
    text = readFileSync(join(folder, 'plugin.json'), 'utf8');
  } catch (error) {
    return {
      ok: false,
      problems: [{ path: '$', code: 'OW_PLUGIN_MISSING', message: (error as Error).message }],
    };
  }
  const checked = checkManifest(text, engineVersion);
  if (!checked.ok) return checked;
  const { manifest } = checked;
  const named: [path: string, file: string][] = [
    ['$.main', manifest.main],
    ...(manifest.migrations?.names ?? []).map((name, index): [string, string] => [
      `$.migrations.names[${index}]`,
      join(manifest.migrations?.folder ?? '', `${name}.js`),
    ]),
    ...(manifest.rules === undefined ? [] : [['$.rules', manifest.rules] as [string, string]]),
  ];
  const problems = named
    .filter(([, file]) => !existsSync(resolve(folder, file)))
    .map(([path, file]) => ({ path, code: 'OW_PLUGIN_FILE', message: `${file} is not there` }));
  return problems.length > 0 ? { ok: false, problems } : { ok: true, plugin: { folder, manifest } };
}

function claimedTwice(plugins: readonly PluginFolder[]): Problem[] {
  const claims = (manifest: PluginManifest): string[] => [
    `the name ${manifest.name}`,
    ...(manifest.facts ?? []).map((fact) => `the fact ${fact.name}`),
    ...(manifest.operations ?? []).flatMap(({ name, word }) => [`the operation ${name}`, `the word ${word}`]),
    ...(manifest.commands ?? []).map((command) => `the command ${command.name}`),
    ...(manifest.routes ?? []).map((route) => `the route ${route.method} ${route.path}`),
    ...(manifest.plantEntities ?? []).map((entity) => `the array ${entity} of the plant file`),
  ];
  const owners = new Map<string, string>();
  const problems: Problem[] = [];
  for (const { manifest } of plugins) {
    for (const claim of claims(manifest)) {
      const owner = owners.get(claim);
      if (owner === undefined) owners.set(claim, manifest.name);
      else
        problems.push({
          path: manifest.name,
          code: 'OW_PLUGIN_TWICE',
          message: `${claim} belongs to ${owner} already`,
        });
    }
  }
  return problems;
}

function missingDependencies(plugins: readonly PluginFolder[]): Problem[] {
  const versions = new Map(plugins.map(({ manifest }) => [manifest.name, manifest.version]));
  return plugins.flatMap(({ manifest }) =>
    Object.entries(manifest.dependencies ?? {})
      .filter(([name, range]) => !satisfies(versions.get(name) ?? '', range))
      .map(([name, range]) => ({
        path: manifest.name,
        code: 'OW_PLUGIN_DEPENDENCY',
        message: `it needs the plugin ${name} ${range}, and ${versions.has(name) ? `${versions.get(name) ?? ''} is there` : 'it is not there'}`,
      })),
  );
}

function inDependencyOrder(plugins: readonly PluginFolder[]): PluginFolder[] | null {
  const ordered: PluginFolder[] = [];
  const names = new Set(plugins.map(({ manifest }) => manifest.name));
  let waiting = [...plugins];
  while (waiting.length > 0) {
    const done = new Set(ordered.map(({ manifest }) => manifest.name));
    const ready = waiting.filter(({ manifest }) =>
      Object.keys(manifest.dependencies ?? {}).every((name) => done.has(name) || !names.has(name)),
    );
    if (ready.length === 0) return null;
    ordered.push(...ready);
    waiting = waiting.filter((plugin) => !ready.includes(plugin));
  }
  return ordered;
}

/**
 * Imports a plugin's code and compares it with what its manifest promises.
 * @throws OrderwrightError OW_PLUGIN_REFUSED
 */
export async function importPlugin(
  { folder, manifest }: PluginFolder,
  settings: Parameters<PluginSetup>[0],
): Promise<Plugin> {
  const module = (await import(pathToFileURL(resolve(folder, manifest.main)).href)) as {
    plugin?: PluginSetup;
  };
  if (typeof module.plugin !== 'function') {
    throw new OrderwrightError(
      'OW_PLUGIN_REFUSED',
      `The plugin ${manifest.name} exports no function \`plugin\``,
    );
  }
  const code = module.plugin(settings);
  const promised: [what: string, listed: string[], there: string[]][] = [
    ['hook', manifest.hooks ?? [], [...Object.keys(code.pre ?? {}), ...Object.keys(code.post ?? {})]],
    [
      'operation',
      (manifest.operations ?? []).map(({ name }) => name),
      (code.operations ?? []).map(({ name }) => name),
    ],
    ['command', (manifest.commands ?? []).map(({ name }) => name), Object.keys(code.commands ?? {})],
    [
      'route',
      (manifest.routes ?? []).map(({ method, path }) => `${method} ${path}`),
      Object.keys(code.routes ?? {}),
    ],
  ];
  const problems: Problem[] = promised.flatMap(([what, listed, there]) => [
    ...missing(listed, there).map((name) => ({
      path: manifest.name,
      code: 'OW_PLUGIN_CODE',
      message: `the ${what} ${name} is listed and not there`,
    })),
    ...missing(there, listed).map((name) => ({
      path: manifest.name,
      code: 'OW_PLUGIN_CODE',
      message: `the ${what} ${name} is there and not listed`,
    })),
  ]);
  if ((manifest.facts ?? []).length > 0 && code.facts === undefined) {
    problems.push({
      path: manifest.name,
      code: 'OW_PLUGIN_CODE',
      message: 'facts are listed and none are given',
    });
  }
  if (problems.length === 0) return code;
  const list = problems.map(({ message }) => message).join('; ');
  throw new OrderwrightError(
    'OW_PLUGIN_REFUSED',
    `The plugin ${manifest.name} is not what it says: ${list}`,
    problems,
  );
}

function missing(wanted: readonly string[], there: readonly string[]): string[] {
  return wanted.filter((name) => !there.includes(name));
}

/** The migrations of a plugin, each the default export of its module. */
export async function pluginMigrations({ folder, manifest }: PluginFolder): Promise<MigrationList> {
  const { migrations } = manifest;
  if (migrations === undefined) return [];
  return Promise.all(
    migrations.names.map(async (name) => {
      const file = resolve(folder, migrations.folder, `${name}.js`);
      const module = (await import(pathToFileURL(file).href)) as { default: Migration };
      return { name, migration: module.default };
    }),
  );
}
