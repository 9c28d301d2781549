/**
 * Reads a rule file: its text becomes a rule, or a list of everything that is wrong with it, each with its JSON path
 * (design 3.5). A rule is only what its examples say it is, so they are run.
 */
import { Ajv } from 'ajv';
import type { ErrorObject, ValidateFunction } from 'ajv';
import ruleSchema from '../../../rules/rule.schema.json' with { type: 'json' };
import type { Problem } from '../problem.js';
import type { CompiledConditions } from './compile-conditions.js';
import { compileConditions, failingComparisons } from './compile-conditions.js';
import { completeFacts } from './fact.js';
import type { FactRegistry, FactValue } from './fact.js';
import { childPath, pathOfPointer } from '../json-path.js';
import type { RuleFileCode } from './rule-codes.js';
import type { Rule, RuleExample, RuleFile } from './rule.js';
import { factsOf, MAXIMUM_NESTING, typeConditions, typedValue, unknownFact } from './typed-conditions.js';

export type ReadRule = { ok: true; rule: Rule } | { ok: false; problems: Problem[] };

/** The digits that a JSON number is sure to keep; more have to be written as a string (design section 1). */
const SIGNIFICANT_DIGITS = 15;
/** A group is two levels of JSON; the rest of the file is a few more. */
const MAXIMUM_JSON_DEPTH = 2 * MAXIMUM_NESTING + 10;

/**
 * Reads, checks and tries one rule file.
 * @param operations The words of all operations, where they are known: a rule in any other folder is refused.
 */
export function readRule(file: RuleFile, registry: FactRegistry, operations?: ReadonlySet<string>): ReadRule {
  const json = parseJson(file.text);
  if (!json.ok) return json;
  const found: Found = { registry, problems: [...json.problems] };
  checkPlace(found, json.document, { file: file.file, operations });
  const conditions = checkConditions(found, json.document.conditions);
  checkMessages(found, json.document);
  const examples = checkExamples(found, json.document.examples);
  addShapeProblems(found, json.document);
  if (conditions !== null && found.problems.length === 0) runExamples(found, conditions, examples);
  if (found.problems.length > 0) return { ok: false, problems: found.problems };
  return { ok: true, rule: ruleFrom(json.document, file) };
}

/**
 * The rule of a file that was read before, from its text alone: neither checked nor tried again.
 * @throws SyntaxError where the text is not JSON.
 */
export function rebuildRule(file: RuleFile): Rule {
  const document = JSON.parse(file.text) as Document;
  return ruleFrom(document, file);
}

/** The word of the operation that a rule file belongs to: its folder. */
export function operationOf(file: string): string {
  return file.split('/')[0] ?? '';
}

type Document = Record<string, unknown>;

interface Found {
  registry: FactRegistry;
  problems: Problem[];
}

function report(found: Found, code: RuleFileCode, path: string, message: string): void {
  found.problems.push({ path, code, message });
}

