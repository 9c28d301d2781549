/**
 * Reads a rule file: its text becomes a rule, or a list of everything that is wrong with it, each with its JSON path
 * (design 3.5). A rule is only what its examples say it is, so they are run.
 */
import type { ErrorObject } from 'ajv';
import ruleSchema from '../../../rules/rule.schema.json' with { type: 'json' };
import type { JsonObject } from '../json.js';
import type { Problem } from '../problem.js';
import type { FactRegistry } from './fact.js';
import { childPath, pathOfPointer } from '../json-path.js';
import type { RuleFileCode } from './rule-codes.js';
import { readExamples, tryExamples, type TriedExample } from './rule-examples.js';
import type { Rule, RuleFile } from './rule.js';
import validateAll from './rule.schema.js';
import validateFirst from './rule.schema.first.js';
import { MAXIMUM_NESTING, typeConditions, unknownFact } from './typed-conditions.js';
import type { TypedCondition } from './typed-conditions.js';

/** A rule file with everything that is wrong with it, and what its examples come to as far as they can be run. */
export interface TriedRule {
  /** The rule, where nothing but its examples is wrong: it may be asked about an order, and not come into force. */
  rule: Rule | null;
  problems: Problem[];
  examples: TriedExample[];
}

export type ReadRule = { ok: true; rule: Rule } | { ok: false; problems: Problem[] };

/** The JSON Schema of a rule file, as it ships for editors. */
export const RULE_SCHEMA = ruleSchema as JsonObject;

/** The digits that a JSON number is sure to keep; more have to be written as a string (design section 1). */
const SIGNIFICANT_DIGITS = 15;
/** Nobody reads a longer one, and each example is run on each condition. */
const MAXIMUM_LENGTH = 200_000;
/** A longer file is told the first thing that is wrong with its shape: to find all takes the square of their number. */
const ALL_SHAPES = 40_000;
/** A group is two levels of JSON; the rest of the file is a few more. */
const MAXIMUM_JSON_DEPTH = 2 * MAXIMUM_NESTING + 10;

/**
 * Reads, checks and tries one rule file.
 * @param operations The words of all operations, where they are known: a rule in any other folder is refused.
 */
export function readRule(file: RuleFile, registry: FactRegistry, operations?: ReadonlySet<string>): ReadRule {
  const { rule, problems } = tryRule(file, registry, operations);
  return rule !== null && problems.length === 0 ? { ok: true, rule } : { ok: false, problems };
}

/** The same with what each example comes to, also where something is wrong with the file. */
export function tryRule(file: RuleFile, registry: FactRegistry, operations?: ReadonlySet<string>): TriedRule {
  const json = parseJson(file.text);
  if (!json.ok) return { rule: null, problems: json.problems, examples: [] };
  const found: Found = { length: file.text.length, registry, problems: [...json.problems] };
  checkPlace(found, json.document, { file: file.file, operations });
  const conditions = checkConditions(found, json.document.conditions);
  checkMessages(found, json.document);
  const examples = readExamples(json.document.examples, registry);
  found.problems.push(...examples.problems);
  addShapeProblems(found, json.document);
  const isWhole = found.problems.every(({ path }) => /^\$\.examples\b/.test(path));
  const { tried, problems } = tryExamples(examples, conditions, registry);
  // What an example comes to says little while the rest of the file is not what it should be.
  if (isWhole) found.problems.push(...problems);
  return { rule: isWhole ? ruleFrom(json.document, file) : null, problems: found.problems, examples: tried };
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
  /** Of the text. */
  length: number;
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
    // A rule that is only tried may have examples of any shape.
    examples: Array.isArray(examples)
      ? examples.filter(isObject).map(({ facts, verdict }) => ({ facts, verdict }))
      : [],
    file,
    text,
  };
}

type ParsedJson = { ok: true; document: Document; problems: Problem[] } | { ok: false; problems: Problem[] };

function parseJson(text: string): ParsedJson {
  if (text.length > MAXIMUM_LENGTH)
    return notRead('OW_RULE_TOO_LARGE', `A rule file has at most ${MAXIMUM_LENGTH} characters`);
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

function checkConditions(found: Found, written: unknown): TypedCondition | null {
  if (!isObject(written)) return null;
  const typed = typeConditions(written, found.registry);
  if (typed.ok) return typed.conditions;
  found.problems.push(...typed.problems);
  return null;
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

/** Adds what the schema finds, less what was already said in better words about the same place. */
function addShapeProblems(found: Found, document: Document): void {
  const validate = found.length <= ALL_SHAPES ? validateAll : validateFirst;
  if (validate(document)) return;
  const said = new Set(found.problems.map(({ path }) => path));
  const nots = new Set(found.problems.filter(({ code }) => code === 'OW_RULE_NOT').map(({ path }) => path));
  const isSaid = ({ path }: Problem) => said.has(path) || (nots.size > 0 && isWithin(path, nots));
  const shape = (validate.errors ?? []).map(shapeProblem).filter((problem) => problem !== null);
  const once = new Map(shape.map((problem) => [`${problem.path} ${problem.message}`, problem]));
  found.problems.push(...[...once.values()].filter((problem) => !isSaid(problem)));
}

/** Whether a path is one of these, or below one. */
function isWithin(path: string, places: ReadonlySet<string>): boolean {
  for (let end = path.length; end > 0; end -= 1) {
    const isBoundary = end === path.length || path[end] === '.' || path[end] === '[';
    if (isBoundary && places.has(path.slice(0, end))) return true;
  }
  return false;
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
