/**
 * The materials that Start makes for an order that is included in planning (domain 1.2, Start; design 3.3): as many, of
 * the product's material size, as leave the quantity at the end of the flow.
 */
import { isDecimal } from '../decimal.js';
import { refusal, type Violation } from '../rules/verdict.js';
import { flowExpansions, type FlowPosition, type ResolvedFlowPath } from './flow-path.js';
import { MAXIMUM_CREATED, materialSizeIn, notOnMaterials, type NewMaterial } from './material-proposals.js';
import type { Material, OrderSnapshot } from './production-order.js';
import { fromScaled, materialProgress, sumInUnits, toScaled, type Ratio } from './quantities.js';

/** Steps that lose quantity along one flow path: more of them is no plant, and their exact product is a long number. */
const MAXIMUM_LOSSY_STEPS = 2000;

const ALL: Ratio = { numerator: 1n, denominator: 1n };

/** A material whose name is still to be found. */
export type UnnamedMaterial = Omit<NewMaterial, 'name'>;

export type StartMaterials = { ok: true; created: UnnamedMaterial[] } | { ok: false; violation: Violation };

/**
 * Nothing where the order is not planned, its product has no material size, or what is on materials already leaves the
 * quantity at the end. What is completed is there; the other materials still lose along their own flow paths.
 * @param flowPath how the flow path in force resolves; null where none is assigned: nothing is lost along it then.
 */
export function startMaterials(snapshot: OrderSnapshot, flowPath: ResolvedFlowPath | null): StartMaterials {
  const { order } = snapshot;
  const size = materialSizeIn(snapshot, order.units);
  if (!order.includeInPlanning || size === null || notOnMaterials(snapshot) === null) {
    return { ok: true, created: [] };
  }
  const position = flowPath?.ok === true ? flowPath : null;
  const missing = minus(toScaled(order.quantity), leftOfMaterials(snapshot, position));
  if (missing.numerator <= 0n) return { ok: true, created: [] };
  if (flowPath?.ok === false) {
    const message = `${flowPath.problem}: what has to begin can not be told.`;
    return { ok: false, violation: refusal(flowPath.code, 'The flow path addresses a step', message) };
  }
  const kept = keptFrom(position);
  if (kept === null || kept.numerator <= 0n) {
    const message = `Along the flow path of ${order.name} a step has the yield 0, or more than ${MAXIMUM_LOSSY_STEPS} have one: what has to begin can not be told.`;
    return { ok: false, violation: refusal('OW_START_YIELD', 'Something is left at the end', message) };
  }
  // Rounded up to what may be stored, as less would leave too little.
  const wanted = dividedUp(missing, kept);
  const each = toScaled(size);
  if (each <= 0n || !isDecimal(size)) {
    const message = `A material of ${order.product} holds ${size} ${order.units}; that is no quantity of a material of ${order.name}.`;
    return { ok: false, violation: refusal('OW_START_MATERIAL_SIZE', 'A material holds something', message) };
  }
  const count = (wanted + each - 1n) / each;
  if (count > BigInt(MAXIMUM_CREATED)) {
    const message = `${order.name} would begin with ${count} materials of ${size} ${order.units}; at most ${MAXIMUM_CREATED} are made at once.`;
    return { ok: false, violation: refusal('OW_START_TOO_MANY', 'Not too many materials', message) };
  }
  const created = Array.from({ length: Number(count) }, (_, index): UnnamedMaterial => ({
    product: order.product,
    quantity: fromScaled(BigInt(index) < count - 1n ? each : wanted - each * (count - 1n)),
    units: order.units,
    facility: position?.facility ?? order.facility,
    flowPath: position?.path ?? null,
    state: 'Created',
    universalState: 'Active',
    priority: null,
    dueDate: null,
  }));
  return { ok: true, created };
}

/** What the order's materials will leave at the end, in ten-billionths of its units. */
function leftOfMaterials(snapshot: OrderSnapshot, flowPath: FlowPosition | null): Ratio {
  const { order, product, materials, flows } = snapshot;
  const byPath = new Map<string | null, Material[]>();
  const made: Material[] = [];
  for (const material of materials.filter(({ accounts }) => accounts)) {
    const progress = materialProgress(order, material);
    if (progress === null) continue;
    if (progress === 'Completed' || progress === 'Delivered') made.push(material);
    else {
      const alike = byPath.get(material.flowPath);
      if (alike === undefined) byPath.set(material.flowPath, [material]);
      else alike.push(material);
    }
  }
  const quantityOf = (some: readonly Material[]) =>
    toScaled(sumInUnits(some, order.units, product.unitConversions).sum);
  let left: Ratio = { numerator: quantityOf(made), denominator: 1n };
  for (const [path, some] of byPath) {
    const at = path === null ? flowPath : flowExpansions(flows).resolve(path);
    const kept = keptFrom(at?.ok === true ? at : null) ?? ALL;
    left = plus(left, { numerator: quantityOf(some) * kept.numerator, denominator: kept.denominator });
  }
  return left;
}

/** The share that every step from a position on keeps; null where too many of them lose something. */
function keptFrom(position: FlowPosition | null): Ratio | null {
  if (position === null) return ALL;
  const { expansion, index } = position;
  const yields = expansion.steps.slice(index).flatMap(({ step }) => (step.yield === '1' ? [] : [step.yield]));
  if (yields.length > MAXIMUM_LOSSY_STEPS) return null;
  return yields
    .map((share): Ratio => ({ numerator: toScaled(share), denominator: toScaled('1') }))
    .reduce(times, ALL);
}

function times(a: Ratio, b: Ratio): Ratio {
  return { numerator: a.numerator * b.numerator, denominator: a.denominator * b.denominator };
}

function plus(a: Ratio, b: Ratio): Ratio {
  if (a.denominator === b.denominator) {
    return { numerator: a.numerator + b.numerator, denominator: a.denominator };
  }
  return {
    numerator: a.numerator * b.denominator + b.numerator * a.denominator,
    denominator: a.denominator * b.denominator,
  };
}

function minus(whole: bigint, part: Ratio): Ratio {
  return { numerator: whole * part.denominator - part.numerator, denominator: part.denominator };
}

/** The quotient of two positive fractions as a whole number, rounded up. */
function dividedUp(dividend: Ratio, divisor: Ratio): bigint {
  const numerator = dividend.numerator * divisor.denominator;
  const denominator = dividend.denominator * divisor.numerator;
  return (numerator + denominator - 1n) / denominator;
}
