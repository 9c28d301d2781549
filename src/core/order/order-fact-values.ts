/** The values of the facts about an order, its product and its flow path (order-facts.ts). */
import type { Decimal } from '../decimal.js';
import type { Facts } from '../rules/fact.js';
import { toInstant } from '../time.js';
import type { ResolvedFlowPath } from './flow-path.js';
import type { OrderSnapshot } from './production-order.js';
import { fromScaled, shownQuantities, toScaled } from './quantities.js';

/**
 * The values of the kernel's facts for one order.
 * @param flowPath how the flow path in force resolves; null where none is assigned.
 */
export function orderFacts(snapshot: OrderSnapshot, flowPath: ResolvedFlowPath | null): Facts {
  const { order, product, timeZone } = snapshot;
  const quantities = shownQuantities(snapshot);
  const countable = quantities.missingConversions.length === 0;
  const at = (value: string | null, edge: 'start' | 'end') =>
    value === null ? null : toInstant(value, timeZone, edge);
  return {
    'order.name': order.name,
    'order.state': order.state,
    'order.universalState': order.universalState,
    'order.product': order.product,
    'order.units': order.units,
    'order.facility': order.facility,
    'order.company': order.company,
    'order.flowPath': order.flowPath,
    'order.priority': order.priority,
    'order.startDate': at(order.startDate, 'start'),
    'order.dueDate': at(order.dueDate, 'end'),
    'order.plannedStart': at(order.plannedStart, 'start'),
    'order.plannedEnd': at(order.plannedEnd, 'end'),
    'order.restricted': order.restricted,
    'order.includeInPlanning': order.includeInPlanning,
    'order.quantity': order.quantity,
    // A sum that leaves a material out would be a wrong verdict: without a conversion the quantities are unknown.
    'order.inProgressQuantity': countable ? quantities.inProgress : null,
    'order.completedQuantity': countable ? quantities.completed : null,
    'order.completedShare': countable ? shareOf(quantities.completed, order.quantity) : null,
    'order.deliveredQuantity': countable ? quantities.delivered : null,
    'order.overDeliveryTolerance': order.overDeliveryTolerance,
    'order.underDeliveryTolerance': order.underDeliveryTolerance,
    'order.minimumCloseQuantity': quantities.minimumCloseQuantity,
    'order.maximumCloseQuantity': quantities.maximumCloseQuantity,
    'order.materials': quantities.materials,
    'order.materialsCreated': quantities.materialsCreated,
    'order.materialsInProgress': quantities.materialsInProgress,
    'product.name': product.name,
    'product.productGroup': product.productGroup,
    'product.includeInSchedule': product.includeInSchedule,
    'product.schedulingMode': product.schedulingMode,
    'flowPath.path': order.flowPath ?? product.flowPath,
    'flowPath.facility': flowPath?.ok === true ? flowPath.facility : null,
    'flowPath.problem': flowPath?.ok === false ? flowPath.problem : null,
  };
}

/** Rounded down, so that no share is reached before its quantity is. */
function shareOf(part: Decimal, whole: Decimal): Decimal | null {
  const divisor = toScaled(whole);
  return divisor <= 0n ? null : fromScaled((toScaled(part) * toScaled('1')) / divisor);
}
