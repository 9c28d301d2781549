/** What a row of the benchmark is, and how two sides are compared in one run. */

export interface Row {
  name: string;
  figure: number;
  unit: string;
  /** The figure over that of `against`; null where it is not compared. */
  ratio: number | null;
  against: string | null;
  /** Of the ratio where there is one, else of the figure; null where nothing is asked. */
  limit: number | null;
  pass: boolean;
}

export interface Settings {
  /** Smaller workloads and fewer rounds, all rows within 50 seconds. */
  quick: boolean;
  progress: (text: string) => void;
}

/** One line of design section 5, or what belongs to it. */
export type Bench = (settings: Settings) => Promise<Row[]>;

/** What may be no more than its limit, or as a throughput no less. */
export type Bound = 'most' | 'least';

/** A figure on its own, which has to stay below a limit or is only told. */
export function figureRow(name: string, figure: number, unit: string, limit: number | null = null): Row {
  const pass = isWithin(figure, limit, 'most');
  return { name, figure: rounded(figure), unit, ratio: null, against: null, limit, pass };
}

/** A figure that has to reach a limit. */
export function throughputRow(name: string, figure: number, unit: string, limit: number): Row {
  return { ...figureRow(name, figure, unit, limit), pass: isWithin(figure, limit, 'least') };
}

interface Compared {
  figure: number;
  unit: string;
  against: string;
  other: number;
  limit: number | null;
  bound?: Bound;
}

/** A figure that is compared with another of the same run. */
export function ratioRow(name: string, compared: Compared): Row {
  const { figure, unit, against, other, limit, bound = 'most' } = compared;
  const ratio = figure / other;
  return {
    name,
    figure: rounded(figure),
    unit,
    ratio: rounded(ratio),
    against: `${against}: ${rounded(other)} ${unit}`,
    limit,
    pass: isWithin(ratio, limit, bound),
  };
}

function isWithin(value: number, limit: number | null, bound: Bound): boolean {
  return limit === null || (bound === 'most' ? value <= limit : value >= limit);
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = NaN, high = NaN] = [sorted[middle - (sorted.length % 2 === 0 ? 1 : 0)], sorted[middle]];
  return (low + high) / 2;
}

/**
 * Measures two sides in turn, so that what slows the machine down slows down both, and gives the median of each.
 * @param sides each gives one figure; what it does before and after is not in it.
 */
export async function alternating(
  rounds: number,
  sides: readonly [() => number | Promise<number>, () => number | Promise<number>],
): Promise<[number, number]> {
  const figures: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    // Neither side is always the one that comes after the other.
    for (const side of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const))
      figures[side].push(await sides[side]());
  }
  return [median(figures[0]), median(figures[1])];
}

/** The milliseconds that work takes. */
export async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
