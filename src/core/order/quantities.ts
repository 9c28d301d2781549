/**
 * Quantities of an order: unit conversion and what its materials add up to (design section 3.2). All exact; a result
 * in other units is divided once and rounded half to even to 10 places.
 */
import { add, multiply, subtract } from '../decimal.js';
import type { Decimal } from '../decimal.js';
import type {
  Material,
  MaterialState,
  OrderSnapshot,
  Product,
  ProductionOrder,
  UnitConversion,
} from './production-order.js';

/** Places after the point of a quantity that may be stored. */
const PLACES = 10;
const SCALE = 10n ** BigInt(PLACES);

/** An exact positive fraction: 1 of one unit is `numerator / denominator` of another. */
export interface Ratio {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

const ONE: Ratio = { numerator: 1n, denominator: 1n };

/** A decimal as numerator over a power of ten. */
function fractionOf(value: Decimal): Ratio {
  const [whole = '', fraction = ''] = value.split('.');
  return { numerator: BigInt(whole + fraction), denominator: 10n ** BigInt(fraction.length) };
}

/** The quotient as a whole number, rounded half to even; the divisor is positive. */
export function divideHalfEven(dividend: bigint, divisor: bigint): bigint {
  const magnitude = dividend < 0n ? -dividend : dividend;
  const quotient = magnitude / divisor;
  const twice = (magnitude % divisor) * 2n;
  const up = twice > divisor || (twice === divisor && quotient % 2n === 1n);
  const rounded = up ? quotient + 1n : quotient;
  return dividend < 0n ? -rounded : rounded;
}

/** A decimal in whole ten-billionths, rounded half to even where it has more than 10 places. */
export function toScaled(value: Decimal): bigint {
  const { numerator, denominator } = fractionOf(value);
  return divideHalfEven(numerator * SCALE, denominator);
}

/** The decimal of so many ten-billionths. */
export function fromScaled(scaled: bigint): Decimal {
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(PLACES + 1, '0');
  const fraction = digits.slice(-PLACES).replace(/0+$/, '');
  const whole = digits.slice(0, -PLACES);
  return (scaled < 0n ? '-' : '') + (fraction === '' ? whole : `${whole}.${fraction}`);
}

/**
 * How much one `from` is in `to`: by one conversion or the shortest chain of them, each forward or backward; null where
 * there is none. Between chains of one length the conversions decide by their names, so their order does not matter;
 * factors that are not above zero convert nothing.
 */
export function conversionRatio(
  from: string,
  to: string,
  conversions: readonly UnitConversion[],
): Ratio | null {
  if (from === to) return ONE;
  const edges = new Map<string, { to: string; ratio: Ratio }[]>();
  const connect = (unit: string, other: string, ratio: Ratio) => {
    const list = edges.get(unit);
    if (list === undefined) edges.set(unit, [{ to: other, ratio }]);
    else list.push({ to: other, ratio });
  };
  const usable = conversions
    .map((conversion) => ({ ...conversion, ratio: fractionOf(conversion.factor) }))
    .filter(({ ratio }) => ratio.numerator > 0n)
    .sort((a, b) => order(a.from, b.from) || order(a.to, b.to) || order(a.factor, b.factor));
  for (const conversion of usable) connect(conversion.from, conversion.to, conversion.ratio);
  for (const { from: unit, to: other, ratio } of usable) {
    connect(other, unit, { numerator: ratio.denominator, denominator: ratio.numerator });
  }
  const reached = new Map<string, Ratio>([[from, ONE]]);
  for (const [unit, ratio] of reached) {
    // A map's iteration goes on over what is added to it: it is the queue of the search.
    for (const edge of edges.get(unit) ?? []) {
      if (reached.has(edge.to)) continue;
      const through = {
        numerator: ratio.numerator * edge.ratio.numerator,
        denominator: ratio.denominator * edge.ratio.denominator,
      };
      if (edge.to === to) return reduced(through);
      reached.set(edge.to, through);
    }
  }
  return null;
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function reduced({ numerator, denominator }: Ratio): Ratio {
  let [a, b] = [numerator, denominator];
  while (b > 0n) [a, b] = [b, a % b];
  return { numerator: numerator / a, denominator: denominator / a };
}

/** The quantity in other units, rounded half to even to 10 places; null where no conversion leads there. */
export function convert(
  quantity: Decimal,
  fromUnits: string,
  toUnits: string,
  conversions: readonly UnitConversion[],
): Decimal | null {
  if (fromUnits === toUnits) return quantity;
  const ratio = conversionRatio(fromUnits, toUnits, conversions);
  if (ratio === null) return null;
  const { numerator, denominator } = fractionOf(quantity);
  return fromScaled(divideHalfEven(numerator * ratio.numerator * SCALE, denominator * ratio.denominator));
}

export interface ConvertedSum {
  /** The sum in the units wanted. */
  readonly sum: Decimal;
  /** Materials that are not in it, as their units can't be converted. */
  readonly missing: readonly MissingConversion[];
}

export interface MissingConversion {
  /** The material's name. */
  material: string;
  from: string;
  to: string;
}

/** The materials' quantities in one unit: summed exactly, divided and rounded once at the end. */
export function sumInUnits(
  materials: readonly Material[],
  units: string,
  conversions: readonly UnitConversion[],
): ConvertedSum {
  const ratios = new Map<string, Ratio | null>();
  const sums = new Map<string, bigint>();
  const missing: MissingConversion[] = [];
  for (const material of materials) {
    let ratio = ratios.get(material.units);
    if (ratio === undefined) {
      ratio = conversionRatio(material.units, units, conversions);
      ratios.set(material.units, ratio);
    }
    if (ratio === null) missing.push({ material: material.name, from: material.units, to: units });
    else sums.set(material.units, (sums.get(material.units) ?? 0n) + toScaled(material.quantity));
  }
  let total: Ratio = { numerator: 0n, denominator: 1n };
  for (const [unit, sum] of sums) {
    const { numerator, denominator } = ratios.get(unit) ?? ONE;
    total = reduced({
      numerator: total.numerator * denominator + sum * numerator * total.denominator,
      denominator: total.denominator * denominator,
    });
  }
  return { sum: fromScaled(divideHalfEven(total.numerator, total.denominator)), missing };
}

/**
 * What a material is to its order: its state, but a material of another product or in other units than the order's is
 * not completed, it stays in progress (seed 2); null where it counts nowhere: terminated without being delivered.
 */
export function materialProgress(
  order: Pick<ProductionOrder, 'product' | 'units'>,
  material: Material,
): MaterialState | null {
  if (material.state === 'Delivered') return 'Delivered';
  if (material.universalState === 'Terminated') return null;
  const fits = material.product === order.product && material.units === order.units;
  return material.state === 'Completed' && !fits ? 'InProgress' : material.state;
}

export interface OrderQuantities {
  units: string;
  /** Of accounting materials in progress. */
  inProgress: Decimal;
  /** Of accounting materials that were completed, with what was delivered since. */
  completed: Decimal;
  /** Of accounting materials that were delivered. */
  delivered: Decimal;
  minimumCloseQuantity: Decimal;
  maximumCloseQuantity: Decimal;
  /** Materials in progress, accounting or not. */
  materialsInProgress: number;
  /** Materials completed, with those delivered since, accounting or not. */
  materialsCompleted: number;
  /** Materials that have not entered a step, accounting or not. */
  materialsCreated: number;
  /** Active materials, accounting or not. */
  materials: number;
  /** Materials left out of the sums, as their units can't be converted to the order's. */
  missingConversions: MissingConversion[];
}

/** What the order's materials add up to, in the order's units (design section 3.2). */
export function orderQuantities(
  order: ProductionOrder,
  product: Pick<Product, 'unitConversions'>,
  materials: readonly Material[],
): OrderQuantities {
  const of = (...states: MaterialState[]) =>
    materials.filter((material) => {
      const progress = materialProgress(order, material);
      return progress !== null && states.includes(progress);
    });
  const sum = (...states: MaterialState[]) =>
    sumInUnits(
      of(...states).filter((material) => material.accounts),
      order.units,
      product.unitConversions,
    );
  const inProgress = sum('InProgress');
  const completed = sum('Completed', 'Delivered');
  return {
    units: order.units,
    inProgress: inProgress.sum,
    completed: completed.sum,
    delivered: sum('Delivered').sum,
    minimumCloseQuantity: minimumCloseQuantity(order),
    maximumCloseQuantity: maximumCloseQuantity(order),
    materialsInProgress: of('InProgress').length,
    materialsCompleted: of('Completed', 'Delivered').length,
    materialsCreated: of('Created').length,
    materials: materials.filter((material) => material.universalState === 'Active').length,
    missingConversions: [...inProgress.missing, ...completed.missing],
  };
}

/**
 * The quantities that an order shows: its materials', but those of a closed order stay as they were when it was closed
 * (design section 3.3).
 */
export function shownQuantities({ order, product, materials, closedWith }: OrderSnapshot): OrderQuantities {
  const now = orderQuantities(order, product, materials);
  if (order.state !== 'Closed' || closedWith === null) return now;
  return { ...now, ...closedWith, missingConversions: [] };
}

/** The least that an order may be closed with: quantity x (1 - under-delivery tolerance), exact (design 3.4). */
export function minimumCloseQuantity(
  order: Pick<ProductionOrder, 'quantity' | 'underDeliveryTolerance'>,
): Decimal {
  return multiply(order.quantity, subtract('1', order.underDeliveryTolerance));
}

/** The most that an order may be closed with: quantity x (1 + over-delivery tolerance), exact (design 3.4). */
export function maximumCloseQuantity(
  order: Pick<ProductionOrder, 'quantity' | 'overDeliveryTolerance'>,
): Decimal {
  return multiply(order.quantity, add('1', order.overDeliveryTolerance));
}
