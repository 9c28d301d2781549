/** All operations: the state model's, Create, and those that plugins add. */
import { cancel } from './cancel.js';
import { change } from './change.js';
import { close } from './close.js';
import { COMPLETE } from './completion.js';
import { create } from './create.js';
import { failingAs, PluginFailed } from './evaluate-order.js';
import type { Decision } from '../ports/plugin.js';
import type { InstalledPlugin } from './kernel.js';
import { materialOperations } from './material/material-operations.js';
import { proposeNothing, type Operation } from './operation.js';
import { release } from './release.js';
import { reopen } from './reopen.js';
import { start } from './start.js';
import { terminate } from './terminate.js';
import { unrelease } from './unrelease.js';
import { unterminate } from './unterminate.js';

/** Operations that are asked for by the names of orders that exist. */
const STATE_MODEL: readonly Operation[] = [
  release,
  unrelease,
  start,
  cancel,
  close,
  reopen,
  terminate,
  unterminate,
  change,
];

/** What can be asked about an order, by name, and every word that a rule folder may have. */
export function orderOperations(plugins: readonly InstalledPlugin[]): {
  operations: ReadonlyMap<string, Operation>;
  words: ReadonlySet<string>;
} {
  const all = [...STATE_MODEL, ...plugins.flatMap(pluginOperations)];
  const ruled = [...all, create, COMPLETE];
  return {
    operations: new Map(all.map((operation) => [operation.name, operation])),
    words: new Set([...ruled, ...materialOperations].map(({ word }) => word)),
  };
}

function pluginOperations(plugin: InstalledPlugin): Operation[] {
  const { manifest, code } = plugin;
  return (manifest.operations ?? []).map(({ perOrder, ...listed }) => {
    const implemented = code.operations?.find(({ name }) => name === listed.name);
    if (implemented === undefined) throw new Error(`${manifest.name} does not implement ${listed.name}`);
    return {
      ...listed,
      ...(perOrder === undefined ? {} : { perOrder }),
      ...(implemented.prepare !== undefined && { prepare: implemented.prepare.bind(implemented) }),
      propose: proposeNothing,
      async decide(context, prepared) {
        const decision = await failingAs(plugin, async () => implemented.decide(context, await prepared?.()));
        if (!isDecision(decision))
          throw new PluginFailed(
            manifest.name,
            new Error(`${listed.name} decided without violations and warnings`),
          );
        const { apply } = decision;
        if (apply === undefined) return decision;
        return { ...decision, apply: () => failingAs(plugin, apply) };
      },
    };
  });
}

/** A plugin's code is not trusted to give the shape it promised. */
function isDecision(decision: unknown): boolean {
  const { violations, warnings } = (decision ?? {}) as Partial<Decision>;
  return Array.isArray(violations) && Array.isArray(warnings);
}
