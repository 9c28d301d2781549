/**
 * When work is possible: a work schedule less absences, as periods of epoch seconds, half-open and in order. Periods
 * that touch or overlap are one. They are made day by day as far as somebody looks, so a long horizon costs nothing.
 */
import { isTimeZone } from '../../../src/index.js';
import { PlanningError } from './planning-error.js';
import { WEEKDAYS } from './snapshot.js';
import type { WorkSchedule } from './snapshot.js';
import { DAY, ZoneClock } from './zone-clock.js';

const WEEK_DAYS = 7;
const PERIOD = /^([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|(24):(00))$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** A half-open stretch; the unit is the holder's. */
export interface Span {
  start: number;
  end: number;
}

/** A schedule as numbers: spans in seconds since the midnight of the day they start on. */
export interface ReadSchedule {
  name: string;
  timeZone: string;
  /** By weekday, Monday first. */
  week: Span[][];
  /** By day, counted from 1970-01-01. */
  exceptions: Map<number, Span[]>;
}

/** The weekday of a day counted from 1970-01-01, which was a Thursday; Monday is 0. */
export function weekdayOf(day: number): number {
  return (((day + 3) % WEEK_DAYS) + WEEK_DAYS) % WEEK_DAYS;
}

/** Round the clock: what a company without a schedule works (design 3.8). */
export function roundTheClock(timeZone: string): ReadSchedule {
  const always = [{ start: 0, end: DAY }];
  return { name: '24x7', timeZone, week: WEEKDAYS.map(() => always), exceptions: new Map() };
}

/** @throws PlanningError where the zone is unknown, a text is no period, or periods of the week or of a date overlap. */
export function readSchedule(schedule: WorkSchedule): ReadSchedule {
  const { name, timeZone } = schedule;
  if (!isTimeZone(timeZone))
    throw refusal(schedule, `its time zone ${JSON.stringify(timeZone)} is not known`);
  const week = WEEKDAYS.map((weekday) => readDay(schedule, weekday, schedule.week[weekday] ?? []));
  const flat = week.flatMap((spans, day) =>
    spans.map(({ start, end }) => ({ start: start + day * DAY, end: end + day * DAY })),
  );
  const first = flat[0];
  if (first) flat.push({ start: first.start + WEEK_DAYS * DAY, end: first.end + WEEK_DAYS * DAY });
  flat.forEach((span, place) => {
    const before = flat[place - 1];
    if (before && before.end > span.start) {
      const weekday = WEEKDAYS[Math.floor(span.start / DAY) % WEEK_DAYS] ?? '';
      throw refusal(schedule, `a period of ${weekday} overlaps the one before it`);
    }
  });
  const exceptions = new Map<number, Span[]>();
  for (const { date, periods } of schedule.exceptions) {
    const at = DATE.test(date) ? Date.parse(`${date}T00:00:00Z`) : NaN;
    if (Number.isNaN(at)) throw refusal(schedule, `${JSON.stringify(date)} is not a date`);
    if (exceptions.has(at / 1000 / DAY)) throw refusal(schedule, `it has two exceptions for ${date}`);
    exceptions.set(at / 1000 / DAY, readDay(schedule, date, periods));
  }
  return { name, timeZone, week, exceptions };
}

function refusal(schedule: WorkSchedule, reason: string): PlanningError {
  return new PlanningError('OW_SCHEDULE_PERIODS', `Work schedule ${schedule.name} can't be used: ${reason}.`);
}

function readDay(schedule: WorkSchedule, day: string, periods: readonly string[]): Span[] {
  const spans: Span[] = [];
  for (const text of periods) {
    const parts = PERIOD.exec(text)?.slice(1);
    if (!parts)
      throw refusal(schedule, `${JSON.stringify(text)} on ${day} is not a period such as 08:00-17:00`);
    const [fromHour, fromMinute, toHour, toMinute, midnight] = parts.map((part: string | undefined) =>
      Number(part ?? 0),
    );
    const start = (fromHour ?? 0) * 3600 + (fromMinute ?? 0) * 60;
    const end = midnight ? DAY : (toHour ?? 0) * 3600 + (toMinute ?? 0) * 60;
    if (end !== start) spans.push({ start, end: end < start ? end + DAY : end });
  }
  spans.sort((a, b) => a.start - b.start);
  spans.forEach((span, place) => {
    const before = spans[place - 1];
    if (before && before.end > span.start) throw refusal(schedule, `periods on ${day} overlap`);
  });
  return spans;
}

/** Spans in order, with those that touch or overlap joined and empty ones left out. */
export function joined(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else if (end > start) result.push({ start, end });
  }
  return result;
}

