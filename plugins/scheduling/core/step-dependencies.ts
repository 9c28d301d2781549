/** Which steps wait for which, as flat arrays over the operations of a plan; also across orders. Finds circles. */
/* eslint-disable @typescript-eslint/no-non-null-assertion -- every index is below the array's length */

const MOST_NAMED = 20;

export interface Circle {
  operations: number[];
  /** Whether none of its operations is left out. */
  isWhole: boolean;
}

export class StepDependencies {
  private readonly begin: Int32Array;
  private readonly list: Int32Array;

  /** `pairs`: the operation that ends first and the one that waits for it, one after the other, for `count` operations. */
  constructor(count: number, pairs: readonly number[]) {
    this.begin = new Int32Array(count + 1);
    for (let pair = 1; pair < pairs.length; pair += 2) this.begin[pairs[pair]! + 1]!++;
    for (let at = 0; at < count; at++) this.begin[at + 1]! += this.begin[at]!;
    const fill = this.begin.slice(0, count);
    this.list = new Int32Array(pairs.length / 2);
    for (let pair = 0; pair < pairs.length; pair += 2) this.list[fill[pairs[pair + 1]!]!++] = pairs[pair]!;
    for (let at = 0; at < count; at++) this.list.subarray(this.begin[at], this.begin[at + 1]).sort();
  }

  /** The operations that one waits for, the first in the plan's order first. */
  of(operation: number): Int32Array {
    return this.list.subarray(this.begin[operation], this.begin[operation + 1]);
  }

  /**
   * Circles, each as operations that wait for the one before: every circle has an operation that is given, or two of a
   * given one that wait for each other. One that is longer than `MOST_NAMED` is given without its middle.
   */
  circles(): Circle[] {
    const count = this.begin.length - 1;
    /** 0: not looked at; 1: on the way down; 2: done. */
    const state = new Uint8Array(count);
    const circles: Circle[] = [];
    const placeInPath = new Int32Array(count);
    for (let root = 0; root < count; root++) {
      if (state[root] !== 0) continue;
      const path = [root];
      const place = [this.begin[root]!];
      state[root] = 1;
      placeInPath[root] = 0;
      while (path.length > 0) {
        const at = path[path.length - 1]!;
        const edge = place[place.length - 1]!++;
        if (edge === this.begin[at + 1]!) {
          state[at] = 2;
          path.pop();
          place.pop();
          continue;
        }
        const before = this.list[edge]!;
        if (state[before] === 1) circles.push(circleOf(path, placeInPath[before]!));
        if (state[before] !== 0) continue;
        state[before] = 1;
        placeInPath[before] = path.length;
        path.push(before);
        place.push(this.begin[before]!);
      }
    }
    return circles;
  }
}

/** The circle that the path from a place on to its end makes, the last that was reached first. */
function circleOf(path: readonly number[], from: number): Circle {
  const isWhole = path.length - from <= MOST_NAMED;
  const operations = isWhole
    ? path.slice(from)
    : [...path.slice(from, from + MOST_NAMED - 1), path[path.length - 1]!];
  return { operations: operations.reverse(), isWhole };
}
