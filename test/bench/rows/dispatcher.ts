/** The dispatcher on events of orders whose steps are as their flow wants them: how many a second, none lost and none twice. */
import { createOrderwright } from '../../../src/index.js';
import { completeFacts, type Facts } from '../../../src/core/rules/fact.js';
import { bareEngine, registry, shippedRules } from '../bare-engine.js';
import { insertAll, NOW, releaseByHost, withDatabase, type BenchDatabase } from '../database.js';
import { figureRow, median, ratioRow, throughputRow, timed, type Bench } from '../row.js';

const QUEUE = 'orderwright_HookEvent';
const JOURNAL = 'orderwright_JournalEntry';
const ROUNDS = 5;
/** Events that the dispatcher claims at once. */
const CLAIM = 128;
/** Its own, its steps and its dependencies. */
const ROWS_OF_ORDER = 1 + 35 + 30;
/** For the answer on lost events and events that were applied twice: that many dispatchers at once. */
const SIDE_BY_SIDE = 3;

export const dispatcher: Bench = ({ quick, progress }) => {
  const round = quick ? 100 : 2000;
  // The first round is for the dispatcher to come to speed, the last for several of them.
  const count = round * (ROUNDS + 2);
  return withDatabase({ orders: count, operations: 5, workCenters: 20 }, async (database) => {
    const { door, orders, bare } = database;
    progress(`the steps of ${count} orders`);
    const asked = { operation: 'Synchronize', orders, now: NOW, actor: 'bench' };
    const { orders: rows } = await door.perform(asked);
    if (rows.some(({ allowed }) => !allowed)) throw new Error('An order was not synchronized');
    progress(`${round} releases by the host, ${ROUNDS} times`);
    const perSecond: number[] = [];
    for (let turn = 0; turn <= ROUNDS; turn++) {
      releaseByHost(bare, orders.slice(turn * round, (turn + 1) * round));
      perSecond.push((1000 * round) / (await timed(() => door.dispatchEvents())));
    }
    perSecond.shift();
    progress(`${round} more by ${SIDE_BY_SIDE} dispatchers side by side`);
    releaseByHost(bare, orders.slice(round * (ROUNDS + 1)));
    await sideBySide(database);
    const { lost, twice, changed } = outcomes(database);
    if (changed > 0) throw new Error(`The steps of ${changed} orders were made anew`);
    const bareRounds: number[] = [];
    progress(`${round} events by the bare libraries, ${ROUNDS} times`);
    for (let turn = 0; turn < ROUNDS; turn++) bareRounds.push(await appliedBare(database, orders, round));
    return [
      throughputRow('dispatcher on the embedded database', median(perSecond), 'events/s', 1000),
      ratioRow('dispatcher, against the bare libraries', {
        figure: median(perSecond),
        unit: 'events/s',
        against: 'by the bare libraries, its rows read and written and its rules evaluated',
        other: median(bareRounds),
        limit: null,
      }),
      figureRow(`events lost of ${count}`, lost, 'events', 0),
      figureRow(`events applied twice of ${count}`, twice, 'events', 0),
    ];
  });
};

/**
 * Events per second of what an event cannot do without, by the libraries alone: its order, steps and dependencies are read,
 * the rules of the synchronization asked before and in it, and its entries of the journal and its mark in the queue
 * written, by prepared statements in transactions of as many events as the dispatcher claims. Nothing is decided, built or
 * compared.
 */
async function appliedBare(
  { bare }: BenchDatabase,
  orders: readonly string[],
  events: number,
): Promise<number> {
  const engine = bareEngine(shippedRules('synchronize'));
  const done = bare.prepare<[string]>(
    `update ${QUEUE} set State = 'done' where Subject = ? and Actor = 'host'`,
  );
  const order = bare.prepare<[string]>('select * from orderwright_HostProductionOrder where Name = ?');
  const steps = bare.prepare<[string]>(
    'select * from orderwright_ProductionOrderStep where ProductionOrder = ?',
  );
  const dependencies = bare.prepare<[string, string]>(
    'select * from orderwright_ProductionOrderStepDependency where FromOrder = ? or ToOrder = ?',
  );
  const entries = bare.prepare<[string], { Facts: string; Operation: string; Verdict: string | null }>(
    `select * from ${JOURNAL} where ProductionOrder = ? and RequestId like 'event-%'`,
  );
  bare.exec(`drop table if exists Bare; create table Bare as select * from ${JOURNAL} where 0`);
  const some = orders.slice(0, events).map((name) => ({ name, rows: entries.all(name) }));
  let read = 0;
  const spent = await timed(async () => {
    for (let from = 0; from < some.length; from += CLAIM) {
      bare.exec('begin immediate');
      const claimed = some.slice(from, from + CLAIM);
      for (const { name, rows } of claimed) {
        read += order.all(name).length + steps.all(name).length + dependencies.all(name, name).length;
        const asked = rows.find(({ Operation, Verdict }) => Operation === 'Synchronize' && Verdict !== null);
        const facts = completeFacts(registry, JSON.parse(asked?.Facts ?? '') as Facts);
        for (let times = 0; times < 2; times++) await engine.run(facts);
        done.run(name);
      }
      insertAll(
        bare,
        'Bare',
        claimed.flatMap(({ rows }) => rows),
      );
      bare.exec('commit');
    }
  });
  if (read !== some.length * ROWS_OF_ORDER) throw new Error(`${read} rows of ${some.length} orders`);
  return (1000 * some.length) / spent;
}

async function sideBySide({ door, file, folder }: BenchDatabase): Promise<void> {
  const others = await Promise.all(
    Array.from({ length: SIDE_BY_SIDE - 1 }, () => createOrderwright({ database: `sqlite:${file}`, folder })),
  );
  await Promise.all([door, ...others].map((each) => each.dispatchEvents()));
  await Promise.all(others.map((other) => other.close()));
}

/** The journal has one outcome of each event that was applied, with what became of the steps. */
function outcomes({ bare }: BenchDatabase): { lost: number; twice: number; changed: number } {
  const count = (sql: string) => bare.prepare<[], number>(sql).pluck().get() ?? NaN;
  const applied = `select json_extract(Details, '$.event') as Event, Details from ${JOURNAL}
    where json_extract(Details, '$.event') is not null`;
  return {
    lost: count(`select count(*) from ${QUEUE} where Actor = 'host'
      and (State <> 'done' or cast(Sequence as text) not in (select Event from (${applied})))`),
    twice: count(`select count(*) from (select Event from (${applied}) group by Event having count(*) > 1)`),
    changed: count(`select count(*) from (${applied}) where Details not like '%change 0, add 0, remove 0%'`),
  };
}
