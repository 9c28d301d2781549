/** The input of an operation against its schema: every problem with its JSON path, before anything is read. */
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { compareDecimals, isDecimal, parseDecimal } from '../core/decimal.js';
import { childPath, pathOfPointer } from '../core/json-path.js';
import type { JsonObject } from '../core/json.js';
import { readPriority } from '../core/plant/priority.js';
import { OrderwrightError, type Problem } from '../core/problem.js';
import { parseDayOrInstant } from '../core/time.js';

/** Significant digits that a number of JavaScript holds exactly; more come as text (design section 1). */
const NUMBER_DIGITS = 15;

/** Whether a number or text is a decimal within bounds. */
function decimalWithin(fits: (value: string) => boolean): (value: string | number) => boolean {
  return (value) =>
    isDecimal(String(value)) &&
    (typeof value === 'string' || Number(value.toPrecision(NUMBER_DIGITS)) === value) &&
    fits(parseDecimal(String(value)));
}

const isTolerance = decimalWithin((value) => compareDecimals(value, '0') >= 0);
const isUnderTolerance = decimalWithin(
  (value) => compareDecimals(value, '0') >= 0 && compareDecimals(value, '1') <= 0,
);
const isPositive = decimalWithin((value) => compareDecimals(value, '0') > 0);

const READINGS: Record<string, { fits: (value: string | number) => boolean; wanted: string }> = {
  decimal: { fits: decimalWithin(() => true), wanted: 'a decimal number' },
  'positive-decimal': { fits: isPositive, wanted: 'a decimal number above 0' },
  'decimal-or-zero': { fits: isTolerance, wanted: 'a decimal number of 0 or more' },
  tolerance: { fits: isTolerance, wanted: 'a decimal number of 0 or more' },
  'under-tolerance': { fits: isUnderTolerance, wanted: 'a decimal number from 0 to 1' },
  priority: { fits: (value) => readPriority(value) !== null, wanted: 'High, Medium, Low or a whole number' },
  'day-or-instant': {
    fits: isDayOrInstant,
    wanted: 'a date (2020-07-03), a local date and time (2020-07-03T08:00) or an instant',
  },
};

function isDayOrInstant(value: string | number): boolean {
  try {
    parseDayOrInstant(String(value), 'UTC', 'start');
    return true;
  } catch {
    return false;
  }
}

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, verbose: true });
// `format` is tested on texts alone, and a quantity may also be a number.
ajv.addKeyword({
  keyword: 'reads',
  type: ['string', 'number'],
  schemaType: 'string',
  validate: (kind: string, value: string | number) => READINGS[kind]?.fits(value) ?? false,
});

const compiled = new WeakMap<JsonObject, ValidateFunction>();

/**
 * @throws OrderwrightError OW_INPUT_INVALID with a problem per place.
 */
export function checkInput(schema: JsonObject, input: JsonObject): void {
  let validate = compiled.get(schema);
  if (validate === undefined) {
    validate = ajv.compile(schema);
    compiled.set(schema, validate);
  }
  if (validate(input)) return;
  const errors = validate.errors ?? [];
  const mistyped = new Set(
    errors.filter(({ keyword }) => keyword === 'type').map(({ instancePath }) => instancePath),
  );
  // What is of the wrong type is not also badly written.
  const problems = errors
    .filter(({ keyword, instancePath }) => keyword !== 'reads' || !mistyped.has(instancePath))
    .map(toProblem);
  const list = problems.map((problem) => `${problem.path} ${problem.message}`).join('; ');
  throw new OrderwrightError('OW_INPUT_INVALID', `The input is not valid: ${list}`, problems);
}

function toProblem(error: ErrorObject): Problem {
  const path = pathOfPointer(error.instancePath);
  const params = error.params as Record<string, unknown>;
  const code = 'OW_INPUT_INVALID';
  if (error.keyword === 'additionalProperties') {
    return {
      path: childPath(path, String(params.additionalProperty)),
      code,
      message: 'is not a field of this input',
    };
  }
  const wanted = error.keyword === 'reads' ? READINGS[String(error.schema)]?.wanted : undefined;
  return {
    path,
    code,
    message: wanted === undefined ? (error.message ?? 'is not valid') : `is not ${wanted}`,
  };
}
