/**
 * What each operation on a material would come to (design 3.3): the material's row, its links to orders and the
 * materials made from it. Pure: what no rule can lift is refused here, everything else is the rules' to refuse.
 * Quantity is neither made nor lost, but by AdjustQuantity and Terminate.
 */
import { add, compareDecimals, isDecimal, subtract, type Decimal } from '../decimal.js';
import { refusal, type Violation } from '../rules/verdict.js';
import { flowExpansions } from './flow-path.js';
import { nextPosition, stateAt, stepAt } from './material-progress.js';
import {
  closedViolation,
  completionViolation,
  currentOrder,
  membershipViolation,
  proposal,
  refused,
  type MaterialChanges,
  type MaterialProposal,
  type NewMaterial,
} from './material-proposal.js';
import type { Facility, MaterialRow, MaterialSnapshot, OrderSnapshot } from './production-order.js';
import { conversionRatio, convert, fromScaled, shownQuantities, sumInUnits, toScaled } from './quantities.js';

export {
  proposeAssign,
  proposeChangeProductionOrder,
  proposeRemove,
  type ChangeProductionOrderInput,
} from './material-links.js';
export {
  activeViolation,
  closedOrder,
  currentOrder,
  type MaterialChanges,
  type MaterialProposal,
  type NewMaterial,
} from './material-proposal.js';

/** The most materials that one operation makes. */
export const MAXIMUM_CREATED = 10_000;

export interface CreateInput {
  name: string;
  quantity: Decimal | null;
  units: string | null;
  facility: string | null;
  flowPath: string | null;
}

/**
 * A material for an order: of its product, in its units, at the start of its flow path. Without a quantity it gets the
 * product's material size, at most what is not on materials of the order yet.
 */
export function proposeCreate(order: OrderSnapshot, input: CreateInput): MaterialProposal {
  const units = input.units ?? order.order.units;
  const quantity = input.quantity ?? usualQuantity(order, units);
  const flowPath = input.flowPath ?? order.order.flowPath ?? order.product.flowPath;
  const position = flowPath === null ? null : flowExpansions(order.flows).resolve(flowPath);
  const violations = [
    ...membershipViolation(order, `no material is made for it`),
    ...nameViolation(input.name),
    ...createdQuantityViolation(order, input, quantity),
  ];
  if (position?.ok === false && input.flowPath !== null) {
    violations.push(refusal(position.code, 'The flow path addresses a step', `${position.problem}.`));
  }
  const created: NewMaterial = {
    name: input.name,
    product: order.order.product,
    quantity: quantity ?? '0',
    units,
    facility: input.facility ?? (position?.ok === true ? position.facility : null) ?? order.order.facility,
    flowPath: position?.ok === true ? position.path : flowPath,
    state: 'Created',
    universalState: 'Active',
    priority: null,
    dueDate: null,
  };
  return {
    changes: {},
    links: [{ order: order.order.name, accounts: true, current: true }],
    created: [created],
    violations,
    warnings: [],
  };
}

/** A name that a plant file may have. */
const NAME = /^(?=.*\S)[^\p{Cc}\p{Cs}]*$/u;

/** The characters that a name has at most. */
export const MAXIMUM_NAME = 400;

function nameViolation(name: string): Violation[] {
  if (NAME.test(name) && Array.from(name).length <= MAXIMUM_NAME) return [];
  const message = `${JSON.stringify(name)} is no name of a material: it is not empty, without control characters, and of at most ${MAXIMUM_NAME} characters.`;
  return [refusal('OW_MATERIAL_NAME', 'The name can be one', message)];
}

function createdQuantityViolation(
  snapshot: OrderSnapshot,
  input: CreateInput,
  quantity: Decimal | null,
): Violation[] {
  const title = 'There is something to make';
  const { name } = snapshot.order;
  if (quantity === null) {
    const rest = notOnMaterials(snapshot);
    const why =
      rest === null || compareDecimals(rest, '0') > 0
        ? `What of ${name} is on no material yet can not be told in ${input.units ?? snapshot.order.units}`
        : `All of ${name} is on materials`;
    return [refusal('OW_MATERIAL_QUANTITY', title, `${why}; say the quantity of ${input.name}.`)];
  }
  if (compareDecimals(quantity, '0') <= 0) {
    return [
      refusal('OW_MATERIAL_QUANTITY', title, `The quantity of ${input.name} is ${quantity}; it is above 0.`),
    ];
  }
  return isDecimal(quantity) ? [] : [tooLarge(input.name, quantity, input.units ?? snapshot.order.units)];
}

