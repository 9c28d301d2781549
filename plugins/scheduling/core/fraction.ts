/** Exact fractions, so that how often an operation is repeated is rounded up once and from the true value (design 3.8). */
import { DecimalError, parseDecimal } from '../../../src/index.js';
import type { Decimal } from '../../../src/index.js';
import { PlanningError } from './planning-error.js';

/** Reduced, with a positive denominator. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

export const ONE: Fraction = { numerator: 1n, denominator: 1n };

const SHORT_WHOLE = /^\d{1,15}$/;

function reduced(numerator: bigint, denominator: bigint): Fraction {
  let a = numerator < 0n ? -numerator : numerator;
  let b = denominator;
  while (b !== 0n) [a, b] = [b, a % b];
  return a === 0n || a === 1n
    ? { numerator, denominator: a === 0n ? 1n : denominator }
    : { numerator: numerator / a, denominator: denominator / a };
}

/**
 * The fraction that a decimal is.
 * @throws PlanningError where the text is no decimal; `what` names it.
 */
export function fractionOf(decimal: Decimal, what: string): Fraction {
  if (SHORT_WHOLE.test(decimal)) return { numerator: BigInt(decimal), denominator: 1n };
  try {
    const [whole = '0', places = ''] = parseDecimal(decimal).split('.');
    return reduced(BigInt(whole + places), 10n ** BigInt(places.length));
  } catch (error) {
    if (error instanceof DecimalError)
      throw new PlanningError('OW_SCHEDULE_QUANTITY', `${what}: ${error.message}.`);
    throw error;
  }
}

/** As `fractionOf`, and above zero. */
export function positiveFractionOf(decimal: Decimal, what: string): Fraction {
  const fraction = fractionOf(decimal, what);
  if (fraction.numerator > 0n) return fraction;
  throw new PlanningError('OW_SCHEDULE_QUANTITY', `${what} is ${decimal}; it must be more than 0.`);
}

export function times(a: Fraction, b: Fraction): Fraction {
  return reduced(a.numerator * b.numerator, a.denominator * b.denominator);
}

/** @throws RangeError where the divisor is zero. */
export function over(a: Fraction, b: Fraction): Fraction {
  return reduced(a.numerator * b.denominator, a.denominator * b.numerator);
}

/** The smallest whole number that is not below it. */
export function roundedUp({ numerator, denominator }: Fraction): bigint {
  const whole = numerator / denominator;
  return numerator > 0n && numerator % denominator !== 0n ? whole + 1n : whole;
}
