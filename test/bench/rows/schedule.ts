/** Scheduling: snapshot in, plan out, on one core. */
import { execFileSync } from 'node:child_process';
import { planSchedule } from '../../../plugins/scheduling/core/plan.js';
import { Rescheduler } from '../../../plugins/scheduling/core/reschedule.js';
import type { QueuedOrder, Snapshot } from '../../../plugins/scheduling/core/snapshot.js';
import { aBareFactory, placeBare } from '../bare-scheduler.js';
import { aFactory, type FactorySize } from '../factory.js';
import { alternating, figureRow, median, ratioRow, timed, type Bench, type Row } from '../row.js';

const SMALL: FactorySize = { orders: 10_000, operations: 5, workCenters: 20 };
const LARGE: FactorySize = { orders: 200_000, operations: 5, workCenters: 400 };
/** What 0.1 s are of the 0.02 s that placing alone takes on the machine of design section 5. */
const BARE_LIMIT = 5;

interface Measured {
  seconds: number[];
  bareSeconds: number[];
  gibibytes: number;
  touchedPerOperation: number;
  unscheduled: number;
}

/** In a process of its own, whose memory is the scheduler's alone. */
function measured(size: FactorySize, runs: number): Measured {
  const text = execFileSync(process.execPath, [import.meta.filename, JSON.stringify({ size, runs })]);
  return JSON.parse(text.toString()) as Measured;
}

function measure({ size, runs }: { size: FactorySize; runs: number }): Measured {
  const snapshot = aFactory(size);
  const seconds: number[] = [];
  let plan = planSchedule(aFactory({ orders: 1, operations: 1, workCenters: 1 }));
  const run = () => {
    const start = performance.now();
    plan = planSchedule(snapshot);
    seconds.push((performance.now() - start) / 1000);
  };
  run();
  // `maxRSS` is in KiB.
  const gibibytes = process.resourceUsage().maxRSS / 2 ** 20;
  const bareSeconds: number[] = [];
  const bareFactory = aBareFactory(size);
  const bare = () => {
    const start = performance.now();
    const placed = placeBare(bareFactory);
    bareSeconds.push((performance.now() - start) / 1000);
    if (placed !== plan.statistics.placements) throw new Error('Both sides do not place the same');
  };
  // One run alone has nothing to take turns with.
  while (seconds.length < runs) {
    bare();
    run();
  }
  const { operations, intervalsTouched } = plan.statistics;
  return {
    seconds,
    bareSeconds,
    gibibytes,
    touchedPerOperation: intervalsTouched / operations,
    unscheduled: plan.unscheduled.length,
  };
}

if (process.argv[1] === import.meta.filename)
  process.stdout.write(
    JSON.stringify(measure(JSON.parse(process.argv[2] ?? '') as Parameters<typeof measure>[0])),
  );

/** How a figure that depends on the machine compares with what the placing alone costs on it, where both took turns. */
function againstBare(name: string, { seconds, bareSeconds }: Measured): Row[] {
  if (bareSeconds.length === 0) return [];
  const row = ratioRow(`${name}, against a bare list scheduler`, {
    figure: median(seconds),
    unit: 's',
    against: 'the same placements by typed arrays alone',
    other: median(bareSeconds),
    limit: BARE_LIMIT,
  });
  return [row];
}

// eslint-disable-next-line @typescript-eslint/require-await -- a benchmark answers later, as most do
export const schedule: Bench = async ({ quick, progress }) => {
  progress('10,000 orders x 5 operations');
  const small = measured(SMALL, quick ? 6 : 21);
  progress('200,000 orders x 5 operations');
  const large = measured(LARGE, quick ? 1 : 5);
  if (small.unscheduled + large.unscheduled > 0) throw new Error('An order was not planned');
  const touched = ratioRow('intervals touched per operation of 1,000,000', {
    figure: large.touchedPerOperation,
    unit: 'intervals',
    against: 'of 50,000',
    other: small.touchedPerOperation,
    limit: 1.05,
  });
  const [smallName, largeName] = ['schedule 10,000 orders x 5 operations', 'schedule 1,000,000 operations'];
  return [
    figureRow(smallName, median(small.seconds), 's', 0.1),
    ...againstBare(smallName, small),
    figureRow(largeName, median(large.seconds), 's', 3),
    ...againstBare(largeName, large),
    figureRow('memory of scheduling 1,000,000 operations', large.gibibytes, 'GiB', 1.5),
    { ...touched, pass: touched.pass && (touched.ratio ?? 0) >= 0.95 },
  ];
};

/** The queue after a change of the quantity of the order in its middle; each time another, so that nothing is kept. */
function changed(snapshot: Snapshot, round: number): Snapshot {
  const queue = [...snapshot.orders].sort((a, b) => a.priority - b.priority || place(a) - place(b));
  const middle = queue[queue.length >> 1];
  const orders = snapshot.orders.map((order) =>
    order === middle ? { ...order, quantity: String(round + 2) } : order,
  );
  return { ...snapshot, orders };
}

function place({ position }: QueuedOrder): number {
  return position ?? Infinity;
}

export const reschedule: Bench = async ({ quick, progress }) => {
  progress('10,000 orders x 5 operations, one changed in the middle');
  let snapshot = aFactory(SMALL);
  const scheduler = new Rescheduler();
  let round = 0;
  scheduler.plan(snapshot);
  const again = () => {
    snapshot = changed(snapshot, round++);
    return timed(() => scheduler.plan(snapshot));
  };
  const whole = () => timed(() => planSchedule(snapshot));
  await alternating(quick ? 1 : 3, [again, whole]);
  const [figure, other] = await alternating(quick ? 5 : 31, [again, whole]);
  const compared = { figure, unit: 'ms', against: 'a full run', other, limit: 0.6 };
  return [ratioRow('re-schedule after one order in the middle changed', compared)];
};
