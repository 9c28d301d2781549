/** The dispatcher on events of orders whose steps are as their flow wants them: how many a second, none lost and none twice. */
import { createOrderwright } from '../../../src/index.js';
import { insertAll, NOW, releaseByHost, withDatabase, type BenchDatabase } from '../database.js';
import { figureRow, median, ratioRow, throughputRow, timed, type Bench } from '../row.js';

const QUEUE = 'orderwright_HookEvent';
const JOURNAL = 'orderwright_JournalEntry';
const ROUNDS = 5;
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
    for (let turn = 0; turn < ROUNDS; turn++) bareRounds.push(await writtenBare(database, round));
    return [
      throughputRow('dispatcher on the embedded database', median(perSecond), 'events/s', 1000),
      ratioRow('dispatcher, against its floor', {
        figure: median(perSecond),
        unit: 'events/s',
        against: 'a journal entry and the mark in the queue of each, through prepared statements',
        other: median(bareRounds),
        limit: null,
      }),
      figureRow(`events lost of ${count}`, lost, 'events', 0),
      figureRow(`events applied twice of ${count}`, twice, 'events', 0),
    ];
  });
};

/**
 * Events per second where nothing is read or decided: an entry of the journal for each event, and that it is done, written
 * through prepared statements in one transaction.
 */
async function writtenBare({ bare }: BenchDatabase, events: number): Promise<number> {
  const own = bare
    .prepare<[number], { Sequence: number }>(
      `select Sequence from ${QUEUE} where Actor = 'host' order by Sequence limit ?`,
    )
    .all(events);
  const entries = bare.prepare<[], Record<string, unknown>>(
    `select * from ${JOURNAL} where json_extract(Details, '$.event') is not null limit ${events}`,
  );
  bare.exec(`drop table if exists Bare; create table Bare as select * from ${JOURNAL} where 0`);
  const rows = entries.all();
  const done = bare.prepare<[number]>(`update ${QUEUE} set State = 'done' where Sequence = ?`);
  const spent = await timed(
    bare.transaction(() => {
      for (const { Sequence } of own) done.run(Sequence);
      insertAll(bare, 'Bare', rows);
    }),
  );
  return (1000 * own.length) / spent;
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
