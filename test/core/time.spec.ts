import { expect } from 'chai';
import { assert, double, integer, property } from 'fast-check';
import { describe, it } from 'mocha';
import { Temporal } from 'temporal-polyfill';
import { epochMilliseconds, instantOf, parseInstant } from '../../src/core/time.js';

/** What the calendar says, or that it refuses. */
function byTheCalendar(work: () => string | number): string | number {
  try {
    return work();
  } catch {
    return 'refused';
  }
}

const textOf = (instant: Temporal.Instant) =>
  instant.toString({ smallestUnit: 'second', roundingMode: 'floor' });

const LAST = 8.64e15;

describe('[core] instants', () => {
  it('are written and read as by the calendar, at any time that there is', () => {
    const times = [
      integer({ min: -LAST, max: LAST }),
      integer({ min: -6.3e13, max: 2.6e14 }),
      double({ min: -1e12, max: 1e13, noNaN: true }),
    ];
    for (const time of times) {
      assert(
        property(time, (milliseconds) => {
          const instant = Temporal.Instant.fromEpochMilliseconds(Math.floor(milliseconds));
          const text = textOf(instant);
          expect(instantOf(milliseconds)).to.equal(text);
          expect(epochMilliseconds(text)).to.equal(Temporal.Instant.from(text).epochMilliseconds);
          expect(parseInstant(text)).to.equal(text);
        }),
        { numRuns: 500 },
      );
    }
  });

  for (const text of [
    '2020-02-30T00:00:00Z',
    '2021-02-29T00:00:00Z',
    '2020-07-03T24:00:00Z',
    '2020-06-30T23:59:60Z',
    '2020-13-01T00:00:00Z',
    '2020-07-03T08:00:00z',
    '2020-07-03T08:00:00.9Z',
    '2020-07-03T08:00:00+02:00',
    '0000-01-01T00:00:00Z',
    '+010000-01-01T00:00:00Z',
    '-000001-12-31T00:00:00Z',
    '2020-07-03',
    '',
  ]) {
    it(`read ${JSON.stringify(text)} as the calendar does`, () => {
      const epoch = byTheCalendar(() => Temporal.Instant.from(text).epochMilliseconds);
      const canonical = byTheCalendar(() => textOf(Temporal.Instant.from(text)));
      expect(byTheCalendar(() => epochMilliseconds(text))).to.equal(epoch);
      expect(byTheCalendar(() => parseInstant(text))).to.equal(canonical);
    });
  }

  it('refuse a number that is no time', () => {
    for (const none of [NaN, Infinity, LAST + 1]) expect(() => instantOf(none)).to.throw(RangeError);
  });
});
