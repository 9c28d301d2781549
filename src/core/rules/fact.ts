/** Facts: the named, flat values that a rule may test, all in one registry (design 3.5). */

export const FACT_TYPES = ['text', 'boolean', 'integer', 'decimal', 'instant'] as const;
export type FactType = (typeof FACT_TYPES)[number];

/** An integer fact is a JavaScript number; decimals and instants are canonical strings; null: it does not apply. */
export type FactValue = string | number | boolean | null;
export type Facts = Readonly<Record<string, FactValue>>;

export interface FactDefinition {
  /** `order.quantity`: flat, the registry's key. */
  name: string;
  type: FactType;
  /** What the number counts, where it counts something. */
  unit?: string;
  meaning: string;
  /** Operations that change it, the usual one first; `fixed` where none does. */
  changedBy: string[] | 'fixed';
}

/** All facts by name. */
export type FactRegistry = ReadonlyMap<string, FactDefinition>;

/**
 * Puts the kernel's and the plugins' facts into one registry.
 * @throws Error where two have the same name: a plugin may not change what a fact means.
 */
export function createFactRegistry(...groups: readonly (readonly FactDefinition[])[]): FactRegistry {
  const registry = new Map<string, FactDefinition>();
  for (const fact of groups.flat()) {
    if (registry.has(fact.name)) throw new Error(`The fact ${fact.name} is defined twice`);
    registry.set(fact.name, fact);
  }
  return registry;
}

/** Every registered fact, with null for what is not given, so that no rule meets a fact that is missing. */
export function completeFacts(registry: FactRegistry, given: Facts): Record<string, FactValue> {
  const facts = { ...noFacts(registry) };
  for (const name in given) {
    const value = given[name];
    if (value !== undefined && registry.has(name)) facts[name] = value;
  }
  return facts;
}

const noFactsOf = new WeakMap<FactRegistry, Facts>();

/** All facts as null. From a text: an object whose keys were added one by one is slow to copy, and each verdict copies it. */
function noFacts(registry: FactRegistry): Facts {
  let facts = noFactsOf.get(registry);
  if (facts === undefined) {
    const text = JSON.stringify(Object.fromEntries([...registry.keys()].map((name) => [name, null])));
    noFactsOf.set(registry, (facts = JSON.parse(text) as Facts));
  }
  return facts;
}
