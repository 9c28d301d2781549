import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { loadConfiguration } from '../../../../src/adapters/files/configuration.js';
import { mssqlDialect } from '../../../../src/adapters/sql/mssql/dialect.js';
import { CAPTURED_VIEWS } from '../../../../src/adapters/sql/capture-modes.js';
import { SqlDatabase } from '../../../../src/adapters/sql/database.js';
import { REFERENCE_MAPPING, type EntityMapping } from '../../../../src/adapters/sql/host-mapping.js';
import { systemClock } from '../../../../src/adapters/system-clock.js';
import { install } from '../../../../src/adapters/sql/install.js';
import { createOrderwright } from '../../../../src/index.js';
import { openOrderwright } from '../../../../src/orderwright.js';
import { planOfAll } from '../../../contract/engines.js';
import { story } from '../../../contract/story.js';
import { recordingKnex, type Recording } from './recording-client.js';
import { problemOfTSql } from './t-sql.js';

/** SQL Server's limit on the parameters of one statement. */
const MOST_PARAMETERS = 2100;

async function looksAtPolledTables({ knex }: Recording): Promise<void> {
  const polled = Object.entries(REFERENCE_MAPPING).map(([view, mapping]): [string, EntityMapping] => {
    return [view, CAPTURED_VIEWS.includes(view) ? { ...mapping, capture: 'poll' } : mapping];
  });
  const database = new SqlDatabase(knex, mssqlDialect, systemClock, { mapping: Object.fromEntries(polled) });
  for (const at of ['2026-11-22T10:00:00Z', '2026-11-22T10:00:01Z']) {
    await database.write(({ events }) => events.look(at, 0));
  }
  await database.write(({ events }) => events.lookAt({ orders: ['NEW'], materials: ['M1'] }, AT));
}

const AT = '2026-11-22T10:00:00Z';

describe('[adapter] Every statement for SQL Server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'orderwright-'));
  let recording: Recording;

  before(async function () {
    this.timeout(60_000);
    const file = join(folder, 'plant.db');
    await (await createOrderwright({ database: `sqlite:${file}`, folder })).close();
    const database = new Sqlite(file);
    recording = recordingKnex(database);
    const opened = { knex: recording.knex, reader: recording.knex, dialect: mssqlDialect };
    await install(opened, await planOfAll());
    recording.migrated = true;
    const orderwright = await openOrderwright({}, await loadConfiguration(null, folder), opened);
    try {
      await story(orderwright);
      // What the triggers of the database behind it have stored of the story is an event of a host here.
      await orderwright.reconcileEvents({ actor: 'ann' });
      await orderwright.dispatchEvents();
      await orderwright.events({ limit: 10 });
      for (const entity of ['ProductionOrder', 'Material']) {
        database.exec(
          `create view orderwright_Polled${entity} as select cast(Id as text) as Id, RowVersion from mes_${entity}`,
        );
      }
      await looksAtPolledTables(recording);
    } finally {
      await orderwright.close();
      database.close();
    }
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it('is read as T-SQL: tables, views, triggers, locks, and what a whole story asks and writes', function () {
    this.timeout(240_000);
    // Lists of two parameters and of twenty are read alike, and so are tables of two rows and of twenty.
    const texts = new Set(
      recording.statements.map(({ sql }) =>
        sql
          .replace(/\(values (\(.*?\)), .*\) as r/s, '(values $1) as r')
          .replace(/(@p\d+, ){2,}(?=@p)/g, '@p0, '),
      ),
    );
    const refused = [...texts].flatMap((sql) => {
      const problem = problemOfTSql(sql);
      return problem === null ? [] : [`${problem}\n  ${sql}`];
    });
    expect(refused.join('\n\n')).to.equal('');
    const all = [...texts].join('\n');
    for (const part of [
      'CREATE TABLE [mes].[ProductionOrder]',
      'create trigger',
      'create procedure',
      'create sequence',
      'sp_getapplock',
      'readpast, rowlock',
      'as binary(8)',
    ]) {
      expect(all).to.contain(part);
    }
    expect(texts.size).to.be.above(100);
  });

  it('has no more parameters than SQL Server takes', () => {
    const most = Math.max(...recording.statements.map(({ parameters }) => parameters));
    expect(most).to.be.below(MOST_PARAMETERS);
  });

  it('does without what only one of the engines has', () => {
    const avoided = /\bmerge\b|\bwaitfor\b|\bpivot\b|execute as|\bdeny\b|alter database|on conflict/i;
    expect(recording.statements.filter(({ sql }) => avoided.test(sql))).to.deep.equal([]);
  });

  it('would be told where it is broken', () => {
    for (const broken of [
      'create or alter view [a].[b] as select from [c]',
      'update [orderwright].[QueueEntry] set where [Position] = @p0',
      'insert into [orderwright].[QueueEntry] ([Position] values (1)',
      "create trigger t on x instead of update as begin throw 51000, 'no', 1;",
      'select top (@p0 * from [mes].[Product]',
    ]) {
      expect(problemOfTSql(broken), broken).to.not.equal(null);
    }
  });
});
