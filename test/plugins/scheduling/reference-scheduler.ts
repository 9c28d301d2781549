/**
 * The same schedule made slowly and obviously: every minute of the horizon is looked at, lanes are arrays of minutes, and
 * nothing is shared, skipped or remembered. It knows what the random plants have: bills of materials without components,
 * or steps with dependencies; whole minutes; one company.
 */
import { Temporal } from 'temporal-polyfill';

import { epochMilliseconds, parseDayOrInstant, toInstant } from '../../../src/index.js';
import type {
  Absence,
  IntervalUnit,
  Snapshot,
  WorkCenter,
  WorkSchedule,
} from '../../../plugins/scheduling/core/snapshot.js';
import { WEEKDAYS } from '../../../plugins/scheduling/core/snapshot.js';

export interface ReferencePlacement {
  workCenter: string;
  lane: number;
  start: number;
  end: number;
  minutes: number;
}

export interface ReferenceOperation {
  name: string;
  batch: number | null;
  start: number;
  end: number;
  placements: ReferencePlacement[];
}

export type ReferencePlan = Map<string, ReferenceOperation[] | 'no room'>;

interface Minute {
  at: number;
  used: boolean;
}

interface Interval {
  start: number;
  end: number;
  minutes: Minute[];
}

interface LaneOfMinutes {
  workCenter: string;
  lane: number;
  /** Planned by day, week or month: an interval that has begun is used too. */
  isBucket: boolean;
  intervals: Interval[];
}

const MINUTE = 60;
const DAYS_BACK = { minute: 8, hour: 8, day: 8, week: 15, month: 40 } as const;

function seconds(text: string, zone: string, edge: 'start' | 'end'): number {
  return epochMilliseconds(toInstant(parseDayOrInstant(text, zone, edge), zone, edge)) / 1000;
}

function zoned(instant: number, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(instant * 1000).toZonedDateTimeISO(zone);
}

/** The minutes of the horizon, and of the days before it, in which a schedule works. */
export function availableMinutes(
  schedule: WorkSchedule,
  absences: readonly Absence[],
  range: { now: number; until: number; daysBack: number },
): number[] {
  const zone = schedule.timeZone;
  const periods: [number, number][] = [];
  let day = zoned(range.now, zone).toPlainDate().subtract({ days: range.daysBack });
  for (; toEpoch(day, zone) < range.until; day = day.add({ days: 1 })) {
    const exception = schedule.exceptions.find(({ date }) => date === day.toString());
    const texts = exception ? exception.periods : (schedule.week[WEEKDAYS[day.dayOfWeek - 1]!] ?? []);
    for (const text of texts) {
      const [from, to] = text.split('-') as [string, string];
      const endsNextDay = to === '24:00' || to < from;
      const endDay = endsNextDay ? day.add({ days: 1 }) : day;
      const endTime = to === '24:00' ? '00:00' : to;
      periods.push([
        seconds(`${day.toString()}T${from}`, zone, 'start'),
        seconds(`${endDay.toString()}T${endTime}`, zone, 'end'),
      ]);
    }
  }
  const away = absences.map(({ from, to }) => [seconds(from, zone, 'start'), seconds(to, zone, 'end')]);
  const result = new Set<number>();
  for (const [start, end] of periods)
    for (let minute = start; minute < Math.min(end, range.until); minute += MINUTE)
      if (!away.some(([from, to]) => from! <= minute && minute < to!)) result.add(minute);
  return [...result].sort((a, b) => a - b);
}

function toEpoch(day: Temporal.PlainDate, zone: string): number {
  return day.toZonedDateTime(zone).epochMilliseconds / 1000;
}

interface WallClock {
  offset: string;
  minuteOfDay: number;
  day: string;
  week: string;
  month: string;
}

/** What the wall clock shows at every quarter of an hour: no zone changes its offset between two of them. */
function wallClock(zone: string): (at: number) => WallClock {
  const quarters = new Map<number, WallClock>();
  return (at) => {
    const quarter = Math.floor(at / 900) * 900;
    let clock = quarters.get(quarter);
    if (!clock) {
      const local = zoned(quarter, zone);
      clock = {
        offset: local.offset,
        minuteOfDay: local.hour * 60 + local.minute,
        day: local.toPlainDate().toString(),
        week: `${local.yearOfWeek}-${local.weekOfYear}`,
        month: `${local.year}-${local.month}`,
      };
      quarters.set(quarter, clock);
    }
    return { ...clock, minuteOfDay: clock.minuteOfDay + (at - quarter) / MINUTE };
  };
}

