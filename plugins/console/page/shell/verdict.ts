/** Verdicts as every door answers them. Pure. */

export interface ConditionReport {
  fact: string;
  operator: string;
  expected: unknown;
  actual: unknown;
}

export interface Fix {
  fact: string;
  value: unknown;
  operation: string;
}

export interface Violation {
  code: string;
  rule: string | null;
  title: string;
  message: string;
  conditions: ConditionReport[];
  fix: Fix[];
}

export interface Blocked {
  operation: string;
  violations: Violation[];
}

/** A row of a verdict about orders. */
export interface VerdictRow {
  name: string;
  allowed: boolean;
  mode: string;
  state: string | null;
  violations: Violation[];
  warnings: Violation[];
  /** What plugins did in their Post hooks, by their names. */
  effects?: Record<string, { text?: string }>;
}

export interface OrderVerdict {
  requestId: string;
  ruleSet: string;
  orders: VerdictRow[];
}
