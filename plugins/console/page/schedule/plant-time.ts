/** Times of the plan as the clocks of the plant show them. Pure. */
import { scaleUtc } from 'd3-scale';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export interface Tick {
  /** Epoch milliseconds. */
  time: number;
  text: string;
  /** The first of its day, month or year: its line goes further. */
  isMajor: boolean;
}

export class PlantTime {
  private readonly offsets = new Map<number, number>();
  private readonly parts: Intl.DateTimeFormat;
  private readonly formats = new Map<string, Intl.DateTimeFormat>();

  constructor(readonly zone: string) {
    this.parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  }

  /** `Mon 6 Jul 2020, 08:20` */
  full(time: number): string {
    return this.format(time, {
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
    });
  }

  /** `6 Jul, 08:20` */
  short(time: number): string {
    return this.format(time, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
  }

  /** From one time to another, the day once where it is the same. */
  range(from: number, to: number): string {
    const day = { weekday: 'short', day: 'numeric', month: 'short' } as const;
    const clock = { hour: '2-digit', minute: '2-digit' } as const;
    if (this.format(from, day) === this.format(to, day))
      return `${this.format(from, day)}, ${this.format(from, clock)} to ${this.format(to, clock)}`;
    return `${this.short(from)} to ${this.short(to)}`;
  }

  /** Epoch milliseconds as those that a clock of UTC would show the same digits for. */
  local(time: number): number {
    return time + this.offset(time);
  }

  /** Marks of an axis, about so many, at round times of the plant's clock. */
  ticks(from: number, to: number, count: number): Tick[] {
    const scale = scaleUtc().domain([this.local(from), this.local(to)]);
    const found = scale.ticks(count).map((tick) => tick.getTime());
    const step = found.length < 2 ? DAY : (found[1] ?? 0) - (found[0] ?? 0);
    return found.flatMap((local) => {
      const time = this.instant(local);
      if (time < from || time > to) return [];
      return { time, text: this.tickText(time, local, step), isMajor: isMajor(local, step) };
    });
  }

  private tickText(time: number, local: number, step: number): string {
    if (step >= 300 * DAY) return this.format(time, { year: 'numeric' });
    if (step >= 27 * DAY || (step >= DAY && new Date(local).getUTCDate() === 1))
      return isMajor(local, 27 * DAY)
        ? this.format(time, { month: 'short', year: 'numeric' })
        : this.format(time, { month: 'short' });
    if (step >= DAY) return this.format(time, { weekday: 'short', day: 'numeric' });
    if (local % DAY === 0) return this.format(time, { weekday: 'short', day: 'numeric', month: 'short' });
    return this.format(time, { hour: '2-digit', minute: '2-digit' });
  }

  private instant(local: number): number {
    const guess = local - this.offset(local);
    return local - this.offset(guess);
  }

  private offset(time: number): number {
    const hour = Math.floor(time / HOUR);
    let offset = this.offsets.get(hour);
    if (offset === undefined) {
      const text = this.parts.formatToParts(time).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
      const [, sign = '+', hours = '0', minutes = '0'] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(text) ?? [];
      offset = (sign === '-' ? -1 : 1) * (Number(hours) * HOUR + Number(minutes) * MINUTE);
      this.offsets.set(hour, offset);
    }
    return offset;
  }

  private format(time: number, options: Intl.DateTimeFormatOptions): string {
    const key = JSON.stringify(options);
    let format = this.formats.get(key);
    if (format === undefined) {
      format = new Intl.DateTimeFormat('en-GB', { ...options, timeZone: this.zone });
      this.formats.set(key, format);
    }
    return format.format(time);
  }
}

const known = new Map<string, PlantTime>();

/** The clocks of a zone: made once, since a format takes longer to make than to use. */
export function plantTime(zone: string): PlantTime {
  let time = known.get(zone);
  if (time === undefined) known.set(zone, (time = new PlantTime(zone)));
  return time;
}

function isMajor(local: number, step: number): boolean {
  const date = new Date(local);
  if (step >= 27 * DAY) return date.getUTCMonth() === 0;
  if (step >= DAY) return date.getUTCDate() === 1;
  return local % DAY === 0;
}

/** `40 min`, `2 h 5 min`, `3 d 4 h` */
export function durationText(seconds: number): string {
  const units = [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'min'],
    [1, 's'],
  ] as const;
  let rest = Math.round(seconds);
  const parts = units.flatMap(([length, sign]) => {
    const count = Math.floor(rest / length);
    rest -= count * length;
    return count === 0 ? [] : [`${count} ${sign}`];
  });
  return parts.length === 0 ? '0 min' : parts.slice(0, 2).join(' ');
}
