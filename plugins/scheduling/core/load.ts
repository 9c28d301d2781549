/**
 * How much of its availability each work center has given to a plan, by its planning intervals or by what they add up to.
 * An interval counts where it begins, whole; idle time is a row too, times without availability are none.
 */
/* eslint-disable @typescript-eslint/no-non-null-assertion -- intervals are named by their place, which is below the grid's count */
import { OrderwrightError, type Instant } from '../../../src/index.js';
import type { PlannedOrder } from './answer.js';
import { weekdayOf } from './calendar.js';
import { capacityOf, type CapacityKind, type CapacityRow } from './capacity.js';
import { instantText } from './instant-text.js';
import type { Snapshot } from './snapshot.js';
import { DAY, ZoneClock } from './zone-clock.js';

export const LOAD_UNITS = ['interval', 'hour', 'day', 'week', 'month'] as const;
export type LoadUnit = (typeof LOAD_UNITS)[number];

/** What is asked for; epoch seconds, half-open. */
export interface LoadRequest {
  by: LoadUnit;
  from: number;
  to: number;
}

export interface LoadDocument {
  version: string | null;
  timeZone: string;
  origin: Instant;
  by: LoadUnit;
  /** Columns of seconds: when each stretch starts and ends since `origin`, what all lanes have in it, what is planned. */
  workCenters: {
    name: string;
    type: string | null;
    kind: CapacityKind;
    lanes: number;
    start: number[];
    end: number[];
    available: number[];
    planned: number[];
  }[];
}

const MOST_ROWS = 200_000;
/** Looked at, of all work centers together: some seconds of work. */
const MOST_INTERVALS = 10_000_000;
/** Looked at, of one of them: kept until they are added up. */
const MOST_OF_ROW = 1_000_000;

interface Stretch {
  start: number;
  end: number;
  available: number;
  planned: number;
}

/** @throws OrderwrightError OW_LOAD_TOO_LARGE for a time of more intervals, or more rows, than a chart can use */
export function loadOf(
  plan: { version: string | null; orders: readonly PlannedOrder[] },
  masters: Snapshot,
  request: LoadRequest,
): LoadDocument {
  const planned = plannedByRow(plan.orders);
  const bucketOf = bucketsOf(request, masters.timeZone);
  let rows = 0;
  let looked = 0;
  const workCenters = capacityOf(masters).map((row): LoadDocument['workCenters'][number] => {
    const own = planned.get(`${row.kind} ${row.name}`) ?? new Map<number, Stretch>();
    const intervals = intervalsOf(row, own, request, Math.min(MOST_OF_ROW, MOST_INTERVALS - looked));
    looked += intervals.length;
    const stretches = summed(intervals, bucketOf);
    rows += stretches.length;
    if (rows > MOST_ROWS) throw tooLarge(request.by);
    const { name, type, kind, lanes } = row;
    const column = (of: (stretch: Stretch) => number) => stretches.map(of);
    return {
      name,
      type,
      kind,
      lanes,
      start: column(({ start }) => start - request.from),
      end: column(({ end }) => end - request.from),
      available: column(({ available }) => available),
      planned: column(({ planned: seconds }) => seconds),
    };
  });
  const { version } = plan;
  const origin = instantText(request.from);
  return { version, timeZone: masters.timeZone, origin, by: request.by, workCenters };
}

/** What is planned by row and by the start of the interval. */
function plannedByRow(orders: readonly PlannedOrder[]): Map<string, Map<number, Stretch>> {
  const rows = new Map<string, Map<number, Stretch>>();
  for (const { operations } of orders) {
    for (const { placements = [], workCenterType } of operations) {
      for (const { workCenter, start, end, minutes } of placements) {
        const key = workCenter === null ? `type ${workCenterType ?? ''}` : `workCenter ${workCenter}`;
        let row = rows.get(key);
        if (row === undefined) rows.set(key, (row = new Map<number, Stretch>()));
        const from = Date.parse(start) / 1000;
        let stretch = row.get(from);
        if (stretch === undefined) {
          stretch = { start: from, end: Date.parse(end) / 1000, available: 0, planned: 0 };
          row.set(from, stretch);
        }
        stretch.planned += Math.round(minutes * 60);
      }
    }
  }
  return rows;
}

/** The intervals of which something is in the time asked for, with those that only the plan knows: availability has changed since. */
function intervalsOf(
  { grid, lanes }: CapacityRow,
  planned: ReadonlyMap<number, Stretch>,
  { from, to, by }: LoadRequest,
  most: number,
): Stretch[] {
  const stretches: Stretch[] = [];
  const found = new Set<number>();
  const containing = grid?.indexContaining(from) ?? -1;
  const first = containing >= 0 ? containing : (grid?.indexFrom(from) ?? -1);
  for (let at = first; at >= 0 && grid?.make(at + 1); at++) {
    const start = grid.starts[at]!;
    if (start >= to) break;
    if (stretches.length >= most || (by === 'interval' && stretches.length > MOST_ROWS)) throw tooLarge(by);
    const seconds = planned.get(start)?.planned ?? 0;
    stretches.push({
      start,
      end: grid.ends[at]!,
      available: grid.seconds[at]! * lanes,
      planned: seconds,
    });
    found.add(start);
  }
  const strange = [...planned.values()].filter(
    ({ start, end }) => end > from && start < to && !found.has(start),
  );
  return strange.length === 0 ? stretches : [...stretches, ...strange].sort((a, b) => a.start - b.start);
}

function summed(intervals: readonly Stretch[], bucketOf: (start: number) => number): Stretch[] {
  const sums: Stretch[] = [];
  let last = NaN;
  for (const interval of intervals) {
    const bucket = bucketOf(interval.start);
    const sum = sums.at(-1);
    if (sum !== undefined && bucket === last) {
      sum.end = Math.max(sum.end, interval.end);
      sum.available += interval.available;
      sum.planned += interval.planned;
    } else {
      sums.push({ ...interval });
      last = bucket;
    }
  }
  return sums;
}

/** The hour, day, week or month of the plant's zone in which an instant is, as a number. */
function bucketsOf({ by, from }: LoadRequest, zone: string): (start: number) => number {
  if (by === 'interval') return (start) => start;
  const clock = new ZoneClock(zone, from);
  return (start) => {
    const local = clock.localOf(start);
    const day = Math.floor(local / DAY);
    if (by === 'hour') return Math.floor(local / 3600);
    if (by === 'day') return day;
    if (by === 'week') return day - weekdayOf(day);
    const date = new Date(day * DAY * 1000);
    return date.getUTCFullYear() * 12 + date.getUTCMonth();
  };
}

function tooLarge(by: LoadUnit): OrderwrightError {
  return new OrderwrightError(
    'OW_LOAD_TOO_LARGE',
    `The load by ${by} is of more than ${MOST_ROWS} rows, or of a very long time.\nMaybe ask for a shorter time, or by a longer unit.`,
  );
}
