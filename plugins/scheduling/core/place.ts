/**
 * Placement (design 3.8): repetitions onto the planning intervals of lanes. An interval is a bucket of seconds per lane.
 * A repetition that may be split takes all that is left between its start and its finish, so that what is unused or full
 * stands in stretches: they are looked at and taken by bits, 32 intervals at a time, and what is placed is a row each.
 * What is placed since `begin` can be taken back, so that an order that finds no room leaves no trace.
 */
/* eslint-disable @typescript-eslint/no-non-null-assertion -- every index is below the array's length; a test of each read would be in the inner loop */
import { Lane, wider } from './lane.js';
import type { InsideUse, LaneIdentity } from './lane.js';
import type { Grid } from './intervals.js';

const FIRST_ROOM = 1024;

/** The lanes among which a repetition may choose, in the order that decides when nothing else does. */
export class Pool {
  readonly finish: Float64Array;
  readonly start: Float64Array;
  readonly first: Int32Array;
  /** Per lane: whether `finish` is what it would be (1), only a bound below it (2), or not looked at (0). */
  readonly known: Uint8Array;

  constructor(readonly lanes: readonly Lane[]) {
    this.finish = new Float64Array(lanes.length);
    this.start = new Float64Array(lanes.length);
    this.first = new Int32Array(lanes.length);
    this.known = new Uint8Array(lanes.length);
  }
}

/** One operation to place. */
export interface PlacementRequest {
  pool: Pool;
  /** By which intervals remember who used them. */
  operation: number;
  /** The earliest start, epoch seconds. */
  from: number;
  /** Of each repetition; above 0. */
  seconds: number;
  repetitions: number;
  splittable: boolean;
  /** Work that is under way: also uses the interval that contains `from`, in every unit. */
  running: boolean;
}

/** How far placement has come. */
export interface PlacedSoFar {
  count: number;
  placements: number;
  touched: number;
}

const ROW_COLUMNS = ['placedLane', 'placedFrom', 'placedTo', 'placedSeconds'] as const;

/** What was taken from a twin, and who had used its interval before. */
interface TwinUse {
  /** The row for whose sake. */
  row: number;
  lane: Lane;
  interval: number;
  seconds: number;
  userBefore: number;
}

export class Placer {
  /**
   * Row r: `placedSeconds[r]` of work of one repetition in the intervals `[placedFrom[r], placedTo[r])` of a lane. Where these
   * are several, they were unused, and the work takes all of each but the last.
   */
  placedLane = new Int32Array(FIRST_ROOM);
  placedFrom = new Int32Array(FIRST_ROOM);
  placedTo = new Int32Array(FIRST_ROOM);
  placedSeconds = new Int32Array(FIRST_ROOM);
  /** Who had used a row's only interval before; said of rows of one interval only. */
  private userBefore = new Int32Array(FIRST_ROOM);
  /** Rows. */
  count = 0;
  /** Placements: one per repetition and interval. */
  placements = 0;
  /** Of the operation placed last: where it starts and ends, epoch seconds. */
  start = 0;
  end = 0;
  /** Of the repetition that starts first: its lane and interval, and who used the interval before that last (-1: nobody). */
  startLane = -1;
  startInterval = -1;
  heldBy = -1;
  /** How often a stretch or an interval was looked at. */
  touched = 0;
  private insides: { uses: InsideUse[]; from: number; seconds: number }[] = [];
  private twinUses: TwinUse[] = [];
  private countAtBegin = 0;
  /** The operation in hand. */
  private operation = -1;

  /** @param lanes of an earlier run that this one goes on from. */
  constructor(readonly lanes: Lane[] = []) {}

  /** Takes over the first placements of an earlier run. */
  takeOver(before: Placer, { count, placements, touched }: PlacedSoFar): void {
    // As many as the run before had: this one will come to about as many.
    const room = before.placedLane.length;
    for (const column of ROW_COLUMNS) this[column] = wider(before[column].subarray(0, count), room);
    this.userBefore = new Int32Array(room);
    this.count = count;
    this.placements = placements;
    this.touched = touched;
  }

  addLane(identity: LaneIdentity, grid: Grid): Lane {
    const lane = new Lane(this.lanes.length, identity, grid);
    this.lanes.push(lane);
    return lane;
  }

  /** From here on all can be taken back. */
  begin(): void {
    if (this.insides.length > 0) this.insides = [];
    if (this.twinUses.length > 0) this.twinUses = [];
    this.countAtBegin = this.count;
  }

