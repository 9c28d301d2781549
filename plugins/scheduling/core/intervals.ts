/**
 * Planning intervals: availability cut into buckets the way a department plans (design 3.8). A grid is made lazily, as
 * flat arrays, and is shared by all lanes with the same schedule, absences and department.
 */
/* eslint-disable @typescript-eslint/no-non-null-assertion -- every index is below `count` or the array's length; a test of each read would be in the scheduler's inner loop */
import type { Calendar } from './calendar.js';
import { weekdayOf } from './calendar.js';
import type { IntervalUnit } from './snapshot.js';
import { DAY } from './zone-clock.js';

const HOUR = 3600;
const FIRST_ROOM = 256;

export interface GridRule {
  unit: IntervalUnit;
  /** Seconds of a minute interval. */
  length: number;
  /** Whether minute intervals begin on the clock rather than where availability does. */
  onClock: boolean;
}

export class Grid {
  /** Interval i is `[starts[i], ends[i])` and holds `seconds[i]` of work; `count` are made. */
  starts = new Float64Array(FIRST_ROOM);
  ends = new Float64Array(FIRST_ROOM);
  seconds = new Int32Array(FIRST_ROOM);
  /** The seconds of all intervals before i. */
  sums = new Float64Array(FIRST_ROOM + 1);
  count = 0;
  /** Intervals per second of work at least: one over the most seconds that any of them holds. */
  private perSecond = Infinity;
  /** Day, week and month: an interval is one bucket with gaps, and the one that contains a start is used too. */
  readonly isBucket: boolean;
  private period = 0;
  /** Up to where periods have been cut. */
  private position = -Infinity;
  /** The interval in hand: -1 where none is. */
  private openStart = -1;
  private openLimit = 0;
  private openEnd = 0;
  private openSeconds = 0;
  private done = false;
  /** By day since `firstDay`: the first interval that starts on that day or later. */
  private byDay = new Int32Array(64);
  private days = 0;
  private firstDay = 0;
  private lastAsked = NaN;
  private lastAnswer = -1;

  constructor(
    readonly calendar: Calendar,
    private readonly rule: GridRule,
  ) {
    this.isBucket = rule.unit === 'day' || rule.unit === 'week' || rule.unit === 'month';
  }

  /** Makes intervals until there are so many; false where the range has fewer. */
  make(count: number): boolean {
    while (this.count < count) if (!this.advance()) return false;
    return true;
  }

  /** The first interval that starts at or after an instant, or -1. */
  indexFrom(instant: number): number {
    if (instant === this.lastAsked) return this.lastAnswer;
    while (this.count === 0 || this.starts[this.count - 1]! < instant) if (!this.advance()) return -1;
    const day = Math.floor(instant / DAY) - this.firstDay;
    let low = day < 0 ? 0 : day < this.days ? this.byDay[day]! : this.count - 1;
    let high = day + 1 < this.days ? this.byDay[Math.max(0, day + 1)]! : this.count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.starts[middle]! >= instant) high = middle;
      else low = middle + 1;
    }
    this.lastAsked = instant;
    this.lastAnswer = low;
    return low;
  }

  /** The interval that has started before an instant and ends after it, or -1. */
  indexContaining(instant: number): number {
    const next = this.indexFrom(instant);
    const before = (next < 0 ? this.count : next) - 1;
    return before >= 0 && this.ends[before]! > instant ? before : -1;
  }

  /** The interval in which so many seconds are done from the start of another one on, were all free; -1 where the range ends. */
  indexAfter(from: number, seconds: number): number {
    const done = this.sums[from]! + seconds;
    let last = from;
    for (let missing = done - this.sums[last + 1]!; missing > 0; missing = done - this.sums[last + 1]!) {
      last += Math.max(1, Math.floor(missing * this.perSecond));
      if (this.make(last + 1)) continue;
      last = this.count - 1;
      if (this.sums[this.count]! < done) return -1;
    }
    // It went too far where a longer interval has been made meanwhile, or by a rounding.
    while (this.sums[last]! >= done) last--;
    return last;
  }

  /** Cuts more of the calendar; false where all of it is cut. */
  private advance(): boolean {
    const { calendar } = this;
    if (this.done) return false;
    const made = this.count;
    while (this.count === made) {
      const open = this.period < calendar.starts.length;
      const end = open ? calendar.ends[this.period]! : 0;
      const from = open ? Math.max(this.position, calendar.starts[this.period]!) : 0;
      if (open && from < end) {
        this.cut(from, end);
      } else if (open && (this.period < calendar.starts.length - 1 || calendar.done)) {
        if (!this.isBucket) this.close();
        this.period++;
      } else if (!calendar.extend()) {
        if (this.period < calendar.starts.length) continue;
        this.close();
        this.done = true;
        return this.count > made;
      }
    }
    return true;
  }

  /** Takes an available stretch into the interval in hand, until an interval is complete or the stretch is used up. */
  private cut(from: number, end: number): void {
    if (this.openStart >= 0 && from >= this.openLimit) {
      this.close();
      return;
    }
    if (this.openStart < 0) {
      this.openStart = from;
      this.openSeconds = 0;
      this.openLimit = this.limitOf(from);
    }
    const until = Math.min(end, this.openLimit);
    this.openSeconds += until - from;
    this.openEnd = until;
    this.position = until;
    if (until === this.openLimit) this.close();
  }

  private close(): void {
    if (this.openStart < 0) return;
    if (this.count === this.starts.length) this.grow();
    const index = this.count++;
    this.starts[index] = this.openStart;
    this.ends[index] = this.openEnd;
    this.seconds[index] = this.openSeconds;
    this.sums[index + 1] = this.sums[index]! + this.openSeconds;
    this.perSecond = Math.min(this.perSecond, 1 / this.openSeconds);
    const day = Math.floor(this.openStart / DAY);
    if (index === 0) this.firstDay = day;
    if (day - this.firstDay >= this.byDay.length) {
      const wider = new Int32Array(2 * (day - this.firstDay + 1));
      wider.set(this.byDay);
      this.byDay = wider;
    }
    while (this.days <= day - this.firstDay) this.byDay[this.days++] = index;
    this.openStart = -1;
  }

  private grow(): void {
    const room = 2 * this.starts.length;
    const starts = new Float64Array(room);
    const ends = new Float64Array(room);
    const seconds = new Int32Array(room);
    const sums = new Float64Array(room + 1);
    starts.set(this.starts);
    ends.set(this.ends);
    seconds.set(this.seconds);
    sums.set(this.sums);
    this.starts = starts;
    this.ends = ends;
    this.seconds = seconds;
    this.sums = sums;
  }

  /** Where an interval that begins at an instant ends at the latest. */
  private limitOf(instant: number): number {
    const { unit, length, onClock } = this.rule;
    if (unit === 'minute' && !onClock) return instant + length;
    const { clock } = this.calendar;
    const local = clock.localOf(instant);
    const day = Math.floor(local / DAY);
    if (unit === 'minute' || unit === 'hour') {
      const step = unit === 'hour' ? HOUR : length;
      const sinceMidnight = local - day * DAY;
      const toNext = Math.min(step - (sinceMidnight % step), DAY - sinceMidnight);
      return Math.min(instant + toNext, clock.changeAfter(instant));
    }
    const nextDay =
      unit === 'day' ? day + 1 : unit === 'week' ? day + 7 - weekdayOf(day) : firstDayOfNextMonth(day);
    return clock.instantOf(nextDay * DAY, 'start');
  }
}

function firstDayOfNextMonth(day: number): number {
  const date = new Date(day * DAY * 1000);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) / 1000 / DAY;
}