function tooLarge(material: string, quantity: Decimal, units: string): Violation {
  const message = `Material ${material} would have ${quantity} ${units}, more than 18 digits.`;
  return refusal('OW_QUANTITY_TOO_LARGE', 'The quantity has 18 digits at most', message);
}

/** The product's material size in other units; null where it has none, or where nothing converts it. */
export function materialSizeIn({ product }: OrderSnapshot, units: string): Decimal | null {
  return product.materialSize === null
    ? null
    : convert(product.materialSize, product.units, units, product.unitConversions);
}

/** What of the order is on no material yet, in its units; null where that can't be known. */
export function notOnMaterials(snapshot: OrderSnapshot): Decimal | null {
  const { order, product, materials } = snapshot;
  const quantities = shownQuantities(snapshot);
  const waiting = sumInUnits(
    materials.filter(
      ({ accounts, state, universalState }) => accounts && state === 'Created' && universalState === 'Active',
    ),
    order.units,
    product.unitConversions,
  );
  if (quantities.missingConversions.length > 0 || waiting.missing.length > 0) return null;
  return subtract(order.quantity, add(quantities.inProgress, quantities.completed, waiting.sum));
}

function usualQuantity(snapshot: OrderSnapshot, units: string): Decimal | null {
  const { order, product } = snapshot;
  const rest = notOnMaterials(snapshot);
  if (rest === null || compareDecimals(rest, '0') <= 0) return null;
  const inUnits = convert(rest, order.units, units, product.unitConversions);
  const size = materialSizeIn(snapshot, units);
  return inUnits !== null && size !== null && compareDecimals(size, inUnits) < 0 ? size : inUnits;
}

/**
 * MoveNext: into the next step of the flow, or into the one that is named. The step gives the units and says whether the
 * material is completed there.
 */
export function proposeMoveNext(snapshot: MaterialSnapshot, to: string | null): MaterialProposal {
  const { material, product, flows } = snapshot;
  const order = currentOrder(snapshot);
  // A material that has not begun, and was made without a flow path, begins where its order does.
  const begins = material.state === 'Created' && material.flowPath === null && to === null;
  const made = begins ? (order?.order.flowPath ?? order?.product.flowPath ?? product.flowPath) : null;
  const expansions = flowExpansions(begins && order !== null ? order.flows : flows);
  const position = nextPosition(material, expansions, { standing: material.flowPath ?? made, to });
  if (position === null) {
    const at =
      material.flowPath === null ? 'has no flow path' : `is at the end of its flow, ${material.flowPath}`;
    const message = `Material ${material.name} ${at}; say where it goes.`;
    return refused(snapshot, refusal('OW_MATERIAL_NO_NEXT_STEP', 'There is a next step', message));
  }
  if (!position.ok) {
    return refused(
      snapshot,
      refusal(position.code, 'The flow path addresses a step', `${position.problem}.`),
    );
  }
  const step = stepAt(position);
  const units = step.units ?? material.units;
  const quantity = convert(material.quantity, material.units, units, product.unitConversions);
  if (quantity === null) {
    const message = `There is no unit conversion of ${material.product} from ${material.units} to ${units}, the units of step ${step.name}.`;
    return refused(snapshot, refusal('OW_MATERIAL_UNITS', 'The quantity can be converted', message));
  }
  if (!isDecimal(quantity)) return refused(snapshot, tooLarge(material.name, quantity, units));
  if (quantity === '0' && material.quantity !== '0') {
    const message = `${material.quantity} ${material.units} of material ${material.name} are less than can be told in ${units}, the units of step ${step.name}.`;
    return refused(snapshot, refusal('OW_MATERIAL_UNITS', 'The quantity can be converted', message));
  }
  const state = stateAt(position, { product: material.product, units }, order?.order ?? null);
  const changes: MaterialChanges = {
    flowPath: position.path,
    state,
    ...(units !== material.units && { units, quantity }),
    ...(material.facility === null && step.facility !== null && { facility: step.facility }),
  };
  const violations =
    units !== material.units ? closedViolation(snapshot, 'the units') : completionViolation(snapshot, state);
  const back = convert(quantity, units, material.units, product.unitConversions);
  return proposal(snapshot, {
    changes,
    violations,
    warnings: back === material.quantity ? [] : [rounded(material, quantity, units)],
  });
}

function rounded({ name, quantity, units }: MaterialRow, to: Decimal, newUnits: string): Violation {
  const message = `${quantity} ${units} of material ${name} are ${to} ${newUnits}, rounded to 10 places.`;
  return refusal('OW_QUANTITY_ROUNDED', 'The quantity is converted exactly', message);
}

