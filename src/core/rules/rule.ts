/** A rule: one admin-editable precondition, the content of one file under `rules/<operation>/` (design 3.5). */
import type { FactValue } from './fact.js';
import type { OperatorName } from './operators.js';
import type { Mode } from './verdict.js';

export const SEVERITIES = ['refuse', 'warn'] as const;
/** What a violation does to the operation: refuse it, or only warn. */
export type Severity = (typeof SEVERITIES)[number];

/** What a fact is compared with: a value, a list of values, or the value of another fact. */
export type ConditionValue = FactValue | FactValue[] | { fact: string };

/** One comparison, as it is written in the file. */
export interface Comparison {
  fact: string;
  operator: OperatorName;
  value: ConditionValue;
}

/** What must be true to proceed: json-rules-engine's own format, less what design 3.5 rejects. */
export type Condition = { all: Condition[] } | { any: Condition[] } | { not: Comparison } | Comparison;

/** Facts and the verdict that the rule must give on them; a fact that is not named is null. */
export interface RuleExample {
  facts: Record<string, FactValue>;
  verdict: 'allowed' | 'refused';
}

/** Where a rule applies: every list that is given must contain the order's value. */
export interface RuleScopes {
  facility?: string[];
  product?: string[];
  productGroup?: string[];
}

export interface Rule {
  /** `<operation>/<claim>`. */
  id: string;
  /** The operation's word, which is the name of the folder. */
  operation: string;
  title: string;
  severity: Severity;
  mode: Mode;
  /** Text with `{fact}` for values. */
  message: string;
  /** The message by language. */
  messages?: Record<string, string>;
  appliesTo?: RuleScopes;
  /** As written: values are given their types against the registry when the rule is compiled. */
  conditions: Condition;
  examples: RuleExample[];
  /** The file's path below the rules folder, `release/planned-start-before-planned-end.json`. */
  file: string;
  /** The file's full text, byte for byte. */
  text: string;
}

/** A rule file as it was found. */
export interface RuleFile {
  /** The path below the rules folder, with `/`. */
  file: string;
  text: string;
}
