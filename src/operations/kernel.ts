/** What the operations work with: ports, the facts that exist, the plugins that were let in, the operations themselves. */
import type { PluginManifest } from '../core/hooks/plugin-manifest.js';
import { OrderwrightError } from '../core/problem.js';
import type { FactRegistry } from '../core/rules/fact.js';
import type { Clock } from '../ports/clock.js';
import type { Configuration } from '../ports/configuration.js';
import type { Database } from '../ports/database.js';
import type { HostActions } from '../ports/host-actions.js';
import type { Plugin } from '../ports/plugin.js';
import type { Operation } from './operation.js';
import type { RuleBook } from './rule-book.js';

/** A plugin that passed the door. */
export interface InstalledPlugin {
  manifest: PluginManifest;
  code: Plugin;
}

export interface Kernel {
  version: string;
  configuration: Configuration;
  /** Who writes the host's rows: orderwright through the views, or the host itself, which is told what is due. */
  writer: 'host' | 'view';
  /** Who is sent what is due where the host writes itself; null where it looks itself at what is offered. */
  hostActions: HostActions | null;
  database: Database;
  clock: Clock;
  registry: FactRegistry;
  rules: RuleBook;
  plugins: readonly InstalledPlugin[];
  /** By name, `Release`; the state model's first. */
  operations: ReadonlyMap<string, Operation>;
}

/**
 * The operation of a name (`Release`) or a word (`release`).
 * @throws OrderwrightError OW_OPERATION_UNKNOWN, wrong usage.
 */
export function findOperation(kernel: Kernel, nameOrWord: string): Operation {
  const operation =
    kernel.operations.get(nameOrWord) ??
    [...kernel.operations.values()].find((candidate) => candidate.word === nameOrWord);
  if (operation !== undefined) return operation;
  const known = [...kernel.operations.values()].map((candidate) => candidate.word).join(', ');
  throw new OrderwrightError(
    'OW_OPERATION_UNKNOWN',
    `There is no operation ${nameOrWord}.\nMaybe one of: ${known}`,
    [],
    true,
  );
}
