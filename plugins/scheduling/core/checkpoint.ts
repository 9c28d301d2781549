/** What placement had come to before an order: copies of the lanes, from which a later run goes on (design 3.8). */
import type { InsideUse, Lane, Placer } from './place.js';

/** Intervals that all checkpoints of a run may copy: some 240 MB. */
const MOST_INTERVALS = 20_000_000;

interface LaneState {
  left: Int32Array;
  next: Int32Array;
  user: Int32Array;
  inside: [number, InsideUse[]][];
  tooTight: [number, { from: number; to: number }][];
}

export interface Checkpoint {
  /** The first order of the queue that is not placed yet. */
  order: number;
  /** Placements and looks at intervals until then. */
  count: number;
  touched: number;
  /** By the lane's index. */
  lanes: LaneState[];
}

/** A copy of what is placed; null where it would take too much memory beside those that are kept already. */
export function checkpointOf(placer: Placer, order: number, kept: readonly Checkpoint[]): Checkpoint | null {
  const intervals = placer.lanes.reduce((sum, { made }) => sum + made, 0);
  if (intervals * (kept.length + 1) > MOST_INTERVALS) return null;
  return { order, count: placer.count, touched: placer.touched, lanes: placer.lanes.map(stateOf) };
}

/** Puts the lanes back to a checkpoint; those that were made since are empty. */
export function restore(lanes: readonly Lane[], { lanes: states }: Checkpoint): void {
  for (const lane of lanes) {
    const state = states[lane.index];
    lane.made = state?.left.length ?? 0;
    lane.inside.clear();
    lane.tooTight.clear();
    if (state === undefined) continue;
    lane.left.set(state.left);
    lane.next.set(state.next);
    lane.user.set(state.user);
    for (const [interval, uses] of state.inside)
      lane.inside.set(
        interval,
        uses.map((use) => ({ ...use })),
      );
    for (const [seconds, tight] of state.tooTight) lane.tooTight.set(seconds, { ...tight });
  }
}

function stateOf({ left, next, user, made, inside, tooTight }: Lane): LaneState {
  return {
    left: left.slice(0, made),
    next: next.slice(0, made),
    user: user.slice(0, made),
    inside: [...inside].map(([interval, uses]) => [interval, uses.map((use) => ({ ...use }))]),
    tooTight: [...tooTight].map(([seconds, tight]) => [seconds, { ...tight }]),
  };
}
