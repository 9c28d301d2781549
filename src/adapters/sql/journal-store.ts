/** The journal in our own tables. */
import type { Knex } from 'knex';
import { chunks } from '../../core/chunks.js';
import type { JsonObject } from '../../core/json.js';
import type { Facts } from '../../core/rules/fact.js';
import type { VerdictRow } from '../../core/rules/verdict.js';
import type { Clock } from '../../ports/clock.js';
import type {
  CountedVerdict,
  Door,
  Journal,
  JournalDraft,
  JournalEntry,
  JournalSeal,
  Outcome,
} from '../../ports/journal.js';
import type { Session } from '../../ports/database.js';
import type { Names } from '../../ports/migration.js';
import type { BulkRow } from './dialect.js';

interface EntryRow {
  Sequence: number;
  At: string;
  Actor: string;
  Door: Door;
  RequestId: string;
  CorrelationId: string;
  Operation: string;
  ProductionOrder: string | null;
  Facts: string;
  RuleSet: string | null;
  Verdict: string | null;
  Outcome: Outcome | null;
  Of: number | null;
  Details: string | null;
}

interface SealRow {
  Number: number;
  First: number;
  Last: number;
  Hash: string;
  Previous: string | null;
  At: string;
}

/** What the journal needs of the transaction that it works in. */
interface JournalTransaction {
  lock: Session['lock'];
  insertKeyed(table: string, rows: readonly BulkRow[], key: string): Promise<number[]>;
}

export class SqlJournal implements Journal {
  private readonly entries: string;
  private readonly sealTable: string;

  constructor(
    private readonly knex: Knex,
    names: Names,
    private readonly clock: Clock,
    private readonly transaction: JournalTransaction,
  ) {
    this.entries = names.table('orderwright.JournalEntry');
    this.sealTable = names.table('orderwright.JournalSeal');
  }

  async append(drafts: readonly JournalDraft[]): Promise<number[]> {
    await this.inTurn();
    const at = this.clock.now();
    const rows = drafts.map((draft) => ({ ...entryRow(draft, at) }));
    return this.transaction.insertKeyed(this.entries, rows, 'Sequence');
  }

  async read(filter: { order?: string; after?: number; limit: number }): Promise<JournalEntry[]> {
    const query = this.knex<EntryRow>(this.entries).orderBy('Sequence').limit(filter.limit);
    if (filter.order !== undefined) void query.where('ProductionOrder', filter.order);
    if (filter.after !== undefined) void query.where('Sequence', '>', filter.after);
    const rows: EntryRow[] = await query;
    return rows.map(toEntry);
  }

  async lastVerdict(order: string, of: { door?: Door; operation?: string }): Promise<JournalEntry | null> {
    const query = this.knex<EntryRow>(this.entries).where('ProductionOrder', order).whereNull('Of');
    if (of.door !== undefined) void query.where('Door', of.door);
    if (of.operation !== undefined) void query.where('Operation', of.operation);
    const row = await query.orderBy('Sequence', 'desc').first();
    return row === undefined ? null : toEntry(row);
  }

  async last(orders: readonly string[], operation: string): Promise<Map<string, JournalEntry>> {
    const found = new Map<string, JournalEntry>();
    for (const names of chunks(orders)) {
      const last = this.knex<EntryRow>(this.entries)
        .whereIn('ProductionOrder', names)
        .where('Operation', operation)
        .groupBy('ProductionOrder')
        .max('Sequence');
      const rows = await this.knex<EntryRow>(this.entries).whereIn('Sequence', last);
      for (const row of rows) found.set(row.ProductionOrder ?? '', toEntry(row));
    }
    return found;
  }

  async lastVerdicts(entries: number): Promise<{ since: string | null; verdicts: CountedVerdict[] }> {
    const last = await this.knex<EntryRow>(this.entries).max<{ last: number | null }[]>('Sequence as last');
    const after = (last[0]?.last ?? 0) - entries;
    const rows = await this.knex<EntryRow>(this.entries)
      .where('Sequence', '>', after)
      .whereNotNull('Verdict')
      .orderBy('Sequence')
      .select('At', 'Operation', 'Verdict');
    const verdicts = rows.map(({ Operation, Verdict }) => ({
      operation: Operation,
      verdict: JSON.parse(Verdict ?? 'null') as VerdictRow,
    }));
    return { since: rows[0]?.At ?? null, verdicts };
  }

  async seals(): Promise<JournalSeal[]> {
    await this.inTurn();
    const rows: SealRow[] = await this.knex<SealRow>(this.sealTable).orderBy('Number');
    return rows.map((row) => ({
      number: row.Number,
      first: row.First,
      last: row.Last,
      hash: row.Hash,
      previous: row.Previous,
      at: row.At,
    }));
  }

  async appendSeal(seal: JournalSeal): Promise<void> {
    await this.knex<SealRow>(this.sealTable).insert({
      Number: seal.number,
      First: seal.first,
      Last: seal.last,
      Hash: seal.hash,
      Previous: seal.previous,
      At: seal.at,
    });
  }

  /**
   * Sessions write their entries one after the other, so that no entry is committed after one with a later sequence has
   * been read: a seal would pass it by.
   */
  private inTurn(): Promise<void> {
    return this.transaction.lock(['journal']);
  }
}

/** An entry as the table has it, without the sequence that the database gives. */
export function entryRow(draft: JournalDraft, at: string): Omit<EntryRow, 'Sequence'> {
  return {
    At: at,
    Actor: draft.actor,
    Door: draft.door,
    RequestId: draft.requestId,
    CorrelationId: draft.correlationId,
    Operation: draft.operation,
    ProductionOrder: draft.order,
    Facts: JSON.stringify(draft.facts),
    RuleSet: draft.ruleSet,
    Verdict: draft.verdict === null ? null : JSON.stringify(draft.verdict),
    Outcome: draft.outcome,
    Of: draft.of,
    Details: draft.details === null ? null : JSON.stringify(draft.details),
  };
}

function toEntry(row: EntryRow): JournalEntry {
  return {
    sequence: row.Sequence,
    at: row.At,
    actor: row.Actor,
    door: row.Door,
    requestId: row.RequestId,
    correlationId: row.CorrelationId,
    operation: row.Operation,
    order: row.ProductionOrder,
    facts: JSON.parse(row.Facts) as Facts,
    ruleSet: row.RuleSet,
    verdict: row.Verdict === null ? null : (JSON.parse(row.Verdict) as VerdictRow),
    outcome: row.Outcome,
    of: row.Of,
    details: row.Details === null ? null : (JSON.parse(row.Details) as JsonObject),
  };
}
