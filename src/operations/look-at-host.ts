/** The host's tables that have no trigger are looked at (design 3.6, `capture: poll`): what it did there becomes events. */
import type { Kernel } from './kernel.js';

/**
 * Looks where it was not looked for the configured time, by whichever process; gives how many events that came to.
 * @param everySeconds 0 looks at once.
 */
export async function lookAtHost(
  kernel: Kernel,
  everySeconds: number = kernel.configuration.events.pollSeconds,
): Promise<number> {
  const at = kernel.clock.now();
  // Without the write lock: where nothing is polled nobody is held up.
  if (!(await kernel.database.read(({ events }) => events.lookIsDue(at, everySeconds)))) return 0;
  const ids = await kernel.database.write(({ events }) => events.look(at, everySeconds));
  return ids.length;
}
