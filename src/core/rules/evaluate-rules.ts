/**
 * Evaluates the rules of one operation on one order's facts (design 3.5). Doubt refuses: a rule that can't be evaluated
 * is a violation, and none is ever left out of the answer.
 */
import { compileRule } from './compile-conditions.js';
import type { CompiledConditions, CompiledRule } from './compile-conditions.js';
import { runEngine } from './engine.js';
import type { ComparisonReport, RuleReport } from './engine.js';
import type { FactRegistry, Facts, FactValue } from './fact.js';
import { findFix } from './find-fix.js';
import { isOrder } from './operators.js';
import type { Outcome } from './operators.js';
import type { RuleViolationCode } from './rule-codes.js';
import type { BrokenRuleFile } from './rule-set.js';
import type { Rule, Severity } from './rule.js';
import type { ConditionReport, Mode, Violation } from './verdict.js';

/** What `appliesTo` is compared with. */
export interface RuleScope {
  facility: string | null;
  product: string | null;
  productGroup: string | null;
}

export interface RulesQuestion {
  /** The operation's rules (`rulesFor` of a rule set). */
  rules: readonly Rule[];
  /** The operation's rule files that were broken when rules were first activated. */
  broken?: readonly BrokenRuleFile[];
  facts: Facts;
  registry: FactRegistry;
  scope: RuleScope;
  /** The operation being evaluated, `Release`: fixes prefer it. */
  operation: string;
  /** Language tag of the messages. */
  language?: string | undefined;
}

export interface RuleViolation {
  violation: Violation;
  severity: Severity;
  mode: Mode;
  /** The rule's id; of a broken file, its path without the ending. */
  rule: string;
}

export interface EvaluatedRule {
  rule: string;
  outcome: 'satisfied' | 'violated' | 'notApplicable';
}

export interface RulesAnswer {
  violations: RuleViolation[];
  /** The facts that the applicable rules read, which is what the decision rests on. */
  factsRead: Record<string, FactValue>;
  /** Every rule that was asked. */
  evaluated: EvaluatedRule[];
}

/** One rule with everything that it looked at, whether it holds or not. */
export interface RuleExplanation {
  rule: string;
  title: string;
  severity: Severity;
  mode: Mode;
  applies: boolean;
  satisfied: boolean;
  /** All conditions, with what was found and whether it is satisfied. */
  conditions: ConditionReport[];
  /** Null where the rule is satisfied or does not apply. */
  violation: Violation | null;
}

/**
 * Says which rules refuse. Where all hold by their compiled conditions, that is the answer; otherwise json-rules-engine
 * evaluates them and explains, and where the two differ the rule is taken as violated.
 */
export async function evaluateRules(question: RulesQuestion): Promise<RulesAnswer> {
  const { rules, broken = [], scope } = question;
  const applicable = rules.filter((rule) => appliesTo(rule, scope));
  const evaluation = evaluateCompiled(applicable, question);
  const violations: RuleViolation[] = [];
  if (evaluation.some(({ outcome }) => outcome !== 'holds')) {
    const examined = await examine(evaluation, question);
    for (const { rule, violation } of examined)
      if (violation !== null) violations.push(ruleViolation(rule, violation));
  }
  const violated = new Set(violations.map(({ rule }) => rule));
  return {
    violations: [...broken.map(brokenViolation), ...violations],
    factsRead: factsRead(evaluation, question),
    evaluated: rules.map((rule) => ({
      rule: rule.id,
      outcome: !applicable.includes(rule)
        ? 'notApplicable'
        : violated.has(rule.id)
          ? 'violated'
          : 'satisfied',
    })),
  };
}

/** Every rule with all of its conditions; always by json-rules-engine. Broken files come first. */
export async function explainRules(question: RulesQuestion): Promise<RuleExplanation[]> {
  const { rules, broken = [], scope } = question;
  const examined = await examine(evaluateCompiled(rules, question), question);
  const explanations = examined.map(({ rule, report, violation }): RuleExplanation => {
    const applies = appliesTo(rule, scope);
    const { id, title, severity, mode } = rule;
    return {
      rule: id,
      title,
      severity,
      mode,
      applies,
      satisfied: violation === null,
      conditions:
        report?.comparisons.map((comparison) => ({
          ...shownComparison(comparison),
          satisfied: comparison.satisfied,
        })) ?? [],
      violation: applies ? violation : null,
    };
  });
  return [...broken.map(brokenExplanation), ...explanations];
}

interface Evaluated {
  rule: Rule;
  compiled: CompiledRule;
  outcome: Outcome;
}

interface Examined {
  rule: Rule;
  report: RuleReport | null;
  violation: Violation | null;
}

function appliesTo({ appliesTo: scopes }: Rule, scope: RuleScope): boolean {
  if (!scopes) return true;
  return (['facility', 'product', 'productGroup'] as const).every((key) => {
    const value = scope[key];
    return scopes[key] === undefined || (value !== null && scopes[key].includes(value));
  });
}

function evaluateCompiled(rules: readonly Rule[], { facts, registry }: RulesQuestion): Evaluated[] {
  return rules.map((rule) => {
    const compiled = compileRule(rule, registry);
    return { rule, compiled, outcome: compiled.ok ? compiled.evaluate(facts) : 'undetermined' };
  });
}

