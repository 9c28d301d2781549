/**
 * What each operation on a material would come to (design 3.3): the material's row, its links to orders and the
 * materials made from it. Pure: what no rule can lift is refused here, everything else is the rules' to refuse.
 * Quantity is neither made nor lost, but by AdjustQuantity and Terminate.
 */
import { add, compareDecimals, isDecimal, subtract, type Decimal } from '../decimal.js';
import { refusal, type Violation } from '../rules/verdict.js';
import type { DayOrInstant } from '../time.js';
import { flowExpansions } from './flow-path.js';
import { nextPosition, stateAt, stateInOrder, stepAt } from './material-progress.js';
import type {
  Facility,
  MaterialRow,
  MaterialSnapshot,
  OrderSnapshot,
  ProductionOrderMaterial,
} from './production-order.js';
import { conversionRatio, convert, fromScaled, shownQuantities, sumInUnits, toScaled } from './quantities.js';

/** What an operation may write of a material's row. */
export type MaterialChanges = Partial<
  Pick<
    MaterialRow,
    'quantity' | 'units' | 'facility' | 'flowPath' | 'state' | 'universalState' | 'priority' | 'dueDate'
  >
>;

/** A material that does not exist yet. */
export type NewMaterial = Omit<MaterialRow, 'id' | 'rowVersion'>;

export interface MaterialProposal {
  changes: MaterialChanges;
  /** All orders that the material belongs or counts to afterwards. */
  links: ProductionOrderMaterial[];
  /** Materials that come into being, with the same links. */
  created: NewMaterial[];
  violations: Violation[];
  warnings: Violation[];
}

/** The most materials that one operation makes. */
export const MAXIMUM_CREATED = 10_000;

function proposal(snapshot: MaterialSnapshot, part: Partial<MaterialProposal> = {}): MaterialProposal {
  return { changes: {}, links: snapshot.links, created: [], violations: [], warnings: [], ...part };
}

function refused(snapshot: MaterialSnapshot, ...violations: Violation[]): MaterialProposal {
  return proposal(snapshot, { violations });
}

/** The order that the material belongs to now. */
export function currentOrder({ links, orders }: MaterialSnapshot): OrderSnapshot | null {
  const link = links.find(({ current }) => current);
  return link === undefined ? null : (orders.get(link.order) ?? null);
}

/** A closed order that the material belongs or counts to: what it was closed with does not change any more. */
export function closedOrder({ links, orders }: MaterialSnapshot): string | null {
  return links.find(({ order }) => orders.get(order)?.order.state === 'Closed')?.order ?? null;
}

/** A terminated material is not acted on; a delivered one is terminated. */
export function activeViolation({ material }: MaterialSnapshot): Violation | null {
  if (material.universalState === 'Active') return null;
  const how = material.state === 'Delivered' ? 'delivered' : 'terminated';
  return refusal('OW_MATERIAL_TERMINATED', 'The material is active', `Material ${material.name} is ${how}.`);
}

function closedViolation(snapshot: MaterialSnapshot, what: string): Violation[] {
  const closed = closedOrder(snapshot);
  if (closed === null) return [];
  const message = `Production Order ${closed} is Closed: ${what} of its material ${snapshot.material.name} can not be changed.`;
  return [refusal('OW_ORDER_CLOSED', 'A closed order keeps its materials as they are', message)];
}

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
  const violations: Violation[] = [];
  if (quantity === null || compareDecimals(quantity, '0') <= 0) {
    const message = `All of ${order.order.name} is on materials; say the quantity of ${input.name}.`;
    violations.push(refusal('OW_MATERIAL_QUANTITY', 'There is something to make', message));
  }
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

/** A material that belongs to no order comes to one. It counts there, unless it still counts to another order. */
export function proposeAssign(snapshot: MaterialSnapshot, order: OrderSnapshot): MaterialProposal {
  const { material, links } = snapshot;
  const { name } = order.order;
  const current = currentOrder(snapshot)?.order.name;
  if (current !== undefined) {
    const message =
      current === name
        ? `Material ${material.name} belongs to ${name} already.`
        : `Material ${material.name} belongs to ${current}; remove it there, or change its order.`;
    return refused(snapshot, refusal('OW_MATERIAL_HAS_ORDER', 'The material belongs to no order', message));
  }
  const elsewhere = links.find((link) => link.accounts && link.order !== name);
  const warnings = elsewhere === undefined ? [] : [countsElsewhere(material.name, elsewhere.order, name)];
  const others = links.filter((link) => link.order !== name);
  return proposal(snapshot, {
    changes: stateChange(snapshot, order),
    links: [...others, { order: name, accounts: elsewhere === undefined, current: true }],
    warnings,
  });
}

function countsElsewhere(material: string, elsewhere: string, order: string): Violation {
  const message = `Material ${material} counts toward ${elsewhere} still, so it does not count toward ${order}.`;
  return refusal('OW_MATERIAL_ACCOUNTS_ELSEWHERE', 'A material counts toward one order', message);
}

