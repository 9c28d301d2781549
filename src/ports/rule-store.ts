/** Where rule files are read, and where the active rule set is kept. */

import type { RuleFile } from '../core/rules/rule.js';

export type { RuleFile };

export interface RuleFiles {
  /** A description of the folders, for the journal and `rules list`. */
  readonly source: string;
  read(): Promise<RuleFile[]>;
  /** Changes whenever a file may have changed; cheap. */
  stamp(): Promise<string>;
  /**
   * Writes a file whole or not at all, and keeps what it was before beside it.
   * @throws OrderwrightError OW_RULES_READ_ONLY where the file would be one of the package's own, OW_RULES_UNWRITABLE
   */
  write(file: RuleFile): Promise<void>;
  /** The text of one file as it is now; null where there is none. */
  text(file: string): Promise<string | null>;
  /** Which files nobody writes to, and whether there may be new ones. */
  permissions(): Promise<{ readOnly: ReadonlySet<string>; takesNew: boolean }>;
}

export interface StoredRuleSet {
  hash: string;
  /** The set as `serializeRuleSet` writes it. */
  document: string;
}

export interface RuleSetActivation {
  hash: string;
  document: string;
  at: string;
  source: string;
  author: string;
  reason: string | null;
  diff: { added: string[]; changed: string[]; removed: string[] };
}

/** One time that a rule came into force, was changed or taken out. */
export interface RuleVersion extends Omit<RuleSetActivation, 'document' | 'diff'> {
  change: 'added' | 'changed' | 'removed';
}

export interface RuleSetStore {
  /** The set that every process decides by; null before the first activation. */
  active(): Promise<StoredRuleSet | null>;
  activeHash(): Promise<string | null>;
  find(hash: string): Promise<RuleSetActivation | null>;
  /** The activations that changed a rule, newest first. @param rule its id, of small letters, digits, `-` and `/` */
  versionsOf(rule: string, limit: number): Promise<RuleVersion[]>;
  activate(activation: Omit<RuleSetActivation, 'at'>): Promise<void>;
}