/** Whether shipping there delivers: the facility is remote, or terminates what is shipped to it (seed 2). */
export function delivers({ remote, terminateOnShip }: Facility): boolean {
  return remote || terminateOnShip;
}

/** Ship: to a facility that takes delivery it is delivered and terminated, to another it only goes there. */
export function proposeShip(snapshot: MaterialSnapshot, to: Facility): MaterialProposal {
  const delivered = delivers(to) ? ({ state: 'Delivered', universalState: 'Terminated' } as const) : {};
  return proposal(snapshot, { changes: { facility: to.name, ...delivered } });
}

/**
 * Split: new materials with these quantities, the rest stays; the total is kept exactly. Whether something must be left
 * is a rule's to say.
 */
export function proposeSplit(
  snapshot: MaterialSnapshot,
  quantities: readonly Decimal[],
  names: readonly string[],
): MaterialProposal {
  const { material } = snapshot;
  const rest = subtract(material.quantity, add('0', ...quantities));
  const violations = closedViolation(snapshot, 'the quantity');
  if (compareDecimals(rest, '0') < 0) {
    const message = `Material ${material.name} has ${material.quantity} ${material.units}; it can not be split into more.`;
    violations.push(refusal('OW_SPLIT_TOO_MUCH', 'No more is split off than there is', message));
  }
  if (quantities.some((quantity) => compareDecimals(quantity, '0') <= 0)) {
    const message = `Each quantity that is split off material ${material.name} is above 0.`;
    violations.push(refusal('OW_SPLIT_NOTHING', 'Each part has a quantity', message));
  }
  return proposal(snapshot, {
    changes: { quantity: rest },
    created: parts(material, quantities, names),
    violations,
  });
}

/**
 * Expand: all of the quantity goes to so many new materials, in equal parts, what does not divide to 10 places to the
 * last ones; the material itself is empty then, and terminated.
 */
export function proposeExpand(
  snapshot: MaterialSnapshot,
  count: number,
  names: readonly string[],
): MaterialProposal {
  const { material } = snapshot;
  const violations = closedViolation(snapshot, 'the quantity');
  const total = toScaled(material.quantity);
  if (count < 1 || total < BigInt(count)) {
    const message = `${material.quantity} ${material.units} of material ${material.name} can not be divided by ${count}.`;
    return refused(
      snapshot,
      ...violations,
      refusal('OW_EXPAND_NOTHING', 'Each part has a quantity', message),
    );
  }
  const share = total / BigInt(count);
  const larger = Number(total % BigInt(count));
  const quantities = Array.from({ length: count }, (_, index) =>
    fromScaled(index < count - larger ? share : share + 1n),
  );
  return proposal(snapshot, {
    changes: { quantity: '0', universalState: 'Terminated' },
    created: parts(material, quantities, names),
    violations,
  });
}

function parts(
  { product, units, facility, flowPath, state, universalState, priority, dueDate }: MaterialRow,
  quantities: readonly Decimal[],
  names: readonly string[],
): NewMaterial[] {
  const same = { product, units, facility, flowPath, state, universalState, priority, dueDate };
  return quantities.map((quantity, index) => ({ ...same, quantity, name: names[index] ?? '' }));
}

/** AdjustQuantity: a loss or a bonus, the one way to make or lose quantity of a material that goes on. */
export function proposeAdjustQuantity(snapshot: MaterialSnapshot, by: Decimal): MaterialProposal {
  const { material } = snapshot;
  const quantity = add(material.quantity, by);
  const violations = closedViolation(snapshot, 'the quantity');
  if (compareDecimals(quantity, '0') < 0) {
    const message = `Material ${material.name} has ${material.quantity} ${material.units}; ${by} would leave less than nothing.`;
    violations.push(refusal('OW_QUANTITY_BELOW_ZERO', 'The quantity is 0 or more', message));
  }
  if (!isDecimal(quantity)) {
    violations.push(tooLarge(material.name, quantity, material.units));
  }
  return proposal(snapshot, { changes: { quantity }, violations });
}

/** Terminate: it counts nowhere from then on. */
export function proposeTerminateMaterial(snapshot: MaterialSnapshot): MaterialProposal {
  return proposal(snapshot, { changes: { universalState: 'Terminated' } });
}

/** Whether a material's quantity can be told in an order's units. */
export function countsIn({ product, order }: OrderSnapshot, units: string): boolean {
  return conversionRatio(units, order.units, product.unitConversions) !== null;
}
