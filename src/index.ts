/** The front door: all that a plugin or an embedding host may import. */
export { DecimalError, parseDecimal } from './core/decimal.js';
export type { Decimal } from './core/decimal.js';
export {
  epochMilliseconds,
  instantOf,
  isDay,
  isTimeZone,
  offsetAt,
  parseDayOrInstant,
  TimeError,
  toInstant,
} from './core/time.js';
export type { DayOrInstant, Instant, TimeZone } from './core/time.js';
