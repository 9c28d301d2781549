/**
 * The materials that Start makes for an order that is included in planning (domain 1.2, Start; design 3.3): as many, of
 * the product's material size, as leave the quantity at the end of the flow.
 */
import { compareDecimals, type Decimal } from '../decimal.js';
import { refusal, type Violation } from '../rules/verdict.js';
import type { FlowPosition, ResolvedFlowPath } from './flow-path.js';
import { MAXIMUM_CREATED, materialSizeIn, notOnMaterials, type NewMaterial } from './material-proposals.js';
import type { OrderSnapshot } from './production-order.js';
import { fromScaled, toScaled, type Ratio } from './quantities.js';

/** Steps that lose quantity along one flow path: more of them is no plant, and their exact product is a long number. */
const MAXIMUM_LOSSY_STEPS = 2000;

/** A material whose name is still to be found. */
export type UnnamedMaterial = Omit<NewMaterial, 'name'>;

export type StartMaterials = { ok: true; created: UnnamedMaterial[] } | { ok: false; violation: Violation };

/**
 * Nothing where the order is not planned, its product has no material size, or all of it is on materials already.
 * @param flowPath how the flow path in force resolves; null where none is assigned: nothing is lost along it then.
 */
export function startMaterials(snapshot: OrderSnapshot, flowPath: ResolvedFlowPath | null): StartMaterials {
  const { order } = snapshot;
  const size = materialSizeIn(snapshot, order.units);
  const rest = notOnMaterials(snapshot);
  if (!order.includeInPlanning || size === null || rest === null || compareDecimals(rest, '0') <= 0) {
    return { ok: true, created: [] };
  }
  const position = flowPath?.ok === true ? flowPath : null;
  const wanted = position === null ? toScaled(rest) : quantityToBegin(rest, position);
  if (wanted === null) {
    const message = `Along the flow path of ${order.name} a step has the yield 0, or more than ${MAXIMUM_LOSSY_STEPS} have one: what has to begin can not be told.`;
    return { ok: false, violation: refusal('OW_START_YIELD', 'Something is left at the end', message) };
  }
  const each = toScaled(size);
  const count = (wanted + each - 1n) / each;
  if (each <= 0n || count > BigInt(MAXIMUM_CREATED)) {
    const message = `${order.name} would begin with ${count} materials of ${size} ${order.units}; at most ${MAXIMUM_CREATED} are made at once.`;
    return { ok: false, violation: refusal('OW_START_TOO_MANY', 'Not too many materials', message) };
  }
  const created = Array.from({ length: Number(count) }, (_, index): UnnamedMaterial => ({
    product: order.product,
    quantity: fromScaled(BigInt(index) < count - 1n ? each : wanted - each * (count - 1n)),
    units: order.units,
    facility: position?.facility ?? order.facility,
    flowPath: position?.path ?? order.flowPath ?? snapshot.product.flowPath,
    state: 'Created',
    universalState: 'Active',
    priority: null,
    dueDate: null,
  }));
  return { ok: true, created };
}

/**
 * What has to begin, in ten-billionths, so that this much is left after every step from here on has kept its yield:
 * rounded up, as less would leave too little. Null where a step keeps nothing, or too many of them lose something.
 */
function quantityToBegin(left: Decimal, { expansion, index }: FlowPosition): bigint | null {
  const yields = expansion.steps.slice(index).flatMap(({ step }) => (step.yield === '1' ? [] : [step.yield]));
  if (yields.length > MAXIMUM_LOSSY_STEPS) return null;
  const kept = yields
    .map((share): Ratio => ({ numerator: toScaled(share), denominator: toScaled('1') }))
    .reduce(times, { numerator: 1n, denominator: 1n });
  if (kept.numerator <= 0n) return null;
  const wanted = toScaled(left) * kept.denominator;
  return (wanted + kept.numerator - 1n) / kept.numerator;
}

function times(a: Ratio, b: Ratio): Ratio {
  return { numerator: a.numerator * b.numerator, denominator: a.denominator * b.denominator };
}
