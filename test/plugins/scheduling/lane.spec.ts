import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';

import { Calendar, readSchedule } from '../../../plugins/scheduling/core/calendar.js';
import { Grid } from '../../../plugins/scheduling/core/intervals.js';
import type { Lane } from '../../../plugins/scheduling/core/lane.js';
import { Placer, Pool } from '../../../plugins/scheduling/core/place.js';
import { aSchedule, everyDay } from './a-plant.js';

const DAYS = 30;
/** Of 40 minutes a day: intervals of 5 minutes, and one of 2 at the end of each period. */
const PERIODS = ['08:00-08:22', '12:00-12:17'];
const INTERVALS = 9 * DAYS;

function aPlacer(): { placer: Placer; pool: Pool } {
  const schedule = readSchedule(aSchedule('S', everyDay(PERIODS)));
  const grid = new Grid(new Calendar(schedule, [], { start: 0, end: DAYS * 86_400 }), {
    unit: 'minute',
    length: 300,
    onClock: false,
  });
  const placer = new Placer();
  const lanes = [1, 2].map((number) => placer.addLane({ workCenter: 'Saw', number }, grid));
  return { placer, pool: new Pool(lanes) };
}

/** What is left of every interval, and who used the one before each that has something left. */
function stateOf(lane: Lane) {
  const intervals = Array.from({ length: INTERVALS }, (_, interval) => interval);
  for (const interval of intervals) expect(lane.reach(interval)).to.equal(true);
  const left = intervals.map((interval) => lane.leftIn(interval));
  const isUsed = intervals.map((interval) => lane.isUsed(interval));
  const users = intervals.map((interval) =>
    interval > 0 && left[interval]! > 0 ? lane.userOf(interval - 1) : null,
  );
  const nextOpen = intervals.map((interval) => lane.nextOpen(interval));
  const nextUsed = intervals.map((interval) => lane.nextUsed(interval, INTERVALS));
  return { left, isUsed, users, nextOpen, nextUsed };
}

/** The same, of the placements alone: every interval looked at one by one. */
function stateByPlacements({ placer, pool }: { placer: Placer; pool: Pool }, of: Lane, operations: number[]) {
  const { grid } = pool.lanes[0]!;
  const left = Array.from({ length: INTERVALS }, (_, interval) => grid.seconds[interval]!);
  const user = left.map(() => -1);
  for (let row = 0; row < placer.count; row++) {
    if (placer.placedLane[row] !== of.index) continue;
    let seconds = placer.placedSeconds[row]!;
    for (let interval = placer.placedFrom[row]!; interval < placer.placedTo[row]!; interval++) {
      const taken = Math.min(seconds, grid.seconds[interval]!);
      left[interval]! -= taken;
      seconds -= taken;
      user[interval] = operations[row]!;
    }
    expect(seconds).to.equal(0);
  }
  expect(Math.min(...left)).to.be.at.least(0);
  const isUsed = left.map((seconds, interval) => seconds < grid.seconds[interval]!);
  const from = (interval: number, is: (interval: number) => boolean) => {
    const found = left.findIndex((_, place) => place >= interval && is(place));
    return found < 0 ? INTERVALS : found;
  };
  return {
    left,
    isUsed,
    users: left.map((seconds, interval) => (interval > 0 && seconds > 0 ? user[interval - 1]! : null)),
    nextOpen: left.map((_, interval) => from(interval, (place) => left[place]! > 0)),
    nextUsed: left.map((_, interval) => from(interval, (place) => isUsed[place]!)),
  };
}

const anOperation = fc.record({
  day: fc.nat(8),
  minutes: fc.integer({ min: 1, max: 90 }),
  repetitions: fc.integer({ min: 1, max: 3 }),
  splittable: fc.boolean(),
  takenBack: fc.boolean(),
});

describe('[core] scheduling: what a lane knows of its intervals', () => {
  it('is what was placed there and not taken back, whatever was tried', () => {
    fc.assert(
      fc.property(fc.array(anOperation, { minLength: 1, maxLength: 40 }), (asked) => {
        const { placer, pool } = aPlacer();
        const operations: number[] = [];
        asked.forEach(({ day, minutes, repetitions, splittable, takenBack }, operation) => {
          const before = { count: placer.count, placements: placer.placements };
          placer.begin();
          const seconds = minutes * 60;
          const request = { pool, operation, from: day * 86_400, seconds, repetitions, running: false };
          const placed = placer.place({ ...request, splittable });
          operations.length = before.count;
          if (placed && !takenBack) while (operations.length < placer.count) operations.push(operation);
          else placer.takeBack();
          if (!placed || takenBack)
            expect({ count: placer.count, placements: placer.placements }).to.deep.equal(before);
        });
        for (const lane of pool.lanes)
          expect(stateOf(lane)).to.deep.equal(stateByPlacements({ placer, pool }, lane, operations));
      }),
      { numRuns: 200 },
    );
  });
});
