/** What only a live SQL Server shows: doors under the settings of a host's session, dispatchers that are killed, the demo. */
import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { after, before, beforeEach, describe, it } from 'mocha';
import { PACKAGE_ROOT } from '../../src/adapters/files/package-root.js';
import { plantReader } from '../../src/adapters/files/plant-file.js';
import { REFERENCE_MAPPING, type EntityMapping } from '../../src/adapters/sql/host-mapping.js';
import { createOrderwright } from '../../src/index.js';
import { importPlant } from '../../src/operations/import-plant.js';
import { ended, MAIN, Workplace } from '../e2e/command-line.js';
import { anOrder, plantFile } from '../e2e/shop.js';
import { writeIn } from '../operations/folder.js';
import { aPlugin, withPlugins } from '../operations/plugin-files.js';
import { ENGINES, installed, installedByCommand, type Installed } from './engines.js';

/** `ORDERWRIGHT_TEST_KILLS` sets the kills, and the events with them. */
const KILLS = Number(process.env.ORDERWRIGHT_TEST_KILLS ?? 6);
const ROUNDS = Math.max(4, KILLS);
const NAMES = Array.from({ length: 20 }, (_, index) => `PO-${String(index).padStart(2, '0')}`);

const HOOKS = ['Release', 'Change'];
/** Its rows say how often the effect of an event has come about. */
const WITNESS = {
  ...aPlugin('witness', {
    manifest: { hooks: HOOKS.map((name) => `ProductionOrder.${name}.Post`) },
    code: `{ post: Object.fromEntries(${JSON.stringify(HOOKS)}.map((name) => [
    'ProductionOrder.' + name + '.Post',
    async ({ session, requestId, snapshot }) => {
      const table = session.table('orderwright.Witness');
      await session.sql(table).insert({ Event: requestId, ProductionOrder: snapshot.order.name });
    },
  ])) }`,
    migrations: {
      '20261122100000_create_witness': `await knex.schema.createTable(names.table('orderwright.Witness'), (table) => {
      table.increments('Id'); table.string('Event'); table.string('ProductionOrder'); });`,
    },
  }),
  ...withPlugins(['witness']),
};

const engine = ENGINES.find(({ name }) => name === 'SQL Server')!;

