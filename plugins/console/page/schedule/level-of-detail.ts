/**
 * What a lane shows at a scale: each bar where there is room for it, else by columns of pixels how much of each is taken
 * and whether something in it is late. Costs by what is visible, not by what is planned. Pure.
 */
/* eslint-disable @typescript-eslint/no-non-null-assertion -- every index is below the column's length; a test of each read would be in the drawing loop */
import { firstEndingAfter, firstStartingFrom, type ChartModel } from './chart-model.js';

/** Seconds since the plan's origin across so many pixels. */
export interface Window {
  from: number;
  to: number;
  width: number;
}

/** Runs of columns that look the same, left and right in pixels. */
export interface Columns {
  left: number[];
  right: number[];
  /** How full, from 1 to `SHADES`. */
  shade: number[];
  late: boolean[];
}

export const SHADES = 4;
/** Bars are told apart where they are so many pixels wide on average, and there are not more of them than that. */
const APART = 5;
const MOST_BARS = 8000;
/** Pixels of a column. */
const COLUMN = 2;

/** Whether there is room for each bar: one answer for all the lanes that are seen, so that they look alike. */
export function showsBars(model: ChartModel, lanes: Iterable<number>, { from, to, width }: Window): boolean {
  let count = 0;
  let seconds = 0;
  for (const lane of lanes) {
    const first = firstEndingAfter(model, lane, from);
    const last = firstStartingFrom(model, lane, to);
    count += last - first;
    seconds += model.bars.busyBefore[last]! - model.bars.busyBefore[first]!;
  }
  return count <= MOST_BARS && (seconds * width) / (to - from) >= APART * count;
}

/** The bars `[first, last)` of a lane that are seen. */
export function barsIn(model: ChartModel, lane: number, { from, to }: Window): [first: number, last: number] {
  return [firstEndingAfter(model, lane, from), firstStartingFrom(model, lane, to)];
}

export function columnsIn(model: ChartModel, lane: number, window: Window): Columns {
  const { from, to, width } = window;
  const [first, last] = barsIn(model, lane, window);
  const { start, end, busyBefore, lateBefore } = model.bars;
  const columns: Columns = { left: [], right: [], shade: [], late: [] };
  const seconds = ((to - from) / width) * COLUMN;
  let bar = first;
  for (let left = 0; left < width; left += COLUMN) {
    const opens = from + (left / COLUMN) * seconds;
    const closes = opens + seconds;
    bar = ahead(bar, last, (at) => model.bars.reach[at]! > opens);
    const until = ahead(bar, last, (at) => start[at]! >= closes);
    if (until === bar) {
      // Nothing until the next bar: go on where it begins.
      if (bar === last) break;
      left += COLUMN * Math.max(0, Math.floor((start[bar]! - closes) / seconds));
      continue;
    }
    const outside = Math.max(0, opens - start[bar]!) + Math.max(0, end[until - 1]! - closes);
    const share = (busyBefore[until]! - busyBefore[bar]! - outside) / seconds;
    const shade = Math.max(1, Math.min(SHADES, Math.ceil(share * SHADES)));
    const late = lateBefore[until]! > lateBefore[bar]!;
    const run = columns.left.length - 1;
    if (
      run >= 0 &&
      columns.right[run] === left &&
      columns.shade[run] === shade &&
      columns.late[run] === late
    ) {
      columns.right[run] = left + COLUMN;
    } else {
      columns.left.push(left);
      columns.right.push(left + COLUMN);
      columns.shade.push(shade);
      columns.late.push(late);
    }
  }
  return columns;
}

/** The first place from one on at which something holds that then goes on to hold; looked for in doubling steps. */
function ahead(from: number, end: number, holds: (at: number) => boolean): number {
  if (from >= end || holds(from)) return from;
  let step = 1;
  let low = from;
  while (low + step < end && !holds(low + step)) {
    low += step;
    step *= 2;
  }
  let high = Math.min(end, low + step);
  low++;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