  /** Takes back all that was placed since `begin`. */
  takeBack(): void {
    const { insides, twinUses, lanes, placedFrom, placedTo } = this;
    while (this.count > this.countAtBegin) {
      const row = --this.count;
      for (let use = twinUses.at(-1); use?.row === row; twinUses.pop(), use = twinUses.at(-1))
        use.lane.giveBack(use.interval, use.seconds, use.userBefore);
      const lane = lanes[this.placedLane[row]!]!;
      const [from, to] = [placedFrom[row]!, placedTo[row]!];
      if (to - from === 1) lane.giveBack(from, this.placedSeconds[row]!, this.userBefore[row]!);
      else lane.giveBackStretch(from, to);
      this.placements -= to - from;
    }
    for (const { uses, from, seconds } of insides) {
      const place = uses.findIndex((use) => use.from === from);
      uses[place]!.seconds -= seconds;
      if (uses[place]!.seconds === 0) uses.splice(place, 1);
    }
    this.begin();
  }

  /**
   * Places all repetitions, one by one, each from the request's start on the lane where it finishes first, then starts
   * first, then the first lane. False where the horizon has no room; take back then.
   */
  place(request: PlacementRequest): boolean {
    const { pool, from } = request;
    this.operation = request.operation;
    this.start = Infinity;
    this.end = -Infinity;
    pool.known.fill(0);
    for (let repetition = 0; repetition < request.repetitions; repetition++) {
      const chosen = this.choose(request);
      if (chosen < 0) return false;
      const lane = pool.lanes[chosen]!;
      const first = pool.first[chosen]!;
      if (pool.start[chosen]! < this.start) {
        this.start = pool.start[chosen]!;
        this.startLane = lane.index;
        this.startInterval = first;
        this.heldBy = first > 0 ? lane.userOf(first - 1) : -1;
      }
      if (pool.finish[chosen]! > this.end) this.end = pool.finish[chosen]!;
      this.commit(request, lane, first);
      pool.known[chosen] = 0;
    }
    if (request.repetitions === 0) this.start = this.end = from;
    return true;
  }

  /**
   * The lane that finishes first, then starts first, then is first; -1 where none has room. The one that may be it by the
   * bounds below the finishes is walked along next, until its finish is known: most lanes are not walked along.
   */
  private choose(request: PlacementRequest): number {
    const { pool } = request;
    const { lanes, finish, start, known } = pool;
    for (let at = 0; at < lanes.length; at++) {
      if (known[at] !== 0) continue;
      if (request.splittable) this.findStart(request, at);
      else this.probeWhole(request, at);
    }
    for (;;) {
      let best = -1;
      let least = Infinity;
      let bound = Infinity;
      for (let at = 0; at < lanes.length; at++) {
        const bounded = finish[at]!;
        if (bounded < least || (bounded === least && best >= 0 && start[at]! < start[best]!)) {
          best = at;
          least = bounded;
        }
        if (known[at] === 1 && bounded < bound) bound = bounded;
      }
      if (best < 0 || known[best] === 1) return best;
      this.probe(request, best, bound);
    }
  }

  /** Where a repetition would start on a lane, and when it would finish at the earliest: were all free from there on. */
  private findStart(request: PlacementRequest, at: number): void {
    const { pool, from } = request;
    const lane = pool.lanes[at]!;
    const { grid } = lane;
    const first = this.firstOf(request, lane);
    pool.first[at] = first;
    pool.known[at] = 1;
    pool.finish[at] = Infinity;
    if (first < 0) return;
    pool.start[at] = startIn(lane, first, from);
    const left = request.seconds - this.roomAt(lane, first, from);
    pool.finish[at] = grid.ends[first]!;
    if (left <= 0) return;
    const last = grid.make(first + 2) ? grid.indexAfter(first + 1, left) : -1;
    pool.finish[at] = last < 0 ? Infinity : grid.ends[last]!;
    if (last >= 0 && lane.nextUsed(first + 1, last + 1) <= last) pool.known[at] = 2;
  }

