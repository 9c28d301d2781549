/** Rule sets by content hash, and which of them was activated when, by whom and from where. */
import type { Knex } from 'knex';
import type { Clock } from '../../ports/clock.js';
import type { RuleSetActivation, RuleSetStore, RuleVersion, StoredRuleSet } from '../../ports/rule-store.js';
import type { Names } from '../../ports/migration.js';
import type { KeptQueries } from './kept-queries.js';

interface ActivationRow {
  Sequence: number;
  Hash: string;
  At: string;
  Source: string;
  Author: string;
  Reason: string | null;
  Diff: string;
}

export class SqlRuleSetStore implements RuleSetStore {
  private readonly sets: string;
  private readonly activations: string;

  constructor(
    private readonly knex: Knex.Transaction,
    names: Names,
    private readonly clock: Clock,
    private readonly queries: KeptQueries,
  ) {
    this.sets = names.table('orderwright.RuleSet');
    this.activations = names.table('orderwright.RuleSetActivation');
  }

  async activeHash(): Promise<string | null> {
    const [row] = await this.queries.all<Pick<ActivationRow, 'Hash'>>(this.knex, 'active rule set', [], () =>
      this.knex(this.activations)
        .where('Sequence', this.knex(this.activations).max('Sequence'))
        .select('Hash'),
    );
    return row?.Hash ?? null;
  }

  async active(): Promise<StoredRuleSet | null> {
    const hash = await this.activeHash();
    return hash === null ? null : { hash, document: await this.document(hash) };
  }

  async find(hash: string): Promise<RuleSetActivation | null> {
    const row = await this.knex<ActivationRow>(this.activations)
      .where('Hash', hash)
      .orderBy('Sequence', 'desc')
      .first();
    if (row === undefined) return null;
    return {
      hash,
      document: await this.document(hash),
      at: row.At,
      source: row.Source,
      author: row.Author,
      reason: row.Reason,
      diff: JSON.parse(row.Diff) as RuleSetActivation['diff'],
    };
  }

  async versionsOf(rule: string, limit: number): Promise<RuleVersion[]> {
    const rows: ActivationRow[] = await this.knex<ActivationRow>(this.activations)
      .where('Diff', 'like', `%${JSON.stringify(rule)}%`)
      .orderBy('Sequence', 'desc')
      .limit(limit);
    return rows.map(({ Hash, At, Source, Author, Reason, Diff }) => {
      const { added, changed } = JSON.parse(Diff) as RuleSetActivation['diff'];
      const change = added.includes(rule) ? 'added' : changed.includes(rule) ? 'changed' : 'removed';
      return { hash: Hash, at: At, source: Source, author: Author, reason: Reason, change };
    });
  }

  async activate(activation: Omit<RuleSetActivation, 'at'>): Promise<void> {
    const known = (await this.knex(this.sets).where('Hash', activation.hash).first('Hash')) as unknown;
    if (known === undefined) {
      await this.knex(this.sets).insert({ Hash: activation.hash, Document: activation.document });
    }
    await this.knex(this.activations).insert({
      Hash: activation.hash,
      At: this.clock.now(),
      Source: activation.source,
      Author: activation.author,
      Reason: activation.reason,
      Diff: JSON.stringify(activation.diff),
    });
  }

  private async document(hash: string): Promise<string> {
    const row = await this.knex<{ Hash: string; Document: string }>(this.sets).where('Hash', hash).first();
    if (row === undefined) throw new Error(`The rule set ${hash} was activated but is not stored`);
    return row.Document;
  }
}
