/** Plugins in folders: found, checked at the door, and only then imported (design 3.9). */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  AUTOMATIC_OPERATIONS,
  isReached,
  KERNEL_OPERATIONS,
  parseHookPoint,
} from '../../core/hooks/hook-point.js';
import { checkManifest, type Engine, type PluginManifest } from '../../core/hooks/plugin-manifest.js';
import type { Versions } from '../../core/hooks/versions.js';
import { MATERIAL_OPERATIONS, MATERIAL_RULE_FOLDERS } from '../../core/order/material-operations.js';
import { KERNEL_FACTS } from '../../core/order/kernel-facts.js';
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
export function checkPlugins(folders: readonly string[], engine: Engine): PluginFolder[] {
  const problems: Problem[] = [];
  const readable: PluginFolder[] = [];
  for (const folder of folders) {
    const checked = checkFolder(folder, engine);
    if (checked.manifest !== null) readable.push({ folder, manifest: checked.manifest });
    const path = join(folder, 'plugin.json');
    problems.push(...checked.problems.map((problem) => ({ ...problem, path: `${path}:${problem.path}` })));
  }
  problems.push(
    ...unknownHooks(readable),
    ...claimedTwice(readable),
    ...missingDependencies(readable, engine.versions),
  );
  const { ordered, circling } = inDependencyOrder(readable);
  if (circling.length > 0) {
    const names = circling.map(({ manifest }) => manifest.name).join(', ');
    const message =
      circling.length === 1
        ? `${names} depends on itself`
        : `${names} depend on each other, or on those that do`;
    problems.push({ path: '$.dependencies', code: 'OW_PLUGIN_CYCLE', message });
  }
  if (problems.length > 0) throw refusedAtTheDoor(problems);
  return ordered;
}

/**
 * Checks that what each plugin depends on is there still, once those that are switched off are left out.
 * @throws OrderwrightError OW_PLUGIN_REFUSED
 */
export function checkDependencies(plugins: readonly PluginFolder[], versions: Versions): void {
  const problems = missingDependencies(plugins, versions);
  if (problems.length > 0) throw refusedAtTheDoor(problems);
}

function refusedAtTheDoor(problems: Problem[]): OrderwrightError {
  const list = problems.map((problem) => `${problem.path} ${problem.message}`).join('; ');
  return new OrderwrightError('OW_PLUGIN_REFUSED', `A plugin does not fit: ${list}`, problems);
}

function checkFolder(folder: string, engine: Engine): ReturnType<typeof checkManifest> {
  let text: string;
  try {
    text = readFileSync(join(folder, 'plugin.json'), 'utf8');
  } catch (error) {
    const problem = { path: '$', code: 'OW_PLUGIN_MISSING', message: (error as Error).message };
    return { manifest: null, problems: [problem] };
  }
  const { manifest, problems } = checkManifest(text, engine);
  if (manifest === null) return { manifest, problems };
  const named: [path: string, file: string][] = [
    ['$.main', manifest.main],
    ...(manifest.migrations?.names ?? []).map((name, index): [string, string] => [
      `$.migrations.names[${index}]`,
      join(manifest.migrations?.folder ?? '', `${name}.js`),
    ]),
    ...(manifest.pages ?? []).map(({ folder: page }, index): [string, string] => [
      `$.pages[${index}].folder`,
      join(page, 'index.html'),
    ]),
    ...(manifest.rules === undefined ? [] : [['$.rules', manifest.rules] as [string, string]]),
  ];
  const missing = named
    .filter(([, file]) => !existsSync(resolve(folder, file)))
    .map(([path, file]) => ({ path, code: 'OW_PLUGIN_FILE', message: `${file} is not there` }));
  return { manifest, problems: [...problems, ...missing] };
}

/** Hooks on operations that nobody brings: they would never be called. */
function unknownHooks(plugins: readonly PluginFolder[]): Problem[] {
  const brought = plugins.flatMap(({ manifest }) => (manifest.operations ?? []).map(({ name }) => name));
  return plugins.flatMap(({ manifest }) =>
    (manifest.hooks ?? []).flatMap((hook): Problem[] => {
      const point = parseHookPoint(hook);
      if (point === null || isReached(point, brought)) return [];
      const message = `${hook} is never reached: there is no operation ${point.operation}`;
      return [{ path: manifest.name, code: 'OW_PLUGIN_HOOK', message }];
    }),
  );
}

/** What no plugin may bring again: it would stand in the place of the kernel's. */
const KERNEL_CLAIMS: readonly string[] = [
  ...KERNEL_FACTS.map(({ name }) => `the fact ${name}`),
  ...[...KERNEL_OPERATIONS, ...AUTOMATIC_OPERATIONS].flatMap((name) => [
    `the operation ${name}`,
    `the word ${name.toLowerCase()}`,
    `the command ${name.toLowerCase()}`,
  ]),
  ...MATERIAL_OPERATIONS.map((name) => `the operation ${name}`),
  ...Object.values(MATERIAL_RULE_FOLDERS).map((word) => `the word ${word}`),
];

