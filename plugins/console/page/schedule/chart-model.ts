/**
 * A plan as a chart draws it: what touches is one bar, the bars of each lane in the order of their starts, with sums that
 * tell at once what is in any stretch of time. Pure; times are seconds since the plan's origin.
 */
/* eslint-disable @typescript-eslint/no-non-null-assertion -- every index is below the column's length; a test of each read would be in the drawing loop */
import type { CapacityKind, PlacementsDocument } from './document.js';

export interface ChartRow {
  name: string;
  type: string | null;
  kind: CapacityKind;
  /** Its lanes are `[firstLane, firstLane + lanes)`. */
  firstLane: number;
  lanes: number;
}

export interface ChartModel {
  version: string | null;
  timeZone: string;
  /** Epoch milliseconds of second 0. */
  origin: number;
  /** From the first bar to the end of the last one. */
  start: number;
  end: number;
  rows: ChartRow[];
  /** By lane: its row and its number from 1. */
  laneRow: Int32Array;
  laneNumber: Int32Array;
  /** By lane: its first bar; the last entry is the number of bars. */
  laneFrom: Int32Array;
  bars: {
    start: Float64Array;
    end: Float64Array;
    operation: Int32Array;
    lane: Int32Array;
    /** The latest end of the lane until here: where bars lie over each other it is still in order. */
    reach: Float64Array;
    /** Sums of the lengths and of the late bars before each; one more than there are bars. */
    busyBefore: Float64Array;
    lateBefore: Int32Array;
  };
  operations: {
    order: Int32Array;
    name: string[];
    product: string[];
    batch: (number | null)[];
    start: Float64Array;
    end: Float64Array;
  };
  orders: { name: string[]; start: Float64Array; end: Float64Array; latenessMinutes: Float64Array };
  orderOf: Map<string, number>;
  /** By order: its bars. */
  barsFrom: Int32Array;
  barsOfOrder: Int32Array;
}

export function chartModel(document: PlacementsDocument): ChartModel {
  const { orders, operations, names, lanes } = document;
  const order = Int32Array.from(operations.order);
  const late = Float64Array.from(orders.latenessMinutes);
  const bars = barsOf(document);
  const count = bars.start.length;
  const reach = new Float64Array(count);
  const busyBefore = new Float64Array(count + 1);
  const lateBefore = new Int32Array(count + 1);
  const laneFrom = new Int32Array(lanes.number.length + 1);
  for (let bar = 0; bar < count; bar++) {
    const isFirst = bar === 0 || bars.lane[bar] !== bars.lane[bar - 1];
    reach[bar] = isFirst ? bars.end[bar]! : Math.max(reach[bar - 1]!, bars.end[bar]!);
    busyBefore[bar + 1] = busyBefore[bar]! + bars.end[bar]! - bars.start[bar]!;
    lateBefore[bar + 1] = lateBefore[bar]! + (late[order[bars.operation[bar]!]!]! > 0 ? 1 : 0);
    laneFrom[bars.lane[bar]! + 1] = bar + 1;
  }
  for (let lane = 1; lane < laneFrom.length; lane++)
    laneFrom[lane] = Math.max(laneFrom[lane]!, laneFrom[lane - 1]!);
  return {
    version: document.version,
    timeZone: document.timeZone,
    origin: Date.parse(document.origin),
    start: bars.start.reduce((least, start) => Math.min(least, start), count === 0 ? 0 : Infinity),
    end: bars.end.reduce((most, end) => Math.max(most, end), 0),
    rows: rowsOf(document),
    laneRow: Int32Array.from(lanes.workCenter),
    laneNumber: Int32Array.from(lanes.number),
    laneFrom,
    bars: { ...bars, reach, busyBefore, lateBefore },
    operations: {
      order,
      name: operations.name.map((name) => names[name]!),
      product: operations.product.map((product) => names[product]!),
      batch: operations.batch,
      start: Float64Array.from(operations.start),
      end: Float64Array.from(operations.end),
    },
    orders: {
      name: orders.name,
      start: Float64Array.from(orders.start),
      end: Float64Array.from(orders.end),
      latenessMinutes: late,
    },
    orderOf: new Map(orders.name.map((name, place) => [name, place])),
    ...byOrder(bars.operation, order, orders.name.length),
  };
}

function rowsOf({ workCenters, lanes }: PlacementsDocument): ChartRow[] {
  const rows = workCenters.name.map((name, row): ChartRow => ({
    name,
    type: workCenters.type[row] ?? null,
    kind: workCenters.kind[row]!,
    firstLane: 0,
    lanes: 0,
  }));
  lanes.workCenter.forEach((row, lane) => {
    if (rows[row]!.lanes++ === 0) rows[row]!.firstLane = lane;
  });
  return rows;
}

