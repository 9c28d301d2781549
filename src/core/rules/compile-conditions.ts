/**
 * Conditions compiled once to closures: the fast way to the verdict that json-rules-engine gives. A property test
 * proves both equal. Nothing is allocated while facts are evaluated.
 */
import type { Problem } from '../problem.js';
import type { FactRegistry, Facts } from './fact.js';
import type { Outcome } from './operators.js';
import { operatorFor } from './operators.js';
import type { RuleFileCode } from './rule-codes.js';
import type { Rule } from './rule.js';
import { factsOf, typeConditions } from './typed-conditions.js';
import type { TypedComparison, TypedCondition } from './typed-conditions.js';

/**
 * Whether the conditions hold. `undetermined` where they don't hold and would not be known not to: no failing
 * comparison decides it, only one that can't be made.
 */
export type Evaluate = (facts: Facts) => Outcome;

export interface CompiledConditions {
  ok: true;
  conditions: TypedCondition;
  evaluate: Evaluate;
  /** The names of the facts that are read. */
  facts: string[];
}

export type CompiledRule = CompiledConditions | { ok: false; problems: Problem[] };

export function compileConditions(conditions: TypedCondition): Evaluate {
  switch (conditions.kind) {
    case 'comparison':
      return compileComparison(conditions);
    case 'all':
      return compileGroup(conditions.parts.map(compileConditions), 'fails');
    case 'any':
      return compileGroup(conditions.parts.map(compileConditions), 'holds');
  }
}

const compiledRules = new WeakMap<Rule, { registry: FactRegistry; compiled: CompiledRule }>();

/** The compiled conditions of a rule, made once per rule; problems where its facts are not (or no longer) registered. */
export function compileRule(rule: Rule, registry: FactRegistry): CompiledRule {
  const known = compiledRules.get(rule);
  if (known?.registry === registry) return known.compiled;
  const compiled = compile(rule.conditions, registry);
  compiledRules.set(rule, { registry, compiled });
  return compiled;
}

/** The comparisons that keep the conditions from holding: of an `any`, those of all its branches. */
export function failingComparisons(conditions: TypedCondition, facts: Facts): TypedComparison[] {
  if (conditions.kind === 'comparison') {
    return compileComparison(conditions)(facts) === 'holds' ? [] : [conditions];
  }
  const failing = conditions.parts.map((part) => failingComparisons(part, facts));
  // A part holds where none of its comparisons keeps it from that.
  const holds = conditions.kind === 'any' && failing.some((part) => part.length === 0);
  return holds ? [] : failing.flat();
}

const SHAPELESS: Problem = {
  path: '$.conditions',
  code: 'OW_RULE_SCHEMA' satisfies RuleFileCode,
  message: 'The conditions do not have the shape of conditions',
};

function compile(written: unknown, registry: FactRegistry): CompiledRule {
  const typed = typeConditions(written, registry);
  if (!typed.ok) return { ok: false, problems: typed.problems.length > 0 ? typed.problems : [SHAPELESS] };
  const { conditions } = typed;
  return {
    ok: true,
    conditions,
    evaluate: compileConditions(conditions),
    facts: [...new Set(factsOf(conditions))],
  };
}

function compileComparison({ fact, type, operator, operand }: TypedComparison): Evaluate {
  const compare = operatorFor(type, operator);
  switch (operand.kind) {
    case 'literal': {
      const { value } = operand;
      return (facts) => compare(facts[fact] ?? null, value);
    }
    case 'list': {
      const { values } = operand;
      return (facts) => compare(facts[fact] ?? null, values);
    }
    case 'fact': {
      const other = operand.fact;
      return (facts) => compare(facts[fact] ?? null, facts[other] ?? null);
    }
  }
}

/** `decisive` is the outcome of one part that decides the group: `fails` makes it an all, `holds` an any. */
function compileGroup(parts: Evaluate[], decisive: 'holds' | 'fails'): Evaluate {
  const otherwise = decisive === 'holds' ? 'fails' : 'holds';
  return (facts) => {
    let outcome: Outcome = otherwise;
    for (const part of parts) {
      const found = part(facts);
      if (found === decisive) return decisive;
      if (found === 'undetermined') outcome = found;
    }
    return outcome;
  };
}
