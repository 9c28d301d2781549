/**
 * The rows of the benchmark in the order of design section 5, then those beyond its table; one file each. What the HTTP
 * server and the dispatcher must reach is added here with them.
 */
import type { Bench } from '../row.js';
import { synchronize } from './synchronize.js';

export const BENCHES: readonly [name: string, bench: Bench][] = [['synchronize', synchronize]];
