/**
 * Placement (design 3.8): repetitions onto the planning intervals of lanes. An interval is a bucket of seconds per lane.
 * A lane is three flat arrays: what each interval has left, a pointer from each full interval toward the next that is
 * not (a union-find forest, so that the next free interval is found in near constant time), and who used it last.
 * What is placed since `begin` can be taken back, so that an order that finds no room leaves no trace.
 */
/* eslint-disable @typescript-eslint/no-non-null-assertion -- every index is below the array's length; a test of each read would be in the inner loop */
import type { Grid } from './intervals.js';

const FIRST_ROOM = 1024;

/** One unit of capacity. */
export interface LaneIdentity {
  /** Null: a lane of a type that is planned as one pool. */
  workCenter: string | null;
  /** From 1. */
  number: number;
}

/** What was placed in an interval by work that could start only after the interval had. */
export interface InsideUse {
  /** Its earliest start. */
  from: number;
  /** The seconds available in the interval from then on. */
  available: number;
  seconds: number;
}

export class Lane {
  left = new Int32Array(0);
  next = new Int32Array(0);
  user = new Int32Array(0);
  /** Intervals for which the arrays are filled. */
  made = 0;
  /** By interval, in the order of their starts. */
  readonly inside = new Map<number, InsideUse[]>();
  /** For pieces that must stay whole, by their seconds: no start fits in `[from, to)`. */
  readonly tooTight = new Map<number, { from: number; to: number }>();
  /** The same machine seen through other companies' schedules: what is used here is taken from there. */
  twins: Lane[] = [];

  constructor(
    /** Its place among all lanes, by which placements name it. */
    readonly index: number,
    readonly identity: LaneIdentity,
    readonly grid: Grid,
  ) {}

  /** Fills the arrays beyond an interval; false where the horizon has no such interval. */
  reach(interval: number): boolean {
    if (interval < this.made) return true;
    const { grid } = this;
    if (!grid.make(interval + 1)) return false;
    if (grid.count > this.left.length) {
      this.left = wider(this.left, grid.starts.length);
      this.next = wider(this.next, grid.starts.length);
      this.user = wider(this.user, grid.starts.length);
    }
    for (let i = this.made; i < grid.count; i++) {
      this.left[i] = grid.seconds[i]!;
      this.next[i] = i;
      this.user[i] = -1;
    }
    this.made = grid.count;
    return true;
  }
}

function wider(array: Int32Array<ArrayBuffer>, room: number): Int32Array<ArrayBuffer> {
  const copy = new Int32Array(room);
  copy.set(array);
  return copy;
}

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

/** Three numbers a row, taken back last first. */
class Trail {
  rows = new Int32Array(3 * FIRST_ROOM);
  length = 0;

  push(a: number, b: number, c: number): void {
    if (this.length === this.rows.length) this.rows = wider(this.rows, 2 * this.rows.length);
    this.rows[this.length++] = a;
    this.rows[this.length++] = b;
    this.rows[this.length++] = c;
  }
}

export class Placer {
  /** Placement p: `seconds[p]` of work in an interval of a lane, one row per repetition and interval. */
  placedLane = new Int32Array(FIRST_ROOM);
  placedInterval = new Int32Array(FIRST_ROOM);
  placedSeconds = new Int32Array(FIRST_ROOM);
  count = 0;
  /** Of the operation placed last: where it starts and ends, epoch seconds. */
  start = 0;
  end = 0;
  /** Of the repetition that starts first: its lane and interval, and who used the interval before that last (-1: nobody). */
  startLane = -1;
  startInterval = -1;
  heldBy = -1;
  /** How often an interval was looked at. */
  touched = 0;
  private readonly charges = new Trail();
  private readonly users = new Trail();
  private readonly jumps = new Trail();
  private insides: { uses: InsideUse[]; from: number; seconds: number }[] = [];
  private countAtBegin = 0;

  /** @param lanes of an earlier run that this one goes on from. */
  constructor(readonly lanes: Lane[] = []) {}

  /** Takes over the first placements of an earlier run. */
  takeOver(before: Placer, count: number, touched: number): void {
    // As many as the run before had: this one will come to about as many.
    const room = before.placedLane.length;
    this.placedLane = wider(before.placedLane.subarray(0, count), room);
    this.placedInterval = wider(before.placedInterval.subarray(0, count), room);
    this.placedSeconds = wider(before.placedSeconds.subarray(0, count), room);
    this.count = count;
    this.touched = touched;
  }

  addLane(identity: LaneIdentity, grid: Grid): Lane {
    const lane = new Lane(this.lanes.length, identity, grid);
    this.lanes.push(lane);
    return lane;
  }

  /** From here on all can be taken back. */
  begin(): void {
    this.charges.length = 0;
    this.users.length = 0;
    this.jumps.length = 0;
    this.insides = [];
    this.countAtBegin = this.count;
  }

