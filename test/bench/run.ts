/**
 * `npm run bench [-- --quick] [--only name,name]`: measures the lines of design section 5 and prints one JSON document;
 * progress goes to standard error. Exit code 1 where a line is not reached.
 */
import { parseArgs } from 'node:util';
import type { Row } from './row.js';
import { BENCHES } from './rows/index.js';

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } },
});
const only = values.only?.split(',');
const rows: Row[] = [];
const started = performance.now();
for (const [name, bench] of BENCHES) {
  if (only !== undefined && !only.includes(name)) continue;
  const progress = (text: string) =>
    process.stderr.write(`${((performance.now() - started) / 1000).toFixed(1)} s  ${name}: ${text}\n`);
  progress('begins');
  for (const row of await bench({ quick: values.quick, progress })) {
    rows.push(row);
    const ratio = row.ratio === null ? '' : `, ${row.ratio} x ${row.against ?? ''}`;
    progress(`${row.pass ? 'pass' : 'MISS'}  ${row.name}: ${row.figure} ${row.unit}${ratio}`);
  }
}
process.stdout.write(`${JSON.stringify({ rows }, null, 2)}\n`);
if (rows.some((row) => !row.pass)) process.exitCode = 1;
