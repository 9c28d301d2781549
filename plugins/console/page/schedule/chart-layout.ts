/** Where the rows and lanes of a chart are, from top to bottom, in pixels below its axis. Pure. */
/* eslint-disable @typescript-eslint/no-non-null-assertion -- rows and lanes are named by their place, which is below the column's length */
import type { ChartModel } from './chart-model.js';

/** The axis above, the names at the left. */
export const AXIS = 38;
export const NAMES = 148;
/** Of a lane: more where there is room for it. */
const LEAST_LANE = 21;
const MOST_LANE = 34;
/** The strip that shows the load, below the lanes of a row. */
export const STRIP = 6;
const PADDING = 6;

export interface ChartLayout {
  /** The height of each lane. */
  lane: number;
  /** By row; the last entry is the height of all. */
  rowTop: Float64Array;
  /** By lane. */
  laneTop: Float64Array;
  height: number;
}

/** @param room the height that there is for all rows; more rows than fit are scrolled */
export function layoutOf({ rows, laneNumber }: ChartModel, room: number): ChartLayout {
  const beside = rows.length * (STRIP + PADDING);
  const count = rows.reduce((sum, { lanes }) => sum + Math.max(1, lanes), 0);
  const lane = Math.max(LEAST_LANE, Math.min(MOST_LANE, Math.floor((room - beside) / Math.max(1, count))));
  const rowTop = new Float64Array(rows.length + 1);
  const laneTop = new Float64Array(laneNumber.length);
  rows.forEach(({ firstLane, lanes }, row) => {
    const top = rowTop[row]!;
    for (let place = 0; place < lanes; place++) laneTop[firstLane + place] = top + PADDING / 2 + place * lane;
    rowTop[row + 1] = top + Math.max(1, lanes) * lane + STRIP + PADDING;
  });
  return { lane, rowTop, laneTop, height: rowTop[rows.length]! };
}

/** The row at a height, or -1. */
export function rowAt({ rowTop, height }: ChartLayout, y: number): number {
  if (y < 0 || y >= height) return -1;
  let low = 0;
  let high = rowTop.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rowTop[middle + 1]! > y) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The lane of a row at a height, or -1 on the row's strip. */
export function laneAt(layout: ChartLayout, { rows }: ChartModel, y: number): number {
  const row = rowAt(layout, y);
  if (row < 0) return -1;
  const { firstLane, lanes } = rows[row]!;
  const lane = Math.floor((y - layout.rowTop[row]! - PADDING / 2) / layout.lane);
  return lane < lanes ? firstLane + Math.max(0, lane) : -1;
}
