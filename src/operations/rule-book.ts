/**
 * The active rules of this process: what the database holds by content hash, brought up to date from the rule files
 * (design 3.5). Every decision asks for the set anew, so that all processes on one database decide by the same one.
 */
import { randomUUID } from 'node:crypto';
import { OrderwrightError, type Problem } from '../core/problem.js';
import type { FactRegistry } from '../core/rules/fact.js';
import {
  diffRuleSets,
  mergeRuleSet,
  parseRuleSet,
  removeRule,
  rulesFor,
  ruleSetHash,
  serializeRuleSet,
  type BrokenRuleFile,
  type MergedRuleSet,
  type RuleSet,
  type RuleSetDiff,
  type RuleState,
} from '../core/rules/rule-set.js';
import type { Rule } from '../core/rules/rule.js';
import type { Database, Session } from '../ports/database.js';
import type { RuleFile, RuleFiles } from '../ports/rule-store.js';

/** How long the files are taken to be as they were, in milliseconds: a change is seen within a second. */
const LOOK_AGAIN_MS = 500;

/** The set that one run of an operation decides by. */
export class ActiveRules {
  private readonly byWord = new Map<string, { rules: Rule[]; broken: BrokenRuleFile[] }>();
  private readonly factsByWord = new Map<string, ReadonlySet<string>>();

  constructor(
    readonly hash: string,
    readonly set: RuleSet,
    private readonly registry: FactRegistry,
  ) {}

  /** Another set that is asked instead of this one, which stays the one in force. */
  withSet(set: RuleSet): ActiveRules {
    return new ActiveRules(this.hash, set, this.registry);
  }

  /** The rules of an operation, by its word. */
  of(word: string): { rules: Rule[]; broken: BrokenRuleFile[] } {
    let rules = this.byWord.get(word);
    if (rules === undefined) this.byWord.set(word, (rules = rulesFor(this.set, word)));
    return rules;
  }

  /** The registered facts that the rules of an operation name anywhere: what has to be read before they are asked. */
  factsOf(word: string): ReadonlySet<string> {
    let facts = this.factsByWord.get(word);
    if (facts === undefined) {
      const texts = this.of(word).rules.map((rule) => rule.text);
      const named = [...this.registry.keys()].filter((name) => texts.some((text) => text.includes(name)));
      this.factsByWord.set(word, (facts = new Set(named)));
    }
    return facts;
  }
}

/** The rules in force beside what is wrong with the files. */
export interface RulesStatus {
  hash: string;
  rules: { rule: Rule; state: RuleState; problem: string | null }[];
  /** Files that are not in force at all. */
  refused: { file: string; problem: string }[];
  /** Files that nobody writes to here, and whether there may be new ones. */
  permissions: { readOnly: ReadonlySet<string>; takesNew: boolean };
}

export interface RuleBookParts {
  database: Database;
  files: RuleFiles;
  registry: FactRegistry;
  /** Words of all operations: a file in a folder of another name would never be asked. */
  words: ReadonlySet<string>;
}

/** What the files come to over the set that is in force, by its hash; null where none is. */
interface Merging {
  merged: MergedRuleSet;
  over: string | null;
}

export class RuleBook {
  private cached: ActiveRules | null = null;
  private lookedAt = Number.NEGATIVE_INFINITY;
  private looking: Promise<void> | null = null;
  /** Why the files can't be read at the moment. */
  private unreadable: string | null = null;
  private stamp: string | null = null;
  private merged: MergedRuleSet | null = null;

  constructor(readonly parts: RuleBookParts) {}

  /** The hash of the set that this process decided by last; empty before the first decision. */
  get lastHash(): string {
    return this.cached?.hash ?? '';
  }

  /** The set that the database holds as active. `refresh` has activated one before. */
  async active(session: Session): Promise<ActiveRules> {
    const active = await this.stored(session);
    if (active === null) {
      throw new OrderwrightError('OW_RULES_NONE', 'No rule set was ever activated in this database');
    }
    this.cached = active;
    return active;
  }

  /** The same; null where none was ever activated. */
  private async stored(session: Session): Promise<ActiveRules | null> {
    const cached = this.cached;
    if (cached !== null && cached.hash === (await session.ruleSets.activeHash())) return cached;
    const stored = await session.ruleSets.active();
    if (stored === null) return null;
    return new ActiveRules(stored.hash, parseRuleSet(stored.document), this.parts.registry);
  }

  /**
   * Looks at the rule files, at most twice a second, and activates what changed and is valid. What is broken is kept
   * for `status` and changes nothing.
   * @param author who is named in the activation.
   */
  async refresh(author: string): Promise<void> {
    // A monotonic clock: a wall clock that jumps back must not keep a rule change away.
    if (performance.now() - this.lookedAt < LOOK_AGAIN_MS) return;
    // Who comes meanwhile waits for the same look: before the first there is no set to decide by.
    this.looking ??= this.look(author).finally(() => {
      this.looking = null;
    });
    await this.looking;
  }

  private async look(author: string): Promise<void> {
    const now = performance.now();
    let stamp: string;
    let files: RuleFile[] | null;
    try {
      stamp = await this.parts.files.stamp();
      files = stamp === this.stamp ? null : await this.parts.files.read();
      this.unreadable = null;
    } catch (error) {
      await this.keepWithoutFiles(error);
      this.lookedAt = now;
      return;
    }
    if (files !== null) await this.bringUpToDate(files, stamp, author);
    this.lookedAt = now;
  }

  /** A folder that can't be read changes nothing, where there is a set to decide by. */
  private async keepWithoutFiles(error: unknown): Promise<void> {
    const active = await this.parts.database.read((session) => session.ruleSets.activeHash());
    if (active === null) throw error;
    this.unreadable = error instanceof Error ? error.message : String(error);
  }

