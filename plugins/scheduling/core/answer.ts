/**
 * A plan as the answer to `schedule --json` (design section 4): rows made one order at a time from the flat tables, so
 * that a large plan can be written as a stream.
 */
/* eslint-disable @typescript-eslint/no-non-null-assertion -- orders and operations are named by their place, which is below the tables' length */
import type { Instant } from '../../../src/index.js';
import type { PlanTables } from './plan-tables.js';
import type { PlanWarning } from './plant.js';
import type { PlanningError } from './planning-error.js';
import { waitedFor } from './waited-for.js';
import type { Waited } from './waited-for.js';
import { DAY } from './zone-clock.js';

/** One repetition's part of one planning interval; start and end are the interval's. */
export interface PlannedPlacement {
  workCenter: string | null;
  lane: number;
  start: Instant;
  end: Instant;
  minutes: number;
}

export interface PlannedOperation {
  name: string;
  product: string;
  step: string | null;
  batch: number | null;
  repetitions: number;
  start: Instant;
  end: Instant;
  workCenterType: string | null;
  placements: PlannedPlacement[];
}

export interface PlannedOrder {
  name: string;
  scheduledStart: Instant;
  scheduledEnd: Instant;
  late: boolean;
  latenessMinutes: number;
  waitedFor: Waited[];
  operations: PlannedOperation[];
}

export interface Unscheduled {
  name: string;
  code: string;
  message: string;
}

export interface PlanStatistics {
  operations: number;
  placements: number;
  /** How often the scheduler looked at an interval. */
  intervalsTouched: number;
}

const dayTexts = new Map<number, string>();
const TWO_DIGITS = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'));

/** Epoch seconds as an instant. */
export function instantText(seconds: number): Instant {
  const day = Math.floor(seconds / DAY);
  let text = dayTexts.get(day);
  if (text === undefined) {
    text = new Date(day * DAY * 1000).toISOString().slice(0, -'00:00:00.000Z'.length);
    if (dayTexts.size > 10_000) dayTexts.clear();
    dayTexts.set(day, text);
  }
  const rest = seconds - day * DAY;
  const minute = Math.floor(rest / 60);
  return `${text}${TWO_DIGITS[Math.floor(minute / 60)]!}:${TWO_DIGITS[minute % 60]!}:${TWO_DIGITS[rest % 60]!}Z`;
}

/** What was planned, and what could not be. */
export class Plan {
  /** In queue order. */
  readonly unscheduled: Unscheduled[] = [];
  readonly warnings: PlanWarning[];
  readonly statistics: PlanStatistics;
  private places: Map<string, number> | null = null;

  constructor(
    private readonly tables: PlanTables,
    /** By operation: 1 where it was placed. */
    private readonly state: Uint8Array,
    /** By order of those that were to be planned: why it was not. */
    private readonly failures: readonly (PlanningError | null)[],
  ) {
    failures.forEach((failure, order) => {
      if (failure)
        this.unscheduled.push({
          name: tables.orders[order]!.name,
          code: failure.code,
          message: failure.message,
        });
    });
    this.warnings = [...tables.plant.warnings.values()].sort((a, b) => (a.message < b.message ? -1 : 1));
    const { placer } = tables;
    this.statistics = {
      operations: state.length,
      placements: placer.count,
      intervalsTouched: placer.touched,
    };
  }

  /** The planned orders in queue order. */
  *orders(): Generator<PlannedOrder> {
    for (let order = 0; order < this.failures.length; order++)
      if (this.failures[order] === null) yield this.row(order);
  }

  /** One planned order; undefined where it was not planned. */
  order(name: string): PlannedOrder | undefined {
    this.places ??= new Map(this.tables.orders.map((order, place) => [order.name, place]));
    const order = this.places.get(name) ?? -1;
    return this.failures[order] === null ? this.row(order) : undefined;
  }

  /** The answer as pieces of one JSON document; `summary` leaves placements out. */
  *json(options: { version: string | null; summary?: boolean }): Generator<string> {
    yield `{"version":${JSON.stringify(options.version)},"orders":[`;
    let separator = '';
    for (const row of this.orders()) {
      const text = options.summary
        ? JSON.stringify(row, (key, value: unknown) => (key === 'placements' ? undefined : value))
        : JSON.stringify(row);
      yield separator + text;
      separator = ',';
    }
    yield `],"unscheduled":${JSON.stringify(this.unscheduled)}}`;
  }

  private row(order: number): PlannedOrder {
    const { tables } = this;
    const operations: PlannedOperation[] = [];
    let start = Infinity;
    let end = -Infinity;
    let last = -1;
    for (let operation = tables.base[order]!; operation < tables.base[order + 1]!; operation++) {
      if (this.state[operation] !== 1) continue;
      start = Math.min(start, tables.start[operation]!);
      if (tables.end[operation]! >= end) {
        end = tables.end[operation]!;
        last = operation;
      }
      operations.push(this.operationRow(order, operation));
    }
    const lateness = Math.max(0, end - tables.due[order]!);
    return {
      name: tables.orders[order]!.name,
      scheduledStart: instantText(start),
      scheduledEnd: instantText(end),
      late: lateness > 0,
      latenessMinutes: lateness / 60,
      waitedFor: waitedFor(tables, this.state, last),
      operations,
    };
  }

  private operationRow(order: number, operation: number): PlannedOperation {
    const { tables } = this;
    const work = tables.works[order]!;
    const place = operation - tables.base[order]!;
    const spec = work.operations[place]!;
    return {
      name: spec.name,
      product: spec.product,
      step: spec.step,
      batch: spec.batch,
      repetitions: work.repetitions[place]!,
      start: instantText(tables.start[operation]!),
      end: instantText(tables.end[operation]!),
      workCenterType: spec.workCenterType,
      placements: this.placementRows(operation),
    };
  }

  private placementRows(operation: number): PlannedPlacement[] {
    const { placer, placementsFrom, placementsTo } = this.tables;
    const rows: PlannedPlacement[] = [];
    for (let row = placementsFrom[operation]!; row < placementsTo[operation]!; row++) {
      const lane = placer.lanes[placer.placedLane[row]!]!;
      const interval = placer.placedInterval[row]!;
      rows.push({
        workCenter: lane.identity.workCenter,
        lane: lane.identity.number,
        start: instantText(lane.grid.starts[interval]!),
        end: instantText(lane.grid.ends[interval]!),
        minutes: placer.placedSeconds[row]! / 60,
      });
    }
    return rows;
  }
}
