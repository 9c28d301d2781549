/** Which load a chart asks for at its scale, and what of it is at a time. Pure. */
import type { LoadDocument, LoadUnit } from './document.js';
import type { Viewport } from './viewport.js';

const HOUR = 3600;
const DAY = 24 * HOUR;

export interface LoadAsked {
  by: LoadUnit;
  /** Seconds since the plan's origin; undefined: all of the plan. */
  from?: number;
  to?: number;
}

/** The unit that fits the scale, of a stretch that stays the same while the chart is moved a little. */
export function loadAsked({ from, to }: Viewport): LoadAsked {
  const span = to - from;
  if (span > 700 * DAY) return { by: 'month' };
  if (span > 90 * DAY) return { by: 'week' };
  if (span > 8 * DAY) return { by: 'day' };
  const by = span > 1.5 * DAY ? 'hour' : 'interval';
  const block = by === 'hour' ? 8 * DAY : 2 * DAY;
  return { by, from: Math.floor(from / block) * block, to: (Math.floor(to / block) + 1) * block };
}

/** A load as columns of a row, in seconds since the plan's origin. */
export interface RowLoad {
  start: Float64Array;
  end: Float64Array;
  available: Float64Array;
  planned: Float64Array;
}

/** By kind and name of the row. */
export function loadByRow(document: LoadDocument, origin: number): Map<string, RowLoad> {
  const shift = (Date.parse(document.origin) - origin) / 1000;
  return new Map(
    document.workCenters.map((row) => [
      loadKey(row),
      {
        start: Float64Array.from(row.start, (start) => start + shift),
        end: Float64Array.from(row.end, (end) => end + shift),
        available: Float64Array.from(row.available),
        planned: Float64Array.from(row.planned),
      },
    ]),
  );
}

export function loadKey({ kind, name }: { kind: string; name: string }): string {
  return `${kind} ${name}`;
}

/** The first stretch that ends after a time. */
export function firstLoadAfter({ end }: RowLoad, time: number): number {
  let low = 0;
  let high = end.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((end[middle] ?? 0) > time) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** From 0 to 1 what is planned of a stretch; above 1 where availability was taken away since. */
export function shareOf({ available, planned }: RowLoad, at: number): number {
  const [has, wants] = [available[at] ?? 0, planned[at] ?? 0];
  if (wants === 0) return 0;
  return has === 0 ? 2 : wants / has;
}
