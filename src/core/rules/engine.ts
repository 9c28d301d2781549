/**
 * json-rules-engine, which is the meaning of our conditions and explains every refusal; the only file that imports it.
 * It fails open when one engine is shared, when rules have priorities, and when facts are objects (exemplars section 4):
 * so no engine runs twice at a time, there is one priority, plain values under flat names and our own operators only, and
 * an evaluation that answers for fewer rules than it was asked is an error.
 */
import { Engine, Fact } from 'json-rules-engine';
import type { TopLevelCondition } from 'json-rules-engine';
import type { FactValue } from './fact.js';
import { operatorFor } from './operators.js';
import type { OperatorName } from './operators.js';
import { comparisonsOf } from './typed-conditions.js';
import type { TypedComparison, TypedCondition } from './typed-conditions.js';
import type { ConditionReport } from './verdict.js';

/** One comparison of a rule with the values that the engine saw. */
export interface ComparisonReport extends ConditionReport {
  operator: OperatorName;
  satisfied: boolean;
  /** It could not be made, and counts as not satisfied. */
  undetermined: boolean;
}

export interface RuleReport {
  satisfied: boolean;
  /** All comparisons, in the order in which they stand in the file. */
  comparisons: ComparisonReport[];
  /** Those that keep the rule from holding: of an `any`, those of all its branches. */
  failing: ComparisonReport[];
}

const BUILT_IN_OPERATORS = [
  'equal',
  'notEqual',
  'in',
  'notIn',
  'contains',
  'doesNotContain',
  'lessThan',
  'lessThanInclusive',
  'greaterThan',
  'greaterThanInclusive',
];

/**
 * Evaluates rules, given as their conditions, on complete facts; the reports come in the order of the rules.
 * @throws Error where the engine throws, leaves a rule out, or answers something that can't be read.
 */
export async function runEngine(
  rules: readonly TypedCondition[],
  facts: Record<string, FactValue>,
): Promise<RuleReport[]> {
  const engine = idle.take(rules) ?? makeEngine(rules);
  const { results, failureResults } = await engine.engine.run(valuesOf(engine.facts, facts));
  const answers = new Map([...results, ...failureResults].map((result) => [result.name, result]));
  if (results.length + failureResults.length !== rules.length || answers.size !== rules.length) {
    throw new Error(`The rules engine answered for ${answers.size} of ${rules.length} rules`);
  }
  const reports = rules.map((rule, index) => reportOf(rule, answers.get(String(index))));
  idle.give(rules, engine);
  return reports;
}

/** An engine with its rules, and the facts that they read: it spends more on a fact than on a comparison. */
interface RuleEngine {
  engine: Engine;
  facts: readonly string[];
}

/** A plain value is there anyway; to keep it for later the engine would hash its name in each run. */
const NOT_CACHED = { cache: false };

function valuesOf(names: readonly string[], facts: Record<string, FactValue>): Record<string, Fact> {
  const values: Record<string, Fact> = {};
  for (const name of names) {
    const value = facts[name];
    // The engine refuses to go on without it.
    if (value !== undefined) values[name] = new Fact(name, value, NOT_CACHED);
  }
  return values;
}

function makeEngine(rules: readonly TypedCondition[]): RuleEngine {
  const comparisons = rules.flatMap(comparisonsOf);
  const engine = new Engine([], { allowUndefinedFacts: false, allowUndefinedConditions: false });
  for (const name of BUILT_IN_OPERATORS) engine.removeOperator(name);
  for (const comparison of comparisons) {
    const compare = operatorFor(comparison.type, comparison.operator);
    engine.addOperator(
      engineOperator(comparison),
      (actual, expected) => compare(actual, expected) === 'holds',
    );
  }
  rules.forEach((rule, index) => {
    const conditions = topCondition(rule);
    engine.addRule({ name: String(index), conditions, event: { type: 'evaluated' }, priority: 1 });
  });
  const facts = comparisons.flatMap(({ fact, operand }) =>
    operand.kind === 'fact' ? [fact, operand.fact] : [fact],
  );
  return { engine, facts: [...new Set(facts)] };
}

/**
 * Engines that do not run, for the rules that they were made for: to make one takes longer than to run it. One that
 * threw or answered strangely never comes back.
 */
class IdleEngines {
  /** By the first of the rules; the engines go with it when the rule set is another. */
  private readonly kept = new WeakMap<
    TypedCondition,
    { rules: readonly TypedCondition[]; engines: RuleEngine[] }
  >();

