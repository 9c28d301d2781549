import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';

import { Calendar, readSchedule } from '../../../plugins/scheduling/core/calendar.js';
import type { WorkSchedule } from '../../../plugins/scheduling/core/snapshot.js';
import { ZoneClock } from '../../../plugins/scheduling/core/zone-clock.js';
import { epochMilliseconds, instantOf, parseDayOrInstant } from '../../../src/index.js';
import { aSchedule, everyDay } from './a-plant.js';

const at = (instant: string) => epochMilliseconds(instant) / 1000;

/** The periods of a schedule between two instants as text, `28T00:00-28T08:00` in UTC. */
function periodsOf(
  schedule: WorkSchedule,
  [from, to]: [string, string],
  absences: [string, string][] = [],
): string[] {
  const spans = absences.map(([start, end]) => ({ start: at(start), end: at(end) }));
  const calendar = new Calendar(readSchedule(schedule), spans, { start: at(from), end: at(to) });
  while (calendar.extend());
  const short = (seconds: number) => instantOf(seconds * 1000).slice(8, 16);
  return calendar.starts.map((start, place) => `${short(start)}-${short(calendar.ends[place]!)}`);
}

describe('[core] scheduling: work schedules', () => {
  it('has the periods of each weekday', () => {
    const week = { monday: ['08:00-12:00', '13:00-17:00'], wednesday: ['10:00-11:00'] };
    expect(periodsOf(aSchedule('S', week), ['2020-07-06T00:00:00Z', '2020-07-09T00:00:00Z'])).to.deep.equal([
      '06T08:00-06T12:00',
      '06T13:00-06T17:00',
      '08T10:00-08T11:00',
    ]);
  });

  it('lets a period cross midnight, and one end at 24:00', () => {
    const week = { monday: ['22:00-06:00'], tuesday: ['20:00-24:00'] };
    expect(periodsOf(aSchedule('S', week), ['2020-07-06T00:00:00Z', '2020-07-09T00:00:00Z'])).to.deep.equal([
      '06T22:00-07T06:00',
      '07T20:00-08T00:00',
    ]);
  });

  it('replaces the periods that start on an exception date, and leaves the night before alone', () => {
    const schedule = aSchedule('S', everyDay(['22:00-02:00']), {
      exceptions: [
        { date: '2020-07-07', periods: [] },
        { date: '2020-07-08', periods: ['09:00-10:00'] },
      ],
    });
    expect(periodsOf(schedule, ['2020-07-06T00:00:00Z', '2020-07-09T00:00:00Z'])).to.deep.equal([
      '06T22:00-07T02:00',
      '08T09:00-08T10:00',
    ]);
  });

  it('joins periods that touch, also over midnight', () => {
    const schedule = aSchedule('S', everyDay(['00:00-06:00', '06:00-24:00']));
    expect(periodsOf(schedule, ['2020-07-06T00:00:00Z', '2020-07-09T00:00:00Z'])).to.deep.equal([
      '06T00:00-09T00:00',
    ]);
  });

  it('leaves an empty period out', () => {
    const schedule = aSchedule('S', { monday: ['08:00-08:00', '10:00-11:00'] });
    expect(periodsOf(schedule, ['2020-07-06T00:00:00Z', '2020-07-07T00:00:00Z'])).to.deep.equal([
      '06T10:00-06T11:00',
    ]);
  });

  it('takes absences out, wherever they begin and end', () => {
    const absences: [string, string][] = [
      ['2020-07-05T00:00:00Z', '2020-07-06T09:00:00Z'],
      ['2020-07-06T10:00:00Z', '2020-07-06T10:30:00Z'],
      ['2020-07-06T10:15:00Z', '2020-07-06T11:00:00Z'],
      ['2020-07-06T16:00:00Z', '2020-07-07T08:00:00Z'],
    ];
    const schedule = aSchedule('S', everyDay(['08:00-17:00']));
    expect(periodsOf(schedule, ['2020-07-06T00:00:00Z', '2020-07-08T00:00:00Z'], absences)).to.deep.equal([
      '06T09:00-06T10:00',
      '06T11:00-06T16:00',
      '07T08:00-07T17:00',
    ]);
  });

  it('is cut off where the range ends', () => {
    const schedule = aSchedule('S', everyDay(['08:00-17:00']));
    expect(periodsOf(schedule, ['2020-07-06T00:00:00Z', '2020-07-07T09:30:00Z'])).to.deep.equal([
      '06T08:00-06T17:00',
      '07T08:00-07T09:30',
    ]);
  });

  for (const [what, week] of [
    ['overlap on a day', { monday: ['08:00-12:00', '11:00-13:00'] }],
    ['overlap over midnight', { monday: ['22:00-06:00'], tuesday: ['05:00-07:00'] }],
    ['overlap from Sunday to Monday', { sunday: ['22:00-06:00'], monday: ['05:59-07:00'] }],
    ['are no periods', { monday: ['8-12'] }],
    ['start at 24:00', { monday: ['24:00-08:00'] }],
  ] as [string, WorkSchedule['week']][]) {
    it(`refuses periods that ${what}`, () => {
      expect(() => readSchedule(aSchedule('S', week))).to.throw(/Work schedule S can't be used/);
    });
  }

  it('is made only as far as somebody looks', () => {
    const range = { start: at('2020-07-06T00:00:00Z'), end: at('2030-07-06T00:00:00Z') };
    const calendar = new Calendar(readSchedule(aSchedule('S', everyDay(['08:00-17:00']))), [], range);
    expect(calendar.work(at('2020-07-06T09:00:00Z'), 3600, false)).to.deep.equal({
      start: at('2020-07-06T09:00:00Z'),
      end: at('2020-07-06T10:00:00Z'),
    });
    expect(calendar.starts.length).to.be.lessThan(3);
  });
});

describe('[core] scheduling: days on which the clock changes', () => {
  const zones: [string, string, [string, string], string[]][] = [
    // 28 March 2021, 01:00 -> 02:00: 23 hours.
    ['Europe/Lisbon', '00:00-24:00', ['2021-03-28T00:00:00Z', '2021-03-28T23:00:00Z'], ['28T00:00-28T23:00']],
    // 31 October 2021, 02:00 -> 01:00: 25 hours.
    ['Europe/Lisbon', '00:00-24:00', ['2021-10-30T23:00:00Z', '2021-11-01T00:00:00Z'], ['30T23:00-01T00:00']],
    // The night shift of the change is an hour shorter.
    ['Europe/Lisbon', '22:00-06:00', ['2021-03-27T12:00:00Z', '2021-03-28T12:00:00Z'], ['27T22:00-28T05:00']],
    // A start that does not exist is the instant of the change.
    ['Europe/Lisbon', '01:30-04:00', ['2021-03-28T00:00:00Z', '2021-03-28T20:00:00Z'], ['28T01:00-28T03:00']],
    // An end that does not exist, too.
    ['Europe/Lisbon', '00:30-01:30', ['2021-03-28T00:00:00Z', '2021-03-28T20:00:00Z'], ['28T00:30-28T01:00']],
    // A period that does not exist is empty.
    ['Europe/Lisbon', '01:10-01:50', ['2021-03-28T00:00:00Z', '2021-03-28T20:00:00Z'], []],
    // Of one that exists twice a start takes the earlier and an end the later.
    ['Europe/Lisbon', '01:15-01:45', ['2021-10-30T23:00:00Z', '2021-10-31T20:00:00Z'], ['31T00:15-31T01:45']],
    // 14 March 2021, 02:00 -> 03:00.
    [
      'America/New_York',
      '01:00-04:00',
      ['2021-03-14T05:00:00Z', '2021-03-14T20:00:00Z'],
      ['14T06:00-14T08:00'],
    ],
    // 7 November 2021, 02:00 -> 01:00.
    [
      'America/New_York',
      '01:30-02:30',
      ['2021-11-07T04:00:00Z', '2021-11-07T20:00:00Z'],
      ['07T05:30-07T07:30'],
    ],
    // 4 April 2021, 02:00 -> 01:30.
    [
      'Australia/Lord_Howe',
      '01:00-03:00',
      ['2021-04-03T13:00:00Z', '2021-04-04T13:00:00Z'],
      ['03T14:00-03T16:30'],
    ],
    // 3 October 2021, 02:00 -> 02:30.
    [
      'Australia/Lord_Howe',
      '01:00-03:00',
      ['2021-10-02T13:30:00Z', '2021-10-03T12:30:00Z'],
      ['02T14:30-02T16:00'],
    ],
  ];
  for (const [zone, period, range, expected] of zones) {
    it(`makes ${period} in ${zone} from ${range[0]} ${expected.join() || 'empty'}`, () => {
      const schedule = aSchedule('S', everyDay([period]), { timeZone: zone });
      expect(periodsOf(schedule, range)).to.deep.equal(expected);
    });
  }

  it('reads local times as the kernel does, in any order', () => {
    const minutes = fc.array(fc.integer({ min: 0, max: 800 * 1440 }), { minLength: 1, maxLength: 20 });
    const zone = fc.constantFrom(
      'Europe/Lisbon',
      'America/New_York',
      'Australia/Lord_Howe',
      'Africa/Casablanca',
      'America/Havana',
      'Asia/Kolkata',
      'Pacific/Apia',
    );
    fc.assert(
      fc.property(zone, minutes, (name, offsets) => {
        const begin = at('2020-01-01T00:00:00Z');
        const clock = new ZoneClock(name, begin);
        for (const offset of offsets) {
          const local = begin + offset * 60;
          const text = instantOf(local * 1000).slice(0, -1);
          for (const edge of ['start', 'end'] as const)
            expect(clock.instantOf(local, edge), text).to.equal(at(parseDayOrInstant(text, name, edge)));
        }
      }),
      { numRuns: 50 },
    );
  });
});
