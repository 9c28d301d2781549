import { expect } from 'chai';
import type { Knex } from 'knex';
import { describe, it } from 'mocha';
import { digestOf } from '../../src/adapters/sql/catalog.js';
import type { OpenedDatabase } from '../../src/adapters/sql/dialect.js';
import { examine } from '../../src/adapters/sql/examine.js';
import { install, readInstallation, uninstall } from '../../src/adapters/sql/install.js';
import { migrateFolder } from '../../src/adapters/sql/migration.js';
import { openDatabase } from '../../src/adapters/sql/open-database.js';
import { systemClock } from '../../src/adapters/system-clock.js';
import { checksOf } from '../../src/core/installation/checks.js';
import { createOrderwright } from '../../src/index.js';
import type { MigrationList } from '../../src/ports/migration.js';
import { ended, Workplace } from '../e2e/command-line.js';
import { ENGINES, planOfAll } from './engines.js';

/** `ORDERWRIGHT_TEST_KILLS` sets them. */
const KILLS = Number(process.env.ORDERWRIGHT_TEST_KILLS ?? 2);

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

/** How many migrations there were before what is installed was recorded. */
function before(list: MigrationList): number {
  const place = list.findIndex(({ name }) => name.endsWith('_create_installation'));
  return place === -1 ? list.length : place;
}

async function codeOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => null,
    (error: unknown) => (error as { code?: string }).code,
  );
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

    it('brings up to date what a version without installations has made, and keeps what is in it', async () => {
      await inADatabase(async (opened, url) => {
        const plan = await planOfAll();
        await install(opened, plan);
        const whole = digestOf(await opened.dialect.catalog.read(opened.knex));
        await uninstall(opened);
        const { names, hostViews } = opened.dialect;
        for (const { folder, list } of plan.folders)
          await migrateFolder(opened.knex, names, folder, list.slice(0, before(list)));
        await opened.knex.transaction(async (trx) => {
          await hostViews.create(trx, names, plan.mapping.entities);
        });
        await opened
          .knex(names.table('mes.Facility'))
          .insert({ Name: 'Plant A', TimeZone: 'UTC', TerminateOnShip: 0, Remote: 0 });
        if (engine.name === 'SQL Server') {
          expect(await codeOf(createOrderwright({ database: url, folder: '/nowhere' }))).to.equal(
            'OW_INSTALL_OUTDATED',
          );
          const { findings } = await examine(opened, {
            folders: () => Promise.resolve(plan.folders),
            mapping: null,
            now: () => systemClock.now(),
          });
          expect(findings.pendingMigrations).to.include('kernel/20261122096000_create_installation');
        }
        await install(opened, plan);
        expect(digestOf(await opened.dialect.catalog.read(opened.knex))).to.equal(whole);
        expect(await opened.knex(names.table('mes.Facility')).pluck('Name')).to.deep.equal(['Plant A']);
        if (engine.name === 'SQL Server')
          await (await createOrderwright({ database: url, folder: '/nowhere' })).close();
      });
    });

    it(`ends the same where the process was killed ${KILLS} times while it installed`, async () => {
      const place = new Workplace();
      try {
        await inADatabase(async (opened, url) => {
          const began = performance.now();
          const done = await place.run(['install', '--database', url]);
          const took = performance.now() - began;
          expect(done.code, done.stderr).to.equal(0);
          const read = async () => digestOf(await opened.dialect.catalog.read(opened.knex));
          const whole = await read();
          for (let kill = 1; kill <= KILLS; kill += 1) {
            await uninstall(opened);
            const child = place.start(['install', '--database', url]);
            // The process starts for a good part of it; the kills are spread over the rest.
            const timer = setTimeout(() => child.kill('SIGKILL'), took * (0.2 + (0.75 * kill) / (KILLS + 1)));
            await ended(child);
            clearTimeout(timer);
            const again = await place.run(['install', '--database', url]);
            expect(again.code, `after kill ${kill}: ${again.stderr}`).to.equal(0);
            expect(await read(), `after kill ${kill}`).to.equal(whole);
          }
        });
      } finally {
        place.remove();
      }
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
          expect(await codeOf(createOrderwright({ database: url, folder: '/nowhere' }))).to.equal(
            'OW_NOT_INSTALLED',
          );
        });
      });
    }
  });
}
