/**
 * The active rule set: the rules that every process decides by, whatever the files look like at the moment (design 3.5).
 * A file that is broken or gone never weakens a check: what was in force from it stays, and where nothing was yet in
 * force its operation refuses.
 */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../json.js';
import type { Problem } from '../problem.js';
import type { FactRegistry } from './fact.js';
import { operationOf, readRule, rebuildRule } from './read-rule.js';
import type { Rule, RuleFile } from './rule.js';

/** A file that was broken when there was nothing in force yet. */
export interface BrokenRuleFile {
  file: string;
  operation: string;
  problems: Problem[];
}

export interface RuleSet {
  /** Sorted by id; an id stands once. */
  rules: readonly Rule[];
  /** Sorted by file. */
  broken: readonly BrokenRuleFile[];
}

/** `vanished`: in force without a file that has it. `broken`: in force as it was before its file was broken. */
export type RuleState = 'active' | 'vanished' | 'broken';

export interface MergeQuestion {
  /** Null before the first activation. */
  active: RuleSet | null;
  files: readonly RuleFile[];
  registry: FactRegistry;
  /** The words of all operations, where they are known: a file in any other folder is a broken one. */
  operations?: ReadonlySet<string> | undefined;
}

export interface MergedRuleSet {
  set: RuleSet;
  /** Whether the content hash differs, so that the set has to be stored. */
  changed: boolean;
  /** Ids; `removed` is always empty, because files only add and change. */
  diff: RuleSetDiff;
  /** Everything that is wrong with the files; a path begins with the file's. */
  problems: Problem[];
  /** By id, for every rule of the set. */
  states: Record<string, RuleState>;
}

export interface RuleSetDiff {
  added: string[];
  changed: string[];
  removed: string[];
}

/** The rules of one operation, by its word, in the shape in which they are evaluated. */
export function rulesFor(set: RuleSet, word: string): { rules: Rule[]; broken: BrokenRuleFile[] } {
  return {
    rules: set.rules.filter(({ operation }) => operation === word),
    broken: set.broken.filter(({ operation }) => operation === word),
  };
}

/** The content hash under which a set is stored and named. */
export function ruleSetHash({ rules, broken }: RuleSet): string {
  const content = {
    rules: rules.map(({ id, text }) => ({ id, text })),
    broken: broken.map(({ file }) => file),
  };
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}

/** The rule set that is in force once these files are seen. */
export function mergeRuleSet({ active, files, registry, operations }: MergeQuestion): MergedRuleSet {
  const inForce = new Map((active?.rules ?? []).map((rule) => [rule.id, rule]));
  // The id is part of the text: no two rules in force have the same.
  const byItsText = new Map((active?.rules ?? []).map((rule) => [rule.text, rule]));
  const read = [...files]
    .sort((a, b) => byText(a.file, b.file))
    .map((file) => unchanged(file, byItsText) ?? readFile(file, registry, operations));
  const { taken, refused } = settleDuplicates(read, inForce);
  const rules = new Map([...inForce, ...taken.map((rule) => [rule.id, rule] as const)]);
  const set: RuleSet = {
    rules: [...rules.values()].sort((a, b) => byText(a.id, b.id)),
    broken: refused.filter(({ file }) => staysBroken(file, active)),
  };
  return {
    set,
    changed: active === null || ruleSetHash(set) !== ruleSetHash(active),
    diff: diffRuleSets(active, set),
    problems: refused.flatMap(({ file, problems }) =>
      problems.map((problem) => ({ ...problem, path: `${file}:${problem.path}` })),
    ),
    states: statesOf(set, taken, new Set(refused.map(({ file }) => file))),
  };
}

/** The set without a rule; a file that still has the rule brings it back at the next merge. */
export function removeRule(set: RuleSet, id: string): RuleSet {
  return { ...set, rules: set.rules.filter((rule) => rule.id !== id) };
}

