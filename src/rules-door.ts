/** What the in-process door offers about rules: reading, trying, changing and bringing back. */
import type { Caller } from './caller.js';
import type { JsonObject } from './core/json.js';
import { materialOperationName } from './core/hooks/hook-point.js';
import { OrderwrightError, type Problem } from './core/problem.js';
import { countVerdicts, type RuleCounts } from './core/rules/count-verdicts.js';
import { FACT_TYPES, type FactDefinition } from './core/rules/fact.js';
import { OPERATORS, operatorsOf } from './core/rules/operators.js';
import { RULE_SCHEMA } from './core/rules/read-rule.js';
import type { Rule } from './core/rules/rule.js';
import {
  changeRule,
  checkRule,
  ruleVersion,
  ruleVersions,
  type CheckedRule,
  type Expected,
  type PastRule,
} from './operations/change-rule.js';
import { COMPLETE } from './operations/completion.js';
import { create } from './operations/create.js';
import type { Kernel } from './operations/kernel.js';
import { materialOperations } from './operations/material/material-operations.js';
import type { RulesStatus } from './operations/rule-book.js';
import type { Door } from './ports/journal.js';
import type { Request } from './ports/plugin.js';
import type { RuleSetActivation, RuleVersion } from './ports/rule-store.js';

/** An operation that rules are asked about. */
export interface RuledOperation {
  /** The rule folder. */
  word: string;
  /** As the journal and the configuration name it. */
  name: string;
  entity: 'ProductionOrder' | 'Material';
  title: string;
}

/** What a rule may be made of. */
export interface RuleVocabulary {
  /** `source` is the plugin that brings the fact; null for the kernel's. */
  facts: (FactDefinition & { source: string | null })[];
  operators: { name: string; types: string[] }[];
  operations: RuledOperation[];
}

/** How often rules refused, among the last entries of the journal. */
export interface RuleVerdicts {
  /** The instant of the first verdict that is counted; null where there is none. */
  since: string | null;
  /** How many verdicts were looked at. */
  verdicts: number;
  rules: Map<string, RuleCounts>;
}

/** A rule as its file has it, and as it is in force. */
export interface ShownRule {
  rule: Rule | null;
  file: string;
  /** The file's text as it is now; null where the file is gone. */
  fileText: string | null;
  state: string;
  problem: string | null;
  writable: boolean;
  ruleSet: string;
}

export interface RulesDoor {
  /** What is wrong with the rule files as they are now. */
  checkRules(): Promise<{ count: number; problems: Problem[] }>;
  rules(caller?: Caller): Promise<RulesStatus>;
  /** One rule, also one whose file is broken and was never in force. @throws OrderwrightError OW_RULE_UNKNOWN */
  rule(id: string, caller?: Caller): Promise<ShownRule>;
  /** A past rule set, or the active one. */
  ruleSet(hash?: string, caller?: Caller): Promise<RuleSetActivation>;
  /** Everything that is wrong with the text of a rule file, and each example's verdict; writes nothing. */
  checkRule(asked: { id?: string | null; text: string }): CheckedRule;
  /** The facts, operators and operations that a rule may name. */
  vocabulary(): RuleVocabulary;
  /** The JSON Schema of a rule file. */
  readonly ruleSchema: JsonObject;
  ruleVerdicts(caller?: Caller): Promise<RuleVerdicts>;
  /** Writes a rule file after its examples hold; `ifMatch` is the tag of the text that it replaces, or `*`. */
  changeRule(
    asked: { id: string; text: string; ifMatch?: string | null; ifNoneMatch?: '*' | null } & Caller,
  ): Promise<{ rule: Rule; ruleSet: string }>;
  /** When a rule came into force and was changed, newest first. */
  ruleVersions(id: string, limit: number): Promise<RuleVersion[]>;
  /** A rule as a past rule set has it. */
  ruleVersion(id: string, ruleSet: string): Promise<PastRule>;
  /** Writes a rule's file as a past rule set has it. */
  restoreRule(
    asked: { id: string; from: string; ifMatch?: string | null } & Caller,
  ): Promise<{ rule: Rule; ruleSet: string }>;
  removeRule(id: string, reason: string, caller?: Caller): Promise<string>;
}

export interface RulesDoorParts {
  kernel: Kernel;
  door: Door;
  requestOf: (caller: Caller) => Request;
}

/** Entries of the journal among which verdicts are counted: what a list that is looked at often can afford. */
const COUNTED_ENTRIES = 2000;

