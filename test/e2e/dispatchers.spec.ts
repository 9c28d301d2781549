import Database from 'better-sqlite3';
import { expect } from 'chai';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import type { Workplace } from './command-line.js';
import { ended, Template } from './command-line.js';
import { writeIn } from '../operations/folder.js';
import { aPlugin, withPlugins } from '../operations/plugin-files.js';
import { anOrder, plantFile } from './shop.js';

/** At full size 200 kills during 10,000 events; `ORDERWRIGHT_TEST_KILLS` sets the kills, and the events with them. */
const KILLS = Number(process.env.ORDERWRIGHT_TEST_KILLS ?? 15);
const EVENTS = KILLS * 50;
const DISPATCHERS = 3;
const NAMES = Array.from({ length: 50 }, (_, index) => `PO-${String(index).padStart(2, '0')}`);

/** A host that releases its orders and changes their due dates; some of what it begins it rolls back. */
const HOST = `
  const { default: Database } = await import(process.argv[1]);
  const [file, events, pause] = process.argv.slice(2);
  const database = new Database(file, { timeout: 60000 });
  database.pragma('synchronous = OFF');
  const orders = database.prepare('select Name from mes_ProductionOrder order by Name').pluck().all();
  const release = database.prepare("update mes_ProductionOrder set State = 'Released' where Name = ?");
  const change = database.prepare('update mes_ProductionOrder set DueDate = ? where Name = ?');
  for (let event = 0; event < Number(events); event += 1) {
    const order = orders[event % orders.length];
    const round = Math.floor(event / orders.length);
    if (event % 7 === 0) {
      database.exec('begin immediate');
      change.run('2030-01-01', order);
      database.exec('rollback');
    }
    if (round === 0) release.run(order);
    else change.run('2027-' + String(1 + round % 12).padStart(2, '0') + '-' + String(1 + Math.floor(round / 12) % 28).padStart(2, '0'), order);
    if (Number(pause) > 0 && event % 20 === 0) await new Promise((resolve) => setTimeout(resolve, Number(pause)));
  }
`;