(engine.missing === null ? describe : describe.skip)('[adapter] The doors in SQL Server', function () {
  this.timeout(300_000);
  let world: Installed;
  const batch = (sql: string) => world.knex.raw<Record<string, unknown>[]>(sql.replaceAll('?', '\\?'));
  const told = async () => {
    const events = await world.database.read((session) => session.events.read({ limit: 1000 }));
    return events.map(({ operation, order, door, state }) =>
      [operation.replace('ProductionOrder.', ''), order, door, state].join(' '),
    );
  };

  before(async () => {
    world = await installed(await engine.make());
    const text = JSON.stringify(plantFile({ productionOrders: NAMES.map((name) => anOrder(name)) }));
    await world.database.write(async ({ plant, events }) => {
      await importPlant({ text }, { store: plant, reader: plantReader });
      await events.withdraw();
    });
  });
  after(async () => {
    await (world as Installed | undefined)?.database.close();
    await engine.drop(world.url);
  });
  beforeEach(() => batch('delete from [orderwright].[HookEvent]'));

  it("leave the host's identity and its count of rows as they are", async () => {
    await batch('create table [mes].[HostLog] ([Id] int identity(700, 1) primary key, [Text] nvarchar(10))');
    const [row] = await batch(`insert into [mes].[HostLog] ([Text]) values (N'a');
      update [mes].[ProductionOrder] set [Priority] = [Priority] + 1 where [Name] in (N'PO-01', N'PO-02');
      select @@rowcount as [Count], cast(@@identity as int) as [Identity]`);
    expect(row?.Count).to.equal(2);
    // An engine whose sequences are what @@IDENTITY tells can't show that ours leaves it alone.
    const [probe] = await batch(`insert into [mes].[HostLog] ([Text]) values (N'b');
      declare @next bigint = next value for [orderwright].[HookEvent_Sequence];
      select cast(@@identity as int) as [Identity]`);
    if (probe?.Identity === 701) expect(row?.Identity).to.equal(700);
    expect(await told()).to.have.length(2);
  });

  it('store what a statement did in a transaction with a savepoint, as far as it was committed', async () => {
    await batch(`begin transaction;
      update [mes].[ProductionOrder] set [Priority] = 41 where [Name] = N'PO-01';
      save transaction [before];
      update [mes].[ProductionOrder] set [Priority] = 42 where [Name] = N'PO-02';
      rollback transaction [before];
      commit transaction;`);
    expect(await told()).to.deep.equal(['Change PO-01 trigger pending']);
  });

  it('let a host insert, and cut nothing of long names', async () => {
    const name = 'Ä'.repeat(400);
    await batch(`insert into [mes].[ProductionOrder] ([Name], [Product], [Quantity], [Units], [Priority], [OverDeliveryTolerance],
        [UnderDeliveryTolerance], [Restricted], [IncludeInPlanning], [State], [UniversalState])
      values (N'${name}', N'Panel', N'1', N'pcs', 3, N'0', N'0', 0, 1, N'Created', N'Active')`);
    expect(await told()).to.deep.equal([`Create ${name} trigger pending`]);
    await batch(`delete from [mes].[ProductionOrder] where [Name] = N'${name}'`);
  });

  describe('that a host calls', () => {
    const post = (given: string) => `exec [orderwright].[ProductionOrder_Release_Post] ${given};`;

    it('store one event of a request and none where the host rolls back', async () => {
      await batch(`begin transaction; ${post("@name = N'PO-03', @requestId = N'r0'")} rollback transaction;`);
      expect(await told()).to.deep.equal([]);
      for (let time = 0; time < 2; time += 1) {
        await batch(
          `begin transaction; ${post(`@name = N'PO-03', @requestId = N'r1', @input = N'{"reason":"a"}'`)} commit transaction;`,
        );
      }
      expect(await told()).to.deep.equal(['Release PO-03 report pending']);
      const [event] = await world.database.read(({ events }) => events.read({ limit: 1 }));
      expect(event).to.deep.include({
        requestId: 'r1',
        correlationId: 'r1',
        actor: 'host',
        input: { reason: 'a' },
      });
      expect(event?.rowVersion).to.match(/^\d+$/);
    });

    it('are called by the example of a host, whose order is released with its event or not at all', async () => {
      const example = readFileSync(join(PACKAGE_ROOT, 'src', 'examples', 'host-release.sql'), 'utf8');
      const made = await batch(example.replace('create or alter', 'create')).catch((error: unknown) => error);
      expect(made).to.be.an('array');
      const call = (name: string) =>
        batch(`exec [mes].[ReleaseProductionOrder] @name = N'${name}', @plannedStart = N'2026-12-07T08:00:00Z',
          @plannedEnd = N'2026-12-08T08:00:00Z', @requestId = N'of the host ${name}', @actor = N'ann'`);
      await call('PO-06');
      expect(await told()).to.deep.equal(['Release PO-06 trigger pending']);
      const again = await call('PO-06').then(
        () => null,
        (error: unknown) => error as { number: number },
      );
      expect(again?.number).to.equal(50_001);
      await batch('disable trigger all on [mes].[ProductionOrder]');
      try {
        await call('PO-07');
      } finally {
        await batch('enable trigger all on [mes].[ProductionOrder]');
      }
      expect(await told()).to.deep.equal(['Release PO-06 trigger pending', 'Release PO-07 report pending']);
      const events = await world.database.read((session) => session.events.read({ limit: 10 }));
      expect(events[1]).to.deep.include({
        requestId: 'of the host PO-07',
        actor: 'ann',
        input: { plannedStart: '2026-12-07T08:00:00Z', plannedEnd: '2026-12-08T08:00:00Z' },
      });
    });

    it('add nothing to what a trigger has stored of the same transition', async () => {
      await batch(`begin transaction;
        update [mes].[ProductionOrder] set [State] = N'Released' where [Name] = N'PO-04';
        ${post("@name = N'PO-04'")}
        commit transaction;`);
      expect(await told()).to.deep.equal(['Release PO-04 trigger pending']);
    });

    it('never fail their caller: neither for an order that is not there nor for an input that is none', async () => {
      await batch(post("@name = N'none', @input = N'{not json'"));
      await batch(post("@name = N'PO-05', @input = N'[1]'"));
      expect(await told()).to.deep.equal(['Release none report pending', 'Release PO-05 report pending']);
    });
  });

  it('are made by the way of capture that each table has, and taken away where it changes', async () => {
    const { names, capture } = world.dialect;
    const makes = async (modes: Record<string, EntityMapping['capture'] & string>) => {
      const entities = Object.entries(REFERENCE_MAPPING).map(([view, mapping]) => {
        const mode = modes[view];
        return [view, mode === undefined ? mapping : { ...mapping, capture: mode }] as const;
      });
      const mapping = Object.fromEntries(entities);
      await capture.create(world.knex, names, mapping);
      expect(await capture.present(world.knex, names, mapping)).to.equal(true);
      const rows = await batch(`select [name] as [Name] from sys.objects where [type] in ('TR', 'P') and
        ([name] like 'orderwright[_]%' or [name] like '%[_]Post') order by [name]`);
      return rows.map(({ Name }) => (Name as string).toLowerCase());
    };
    const polled = await makes({
      HostProductionOrder: 'poll',
      HostMaterial: 'poll',
      HostProductionOrderMaterial: 'poll',
    });
    expect(polled).to.deep.equal([]);
    const called = await makes({ HostProductionOrder: 'procedure' });
    expect(called)
      .to.include('productionorder_release_post')
      .and.not.include('orderwright_productionorder_update');
    expect(await makes({})).to.have.length(called.length + 2);
  });

  it(`come to each effect once, in order, where dispatchers are killed ${KILLS} times`, async () => {
    const url = await engine.make();
    const place = new Workplace();
    for (const [file, content] of Object.entries(WITNESS)) writeIn(place.folder, file, content);
    const installing = await place.run(['install', '--database', url]);
    expect(installing.code, installing.stderr).to.equal(0);
    const door = await createOrderwright({ database: url, folder: place.folder });
    await door.importPlant({
      text: JSON.stringify(plantFile({ productionOrders: NAMES.map((name) => anOrder(name)) })),
    });
    await door.rules();
    const host = await installed(url);
    const queue = host.dialect.names.table('orderwright.HookEvent');
    const expired = () => host.knex(queue).where('State', 'claimed').update({ ClaimedUntil: 0 });
    try {
      const orders = () => host.knex(host.dialect.names.table('mes.ProductionOrder'));
      let kills = 0;
      const works = async () => {
        for (let round = 0; round < ROUNDS || kills < KILLS; round += 1) {
          const change = round === 0 ? { State: 'Released' } : { Priority: 10 + round };
          for (const name of NAMES) await orders().where('Name', name).update(change);
          // As long as there is something to be killed, there is something to be applied.
          await wait(round < ROUNDS ? 150 : 1_000);
        }
      };
      const applied = async () => {
        const [row] = await host.knex(queue).where('State', 'done').count({ Count: '*' });
        return Number(row?.Count ?? 0);
      };
      let started = 0;
      const lives = async () => {
        while (kills < KILLS) {
          const child = place.start(['events', 'dispatch', '--database', url]);
          child.stderr!.resume();
          const over = ended(child);
          // It says when it begins; before that the process only starts.
          await Promise.race([once(child.stdout!, 'data'), over]);
          child.stdout!.resume();
          const [since, until] = [await applied(), performance.now() + 30_000];
          // Every other one has done something before, however slow the machine is; the others die at any moment.
          started += 1;
          const effective = started % 2 === 1;
          while (effective && performance.now() < until && (await applied()) === since) await wait(100);
          await wait(2_000 * Math.random());
          if (child.kill('SIGKILL')) kills += 1;
          await over;
          await expired();
        }
      };
      await Promise.all([works(), lives(), lives()]);
      await wait(500);
      await expired();
      const between = await host.knex(queue).where('State', 'done').select('Sequence as Sequence');
      expect(between.length, 'applied between the kills').to.be.greaterThan(0);
      const dispatched = await Promise.all([door.dispatchEvents(), door.dispatchEvents()]);
      expect(dispatched.map(({ parked }) => parked)).to.deep.equal([0, 0]);
      const events: { Sequence: string; State: string }[] = await host
        .knex(queue)
        .where('Door', 'trigger')
        .select('Sequence as Sequence', 'State as State');
      expect(events.filter(({ State }) => State !== 'done')).to.deep.equal([]);
      const witnesses: { Event: string; ProductionOrder: string }[] = await host
        .knex('orderwright.Witness')
        .orderBy('Id')
        .select('Event as Event', 'ProductionOrder as ProductionOrder');
      expect(witnesses.map(({ Event }) => Event)).to.have.members(
        events.map(({ Sequence }) => `event-${Sequence}`),
      );
      for (const [order, rows] of Map.groupBy(witnesses, ({ ProductionOrder }) => ProductionOrder)) {
        const sequence = rows.map(({ Event }) => Number(Event.replace('event-', '')));
        expect(sequence, order).to.deep.equal(sequence.toSorted((one, next) => one - next));
      }
      await door.sealJournal();
      expect(await door.verifyJournal()).to.include({ ok: true });
    } finally {
      await door.close();
      await host.database.close();
      place.remove();
      await engine.drop(url);
    }
  });
});

