/** The answer to a host operation: allowed or refused, with every reason (design section 4). */
import type { JsonValue } from '../json.js';

/** One condition with the value that was found. */
export interface ConditionReport {
  fact: string;
  operator: string;
  /** The value wanted; for a comparison with another fact, that fact's value. */
  expected: JsonValue;
  actual: JsonValue;
  /** Only in `rules explain`, which also lists what held. */
  satisfied?: boolean;
}

/** A change that would make the violated rule hold: this value of this fact, by this operation. */
export interface Fix {
  fact: string;
  value: JsonValue;
  operation: string;
}

/** One reason why an operation is refused, or would be. */
export interface Violation {
  code: string;
  /** Null where the state model or an operation itself refuses. */
  rule: string | null;
  title: string;
  message: string;
  conditions: ConditionReport[];
  fix: Fix[];
  /** Where the state model refuses: the state, and what it allows. */
  state?: string;
  universalState?: string;
  allowedOperations?: string[];
}

export type Mode = 'enforce' | 'observe';

export interface VerdictRow {
  name: string;
  allowed: boolean;
  mode: Mode;
  /** The state the order is in when the answer is given; null where the order is unknown. */
  state: string | null;
  violations: Violation[];
  warnings: Violation[];
}

/** `Row` is a verdict row, with what an operation adds to it. */
export interface Verdict<Row extends VerdictRow = VerdictRow> {
  requestId: string;
  ruleSet: string;
  orders: Row[];
}

/** An operation's or a plugin's own reason to refuse, which no rule file and no override can lift. */
export function refusal(code: string, title: string, message: string): Violation {
  return { code, rule: null, title, message, conditions: [], fix: [] };
}
