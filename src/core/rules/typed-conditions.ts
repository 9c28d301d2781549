/**
 * Conditions with their types: what is written in a file, checked against the fact registry and brought to one form.
 * Decimals and instants become canonical; `not` becomes the opposite operator, so that an undetermined comparison is
 * never turned into a true one.
 */
import { DecimalError, parseDecimal } from '../decimal.js';
import type { Problem } from '../problem.js';
import { parseInstant, TimeError } from '../time.js';
import type { FactDefinition, FactRegistry, FactType, FactValue } from './fact.js';
import { childPath } from '../json-path.js';
import type { OperatorName } from './operators.js';
import { isMembership, isOperator, isOrder, negationOf, OPERATORS, operatorsOf } from './operators.js';
import type { RuleFileCode } from './rule-codes.js';

/** Groups in groups: deeper than this, nobody can read it. */
export const MAXIMUM_NESTING = 20;

export type Operand =
  | { kind: 'literal'; value: FactValue }
  | { kind: 'list'; values: FactValue[] }
  | { kind: 'fact'; fact: string };

export interface TypedComparison {
  kind: 'comparison';
  fact: string;
  type: FactType;
  operator: OperatorName;
  operand: Operand;
}

export interface TypedGroup {
  kind: 'all' | 'any';
  parts: TypedCondition[];
}

export type TypedCondition = TypedGroup | TypedComparison;

export type TypedConditions = { ok: true; conditions: TypedCondition } | { ok: false; problems: Problem[] };

/**
 * Gives written conditions their types, or says everything that keeps them from having one; nothing is said where the
 * shape alone is wrong, which is the schema's to say.
 */
export function typeConditions(written: unknown, registry: FactRegistry): TypedConditions {
  const reader: Reader = { registry, problems: [] };
  const conditions = readCondition(reader, written, { path: '$.conditions', depth: 1 });
  if (conditions !== null && reader.problems.length === 0) return { ok: true, conditions };
  return { ok: false, problems: reader.problems };
}

/**
 * A value in its canonical form: decimals and instants as strings, null as it is.
 * @throws TypeError where the value is not of the type; the message says what is wanted.
 */
export function typedValue(type: FactType, value: unknown): FactValue {
  if (value === null) return null;
  switch (type) {
    case 'text':
      if (typeof value === 'string') return value;
      break;
    case 'boolean':
      if (typeof value === 'boolean') return value;
      break;
    case 'integer':
      if (Number.isSafeInteger(value)) return value as number;
      break;
    case 'decimal':
      if (typeof value === 'string' || typeof value === 'number') return typedDecimal(String(value));
      break;
    case 'instant':
      if (typeof value === 'string') return typedInstant(value);
      break;
  }
  throw new TypeError(`${shown(value)} is not of type ${type}`);
}

/** The names of all facts that the conditions read, in the order in which they stand. */
export function factsOf(conditions: TypedCondition): string[] {
  if (conditions.kind !== 'comparison') return conditions.parts.flatMap(factsOf);
  const { fact, operand } = conditions;
  return operand.kind === 'fact' ? [fact, operand.fact] : [fact];
}

/** All comparisons, in the order in which they stand. */
export function comparisonsOf(conditions: TypedCondition): TypedComparison[] {
  return conditions.kind === 'comparison' ? [conditions] : conditions.parts.flatMap(comparisonsOf);
}

interface Reader {
  registry: FactRegistry;
  problems: Problem[];
}

interface Place {
  path: string;
  depth: number;
}

