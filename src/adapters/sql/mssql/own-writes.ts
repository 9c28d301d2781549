/**
 * Our own writes on SQL Server: the session's context names the transaction, and the triggers store what it does as done
 * and under that name, so that no dispatcher ever sees it. It is stored and not left out: a door that reports the same
 * transition then finds it, and what was seen of the host's row is taken from it, as on SQLite.
 */
import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { Names } from '../../../ports/migration.js';
import type { OwnWrites } from '../dialect.js';
import { linksSeenStatements } from '../host-seen.js';
import { writeAs } from './client.js';
import { quoted } from './quoted.js';

export class MssqlOwnWrites implements OwnWrites {
  private constructor(
    private readonly trx: Knex.Transaction,
    private readonly names: Names,
    /** Names the transaction, in the session and in the rows. */
    private readonly own: string,
  ) {}

  static async begin(trx: Knex.Transaction, names: Names): Promise<MssqlOwnWrites> {
    const own = randomUUID();
    await writeAs(trx, own);
    return new MssqlOwnWrites(trx, names, own);
  }

  /** Records what the triggers stored of this transaction's writes as seen, and takes its name off the rows. */
  async settle(): Promise<void> {
    const queue = quoted(this.names.table('orderwright.HookEvent'));
    await this.end(`update ${queue} set [ClaimedBy] = null where [ClaimedBy] = @own`);
  }

  /** Records them as seen, and takes the rows away. */
  async withdraw(): Promise<void> {
    const queue = quoted(this.names.table('orderwright.HookEvent'));
    await this.end(`delete from ${queue} where [ClaimedBy] = @own`);
  }

  /** One batch: most transactions write nothing of the host's, and end with its first question. */
  private async end(statement: string): Promise<void> {
    const queue = quoted(this.names.table('orderwright.HookEvent'));
    const seen = quoted(this.names.table('orderwright.HostSeen'));
    const entity = `left(e.[Operation], charindex(N'.', e.[Operation]) - 1)`;
    const same = `s.[Entity] = ${entity} and s.[Name] = e.[Subject]`;
    // The last of a row is the one that no other of the same row follows.
    const last = `e.[ClaimedBy] = @own and e.[RowVersion] is not null and not exists (
      select 1 from ${queue} as l where l.[ClaimedBy] = @own and l.[RowVersion] is not null
        and l.[Subject] = e.[Subject] and l.[Sequence] > e.[Sequence]
        and left(l.[Operation], charindex(N'.', l.[Operation])) = left(e.[Operation], charindex(N'.', e.[Operation])))`;
    await this.trx.raw(
      `declare @own nvarchar(100) = ?;
if exists (select 1 from ${queue} where [ClaimedBy] = @own)
begin
  update s set s.[HostId] = e.[HostId], s.[RowVersion] = e.[RowVersion], s.[State] = e.[ToState], s.[UniversalState] = e.[ToUniversalState]
    from ${seen} as s inner join ${queue} as e on ${same} where ${last};
  insert into ${seen} ([Entity], [Name], [HostId], [RowVersion], [State], [UniversalState])
    select ${entity}, e.[Subject], e.[HostId], e.[RowVersion], e.[ToState], e.[ToUniversalState] from ${queue} as e
     where ${last} and not exists (select 1 from ${seen} as s with (updlock, holdlock) where ${same});
  ${linksSeenStatements(this.names, 'e.[ClaimedBy] = @own').join(';\n  ')};
  ${statement};
end;`,
      [this.own],
    );
  }
}
