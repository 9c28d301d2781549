/**
 * The manifest of a plugin, checked at the door before any of its code is imported (design 3.9): every problem is
 * listed, and a plugin that does not fit is refused.
 */
import type { JsonObject, JsonValue } from '../json.js';
import type { Problem } from '../problem.js';
import { pathOfPointer } from '../json-path.js';
import type { FactDefinition } from '../rules/fact.js';
import { parseHookPoint, type HookPoint } from './hook-point.js';
import validate from './plugin.schema.js';
import type { Versions } from './versions.js';

export interface CommandOption {
  flags: string;
  description: string;
}

export interface ManifestCommand {
  /** `step start`: one or two words. */
  name: string;
  description: string;
  /** Commander's notation, `<order...>`. */
  arguments?: string[];
  options?: CommandOption[];
}

export interface ManifestOperation {
  name: string;
  /** The rule folder and the word on the command line. */
  word: string;
  title: string;
  /** JSON Schema of the input. */
  input: JsonObject;
  /** False where it is asked about a part of an order, so that `order <name>` does not list it. */
  perOrder?: boolean;
}

export interface ManifestSetting {
  schema: JsonObject;
  default: JsonValue;
  /** True where the configuration file has it at its top level rather than under `plugins.<name>`. */
  topLevel?: boolean;
}

export interface ManifestRoute {
  method: string;
  path: string;
  permission: string;
  /** For the OpenAPI document: what it does, and what each field of its query says. */
  summary?: string;
  query?: Record<string, string>;
}

export interface ManifestPage {
  /** `/console`: one word, below which the files are found. */
  path: string;
  folder: string;
}

export interface PluginManifest {
  name: string;
  version: string;
  description: string;
  /** Range of orderwright versions that the plugin fits. */
  engine: string;
  main: string;
  hooks?: HookPoint[];
  facts?: FactDefinition[];
  settings?: Record<string, ManifestSetting>;
  operations?: ManifestOperation[];
  commands?: ManifestCommand[];
  routes?: ManifestRoute[];
  /** Web pages: each folder, relative to the manifest, is served below its path; what it asks for goes through the API. */
  pages?: ManifestPage[];
  /** Folder of the plugin's migrations, relative to the manifest, and their names in order. */
  migrations?: { folder: string; names: string[] };
  rules?: string;
  /** Sections that the plugin adds to `order <name>`. */
  sections?: string[];
  /** Arrays of the plant file that the plugin keeps. */
  plantEntities?: string[];
  dependencies?: Record<string, string>;
}

/** What a plugin is to fit. */
export interface Engine {
  /** Of this orderwright. */
  version: string;
  versions: Versions;
}

/** The manifest where it has the shape of one, with everything else that is wrong with it. */
export interface ManifestCheck {
  manifest: PluginManifest | null;
  problems: Problem[];
}

/**
 * Reads the text of a `plugin.json`: its shape, the engine range against this version, the hook points, and names that
 * appear twice.
 */
export function checkManifest(text: string, engine: Engine): ManifestCheck {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return { manifest: null, problems: [problem('$', 'OW_PLUGIN_NOT_JSON', (error as Error).message)] };
  }
  if (!validate(document)) {
    const problems = (validate.errors ?? []).map((error) => {
      const unknown = (error.params as { additionalProperty?: string }).additionalProperty;
      const message = `${error.message ?? 'is not valid'}${unknown === undefined ? '' : `: ${unknown}`}`;
      return problem(pathOfPointer(error.instancePath), 'OW_PLUGIN_SCHEMA', message);
    });
    return { manifest: null, problems };
  }
  const manifest = document as PluginManifest;
  return { manifest, problems: [...engineProblems(manifest, engine), ...nameProblems(manifest)] };
}

function engineProblems(manifest: PluginManifest, { version, versions }: Engine): Problem[] {
  const problems: Problem[] = [];
  if (!versions.isVersion(manifest.version)) {
    const message = `${manifest.version} is no version such as 1.2.3`;
    problems.push(problem('$.version', 'OW_PLUGIN_VERSION', message));
  }
  if (!versions.isRange(manifest.engine)) {
    const message = `${manifest.engine} is no version range such as ^1.0.0`;
    problems.push(problem('$.engine', 'OW_PLUGIN_ENGINE', message));
  } else if (!versions.fits(version, manifest.engine)) {
    const message = `It is made for orderwright ${manifest.engine}, and this is ${version}`;
    problems.push(problem('$.engine', 'OW_PLUGIN_ENGINE', message));
  }
  return problems;
}

function nameProblems(manifest: PluginManifest): Problem[] {
  const problems: Problem[] = [];
  for (const [index, hook] of (manifest.hooks ?? []).entries()) {
    if (parseHookPoint(hook) === null) {
      const message = `${hook} is no hook point such as ProductionOrder.Release.Pre`;
      problems.push(problem(`$.hooks[${index}]`, 'OW_PLUGIN_HOOK', message));
    }
  }
  const lists: [string, string[]][] = [
    ['hooks', manifest.hooks ?? []],
    ['facts', (manifest.facts ?? []).map((fact) => fact.name)],
    ['operations', (manifest.operations ?? []).map((operation) => operation.name)],
    ['commands', (manifest.commands ?? []).map((command) => command.name)],
    ['pages', (manifest.pages ?? []).map(({ path }) => path)],
    ['routes', (manifest.routes ?? []).map((route) => `${route.method} ${route.path}`)],
  ];
  for (const [list, names] of lists) {
    names.forEach((name, index) => {
      if (names.indexOf(name) === index) return;
      problems.push(problem(`$.${list}[${index}]`, 'OW_PLUGIN_TWICE', `${name} is listed twice`));
    });
  }
  return problems;
}

function problem(path: string, code: string, message: string): Problem {
  return { path, code, message };
}