function isObject(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function ruleFrom(document: Document, { file, text }: RuleFile): Rule {
  const written = document as unknown as Rule;
  const { id, title, severity, mode, message, messages, appliesTo, conditions, examples } = written;
  return {
    id,
    operation: operationOf(file),
    title,
    severity,
    mode,
    message,
    ...(messages && { messages }),
    ...(appliesTo && { appliesTo }),
    conditions,
    examples: examples.map(({ facts, verdict }) => ({ facts, verdict })),
    file,
    text,
  };
}

type ParsedJson = { ok: true; document: Document; problems: Problem[] } | { ok: false; problems: Problem[] };

function parseJson(text: string): ParsedJson {
  const imprecise: string[] = [];
  let document: unknown;
  try {
    document = JSON.parse(text, (_key, value: unknown, context?: { source?: string }) => {
      const source = context?.source ?? '';
      if (typeof value !== 'number' || significantDigits(source) <= SIGNIFICANT_DIGITS) return value;
      imprecise.push(source);
      return new ImpreciseNumber(source);
    });
  } catch (error) {
    const reason = error instanceof RangeError ? 'it is nested too deeply' : messageOf(error);
    return notRead('OW_RULE_NOT_JSON', `The file can't be read as JSON: ${reason}`);
  }
  if (!isObject(document)) return notRead('OW_RULE_SCHEMA', 'A rule file is one JSON object');
  const depth = depthOf(document);
  if (depth > MAXIMUM_JSON_DEPTH) {
    return notRead('OW_RULE_TOO_DEEP', `Conditions are nested at most ${MAXIMUM_NESTING} deep`);
  }
  const problems = imprecise.length === 0 ? [] : settleNumbers(document, '$');
  return { ok: true, document, problems };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function notRead(code: RuleFileCode, message: string): ParsedJson {
  return { ok: false, problems: [{ path: '$', code, message }] };
}

/** Stands for a number that can't be held exactly until its path is known. */
class ImpreciseNumber {
  constructor(readonly source: string) {}
}

function significantDigits(source: string): number {
  const mantissa = source.split(/e/i)[0] ?? '';
  return mantissa.replace(/[-.]/g, '').replace(/^0+/, '').replace(/0+$/, '').length;
}

function depthOf(value: unknown): number {
  let depth = 0;
  let level: unknown[] = [value];
  while (level.length > 0) {
    depth += 1;
    level = level
      .filter((part) => typeof part === 'object' && part !== null)
      .flatMap((part) => Object.values(part as Document));
  }
  return depth;
}

/** Puts plain numbers back in place of the imprecise ones and reports each. */
function settleNumbers(holder: Document | unknown[], path: string): Problem[] {
  return Object.entries(holder).flatMap(([key, value]: [string, unknown]) => {
    const place = childPath(path, Array.isArray(holder) ? Number(key) : key);
    if (value instanceof ImpreciseNumber) {
      (holder as Document)[key] = Number(value.source);
      const message = `${value.source} has more than ${SIGNIFICANT_DIGITS} significant digits\nMaybe write it as a string: "${value.source}"`;
      return [{ path: place, code: 'OW_RULE_NUMBER', message }];
    }
    return isObject(value) || Array.isArray(value) ? settleNumbers(value, place) : [];
  });
}

function checkPlace(
  found: Found,
  document: Document,
  place: { file: string; operations: ReadonlySet<string> | undefined },
): void {
  const { id } = document;
  const folder = operationOf(place.file);
  if (!/^[a-z][a-z0-9-]*\/[^/]+\.json$/.test(place.file)) {
    report(found, 'OW_RULE_ID', '$.id', `A rule file is <operation>/<name>.json, not ${place.file}`);
  } else if (typeof id === 'string' && !(isRuleId(id) && operationOf(id) === folder)) {
    report(
      found,
      'OW_RULE_ID',
      '$.id',
      `The id of a rule in the folder ${folder} is ${folder}/<claim>, not ${id}`,
    );
  }
  if (place.operations && !place.operations.has(folder)) {
    const message = `No operation has the word ${folder}, so nothing would ask this rule`;
    report(found, 'OW_RULE_OPERATION', '$', message);
  }
}

function isRuleId(id: string): boolean {
  return id.length <= 200 && new RegExp(ruleSchema.properties.id.pattern).test(id);
}

function checkConditions(found: Found, written: unknown): CompiledConditions | null {
  if (!isObject(written)) return null;
  const typed = typeConditions(written, found.registry);
  if (!typed.ok) {
    found.problems.push(...typed.problems);
    return null;
  }
  const { conditions } = typed;
  return { ok: true, conditions, evaluate: compileConditions(conditions), facts: factsOf(conditions) };
}

const PLACEHOLDER = /\{([^{}]*)\}/g;

function checkMessages(found: Found, document: Document): void {
  const { message, messages } = document;
  checkPlaceholders(found, message, '$.message');
  if (!isObject(messages)) return;
  for (const [language, text] of Object.entries(messages)) {
    checkPlaceholders(found, text, childPath('$.messages', language));
  }
}

function checkPlaceholders(found: Found, message: unknown, path: string): void {
  if (typeof message !== 'string') return;
  for (const [, name = ''] of message.matchAll(PLACEHOLDER)) {
    if (!found.registry.has(name)) {
      report(found, 'OW_RULE_UNKNOWN_FACT', path, unknownFact(name, found.registry));
    }
  }
}

/** Examples with typed facts; what can't be typed is reported. */
function checkExamples(found: Found, written: unknown): RuleExample[] {
  const examples = Array.isArray(written) ? (written as unknown[]) : [];
  for (const verdict of ['allowed', 'refused']) {
    if (!examples.some((example) => isObject(example) && example.verdict === verdict)) {
      const message = `At least one example with the verdict "${verdict}" is needed`;
      report(found, 'OW_RULE_EXAMPLES_MISSING', '$.examples', message);
    }
  }
  return examples.map((example, index) => {
    const { facts, verdict } = isObject(example) ? example : {};
    const path = `$.examples[${index}].facts`;
    return { facts: exampleFacts(found, facts, path), verdict: verdict as RuleExample['verdict'] };
  });
}

function exampleFacts(found: Found, written: unknown, path: string): Record<string, FactValue> {
  const facts: Record<string, FactValue> = {};
  for (const [name, value] of isObject(written) ? Object.entries(written) : []) {
    const place = childPath(path, name);
    const definition = found.registry.get(name);
    try {
      if (definition) facts[name] = typedValue(definition.type, value);
      else report(found, 'OW_RULE_UNKNOWN_FACT', place, unknownFact(name, found.registry));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      report(found, 'OW_RULE_VALUE_TYPE', place, `${name}: ${error.message}`);
    }
  }
  return facts;
}

function runExamples(found: Found, compiled: CompiledConditions, examples: RuleExample[]): void {
  examples.forEach(({ facts, verdict }, index) => {
    const complete = completeFacts(found.registry, facts);
    const outcome = compiled.evaluate(complete);
    const given = outcome === 'holds' ? 'allowed' : 'refused';
    if (given === verdict) return;
    const failing = failingComparisons(compiled.conditions, complete)
      .map(({ fact, operator }) => `${fact} (${JSON.stringify(complete[fact])}) ${operator} does not hold`)
      .join('; ');
    const reason = given === 'allowed' ? 'all conditions hold' : failing;
    const message = `The example says ${verdict}, the conditions say ${given}: ${reason}`;
    report(found, 'OW_RULE_EXAMPLE_FAILED', `$.examples[${index}]`, message);
  });
}

let validate: ValidateFunction | undefined;

/** Adds what the schema finds, less what was already said in better words about the same place. */
function addShapeProblems(found: Found, document: Document): void {
  validate ??= new Ajv({ allErrors: true, allowUnionTypes: true, strictTypes: false }).compile(ruleSchema);
  if (validate(document)) return;
  const said = [...found.problems];
  const isSaid = ({ path }: Problem) =>
    said.some(
      (other) => other.path === path || (other.code === 'OW_RULE_NOT' && path.startsWith(other.path)),
    );
  const shape = (validate.errors ?? []).map(shapeProblem).filter((problem) => problem !== null);
  const once = new Map(shape.map((problem) => [`${problem.path} ${problem.message}`, problem]));
  found.problems.push(...[...once.values()].filter((problem) => !isSaid(problem)));
}

function shapeProblem(error: ErrorObject): Problem | null {
  const path = pathOfPointer(error.instancePath);
  const { additionalProperty, missingProperty, allowedValues, propertyName } = error.params as Record<
    string,
    string | undefined
  > & { allowedValues?: unknown[] };
  const code: RuleFileCode = 'OW_RULE_SCHEMA';
  switch (error.keyword) {
    case 'if':
    case 'propertyNames':
      return null;
    case 'additionalProperties':
      return {
        path: childPath(path, additionalProperty ?? ''),
        code,
        message: `${additionalProperty ?? ''} is not allowed here`,
      };
    case 'required':
      return missing(path, missingProperty ?? '');
    case 'enum':
      return { path, code, message: `Must be one of ${(allowedValues ?? []).map(String).join(', ')}` };
    case 'pattern':
      if (error.propertyName !== undefined) {
        return {
          path: childPath(path, error.propertyName),
          code,
          message: `${error.propertyName} is not a language tag`,
        };
      }
      return { path, code, message: `It ${error.message ?? ''}` };
    default:
      return { path, code, message: `It ${error.message ?? propertyName ?? 'is wrong'}` };
  }
}

function missing(path: string, property: string): Problem {
  if (property === 'examples') {
    return { path: '$.examples', code: 'OW_RULE_EXAMPLES_MISSING', message: 'Examples are missing' };
  }
  if (path === '$.conditions' && property === 'not') {
    return { path, code: 'OW_RULE_SCHEMA', message: 'Conditions begin with one of all, any and not' };
  }
  return { path, code: 'OW_RULE_SCHEMA', message: `${property} is missing` };
}
