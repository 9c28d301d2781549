/** The machine's clock. */
import { instantOf } from '../core/time.js';
import type { Clock } from '../ports/clock.js';

export const systemClock: Clock = { now: () => instantOf(Date.now()) };
