/** The examples of a rule file: typed, run by the rule's conditions, and told with every condition (design 3.5). */
import { childPath } from '../json-path.js';
import type { Problem } from '../problem.js';
import { compileConditions, failingComparisons, type Evaluate } from './compile-conditions.js';
import { completeFacts } from './fact.js';
import type { FactRegistry, FactValue } from './fact.js';
import type { RuleFileCode } from './rule-codes.js';
import type { RuleExample } from './rule.js';
import { comparisonsOf, typedValue, unknownFact } from './typed-conditions.js';
import type { TypedComparison, TypedCondition } from './typed-conditions.js';
import type { ConditionReport } from './verdict.js';

export type ExampleVerdict = RuleExample['verdict'];

/** Comparisons of all examples that are told one by one: a file of 200,000 characters could have millions. */
const MOST_TOLD = 10_000;

/** One example as it was run. */
export interface TriedExample {
  /** Its place in `examples`, from 0. */
  index: number;
  /** What the example says; null where it says neither. */
  verdict: ExampleVerdict | null;
  /** What the conditions say; null where the conditions or the example's facts can't be read. */
  given: ExampleVerdict | null;
  /** All comparisons with the values of the example; none of the last ones where there are very many. */
  conditions: ConditionReport[];
}

/** The examples as they are written, with their facts typed where they can be. */
export interface ReadExamples {
  examples: { verdict: unknown; facts: Record<string, FactValue> | null }[];
  problems: Problem[];
}

export function readExamples(written: unknown, registry: FactRegistry): ReadExamples {
  const list = Array.isArray(written) ? (written as unknown[]) : [];
  const problems: Problem[] = [];
  for (const verdict of ['allowed', 'refused']) {
    if (!list.some((example) => isObject(example) && example.verdict === verdict)) {
      const message = `At least one example with the verdict "${verdict}" is needed`;
      problems.push(problem('OW_RULE_EXAMPLES_MISSING', '$.examples', message));
    }
  }
  const examples = list.map((example, index) => {
    const { facts, verdict } = isObject(example) ? example : {};
    const typed = typedFacts(facts, registry, `$.examples[${index}].facts`);
    problems.push(...typed.problems);
    return { verdict, facts: typed.problems.length === 0 ? typed.facts : null };
  });
  return { examples, problems };
}

/** Runs the examples; one whose verdict is another than it says is a problem. */
export function tryExamples(
  { examples }: ReadExamples,
  conditions: TypedCondition | null,
  registry: FactRegistry,
): { tried: TriedExample[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const evaluate = conditions === null ? null : compileConditions(conditions);
  const comparisons = (conditions === null ? [] : comparisonsOf(conditions)).map((comparison) => ({
    comparison,
    holds: compileConditions(comparison),
  }));
  let told = 0;
  const tried = examples.map(({ verdict: written, facts }, index): TriedExample => {
    const verdict = written === 'allowed' || written === 'refused' ? written : null;
    if (conditions === null || evaluate === null || facts === null)
      return { index, verdict, given: null, conditions: [] };
    const complete = completeFacts(registry, facts);
    const given = evaluate(complete) === 'holds' ? 'allowed' : 'refused';
    if (verdict !== null && given !== verdict) {
      const reason = given === 'allowed' ? 'all conditions hold' : reasonOf(conditions, complete);
      const message = `The example says ${verdict}, the conditions say ${given}: ${reason}`;
      problems.push(problem('OW_RULE_EXAMPLE_FAILED', `$.examples[${index}]`, message));
    }
    told += comparisons.length;
    const reports = told > MOST_TOLD ? [] : comparisons.map((compiled) => reportOf(compiled, complete));
    return { index, verdict, given, conditions: reports };
  });
  return { tried, problems };
}

function typedFacts(
  written: unknown,
  registry: FactRegistry,
  path: string,
): { facts: Record<string, FactValue>; problems: Problem[] } {
  const facts: Record<string, FactValue> = {};
  const problems: Problem[] = [];
  for (const [name, value] of isObject(written) ? Object.entries(written) : []) {
    const place = childPath(path, name);
    const definition = registry.get(name);
    try {
      if (definition) facts[name] = typedValue(definition.type, value);
      else problems.push(problem('OW_RULE_UNKNOWN_FACT', place, unknownFact(name, registry)));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      problems.push(problem('OW_RULE_VALUE_TYPE', place, `${name}: ${error.message}`));
    }
  }
  return { facts, problems };
}

function reasonOf(conditions: TypedCondition, facts: Record<string, FactValue>): string {
  return failingComparisons(conditions, facts)
    .map(({ fact, operator }) => `${fact} (${JSON.stringify(facts[fact])}) ${operator} does not hold`)
    .join('; ');
}

function reportOf(
  { comparison, holds }: { comparison: TypedComparison; holds: Evaluate },
  facts: Record<string, FactValue>,
): ConditionReport {
  const { fact, operator, operand } = comparison;
  const expected =
    operand.kind === 'literal'
      ? operand.value
      : operand.kind === 'list'
        ? operand.values
        : (facts[operand.fact] ?? null);
  const satisfied = holds(facts) === 'holds';
  return { fact, operator, expected, actual: facts[fact] ?? null, satisfied };
}

function problem(code: RuleFileCode, path: string, message: string): Problem {
  return { path, code, message };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