/** Its rows say how often the effect of an event has come about. */
const WITNESS = aPlugin('witness', {
  manifest: { hooks: ['ProductionOrder.Release.Post', 'ProductionOrder.Change.Post'] },
  code: `{ post: Object.fromEntries(['Release', 'Change'].map((name) => [
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
});
const FILES = { ...WITNESS, ...withPlugins(['witness']) };

const template = new Template(plantFile({ productionOrders: NAMES.map((name) => anOrder(name)) }));
let place: Workplace;

describe('[e2e] dispatchers', () => {
  before(() => template.prepare());
  after(() => {
    template.remove();
  });
  beforeEach(() => {
    place = furnished();
  });
  afterEach(() => {
    place.remove();
  });

  function furnished(): Workplace {
    const made = template.copy();
    for (const [file, content] of Object.entries(FILES)) writeIn(made.folder, file, content);
    return made;
  }

  function hostOn(workplace: Workplace, pause: number): ChildProcess {
    const sqlite = import.meta.resolve('better-sqlite3');
    const given = [sqlite, workplace.database, String(EVENTS), String(pause)];
    return spawn(process.execPath, ['--input-type=module', '-e', HOST, ...given], { stdio: 'inherit' });
  }

  /** All that has to be the same, with neither times nor who held what for how long. */
  function resultOf(workplace: Workplace): Record<string, string[]> {
    const tables = workplace.dump(/^(?!.*(journal|sqlite_sequence|migration|ruleset))/i);
    const passing = new Set(['StoredAt', 'AvailableAt', 'ClaimedBy', 'ClaimedUntil', 'Id', 'PlannedAt']);
    const result = Object.fromEntries(
      Object.entries(tables).map(([name, rows]) => [
        name,
        rows
          .map((row) =>
            JSON.stringify(Object.entries(row as object).filter(([column]) => !passing.has(column))),
          )
          .sort(),
      ]),
    );
    const [entries = []] = Object.values(workplace.dump(/JournalEntry$/)) as Record<
      string,
      string | null
    >[][];
    const lines = Map.groupBy(
      entries.filter(({ ProductionOrder }) => ProductionOrder !== null),
      (row) => row.ProductionOrder,
    );
    for (const [order, rows] of lines) {
      result[`journal of ${order ?? ''}`] = rows.map(({ Operation, Door, Outcome, RequestId, Verdict }) =>
        [Operation, Door, Outcome, RequestId, Verdict].join(' '),
      );
    }
    return result;
  }

  /** Nobody waits for the leases of those that died; those that live lose what they hold, too. */
  function expire(): void {
    const database = new Database(place.database, { timeout: 60_000 });
    database.exec(`update orderwright_HookEvent set ClaimedUntil = 0 where State = 'claimed'`);
    database.close();
  }

  it(`come to the very result of an undisturbed run where they are killed ${KILLS} times during ${EVENTS} events`, async function () {
    this.timeout(1_800_000);
    const undisturbed = furnished();
    await ended(hostOn(undisturbed, 0));
    await undisturbed.done('events', 'dispatch', '--until-idle');

    const host = ended(hostOn(place, 20));
    let kills = 0;
    const lives = Array.from({ length: DISPATCHERS }, async (_, index) => {
      while (kills < KILLS) {
        // One of them is a server, which dispatches beside what it serves.
        const child = place.start(index === 0 ? ['serve', '--port', '0'] : ['events', 'dispatch']);
        child.stderr!.resume();
        const over = ended(child);
        // It says when it begins; before that the process only starts.
        await Promise.race([once(child.stdout!, 'data'), over]);
        child.stdout!.resume();
        await wait(600 * Math.random());
        if (kills >= KILLS) child.kill('SIGTERM');
        else if (child.kill('SIGKILL')) kills += 1;
        expire();
        await over;
      }
    });
    await Promise.all(lives);
    await host;
    expire();
    const { events: before } = (await place.done(
      'events',
      '--state',
      'done',
      '--limit',
      '100000',
    )) as unknown as {
      events: unknown[];
    };
    expect(before.length, 'applied between the kills').to.be.greaterThan(0);
    await place.done('events', 'dispatch', '--until-idle');
    expect(resultOf(place)).to.deep.equal(resultOf(undisturbed));
    const [witnesses = []] = Object.values(place.dump(/Witness$/)) as { Event: string }[][];
    expect(witnesses).to.have.length(EVENTS);
    expect(new Set(witnesses.map(({ Event }) => Event)).size).to.equal(EVENTS);
    expect((await place.done('journal', 'verify')).ok).to.equal(true);
    undisturbed.remove();
  });

  it('share the events of one database, each applied once and in the order of its production order', async function () {
    this.timeout(120_000);
    await ended(hostOn(place, 0));
    await Promise.all([1, 2, 3].map(() => place.done('events', 'dispatch', '--until-idle')));
    const [witnesses = []] = Object.values(place.dump(/Witness$/)) as {
      Event: string;
      ProductionOrder: string;
    }[][];
    expect(witnesses).to.have.length(EVENTS);
    for (const [order, rows] of Map.groupBy(witnesses, ({ ProductionOrder }) => ProductionOrder)) {
      const sequence = rows.map(({ Event }) => Number(Event.replace('event-', '')));
      expect(sequence, order).to.deep.equal(sequence.toSorted((a, b) => a - b));
    }
  });

  it('wait for a database that somebody locks, and hold it against no event', async function () {
    this.timeout(60_000);
    const database = new Database(place.database);
    database.exec(`update mes_ProductionOrder set State = 'Released' where Name = 'PO-00'; begin immediate`);
    const dispatched = place.done('events', 'dispatch', '--until-idle');
    await wait(2500);
    database.exec('commit');
    await dispatched;
    database.close();
    const { events } = (await place.done('events')) as unknown as { events: object[] };
    expect(events).to.have.length(1);
    expect(events[0]).to.include({ order: 'PO-00', state: 'done', attempts: 0, error: null });
  });

  it('stop when they are asked to, give back what they hold, and say what they did', async function () {
    this.timeout(60_000);
    const child = place.start(['events', 'dispatch', '--json']);
    let said = '';
    child.stdout!.on('data', (text: Buffer) => (said += text.toString()));
    const database = new Database(place.database);
    const applied = database
      .prepare<[], number>(
        `select count(*) from orderwright_HookEvent where State = 'done' and Actor = 'host'`,
      )
      .pluck();
    database.exec(`update mes_ProductionOrder set State = 'Released' where Name = 'PO-00'`);
    while (applied.get() === 0) await wait(20);
    database.close();
    child.kill('SIGTERM');
    expect(await ended(child)).to.equal(0);
    expect(JSON.parse(said)).to.deep.equal({ applied: 1, dropped: 0, retried: 0, parked: 0 });
  });
});