/** Cuts minutes into planning intervals. */
export function cutIntervals(
  minutes: readonly number[],
  rule: { unit: IntervalUnit; length: number; onClock: boolean },
  zone: string,
): Interval[] {
  const intervals: Interval[] = [];
  const clockAt = wallClock(zone);
  let before: WallClock | null = null;
  for (const at of minutes) {
    const local = clockAt(at);
    const last = intervals.at(-1);
    if (!last || !before || startsAnew(rule, { at, local, before, last }))
      intervals.push({ start: at, end: at + MINUTE, minutes: [] });
    const open = intervals.at(-1)!;
    open.end = at + MINUTE;
    open.minutes.push({ at, used: false });
    before = local;
  }
  return intervals;
}

function startsAnew(
  rule: { unit: IntervalUnit; length: number; onClock: boolean },
  { at, local, before, last }: { at: number; local: WallClock; before: WallClock; last: Interval },
): boolean {
  const isApart = last.end !== at || local.offset !== before.offset;
  switch (rule.unit) {
    case 'minute':
      return rule.onClock
        ? isApart || local.minuteOfDay % rule.length === 0
        : last.end !== at || at - last.start === rule.length * MINUTE;
    case 'hour':
      return isApart || local.minuteOfDay % 60 === 0;
    case 'day':
      return local.day !== before.day;
    case 'week':
      return local.week !== before.week;
    case 'month':
      return local.month !== before.month;
  }
}

interface Piece {
  name: string;
  batch: number | null;
  type: string | null;
  minutes: number;
  repetitions: number;
  splittable: boolean;
}

/** Plans all orders, each in turn. */
export function referencePlan(snapshot: Snapshot): ReferencePlan {
  const now = epochMilliseconds(snapshot.now) / 1000;
  const until = now + snapshot.settings.horizonDays * 86_400;
  const plan: ReferencePlan = new Map();
  const lanes = new Map<string, LaneOfMinutes[]>();
  for (const type of snapshot.workCenterTypes)
    lanes.set(type.name, lanesOf(snapshot, type.name, { now, until }));
  const company = scheduleNamed(snapshot, snapshot.companyWorkSchedule!);
  const companyMinutes = availableMinutes(company, [], { now, until, daysBack: 8 });
  const endOfStep = new Map<string, number>();
  const place = (piece: Piece, from: number): ReferenceOperation | null => {
    const own = { name: piece.name, batch: piece.batch };
    if (piece.minutes === 0) return { ...own, start: from, end: from, placements: [] };
    if (piece.type === null) return placeUnlimited(companyMinutes, piece, from);
    return placeOnLanes(lanes.get(piece.type)!, piece, from);
  };
  const queue = [...snapshot.orders].sort(
    (a, b) =>
      a.priority - b.priority ||
      (a.position ?? Infinity) - (b.position ?? Infinity) ||
      (a.name < b.name ? -1 : 1),
  );
  for (const order of queue) {
    const from =
      order.startDate === null ? now : Math.max(now, seconds(order.startDate, company.timeZone, 'start'));
    const before = structuredClone([...lanes]);
    const operations: ReferenceOperation[] = [];
    let failed = false;
    const steps = snapshot.productionOrderSteps
      .filter(({ productionOrder }) => productionOrder === order.name)
      .sort((a, b) => a.position - b.position || a.batch - b.batch);
    let previous = from;
    const bill = snapshot.billsOfMaterials.find(({ name }) => name === order.product);
    for (const step of steps) {
      const master = snapshot.steps.find(({ name }) => name === step.step)!;
      const waits = snapshot.productionOrderStepDependencies.filter(({ to }) => to === step.id);
      const start = Math.max(from, ...waits.map((wait) => endOfStep.get(wait.from) ?? Infinity));
      const piece = {
        name: step.step,
        batch: step.batch,
        type: master.workCenterType,
        minutes: minutesOf(master.standardTime!) * (master.timeBasis === 'unit' ? Number(step.quantity) : 1),
        repetitions: 1,
        splittable: master.splittable,
      };
      const placed = start === Infinity ? null : place(piece, start);
      if (placed) operations.push(placed);
      if (placed) endOfStep.set(step.id, placed.end);
      failed ||= !placed;
      if (failed) break;
    }
    for (const operation of steps.length > 0 ? [] : (bill?.operations ?? [])) {
      const piece = {
        name: operation.name,
        batch: null,
        type: operation.workCenterType,
        minutes: minutesOf(operation.standardTime),
        repetitions: operation.fixed ? 1 : Math.ceil(Number(order.quantity) / Number(bill!.quantity)),
        splittable: operation.splittable,
      };
      const placed = place(piece, previous);
      if (placed) operations.push(placed);
      failed ||= !placed;
      if (failed) break;
      previous = placed!.end;
    }
    if (failed) {
      for (const [type, old] of before) lanes.set(type, old);
      for (const step of steps) endOfStep.delete(step.id);
    }
    plan.set(order.name, failed ? 'no room' : operations);
  }
  return plan;
}

