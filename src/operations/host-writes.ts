/** What is refused where the host writes its rows itself (writer `host` of the mapping), and what does it there. */
import { refusal, type Violation } from '../core/rules/verdict.js';
import type { Kernel } from './kernel.js';

/**
 * @param point our hook point of the operation, `Material.Split.Pre`: `hookNames` of the configuration may say what the
 * host calls it.
 * @returns null where orderwright writes.
 */
export function hostWrites(
  { writer, configuration }: Kernel,
  what: 'production orders' | 'materials',
  point: string,
): Violation | null {
  if (writer !== 'host') return null;
  const there = configuration.hookNames[point] ?? point.replace(/\.Pre$/, '');
  const message = `The host writes its ${what} itself (writer "host" of the mapping). Do it there: ${there.replace(/\.Pre$/, '')}.`;
  return refusal('OW_HOST_WRITES', 'The host executes', message);
}
