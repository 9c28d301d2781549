/** The cold start of `orderwright --help`, over that of Node with nothing to do. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../../src/adapters/files/package-root.js';
import { alternating, figureRow, timed, type Bench } from '../row.js';

const MAIN = join(PACKAGE_ROOT, 'dist', 'src', 'cli', 'main.js');

export const help: Bench = async ({ quick, progress }) => {
  progress('cold start of --help');
  const run = (args: string[]) => () =>
    timed(() => {
      const { status } = spawnSync(process.execPath, args);
      if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status ?? 'a signal'}`);
    });
  const sides = [run([MAIN, '--help']), run(['-e', '0'])] as const;
  await alternating(1, sides);
  const [ours, node] = await alternating(quick ? 5 : 25, sides);
  return [
    { ...figureRow('cold start of --help, beyond bare node', ours - node, 'ms', 150), against: 'bare node' },
  ];
};
