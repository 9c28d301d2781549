/**
 * What would make a violated rule hold: a smallest set of changeable facts, each with the value wanted and the operation
 * that changes it, verified by evaluating again (design 3.5). A proposal never breaks a rule that holds now.
 */
import { add, isDecimal, subtract } from '../decimal.js';
import { epochMilliseconds, instantOf } from '../time.js';
import { failingComparisons } from './compile-conditions.js';
import type { CompiledConditions } from './compile-conditions.js';
import type { FactRegistry, FactType, FactValue } from './fact.js';
import { isOrder, mirrorOf } from './operators.js';
import type { OperatorName, OrderOperator } from './operators.js';
import type { TypedComparison } from './typed-conditions.js';
import type { Fix } from './verdict.js';

/** Facts changed together, at most; and sets tried, so that a long list of values can't hold up an answer. */
const MAXIMUM_CHANGES = 3;
const MAXIMUM_TRIES = 2000;

export interface FixQuestion {
  /** The conditions of the violated rule. */
  violated: CompiledConditions;
  /** Those of the operation's other rules that hold, and must go on holding. */
  holding: readonly CompiledConditions[];
  facts: Record<string, FactValue>;
  registry: FactRegistry;
  /** The operation being evaluated, `Release`: preferred where it can change the fact itself. */
  operation: string;
}

/** The first smallest fix in the order of the conditions; empty where none is found. */
export function findFix(question: FixQuestion): Fix[] {
  const { violated, facts } = question;
  const failing = failingComparisons(violated.conditions, facts);
  const changes = distinct(failing.flatMap((comparison) => changesFor(comparison, question)));
  let tries = 0;
  for (let size = 1; size <= Math.min(MAXIMUM_CHANGES, changes.length); size++) {
    for (const chosen of subsets(changes, size)) {
      tries += 1;
      if (tries > MAXIMUM_TRIES) return [];
      if (isFix(chosen, question)) return chosen.map((change) => fixOf(change, question));
    }
  }
  return [];
}

interface Change {
  fact: string;
  value: FactValue;
}

function isFix(changes: Change[], { violated, holding, facts }: FixQuestion): boolean {
  const changed = { ...facts };
  for (const { fact, value } of changes) changed[fact] = value;
  return (
    violated.evaluate(changed) === 'holds' && holding.every((rule) => rule.evaluate(changed) === 'holds')
  );
}

function fixOf({ fact, value }: Change, { registry, operation }: FixQuestion): Fix {
  // Every change comes from a fact that some operation changes.
  return { fact, value, operation: operationChanging(fact, registry, operation) ?? operation };
}

/** Create changes nothing of an order that is there already: it is a fix of itself only. */
const CREATE = 'Create';

/** The operation that changes a fact: the one that is evaluated where it can, else the usual one; null where none. */
function operationChanging(fact: string, registry: FactRegistry, operation: string): string | null {
  const changedBy = registry.get(fact)?.changedBy ?? 'fixed';
  if (changedBy === 'fixed') return null;
  if (changedBy.includes(operation)) return operation;
  return changedBy.find((candidate) => candidate !== CREATE) ?? null;
}

/** Sets of changes of different facts, in the order of the list. */
function* subsets(changes: Change[], size: number, from = 0): Generator<Change[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let index = from; index <= changes.length - size; index++) {
    const first = changes[index];
    if (!first) return;
    for (const others of subsets(changes, size - 1, index + 1)) {
      if (!others.some((other) => other.fact === first.fact)) yield [first, ...others];
    }
  }
}

function distinct(changes: Change[]): Change[] {
  return [
    ...new Map(changes.map((change) => [JSON.stringify([change.fact, change.value]), change])).values(),
  ];
}

/** The single changes that make a failing comparison true: of the fact itself, then of the fact it is compared with. */
function changesFor(comparison: TypedComparison, { facts, registry, operation }: FixQuestion): Change[] {
  const { fact, type, operator, operand } = comparison;
  const actual = facts[fact] ?? null;
  const changes: Change[] = [];
  if (operationChanging(fact, registry, operation) !== null) {
    const bounds =
      operand.kind === 'list'
        ? operand.values
        : [operand.kind === 'fact' ? (facts[operand.fact] ?? null) : operand.value];
    for (const value of valuesFor({ type, operator, bounds })) changes.push({ fact, value });
  }
  if (operand.kind === 'fact' && operationChanging(operand.fact, registry, operation) !== null) {
    const mirrored = isOrder(operator) ? mirrorOf(operator) : operator;
    const other = { type, operator: mirrored, bounds: [actual] };
    for (const value of valuesFor(other)) changes.push({ fact: operand.fact, value });
  }
  return changes;
}

interface Wanted {
  type: FactType;
  operator: OperatorName;
  bounds: FactValue[];
}

function valuesFor({ type, operator, bounds }: Wanted): FactValue[] {
  switch (operator) {
    case 'equal':
    case 'in':
      return bounds;
    case 'notEqual':
    case 'notIn':
      return type === 'boolean' ? [true, false].filter((value) => !bounds.includes(value)) : [];
    case 'lessThan':
    case 'lessThanInclusive':
    case 'greaterThan':
    case 'greaterThanInclusive':
      return bounds.filter((bound) => bound !== null).flatMap((bound) => valueBeside(type, operator, bound));
  }
}

/** The bound itself, or the value one unit or second beside it; none where that is not a value to propose. */
function valueBeside(type: FactType, operator: OrderOperator, bound: string | number | boolean): FactValue[] {
  const steps = { lessThan: -1, lessThanInclusive: 0, greaterThanInclusive: 0, greaterThan: 1 }[operator];
  if (typeof bound === 'number') return notBelowZero(bound + steps, bound) ? [bound + steps] : [];
  if (typeof bound !== 'string') return [];
  if (type === 'instant') return steps === 0 ? [bound] : [instantOf(epochMilliseconds(bound) + steps * 1000)];
  const value = steps === 0 ? bound : steps < 0 ? subtract(bound, '1') : add(bound, '1');
  return isDecimal(value) && notBelowZero(Number(value), Number(bound)) ? [value] : [];
}

/** Counts and quantities don't go below zero, unless the bound already does. */
function notBelowZero(value: number, bound: number): boolean {
  return value >= 0 || bound < 0;
}
