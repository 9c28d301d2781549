/** What placement had come to before an order: copies of the lanes, from which a later run goes on (design 3.8). */
import type { InsideUse, Lane } from './lane.js';
import type { PlacedSoFar, Placer } from './place.js';

/** Intervals that all checkpoints of a run may copy: some 160 MB. */
const MOST_INTERVALS = 20_000_000;

/** The columns of a lane, as far as it was used. */
interface LaneState {
  used: Int32Array;
  full: Int32Array;
  solid: Int32Array;
  left: Int32Array;
  user: Int32Array;
  inside: [number, InsideUse[]][];
  tooTight: [number, { from: number; to: number }][];
}

const LANE_COLUMNS = ['used', 'full', 'solid', 'left', 'user'] as const;

export interface Checkpoint extends PlacedSoFar {
  /** The first order of the queue that is not placed yet. */
  order: number;
  /** By the lane's index. */
  lanes: LaneState[];
}

/** A copy of what is placed; null where it would take too much memory beside those that are kept already. */
export function checkpointOf(placer: Placer, order: number, kept: readonly Checkpoint[]): Checkpoint | null {
  const { count, placements, touched, lanes } = placer;
  const intervals = lanes.reduce((sum, { until }) => sum + until, 0);
  if (intervals * (kept.length + 1) > MOST_INTERVALS) return null;
  return { order, count, placements, touched, lanes: lanes.map(stateOf) };
}

/** Puts the lanes back to a checkpoint; those that were made since are empty. */
export function restore(lanes: readonly Lane[], { lanes: states }: Checkpoint): void {
  for (const lane of lanes) {
    const state = states[lane.index];
    for (const column of LANE_COLUMNS) {
      lane[column].fill(0, state?.[column].length);
      if (state !== undefined) lane[column].set(state[column]);
    }
    lane.until = state?.left.length ?? 0;
    lane.inside.clear();
    lane.tooTight.clear();
    if (state === undefined) continue;
    for (const [interval, uses] of state.inside)
      lane.inside.set(
        interval,
        uses.map((use) => ({ ...use })),
      );
    for (const [seconds, tight] of state.tooTight) lane.tooTight.set(seconds, { ...tight });
  }
}

function stateOf({ used, full, solid, left, user, until, inside, tooTight }: Lane): LaneState {
  const words = (until + 31) >>> 5;
  return {
    used: used.slice(0, words),
    full: full.slice(0, words),
    solid: solid.slice(0, (words + 31) >>> 5),
    left: left.slice(0, until),
    user: user.slice(0, until),
    inside: [...inside].map(([interval, uses]) => [interval, uses.map((use) => ({ ...use }))]),
    tooTight: [...tooTight].map(([seconds, tight]) => [seconds, { ...tight }]),
  };
}
