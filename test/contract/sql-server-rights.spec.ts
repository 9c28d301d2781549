/** What the two logins may do on a live SQL Server, and what `doctor` says where one of them may do less. */
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { ServingProcess } from '../e2e/a-serving-process.js';
import { Workplace } from '../e2e/command-line.js';
import { anOrder, plantFile } from '../e2e/shop.js';
import {
  dropDatabase,
  dropLogin,
  leaveOut,
  makeDatabase,
  makeLogin,
  MISSING,
  onDatabase,
  urlFor,
  type Login,
} from './live-server.js';

const USERS = ['--install-user', 'plant_install', '--run-user', 'plant_run'];

interface Answer {
  grants: string[];
  leftOut: string[];
  checks: { code: string; ok: boolean; message: string }[];
  applied: number;
}

(MISSING === null ? describe : describe.skip)('[adapter] The logins on SQL Server', function () {
  this.timeout(600_000);
  let place: Workplace;
  let url: string;
  const logins: Record<'install' | 'run', Login | null> = { install: null, run: null };
  /** Why the server makes no logins; null where it does. */
  let refusal: string | null = null;

  before(async () => {
    place = new Workplace();
    url = await makeDatabase();
    try {
      for (const role of ['install', 'run'] as const) {
        logins[role] = await makeLogin();
        await onDatabase(url, `create user [plant_${role}] for login [${logins[role].name}]`);
      }
    } catch (error) {
      refusal = `the server makes no logins: ${(error as Error).message}`;
    }
  });
  after(async () => {
    place.remove();
    await dropDatabase(url);
    for (const login of Object.values(logins)) if (login !== null) await dropLogin(login);
  });

  const as = (role: 'install' | 'run') => urlFor(url, logins[role]!);
  const ask = async (database: string, ...words: string[]) => {
    const { code, stdout, stderr } = await place.run(['--json', ...words, '--database', database]);
    return { code, stderr, answer: JSON.parse(stdout) as Answer, stdout };
  };
  const done = async (...words: string[]) => {
    const { code, stdout, answer } = await ask(as('run'), ...words);
    expect(code, `${words.join(' ')}: ${stdout.slice(0, 2000)}`).to.equal(0);
    return answer;
  };
  const refused = async (batch: string) => {
    const failure = await onDatabase(as('run'), batch).then(
      () => null,
      (error: unknown) => error,
    );
    expect(failure, batch).to.be.an('error');
  };

  it('install with the rights that are listed for it, and none besides', async function () {
    if (refusal !== null) leaveOut(this, refusal);
    const { answer } = await ask(url, 'install', '--dry-run', ...USERS);
    const wanted = answer.grants.filter((grant) => grant.endsWith('to [plant_install]'));
    expect(wanted.length).to.be.greaterThan(3);
    for (const schema of ['orderwright', 'mes']) await onDatabase(url, `create schema [${schema}]`);
    for (const grant of wanted) {
      try {
        // What the script makes before it can't be altered yet, and is its own.
        await onDatabase(url, grant);
      } catch (error) {
        leaveOut(this, `the server does not know ${grant}: ${(error as Error).message}`);
      }
    }
    const installing = await ask(as('install'), 'install', ...USERS);
    expect(installing.code, installing.stdout).to.equal(0);
    const left = installing.answer.leftOut.filter((grant) => !grant.endsWith('to [plant_install]'));
    expect(left).to.deep.equal([]);
  });

  it('run with the GRANTs of the second one: operations, synchronization, schedule, events, journal', async function () {
    if (refusal !== null) leaveOut(this, refusal);
    await ask(url, 'install', ...USERS);
    const plant = place.file(
      'plant.json',
      plantFile({ productionOrders: ['PO-1', 'PO-2'].map((name) => anOrder(name)) }),
    );
    const imported = await ask(url, 'import', plant);
    expect(imported.code, imported.stdout).to.equal(0);
    const doctor = await ask(as('run'), 'doctor');
    expect(doctor.answer.checks.filter(({ ok }) => !ok)).to.deep.equal([]);
    await done('create', '-f', place.file('order.json', anOrder('PO-3')));
    await done('release', 'PO-1', 'PO-2');
    await done('change', 'PO-1', '--input', '{"priority": "High"}');
    await done('material', 'create', 'PO-1', 'M1', '--input', '{"quantity": "4"}');
    await done('material', 'split', 'M1', '1');
    await done('material', 'change-order', 'M1', 'PO-2');
    await done('material', 'remove', 'PO-2', 'M1');
    await done('synchronize', 'PO-1');
    await done('schedule', '--save');
    await done('queue');
    await onDatabase(url, `update [mes].[ProductionOrder] set [Priority] = 9 where [Name] = N'PO-2'`);
    expect((await done('events', 'dispatch', '--until-idle')).applied).to.equal(1);
    await done('journal', 'verify');
    await done('journal', 'seal');
    await done('journal', 'PO-1');
    await done('rules', 'list');
    const serving = await ServingProcess.start(place.folder, '--database', as('run'));
    try {
      const orders = (await (await fetch(`${serving.url}/production-orders`)).json()) as {
        orders: unknown[];
      };
      expect(orders.orders).to.have.length(3);
      const body = JSON.stringify({ requestId: 'r1', orders: [{ name: 'PO-1' }] });
      const headers = { 'content-type': 'application/json' };
      const hook = `${serving.url}/hooks/ProductionOrder.Start/Pre`;
      expect((await fetch(hook, { method: 'POST', headers, body })).status).to.equal(200);
    } finally {
      await serving.stop();
    }
  });

  it('neither update nor delete what the journal holds, nor alter what is installed', async function () {
    if (refusal !== null) leaveOut(this, refusal);
    await refused(`update [orderwright].[JournalEntry] set [Actor] = N'nobody'`);
    await refused('delete from [orderwright].[JournalEntry]');
    await refused('delete from [orderwright].[JournalSeal]');
    await refused(`update [orderwright].[RuleSet] set [Content] = N'{}'`);
    await refused(`update [mes].[ProductionOrder] set [State] = N'Closed'`);
    await refused('drop table [orderwright].[HookEvent]');
    await refused('create table [orderwright].[Other] ([Id] int)');
    const { code } = await ask(as('run'), 'import', 'plant.json', '--replace');
    expect(code).to.equal(1);
  });

  it('are told by name what they miss', async function () {
    if (refusal !== null) leaveOut(this, refusal);
    const missing = async () => {
      const { code, answer } = await ask(as('run'), 'doctor');
      const check = answer.checks.find((one) => one.code === 'OW_DOCTOR_RIGHTS');
      expect(code).to.equal(check?.ok === true ? 0 : 1);
      return check?.ok === true ? '' : check?.message;
    };
    const rights = [
      ['delete', 'QueueEntry'],
      ['insert', 'JournalEntry'],
      ['select', 'HostProductionOrder'],
    ] as const;
    for (const [privilege, object] of rights)
      await onDatabase(url, `revoke ${privilege} on [orderwright].[${object}] from [plant_run]`);
    const told = await missing();
    for (const [privilege, object] of rights)
      expect(told).to.contain(`${privilege.toUpperCase()} on orderwright.${object}`);
    for (const [privilege, object] of rights)
      await onDatabase(url, `grant ${privilege} on [orderwright].[${object}] to [plant_run]`);
    expect(await missing()).to.equal('');
    // Without this one there is nothing to read of what the installation was.
    await onDatabase(url, 'revoke select on [orderwright].[Installation] from [plant_run]');
    expect(await missing()).to.contain('SELECT on orderwright.Installation');
  });
});
