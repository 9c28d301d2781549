/**
 * The operators of conditions, by the type of the fact (design 3.5). They never throw. Null equals null; an ordered
 * comparison with null on either side is undetermined, and so is any comparison with a value of the wrong type.
 * Undetermined counts as not true, so that doubt refuses.
 */
import { compareDecimals } from '../decimal.js';
import { epochMilliseconds } from '../time.js';
import type { FactType } from './fact.js';

const EQUALITY = ['equal', 'notEqual'] as const;
const MEMBERSHIP = ['in', 'notIn'] as const;
const ORDER = ['lessThan', 'lessThanInclusive', 'greaterThan', 'greaterThanInclusive'] as const;

export const OPERATORS = [...EQUALITY, ...MEMBERSHIP, ...ORDER] as const;
export type OperatorName = (typeof OPERATORS)[number];
export type OrderOperator = (typeof ORDER)[number];

export type Outcome = 'holds' | 'fails' | 'undetermined';
export type Operator = (actual: unknown, expected: unknown) => Outcome;

type Key = string | number | boolean;

interface Kind {
  /** The value in a form that `difference` takes; undefined where it is not of the type. */
  key(value: unknown): Key | undefined;
  /** Negative, zero or positive for two keys of the type. */
  difference(a: Key, b: Key): number;
  ordered: boolean;
}

// A product of two decimals has up to 36 digits before and 20 after the point, more than a stored decimal may have.
const PLAIN_DECIMAL = /^-?\d{1,40}(\.\d{1,40})?$/;

const identical = (a: Key, b: Key) => (a === b ? 0 : 1);
const numeric = (a: Key, b: Key) => Number(a) - Number(b);

const KINDS: Record<FactType, Kind> = {
  text: {
    key: (value) => (typeof value === 'string' ? value : undefined),
    difference: identical,
    ordered: false,
  },
  boolean: {
    key: (value) => (typeof value === 'boolean' ? value : undefined),
    difference: identical,
    ordered: false,
  },
  integer: {
    key: (value) => (Number.isSafeInteger(value) ? (value as number) : undefined),
    difference: numeric,
    ordered: true,
  },
  decimal: {
    key: (value) => (typeof value === 'string' && PLAIN_DECIMAL.test(value) ? value : undefined),
    difference: (a, b) => (a === b ? 0 : compareDecimals(String(a), String(b))),
    ordered: true,
  },
  instant: { key: epochOf, difference: numeric, ordered: true },
};

function epochOf(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  try {
    return epochMilliseconds(value);
  } catch {
    return undefined;
  }
}

export function isOperator(name: unknown): name is OperatorName {
  return (OPERATORS as readonly unknown[]).includes(name);
}

export function isMembership(operator: OperatorName): boolean {
  return operator === 'in' || operator === 'notIn';
}

export function isOrder(operator: OperatorName): operator is OrderOperator {
  return (ORDER as readonly string[]).includes(operator);
}

/** The operators that facts of a type have: text and boolean have no order. */
export function operatorsOf(type: FactType): readonly OperatorName[] {
  return KINDS[type].ordered ? OPERATORS : [...EQUALITY, ...MEMBERSHIP];
}

/** The operator that is true exactly where the given one is false, as far as both are determined. */
export function negationOf(operator: 'equal' | 'in'): OperatorName {
  return operator === 'equal' ? 'notEqual' : 'notIn';
}

/** The operator for `b ... a` that means what `operator` means for `a ... b`. */
export function mirrorOf(operator: OrderOperator): OrderOperator {
  switch (operator) {
    case 'lessThan':
      return 'greaterThan';
    case 'lessThanInclusive':
      return 'greaterThanInclusive';
    case 'greaterThan':
      return 'lessThan';
    case 'greaterThanInclusive':
      return 'lessThanInclusive';
  }
}

/**
 * The comparison that an operator makes for facts of a type.
 * @throws Error where the type has no such operator, which reading a rule rules out.
 */
export function operatorFor(type: FactType, operator: OperatorName): Operator {
  const kind = KINDS[type];
  switch (operator) {
    case 'equal':
      return (actual, expected) => equality(kind, actual, expected);
    case 'notEqual':
      return (actual, expected) => opposite(equality(kind, actual, expected));
    case 'in':
      return (actual, expected) => membership(kind, actual, expected);
    case 'notIn':
      return (actual, expected) => opposite(membership(kind, actual, expected));
    case 'lessThan':
    case 'lessThanInclusive':
    case 'greaterThan':
    case 'greaterThanInclusive':
      if (!kind.ordered) throw new Error(`Facts of type ${type} have no operator ${operator}`);
      return order(kind, operator);
  }
}

function opposite(outcome: Outcome): Outcome {
  if (outcome === 'undetermined') return outcome;
  return outcome === 'holds' ? 'fails' : 'holds';
}

function equality(kind: Kind, actual: unknown, expected: unknown): Outcome {
  const a = actual === null ? null : kind.key(actual);
  const b = expected === null ? null : kind.key(expected);
  if (a === undefined || b === undefined) return 'undetermined';
  if (a === null || b === null) return a === b ? 'holds' : 'fails';
  return kind.difference(a, b) === 0 ? 'holds' : 'fails';
}

function membership(kind: Kind, actual: unknown, expected: unknown): Outcome {
  if (!Array.isArray(expected)) return 'undetermined';
  let found: Outcome = 'fails';
  for (const element of expected) {
    const outcome = equality(kind, actual, element);
    if (outcome === 'undetermined') return outcome;
    if (outcome === 'holds') found = outcome;
  }
  return found;
}

const ACCEPTS: Record<OrderOperator, (difference: number) => boolean> = {
  lessThan: (difference) => difference < 0,
  lessThanInclusive: (difference) => difference <= 0,
  greaterThan: (difference) => difference > 0,
  greaterThanInclusive: (difference) => difference >= 0,
};

function order(kind: Kind, operator: OrderOperator): Operator {
  const accepts = ACCEPTS[operator];
  return (actual, expected) => {
    const a = kind.key(actual);
    const b = kind.key(expected);
    if (a === undefined || b === undefined) return 'undetermined';
    return accepts(kind.difference(a, b)) ? 'holds' : 'fails';
  };
}
