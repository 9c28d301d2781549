/**
 * What an admin does with one rule (design 3.5): try its text, write it, read how it was before, and bring that back.
 * Who writes names the text that he read, so that two admins do not overwrite each other.
 */
import { createHash } from 'node:crypto';
import type { JsonObject } from '../core/json.js';
import { OrderwrightError, type Problem } from '../core/problem.js';
import type { TriedExample } from '../core/rules/rule-examples.js';
import { readRule, tryRule, type TriedRule } from '../core/rules/read-rule.js';
import { parseRuleSet } from '../core/rules/rule-set.js';
import type { Rule } from '../core/rules/rule.js';
import type { Session } from '../ports/database.js';
import type { RuleVersion } from '../ports/rule-store.js';
import type { Kernel } from './kernel.js';
import { makeChange, type ChangeRequest } from './make-change.js';
import type { ActiveRules } from './rule-book.js';

/** A folder and a file name that can't lead anywhere else. */
const RULE_ID = /^[a-z][a-z0-9-]*\/[a-z0-9][a-z0-9-]{0,99}$/;

/** What the text has to be that is replaced: one by its tag, any, or none; null where it does not matter. */
export type Expected = { tag: string } | 'any' | 'none' | null;

export interface RuleChange extends Omit<ChangeRequest, 'operation'> {
  id: string;
  /** The file's whole text. */
  text: string;
  expected: Expected;
  /** The rule set whose version is brought back. */
  restoredFrom?: string;
}