function report(reader: Reader, code: RuleFileCode, path: string, message: string): null {
  reader.problems.push({ path, code, message });
  return null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function has(value: Record<string, unknown>, key: string): boolean {
  return Object.hasOwn(value, key);
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}

function typedDecimal(text: string): string {
  try {
    return parseDecimal(text);
  } catch (error) {
    throw error instanceof DecimalError ? new TypeError(error.message) : error;
  }
}

function typedInstant(text: string): string {
  try {
    return parseInstant(text);
  } catch (error) {
    throw error instanceof TimeError ? new TypeError(error.message) : error;
  }
}

// Where the shape itself is wrong, the schema says so; here null only means that there is nothing to go on with.
function readCondition(reader: Reader, written: unknown, place: Place): TypedCondition | null {
  if (!isObject(written)) return null;
  if (place.depth > MAXIMUM_NESTING) {
    const message = `Conditions are nested at most ${MAXIMUM_NESTING} deep`;
    return report(reader, 'OW_RULE_TOO_DEEP', place.path, message);
  }
  const forms = (['all', 'any', 'not', 'fact'] as const).filter((form) => has(written, form));
  if (forms.length > 1) {
    const message = `A condition is one of all, any, not and a comparison; this one has ${forms.join(' and ')}`;
    return report(reader, 'OW_RULE_SCHEMA', place.path, message);
  }
  const [form] = forms;
  if (form === 'all' || form === 'any')
    return readGroup(reader, { kind: form, written: written[form] }, place);
  if (form === 'not') return readNot(reader, written.not, childPath(place.path, 'not'));
  return readComparison(reader, written, place.path);
}

function readGroup(
  reader: Reader,
  group: { kind: 'all' | 'any'; written: unknown },
  place: Place,
): TypedCondition | null {
  const path = childPath(place.path, group.kind);
  if (!Array.isArray(group.written)) return null;
  if (group.written.length === 0) {
    return report(reader, 'OW_RULE_EMPTY_GROUP', path, `An empty "${group.kind}" decides nothing`);
  }
  const parts = group.written.map((part, index) =>
    readCondition(reader, part, { path: childPath(path, index), depth: place.depth + 1 }),
  );
  return parts.every((part) => part !== null) ? { kind: group.kind, parts } : null;
}

function readNot(reader: Reader, written: unknown, path: string): TypedCondition | null {
  const only = 'A "not" stands only around one comparison with equal or in';
  if (!isObject(written)) return null;
  if (has(written, 'all') || has(written, 'any') || has(written, 'not')) {
    return report(reader, 'OW_RULE_NOT', path, `${only}\nMaybe turn the conditions inside it round instead`);
  }
  const { operator } = written;
  if (isOperator(operator) && operator !== 'equal' && operator !== 'in') {
    return report(reader, 'OW_RULE_NOT', childPath(path, 'operator'), `${only}, not with ${operator}`);
  }
  const comparison = readComparison(reader, written, path);
  if (comparison === null) return null;
  return { ...comparison, operator: negationOf(comparison.operator === 'in' ? 'in' : 'equal') };
}

function readComparison(
  reader: Reader,
  written: Record<string, unknown>,
  path: string,
): TypedComparison | null {
  const { fact, operator, value } = written;
  const definition = typeof fact === 'string' ? findFact(reader, fact, childPath(path, 'fact')) : null;
  const known =
    typeof operator === 'string' ? findOperator(reader, operator, childPath(path, 'operator')) : null;
  if (definition === null || known === null || !has(written, 'value')) return null;
  if (!operatorsOf(definition.type).includes(known)) {
    const message = `${definition.name} is of type ${definition.type}, which has no order: ${known} can't compare it`;
    return report(reader, 'OW_RULE_OPERATOR_TYPE', childPath(path, 'operator'), message);
  }
  const operand = readOperand(reader, { definition, operator: known, value }, childPath(path, 'value'));
  if (operand === null) return null;
  return { kind: 'comparison', fact: definition.name, type: definition.type, operator: known, operand };
}

function findFact(reader: Reader, name: string, path: string): FactDefinition | null {
  return (
    reader.registry.get(name) ??
    report(reader, 'OW_RULE_UNKNOWN_FACT', path, unknownFact(name, reader.registry))
  );
}

/** Says that a fact is unknown, with the registered one that looks most like it. */
export function unknownFact(name: string, registry: FactRegistry): string {
  const { byLetters, byLastWord } = similarNames(registry);
  const similar = byLetters.get(name.toLowerCase()) ?? byLastWord.get(lastWord(name));
  return `No fact is called ${shown(name)}` + (similar === undefined ? '' : `\nMaybe ${similar} is meant`);
}

interface SimilarNames {
  byLetters: ReadonlyMap<string, string>;
  byLastWord: ReadonlyMap<string, string>;
}

/** A file may name thousands of facts that do not exist, and each is looked for. */
const similarOf = new WeakMap<FactRegistry, SimilarNames>();

function similarNames(registry: FactRegistry): SimilarNames {
  let similar = similarOf.get(registry);
  if (similar === undefined) {
    const names = [...registry.keys()].reverse();
    similar = {
      byLetters: new Map(names.map((name) => [name.toLowerCase(), name])),
      byLastWord: new Map(names.map((name) => [lastWord(name), name])),
    };
    similarOf.set(registry, similar);
  }
  return similar;
}

function lastWord(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

function findOperator(reader: Reader, name: string, path: string): OperatorName | null {
  if (isOperator(name)) return name;
  const message = `${shown(name)} is not an operator. Operators are ${OPERATORS.join(', ')}`;
  return report(reader, 'OW_RULE_UNKNOWN_OPERATOR', path, message);
}

interface WrittenValue {
  definition: FactDefinition;
  operator: OperatorName;
  value: unknown;
}

function readOperand(reader: Reader, written: WrittenValue, path: string): Operand | null {
  const { definition, operator, value } = written;
  if (isMembership(operator)) return readList(reader, written, path);
  if (isObject(value)) return readFactOperand(reader, written, path);
  if (value === null && isOrder(operator)) {
    const message = `${operator} can't compare with null: it would never hold`;
    return report(reader, 'OW_RULE_VALUE_TYPE', path, message);
  }
  const literal = readLiteral(reader, { type: definition.type, value }, path);
  return literal === undefined ? null : { kind: 'literal', value: literal };
}

function readList(reader: Reader, written: WrittenValue, path: string): Operand | null {
  const { definition, operator, value } = written;
  if (!Array.isArray(value) || value.length === 0) {
    const message = `${operator} needs a list of at least one value of type ${definition.type}`;
    return report(reader, 'OW_RULE_VALUE_TYPE', path, message);
  }
  const values = value.map((element: unknown, index) => {
    const place = childPath(path, index);
    if (element !== null) return readLiteral(reader, { type: definition.type, value: element }, place);
    report(
      reader,
      'OW_RULE_VALUE_TYPE',
      place,
      'A list has no null\nMaybe add a condition with equal and null',
    );
    return undefined;
  });
  return values.every((element) => element !== undefined) ? { kind: 'list', values } : null;
}

function readFactOperand(reader: Reader, written: WrittenValue, path: string): Operand | null {
  const { definition } = written;
  const name = (written.value as Record<string, unknown>).fact;
  if (typeof name !== 'string') return null;
  const other = findFact(reader, name, childPath(path, 'fact'));
  if (other === null) return null;
  if (other.type === definition.type) return { kind: 'fact', fact: name };
  const message = `${definition.name} is of type ${definition.type} and ${name} of type ${other.type}: they can't be compared`;
  return report(reader, 'OW_RULE_VALUE_TYPE', childPath(path, 'fact'), message);
}

function readLiteral(
  reader: Reader,
  written: { type: FactType; value: unknown },
  path: string,
): FactValue | undefined {
  try {
    return typedValue(written.type, written.value);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    report(reader, 'OW_RULE_VALUE_TYPE', path, error.message);
    return undefined;
  }
}