  take(rules: readonly TypedCondition[]): RuleEngine | undefined {
    return this.of(rules)?.engines.pop();
  }

  give(rules: readonly TypedCondition[], engine: RuleEngine): void {
    const [first] = rules;
    if (first === undefined) return;
    const known = this.of(rules);
    if (known === undefined) this.kept.set(first, { rules, engines: [engine] });
    else if (known.engines.length < MOST_IDLE) known.engines.push(engine);
  }

  private of(rules: readonly TypedCondition[]): { engines: RuleEngine[] } | undefined {
    const known = rules[0] === undefined ? undefined : this.kept.get(rules[0]);
    const isSame =
      known?.rules.length === rules.length && known.rules.every((rule, at) => rule === rules[at]);
    return isSame ? known : undefined;
  }
}

/** As many as may run at a time in a busy server. */
const MOST_IDLE = 8;
const idle = new IdleEngines();

function engineOperator({ type, operator }: TypedComparison): string {
  return `${type} ${operator}`;
}

interface EngineComparison {
  fact: string;
  operator: string;
  value: unknown;
}
type EngineCondition = { all: EngineCondition[] } | { any: EngineCondition[] } | EngineComparison;

/** The engine takes a group at the top, and copies what it is given with every answer: the rule's own where it is one. */
function topCondition(rule: TypedCondition): TopLevelCondition {
  const condition = engineCondition(rule);
  return 'fact' in condition ? { all: [condition] } : condition;
}

function engineCondition(condition: TypedCondition): EngineCondition {
  switch (condition.kind) {
    case 'all':
      return { all: condition.parts.map(engineCondition) };
    case 'any':
      return { any: condition.parts.map(engineCondition) };
    case 'comparison':
      return {
        fact: condition.fact,
        operator: engineOperator(condition),
        value: engineValue(condition),
      };
  }
}

function engineValue({ operand }: TypedComparison): unknown {
  switch (operand.kind) {
    case 'literal':
      return operand.value;
    case 'list':
      return operand.values;
    case 'fact':
      return { fact: operand.fact };
  }
}

/** What the engine leaves at each place of the conditions. */
interface EngineResult {
  all?: EngineResult[];
  any?: EngineResult[];
  fact?: string;
  operator?: string;
  result?: boolean;
  factResult?: FactValue;
  valueResult?: FactValue | FactValue[];
}

function reportOf(
  rule: TypedCondition,
  answer: { result: unknown; conditions: unknown } | undefined,
): RuleReport {
  if (typeof answer?.result !== 'boolean') throw unreadable();
  const top: EngineResult = { ...(answer.conditions as EngineResult), result: answer.result };
  const root = rule.kind === 'comparison' ? top.all?.[0] : top;
  if (!root) throw unreadable();
  const report: RuleReport = { satisfied: answer.result, comparisons: [], failing: [] };
  collect(report, rule, { result: root, matters: !answer.result });
  return report;
}

/** `matters` while everything around the place failed, so that it is a reason for the refusal. */
function collect(
  report: RuleReport,
  condition: TypedCondition,
  place: { result: EngineResult; matters: boolean },
): void {
  const { result } = place;
  if (typeof result.result !== 'boolean') throw unreadable();
  const matters = place.matters && !result.result;
  if (condition.kind === 'comparison') {
    const comparison = comparisonReport(condition, result);
    report.comparisons.push(comparison);
    if (matters) report.failing.push(comparison);
    return;
  }
  const parts = result[condition.kind];
  if (parts?.length !== condition.parts.length) throw unreadable();
  condition.parts.forEach((part, index) => {
    const partResult = parts[index];
    if (!partResult) throw unreadable();
    collect(report, part, { result: partResult, matters });
  });
}

function comparisonReport(condition: TypedComparison, result: EngineResult): ComparisonReport {
  const { factResult, valueResult } = result;
  const isOurs = result.fact === condition.fact && result.operator === engineOperator(condition);
  if (!isOurs || factResult === undefined || valueResult === undefined) throw unreadable();
  return {
    fact: condition.fact,
    operator: condition.operator,
    expected: valueResult,
    actual: factResult,
    satisfied: result.result === true,
    undetermined: operatorFor(condition.type, condition.operator)(factResult, valueResult) === 'undetermined',
  };
}

function unreadable(): Error {
  return new Error('The rules engine gave an answer that does not match the conditions');
}
