/** Times of a plant file: durations, and the working periods of a week. */
import { Temporal } from 'temporal-polyfill';
import { TimeError } from '../time.js';
import type { PeriodText, Weekday } from './plant.js';
import { WEEKDAYS } from './plant.js';

const DAY_MINUTES = 24 * 60;
const WEEK_MINUTES = 7 * DAY_MINUTES;
/** A hundred years: beyond it sums of durations would lose seconds. */
const MAX_SECONDS = 100 * 366 * 24 * 3600;
const PERIOD = /^(\d{2}):(\d{2})-(\d{2}):(\d{2})$/;

/**
 * The seconds of an ISO 8601 duration (`PT2M`, `P1DT30M`; a day has 24 hours).
 * @throws TimeError where it is no duration, is negative, has months or years, or isn't whole seconds.
 */
export function durationSeconds(text: string): number {
  let duration: Temporal.Duration;
  try {
    duration = Temporal.Duration.from(text);
  } catch {
    throw new TimeError(`${JSON.stringify(text)} is not a duration such as PT2M or P1DT30M`);
  }
  if (duration.sign < 0) throw new TimeError(`${text} is negative`);
  if (duration.years !== 0 || duration.months !== 0) {
    throw new TimeError(`${text} has months or years, which have no fixed length`);
  }
  const days = duration.weeks * 7 + duration.days;
  const seconds = ((days * 24 + duration.hours) * 60 + duration.minutes) * 60 + duration.seconds;
  if (duration.milliseconds !== 0 || duration.microseconds !== 0 || duration.nanoseconds !== 0) {
    throw new TimeError(`${text} is not a whole number of seconds`);
  }
  if (seconds > MAX_SECONDS) throw new TimeError(`${text} is longer than a hundred years`);
  return seconds;
}

/** A period in minutes from the start of its day; the end is above the start, and above 24 * 60 after midnight. */
export interface Period {
  start: number;
  end: number;
}

/**
 * Reads `HH:mm-HH:mm`; 24:00 is the end of the day, an end before the start is on the next day.
 * @throws TimeError where it is no period, or has no length.
 */
export function parsePeriod(text: PeriodText): Period {
  const match = PERIOD.exec(text);
  const [startHour = 0, startMinute = 0, endHour = 0, endMinute = 0] = (match?.slice(1) ?? []).map(Number);
  const start = startHour * 60 + startMinute;
  const end = endHour * 60 + endMinute;
  if (!match || startMinute > 59 || endMinute > 59 || start >= DAY_MINUTES || end > DAY_MINUTES) {
    throw new TimeError(`${JSON.stringify(text)} is not a period such as 08:00-17:00`);
  }
  if (start === end) {
    throw new TimeError(
      `${text} starts and ends at the same time\nMaybe 00:00-24:00 is meant, the whole day`,
    );
  }
  return { start, end: end < start ? end + DAY_MINUTES : end };
}

/** A period of a week and where it stands: index of its day from Monday, and of the period in the day. */
export interface WeekPeriod extends Period {
  day: Weekday;
  index: number;
}

/** Pairs of the week's periods that overlap, also across midnight and from Sunday to Monday; touching is fine. */
export function overlapsOfWeek(periods: WeekPeriod[]): [earlier: WeekPeriod, later: WeekPeriod][] {
  const ofWeek = periods.map((period) => {
    const offset = WEEKDAYS.indexOf(period.day) * DAY_MINUTES;
    return { period, start: period.start + offset, end: period.end + offset };
  });
  // The first days once more, after Sunday, so that what Sunday leaves over meets Monday.
  const next = ofWeek.map(({ period, start, end }) => ({
    period,
    start: start + WEEK_MINUTES,
    end: end + WEEK_MINUTES,
  }));
  const sorted = [...ofWeek, ...next].sort((a, b) => a.start - b.start || a.end - b.end);
  const overlaps: [WeekPeriod, WeekPeriod][] = [];
  let last = sorted[0];
  for (const entry of sorted.slice(1)) {
    if (last && entry.start < last.end && entry.period !== last.period) {
      if (last.start < WEEK_MINUTES) overlaps.push([last.period, entry.period]);
    }
    if (!last || entry.end > last.end) last = entry;
  }
  return overlaps;
}

/** The first two periods of one day that overlap, by their index. */
export function overlapOfDay(periods: Period[]): [earlier: number, later: number] | null {
  const sorted = periods.map((period, index) => ({ ...period, index })).sort((a, b) => a.start - b.start);
  let last = sorted[0];
  for (const entry of sorted.slice(1)) {
    if (last && entry.start < last.end) return [last.index, entry.index];
    if (!last || entry.end > last.end) last = entry;
  }
  return null;
}
