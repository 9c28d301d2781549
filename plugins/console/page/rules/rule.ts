/** Rules as the API answers them. Pure. */
import type { ConditionReport, Violation } from '../shell/verdict.js';

export interface RuleCounts {
  asked: number;
  refused: number;
  warned: number;
}

export interface ListedRule {
  id: string;
  operation: string;
  title: string | null;
  severity: 'refuse' | 'warn' | null;
  mode: 'enforce' | 'observe' | null;
  file: string;
  state: 'active' | 'vanished' | 'broken';
  problem: string | null;
  writable: boolean;
  verdicts: RuleCounts | null;
}

export interface RuleList {
  ruleSet: string;
  /** Whether there may be new ones. */
  takesNew: boolean;
  verdicts: { since: string | null; count: number };
  rules: ListedRule[];
}

export interface ShownRule {
  id: string;
  operation: string;
  file: string;
  state: ListedRule['state'];
  problem: string | null;
  writable: boolean;
  ruleSet: string;
  /** As it is in force; null for a file that never was. */
  text: string | null;
  fileText: string | null;
}

export interface RuleVersion {
  ruleSet: string;
  at: string;
  author: string;
  source: string;
  reason: string | null;
  change: 'added' | 'changed' | 'removed';
}

export interface Fact {
  name: string;
  type: string;
  unit: string | null;
  meaning: string;
  changedBy: string[] | 'fixed';
  source: string | null;
}

export interface Vocabulary {
  facts: Fact[];
  operators: { name: string; types: string[] }[];
  operations: { word: string; name: string; entity: 'ProductionOrder' | 'Material'; title: string }[];
}

export interface Problem {
  path: string;
  code: string;
  message: string;
}

export interface TriedCondition extends ConditionReport {
  satisfied: boolean;
}

export interface TriedExample {
  index: number;
  verdict: 'allowed' | 'refused' | null;
  given: 'allowed' | 'refused' | null;
  conditions: TriedCondition[];
}

export interface CheckedText {
  id: string | null;
  ok: boolean;
  problems: Problem[];
  moreProblems: number;
  examples: TriedExample[];
}

/** One rule as it was asked about an order or material. */
export interface Explanation {
  rule: string;
  title: string;
  severity: string;
  mode: string;
  applies: boolean;
  satisfied: boolean;
  conditions: TriedCondition[];
  violation: Violation | null;
}

/** What a new rule begins as. */
export function newRuleText(operation: string): string {
  const rule = {
    $schema: '../rule.schema.json',
    id: `${operation}/`,
    title: '',
    severity: 'refuse',
    mode: 'observe',
    message: '',
    conditions: { all: [{ fact: '', operator: 'equal', value: '' }] },
    examples: [
      { facts: {}, verdict: 'allowed' },
      { facts: {}, verdict: 'refused' },
    ],
  };
  return `${JSON.stringify(rule, null, 2)}\n`;
}

/** What the text calls its examples, by their places; nothing where it can't be read. */
export function exampleDescriptions(text: string): (string | null)[] {
  try {
    const { examples } = JSON.parse(text) as { examples?: unknown };
    if (!Array.isArray(examples)) return [];
    return examples.map((example) => {
      const { description } = (example ?? {}) as { description?: unknown };
      return typeof description === 'string' ? description : null;
    });
  } catch {
    return [];
  }
}
