/**
 * What is otherwise in one plan than in another: which orders start and end earlier or later, become late or on time, and
 * by how much, as data and in a planner's words. A preview of the queue and a comparison of two plans are both this.
 */
import type { Instant } from '../../../src/index.js';
import type { PlannedTimes, Unscheduled } from './answer.js';
import { localClock } from './gantt.js';
import { instantText } from './instant-text.js';

export interface PlanTimes {
  /** In queue order. */
  orders: Iterable<PlannedTimes>;
  unscheduled: readonly Unscheduled[];
}

/** `moved`: the same start and end, but operations at other times or places; `lateness`: only another due date. */
export type Change = 'earlier' | 'later' | 'moved' | 'lateness' | 'added' | 'removed';

/** Null where the order is not planned; `minutes` above 0 is later. */
export interface Shift {
  from: Instant | null;
  to: Instant | null;
  minutes: number;
}

export interface Difference {
  name: string;
  change: Change;
  becomes: 'late' | 'onTime' | null;
  start: Shift;
  end: Shift;
  latenessMinutes: { from: number | null; to: number | null };
  text: string;
}

export interface Differences {
  counts: Record<Change | 'becomeLate' | 'becomeOnTime' | 'unchanged', number>;
  /** All of it in one sentence. */
  text: string;
  /** What a planner has to know first comes first: no longer planned, late, on time, then by how far the end moves. */
  orders: Difference[];
}

/** @param zone the zone in which times are told. */
export function differencesOf(before: PlanTimes, after: PlanTimes, zone: string): Differences {
  const clock = localClock(zone);
  const tell = (seconds: number) => clock.format(seconds * 1000);
  const known = new Map([...before.orders].map((times) => [times.name, times]));
  const counts: Differences['counts'] = {
    earlier: 0,
    later: 0,
    moved: 0,
    lateness: 0,
    added: 0,
    removed: 0,
    becomeLate: 0,
    becomeOnTime: 0,
    unchanged: 0,
  };
  const orders: Difference[] = [];
  const add = (difference: Difference) => {
    counts[difference.change]++;
    if (difference.becomes === 'late') counts.becomeLate++;
    if (difference.becomes === 'onTime') counts.becomeOnTime++;
    orders.push(difference);
  };
  for (const to of after.orders) {
    const from = known.get(to.name);
    known.delete(to.name);
    if (from === undefined) add(added(to, tell));
    else if (changeOf(from, to) === null) counts.unchanged++;
    else add(changed(from, to, tell));
  }
  const reasons = new Map(after.unscheduled.map(({ name, message }) => [name, message]));
  for (const from of known.values()) add(removed(from, reasons.get(from.name)));
  orders.sort(
    (a, b) => rankOf(a) - rankOf(b) || Math.abs(b.end.minutes) - Math.abs(a.end.minutes) || byShift(a, b),
  );
  return { counts, text: summaryOf(counts), orders };
}

function rankOf({ change, becomes }: Difference): number {
  if (change === 'removed') return 0;
  return becomes === 'late' ? 1 : becomes === 'onTime' ? 2 : 3;
}

function byShift(a: Difference, b: Difference): number {
  return Math.abs(b.start.minutes) - Math.abs(a.start.minutes);
}

function changeOf(from: PlannedTimes, to: PlannedTimes): Change | null {
  const by = to.end - from.end || to.start - from.start;
  if (by !== 0) return by > 0 ? 'later' : 'earlier';
  if (to.latenessMinutes !== from.latenessMinutes) return 'lateness';
  return to.operations === from.operations ? null : 'moved';
}

function becomesOf(from: PlannedTimes, to: PlannedTimes): Difference['becomes'] {
  const [was, is] = [from.latenessMinutes > 0, to.latenessMinutes > 0];
  return was === is ? null : is ? 'late' : 'onTime';
}

type Tell = (seconds: number) => string;

