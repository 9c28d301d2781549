/** A lane: one unit of a work center's capacity, and what of it is taken, by planning interval (design 3.8). */
/* eslint-disable @typescript-eslint/no-non-null-assertion -- every index is below the array's length; a test of each read would be in the scheduler's inner loop */
import type { Grid } from './intervals.js';

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

const ALL = -1;

export class Lane {
  /** A bit per interval: whether something is placed in it. The arrays go as far as `reach` was asked for. */
  used = new Int32Array(0);
  /** A bit per interval: whether nothing is left in it. */
  full = new Int32Array(0);
  /** A bit per word of `full`: whether all its bits are set. This and `full` end with a word that never is. */
  solid = new Int32Array(0);
  /** What is left of an interval; said of those that are used and not full. */
  left = new Int32Array(0);
  /** Who used an interval last; of a stretch that was taken at once this is said of its last two, see `userOf`. */
  user = new Int32Array(0);
  /** No interval from here on was ever used. */
  until = 0;
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

  /** Makes the arrays reach as far as an interval; false where the horizon has no such interval. */
  reach(interval: number): boolean {
    if (!this.grid.make(interval + 1)) return false;
    if (interval >= this.left.length) this.widen();
    return true;
  }

  isUsed(interval: number): boolean {
    return (this.used[interval >>> 5]! & (1 << (interval & 31))) !== 0;
  }

  /** The seconds that an interval has left. */
  leftIn(interval: number): number {
    const bit = 1 << (interval & 31);
    if ((this.used[interval >>> 5]! & bit) === 0) return this.grid.seconds[interval]!;
    return (this.full[interval >>> 5]! & bit) === 0 ? this.left[interval]! : 0;
  }

  /**
   * The operation that used an interval last, -1: nobody; of an interval that is not full, and of the one before it. No
   * other is asked for, and inside a stretch that was taken at once all are full up to its last.
   */
  userOf(interval: number): number {
    return this.isUsed(interval) ? this.user[interval]! : -1;
  }

  /** The first interval from one on that is not full; there may be none such in the horizon. */
  nextOpen(interval: number): number {
    const { full, solid } = this;
    let word = interval >>> 5;
    let open = ~full[word]! & (ALL << (interval & 31));
    if (open === 0) {
      word++;
      let at = word >>> 5;
      let loose = ~solid[at]! & (ALL << (word & 31));
      while (loose === 0) loose = ~solid[++at]!;
      word = (at << 5) + lowestBit(loose);
      open = ~full[word]!;
    }
    return (word << 5) + lowestBit(open);
  }

  /** The first used interval of `[from, to)`, else `to`. */
  nextUsed(from: number, to: number): number {
    const { used } = this;
    const words = Math.min(used.length, (to + 31) >>> 5);
    let mask = ALL << (from & 31);
    for (let word = from >>> 5; word < words; word++, mask = ALL) {
      const bits = used[word]! & mask;
      if (bits !== 0) return Math.min(to, (word << 5) + lowestBit(bits));
    }
    return to;
  }

  /** Takes seconds of one interval for an operation. */
  take(interval: number, seconds: number, operation: number): void {
    const left = this.leftIn(interval) - seconds;
    this.until = Math.max(this.until, interval + 1);
    this.left[interval] = left;
    this.user[interval] = operation;
    this.used[interval >>> 5]! |= 1 << (interval & 31);
    if (left === 0) this.fill(interval >>> 5, 1 << (interval & 31));
  }

  /** Takes the unused intervals of `[from, to)`, two or more, but for so many seconds of the last one. */
  takeStretch(from: number, to: number, left: number, operation: number): void {
    this.reach(to - 1);
    this.until = Math.max(this.until, to);
    const lastWord = (to - 1) >>> 5;
    for (let word = from >>> 5; word <= lastWord; word++) {
      const bits = bitsOf(word, from, to);
      this.used[word]! |= bits;
      this.fill(word, left > 0 && word === lastWord ? bits & ~(1 << ((to - 1) & 31)) : bits);
    }
    this.left[to - 1] = left;
    this.user[to - 1] = this.user[to - 2] = operation;
  }

  /** Gives back seconds of one interval, which another operation had used before. */
  giveBack(interval: number, seconds: number, userBefore: number): void {
    const left = this.leftIn(interval) + seconds;
    this.left[interval] = left;
    this.user[interval] = userBefore;
    const word = interval >>> 5;
    const others = ~(1 << (interval & 31));
    this.full[word]! &= others;
    this.solid[word >>> 5]! &= ~(1 << (word & 31));
    if (left === this.grid.seconds[interval]) this.used[word]! &= others;
    this.tooTight.clear();
  }

  /** Gives back all of `[from, to)`. */
  giveBackStretch(from: number, to: number): void {
    for (let interval = from; interval < to; interval++)
      this.giveBack(interval, this.grid.seconds[interval]! - this.leftIn(interval), -1);
  }

  private fill(word: number, bits: number): void {
    this.full[word]! |= bits;
    if (this.full[word] === ALL) this.solid[word >>> 5]! |= 1 << (word & 31);
  }

  private widen(): void {
    const room = this.grid.starts.length;
    const words = (room >>> 5) + 1;
    this.used = wider(this.used, words);
    this.full = wider(this.full, words);
    this.solid = wider(this.solid, (words >>> 5) + 1);
    this.left = wider(this.left, room);
    this.user = wider(this.user, room);
  }
}

/** A longer array that begins with what is in one. */
export function wider(array: Int32Array<ArrayBuffer>, room: number): Int32Array<ArrayBuffer> {
  const copy = new Int32Array(room);
  copy.set(array);
  return copy;
}

function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}

/** The bits of a word that stand for intervals of `[from, to)`. */
function bitsOf(word: number, from: number, to: number): number {
  const first = word << 5;
  const low = from > first ? ALL << (from - first) : ALL;
  return to < first + 32 ? low & (ALL >>> (first + 32 - to)) : low;
}