export function rulesDoor({ kernel, door, requestOf }: RulesDoorParts): RulesDoor {
  const { rules, database } = kernel;
  const status = async (caller: Caller) => {
    await rules.refresh(requestOf(caller).actor);
    return database.read((session) => rules.status(session));
  };
  return {
    checkRules: () => rules.check(),
    rules: (caller = {}) => status(caller),
    rule: async (id, caller = {}) => shownRule(kernel, await status(caller), id),
    async ruleSet(hash, caller = {}) {
      await rules.refresh(requestOf(caller).actor);
      return database.read(async (session) => {
        const found = await session.ruleSets.find(hash ?? (await session.ruleSets.activeHash()) ?? '');
        if (found === null)
          throw new OrderwrightError('OW_RULE_SET_UNKNOWN', `No rule set ${hash ?? ''} was ever active`);
        return found;
      });
    },
    checkRule: (asked) => checkRule(kernel, asked),
    vocabulary: () => vocabulary(kernel),
    ruleSchema: RULE_SCHEMA,
    async ruleVerdicts(caller = {}) {
      await rules.refresh(requestOf(caller).actor);
      return database.read(async (session) => {
        const { set } = await rules.active(session);
        const { since, verdicts } = await session.journal.lastVerdicts(COUNTED_ENTRIES);
        const names = new Map(ruledOperations(kernel).map(({ word, name }) => [word, name]));
        const asked = set.rules.map(({ id, operation }) => ({
          id,
          operation: names.get(operation) ?? operation,
        }));
        return { since, verdicts: verdicts.length, rules: countVerdicts(asked, verdicts) };
      });
    },
    changeRule: ({ id, text, ifMatch = null, ifNoneMatch = null, ...caller }) =>
      changeRule(kernel, {
        ...requestOf(caller),
        door,
        id,
        text,
        expected: ifNoneMatch === '*' ? 'none' : expectedOf(ifMatch),
      }),
    ruleVersions: (id, limit) => database.read((session) => ruleVersions(session, id, limit)),
    ruleVersion: (id, ruleSet) => database.read((session) => ruleVersion(session, id, ruleSet)),
    async restoreRule({ id, from, ifMatch = null, ...caller }) {
      const { rule } = await database.read((session) => ruleVersion(session, id, from));
      const request = { ...requestOf(caller), door, restoredFrom: from };
      return changeRule(kernel, { ...request, id, text: rule.text, expected: expectedOf(ifMatch) });
    },
    removeRule: async (id, reason, caller = {}) => rules.remove(id, reason, requestOf(caller).actor),
  };
}

function expectedOf(ifMatch: string | null): Expected {
  if (ifMatch === null) return null;
  return ifMatch === '*' ? 'any' : { tag: ifMatch };
}

async function shownRule(kernel: Kernel, status: RulesStatus, id: string): Promise<ShownRule> {
  const { readOnly, takesNew } = status.permissions;
  const found = status.rules.find(({ rule }) => rule.id === id);
  const file = found?.rule.file ?? `${id}.json`;
  const broken = status.refused.find((refused) => refused.file === file);
  if (found === undefined && broken === undefined)
    throw new OrderwrightError('OW_RULE_UNKNOWN', `There is no rule ${id} in force.`);
  const fileText = await kernel.rules.parts.files.text(file).catch(() => null);
  return {
    rule: found?.rule ?? null,
    file,
    fileText,
    state: found?.state ?? 'broken',
    problem: found?.problem ?? broken?.problem ?? null,
    writable: fileText === null ? takesNew : !readOnly.has(file),
    ruleSet: status.hash,
  };
}

function vocabulary(kernel: Kernel): RuleVocabulary {
  const sources = new Map(
    kernel.plugins.flatMap(({ manifest }) => (manifest.facts ?? []).map(({ name }) => [name, manifest.name])),
  );
  return {
    facts: [...kernel.registry.values()].map((fact) => ({ ...fact, source: sources.get(fact.name) ?? null })),
    operators: OPERATORS.map((name) => ({
      name,
      types: FACT_TYPES.filter((type) => operatorsOf(type).includes(name)),
    })),
    operations: ruledOperations(kernel),
  };
}

function ruledOperations(kernel: Kernel): RuledOperation[] {
  const orders = [create, ...kernel.operations.values(), COMPLETE].map(
    ({ name, word, title }): RuledOperation => ({ word, name, entity: 'ProductionOrder', title }),
  );
  const materials = materialOperations.map(({ name, word, title }): RuledOperation => ({
    word,
    name: materialOperationName(name),
    entity: 'Material',
    title,
  }));
  return [...orders, ...materials];
}
