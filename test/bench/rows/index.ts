/** The rows of the benchmark in the order of design section 5, then those beyond its table; one file each. */
import type { Bench } from '../row.js';
import { dispatcher } from './dispatcher.js';
import { help } from './help.js';
import { importPlant } from './import.js';
import { operations } from './operations.js';
import { memory } from './memory.js';
import { order } from './order.js';
import { preHook } from './pre-hook.js';
import { reload } from './reload.js';
import { rules } from './rules.js';
import { reschedule, schedule } from './schedule.js';
import { synchronize } from './synchronize.js';

export const BENCHES: readonly [name: string, bench: Bench][] = [
  ['schedule', schedule],
  ['reschedule', reschedule],
  ['synchronize', synchronize],
  ['pre-hook', preHook],
  ['rules', rules],
  ['dispatcher', dispatcher],
  ['help', help],
  ['operations', operations],
  ['import', importPlant],
  ['order', order],
  ['reload', reload],
  ['memory', memory],
];