  /** Where a repetition would finish on a lane, given up as soon as that is after `bound`. */
  private probe(request: PlacementRequest, at: number, bound: number): void {
    const { pool, from } = request;
    const lane = pool.lanes[at]!;
    const { grid } = lane;
    let last = pool.first[at]!;
    let left = request.seconds - this.roomAt(lane, last, from);
    pool.known[at] = 1;
    pool.finish[at] = Infinity;
    while (left > 0 && grid.ends[last]! <= bound) {
      const interval = this.free(lane, last + 1);
      if (interval < 0) return;
      last = stretchEnd(lane, interval, left);
      if (last < 0) return;
      left -= leftInStretch(lane, interval, last);
    }
    pool.finish[at] = grid.ends[last]!;
    if (pool.finish[at] > bound) pool.known[at] = 2;
  }

  /** As `probe`, for a repetition that stays in consecutive intervals with nothing between. */
  private probeWhole(request: PlacementRequest, at: number): void {
    const { pool, from, seconds } = request;
    const lane = pool.lanes[at]!;
    pool.known[at] = 1;
    pool.finish[at] = Infinity;
    const asked = this.firstOf(request, lane);
    if (asked < 0) return;
    const { grid } = lane;
    const plain = grid.starts[asked]! >= from;
    const tight = plain ? lane.tooTight.get(seconds) : undefined;
    const known = tight !== undefined && tight.from <= asked && asked < tight.to;
    let first = known ? this.free(lane, tight.to) : asked;
    let last = -1;
    while (first >= 0) {
      let left = seconds - this.roomAt(lane, first, from);
      last = first;
      while (left > 0 && this.continues(lane, last, left)) left -= lane.leftIn(++last);
      if (left <= 0) break;
      first = this.free(lane, last + 1);
    }
    if (plain) {
      const to = first < 0 ? grid.count : first;
      if (known) tight.to = to;
      else lane.tooTight.set(seconds, { from: asked, to });
    }
    if (first < 0) return;
    pool.first[at] = first;
    pool.start[at] = startIn(lane, first, from);
    pool.finish[at] = grid.ends[last]!;
  }

  /** Whether the interval after `last` touches it and is unused, or has all that is wanted. */
  private continues(lane: Lane, last: number, wanted: number): boolean {
    const { grid } = lane;
    this.touched++;
    if (!lane.reach(last + 1) || grid.starts[last + 1] !== grid.ends[last]) return false;
    return !lane.isUsed(last + 1) || lane.leftIn(last + 1) >= wanted;
  }

  private commit(request: PlacementRequest, lane: Lane, first: number): void {
    const { from, seconds } = request;
    let interval = first;
    let left = seconds;
    if (lane.grid.starts[first]! < from) {
      const take = Math.min(left, this.roomAt(lane, first, from));
      this.placeIn(lane, first, take);
      this.useInside(lane, first, { from, seconds: take });
      left -= take;
      if (left > 0) interval = this.free(lane, first + 1);
    }
    while (left > 0) {
      const last = stretchEnd(lane, interval, left);
      const take = Math.min(left, leftInStretch(lane, interval, last));
      if (last === interval) this.placeIn(lane, interval, take);
      else this.placeAlong(lane, interval, last + 1, take);
      left -= take;
      if (left > 0) interval = this.free(lane, last + 1);
    }
  }

  private placeIn(lane: Lane, interval: number, seconds: number): void {
    this.userBefore[this.count] = lane.userOf(interval);
    this.addRow(lane, interval, interval + 1, seconds);
    lane.take(interval, seconds, this.operation);
    if (lane.twins.length > 0) this.chargeTwins(lane, interval, seconds);
  }

  /** In two or more unused intervals of `[from, to)`. */
  private placeAlong(lane: Lane, from: number, to: number, seconds: number): void {
    this.addRow(lane, from, to, seconds);
    lane.takeStretch(from, to, leftInStretch(lane, from, to - 1) - seconds, this.operation);
    if (lane.twins.length === 0) return;
    for (let interval = from; interval < to; interval++)
      this.chargeTwins(lane, interval, lane.grid.seconds[interval]! - lane.leftIn(interval));
  }

  private addRow(lane: Lane, from: number, to: number, seconds: number): void {
    const row = this.count++;
    this.placedLane[row] = lane.index;
    this.placedFrom[row] = from;
    this.placedTo[row] = to;
    this.placedSeconds[row] = seconds;
    this.placements += to - from;
    if (this.count === this.placedLane.length) this.widen();
  }

