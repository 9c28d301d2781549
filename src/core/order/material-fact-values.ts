/** The values of the facts about a material in an operation (material-facts.ts). */
import type { Facts } from '../rules/fact.js';
import { delivers, type MaterialProposal } from './material-proposals.js';
import type { Facility, MaterialRow, MaterialSnapshot, OrderSnapshot } from './production-order.js';
import { convert, materialProgress } from './quantities.js';

/** What an operation on a material is about, beside the material. */
export interface MaterialSubject {
  snapshot: MaterialSnapshot;
  /** The order that the operation is about; null where there is none. */
  order: OrderSnapshot | null;
  /** The order that ChangeProductionOrder leads to. */
  newOrder: OrderSnapshot | null;
  /** Where the material is shipped to. */
  facility: Facility | null;
}

/** The values of the material facts; those that do not apply are null. */
export function materialFacts(subject: MaterialSubject, proposal: MaterialProposal): Facts {
  const { snapshot, order, newOrder, facility } = subject;
  const { links } = snapshot;
  const material = materialBefore(snapshot, proposal);
  const after = { ...material, ...proposal.changes };
  const accounts = links.find((link) => link.order === order?.order.name)?.accounts ?? null;
  const inOrder = newOrder ?? order;
  return {
    'material.name': material.name,
    'material.product': material.product,
    'material.state':
      order === null
        ? material.state
        : (materialProgress(order.order, { ...material, accounts: true }) ?? material.state),
    'material.universalState': material.universalState,
    'material.quantity': material.quantity,
    'material.newQuantity': after.quantity,
    'material.quantityInOrderUnits':
      inOrder === null
        ? null
        : convert(material.quantity, material.units, inOrder.order.units, inOrder.product.unitConversions),
    'material.units': material.units,
    'material.newUnits': after.units,
    'material.newState': after.state,
    'material.facility': material.facility,
    'material.flowPath': material.flowPath,
    'material.newFlowPath': after.flowPath,
    'material.accounts': accounts,
    'newOrder.name': newOrder?.order.name ?? null,
    'newOrder.state': newOrder?.order.state ?? null,
    'newOrder.universalState': newOrder?.order.universalState ?? null,
    'newOrder.product': newOrder?.order.product ?? null,
    'newOrder.restricted': newOrder?.order.restricted ?? null,
    'facility.name': facility?.name ?? null,
    'facility.delivers': facility === null ? null : delivers(facility),
  };
}

/** The material as it is; one that is yet to be, which the host has no key of, as it would be made. */
function materialBefore({ material }: MaterialSnapshot, { created }: MaterialProposal): MaterialRow {
  return material.id === '' ? { ...material, ...created[0] } : material;
}
