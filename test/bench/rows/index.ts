/**
 * The rows of the benchmark in the order of design section 5, then those beyond its table; one file each. What the HTTP
 * server and the dispatcher must reach is added here with them.
 */
import type { Bench } from '../row.js';
import { help } from './help.js';
import { importPlant } from './import.js';
import { operations } from './operations.js';
import { order } from './order.js';
import { reload } from './reload.js';
import { rules } from './rules.js';
import { reschedule, schedule } from './schedule.js';
import { synchronize } from './synchronize.js';

export const BENCHES: readonly [name: string, bench: Bench][] = [
  ['schedule', schedule],
  ['reschedule', reschedule],
  ['synchronize', synchronize],
  ['rules', rules],
  ['help', help],
  ['operations', operations],
  ['import', importPlant],
  ['order', order],
  ['reload', reload],
];