/** Has json-rules-engine evaluate the rules, and says for each whether it is violated. */
async function examine(evaluated: Evaluated[], question: RulesQuestion): Promise<Examined[]> {
  const compiled = evaluated.map((one) => one.compiled).filter((one) => one.ok);
  const facts = factsRead(evaluated, question);
  const reports = await engineReports(compiled, facts);
  return evaluated.map((one): Examined => {
    if (!one.compiled.ok) {
      const reasons = one.compiled.problems.map(({ message }) => message).join('; ');
      return { rule: one.rule, report: null, violation: doubt(one.rule, reasons) };
    }
    if (!reports.ok) return { rule: one.rule, report: null, violation: doubt(one.rule, reports.reason) };
    const report = reports.reports.get(one.compiled) ?? null;
    const fixable = { compiled: one.compiled, evaluated, facts, question };
    return { rule: one.rule, report, violation: judge(one, report, fixable) };
  });
}

type EngineReports =
  { ok: true; reports: Map<CompiledConditions, RuleReport> } | { ok: false; reason: string };

async function engineReports(
  compiled: CompiledConditions[],
  facts: Record<string, FactValue>,
): Promise<EngineReports> {
  try {
    const reports = await runEngine(
      compiled.map((one) => one.conditions),
      facts,
    );
    const byRule = new Map<CompiledConditions, RuleReport>();
    compiled.forEach((one, index) => {
      const report = reports[index];
      if (report) byRule.set(one, report);
    });
    return { ok: true, reports: byRule };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

interface Fixable {
  compiled: CompiledConditions;
  evaluated: Evaluated[];
  facts: Record<string, FactValue>;
  question: RulesQuestion;
}

function judge({ rule, outcome }: Evaluated, report: RuleReport | null, fixable: Fixable): Violation | null {
  if (report === null) return doubt(rule, 'the rules engine gave no answer');
  if (report.satisfied !== (outcome === 'holds')) {
    return doubt(rule, 'the rules engine and the compiled conditions give different answers');
  }
  if (report.satisfied) return null;
  const mistyped = outcome === 'undetermined' ? report.failing.find(isMistyped) : undefined;
  if (mistyped) {
    const values = `${JSON.stringify(mistyped.actual)} ${mistyped.operator} ${JSON.stringify(mistyped.expected)}`;
    const reason = `a value of the comparison ${mistyped.fact}: ${values} is not of the fact's type`;
    return doubt(rule, reason, report.failing.map(shownComparison));
  }
  const code: RuleViolationCode = outcome === 'undetermined' ? 'OW_RULE_UNDETERMINED' : 'OW_RULE_REFUSED';
  return {
    code,
    rule: rule.id,
    title: rule.title,
    message: fillMessage(rule, fixable.question),
    conditions: report.failing.map(shownComparison),
    fix: fixFor(fixable),
  };
}

/** Undetermined, but not because a value is not there. */
function isMistyped({ operator, undetermined, actual, expected }: ComparisonReport): boolean {
  return undetermined && !(isOrder(operator) && (actual === null || expected === null));
}

function fixFor({ compiled, evaluated, facts, question }: Fixable) {
  const { registry, operation, scope } = question;
  const holding = evaluated
    .filter((one) => one.outcome === 'holds' && appliesTo(one.rule, scope))
    .map((one) => one.compiled)
    .filter((one) => one.ok);
  return findFix({ violated: compiled, holding, facts, registry, operation });
}

function shownComparison({ fact, operator, expected, actual }: ComparisonReport): ConditionReport {
  return { fact, operator, expected, actual };
}

function fillMessage(rule: Rule, { facts, registry, language }: RulesQuestion): string {
  const { message, messages = {} } = rule;
  const text =
    language === undefined
      ? message
      : (messages[language] ?? messages[language.split('-')[0] ?? ''] ?? message);
  return text.replace(/\{([^{}]*)\}/g, (placeholder, name: string) => {
    return registry.has(name) ? String(facts[name] ?? 'none') : placeholder;
  });
}

function doubt(rule: Rule, reason: string, conditions: ConditionReport[] = []): Violation {
  return {
    code: 'OW_RULE_EVALUATION' satisfies RuleViolationCode,
    rule: rule.id,
    title: rule.title,
    message: `Rule ${rule.id} can't be evaluated, so it counts as violated: ${reason}.`,
    conditions,
    fix: [],
  };
}

function ruleViolation({ id, severity, mode }: Rule, violation: Violation): RuleViolation {
  return { violation, severity, mode, rule: id };
}

function brokenViolation({ file, problems }: BrokenRuleFile): RuleViolation {
  const rule = file.replace(/\.json$/, '');
  const listed = problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
  const violation: Violation = {
    code: 'OW_RULE_BROKEN' satisfies RuleViolationCode,
    rule,
    title: 'A rule file is broken',
    message: `Rule file ${file} could not be read when rules were first activated: ${listed}\nMaybe correct or remove the file.`,
    conditions: [],
    fix: [],
  };
  return { violation, severity: 'refuse', mode: 'enforce', rule };
}

function brokenExplanation(broken: BrokenRuleFile): RuleExplanation {
  const { rule, violation, severity, mode } = brokenViolation(broken);
  const { title } = violation;
  return { rule, title, severity, mode, applies: true, satisfied: false, conditions: [], violation };
}

function factsRead(evaluated: Evaluated[], { facts }: RulesQuestion): Record<string, FactValue> {
  const read: Record<string, FactValue> = {};
  for (const { compiled } of evaluated) {
    for (const name of compiled.ok ? compiled.facts : []) read[name] = facts[name] ?? null;
  }
  return read;
}