/** An interval that several operations share is divided among them in their order, by what each has of it. */
function barsOf({ placements, intervals }: PlacementsDocument) {
  const count = placements.operation.length;
  const start = new Float64Array(count);
  const end = new Float64Array(count);
  const operation = new Int32Array(count);
  const lane = new Int32Array(count);
  let bars = 0;
  let used = 0;
  for (let row = 0; row < count; row++) {
    const interval = placements.interval[row]!;
    const isShared =
      row > 0 &&
      placements.lane[row - 1] === placements.lane[row] &&
      placements.interval[row - 1] === interval;
    const [opens, closes] = [intervals.start[interval]!, intervals.end[interval]!];
    const length = (closes - opens) / Math.max(1, intervals.available[interval]!);
    if (!isShared) used = 0;
    const from = opens + used * length;
    used += placements.seconds[row]!;
    const to = opens + used * length;
    const last = bars - 1;
    const goesOn =
      last >= 0 &&
      lane[last] === placements.lane[row] &&
      operation[last] === placements.operation[row] &&
      Math.abs(end[last]! - from) < 0.5;
    if (goesOn) {
      end[last] = to;
      continue;
    }
    start[bars] = from;
    end[bars] = to;
    operation[bars] = placements.operation[row]!;
    lane[bars] = placements.lane[row]!;
    bars++;
  }
  return {
    start: start.slice(0, bars),
    end: end.slice(0, bars),
    operation: operation.slice(0, bars),
    lane: lane.slice(0, bars),
  };
}

function byOrder(operation: Int32Array, orderOf: Int32Array, orders: number) {
  const barsFrom = new Int32Array(orders + 1);
  for (const one of operation) barsFrom[orderOf[one]! + 1]!++;
  for (let order = 0; order < orders; order++) barsFrom[order + 1]! += barsFrom[order]!;
  const next = barsFrom.slice();
  const barsOfOrder = new Int32Array(operation.length);
  operation.forEach((one, bar) => {
    barsOfOrder[next[orderOf[one]!]!++] = bar;
  });
  return { barsFrom, barsOfOrder };
}

/** The first bar of a lane that ends after a time, or the lane's end. */
export function firstEndingAfter(model: ChartModel, lane: number, time: number): number {
  let low = model.laneFrom[lane]!;
  let high = model.laneFrom[lane + 1]!;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (model.bars.reach[middle]! > time) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The first bar of a lane that starts at or after a time, or the lane's end. */
export function firstStartingFrom(model: ChartModel, lane: number, time: number): number {
  let low = model.laneFrom[lane]!;
  let high = model.laneFrom[lane + 1]!;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (model.bars.start[middle]! >= time) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The bar of a lane at a time, or the nearest one within so many seconds; -1: none. Of several the last drawn. */
export function barAt(model: ChartModel, lane: number, time: number, within: number): number {
  const { start, end } = model.bars;
  let best = -1;
  let distance = within;
  const until = firstStartingFrom(model, lane, time + within);
  for (let bar = firstEndingAfter(model, lane, time - within); bar < until; bar++) {
    const away = Math.max(start[bar]! - time, time - end[bar]!, 0);
    if (away > distance) continue;
    best = bar;
    distance = away;
  }
  return best;
}

/** The bars of an order. */
export function barsOfOrder(model: ChartModel, order: number): Int32Array {
  return model.barsOfOrder.subarray(model.barsFrom[order], model.barsFrom[order + 1]);
}

/** The bars that an order waited for, by the chain that the server tells: of each other order the one that ended then. */
export function heldUpBy(
  model: ChartModel,
  chain: readonly { kind: string; name: string; until: string; order: string | null }[],
): number[] {
  const { bars, rows, laneRow, origin, orderOf } = model;
  return chain.flatMap(({ kind, name, until, order }) => {
    const other = order === null ? undefined : orderOf.get(order);
    if (other === undefined) return [];
    const time = (Date.parse(until) - origin) / 1000 + 0.5;
    const ended = [...barsOfOrder(model, other)].filter(
      (bar) =>
        bars.end[bar]! <= time && (kind !== 'workCenter' || rows[laneRow[bars.lane[bar]!]!]!.name === name),
    );
    if (ended.length === 0) return [];
    return ended.reduce((last, bar) => (bars.end[bar]! > bars.end[last]! ? bar : last));
  });
}

/** The bars of a row, of all rows for -1; where it is asked for those of late orders alone. */
export function barsOfList(model: ChartModel, { row, isLate }: { row: number; isLate: boolean }): Int32Array {
  const { rows, laneFrom, bars, operations, orders } = model;
  const shown = rows[row];
  const [first, last] =
    shown === undefined
      ? [0, bars.start.length]
      : [laneFrom[shown.firstLane]!, laneFrom[shown.firstLane + shown.lanes]!];
  const all = Int32Array.from({ length: last - first }, (_, place) => first + place);
  if (!isLate) return all;
  return all.filter((bar) => orders.latenessMinutes[operations.order[bars.operation[bar]!]!]! > 0);
}
