/**
 * Which order a material belongs to, and which it counts toward: Assign, Remove, ChangeProductionOrder (design 3.3,
 * domain 1.2). It belongs to one order at most and counts toward one at most, and these may be two.
 */
import { refusal, type Violation } from '../rules/verdict.js';
import type { DayOrInstant } from '../time.js';
import {
  completionViolation,
  currentOrder,
  membershipViolation,
  proposal,
  refused,
  stateChange,
  type MaterialProposal,
} from './material-proposal.js';
import type { MaterialSnapshot, OrderSnapshot } from './production-order.js';

/** A material that belongs to no order comes to one. It counts there, unless it still counts to another order. */
export function proposeAssign(snapshot: MaterialSnapshot, order: OrderSnapshot): MaterialProposal {
  const { material, links } = snapshot;
  const { name } = order.order;
  const current = links.find((link) => link.current)?.order;
  if (current !== undefined) {
    const message =
      current === name
        ? `Material ${material.name} belongs to ${name} already.`
        : `Material ${material.name} belongs to ${current}; remove it there, or change its order.`;
    return refused(snapshot, refusal('OW_MATERIAL_HAS_ORDER', 'The material belongs to no order', message));
  }
  const elsewhere = links.find((link) => link.accounts && link.order !== name);
  const others = links.filter((link) => link.order !== name);
  const changes = stateChange(snapshot, order);
  return proposal(snapshot, {
    changes,
    links: [...others, { order: name, accounts: elsewhere === undefined, current: true }],
    violations: [
      ...membershipViolation(order, `material ${material.name} can not be assigned to it`),
      ...completionViolation(snapshot, changes.state),
    ],
    warnings: elsewhere === undefined ? [] : [countsElsewhere(material.name, elsewhere.order, name)],
  });
}

function countsElsewhere(material: string, elsewhere: string, order: string): Violation {
  const message = `Material ${material} counts toward ${elsewhere} still, so it does not count toward ${order}.`;
  return refusal('OW_MATERIAL_ACCOUNTS_ELSEWHERE', 'A material counts toward one order', message);
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
  const rest = links.filter((link) => link.order !== order);
  const changes = stateChange(snapshot, currentOrder({ ...snapshot, links: rest }));
  const membership = membershipViolation(snapshot.orders.get(order), cannotLeave(material.name));
  return proposal(snapshot, {
    changes,
    links: rest,
    violations:
      membership.length > 0 ? membership : completionViolation({ ...snapshot, links: rest }, changes.state),
  });
}

function cannotLeave(material: string): string {
  return `material ${material} can not be removed from it`;
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
  const { material, links, orders } = snapshot;
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
  const counted = links.find((link) => link.accounts && !link.current && link.order !== order.name);
  const changes = stateChange(snapshot, target);
  const membership = [
    ...membershipViolation(orders.get(old.order), cannotLeave(material.name)),
    ...membershipViolation(target, `material ${material.name} can not come to it`),
  ];
  return proposal(snapshot, {
    changes: {
      ...changes,
      ...(input.copyPriority && { priority: order.priority }),
      ...(input.copyDueDate && { dueDate: dueDateOf(target) }),
    },
    links: [
      ...keeps.filter((link) => link.order !== order.name).map((link) => ({ ...link, current: false })),
      { order: order.name, accounts, current: true },
    ],
    violations: [
      ...membership,
      ...(counted !== undefined && input.accountsTo === 'new'
        ? stillCounts(snapshot, orders.get(counted.order))
        : []),
      ...(membership.length > 0 ? [] : completionViolation(snapshot, changes.state)),
    ],
  });
}

/** Taking the quantity along takes it from the order that it counts toward: that one is asked as Remove asks it. */
function stillCounts({ material }: MaterialSnapshot, counted: OrderSnapshot | undefined): Violation[] {
  if (counted === undefined) return [];
  const { name, state, universalState, restricted } = counted.order;
  if (state === 'Closed') return membershipViolation(counted, cannotLeave(material.name));
  const open = universalState === 'Active' && state !== 'Canceled';
  if (open && !restricted) return [];
  const why = open ? 'restricted' : universalState;
  const message = `Material ${material.name} counts toward ${name}, which is ${why}; its quantity has to stay there (accountsTo: old).`;
  return [refusal('OW_MATERIAL_ACCOUNTS_ELSEWHERE', 'The order that it counts toward lets it go', message)];
}

function dueDateOf({ order }: OrderSnapshot): DayOrInstant | null {
  return order.plannedEnd ?? order.dueDate;
}
