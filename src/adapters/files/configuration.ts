/** The configuration file: found, checked as a whole against the kernel's schema and the plugins', and completed. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { ErrorObject } from 'ajv';
import type { ManifestSetting, PluginManifest } from '../../core/hooks/plugin-manifest.js';
import { ONE_RELEASE, type Versions } from '../../core/hooks/versions.js';
import type { JsonObject, JsonValue } from '../../core/json.js';
import { KERNEL_OPERATIONS, materialOperationName } from '../../core/hooks/hook-point.js';
import { MATERIAL_OPERATIONS } from '../../core/order/material-operations.js';
import { OrderwrightError, type Problem } from '../../core/problem.js';
import { childPath, pathOfPointer } from '../../core/json-path.js';
import {
  DEFAULT_EVENT_SETTINGS,
  DEFAULT_HTTP,
  type Configuration,
  type EventSettings,
  type HttpConfiguration,
  type PluginConfiguration,
  type Retention,
  type TokenEntry,
} from '../../ports/configuration.js';
import validate from './config.schema.js';
import schema from './config.schema.json' with { type: 'json' };
import { parseJson } from './json.js';
import { SHIPPED_PLUGINS, SHIPPED_RULES, VERSION } from './package-root.js';
import { checkDependencies, checkPlugins, pluginFoldersIn, type PluginFolder } from './plugin-folders.js';

export const CONFIG_FILE = 'orderwright.config.json';

/** What a configuration file settles before anything else is opened. */
export interface LoadedConfiguration {
  configuration: Configuration;
  /** The plugins that are switched on, checked at the door, each after what it depends on. */
  plugins: PluginFolder[];
  /** The file; null where there is none. */
  file: string | null;
}

type HttpFile = Partial<Omit<HttpConfiguration, 'tls'>> & {
  tls?: { cert: string; key: string; ca?: string };
};

interface ConfigFile extends JsonObject {
  rules?: string;
  language?: string;
  events?: Partial<EventSettings> & JsonObject;
  retention?: Partial<Retention> & JsonObject;
  plugins?: Record<string, JsonObject & { enabled?: boolean; folder?: string }>;
}

/**
 * Reads the configuration: the file named, else `orderwright.config.json` in `folder`, else all defaults.
 * @throws OrderwrightError OW_CONFIG_MISSING, OW_CONFIG_INVALID with every problem, OW_PLUGIN_REFUSED
 */
export async function loadConfiguration(named: string | null, folder: string): Promise<LoadedConfiguration> {
  const file = findFile(named, folder);
  const content: ConfigFile = file === null ? {} : readContent(file);
  const base = file === null ? folder : dirname(file);
  const shape = file === null ? [] : shapeProblems(content);
  if (shape.length > 0) throw invalid(file, shape);
  const own = content.plugins ?? {};
  const thirdParty = Object.values(own).flatMap((entry) =>
    entry.folder === undefined ? [] : [resolve(base, entry.folder)],
  );
  const versions = thirdParty.length === 0 ? ONE_RELEASE : await semanticVersions();
  const folders = [...pluginFoldersIn(SHIPPED_PLUGINS), ...thirdParty];
  const found = checkPlugins(folders, { version: VERSION, versions });
  const tokens = (content.tokens ?? []) as unknown as Omit<TokenEntry, 'hash' | 'roles'>[];
  const problems = [
    ...(await settingProblems(
      content,
      found.map(({ manifest }) => manifest),
    )),
    ...tokenProblems(tokens),
  ];
  if (problems.length > 0) throw invalid(file, problems);
  const ownRules = content.rules === undefined ? rulesBeside(file) : resolve(base, content.rules);
  const plugins = Object.fromEntries(
    found.map(({ manifest }) => [manifest.name, pluginConfiguration(content, manifest)]),
  );
  const switchedOn = found.filter(({ manifest }) => plugins[manifest.name]?.enabled !== false);
  checkDependencies(switchedOn, versions);
  return {
    file,
    plugins: switchedOn,
    configuration: {
      operations: (content.operations ?? {}) as unknown as Configuration['operations'],
      hookNames: (content.hookNames ?? {}) as Configuration['hookNames'],
      rules: ownRules ?? SHIPPED_RULES,
      ownRules: ownRules !== null,
      language: content.language,
      plugins,
      events: { ...DEFAULT_EVENT_SETTINGS, ...content.events },
      retention: { events: null, ...content.retention },
      http: httpConfiguration(content.http as HttpFile | undefined, base),
      tokens: tokens.map((entry) => ({ hash: null, roles: [], ...entry })),
    },
  };
}