function changed(from: PlannedTimes, to: PlannedTimes, tell: Tell): Difference {
  const change = changeOf(from, to) ?? 'moved';
  const becomes = becomesOf(from, to);
  const start = shiftOf(from.start, to.start);
  const end = shiftOf(from.end, to.end);
  const said =
    change === 'moved'
      ? 'keeps its start and end, with operations at other times or work centers'
      : change === 'lateness'
        ? 'keeps its times'
        : end.minutes !== 0
          ? `ends ${byText(end.minutes)}, ${tell(to.end)}`
          : `starts ${byText(start.minutes)}, ${tell(to.start)}, and ends as before`;
  const late = latenessText(from.latenessMinutes, to.latenessMinutes);
  return {
    name: to.name,
    change,
    becomes,
    start,
    end,
    latenessMinutes: { from: from.latenessMinutes, to: to.latenessMinutes },
    text: `Order ${to.name} ${said}${late === '' ? '' : `, and ${late}`}.`,
  };
}

function latenessText(from: number, to: number): string {
  if (from === to) return '';
  if (to === 0) return 'is on time';
  const late = durationText(to);
  return from === 0 ? `becomes ${late} late` : `is ${late} late instead of ${durationText(from)}`;
}

function added(to: PlannedTimes, tell: Tell): Difference {
  const late = to.latenessMinutes === 0 ? '' : `, ${durationText(to.latenessMinutes)} late`;
  return {
    name: to.name,
    change: 'added',
    becomes: to.latenessMinutes > 0 ? 'late' : null,
    start: { from: null, to: instantText(to.start), minutes: 0 },
    end: { from: null, to: instantText(to.end), minutes: 0 },
    latenessMinutes: { from: null, to: to.latenessMinutes },
    text: `Order ${to.name} is new in the plan: it ends ${tell(to.end)}${late}.`,
  };
}

function removed(from: PlannedTimes, reason: string | undefined): Difference {
  return {
    name: from.name,
    change: 'removed',
    becomes: null,
    start: { from: instantText(from.start), to: null, minutes: 0 },
    end: { from: instantText(from.end), to: null, minutes: 0 },
    latenessMinutes: { from: from.latenessMinutes, to: null },
    text: `Order ${from.name} is no longer planned${reason === undefined ? '.' : `: ${reason}`}`,
  };
}

function shiftOf(from: number, to: number): Shift {
  return { from: instantText(from), to: instantText(to), minutes: (to - from) / 60 };
}

function byText(minutes: number): string {
  return `${durationText(Math.abs(minutes))} ${minutes > 0 ? 'later' : 'earlier'}`;
}

const UNITS = [
  { seconds: 86_400, sign: 'd' },
  { seconds: 3600, sign: 'h' },
  { seconds: 60, sign: 'min' },
  { seconds: 1, sign: 's' },
];

/** `40 min`, `2 h 5 min`, `3 d 4 h`: the two largest units that are not 0. */
export function durationText(minutes: number): string {
  let rest = Math.round(minutes * 60);
  const parts = UNITS.flatMap(({ seconds, sign }) => {
    const count = Math.floor(rest / seconds);
    rest -= count * seconds;
    return count === 0 ? [] : [`${count} ${sign}`];
  });
  return parts.length === 0 ? '0 min' : parts.slice(0, 2).join(' ');
}

function summaryOf(counts: Differences['counts']): string {
  const parts = [
    ordersText(counts.later, 'ends later', 'end later'),
    ordersText(counts.earlier, 'is earlier', 'are earlier'),
    ordersText(counts.becomeLate, 'becomes late', 'become late'),
    ordersText(counts.becomeOnTime, 'becomes on time', 'become on time'),
    ordersText(counts.moved, 'keeps its times in other places', 'keep their times in other places'),
    ordersText(counts.lateness, 'is due at another time', 'are due at another time'),
    ordersText(counts.added, 'is new in the plan', 'are new in the plan'),
    ordersText(counts.removed, 'is no longer planned', 'are no longer planned'),
  ].filter((part) => part !== '');
  if (parts.length === 0) return 'No order is planned otherwise.';
  const rest = ordersText(counts.unchanged, 'stays as it is', 'stay as they are');
  return `${parts.join(', ')}${rest === '' ? '' : `; ${rest}`}.`;
}

function ordersText(count: number, one: string, many: string): string {
  return count === 0 ? '' : count === 1 ? `1 order ${one}` : `${count} orders ${many}`;
}