(engine.missing === null ? describe : describe.skip)('[adapter] The demo on SQL Server', function () {
  this.timeout(600_000);
  let place: Workplace;
  let url: string;
  before(async () => {
    place = new Workplace();
    url = await engine.make();
  });
  after(async () => {
    place.remove();
    await engine.drop(url);
  });

  it('says what to do where orderwright is not installed', async () => {
    const { code, document } = await place.ask(['demo', '--database', url]);
    expect(code).to.equal(1);
    expect(document.error.message).to.contain('Run orderwright install').and.contain('without --database');
  });

  it('has commands that each end there as they do on SQLite', async () => {
    const { commands } = (await place.done('demo')) as unknown as {
      commands: { command: string; exitCode: number }[];
    };
    expect(commands.length).to.be.greaterThan(10);
    await installedByCommand(url);
    for (const { command, exitCode } of commands) {
      const line = command.replace(/^orderwright/, '"$NODE" "$MAIN"');
      const env = { ...process.env, NODE: process.execPath, MAIN, ORDERWRIGHT_DATABASE: url };
      expect(exitCodeOf(line, place.folder, env), command).to.equal(exitCode);
    }
  });

  it('leaves a database alone that has orders, and is told on one that has none', async () => {
    const { code, document } = await place.ask(['demo', '--database', url]);
    expect([code, document.error.code]).to.deep.equal([1, 'OW_DEMO_DATABASE']);
    const empty = await engine.make();
    try {
      await installedByCommand(empty);
      const { stdout } = await place.run(['demo', '--json', '--database', empty]);
      const { database, commands } = JSON.parse(stdout) as { database: string; commands: unknown[] };
      expect(commands).to.have.length.greaterThan(10);
      expect(database).to.match(/^mssql:\/\/[^:]+@/);
      const { password } = new URL(empty);
      expect(stdout).to.not.contain(password);
    } finally {
      await engine.drop(empty);
    }
  });
});

function exitCodeOf(line: string, cwd: string, env: NodeJS.ProcessEnv): number | null {
  try {
    execFileSync('sh', ['-c', line], { cwd, env, stdio: 'pipe' });
    return 0;
  } catch (error) {
    return (error as { status: number | null }).status;
  }
}
