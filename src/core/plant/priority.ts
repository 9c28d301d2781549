/** Priorities: High, Medium, Low are 1, 2, 3; any other whole number stands for itself, lower goes first. */
const RANKS: Record<string, number> = { High: 1, Medium: 2, Low: 3 };

/** The rank of a priority, or null where the value is none. */
export function readPriority(value: string | number): number | null {
  const rank =
    typeof value === 'number' ? value : (RANKS[value] ?? (/^-?\d{1,9}$/.test(value) ? Number(value) : NaN));
  return Number.isSafeInteger(rank) ? rank : null;
}

/** The rank of a priority that has been checked. */
export function parsePriority(value: string | number): number {
  const rank = readPriority(value);
  if (rank === null) throw new RangeError(`${value} is no priority: High, Medium, Low or a whole number`);
  return rank;
}