  private async bringUpToDate(files: RuleFile[], stamp: string, author: string): Promise<void> {
    const { database } = this.parts;
    const before = await database.read((session) => this.merge(session, files));
    this.merged = before.merged.changed
      ? await database.write((session) => this.activateMerged(session, { files, author, before }))
      : before.merged;
    this.stamp = stamp;
  }

  private async merge(session: Session, files: RuleFile[]): Promise<Merging> {
    const active = await this.stored(session);
    const { registry, words: operations } = this.parts;
    const merged = mergeRuleSet({ active: active?.set ?? null, files, registry, operations });
    return { merged, over: active?.hash ?? null };
  }

  private async activateMerged(
    session: Session,
    { files, author, before }: { files: RuleFile[]; author: string; before?: Merging },
  ): Promise<MergedRuleSet> {
    await session.lock(['rules']);
    // Another process may have activated a set since: then the files are merged with that one.
    const inForce = await session.ruleSets.activeHash();
    const { merged } = before?.over === inForce ? before : await this.merge(session, files);
    if (merged.changed)
      await activate(session, merged.set, { ...merged, source: this.parts.files.source, author });
    return merged;
  }

  /** Brings the files as they are now into force within a session that has just written one of them. */
  async activateFiles(session: Session, author: string): Promise<void> {
    const files = await this.parts.files.read();
    this.merged = await this.activateMerged(session, { files, author });
    // The session may come to nothing: the next look reads the files again.
    this.stamp = null;
  }

  /** Everything that is wrong with the files as they are now; activates nothing. */
  async check(): Promise<{ count: number; problems: Problem[] }> {
    const files = await this.parts.files.read();
    const operations = this.parts.words;
    const merged = mergeRuleSet({ active: null, files, registry: this.parts.registry, operations });
    return { count: merged.set.rules.length, problems: merged.problems };
  }

  async status(session: Session): Promise<RulesStatus> {
    const { hash, set } = await this.active(session);
    const permissions = await this.permissions();
    const problems = new Map<string, string>();
    for (const { path, message } of this.merged?.problems ?? []) {
      const [file = ''] = path.split(':');
      const place = path.slice(file.length + 1);
      problems.set(
        file,
        [problems.get(file), `${place} ${message}`].filter((text) => text !== undefined).join('; '),
      );
    }
    const inForce = new Set(set.rules.map((rule) => rule.file));
    return {
      hash,
      rules: set.rules.map((rule) => ({
        rule,
        state: this.merged?.states[rule.id] ?? 'active',
        problem: problems.get(rule.file) ?? null,
      })),
      refused: [
        ...(this.unreadable === null ? [] : [{ file: this.parts.files.source, problem: this.unreadable }]),
        ...[...problems].filter(([file]) => !inForce.has(file)).map(([file, problem]) => ({ file, problem })),
      ],
      permissions,
    };
  }

  /** A folder that can't be read can't be written to either. */
  private async permissions(): Promise<RulesStatus['permissions']> {
    try {
      return await this.parts.files.permissions();
    } catch {
      return { readOnly: new Set(), takesNew: false };
    }
  }

  /** Whoever has just changed a file wants it seen: the last look at the files does not count. */
  async lookNow(author: string): Promise<void> {
    await this.looking;
    this.lookedAt = Number.NEGATIVE_INFINITY;
    await this.refresh(author);
  }

  /**
   * Takes a rule out of force whose file is gone.
   * @throws OrderwrightError OW_RULE_UNKNOWN, OW_RULE_FILE_EXISTS where a file would bring it back, OW_RULES_UNREADABLE
   * where it can't be seen whether one would.
   */
  async remove(id: string, reason: string, author: string): Promise<string> {
    await this.lookNow(author);
    if (this.unreadable !== null) throw new OrderwrightError('OW_RULES_UNREADABLE', this.unreadable);
    return this.parts.database.write(async (session) => {
      await session.lock(['rules']);
      const { set } = await this.active(session);
      const rule = set.rules.find((candidate) => candidate.id === id);
      if (rule === undefined)
        throw new OrderwrightError('OW_RULE_UNKNOWN', `There is no rule ${id} in force`);
      if (this.merged?.states[id] === 'active' || this.merged?.states[id] === 'broken') {
        const message = `The file ${rule.file} still has the rule ${id}.\nMaybe delete the file first, or set its mode to observe.`;
        throw new OrderwrightError('OW_RULE_FILE_EXISTS', message);
      }
      const after = removeRule(set, id);
      const diff = diffRuleSets(set, after);
      await activate(session, after, { diff, source: 'rules remove', author, reason });
      return ruleSetHash(after);
    });
  }
}

interface Activation {
  diff: RuleSetDiff;
  source: string;
  author: string;
  reason?: string;
}

/** Stores a set as the one that every process decides by, and says so in the journal. */
async function activate(
  session: Session,
  set: RuleSet,
  { diff, source, author, reason }: Activation,
): Promise<void> {
  const hash = ruleSetHash(set);
  const document = serializeRuleSet(set);
  await session.ruleSets.activate({ hash, document, source, author, reason: reason ?? null, diff });
  const requestId = randomUUID();
  await session.journal.append([
    {
      actor: author,
      door: 'in-process',
      requestId,
      correlationId: requestId,
      operation: 'ActivateRuleSet',
      order: null,
      facts: {},
      ruleSet: hash,
      verdict: null,
      outcome: null,
      of: null,
      details: { source, diff: { ...diff }, ...(reason === undefined ? {} : { reason }) },
    },
  ]);
}
