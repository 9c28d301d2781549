/** Names for materials that are made from a material or an order: `M1.1`, `M1.2`, ... */
import type { MaterialStore } from '../../ports/material-store.js';

/** Names asked about at once, at least: most materials were never split before. */
const WINDOW = 100;

/** The first names after a base that no material has; numbers that are taken are passed over. */
export async function freeNames(
  materials: Pick<MaterialStore, 'existing'>,
  base: string,
  count: number,
): Promise<string[]> {
  const names: string[] = [];
  const window = Math.max(count, WINDOW);
  for (let from = 1; names.length < count; from += window) {
    const candidates = Array.from({ length: window }, (_, index) => `${base}.${from + index}`);
    const taken = await materials.existing(candidates);
    names.push(...candidates.filter((name) => !taken.has(name)));
  }
  return names.slice(0, count);
}
