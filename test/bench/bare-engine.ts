/** The rules of an operation in the bare json-rules-engine: the floor of what a verdict costs with it. */
import { Engine, type TopLevelCondition } from 'json-rules-engine';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SHIPPED_RULES } from '../../src/adapters/files/package-root.js';
import { ORDER_FACTS } from '../../src/core/order/order-facts.js';
import { createFactRegistry, type FactDefinition } from '../../src/core/rules/fact.js';
import { readRule } from '../../src/core/rules/read-rule.js';
import type { Rule } from '../../src/core/rules/rule.js';
import manifest from '../../plugins/step-synchronization/plugin.json' with { type: 'json' };

export const registry = createFactRegistry(ORDER_FACTS, manifest.facts as FactDefinition[]);

/** The rules that orderwright ships for an operation, by the word of their folder. */
export function shippedRules(operation: string): Rule[] {
  const folder = join(SHIPPED_RULES, operation);
  return readdirSync(folder).map((name): Rule => {
    const file = { file: `${operation}/${name}`, text: readFileSync(join(folder, name), 'utf8') };
    const read = readRule(file, registry);
    if (!read.ok) throw new Error(`${name}: ${JSON.stringify(read.problems)}`);
    return read.rule;
  });
}

/** Made once and used for one run after the other, which is the least that the bare engine costs. */
export function bareEngine(rules: readonly Rule[]): Engine {
  const engine = new Engine([], { allowUndefinedFacts: false });
  for (const { id, conditions } of rules)
    engine.addRule({ conditions: conditions as TopLevelCondition, event: { type: id } });
  return engine;
}
