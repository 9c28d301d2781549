/** Moves of an order within its priority group, as the page proposes them before they are saved. Pure. */
import type { QueueRow } from './document.js';

export type Move = 'up' | 'down' | 'first' | 'last';

export interface Group {
  priority: number;
  names: string[];
}

/** The priority groups in queue order. */
export function groupsOf(rows: readonly QueueRow[]): Group[] {
  const groups = new Map<number, string[]>();
  for (const { priority, name } of rows) {
    const names = groups.get(priority);
    if (names) names.push(name);
    else groups.set(priority, [name]);
  }
  return [...groups].sort(([a], [b]) => a - b).map(([priority, names]) => ({ priority, names }));
}

/** `High` for 1, and so on; other numbers stand for themselves. */
export function priorityText(priority: number): string {
  return ['High', 'Medium', 'Low'][priority - 1] ?? `Priority ${priority}`;
}

export function moved(names: readonly string[], name: string, move: Move): string[] {
  const from = names.indexOf(name);
  if (from < 0) return [...names];
  const last = names.length - 1;
  const to = { up: Math.max(0, from - 1), down: Math.min(last, from + 1), first: 0, last }[move];
  return placed(names, [name], to);
}

/** Some orders together, in their order, before or after another. */
export function dropped(
  names: readonly string[],
  moving: ReadonlySet<string>,
  target: string,
  where: 'before' | 'after',
): string[] {
  if (moving.has(target)) return [...names];
  const rest = names.filter((name) => !moving.has(name));
  const at = rest.indexOf(target) + (where === 'after' ? 1 : 0);
  return placed(
    names,
    names.filter((name) => moving.has(name)),
    at,
  );
}

function placed(names: readonly string[], moving: readonly string[], at: number): string[] {
  const rest = names.filter((name) => !moving.includes(name));
  return [...rest.slice(0, at), ...moving, ...rest.slice(at)];
}

/** What `PUT /queue` is sent: the group as far as it is otherwise; the others stay behind in their order. */
export function changedHead(before: readonly string[], after: readonly string[]): { name: string }[] {
  let last = after.length - 1;
  while (last >= 0 && before[last] === after[last]) last--;
  return after.slice(0, last + 1).map((name) => ({ name }));
}
