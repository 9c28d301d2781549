/**
 * What an operation on a material would come to, and what no rule can lift: a terminated material is not acted on, and
 * what belongs to a closed order stays as it is (seed 2, design 3.3).
 */
import { refusal, type Violation } from '../rules/verdict.js';
import { flowExpansions } from './flow-path.js';
import { stateInOrder } from './material-progress.js';
import type {
  MaterialRow,
  MaterialSnapshot,
  OrderSnapshot,
  ProductionOrderMaterial,
} from './production-order.js';

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

export function proposal(snapshot: MaterialSnapshot, part: Partial<MaterialProposal> = {}): MaterialProposal {
  return { changes: {}, links: snapshot.links, created: [], violations: [], warnings: [], ...part };
}

export function refused(snapshot: MaterialSnapshot, ...violations: Violation[]): MaterialProposal {
  return proposal(snapshot, { violations });
}

/** The order that the material belongs to now. */
export function currentOrder({ links, orders }: MaterialSnapshot): OrderSnapshot | null {
  const link = links.find(({ current }) => current);
  return link === undefined ? null : (orders.get(link.order) ?? null);
}

/** A closed order that the material belongs or counts to: what it was closed with does not change any more. */
export function closedOrder({ links, orders }: MaterialSnapshot): string | null {
  const counted = links.filter(({ accounts, current }) => accounts || current);
  return counted.find(({ order }) => orders.get(order)?.order.state === 'Closed')?.order ?? null;
}

/** A terminated material is not acted on; a delivered one is terminated. */
export function activeViolation({ material }: MaterialSnapshot): Violation | null {
  if (material.universalState === 'Active') return null;
  const how = material.state === 'Delivered' ? 'delivered' : 'terminated';
  return refusal('OW_MATERIAL_TERMINATED', 'The material is active', `Material ${material.name} is ${how}.`);
}

/** Refuses to change what a closed order keeps of its materials; `what` names it. */
export function closedViolation(snapshot: MaterialSnapshot, what: string): Violation[] {
  const closed = closedOrder(snapshot);
  if (closed === null) return [];
  const message = `Production Order ${closed} is Closed: ${what} of its material ${snapshot.material.name} can not be changed.`;
  return [refusal('OW_ORDER_CLOSED', 'A closed order keeps its materials as they are', message)];
}

/** Refuses what would make a closed order's material completed, or no longer completed. */
export function completionViolation(
  snapshot: MaterialSnapshot,
  state: MaterialRow['state'] | undefined,
): Violation[] {
  const completed = snapshot.material.state === 'Completed';
  return state === undefined || (state === 'Completed') === completed
    ? []
    : closedViolation(snapshot, 'the completion');
}

/** Nothing comes to a closed order and nothing leaves it; `what` says which of the two. */
export function membershipViolation(order: OrderSnapshot | undefined, what: string): Violation[] {
  if (order?.order.state !== 'Closed') return [];
  const message = `Production Order ${order.order.name} is Closed: ${what}.`;
  return [refusal('OW_ORDER_CLOSED', 'A closed order keeps its materials as they are', message)];
}

/** What the material becomes by belonging to this order, or to none. */
export function stateChange(
  { material, flows }: MaterialSnapshot,
  order: OrderSnapshot | null,
): MaterialChanges {
  const state = stateInOrder(material, flowExpansions(flows), order?.order ?? null);
  return state === material.state ? {} : { state };
}