  /** Takes back all that was placed since `begin`. */
  takeBack(): void {
    const { charges, users, jumps, insides, lanes } = this;
    for (let row = jumps.length - 3; row >= 0; row -= 3)
      lanes[jumps.rows[row]!]!.next[jumps.rows[row + 1]!] = jumps.rows[row + 2]!;
    for (let row = charges.length - 3; row >= 0; row -= 3) {
      const lane = lanes[charges.rows[row]!]!;
      lane.left[charges.rows[row + 1]!] = charges.rows[row + 2]!;
      lane.tooTight.clear();
    }
    for (let row = users.length - 3; row >= 0; row -= 3)
      lanes[users.rows[row]!]!.user[users.rows[row + 1]!] = users.rows[row + 2]!;
    for (const { uses, from, seconds } of insides) {
      const place = uses.findIndex((use) => use.from === from);
      uses[place]!.seconds -= seconds;
      if (uses[place]!.seconds === 0) uses.splice(place, 1);
    }
    this.count = this.countAtBegin;
    this.begin();
  }

  /**
   * Places all repetitions, one by one, each from the request's start on the lane where it finishes first, then starts
   * first, then the first lane. False where the horizon has no room; take back then.
   */
  place(request: PlacementRequest): boolean {
    const { pool, from } = request;
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
        this.heldBy = first > 0 ? lane.user[first - 1]! : -1;
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
    pool.known[at] = 2;
    const last = first + Math.ceil(left / grid.longest);
    pool.finish[at] = last < grid.count ? grid.ends[last]! : grid.ends[first]! + left;
  }

  /** Where a repetition would finish on a lane, given up as soon as that is after `bound`. */
  private probe(request: PlacementRequest, at: number, bound: number): void {
    const { pool, from } = request;
    const lane = pool.lanes[at]!;
    const { grid } = lane;
    let interval = pool.first[at]!;
    let left = request.seconds - this.roomAt(lane, interval, from);
    pool.known[at] = 1;
    pool.finish[at] = Infinity;
    while (left > 0 && grid.ends[interval]! <= bound) {
      interval = this.free(lane, interval + 1);
      if (interval < 0) return;
      left -= lane.left[interval]!;
    }
    pool.finish[at] = grid.ends[interval]!;
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
      while (left > 0 && this.continues(lane, last, left)) left -= lane.left[++last]!;
      if (left <= 0) break;
      first = this.free(lane, last + 1);
    }
    if (plain) {
      const to = first < 0 ? lane.made : first;
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
    return lane.left[last + 1] === grid.seconds[last + 1] || lane.left[last + 1]! >= wanted;
  }

  private commit(request: PlacementRequest, lane: Lane, first: number): void {
    const { from, operation } = request;
    let interval = first;
    let take = Math.min(request.seconds, this.roomAt(lane, first, from));
    let left = request.seconds;
    for (;;) {
      if (this.count === this.placedLane.length) this.widen();
      this.placedLane[this.count] = lane.index;
      this.placedInterval[this.count] = interval;
      this.placedSeconds[this.count++] = take;
      this.users.push(lane.index, interval, lane.user[interval]!);
      lane.user[interval] = operation;
      this.charge(lane, interval, take);
      if (lane.grid.starts[interval]! < from) this.useInside(lane, interval, { from, seconds: take });
      if (lane.twins.length > 0) this.chargeTwins(lane, interval, take);
      left -= take;
      if (left === 0) return;
      interval = this.free(lane, interval + 1);
      take = Math.min(left, lane.left[interval]!);
    }
  }

  private charge(lane: Lane, interval: number, seconds: number): void {
    const before = lane.left[interval]!;
    this.charges.push(lane.index, interval, before);
    lane.left[interval] = before - seconds;
    if (before === seconds) {
      this.jumps.push(lane.index, interval, lane.next[interval]!);
      lane.next[interval] = interval + 1;
    }
  }

  /** Takes from the machine's other views, where they overlap, at least what was used: never too little. */
  private chargeTwins(lane: Lane, interval: number, seconds: number): void {
    const start = lane.grid.starts[interval]!;
    const end = lane.grid.ends[interval]!;
    for (const twin of lane.twins) {
      const containing = twin.grid.indexContaining(start);
      let at = containing < 0 ? twin.grid.indexFrom(start) : containing;
      while (at >= 0 && twin.reach(at) && twin.grid.starts[at]! < end) {
        const overlap = Math.min(end, twin.grid.ends[at]!) - Math.max(start, twin.grid.starts[at]!);
        const taken = Math.min(seconds, overlap, twin.left[at]!);
        if (taken > 0) {
          this.users.push(twin.index, at, twin.user[at]!);
          twin.user[at] = lane.user[interval]!;
          this.charge(twin, at, taken);
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
    let room = lane.left[interval]!;
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

  /** The first interval from `interval` on that has something left, or -1; shortens the way there for the next one. */
  private free(lane: Lane, interval: number): number {
    let root = interval;
    for (;;) {
      this.touched++;
      if (root >= lane.made && !lane.reach(root)) return -1;
      const next = lane.next[root]!;
      if (next === root) break;
      root = next;
    }
    const { next } = lane;
    let at = interval;
    while (next[at]! < root) {
      const after = next[at]!;
      this.jumps.push(lane.index, at, after);
      next[at] = root;
      at = after;
    }
    return root;
  }

  private widen(): void {
    const room = 2 * this.placedLane.length;
    this.placedLane = wider(this.placedLane, room);
    this.placedInterval = wider(this.placedInterval, room);
    this.placedSeconds = wider(this.placedSeconds, room);
  }
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
