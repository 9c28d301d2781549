/** The journal: what was asked, decided, on which facts, and what came of it. Nothing in it is updated or deleted. */
import type { JsonObject } from '../core/json.js';
import type { Facts } from '../core/rules/fact.js';
import type { VerdictRow } from '../core/rules/verdict.js';
import type { Instant } from '../core/time.js';

export type Outcome = 'committed' | 'rolled back' | 'bypassed' | 'overridden';
export type Door = 'command' | 'http' | 'in-process' | 'event' | 'hook';

/** What an entry says; the journal adds its sequence and the real clock's time. */
export interface JournalDraft {
  actor: string;
  door: Door;
  requestId: string;
  correlationId: string;
  /** `Release`, or an admin change such as `Import` or `ActivateRuleSet`. */
  operation: string;
  order: string | null;
  facts: Facts;
  ruleSet: string | null;
  verdict: VerdictRow | null;
  /** Null in an entry that records a verdict: its outcome is a later entry that names it in `of`. */
  outcome: Outcome | null;
  of: number | null;
  details: JsonObject | null;
}

export interface JournalEntry extends JournalDraft {
  sequence: number;
  at: Instant;
}

/** What counting needs of an entry. */
export interface CountedVerdict {
  operation: string;
  verdict: VerdictRow;
}

/** A seal over entries `first` to `last`: their hash and the previous seal's, so that no entry changes unseen. */
export interface JournalSeal {
  number: number;
  first: number;
  last: number;
  hash: string;
  previous: string | null;
  at: Instant;
}

export interface Journal {
  /** Adds entries and gives their sequences in the same order. */
  append(drafts: readonly JournalDraft[]): Promise<number[]>;
  /** Entries after `after`, oldest first; of one order where it is named. */
  read(filter: { order?: string; after?: number; limit: number }): Promise<JournalEntry[]>;
  /** The last verdict about an order, of those that came through a door or are of an operation. */
  lastVerdict(order: string, of: { door?: Door; operation?: string }): Promise<JournalEntry | null>;
  /** The last entry of any kind about each of these orders in an operation; none for an order without one. */
  last(orders: readonly string[], operation: string): Promise<Map<string, JournalEntry>>;
  /** The verdicts among the last so many entries, and since when these are; without facts, as they are only counted. */
  lastVerdicts(entries: number): Promise<{ since: Instant | null; verdicts: CountedVerdict[] }>;
  seals(): Promise<JournalSeal[]>;
  appendSeal(seal: JournalSeal): Promise<void>;
}
