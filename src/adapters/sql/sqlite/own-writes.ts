/**
 * Our own writes on SQLite, which has no SESSION_CONTEXT that would let the triggers skip them: the transaction marks
 * the rows that they made as done before it ends. They are marked and not deleted: a door that reports the same
 * transition then finds it, and what was seen of the host's row is taken from them.
 */
import type { Knex } from 'knex';
import type { Names } from '../../../ports/migration.js';
import type { OwnWrites } from '../dialect.js';
import { linksSeenStatements } from '../host-seen.js';
import { connectionOf, prepared } from './bulk-insert.js';

export class SqliteOwnWrites implements OwnWrites {
  private readonly queue: string;
  private readonly seen: string;

  private constructor(
    private readonly trx: Knex.Transaction,
    private readonly names: Names,
    /** The last event before this transaction: whoever writes holds the lock, so that later ones are its own. */
    private readonly before: number,
  ) {
    this.queue = names.table('orderwright.HookEvent');
    this.seen = names.table('orderwright.HostSeen');
  }

  static async begin(trx: Knex.Transaction, names: Names): Promise<SqliteOwnWrites> {
    const queue = names.table('orderwright.HookEvent');
    const last = prepared(await connectionOf(trx), 'select seq from sqlite_sequence where name = ?').get(
      queue,
    );
    const before = (last as { seq: number } | undefined)?.seq ?? 0;
    return new SqliteOwnWrites(trx, names, before);
  }

  /** Marks what the triggers stored of this transaction's writes, and records it as seen. */
  async settle(): Promise<void> {
    const connection = await connectionOf(this.trx);
    const own = `Sequence > ? and Door = 'trigger' and State = 'pending'`;
    const { changes } = prepared(
      connection,
      `update ${this.queue} set State = 'done', Actor = 'orderwright' where ${own}`,
    ).run(this.before);
    if (changes > 0) await this.see();
  }

  /** Takes the rows away again, and records what they show as seen. */
  async withdraw(): Promise<void> {
    await this.see();
    prepared(
      await connectionOf(this.trx),
      `delete from ${this.queue} where Sequence > ? and Door = 'trigger' and State = 'pending'`,
    ).run(this.before);
  }

  private async see(): Promise<void> {
    prepared(
      await connectionOf(this.trx),
      `insert into ${this.seen} (Entity, Name, HostId, RowVersion, State, UniversalState)
       select substr(Operation, 1, instr(Operation, '.') - 1), Subject, HostId, RowVersion, ToState, ToUniversalState
         from ${this.queue} where Sequence > ? and Door = 'trigger' and RowVersion is not null order by Sequence
       on conflict (Entity, Name) do update set HostId = excluded.HostId, RowVersion = excluded.RowVersion,
         State = excluded.State, UniversalState = excluded.UniversalState`,
    ).run(this.before);
    for (const statement of linksSeenStatements(this.names, `e.[Sequence] > ? and e.[Door] = 'trigger'`)) {
      prepared(await connectionOf(this.trx), statement).run(this.before);
    }
  }
}
