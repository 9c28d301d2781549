/**
 * A plan as tables for a chart: work centers, lanes, orders and operations by their places, numbers as columns, so that
 * 100,000 placements are a document that a browser reads and draws at once. Seconds count from `origin`.
 */
/* eslint-disable @typescript-eslint/no-non-null-assertion -- rows are named by their place, which is below the columns' length */
import type { Instant } from '../../../src/index.js';
import type { PlannedOperation, PlannedOrder, PlannedPlacement } from './answer.js';
import { availableIn, capacityOf, type CapacityKind, type CapacityRow } from './capacity.js';
import type { Snapshot } from './snapshot.js';

export interface PlacementsDocument {
  version: string | null;
  timeZone: string;
  origin: Instant;
  /** By type, then by name; work centers that have nothing to do are rows too. */
  workCenters: { name: string[]; type: (string | null)[]; kind: CapacityKind[] };
  /** In the order of the work centers; numbers from 1. */
  lanes: { workCenter: number[]; number: number[] };
  /** In queue order. */
  orders: { name: string[]; start: number[]; end: number[]; latenessMinutes: number[] };
  /** Of operations and products. */
  names: string[];
  operations: {
    order: number[];
    name: number[];
    product: number[];
    batch: (number | null)[];
    repetitions: number[];
    start: number[];
    end: number[];
  };
  /** `available`: the seconds that a lane has in it. */
  intervals: { start: number[]; end: number[]; available: number[] };
  /** By lane, then by start, then in queue order. */
  placements: { operation: number[]; lane: number[]; interval: number[]; seconds: number[] };
}

/** @param masters the plant as it was when the plan was made, as far as that is known. */
export function placementsOf(
  plan: { version: string | null; orders: readonly PlannedOrder[] },
  masters: Snapshot,
): PlacementsDocument {
  return new Tables(plan.version, masters).of(plan.orders);
}

const MOST_COMPANY_LANES = 6;

interface Placed {
  operation: number;
  lane: number;
  interval: number;
  seconds: number;
}

class Tables {
  private readonly rows: CapacityRow[];
  private readonly rowOf = new Map<string, number>();
  private readonly lanes: PlacementsDocument['lanes'] = { workCenter: [], number: [] };
  private readonly laneOf = new Map<string, number>();
  private readonly intervals: PlacementsDocument['intervals'] = { start: [], end: [], available: [] };
  private readonly intervalOf = new Map<string, number>();
  private readonly names = new Map<string, number>();
  private readonly seconds = new Map<Instant, number>();
  /** Operations without a work center type. */
  private readonly unlimited: number[] = [];
  private origin = 0;

  constructor(
    private readonly version: string | null,
    private readonly masters: Snapshot,
  ) {
    this.rows = capacityOf(masters);
    this.rows.forEach(({ kind, name }, row) => this.rowOf.set(`${kind} ${name}`, row));
  }

  of(planned: readonly PlannedOrder[]): PlacementsDocument {
    const starts = planned.map(({ scheduledStart }) => Date.parse(scheduledStart) / 1000);
    this.origin = starts.reduce((least, start) => Math.min(least, start), Infinity);
    if (this.origin === Infinity) this.origin = Date.parse(this.masters.now) / 1000;
    const orders: PlacementsDocument['orders'] = { name: [], start: [], end: [], latenessMinutes: [] };
    const operations: PlacementsDocument['operations'] = {
      order: [],
      name: [],
      product: [],
      batch: [],
      repetitions: [],
      start: [],
      end: [],
    };
    const placed: Placed[] = [];
    planned.forEach((order, place) => {
      orders.name.push(order.name);
      orders.start.push(this.at(order.scheduledStart));
      orders.end.push(this.at(order.scheduledEnd));
      orders.latenessMinutes.push(order.latenessMinutes);
      for (const operation of order.operations) {
        this.place(operation, operations.order.length, placed);
        operations.order.push(place);
        operations.name.push(this.named(operation.name));
        operations.product.push(this.named(operation.product));
        operations.batch.push(operation.batch);
        operations.repetitions.push(operation.repetitions);
        operations.start.push(this.at(operation.start));
        operations.end.push(this.at(operation.end));
      }
    });
    this.placeUnlimited(operations, placed);
    const placements = this.inOrder(placed);
    return {
      version: this.version,
      timeZone: this.masters.timeZone,
      origin: new Date(this.origin * 1000).toISOString().replace('.000Z', 'Z'),
      workCenters: {
        name: this.rows.map(({ name }) => name),
        type: this.rows.map(({ type }) => type),
        kind: this.rows.map(({ kind }) => kind),
      },
      lanes: this.lanes,
      orders,
      names: [...this.names.keys()],
      operations,
      intervals: this.intervals,
      placements,
    };
  }