export class Calendar {
  /** Periods made so far; the last one may still grow until a later one exists or `done`. */
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  /** Whether the range has been gone through. */
  done = false;
  readonly clock: ZoneClock;
  private readonly absences: Span[];
  private day: number;
  private absence = 0;
  private hint = 0;

  /** `range`: from the whole local day of its start until its end, where availability is cut off; in epoch seconds. */
  constructor(
    readonly schedule: ReadSchedule,
    absences: readonly Span[],
    private readonly range: Span,
  ) {
    this.clock = new ZoneClock(schedule.timeZone, range.start);
    this.absences = joined(absences);
    this.day = Math.floor(this.clock.localOf(range.start) / DAY);
  }

  /** Makes the periods that start on one more day; false where the range has ended. */
  extend(): boolean {
    if (this.done) return false;
    const { schedule, day } = this;
    const midnight = day * DAY;
    if (this.clock.instantOf(midnight, 'start') >= this.range.end) {
      this.done = true;
      return false;
    }
    for (const span of schedule.exceptions.get(day) ?? schedule.week[weekdayOf(day)] ?? []) {
      const start = this.clock.instantOf(midnight + span.start, 'start');
      const end = this.clock.instantOf(midnight + span.end, 'end');
      this.addPresent(start, Math.min(end, this.range.end));
    }
    this.day++;
    return true;
  }

  /** The first period that ends after an instant, or -1 where there is none. */
  periodAfter(instant: number): number {
    const { starts, ends } = this;
    while (!this.done && (ends.at(-1) ?? -Infinity) <= instant) this.extend();
    if ((ends.at(-1) ?? -Infinity) <= instant) return -1;
    let low = 0;
    let high = ends.length - 1;
    const { hint } = this;
    if ((ends[hint] ?? -Infinity) <= instant) low = hint + 1;
    else if (hint === 0 || (ends[hint - 1] ?? 0) <= instant) return hint;
    else high = Math.min(hint - 1, starts.length - 1);
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? 0) > instant) high = middle;
      else low = middle + 1;
    }
    this.hint = low;
    return low;
  }

  /** The seconds available between two instants. */
  secondsBetween(from: number, to: number): number {
    while (!this.done && (this.ends.at(-1) ?? -Infinity) < to) this.extend();
    let sum = 0;
    const first = this.periodAfter(from);
    for (let period = first; period >= 0 && period < this.starts.length; period++) {
      const start = this.starts[period] ?? 0;
      if (start >= to) break;
      sum += Math.min(to, this.ends[period] ?? 0) - Math.max(from, start);
    }
    return sum;
  }

  /**
   * The span in which so many seconds of work are done, from the first available second not before `from`, resting
   * where nobody works; `inOne`: within one period. Null where the range has no room.
   */
  work(from: number, seconds: number, inOne: boolean): Span | null {
    let period = this.periodAfter(from);
    if (period < 0) return null;
    let start = Math.max(from, this.starts[period] ?? 0);
    let left = seconds;
    for (;;) {
      const begin = Math.max(from, this.starts[period] ?? 0);
      while (begin + left > (this.ends[period] ?? 0) && period === this.starts.length - 1 && this.extend());
      const end = this.ends[period] ?? 0;
      if (begin + left <= end) return { start, end: begin + left };
      if (period === this.starts.length - 1) return null;
      period++;
      if (inOne) start = Math.max(from, this.starts[period] ?? 0);
      else left -= end - begin;
    }
  }

  /** Adds a period less the absences in it. */
  private addPresent(from: number, end: number): void {
    let start = from;
    while ((this.absences[this.absence]?.end ?? Infinity) <= start) this.absence++;
    for (let next = this.absence; start < end; next++) {
      const absence = this.absences[next];
      if (!absence || absence.start >= end) break;
      this.add(start, absence.start);
      start = Math.max(start, absence.end);
    }
    this.add(start, end);
  }

  private add(start: number, end: number): void {
    if (end <= start) return;
    const last = this.ends.length - 1;
    const lastEnd = this.ends[last];
    if (lastEnd !== undefined && start <= lastEnd) {
      this.ends[last] = Math.max(lastEnd, end);
    } else {
      this.starts.push(start);
      this.ends.push(end);
    }
  }
}
