/** `npm run bench:plant -- --orders 10000 [--seed 1] [--work-centers 20] [--operations 5]`: prints a plant file. */
import { parseArgs } from 'node:util';
import { stringifyChunked } from '@discoveryjs/json-ext';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { aPlantFile } from './factory.js';

const { values } = parseArgs({
  options: {
    orders: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    'work-centers': { type: 'string', default: '20' },
    operations: { type: 'string', default: '5' },
  },
});
const size = {
  orders: whole('orders'),
  seed: whole('seed'),
  workCenters: whole('work-centers'),
  operations: whole('operations'),
};
await pipeline(Readable.from(stringifyChunked(aPlantFile(size))), process.stdout);

function whole(name: keyof typeof values): number {
  const number = Number(values[name]);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new Error(`--${name} is a whole number above 0, not ${values[name]}`);
  return number;
}
