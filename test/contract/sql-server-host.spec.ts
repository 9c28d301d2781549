/** orderwright beside a foreign host on a live SQL Server: adopted, told apart, offered what is due, and left as it was. */
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { digestOf } from '../../src/adapters/sql/catalog.js';
import { openDatabase } from '../../src/adapters/sql/open-database.js';
import { Workplace } from '../e2e/command-line.js';
import { FIRST_KEY, foreignMapping, makeForeignHost } from './foreign-host.js';
import { dropDatabase, makeDatabase, MISSING, onDatabase } from './live-server.js';

interface Answer {
  mode: string;
  writer: string;
  changed: boolean;
  proved: boolean;
  left: string[];
  findings: string[];
  adopted: { orders: number; active: number; misfits: { path: string; message: string }[] };
  checks: { code: string; ok: boolean; message: string; fix: string | null }[];
  events: { order: string; operation: string; state: string }[];
  error: { code: string; problems: { path: string }[] };
  orders: { name: string; allowed: boolean; mode: string; violations: { code: string }[] }[];
  pendingHostActions: { operation: string }[];
  state: string;
  applied: number;
}

(MISSING === null ? describe : describe.skip)('[adapter] A foreign host on SQL Server', function () {
  this.timeout(600_000);
  let place: Workplace;
  let url: string;
  let before_: string;

  const ask = async (...words: string[]) => {
    const { code, stdout, stderr } = await place.run(['--json', ...words, '--database', url]);
    expect(stdout, stderr).to.match(/^\{/);
    return { code, answer: JSON.parse(stdout) as Answer, stdout };
  };
  const done = async (...words: string[]) => {
    const { code, answer, stdout } = await ask(...words);
    expect(code, `${words.join(' ')}: ${stdout.slice(0, 2000)}`).to.equal(0);
    return answer;
  };
  const host = (batch: string) => onDatabase(url, batch);
  const digest = async () => {
    const { knex, dialect } = await openDatabase(url);
    try {
      return digestOf(await dialect.catalog.read(knex));
    } finally {
      await knex.destroy();
    }
  };

  before(async () => {
    place = new Workplace();
    url = await makeDatabase();
    await makeForeignHost(url);
    before_ = await digest();
    place.file('mapping.json', foreignMapping());
  });
  after(async () => {
    place.remove();
    await dropDatabase(url);
  });

  it('is looked at first: what its modules do, and where it is not as the mapping says', async () => {
    const { findings } = await done('install', '--dry-run', '--mapping', 'mapping.json');
    expect(findings.join('\n')).to.match(/P_Close has OUTPUT without INTO/i);
    const wrong = foreignMapping(({ entities }) => {
      entities.ProductionOrder!.fields!.Quantity = { column: 'Amount', kind: 'decimal' };
      entities.Material!.fields!.Id = { column: 'Name', kind: 'key' };
      entities.Step!.table = 'CoreDataModel.T_Steps';
    });
    place.file('wrong.json', wrong);
    const { code, answer } = await ask('doctor', '--mapping', 'wrong.json');
    expect(code).to.equal(1);
    const told = answer.checks
      .filter((check) => check.code === 'OW_DOCTOR_MAPPING')
      .map(({ message }) => message);
    expect(told.join('\n'))
      .to.contain('$.entities.ProductionOrder.fields.Quantity names the column Amount')
      .and.contain('$.entities.Material.fields.Id')
      .and.contain('$.entities.Step.table names CoreDataModel.T_Steps');
    expect(told).to.have.length(3);
    const refused = await ask('install', '--mapping', 'wrong.json');
    expect(refused.code).to.equal(1);
    expect(refused.answer.error.code).to.equal('OW_MAPPING_DIFFERS');
    expect(await digest()).to.equal(before_);
  });

  it('is adopted in the mode observe, with its keys, numbers and local times as they are', async () => {
    const { mode, writer, adopted } = await done('install', '--mapping', 'mapping.json');
    expect([mode, writer]).to.deep.equal(['observe', 'host']);
    expect(adopted).to.include({ orders: 5, active: 5 });
    expect(adopted.misfits.map(({ path }) => path)).to.deep.equal(['PO-odd']);
    const [order] = await host(`select * from [orderwright].[HostProductionOrder] where [Name] = N'PO-2'`);
    expect(order).to.deep.include({
      Id: String(FIRST_KEY + 1n),
      Product: 'Panel',
      Quantity: '100.5',
      State: 'Released',
      UniversalState: 'Active',
      Facility: 'Plant A',
      // Summer and winter time of the host's zone.
      PlannedStart: '2026-07-01T06:00:00Z',
      PlannedEnd: '2026-12-01T07:00:00Z',
    });
    const { answer } = await ask('doctor');
    const bad = answer.checks.filter(({ ok }) => !ok).map(({ code }) => code);
    expect(bad).to.deep.equal(['OW_DOCTOR_OUTPUT']);
    expect((await done('install', '--mapping', 'mapping.json')).changed).to.equal(false);
  });

  it('is refused nothing, and what would have been is counted', async () => {
    const { orders } = (await ask('rules', 'explain', 'cancel', 'PO-1')).answer;
    expect(orders[0]?.name).to.equal('PO-1');
    const written = await ask('release', 'PO-1', '--dry-run');
    expect(written.answer.orders[0]?.violations.map(({ code }) => code)).to.include('OW_HOST_WRITES');
  });

  it('tells what it does on its own, in its own transaction, and its own triggers go on', async () => {
    await host(`begin transaction;
      update [CoreDataModel].[T_ProductionOrder] set [SystemState] = 1, [LastServiceHistoryId] = 900 where [Name] = N'PO-1';
      rollback transaction;
      update [CoreDataModel].[T_ProductionOrder] set [SystemState] = 1, [LastServiceHistoryId] = 901 where [Name] = N'PO-1';
      update [CoreDataModel].[T_ProductionOrder] set [Priority] = [Priority] + 1, [LastServiceHistoryId] = 902 where [Name] in (N'PO-2', N'PO-3')`);
    const { events } = await done('events', '--limit', '10');
    expect(events.map(({ order, operation, state }) => `${order} ${operation} ${state}`)).to.deep.equal([
      'PO-1 ProductionOrder.Release pending',
      'PO-2 ProductionOrder.Change pending',
      'PO-3 ProductionOrder.Change pending',
    ]);
    expect(await host('select count(*) as [Count] from [CoreDataModel].[T_Audit]')).to.deep.equal([
      { Count: 3 },
    ]);
    expect((await done('events', 'dispatch', '--until-idle')).applied).to.equal(3);
    expect((await done('order', 'PO-1')).state).to.equal('Released');
  });

  it('is offered what is due, does it itself, and is offered it no more', async () => {
    const moved = (states: string) =>
      host(`update [CoreDataModel].[T_Material] set ${states} where [Name] = N'M-1'`);
    await moved('[SystemState] = 2, [LastServiceHistoryId] = 903');
    await done('events', 'dispatch', '--until-idle');
    const shown = await done('order', 'PO-2');
    expect(shown.state).to.equal('Released');
    expect(shown.pendingHostActions.map(({ operation }) => operation)).to.deep.equal(['Start']);
    const offered = await host(
      'select [ProductionOrder], [Operation], [State] from [orderwright].[PendingHostAction]',
    );
    expect(offered).to.deep.equal([{ ProductionOrder: 'PO-2', Operation: 'Start', State: 'offered' }]);
    await host(
      `update [CoreDataModel].[T_ProductionOrder] set [SystemState] = 2, [LastServiceHistoryId] = 904 where [Name] = N'PO-2'`,
    );
    await done('events', 'dispatch', '--until-idle');
    expect((await done('order', 'PO-2')).pendingHostActions).to.deep.equal([]);
  });

  it('is as before once orderwright is gone: the same digest, and everything of its own still there', async () => {
    const { proved, left } = await done('uninstall', '--journal', 'kept.jsonl');
    expect(left).to.deep.equal([]);
    expect(proved).to.equal(true);
    expect(await digest()).to.equal(before_);
    await host(`update [CoreDataModel].[T_ProductionOrder] set [Priority] = 1 where [Name] = N'PO-1'`);
    expect(await host('select count(*) as [Count] from [CoreDataModel].[T_Audit]')).to.deep.equal([
      { Count: 5 },
    ]);
  });

  it('may call its tables, columns and users whatever it likes', async () => {
    // Not every server reads a name with a bracket in it.
    const close = await host(
      'create table [CoreDataModel].[T_]]] ([Id] int); drop table [CoreDataModel].[T_]]]',
    ).then(
      () => ']',
      () => ')',
    );
    const nasty = `T_Order ${close}x[ --`;
    const column = `Na${close}me'; drop table CoreDataModel.T_Audit; --`;
    const state = `/* St${close}ate`;
    const bracketed = (name: string) => `[${name.replaceAll(']', ']]')}]`;
    const table = `[CoreDataModel].${bracketed(nasty)}`;
    await host(`create table ${table} ([Id] bigint not null primary key, ${bracketed(column)} nvarchar(100) not null,
      [Qu"an:tity?] decimal(18, 4) not null, ${bracketed(state)} int not null, [R''V] bigint not null)`);
    await host(`insert into ${table} values (1, N'X''1', 2.5, 0, 1)`);
    const mapping = foreignMapping(({ entities }) => {
      entities.ProductionOrder = {
        table: `CoreDataModel.${nasty}`,
        rowVersion: "R''V",
        fields: {
          Id: { column: 'Id', kind: 'key' },
          Name: column,
          Product: { value: "Pan'el]" },
          Units: { value: 'pcs' },
          Quantity: { column: 'Qu"an:tity?', kind: 'decimal' },
          State: { column: state, values: { "0'": 'Closed', 0: 'Created', 1: 'Released' } },
        },
      };
    });
    place.file('nasty.json', mapping);
    const users = [`dbo${close} to [public'; --`, `it's me${close}`] as const;
    for (const user of users) await host(`create role ${bracketed(user)}`);
    const args = ['--mapping', 'nasty.json', '--install-user', users[0], '--run-user', users[1]];
    const { adopted } = await done('install', ...args);
    expect(adopted).to.include({ orders: 1, active: 1 });
    expect(
      await host('select [Name], [Product], [State] from [orderwright].[HostProductionOrder]'),
    ).to.deep.equal([{ Name: "X'1", Product: "Pan'el]", State: 'Created' }]);
    const granted =
      await host(`select has_perms_by_name('[orderwright].[HookEvent]', 'OBJECT', 'SELECT') as [Own],
      (select count(*) from [CoreDataModel].[T_Audit]) as [Count]`);
    expect(granted).to.deep.equal([{ Own: 1, Count: 5 }]);
    await host(`update ${table} set ${bracketed(state)} = 1, [R''V] = 2`);
    const { events } = await done('events');
    expect(events.map(({ order, operation }) => `${order} ${operation}`)).to.deep.equal([
      "X'1 ProductionOrder.Release",
    ]);
    expect((await ask('doctor')).answer.checks.filter(({ ok }) => !ok).map(({ code }) => code)).to.deep.equal(
      ['OW_DOCTOR_OUTPUT'],
    );
    const usage = await ask('install', '--run-user', 'a\nGO\nb');
    expect(usage.code).to.equal(2);
    expect(await done('uninstall', '--journal', 'nasty.jsonl')).to.include({ proved: true });
  });
});