async function semanticVersions(): Promise<Versions> {
  return (await import('../../core/hooks/semantic-versions.js')).SEMANTIC_VERSIONS;
}

function httpConfiguration({ tls, ...http }: HttpFile = {}, base: string): HttpConfiguration {
  const file = (name: string | undefined) => (name === undefined ? null : resolve(base, name));
  return {
    ...DEFAULT_HTTP,
    ...http,
    tls:
      tls === undefined
        ? null
        : { cert: resolve(base, tls.cert), key: resolve(base, tls.key), ca: file(tls.ca) },
  };
}

/** @throws OrderwrightError OW_USAGE for an entry of `tokens` that the configuration would not take. */
export function checkTokenEntry(entry: TokenEntry): void {
  const problems = shapeProblems({ tokens: [entry] } as unknown as ConfigFile);
  if (problems.length === 0) return;
  const list = problems
    .map(({ path, message }) => `${path.replace('$.tokens[0].', '')} ${message}`)
    .join('; ');
  throw new OrderwrightError('OW_USAGE', `This is no token that can be: ${list}`, problems, true);
}

/** Two entries of one name would leave it open whose permissions count. */
function tokenProblems(tokens: readonly { name: string }[]): Problem[] {
  return tokens.flatMap(({ name }, index) =>
    tokens.findIndex((entry) => entry.name === name) === index
      ? []
      : [
          {
            path: `$.tokens[${index}].name`,
            code: 'OW_CONFIG_INVALID',
            message: `is the name of another token: ${name}`,
          },
        ],
  );
}

function findFile(named: string | null, folder: string): string | null {
  if (named === null) {
    const usual = join(folder, CONFIG_FILE);
    return existsSync(usual) ? usual : null;
  }
  const file = resolve(folder, named);
  if (!existsSync(file))
    throw new OrderwrightError('OW_CONFIG_MISSING', `There is no configuration file ${named}`);
  return file;
}

function readContent(file: string): ConfigFile {
  const parsed = parseJson(readFileSync(file, 'utf8'));
  if ('problems' in parsed) throw invalid(file, parsed.problems);
  return parsed.value as ConfigFile;
}

/** `rules` beside the configuration file; null where there is none, so that the package's count. */
function rulesBeside(file: string | null): string | null {
  const beside = file === null ? null : join(dirname(file), 'rules');
  return beside !== null && existsSync(beside) ? beside : null;
}

function shapeProblems(content: ConfigFile): Problem[] {
  if (validate(content)) return [];
  return (validate.errors ?? []).map((error) => toProblem('$', error));
}

function settingsOf(manifest: PluginManifest): [string, ManifestSetting][] {
  return Object.entries(manifest.settings ?? {});
}

