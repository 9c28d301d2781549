/** Names for materials that are made from a material or an order: `M1.1`, `M1.2`, ... */
import { MAXIMUM_NAME } from '../../core/order/material-proposals.js';
import type { MaterialStore } from '../../ports/material-store.js';

/** Names asked about at once, at least: most materials were never split before. */
const WINDOW = 100;

/**
 * The first names after a base that no material has; numbers that are taken are passed over. Of a base that is too long
 * for a number behind it the end is left out.
 */
export async function freeNames(
  materials: Pick<MaterialStore, 'existing'>,
  base: string,
  count: number,
): Promise<string[]> {
  const names: string[] = [];
  const characters = Array.from(base);
  const window = Math.max(count, WINDOW);
  for (let from = 1; names.length < count; from += window) {
    const candidates = Array.from({ length: window }, (_, index) => numbered(characters, from + index));
    const taken = await materials.existing(candidates);
    names.push(...candidates.filter((name) => !taken.has(name)));
  }
  return names.slice(0, count);
}

function numbered(base: readonly string[], number: number): string {
  const end = `.${number}`;
  return base.slice(0, MAXIMUM_NAME - end.length).join('') + end;
}
