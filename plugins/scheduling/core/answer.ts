/**
 * A plan as the answer to `schedule --json` (design section 4): rows made one order at a time from the flat tables, so
 * that a large plan can be written as a stream.
 */
/* eslint-disable @typescript-eslint/no-non-null-assertion -- orders and operations are named by their place, which is below the tables' length */
import type { Instant } from '../../../src/index.js';
import { instantText } from './instant-text.js';
import type { PlanTables } from './plan-tables.js';
import type { PlanWarning } from './plant.js';
import type { PlanningError } from './planning-error.js';
import { waitedFor } from './waited-for.js';
import type { Waited } from './waited-for.js';

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
  /** The production order step it is; null for an operation of a bill of materials. */
  stepId: string | null;
  repetitions: number;
  start: Instant;
  end: Instant;
  workCenterType: string | null;
  /** Left out of a summary. */
  placements?: PlannedPlacement[];
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

/** When an order is planned; epoch seconds. */
export interface PlannedTimes {
  name: string;
  start: number;
  end: number;
  latenessMinutes: number;
  /** Where and when its operations are: of two plans that are compared, both say it or neither. */
  operations?: string;
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
      placements: placer.placements,
      intervalsTouched: placer.touched,
    };
  }

  /** The planned orders in queue order; for a summary without placements. */
  *orders({ summary = false } = {}): Generator<PlannedOrder> {
    for (let order = 0; order < this.failures.length; order++)
      if (this.failures[order] === null) yield this.row(order, summary);
  }

  /** One planned order; undefined where it was not planned. */
  order(name: string): PlannedOrder | undefined {
    this.places ??= new Map(this.tables.orders.map((order, place) => [order.name, place]));
    const order = this.places.get(name) ?? -1;
    return this.failures[order] === null ? this.row(order, false) : undefined;
  }

  /** The answer as pieces of one JSON document; `summary` leaves placements out. */
  *json(options: { version: string | null; summary?: boolean }): Generator<string> {
    yield `{"version":${JSON.stringify(options.version)},"orders":[`;
    let separator = '';
    for (const row of this.orders(options)) {
      yield separator + JSON.stringify(row);
      separator = ',';
    }
    yield `],"unscheduled":${JSON.stringify(this.unscheduled)}}`;
  }

  /** When each planned order starts and ends, in queue order: what two plans are compared by. */
  *times(): Generator<PlannedTimes> {
    for (let order = 0; order < this.failures.length; order++) {
      if (this.failures[order] !== null) continue;
      const { start, end, latenessMinutes } = this.spanOf(order);
      yield { name: this.tables.orders[order]!.name, start, end, latenessMinutes };
    }
  }

  private row(order: number, isSummary: boolean): PlannedOrder {
    const { tables } = this;
    const { start, end, last, latenessMinutes } = this.spanOf(order);
    const operations: PlannedOperation[] = [];
    for (let operation = tables.base[order]!; operation < tables.base[order + 1]!; operation++)
      if (this.state[operation] === 1) operations.push(this.operationRow(order, operation, isSummary));
    return {
      name: tables.orders[order]!.name,
      scheduledStart: instantText(start),
      scheduledEnd: instantText(end),
      late: latenessMinutes > 0,
      latenessMinutes,
      waitedFor: waitedFor(tables, this.state, last),
      operations,
    };
  }

  /** From the start of an order's first operation to the end of its last, which is named; epoch seconds. */
  private spanOf(order: number): { start: number; end: number; last: number; latenessMinutes: number } {
    const { tables, state } = this;
    let start = Infinity;
    let end = -Infinity;
    let last = -1;
    for (let operation = tables.base[order]!; operation < tables.base[order + 1]!; operation++) {
      if (state[operation] !== 1) continue;
      start = Math.min(start, tables.start[operation]!);
      if (tables.end[operation]! < end) continue;
      end = tables.end[operation]!;
      last = operation;
    }
    return { start, end, last, latenessMinutes: Math.max(0, end - tables.due[order]!) / 60 };
  }

  private operationRow(order: number, operation: number, isSummary: boolean): PlannedOperation {
    const { tables } = this;
    const work = tables.works[order]!;
    const place = operation - tables.base[order]!;
    const spec = work.operations[place]!;
    return {
      name: spec.name,
      product: spec.product,
      step: spec.step,
      batch: spec.batch,
      stepId: spec.stepId,
      repetitions: work.repetitions[place]!,
      start: instantText(tables.start[operation]!),
      end: instantText(tables.end[operation]!),
      workCenterType: spec.workCenterType,
      ...(isSummary ? {} : { placements: this.placementRows(operation) }),
    };
  }

  private placementRows(operation: number): PlannedPlacement[] {
    const { placer, placementsFrom, placementsTo } = this.tables;
    const rows: PlannedPlacement[] = [];
    for (let row = placementsFrom[operation]!; row < placementsTo[operation]!; row++) {
      const { identity, grid } = placer.lanes[placer.placedLane[row]!]!;
      let left = placer.placedSeconds[row]!;
      for (let interval = placer.placedFrom[row]!; interval < placer.placedTo[row]!; interval++) {
        const seconds = Math.min(left, grid.seconds[interval]!);
        left -= seconds;
        rows.push({
          workCenter: identity.workCenter,
          lane: identity.number,
          start: instantText(grid.starts[interval]!),
          end: instantText(grid.ends[interval]!),
          minutes: seconds / 60,
        });
      }
    }
    return rows;
  }
}