async function settingProblems(
  content: ConfigFile,
  manifests: readonly PluginManifest[],
): Promise<Problem[]> {
  const problems: Problem[] = operationProblems(content, manifests);
  const kernelKeys = Object.keys(schema.properties);
  const topLevel = new Map(manifests.flatMap(settingsOf).filter(([, setting]) => setting.topLevel === true));
  for (const [key, value] of Object.entries(content)) {
    if (kernelKeys.includes(key)) continue;
    const setting = topLevel.get(key);
    if (setting === undefined) problems.push(unknown(childPath('$', key)));
    else problems.push(...(await valueProblems(childPath('$', key), setting, value)));
  }
  for (const [name, given] of Object.entries(content.plugins ?? {})) {
    const path = childPath('$.plugins', name);
    const manifest = manifests.find((candidate) => candidate.name === name);
    if (manifest === undefined) {
      problems.push({
        path,
        code: 'OW_CONFIG_INVALID',
        message: 'is no plugin that is there; a third party’s needs its folder',
      });
      continue;
    }
    const settings = new Map(settingsOf(manifest));
    for (const [key, value] of Object.entries(given)) {
      if (key === 'enabled' || key === 'folder') continue;
      const setting = settings.get(key);
      if (setting === undefined || setting.topLevel === true) problems.push(unknown(childPath(path, key)));
      else problems.push(...(await valueProblems(childPath(path, key), setting, value)));
    }
  }
  return problems;
}

/** A mistyped operation would leave its settings without effect, and nobody would know. */
function operationProblems(content: ConfigFile, manifests: readonly PluginManifest[]): Problem[] {
  const known = [
    ...KERNEL_OPERATIONS,
    ...MATERIAL_OPERATIONS.map(materialOperationName),
    ...manifests.flatMap(operationsOf),
  ];
  return Object.keys((content.operations ?? {}) as JsonObject)
    .filter((name) => !known.includes(name))
    .map((name) => ({
      path: childPath('$.operations', name),
      code: 'OW_CONFIG_INVALID',
      message: `is no operation: ${known.join(', ')}`,
    }));
}

function operationsOf({ operations = [] }: PluginManifest): string[] {
  return operations.map(({ name }) => name);
}

async function valueProblems(path: string, setting: ManifestSetting, value: JsonValue): Promise<Problem[]> {
  // Only a plugin's own schema is not known when we are built; most commands go without what compiles one.
  const { Ajv } = await import('ajv');
  const check = new Ajv({ allErrors: true }).compile(setting.schema);
  return check(value) ? [] : (check.errors ?? []).map((error) => toProblem(path, error));
}

function toProblem(path: string, error: ErrorObject): Problem {
  const params = error.params as { additionalProperty?: string; allowedValues?: unknown[] };
  const place = `${path}${pathOfPointer(error.instancePath).slice(1)}`;
  if (params.additionalProperty !== undefined) return unknown(childPath(place, params.additionalProperty));
  const allowed = params.allowedValues === undefined ? '' : `: ${params.allowedValues.join(', ')}`;
  return { path: place, code: 'OW_CONFIG_INVALID', message: `${error.message ?? 'is not valid'}${allowed}` };
}

function unknown(path: string): Problem {
  return { path, code: 'OW_CONFIG_INVALID', message: 'is no setting' };
}

function pluginConfiguration(content: ConfigFile, manifest: PluginManifest): PluginConfiguration {
  const { enabled, folder, ...own } = content.plugins?.[manifest.name] ?? {};
  const settings: JsonObject = {};
  for (const [key, setting] of settingsOf(manifest)) {
    const given = setting.topLevel === true ? content[key] : own[key];
    settings[key] = merged(setting.default, given);
  }
  return { enabled: enabled ?? true, folder: folder ?? null, settings };
}

/** An object of settings that names some keys leaves the others at their defaults. */
function merged(fallback: JsonValue, given: JsonValue | undefined): JsonValue {
  if (given === undefined) return fallback;
  const objects = [fallback, given].every(
    (part) => part !== null && typeof part === 'object' && !Array.isArray(part),
  );
  return objects ? { ...(fallback as JsonObject), ...(given as JsonObject) } : given;
}

function invalid(file: string | null, problems: Problem[]): OrderwrightError {
  const list = problems.map((problem) => `${problem.path} ${problem.message}`).join('; ');
  return new OrderwrightError(
    'OW_CONFIG_INVALID',
    `The configuration ${file ?? ''} is not valid: ${list}`,
    problems,
  );
}
