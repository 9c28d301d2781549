/** Finds a circle of dependencies, which no plan can keep (design 3.7: a cycle is refused). */
import type { Dependency } from './steps.js';

const OPEN = 1;
const DONE = 2;

/** The ids on one circle, each before the next and the last before the first; null where there is none. */
export function findCycle(edges: Iterable<Pick<Dependency, 'from' | 'to'>>): string[] | null {
  const { ids, starts, targets } = readEdges(edges);
  const marks = new Uint8Array(ids.length);
  const next = starts.slice();
  // The way from the start to where the search is; an own stack, as a chain may have a million steps.
  const way = new Int32Array(ids.length);
  for (let start = 0; start < ids.length; start += 1) {
    if (marks[start] !== 0) continue;
    let length = 1;
    way[0] = start;
    marks[start] = OPEN;
    while (length > 0) {
      const at = way[length - 1] ?? 0;
      const place = next[at] ?? 0;
      if (place === starts[at + 1]) {
        marks[at] = DONE;
        length -= 1;
        continue;
      }
      next[at] = place + 1;
      const to = targets[place] ?? 0;
      if (marks[to] === OPEN) return circleOf(ids, way.subarray(way.indexOf(to), length));
      if (marks[to] === DONE) continue;
      marks[to] = OPEN;
      way[length] = to;
      length += 1;
    }
  }
  return null;
}

function circleOf(ids: readonly string[], way: Int32Array): string[] {
  return Array.from(way, (number) => ids[number] ?? '');
}

/** The ids numbered as they come, and from each number's start to the next one's the numbers it leads to. */
function readEdges(edges: Iterable<Pick<Dependency, 'from' | 'to'>>): {
  ids: string[];
  starts: Int32Array;
  targets: Int32Array;
} {
  const numbers = new Map<string, number>();
  const numberOf = (id: string) => {
    const known = numbers.get(id);
    if (known !== undefined) return known;
    numbers.set(id, numbers.size);
    return numbers.size - 1;
  };
  const pairs: number[] = [];
  for (const { from, to } of edges) pairs.push(numberOf(from), numberOf(to));
  const starts = new Int32Array(numbers.size + 1);
  for (let pair = 0; pair < pairs.length; pair += 2) {
    const after = (pairs[pair] ?? 0) + 1;
    starts[after] = (starts[after] ?? 0) + 1;
  }
  for (let number = 0; number < numbers.size; number += 1) {
    starts[number + 1] = (starts[number + 1] ?? 0) + (starts[number] ?? 0);
  }
  const free = starts.slice();
  const targets = new Int32Array(pairs.length / 2);
  for (let pair = 0; pair < pairs.length; pair += 2) {
    const from = pairs[pair] ?? 0;
    const place = free[from] ?? 0;
    targets[place] = pairs[pair + 1] ?? 0;
    free[from] = place + 1;
  }
  return { ids: [...numbers.keys()], starts, targets };
}