function claimedTwice(plugins: readonly PluginFolder[]): Problem[] {
  const claims = (manifest: PluginManifest): string[] => [
    `the name ${manifest.name}`,
    ...(manifest.facts ?? []).map((fact) => `the fact ${fact.name}`),
    ...(manifest.operations ?? []).flatMap(({ name, word }) => [`the operation ${name}`, `the word ${word}`]),
    ...(manifest.commands ?? []).map((command) => `the command ${command.name}`),
    ...(manifest.routes ?? []).map((route) => `the route ${route.method} ${route.path}`),
    ...(manifest.pages ?? []).map(({ path }) => `the page ${path}`),
    ...(manifest.plantEntities ?? []).map((entity) => `the array ${entity} of the plant file`),
    ...(manifest.sections ?? []).map((section) => `the section ${section}`),
    ...Object.entries(manifest.settings ?? {})
      .filter(([, setting]) => setting.topLevel === true)
      .map(([name]) => `the setting ${name}`),
  ];
  const owners = new Map<string, PluginManifest | null>(KERNEL_CLAIMS.map((claim) => [claim, null]));
  const problems: Problem[] = [];
  for (const { manifest } of plugins) {
    for (const claim of claims(manifest)) {
      const owner = owners.get(claim);
      if (owner === undefined) owners.set(claim, manifest);
      else if (owner !== manifest)
        problems.push({
          path: manifest.name,
          code: 'OW_PLUGIN_TWICE',
          message: `${claim} belongs to ${owner?.name ?? 'orderwright'} already`,
        });
    }
  }
  return problems;
}

function missingDependencies(plugins: readonly PluginFolder[], versions: Versions): Problem[] {
  const there = new Map(plugins.map(({ manifest }) => [manifest.name, manifest.version]));
  return plugins.flatMap(({ manifest }) =>
    Object.entries(manifest.dependencies ?? {})
      .map(([name, range]) => ({ name, range, version: there.get(name) }))
      .filter(({ range, version }) => version === undefined || !versions.fits(version, range))
      .map(({ name, range, version }) => ({
        path: manifest.name,
        code: 'OW_PLUGIN_DEPENDENCY',
        message: `it needs the plugin ${name} ${range}, and ${version ?? 'it'} is ${version === undefined ? 'not ' : ''}there`,
      })),
  );
}

/** Each after what it depends on; `circling` are those for which there is no such place. */
function inDependencyOrder(plugins: readonly PluginFolder[]): {
  ordered: PluginFolder[];
  circling: PluginFolder[];
} {
  const ordered: PluginFolder[] = [];
  const names = new Set(plugins.map(({ manifest }) => manifest.name));
  let waiting = [...plugins];
  while (waiting.length > 0) {
    const done = new Set(ordered.map(({ manifest }) => manifest.name));
    const ready = waiting.filter(({ manifest }) =>
      Object.keys(manifest.dependencies ?? {}).every((name) => done.has(name) || !names.has(name)),
    );
    if (ready.length === 0) break;
    ordered.push(...ready);
    waiting = waiting.filter((plugin) => !ready.includes(plugin));
  }
  return { ordered, circling: waiting };
}

/**
 * Imports a plugin's code and compares it with what its manifest promises.
 * @throws OrderwrightError OW_PLUGIN_REFUSED
 */
export async function importPlugin(
  { folder, manifest }: PluginFolder,
  settings: Parameters<PluginSetup>[0],
): Promise<Plugin> {
  const code = await setUp(resolve(folder, manifest.main), manifest.name, settings);
  const hooks = (moment: string) => (manifest.hooks ?? []).filter((hook) => hook.endsWith(`.${moment}`));
  const promised: [what: string, listed: string[], there: string[]][] = [
    ['hook', hooks('Pre'), functionsOf(code.pre)],
    ['hook', hooks('Post'), functionsOf(code.post)],
    [
      'operation',
      (manifest.operations ?? []).map(({ name }) => name),
      (code.operations ?? []).map(({ name }) => name),
    ],
    ['command', (manifest.commands ?? []).map(({ name }) => name), functionsOf(code.commands)],
    [
      'route',
      (manifest.routes ?? []).map(({ method, path }) => `${method} ${path}`),
      functionsOf(code.routes),
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

/** @throws OrderwrightError OW_PLUGIN_REFUSED where the module can't be loaded, or gives no plugin. */
async function setUp(file: string, name: string, settings: Parameters<PluginSetup>[0]): Promise<Plugin> {
  let code: unknown;
  try {
    const module = (await import(pathToFileURL(file).href)) as { plugin?: PluginSetup };
    if (typeof module.plugin !== 'function') throw new Error('it exports no function `plugin`');
    code = module.plugin(settings);
    if (code === null || typeof code !== 'object') throw new Error('its function `plugin` gives no object');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new OrderwrightError('OW_PLUGIN_REFUSED', `The plugin ${name} can't be loaded: ${reason}`, [
      { path: name, code: 'OW_PLUGIN_CODE', message: reason },
    ]);
  }
  return code;
}

/** The pages of all plugins, each with the folder that its files are in. */
export function pagesOf(plugins: readonly PluginFolder[]): { path: string; folder: string }[] {
  return plugins.flatMap(({ folder, manifest }) =>
    (manifest.pages ?? []).map((page) => ({ path: page.path, folder: resolve(folder, page.folder) })),
  );
}

/** Names under which there is something to call. */
function functionsOf(record: object | undefined): string[] {
  return Object.entries(record ?? {})
    .filter(([, value]) => typeof value === 'function')
    .map(([name]) => name);
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
      const { default: migration } = (await import(pathToFileURL(file).href)) as { default?: Migration };
      if (typeof migration?.up === 'function') return { name, migration };
      const message = `The migration ${name} of the plugin ${manifest.name} exports no default with a function \`up\``;
      throw new OrderwrightError('OW_PLUGIN_REFUSED', message);
    }),
  );
}