/** What differs between two sets, by id. */
export function diffRuleSets(before: RuleSet | null, after: RuleSet): RuleSetDiff {
  const old = new Map((before?.rules ?? []).map((rule) => [rule.id, rule.text]));
  const now = new Map(after.rules.map((rule) => [rule.id, rule.text]));
  return {
    added: [...now.keys()].filter((id) => !old.has(id)),
    changed: [...now].filter(([id, text]) => old.has(id) && old.get(id) !== text).map(([id]) => id),
    removed: [...old.keys()].filter((id) => !now.has(id)),
  };
}

/** JSON text from which `parseRuleSet` makes the very same set. */
export function serializeRuleSet({ rules, broken }: RuleSet): string {
  return JSON.stringify({ rules: rules.map(({ file, text }) => ({ file, text })), broken });
}

/**
 * The set of a serialized text; the rules were read when they were activated, so their examples are not run again.
 * @throws SyntaxError where the text is not JSON.
 */
export function parseRuleSet(text: string): RuleSet {
  const { rules, broken } = JSON.parse(text) as { rules: RuleFile[]; broken: BrokenRuleFile[] };
  return { rules: rules.map(rebuildRule), broken };
}

type ReadFile = { ok: true; rule: Rule } | ({ ok: false } & BrokenRuleFile);

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The rule in force whose text the file has byte for byte: nothing to read again. */
function unchanged({ file, text }: RuleFile, byItsText: ReadonlyMap<string, Rule>): ReadFile | null {
  const rule = byItsText.get(text);
  if (rule?.operation !== operationOf(file)) return null;
  return { ok: true, rule: rule.file === file ? rule : { ...rule, file } };
}

function readFile(file: RuleFile, registry: FactRegistry, operations?: ReadonlySet<string>): ReadFile {
  const read = readRule(file, registry, operations);
  if (read.ok) return read;
  return { ok: false, file: file.file, operation: operationOf(file.file), problems: read.problems };
}

interface Settled {
  taken: Rule[];
  refused: BrokenRuleFile[];
}

/**
 * Takes one file per id. Of several, the rule in force stays as it is until only one is left; where none is in force,
 * the first by file name is taken.
 */
function settleDuplicates(read: ReadFile[], inForce: Map<string, Rule>): Settled {
  const broken = read.filter((one) => !one.ok);
  const settled: Settled = {
    taken: [],
    refused: broken.map(({ file, operation, problems }) => ({ file, operation, problems })),
  };
  const valid = read.filter((one) => one.ok).map(({ rule }) => rule);
  for (const [id, candidates] of Map.groupBy(valid, (rule) => rule.id)) {
    const keeper = keeperOf(candidates, inForce.get(id));
    if (keeper) settled.taken.push(keeper);
    for (const candidate of candidates) {
      const other = keeper ?? candidates.find((one) => one !== candidate);
      if (candidate !== keeper && other) settled.refused.push(duplicate(candidate, other));
    }
  }
  settled.refused.sort((a, b) => byText(a.file, b.file));
  return settled;
}

function keeperOf(candidates: Rule[], current: Rule | undefined): Rule | undefined {
  if (candidates.length === 1 || !current) return candidates[0];
  const same = candidates.filter(({ text }) => text === current.text);
  return same.find(({ file }) => file === current.file) ?? same[0];
}

function duplicate({ file, id, operation }: Rule, other: Rule): BrokenRuleFile {
  const message = `${other.file} has the id ${id} too, so this file changes nothing`;
  const problems = [{ path: '$.id', code: 'OW_RULE_DUPLICATE', message }];
  return { file, operation, problems };
}

/** A broken file counts only from the first activation on, until it is valid or gone. */
function staysBroken(file: string, active: RuleSet | null): boolean {
  return active === null || active.broken.some((broken) => broken.file === file);
}

function statesOf(set: RuleSet, taken: Rule[], refused: ReadonlySet<string>): Record<string, RuleState> {
  const takenIds = new Set(taken.map(({ id }) => id));
  return Object.fromEntries(
    set.rules.map(({ id, file }) => {
      return [id, takenIds.has(id) ? 'active' : refused.has(file) ? 'broken' : 'vanished'];
    }),
  );
}
