/** ISO 8601 durations as exact seconds of working time; a day is 24 hours of it. */
import { fractionOf, ONE, times } from './fraction.js';
import type { Fraction } from './fraction.js';
import { PlanningError } from './planning-error.js';
import type { Duration } from './snapshot.js';

const NUMBER = String.raw`(\d{1,12}(?:[.,]\d{1,9})?)`;
const FORM = new RegExp(
  String.raw`^\+?P(?!$)(?:${NUMBER}W)?(?:${NUMBER}D)?(?:T(?!$)(?:${NUMBER}H)?(?:${NUMBER}M)?(?:${NUMBER}S)?)?$`,
);
const SECONDS = [604_800n, 86_400n, 3600n, 60n, 1n];

const known = new Map<string, Fraction>();

/** @throws PlanningError where the text is no such duration, has months or years, or is negative; `what` names it. */
export function secondsOf(duration: Duration, what: string): Fraction {
  const seconds = known.get(duration) ?? read(duration, what);
  if (known.size < 10_000) known.set(duration, seconds);
  return seconds;
}

function read(duration: Duration, what: string): Fraction {
  const parts = FORM.exec(duration)?.slice(1);
  if (!parts) {
    throw new PlanningError(
      'OW_SCHEDULE_DURATION',
      `${what}: ${JSON.stringify(duration.slice(0, 60))} is not a duration such as PT10M; months, years and negative ones are refused.`,
    );
  }
  let sum = { numerator: 0n, denominator: 1n };
  parts.forEach((part: string | undefined, place) => {
    if (part === undefined) return;
    const share = times(fractionOf(part.replace(',', '.'), what), {
      ...ONE,
      numerator: SECONDS[place] ?? 1n,
    });
    sum = {
      numerator: sum.numerator * share.denominator + share.numerator * sum.denominator,
      denominator: sum.denominator * share.denominator,
    };
  });
  return sum;
}