function minutesOf(duration: string): number {
  return Temporal.Duration.from(duration).total('minutes');
}

function scheduleNamed(snapshot: Snapshot, name: string): WorkSchedule {
  return snapshot.workSchedules.find((schedule) => schedule.name === name)!;
}

function lanesOf(
  snapshot: Snapshot,
  typeName: string,
  range: { now: number; until: number },
): LaneOfMinutes[] {
  const type = snapshot.workCenterTypes.find(({ name }) => name === typeName)!;
  const { unit, length } = snapshot.departments.find(
    ({ name }) => name === type.department,
  )!.planningInterval;
  const rule = { unit, length, onClock: snapshot.settings.minuteGrid === 'clock' };
  const schedule = (center: WorkCenter) =>
    scheduleNamed(snapshot, (center.workSchedule ?? type.workSchedule ?? snapshot.companyWorkSchedule)!);
  const isBucket = unit !== 'minute' && unit !== 'hour';
  return snapshot.workCenters
    .filter((center) => center.type === typeName)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((center) => {
      const { timeZone } = schedule(center);
      const minutes = availableMinutes(schedule(center), center.absences, {
        ...range,
        daysBack: DAYS_BACK[unit],
      });
      return Array.from({ length: center.capacity }, (_, place) => ({
        workCenter: center.name,
        lane: place + 1,
        isBucket,
        intervals: cutIntervals(minutes, rule, timeZone),
      }));
    });
}

function placeUnlimited(minutes: readonly number[], piece: Piece, from: number): ReferenceOperation | null {
  const own = { name: piece.name, batch: piece.batch, placements: [] };
  const late = minutes.filter((at) => at >= from);
  for (let first = 0; first + piece.minutes <= late.length; first++) {
    const taken = late.slice(first, first + piece.minutes);
    const [begin, last] = [taken[0]!, taken.at(-1)!];
    const isWhole = last - begin === (piece.minutes - 1) * MINUTE;
    if (piece.splittable || isWhole) return { ...own, start: begin, end: last + MINUTE };
  }
  return null;
}

/** The minutes that a repetition would take: of each interval it may use, those that are free from its start on. */
function minutesFor(lane: LaneOfMinutes, piece: Piece, from: number): Map<Interval, Minute[]> | null {
  const usable = lane.intervals
    .filter(({ start, end }) => start >= from || (lane.isBucket && end > from))
    .map((interval) => ({ interval, free: interval.minutes.filter(({ at, used }) => !used && at >= from) }));
  for (let first = 0; first < usable.length; first++) {
    if (usable[first]!.free.length === 0) continue;
    const taken = new Map<Interval, Minute[]>();
    let left = piece.minutes;
    for (let next = first; next < usable.length && left > 0; next++) {
      const { interval, free } = usable[next]!;
      if (!piece.splittable && next > first) {
        const isNeighbour = usable[next - 1]!.interval.end === interval.start;
        const isUnused = free.length === interval.minutes.length;
        if (!isNeighbour || !(isUnused || free.length >= left)) break;
      }
      if (free.length > 0) taken.set(interval, free.slice(0, left));
      left -= Math.min(left, free.length);
    }
    if (left === 0) return taken;
    if (piece.splittable) return null;
  }
  return null;
}

function placeOnLanes(lanes: LaneOfMinutes[], piece: Piece, from: number): ReferenceOperation | null {
  const placements: ReferencePlacement[] = [];
  let start = Infinity;
  let end = -Infinity;
  for (let repetition = 0; repetition < piece.repetitions; repetition++) {
    let best: { lane: LaneOfMinutes; taken: Map<Interval, Minute[]>; start: number; end: number } | null =
      null;
    for (const lane of lanes) {
      const taken = minutesFor(lane, piece, from);
      if (!taken) continue;
      const intervals = [...taken.keys()];
      const { start: begin, minutes } = intervals[0]!;
      // Inside a bucket the first minute in which somebody works.
      const inside = begin >= from ? begin : (minutes.find(({ at }) => at >= from)?.at ?? from);
      const mine = { lane, taken, start: inside, end: intervals.at(-1)!.end };
      if (!best || mine.end < best.end || (mine.end === best.end && mine.start < best.start)) best = mine;
    }
    if (!best) return null;
    for (const [interval, minutes] of best.taken) {
      for (const minute of minutes) minute.used = true;
      placements.push({
        workCenter: best.lane.workCenter,
        lane: best.lane.lane,
        start: interval.start,
        end: interval.end,
        minutes: minutes.length,
      });
    }
    start = Math.min(start, best.start);
    end = Math.max(end, best.end);
  }
  return { name: piece.name, batch: piece.batch, start, end, placements };
}