function stateChange(snapshot: MaterialSnapshot, order: OrderSnapshot | null): MaterialChanges {
  const { material, flows } = snapshot;
  const state = stateInOrder(material, flowExpansions(flows), order?.order ?? null);
  return state === material.state ? {} : { state };
}

/** A material goes from an order, whether it belongs to it now or only counts toward it. */
export function proposeRemove(snapshot: MaterialSnapshot, order: string): MaterialProposal {
  const { material, links } = snapshot;
  if (!links.some((link) => link.order === order)) {
    const message = `Material ${material.name} does not belong to ${order}.`;
    return refused(
      snapshot,
      refusal('OW_MATERIAL_NOT_IN_ORDER', 'The material belongs to the order', message),
    );
  }
  const closed = snapshot.orders.get(order)?.order.state === 'Closed';
  const rest = links.filter((link) => link.order !== order);
  const remaining = currentOrder({ ...snapshot, links: rest });
  return proposal(snapshot, {
    changes: stateChange(snapshot, remaining),
    links: rest,
    violations: closed ? closedViolation(snapshot, 'the order') : [],
  });
}

export interface ChangeProductionOrderInput {
  accountsTo: 'old' | 'new';
  copyPriority: boolean;
  copyDueDate: boolean;
}

/**
 * A material goes from its order to another (domain 1.2, Change Material Production Order). `accountsTo: old` leaves its
 * quantity where it counts now, `new` takes it along.
 */
export function proposeChangeProductionOrder(
  snapshot: MaterialSnapshot,
  target: OrderSnapshot,
  input: ChangeProductionOrderInput,
): MaterialProposal {
  const { material, links } = snapshot;
  const { order } = target;
  const old = links.find(({ current }) => current);
  if (old === undefined) {
    const message = `Material ${material.name} belongs to no order; assign it.`;
    return refused(
      snapshot,
      refusal('OW_MATERIAL_HAS_NO_ORDER', 'The material belongs to an order', message),
    );
  }
  if (old.order === order.name) {
    const message = `Material ${material.name} belongs to ${order.name} already.`;
    return refused(snapshot, refusal('OW_ORDER_SAME', 'The orders are different', message));
  }
  const keeps = input.accountsTo === 'old' ? links.filter(({ accounts }) => accounts) : [];
  const accounts = keeps.some((link) => link.order === order.name) || input.accountsTo === 'new';
  const violations = closedViolation(snapshot, 'the order');
  return proposal(snapshot, {
    changes: {
      ...stateChange(snapshot, target),
      ...(input.copyPriority && { priority: order.priority }),
      ...(input.copyDueDate && { dueDate: dueDateOf(target) }),
    },
    links: [
      ...keeps.filter((link) => link.order !== order.name).map((link) => ({ ...link, current: false })),
      { order: order.name, accounts, current: true },
    ],
    violations,
  });
}

function dueDateOf({ order }: OrderSnapshot): DayOrInstant | null {
  return order.plannedEnd ?? order.dueDate;
}

/**
 * MoveNext: into the next step of the flow, or into the one that is named. The step gives the units and says whether the
 * material is completed there.
 */
export function proposeMoveNext(snapshot: MaterialSnapshot, to: string | null): MaterialProposal {
  const { material, product, flows } = snapshot;
  const order = currentOrder(snapshot);
  const made = order?.order.flowPath ?? order?.product.flowPath ?? product.flowPath;
  const expansions = flowExpansions(flows);
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
  if (quantity === null || !isDecimal(quantity)) {
    const message = `There is no unit conversion of ${material.product} from ${material.units} to ${units}, the units of step ${step.name}.`;
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
    units !== material.units
      ? closedViolation(snapshot, 'the units')
      : (state === 'Completed') !== (material.state === 'Completed')
        ? closedViolation(snapshot, 'the completion')
        : [];
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

/** Split: new materials with these quantities, the rest stays; the total is kept exactly. */
export function proposeSplit(
  snapshot: MaterialSnapshot,
  quantities: readonly Decimal[],
  names: readonly string[],
): MaterialProposal {
  const { material } = snapshot;
  const rest = subtract(material.quantity, add('0', ...quantities));
  const violations = closedViolation(snapshot, 'the quantity');
  if (compareDecimals(rest, '0') <= 0) {
    const message = `Material ${material.name} has ${material.quantity} ${material.units}: something must be left of it.`;
    violations.push(refusal('OW_SPLIT_TOO_MUCH', 'Something is left', message));
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
  if (total < BigInt(count)) {
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
    const message = `Material ${material.name} would have ${quantity} ${material.units}, more than 18 digits.`;
    violations.push(refusal('OW_QUANTITY_TOO_LARGE', 'The quantity has 18 digits at most', message));
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
