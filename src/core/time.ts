/**
 * Instants and local times. An instant is a string in UTC to the second (`2020-07-03T08:00:00Z`); a day is `2020-07-03`.
 * Local times become instants here and nowhere else (design sections 1 and 3.8).
 */
import { Temporal } from 'temporal-polyfill';

export type Instant = string;
/** A day in the plant's calendar (`2020-07-03`) or an instant: what a due date can be. */
export type DayOrInstant = string;
export type TimeZone = string;

export class TimeError extends Error {}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const OFFSET = /(Z|[+-]\d{2}:?\d{2})$/;

export function isTimeZone(zone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return !/^[+-]/.test(zone);
  } catch {
    return false;
  }
}

function instantText(instant: Temporal.Instant): Instant {
  return instant.toString({ smallestUnit: 'second', roundingMode: 'floor' });
}

/** `2020-07-03T08:00:00.000Z`: years of more than four digits are longer. */
const PLAIN_TEXT = 24;
const PLAIN = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** The text of whole seconds as `Date` has it, which is many times faster than a calendar; null where it is another. */
function plainText(epochMilliseconds: number): Instant | null {
  const date = new Date(Math.floor(Math.floor(epochMilliseconds) / 1000) * 1000);
  const text = Number.isNaN(date.valueOf()) ? '' : date.toISOString();
  return text.length === PLAIN_TEXT ? `${text.slice(0, 19)}Z` : null;
}

/** The milliseconds of an instant in our own form; null for any other text, and for a day that its month does not have. */
function plainEpoch(text: string): number | null {
  if (!PLAIN.test(text)) return null;
  const epoch = Date.parse(text);
  return plainText(epoch) === text ? epoch : null;
}

export function instantOf(epochMilliseconds: number): Instant {
  const plain = plainText(epochMilliseconds);
  if (plain !== null) return plain;
  return instantText(Temporal.Instant.fromEpochMilliseconds(Math.floor(epochMilliseconds)));
}

export function epochMilliseconds(instant: Instant): number {
  return plainEpoch(instant) ?? Temporal.Instant.from(instant).epochMilliseconds;
}

/**
 * Reads an instant that carries its offset (`Z` or `+02:00`).
 * @throws TimeError where the text is no such instant.
 */
export function parseInstant(text: string): Instant {
  if (plainEpoch(text) !== null) return text;
  try {
    return instantText(Temporal.Instant.from(text));
  } catch {
    throw new TimeError(`${JSON.stringify(text)} is not an instant such as 2020-07-03T08:00:00Z`);
  }
}

/**
 * Reads a day, a local date and time in `zone`, or an instant with its offset; a day stays a day. A local time that
 * does not exist is the instant of the change; of one that exists twice a start takes the earlier and an end the later.
 * @throws TimeError where the text is none of the three.
 */
export function parseDayOrInstant(text: string, zone: TimeZone, edge: 'start' | 'end'): DayOrInstant {
  try {
    if (DAY.test(text)) return Temporal.PlainDate.from(text).toString();
    if (OFFSET.test(text)) return instantText(Temporal.Instant.from(text));
    return localInstant(Temporal.PlainDateTime.from(text, { overflow: 'reject' }), zone, edge);
  } catch {
    throw new TimeError(
      `${JSON.stringify(text)} is not a date (2020-07-03), a local date and time (2020-07-03T08:00) or an instant`,
    );
  }
}

function localInstant(local: Temporal.PlainDateTime, zone: TimeZone, edge: 'start' | 'end'): Instant {
  const earlier = local.toZonedDateTime(zone, { disambiguation: 'earlier' });
  const later = local.toZonedDateTime(zone, { disambiguation: 'later' });
  if (earlier.toPlainDateTime().equals(local))
    return instantText((edge === 'start' ? earlier : later).toInstant());
  // The local time is inside a gap: `earlier` lies before the change, so the next transition after it is the change.
  const change = earlier.getTimeZoneTransition('next');
  return instantText((change ?? later).toInstant());
}

/** The instant that a day or instant means: a day starts at its first moment in `zone` and ends where the next begins. */
export function toInstant(value: DayOrInstant, zone: TimeZone, edge: 'start' | 'end'): Instant {
  if (!DAY.test(value)) return value;
  const key = `${value} ${edge} ${zone}`;
  const known = edgesOfDays.get(key);
  if (known !== undefined) return known;
  const instant = edgeOfDay(value, zone, edge);
  if (edgesOfDays.size >= KNOWN_EDGES) edgesOfDays.clear();
  edgesOfDays.set(key, instant);
  return instant;
}

/** The days of a plant's orders are few, and a calendar is slow. */
const KNOWN_EDGES = 1000;
const edgesOfDays = new Map<string, Instant>();

function edgeOfDay(value: string, zone: TimeZone, edge: 'start' | 'end'): Instant {
  const day = Temporal.PlainDate.from(value);
  return instantText((edge === 'start' ? day : day.add({ days: 1 })).toZonedDateTime(zone).toInstant());
}

export function isDay(value: DayOrInstant): boolean {
  return DAY.test(value);
}

/** The zone's offset from UTC in seconds at an instant, and the instant at which it next changes; null: never again. */
export function offsetAt(
  epochMilliseconds: number,
  zone: TimeZone,
): { seconds: number; until: number | null } {
  const local = Temporal.Instant.fromEpochMilliseconds(epochMilliseconds).toZonedDateTimeISO(zone);
  return {
    seconds: Math.round(local.offsetNanoseconds / 1e9),
    until: local.getTimeZoneTransition('next')?.epochMilliseconds ?? null,
  };
}
