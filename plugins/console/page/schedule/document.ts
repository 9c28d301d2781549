/** The answers of the API that the schedule is made of, as it gives them. */

export type CapacityKind = 'workCenter' | 'type' | 'company';

/** `GET /schedule/placements`: seconds since `origin`. */
export interface PlacementsDocument {
  version: string | null;
  timeZone: string;
  origin: string;
  workCenters: { name: string[]; type: (string | null)[]; kind: CapacityKind[] };
  lanes: { workCenter: number[]; number: number[] };
  orders: { name: string[]; start: number[]; end: number[]; latenessMinutes: number[] };
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
  intervals: { start: number[]; end: number[]; available: number[] };
  placements: { operation: number[]; lane: number[]; interval: number[]; seconds: number[] };
}

export type LoadUnit = 'interval' | 'hour' | 'day' | 'week' | 'month';

/** `GET /schedule/load` */
export interface LoadDocument {
  version: string | null;
  origin: string;
  by: LoadUnit;
  workCenters: {
    name: string;
    kind: CapacityKind;
    lanes: number;
    start: number[];
    end: number[];
    available: number[];
    planned: number[];
  }[];
}

export interface QueueRow {
  name: string;
  priority: number;
  position: number;
  reschedule: string | null;
}

export interface Difference {
  name: string;
  change: 'earlier' | 'later' | 'moved' | 'lateness' | 'added' | 'removed';
  becomes: 'late' | 'onTime' | null;
  text: string;
}

export interface Differences {
  counts: Record<string, number>;
  text: string;
  orders: Difference[];
}

/** `PUT /queue?dryRun=true` */
export interface QueuePreview {
  orders: QueueRow[];
  plannedAt: string;
  effect: Differences;
}

/** `GET /schedule/differences` */
export interface PlanDifferences extends Differences {
  against: string | null;
  version: string | null;
  unscheduled: { name: string; code: string; message: string }[];
}

export interface PlanVersions {
  saved: string | null;
  versions: { version: string; plannedAt: string; upTo: string | null }[];
}

/** `GET /schedule/orders/{name}` */
export interface ExplainedOrder {
  name: string;
  late: boolean;
  latenessMinutes: number;
  text: string;
  operations: {
    name: string;
    batch: number | null;
    start: string;
    end: string;
    workCenterType: string | null;
  }[];
  chain: { kind: string; name: string; until: string; text: string; order: string | null }[];
}
