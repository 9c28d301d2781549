import { expect } from 'chai';
import { describe, it } from 'mocha';
import { SqlDatabase } from '../../../../src/adapters/sql/database.js';
import { mssqlDialect } from '../../../../src/adapters/sql/mssql/dialect.js';
import { failureOf, recoveryOf } from '../../../../src/adapters/sql/mssql/failures.js';
import { systemClock } from '../../../../src/adapters/system-clock.js';
import { recordingKnex, type Recording } from './recording-client.js';

function told(number: number, code = 'EREQUEST'): Error {
  return Object.assign(new Error('in any language'), { number, code });
}

function database({ knex }: Recording): SqlDatabase {
  return new SqlDatabase(knex, mssqlDialect, systemClock);
}

/** What was asked beside the name of the transaction, which each one gives its session for the triggers. */
function asked({ statements }: Recording): string[] {
  return statements.map(({ sql }) => sql).filter((sql) => !sql.includes('sp_set_session_context'));
}

async function failing(work: Promise<unknown>): Promise<{ code?: string; message: string }> {
  return work.then(
    () => ({ message: 'done' }),
    (error: unknown) => error as { code?: string; message: string },
  );
}

describe('[adapter] What goes wrong on SQL Server', () => {
  it('is told by number, also where it is one of several or the cause of another', () => {
    const codes: [number, string][] = [
      [1222, 'OW_DATABASE_LOCKED'],
      [2627, 'OW_DATABASE_DUPLICATE'],
      [229, 'OW_DATABASE_FORBIDDEN'],
      [208, 'OW_DATABASE_OBJECT_MISSING'],
      [8152, 'OW_DATABASE_TOO_LONG'],
      [547, 'OW_DATABASE_REFUSED'],
      [9002, 'OW_DATABASE_FULL'],
      [18456, 'OW_DATABASE_LOGIN'],
    ];
    for (const [number, code] of codes) expect(failureOf(told(number))).to.include({ code });
    expect(failureOf(new AggregateError([told(3621), told(2601)]))).to.include({
      code: 'OW_DATABASE_DUPLICATE',
    });
    expect(failureOf(new Error('no', { cause: told(1222) }))).to.include({ code: 'OW_DATABASE_LOCKED' });
    expect(failureOf(told(0, 'ETIMEOUT'))).to.include({ code: 'OW_DATABASE_TIMEOUT' });
    expect(failureOf(told(0, 'ESOCKET'))).to.include({ code: 'OW_DATABASE_UNREACHABLE' });
    expect(failureOf(new TypeError('of our own'))).to.equal(null);
    expect(recoveryOf(told(2627))).to.equal(null);
  });

  it('is run again where the transaction was a deadlock victim, from its start', async () => {
    const recording = recordingKnex();
    let runs = 0;
    const result = await database(recording).write(async ({ sql }) => {
      await sql.raw('select 1');
      runs += 1;
      if (runs < 3) throw new Error('a hook failed', { cause: told(1205) });
      return runs;
    });
    expect(result).to.equal(3);
    expect(asked(recording).filter((sql) => sql === 'select 1')).to.have.length(3);
    await recording.knex.destroy();
  });

  it('is given up after some attempts, and at once where it would fail again', async () => {
    const recording = recordingKnex();
    let runs = 0;
    const always = (number: number) =>
      database(recording).write(() => {
        runs += 1;
        return Promise.reject(told(number));
      });
    expect(await failing(always(3960))).to.include({ code: 'OW_DATABASE_LOCKED' });
    expect(runs).to.equal(6);
    expect(await failing(always(2627))).to.include({ code: 'OW_DATABASE_DUPLICATE' });
    expect(runs).to.equal(7);
    await recording.knex.destroy();
  });

  it('is not run again where the connection is lost while the change is being saved', async () => {
    const recording = recordingKnex();
    let runs = 0;
    recording.onCommit = () => told(0, 'ESOCKET');
    const saving = database(recording).write(({ sql }) => {
      runs += 1;
      return sql.raw('select 1');
    });
    expect(await failing(saving)).to.include({ code: 'OW_DATABASE_OUTCOME_UNKNOWN' });
    expect(runs).to.equal(1);
    await recording.knex.destroy();
  });

  it('writes nothing more in a transaction that the server has undone, whoever caught that', async () => {
    const recording = recordingKnex();
    const going = database(recording).write(async (session) => {
      recording.inTransaction = false;
      await session.nested(() => Promise.reject(new Error('swallowed'))).catch(() => undefined);
      await session.sql.raw('update [t] set [a] = 1');
    });
    expect((await failing(going)).message).to.contain('The database has undone the transaction');
    expect(asked(recording)).to.deep.equal([]);
    await recording.knex.destroy();
  });
});
