/** Seals over the journal: batches of entries by sequence, each seal holding the previous one's hash (design section 6). */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../core/json.js';
import type { Journal, JournalEntry, JournalSeal } from '../ports/journal.js';
import type { Database } from '../ports/database.js';

/** Entries read at a time, and the most that one seal covers. */
const BATCH = 1000;
/** Before an entry of any number that somebody may have slipped in. */
const BEFORE_ALL = Number.MIN_SAFE_INTEGER;

export interface Sealed {
  seals: number;
  entries: number;
}

export interface Verification {
  ok: boolean;
  entries: number;
  sealed: number;
  seals: number;
  problems: { path: string; code: string; message: string }[];
}

/** Seals every entry that is not sealed yet. */
export function sealJournal(database: Database, at: () => string): Promise<Sealed> {
  return database.write(async ({ journal }) => {
    const seals = await journal.seals();
    let previous = seals.at(-1) ?? null;
    const sealed: Sealed = { seals: 0, entries: 0 };
    for (;;) {
      const entries = await journal.read({ after: previous?.last ?? 0, limit: BATCH });
      const [first] = entries;
      const last = entries.at(-1);
      if (first === undefined || last === undefined) return sealed;
      const sealedAt = at();
      const seal: JournalSeal = {
        number: (previous?.number ?? 0) + 1,
        first: first.sequence,
        last: last.sequence,
        hash: sealHash(entries, previous, sealedAt),
        previous: previous?.hash ?? null,
        at: sealedAt,
      };
      await journal.appendSeal(seal);
      previous = seal;
      sealed.seals += 1;
      sealed.entries += entries.length;
    }
  });
}

/** Computes every seal again and says where the journal is not what was sealed; entries after the last seal are counted. */
export function verifyJournal(database: Database): Promise<Verification> {
  return database.read(async ({ journal }) => {
    const seals = await journal.seals();
    const problems: Verification['problems'] = [];
    let previous: JournalSeal | null = null;
    let sealed = 0;
    for (const seal of seals) {
      const entries = await between(journal, previous?.last ?? BEFORE_ALL, seal.last);
      const problem = sealProblem(seal, previous, entries);
      if (problem !== null) problems.push({ path: `seal ${seal.number}`, ...problem });
      sealed += entries.length;
      previous = seal;
    }
    const unsealed = await countAfter(journal, previous?.last ?? 0);
    return { ok: problems.length === 0, entries: sealed + unsealed, sealed, seals: seals.length, problems };
  });
}

function sealProblem(
  seal: JournalSeal,
  previous: JournalSeal | null,
  entries: JournalEntry[],
): { code: string; message: string } | null {
  if (seal.number !== (previous?.number ?? 0) + 1 || seal.previous !== (previous?.hash ?? null)) {
    const message = `The chain is broken before seal ${seal.number}: a seal was changed or taken out.`;
    return { code: 'OW_JOURNAL_CHAIN', message };
  }
  if (entries[0]?.sequence === seal.first && sealHash(entries, previous, seal.at) === seal.hash) return null;
  const message = `Entries ${seal.first} to ${seal.last} are not the ones that were sealed at ${seal.at}.`;
  return { code: 'OW_JOURNAL_CHANGED', message };
}

function sealHash(entries: readonly JournalEntry[], previous: JournalSeal | null, at: string): string {
  const hash = createHash('sha256').update(`${previous?.hash ?? ''}\n${at}`);
  for (const entry of entries) hash.update('\n').update(canonicalJson(entry));
  return hash.digest('hex');
}

async function between(journal: Journal, after: number, last: number): Promise<JournalEntry[]> {
  const entries: JournalEntry[] = [];
  for await (const entry of entriesOf(journal, after)) {
    if (entry.sequence > last) break;
    entries.push(entry);
  }
  return entries;
}

async function countAfter(journal: Journal, after: number): Promise<number> {
  let count = 0;
  for await (const entry of entriesOf(journal, after)) count += entry.sequence > after ? 1 : 0;
  return count;
}

/** Entries after a sequence, read in batches. */
export async function* entriesOf(journal: Journal, after = 0, order?: string): AsyncGenerator<JournalEntry> {
  for (let from = after; ;) {
    const entries = await journal.read({
      after: from,
      limit: BATCH,
      ...(order === undefined ? {} : { order }),
    });
    yield* entries;
    const last = entries.at(-1);
    if (last === undefined || entries.length < BATCH) return;
    from = last.sequence;
  }
}
