/**
 * The queue: the total order in which production orders are scheduled (design 3.8, seed 3). Priority group, then position
 * within it, then name. An order moves within its group only; a new or re-prioritised one is last in its group.
 */

/** What places an order in the queue. */
export interface QueueEntry {
  name: string;
  /** Lower first. */
  priority: number;
  /** From 1 within the group; null: after all that have one. */
  position: number | null;
}

/** Where to: a number is a place in the order's group, from 1. */
export type QueueMove = 'up' | 'down' | 'first' | 'last' | number;

export type QueueMoveResult =
  /** The entries of the group whose position is now another. */
  | { moved: true; changes: { name: string; position: number }[] }
  | { moved: false; code: 'OW_ORDER_UNKNOWN' | 'OW_QUEUE_POSITION'; message: string };

/** Whether an order is scheduled at all: active, not yet completed, and included in planning. */
export function belongsInQueue(order: {
  state: string;
  universalState: string;
  includeInPlanning: boolean;
}): boolean {
  return (
    order.includeInPlanning &&
    order.universalState === 'Active' &&
    ['Created', 'Released', 'InProgress'].includes(order.state)
  );
}

function compare(a: QueueEntry, b: QueueEntry): number {
  if (a.priority !== b.priority) return a.priority - b.priority;
  const [first, second] = [a.position ?? Infinity, b.position ?? Infinity];
  if (first !== second) return first - second;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** The entries in the order in which they are scheduled. */
export function inQueueOrder<Entry extends QueueEntry>(entries: readonly Entry[]): Entry[] {
  return [...entries].sort(compare);
}

/** The position of a new or re-prioritised order: after the last of its group. */
export function lastPosition(entries: readonly QueueEntry[], priority: number): number {
  let last = 0;
  for (const entry of entries) if (entry.priority === priority) last = Math.max(last, entry.position ?? 0);
  return last + 1;
}

/** Positions for imported orders: by their `position`, then by their place in the file. */
export function positionsOnImport(entries: readonly QueueEntry[]): { name: string; position: number }[] {
  const used = new Map<number, number>();
  return entries
    .map((entry, place) => ({ entry, place }))
    .sort((a, b) => compare({ ...a.entry, name: '' }, { ...b.entry, name: '' }) || a.place - b.place)
    .map(({ entry }) => {
      const position = (used.get(entry.priority) ?? 0) + 1;
      used.set(entry.priority, position);
      return { name: entry.name, position };
    });
}

/** Moves an order within its priority group; the group is then numbered from 1 without gaps. */
export function moveInQueue(entries: readonly QueueEntry[], name: string, move: QueueMove): QueueMoveResult {
  const entry = entries.find((candidate) => candidate.name === name);
  if (!entry) {
    return { moved: false, code: 'OW_ORDER_UNKNOWN', message: `Order ${name} is not in the queue.` };
  }
  const group = inQueueOrder(entries.filter(({ priority }) => priority === entry.priority));
  const from = group.indexOf(entry);
  const to = placeAfter(move, from, group.length);
  if (!Number.isInteger(to) || to < 0 || to >= group.length) {
    return {
      moved: false,
      code: 'OW_QUEUE_POSITION',
      message: `Order ${name} can't move to ${move}: its priority group has the positions 1 to ${group.length}.`,
    };
  }
  group.splice(from, 1);
  group.splice(to, 0, entry);
  const changes = group
    .map((member, place) => ({ name: member.name, before: member.position, position: place + 1 }))
    .filter(({ before, position }) => before !== position)
    .map(({ name: member, position }) => ({ name: member, position }));
  return { moved: true, changes };
}

/** The place from 0 that a move leads to; up from the first and down from the last lead nowhere else. */
function placeAfter(move: QueueMove, from: number, length: number): number {
  switch (move) {
    case 'up':
      return Math.max(0, from - 1);
    case 'down':
      return Math.min(length - 1, from + 1);
    case 'first':
      return 0;
    case 'last':
      return length - 1;
    default:
      return move - 1;
  }
}
