/** The real clock; a decision gets its time as an argument instead. */
import type { Instant } from '../core/time.js';

export interface Clock {
  now(): Instant;
}
