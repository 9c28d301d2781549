/** Which stretch of time a chart shows: zooming about a point, panning, and never out of sight of the plan. Pure. */

/** Seconds since the plan's origin. */
export interface Viewport {
  from: number;
  to: number;
}

const LEAST_SPAN = 10 * 60;
/** Of the plan's length, that may be empty on either side. */
const MARGIN = 0.04;

export function wholeOf({ start, end }: { start: number; end: number }): Viewport {
  const length = Math.max(LEAST_SPAN, end - start);
  return { from: start - length * MARGIN, to: start + length * (1 + MARGIN) };
}

/** @param factor below 1: nearer. @param at the share of the width that stays in its place. */
export function zoomed(view: Viewport, factor: number, at: number, whole: Viewport): Viewport {
  const span = view.to - view.from;
  const wanted = Math.min(whole.to - whole.from, Math.max(LEAST_SPAN, span * factor));
  const from = view.from + span * at - wanted * at;
  return inSight({ from, to: from + wanted }, whole);
}

export function panned(view: Viewport, seconds: number, whole: Viewport): Viewport {
  return inSight({ from: view.from + seconds, to: view.to + seconds }, whole);
}

/** A stretch in the middle, with as much again around it. */
export function around(start: number, end: number, whole: Viewport): Viewport {
  const length = Math.max(LEAST_SPAN / 2, end - start);
  const middle = (start + end) / 2;
  const span = Math.min(whole.to - whole.from, length * 1.6);
  return inSight({ from: middle - span / 2, to: middle + span / 2 }, whole);
}

function inSight(view: Viewport, whole: Viewport): Viewport {
  const span = view.to - view.from;
  const from = Math.max(whole.from, Math.min(view.from, whole.to - span));
  return { from, to: from + span };
}
