/** A third party's plugin and an admin's rules, as the files that a test writes into its folder. */
import type { JsonObject } from '../../src/index.js';

export interface PluginParts {
  manifest?: JsonObject;
  /** What the function `plugin` gives: the text of an object, in which `settings` can be used. */
  code?: string;
  /** The whole of index.js, where it is not the usual. */
  index?: string;
  rules?: Record<string, JsonObject>;
  /** By name: the statements of `up`, which has `knex` and `names`. */
  migrations?: Record<string, string>;
}

/** The plugin `name` in the folder of the same name. */
export function aPlugin(name: string, parts: PluginParts = {}): Record<string, unknown> {
  const { manifest = {}, code = '{}', rules, migrations } = parts;
  const files: Record<string, unknown> = {
    'package.json': { type: 'module' },
    'plugin.json': {
      name,
      version: '1.0.0',
      description: 'A plugin of a test',
      engine: '*',
      main: 'index.js',
      ...(rules !== undefined && { rules: 'rules' }),
      ...(migrations !== undefined && {
        migrations: { folder: 'migrations', names: Object.keys(migrations) },
      }),
      ...manifest,
    },
    'index.js': parts.index ?? `export const plugin = (settings) => (${code});`,
  };
  for (const [file, rule] of Object.entries(rules ?? {})) files[`rules/${file}`] = rule;
  for (const [migration, up] of Object.entries(migrations ?? {})) {
    files[`migrations/${migration}.js`] =
      `export default { async up(knex, names) { ${up} }, async down() {} };`;
  }
  return Object.fromEntries(Object.entries(files).map(([file, content]) => [`${name}/${file}`, content]));
}

/** The configuration that lets these plugins in. */
export function withPlugins(names: string[], more: JsonObject = {}): Record<string, unknown> {
  const plugins = Object.fromEntries(names.map((name) => [name, { folder: name }]));
  return { 'orderwright.config.json': { ...more, plugins } };
}

/** A rule on the quantity: more than `above` has to be ordered. */
export function quantityAbove(above: string, changes: JsonObject = {}): JsonObject {
  return {
    id: 'release/quantity-is-enough',
    title: 'Enough is ordered',
    severity: 'refuse',
    mode: 'enforce',
    message: `Only {order.quantity} ordered, and more than ${above} is wanted.`,
    conditions: { all: [{ fact: 'order.quantity', operator: 'greaterThan', value: above }] },
    examples: [
      { facts: { 'order.quantity': `${above}1` }, verdict: 'allowed' },
      { facts: { 'order.quantity': above }, verdict: 'refused' },
    ],
    ...changes,
  };
}