/** The tag by which a text of a rule is known. */
export function ruleTag(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export interface CheckedRule {
  /** What the text calls itself; null where that can't be told. */
  id: string | null;
  problems: Problem[];
  examples: TriedExample[];
}

/**
 * Everything that is wrong with the text of a rule file, and what its examples come to. Writes nothing.
 * @param id of the rule that it shall be; without one what the text says.
 */
export function checkRule(kernel: Kernel, { id, text }: { id?: string | null; text: string }): CheckedRule {
  const { tried, named } = tryText(kernel, { id: id ?? null, text });
  const other = id === undefined || id === null || named === null || named === id ? [] : [otherId(id, named)];
  return { id: named, problems: [...tried.problems, ...other], examples: tried.examples };
}

/**
 * A rule from a text that is in force nowhere, to be asked about an order; its examples need not hold.
 * @throws OrderwrightError OW_RULE_INVALID with every problem
 */
export function candidateRule(kernel: Kernel, text: string): Rule {
  const { tried } = tryText(kernel, { id: null, text });
  if (tried.rule !== null) return tried.rule;
  throw new OrderwrightError('OW_RULE_INVALID', 'The text is no rule that could be asked', tried.problems);
}

/** The rules with a candidate in the place of the one that has its id. */
export function withCandidate(rules: ActiveRules, candidate: Rule): ActiveRules {
  const others = rules.set.rules.filter(({ id }) => id !== candidate.id);
  return rules.withSet({
    ...rules.set,
    rules: [...others, candidate].sort((a, b) => (a.id < b.id ? -1 : 1)),
  });
}

/**
 * Writes a rule file that is valid and gives its examples' verdicts, and brings it into force, in one transaction with
 * the journal entry.
 * @throws OrderwrightError OW_RULE_INVALID with every problem, OW_RULE_CHANGED where the text is another by now,
 * OW_RULES_READ_ONLY where the file is the package's own.
 */
export async function changeRule(
  kernel: Kernel,
  { id, text, expected, restoredFrom, ...request }: RuleChange,
): Promise<{ rule: Rule; ruleSet: string }> {
  const { rules } = kernel;
  const { files, registry, words } = rules.parts;
  await rules.lookNow(request.actor);
  const operation = restoredFrom === undefined ? 'ChangeRule' : 'RestoreRule';
  const changed = await makeChange(kernel, { ...request, operation }, async (session) => {
    // Until the change is in force nobody else decides on what the file was before.
    await session.lock(['rules']);
    const { set } = await rules.active(session);
    const known = set.rules.find((rule) => rule.id === id);
    refuseUnexpected(id, known, expected);
    const file = known?.file ?? `${id}.json`;
    const read = RULE_ID.test(id)
      ? readRule({ file, text }, registry, words)
      : { ok: false as const, problems: [badId(id)] };
    const problems = read.ok ? (read.rule.id === id ? [] : [otherId(id, read.rule.id)]) : read.problems;
    if (!read.ok || problems.length > 0)
      throw new OrderwrightError(
        'OW_RULE_INVALID',
        `The rule ${id} is not valid; nothing was written`,
        problems,
      );
    await files.write({ file, text });
    await rules.activateFiles(session, request.actor);
    const ruleSet = (await session.ruleSets.activeHash()) ?? '';
    const details: JsonObject = {
      id,
      ruleSet,
      sha256: ruleTag(text),
      ...(restoredFrom !== undefined && { restoredFrom }),
    };
    return { result: { rule: read.rule, ruleSet }, details };
  });
  return changed;
}

/**
 * The text of a rule in a past rule set.
 * @throws OrderwrightError OW_RULE_SET_UNKNOWN, OW_RULE_UNKNOWN
 */
export async function ruleVersion(session: Session, id: string, hash: string): Promise<PastRule> {
  const found = await session.ruleSets.find(hash);
  if (found === null)
    throw new OrderwrightError('OW_RULE_SET_UNKNOWN', `No rule set ${hash} was ever active`);
  const rule = parseRuleSet(found.document).rules.find((one) => one.id === id);
  if (rule === undefined)
    throw new OrderwrightError('OW_RULE_UNKNOWN', `The rule set ${hash} has no rule ${id}`);
  const { at, author, source, reason } = found;
  return { rule, ruleSet: hash, at, author, source, reason };
}

export interface PastRule extends Omit<RuleVersion, 'hash' | 'change'> {
  rule: Rule;
  ruleSet: string;
}

/** When a rule came into force and was changed, newest first; none for what is no id of a rule. */
export async function ruleVersions(session: Session, id: string, limit: number): Promise<RuleVersion[]> {
  return RULE_ID.test(id) ? session.ruleSets.versionsOf(id, limit) : [];
}

function tryText(
  kernel: Kernel,
  { id, text }: { id: string | null; text: string },
): { tried: TriedRule; named: string | null } {
  const named = namedIn(text);
  const { registry, words } = kernel.rules.parts;
  const place = id ?? named;
  return { tried: tryRule({ file: place === null ? '' : `${place}.json`, text }, registry, words), named };
}

/** The id that a text has, where it can be read at all. */
function namedIn(text: string): string | null {
  try {
    const { id } = (JSON.parse(text) ?? {}) as { id?: unknown };
    return typeof id === 'string' ? id : null;
  } catch {
    return null;
  }
}

function refuseUnexpected(id: string, known: Rule | undefined, expected: Expected): void {
  if (expected === null) return;
  const asExpected =
    expected === 'none'
      ? known === undefined
      : known !== undefined && (expected === 'any' || expected.tag === ruleTag(known.text));
  if (asExpected) return;
  const message =
    expected === 'none'
      ? `There is a rule ${id} already; nothing was written.\nMaybe read it, or take another id.`
      : `The rule ${id} is not as it was read; nothing was written.\nMaybe read it again.`;
  throw new OrderwrightError('OW_RULE_CHANGED', message);
}

function badId(id: string): Problem {
  return {
    path: '$.id',
    code: 'OW_RULE_ID',
    message: `${id} is no id such as release/planned-dates: an operation's word and a claim in small letters`,
  };
}

function otherId(id: string, found: string): Problem {
  return { path: '$.id', code: 'OW_RULE_ID', message: `is ${found}, and it shall be ${id}` };
}