  private place(operation: PlannedOperation, number: number, placed: Placed[]): void {
    const placements = operation.placements ?? [];
    for (const placement of placements) {
      const row = this.rowFor(operation, placement);
      placed.push({
        operation: number,
        lane: this.lane(row, placement.lane),
        interval: this.interval(row, placement.start, placement.end),
        seconds: Math.round(placement.minutes * 60),
      });
    }
    if (placements.length > 0 || operation.workCenterType !== null || operation.start === operation.end)
      return;
    this.unlimited.push(number);
  }

  /** What needs no work center, side by side as far as a chart has room for it: its lanes are drawn, not planned. */
  private placeUnlimited({ start, end }: PlacementsDocument['operations'], placed: Placed[]): void {
    if (this.unlimited.length === 0) return;
    const row = this.row('company', 'Company', null);
    const ends: number[] = [];
    const inTime = this.unlimited.sort((a, b) => start[a]! - start[b]! || a - b);
    for (const operation of inTime) {
      const [from, to] = [start[operation]!, end[operation]!];
      const free = ends.findIndex((busyUntil) => busyUntil <= from);
      const lane = free >= 0 ? free : Math.min(ends.length, MOST_COMPANY_LANES - 1);
      ends[lane] = Math.max(ends[lane] ?? 0, to);
      const interval = this.intervalAt(row, from, to);
      placed.push({ operation, lane: this.lane(row, lane + 1), interval, seconds: to - from });
    }
  }

  private rowFor({ workCenterType }: PlannedOperation, { workCenter }: PlannedPlacement): number {
    if (workCenter === null) return this.row('type', workCenterType ?? '', workCenterType);
    return this.row('workCenter', workCenter, workCenterType);
  }

  /** A row of the plant, or a new one for what the plant has no more. */
  private row(kind: CapacityKind, name: string, type: string | null): number {
    const key = `${kind} ${name}`;
    let row = this.rowOf.get(key);
    if (row === undefined) {
      row = this.rows.push({ name, type, kind, lanes: 1, grid: null }) - 1;
      this.rowOf.set(key, row);
    }
    return row;
  }

  private lane(row: number, number: number): number {
    const { rows } = this;
    rows[row]!.lanes = Math.max(rows[row]!.lanes, number);
    const key = `${row} ${number}`;
    let lane = this.laneOf.get(key);
    if (lane === undefined) this.laneOf.set(key, (lane = this.laneOf.size));
    return lane;
  }

  private interval(row: number, start: Instant, end: Instant): number {
    return this.intervalAt(row, this.at(start), this.at(end));
  }

  private intervalAt(row: number, from: number, to: number): number {
    const available = availableIn(this.rows[row]!, from + this.origin, to + this.origin) ?? to - from;
    const { intervals } = this;
    const key = `${from} ${to} ${available}`;
    let interval = this.intervalOf.get(key);
    if (interval === undefined) {
      interval = intervals.start.push(from) - 1;
      intervals.end.push(to);
      intervals.available.push(available);
      this.intervalOf.set(key, interval);
    }
    return interval;
  }

  private named(name: string): number {
    const known = this.names.get(name);
    if (known !== undefined) return known;
    this.names.set(name, this.names.size);
    return this.names.size - 1;
  }

  /** Seconds since the origin. */
  private at(instant: Instant): number {
    let seconds = this.seconds.get(instant);
    if (seconds === undefined) {
      seconds = Date.parse(instant) / 1000 - this.origin;
      this.seconds.set(instant, seconds);
    }
    return seconds;
  }

  /** The lanes of all rows in their order, and the placements by them. */
  private inOrder(placed: Placed[]): PlacementsDocument['placements'] {
    const places = new Map<number, number>();
    this.rows.forEach(({ lanes }, row) => {
      for (let number = 1; number <= lanes; number++) {
        const lane = this.laneOf.get(`${row} ${number}`);
        if (lane !== undefined) places.set(lane, this.lanes.number.length);
        this.lanes.workCenter.push(row);
        this.lanes.number.push(number);
      }
    });
    for (const row of placed) row.lane = places.get(row.lane)!;
    const { start } = this.intervals;
    placed.sort(
      (a, b) => a.lane - b.lane || start[a.interval]! - start[b.interval]! || a.operation - b.operation,
    );
    return {
      operation: placed.map(({ operation }) => operation),
      lane: placed.map(({ lane }) => lane),
      interval: placed.map(({ interval }) => interval),
      seconds: placed.map(({ seconds }) => seconds),
    };
  }
}
