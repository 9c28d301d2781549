import { expect } from 'chai';
import type { Knex } from 'knex';
import { describe, it } from 'mocha';
import { digestOf } from '../../src/adapters/sql/catalog.js';
import type { OpenedDatabase } from '../../src/adapters/sql/dialect.js';
import { examine } from '../../src/adapters/sql/examine.js';
import { install, readInstallation, uninstall } from '../../src/adapters/sql/install.js';
import { openDatabase } from '../../src/adapters/sql/open-database.js';
import { systemClock } from '../../src/adapters/system-clock.js';
import { checksOf } from '../../src/core/installation/checks.js';
import { createOrderwright } from '../../src/index.js';
import { ENGINES, planOfAll } from './engines.js';

interface Client {
  _query: (connection: unknown, query: { sql: string }) => Promise<unknown>;
}

/** Has the database fail at a statement, as if the process had died there; gives how many it was asked for. */
async function failingAt(place: number, knex: Knex, work: () => Promise<unknown>): Promise<number> {
  // A transaction's client is made from the class.
  const shared = Object.getPrototypeOf(knex.client) as Client;
  const own = Object.hasOwn(shared, '_query');
  const { _query: query } = shared;
  let count = 0;
  shared._query = function failing(this: Client, connection, asked) {
    if (/^\s*(begin|commit|rollback)/i.test(asked.sql)) return query.call(this, connection, asked);
    count += 1;
    return count === place ? Promise.reject(new Error('on purpose')) : query.call(this, connection, asked);
  };
  try {
    await work();
  } catch (error) {
    if (!String(error).includes('on purpose')) throw error;
  } finally {
    if (own) shared._query = query;
    else Reflect.deleteProperty(shared, '_query');
  }
  return count;
}

for (const engine of ENGINES.slice(1)) {
  const title = `[adapter] Installing on ${engine.name}`;
  if (engine.missing !== null) {
    describe.skip(`${title}: ${engine.missing}`, () => {
      it('is done');
    });
    continue;
  }

  describe(title, function () {
    this.timeout(600_000);

    async function inADatabase(work: (opened: OpenedDatabase, url: string) => Promise<void>): Promise<void> {
      const url = await engine.make();
      const opened = await openDatabase(url);
      try {
        await work(opened, url);
      } finally {
        await opened.knex.destroy();
        if (opened.reader !== opened.knex) await opened.reader.destroy();
        await engine.drop(url);
      }
    }

    it('changes nothing when it is done a second time, and leaves nothing when it is undone', async () => {
      await inADatabase(async (opened) => {
        const { catalog } = opened.dialect;
        await opened.knex.raw('create table [HostTable] ([Id] int not null primary key, [Name] varchar(40))');
        const before = digestOf(await catalog.read(opened.knex));
        const plan = await planOfAll();
        expect(await install(opened, plan)).to.include({ changed: true, hostDigest: before });
        const installed = digestOf(await catalog.read(opened.knex));
        expect(await install(opened, plan)).to.include({ changed: false, hostDigest: before });
        expect(digestOf(await catalog.read(opened.knex))).to.equal(installed);
        expect(await readInstallation(opened)).to.include({ version: '1.2.3', mode: 'enforce' });
        const { hostDigest, left } = await uninstall(opened);
        expect(left).to.deep.equal([]);
        expect(hostDigest).to.deep.equal({ before, after: before });
        expect(digestOf(await catalog.read(opened.knex))).to.equal(before);
      });
    });

    it('ends the same wherever it broke off before and was run again', async () => {
      const plan = await planOfAll();
      let whole = '';
      let statements = 0;
      await inADatabase(async (opened) => {
        statements = await failingAt(0, opened.knex, () => install(opened, plan));
        whole = digestOf(await opened.dialect.catalog.read(opened.knex));
      });
      expect(statements).to.be.above(50);
      // Every place takes minutes: ORDERWRIGHT_TEST_EVERY_PLACE asks for them all.
      const step = process.env.ORDERWRIGHT_TEST_EVERY_PLACE ? 1 : engine.name === 'SQL Server' ? 61 : 13;
      await inADatabase(async (opened) => {
        for (let place = 1; place <= statements; place += step) {
          await failingAt(place, opened.knex, () => install(opened, plan));
          await install(opened, plan);
          expect(digestOf(await opened.dialect.catalog.read(opened.knex)), `after place ${place}`).to.equal(
            whole,
          );
          await uninstall(opened);
        }
      });
    });

    it('is told as good by the doctor, and as bad where somebody has changed an object', async () => {
      await inADatabase(async (opened) => {
        const plan = await planOfAll();
        const failing = async () => {
          const { findings } = await examine(opened, {
            folders: () => Promise.resolve(plan.folders),
            mapping: plan.mapping,
            now: () => systemClock.now(),
          });
          const checks = checksOf({ ...findings, version: '1.2.3', ruleProblems: [] });
          return checks.filter(({ ok }) => !ok).map(({ code }) => code);
        };
        expect(await failing()).to.include('OW_DOCTOR_INSTALLED');
        await install(opened, plan);
        expect(await failing()).to.deep.equal([]);
        const view = opened.dialect.names.table('orderwright.HostStep');
        await opened.knex.raw('drop view ??', [view]);
        expect(await failing()).to.deep.equal(['OW_DOCTOR_MISSING']);
        await opened.knex.raw('create view ?? as select 1 as [Name]', [view]);
        expect(await failing()).to.deep.equal(['OW_DOCTOR_DRIFTED']);
        await install(opened, plan);
        expect(await failing()).to.deep.equal([]);
        const events = opened.dialect.names.table('orderwright.HookEvent');
        await opened.knex(events).insert({
          Operation: 'ProductionOrder.Release',
          Subject: 'PO',
          Series: 'PO',
          Door: 'trigger',
          Actor: 'host',
          State: 'parked',
          Awaits: 0,
          Attempts: 5,
          StoredAt: '2026-11-22T10:00:00Z',
          AvailableAt: 0,
        });
        expect(await failing()).to.deep.equal(['OW_DOCTOR_EVENTS_PARKED']);
      });
    });

    if (engine.name === 'SQL Server') {
      it('is asked for before the database is used', async () => {
        await inADatabase(async (_opened, url) => {
          const failure = await createOrderwright({ database: url, folder: '/nowhere' }).then(
            () => null,
            (error: unknown) => error,
          );
          expect(failure).to.include({ code: 'OW_NOT_INSTALLED' });
        });
      });
    }
  });
}
