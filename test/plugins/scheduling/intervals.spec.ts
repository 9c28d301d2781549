import { expect } from 'chai';
import { describe, it } from 'mocha';

import { Calendar, readSchedule } from '../../../plugins/scheduling/core/calendar.js';
import { Grid } from '../../../plugins/scheduling/core/intervals.js';
import type { GridRule } from '../../../plugins/scheduling/core/intervals.js';
import type { IntervalUnit, WorkSchedule } from '../../../plugins/scheduling/core/snapshot.js';
import { epochMilliseconds, instantOf } from '../../../src/index.js';
import { aSchedule, everyDay } from './a-plant.js';

const at = (instant: string) => epochMilliseconds(instant) / 1000;

function gridOf(
  schedule: WorkSchedule,
  unit: IntervalUnit,
  over: { minutes?: number; onClock?: boolean; days?: number } = {},
) {
  const start = at('2020-07-06T00:00:00Z');
  const range = { start, end: start + (over.days ?? 1) * 86_400 };
  const rule: GridRule = { unit, length: (over.minutes ?? 0) * 60, onClock: over.onClock ?? false };
  return new Grid(new Calendar(readSchedule(schedule), [], range), rule);
}

/** `start-end/minutes` of every interval, in UTC. */
function cut(grid: Grid, from = 11): string[] {
  while (grid.make(grid.count + 1));
  const short = (seconds: number) => instantOf(seconds * 1000).slice(from, 16);
  return Array.from(
    { length: grid.count },
    (_, place) => `${short(grid.starts[place]!)}-${short(grid.ends[place]!)}/${grid.seconds[place]! / 60}`,
  );
}

describe('[core] scheduling: planning intervals', () => {
  const broken = aSchedule('S', everyDay(['08:03-08:20', '09:00-09:12']));

  it('cuts minutes from the start of each available period, the last one as long as it is', () => {
    expect(cut(gridOf(broken, 'minute', { minutes: 5 }))).to.deep.equal([
      '08:03-08:08/5',
      '08:08-08:13/5',
      '08:13-08:18/5',
      '08:18-08:20/2',
      '09:00-09:05/5',
      '09:05-09:10/5',
      '09:10-09:12/2',
    ]);
  });

  it('cuts minutes on the clock where the setting says so', () => {
    expect(cut(gridOf(broken, 'minute', { minutes: 5, onClock: true }))).to.deep.equal([
      '08:03-08:05/2',
      '08:05-08:10/5',
      '08:10-08:15/5',
      '08:15-08:20/5',
      '09:00-09:05/5',
      '09:05-09:10/5',
      '09:10-09:12/2',
    ]);
  });

  it('cuts hours on the clock of the schedule', () => {
    const schedule = aSchedule('S', everyDay(['08:15-10:30']), { timeZone: 'Asia/Kolkata' });
    expect(cut(gridOf(schedule, 'hour'))).to.deep.equal([
      '02:45-03:30/45',
      '03:30-04:30/60',
      '04:30-05:00/30',
    ]);
  });

  it('makes of a day one bucket from its first available minute to its last', () => {
    const schedule = aSchedule('S', everyDay(['08:00-12:00', '13:00-17:00']));
    expect(cut(gridOf(schedule, 'day', { days: 2 }), 8)).to.deep.equal([
      '06T08:00-06T17:00/480',
      '07T08:00-07T17:00/480',
    ]);
  });

  it('divides a night between its two days', () => {
    expect(cut(gridOf(aSchedule('S', { monday: ['22:00-06:00'] }), 'day', { days: 2 }), 8)).to.deep.equal([
      '06T22:00-07T00:00/120',
      '07T00:00-07T06:00/360',
    ]);
  });

  it('makes one bucket of a week, which begins on Monday, and of a month', () => {
    const schedule = aSchedule('S', ['08:00-09:00']);
    expect(cut(gridOf(schedule, 'week', { days: 14 }), 8)).to.deep.equal([
      '06T08:00-10T09:00/300',
      '13T08:00-17T09:00/300',
    ]);
    expect(cut(gridOf(schedule, 'month', { days: 40 }), 5)).to.deep.equal([
      '07-06T08:00-07-31T09:00/1200',
      '08-03T08:00-08-14T09:00/600',
    ]);
  });

  it('makes a day as long as the clock makes it', () => {
    const start = at('2021-03-27T00:00:00Z');
    const schedule = readSchedule(aSchedule('S', everyDay(['00:00-24:00']), { timeZone: 'Europe/Lisbon' }));
    const grid = new Grid(new Calendar(schedule, [], { start, end: start + 3 * 86_400 }), {
      unit: 'day',
      length: 0,
      onClock: false,
    });
    grid.make(2);
    expect([...grid.seconds.subarray(0, 2)].map((seconds) => seconds / 3600)).to.deep.equal([24, 23]);
  });

  it('begins anew after a gap that is shorter than an interval', () => {
    const schedule = aSchedule('S', everyDay(['08:00-08:02', '08:03-08:10']));
    const expected = ['08:00-08:02/2', '08:03-08:08/5', '08:08-08:10/2'];
    expect(cut(gridOf(schedule, 'minute', { minutes: 5 }))).to.deep.equal(expected);
    expect(cut(gridOf(schedule, 'hour'))).to.deep.equal(['08:00-08:02/2', '08:03-08:10/7']);
  });

  for (const [unit, minutes, expected] of [
    ['hour', 0, ['14:00-15:00/60', '15:00-15:30/30', '15:30-16:30/60']],
    ['minute', 45, ['14:00-14:30/30', '14:30-15:00/30', '15:00-15:45/45', '15:45-16:30/45']],
  ] as const) {
    it(`ends an interval on the clock where the clock changes: ${minutes} ${unit}`, () => {
      const start = at('2021-04-03T14:00:00Z');
      const schedule = readSchedule(
        aSchedule('S', everyDay(['01:00-03:00']), { timeZone: 'Australia/Lord_Howe' }),
      );
      const calendar = new Calendar(schedule, [], { start, end: start + 86_400 / 2 });
      expect(cut(new Grid(calendar, { unit, length: minutes * 60, onClock: true }))).to.deep.equal(expected);
    });
  }

  it('finds the first interval from an instant on, and the one that contains it', () => {
    const grid = gridOf(broken, 'minute', { minutes: 5, days: 3 });
    for (const instant of [
      '2020-07-06T08:08:00Z',
      '2020-07-07T08:19:00Z',
      '2020-07-05T00:00:00Z',
      '2020-07-08T09:12:00Z',
    ]) {
      const seconds = at(instant);
      const found = gridOf(broken, 'minute', { minutes: 5, days: 3 }).indexFrom(seconds);
      cut(grid);
      const all = [...grid.starts.subarray(0, grid.count)];
      expect(found, instant).to.equal(all.findIndex((start) => start >= seconds));
      const containing = all.findIndex((start, place) => start < seconds && grid.ends[place]! > seconds);
      expect(grid.indexContaining(seconds), instant).to.equal(containing);
    }
  });

  it('is made only as far as somebody looks', () => {
    const grid = gridOf(aSchedule('S', everyDay(['08:00-17:00'])), 'minute', { minutes: 5, days: 3650 });
    grid.indexFrom(at('2020-07-07T10:00:00Z'));
    expect(grid.count).to.be.lessThan(3 * 108);
  });
});