  /** Takes from the machine's other views, where they overlap, at least what was used: never too little. */
  private chargeTwins(lane: Lane, interval: number, seconds: number): void {
    const row = this.count - 1;
    const start = lane.grid.starts[interval]!;
    const end = lane.grid.ends[interval]!;
    for (const twin of lane.twins) {
      const containing = twin.grid.indexContaining(start);
      let at = containing < 0 ? twin.grid.indexFrom(start) : containing;
      while (at >= 0 && twin.reach(at) && twin.grid.starts[at]! < end) {
        const overlap = Math.min(end, twin.grid.ends[at]!) - Math.max(start, twin.grid.starts[at]!);
        const taken = Math.min(seconds, overlap, twin.leftIn(at));
        if (taken > 0) {
          const userBefore = twin.userOf(at);
          this.twinUses.push({ row, lane: twin, interval: at, seconds: taken, userBefore });
          twin.take(at, taken, this.operation);
        }
        at++;
      }
    }
  }

  /** The first interval that a repetition may use: one that begins at or after the start; of a bucket, also the one it is in. */
  private firstOf(request: PlacementRequest, lane: Lane): number {
    const { from } = request;
    if (lane.grid.isBucket || request.running) {
      const containing = lane.grid.indexContaining(from);
      if (containing >= 0 && lane.reach(containing) && this.roomAt(lane, containing, from) > 0)
        return containing;
    }
    const first = lane.grid.indexFrom(from);
    return first < 0 ? -1 : this.free(lane, first);
  }

  /**
   * What an interval has left for work that may not start before `from`. Where that is inside the interval: no more than
   * is available from then on, less what other late starters need of it.
   */
  private roomAt(lane: Lane, interval: number, from: number): number {
    const { grid } = lane;
    let room = lane.leftIn(interval);
    if (room === 0 || grid.starts[interval]! >= from) return room;
    const uses = lane.inside.get(interval) ?? [];
    let sameOrLater = 0;
    let wanted = 0;
    for (let place = uses.length - 1; place >= 0; place--) {
      const use = uses[place]!;
      wanted += use.seconds;
      if (use.from >= from) sameOrLater = wanted;
      else room = Math.min(room, use.available - wanted);
    }
    const available = grid.calendar.secondsBetween(from, grid.ends[interval]!);
    return Math.max(0, Math.min(room, available - sameOrLater));
  }

  private useInside(lane: Lane, interval: number, use: { from: number; seconds: number }): void {
    const { from, seconds } = use;
    const uses = lane.inside.get(interval) ?? [];
    lane.inside.set(interval, uses);
    let place = uses.length;
    while (place > 0 && uses[place - 1]!.from >= from) place--;
    if (uses[place]?.from === from) {
      uses[place]!.seconds += seconds;
    } else {
      const available = lane.grid.calendar.secondsBetween(from, lane.grid.ends[interval]!);
      uses.splice(place, 0, { from, available, seconds });
    }
    this.insides.push({ uses, from, seconds });
  }

  /** The first interval from `interval` on that has something left, or -1. */
  private free(lane: Lane, interval: number): number {
    this.touched++;
    if (!lane.reach(interval)) return -1;
    const open = lane.nextOpen(interval);
    return lane.reach(open) ? open : -1;
  }

  private widen(): void {
    const room = 2 * this.placedLane.length;
    for (const column of ROW_COLUMNS) this[column] = wider(this[column], room);
    this.userBefore = wider(this.userBefore, room);
  }
}

/**
 * The last of the intervals that a repetition takes at once from a free one on: of unused ones as many as it needs or as
 * there are until one is used; an interval that is used in part by itself. -1 where the horizon has too few.
 */
function stretchEnd(lane: Lane, interval: number, seconds: number): number {
  if (lane.isUsed(interval)) return interval;
  const last = lane.grid.indexAfter(interval, seconds);
  return last < 0 ? last : lane.nextUsed(interval + 1, last + 1) - 1;
}

/** What is left in the intervals that `stretchEnd` tells. */
function leftInStretch(lane: Lane, first: number, last: number): number {
  const { sums } = lane.grid;
  return first === last ? lane.leftIn(first) : sums[last + 1]! - sums[first]!;
}

/**
 * When work begins that may not start before `from` and has its first interval here. Inside a bucket of a day, week or
 * month that is the first available second: nobody works in its gaps.
 */
function startIn({ grid }: Lane, interval: number, from: number): number {
  const begin = grid.starts[interval]!;
  if (begin >= from) return begin;
  const period = grid.calendar.periodAfter(from);
  return period < 0 ? from : Math.max(from, grid.calendar.starts[period]!);
}
