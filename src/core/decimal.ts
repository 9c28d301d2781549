/**
 * Exact decimals: quantities, tolerances, factors. A decimal is a string in canonical form (`-?digits[.digits]`, no
 * exponent, no leading zeros, no trailing zeros after the point), so that equal decimals are equal strings.
 * At most 18 digits before and 10 after the point (design section 1); floats never enter.
 */
import Big from 'big.js';

export type Decimal = string;

/** Digits after the point that a division is rounded to, half to even (design section 1). */
const PLACES = 10;
const WHOLE_DIGITS = 18;

const ExactBig = Big();
ExactBig.DP = PLACES;
ExactBig.RM = ExactBig.roundHalfEven;
ExactBig.strict = false;

const NOTATION = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/;

export class DecimalError extends Error {}

/**
 * Reads a decimal in any usual notation and gives its canonical form.
 * @throws DecimalError where the text is no number, or has more than 18 digits before or 10 after the point.
 */
export function parseDecimal(text: string): Decimal {
  if (text.length > 60 || !NOTATION.test(text)) {
    throw new DecimalError(`${JSON.stringify(text.slice(0, 60))} is not a decimal number`);
  }
  const canonical = new ExactBig(text).toFixed();
  const [whole = '', fraction = ''] = canonical.replace('-', '').split('.');
  if (whole.length > WHOLE_DIGITS || fraction.length > PLACES) {
    throw new DecimalError(
      `${text} has more than ${WHOLE_DIGITS} digits before or ${PLACES} digits after the decimal point`,
    );
  }
  return canonical === '-0' ? '0' : canonical;
}

export function isDecimal(text: string): boolean {
  try {
    parseDecimal(text);
    return true;
  } catch {
    return false;
  }
}

function canonical(value: Big): Decimal {
  const text = value.toFixed();
  return text === '-0' ? '0' : text;
}

export function add(...terms: Decimal[]): Decimal {
  return canonical(terms.reduce((sum, term) => sum.plus(term), new ExactBig(0)));
}

export function subtract(from: Decimal, what: Decimal): Decimal {
  return canonical(new ExactBig(from).minus(what));
}

/** The exact product: not rounded, so it may have up to 20 places. */
export function multiply(a: Decimal, b: Decimal): Decimal {
  return canonical(new ExactBig(a).times(b));
}

/** The quotient, rounded half to even to 10 places. */
export function divide(dividend: Decimal, divisor: Decimal): Decimal {
  return canonical(new ExactBig(dividend).div(divisor));
}

/** The value rounded half to even to 10 places, which is what may be stored. */
export function round(value: Decimal): Decimal {
  return canonical(new ExactBig(value).round(PLACES, ExactBig.roundHalfEven));
}

/** Negative, zero or positive, as `a` is below, equal to or above `b`. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  return new ExactBig(a).cmp(b);
}

export function maximum(a: Decimal, b: Decimal): Decimal {
  return compareDecimals(a, b) >= 0 ? a : b;
}
