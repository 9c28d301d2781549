/**
 * The facts about a material in an operation (design 3.3, 3.5). `order.*` is then the order that the operation is about:
 * the one that is named for Create, Assign and Remove, else the one that the material belongs to.
 */
import type { FactDefinition, Facts } from '../rules/fact.js';
import { delivers, type MaterialProposal } from './material-proposals.js';
import type { Facility, MaterialRow, MaterialSnapshot, OrderSnapshot } from './production-order.js';
import { convert, materialProgress } from './quantities.js';

const CHANGE = ['Change'];

export const MATERIAL_FACTS: readonly FactDefinition[] = [
  { name: 'material.name', type: 'text', meaning: 'Name of the material', changedBy: 'fixed' },
  { name: 'material.product', type: 'text', meaning: "The material's product", changedBy: 'fixed' },
  {
    name: 'material.state',
    type: 'text',
    meaning:
      'Created, InProgress, Completed or Delivered; Completed only where product and units are those of its order',
    changedBy: ['MoveNext'],
  },
  {
    name: 'material.universalState',
    type: 'text',
    meaning: 'Active or Terminated',
    changedBy: 'fixed',
  },
  {
    name: 'material.quantity',
    type: 'decimal',
    unit: 'material units',
    meaning: 'Quantity before the operation',
    changedBy: ['AdjustQuantity'],
  },
  {
    name: 'material.newQuantity',
    type: 'decimal',
    unit: 'material units after the operation',
    meaning: 'Quantity after the operation',
    changedBy: 'fixed',
  },
  {
    name: 'material.quantityInOrderUnits',
    type: 'decimal',
    unit: 'order units',
    meaning:
      'Quantity in the units of the order that it goes to, else of its order; none where nothing converts it',
    changedBy: 'fixed',
  },
  { name: 'material.units', type: 'text', meaning: 'Units before the operation', changedBy: 'fixed' },
  { name: 'material.newUnits', type: 'text', meaning: 'Units after the operation', changedBy: 'fixed' },
  {
    name: 'material.newState',
    type: 'text',
    meaning: 'State after the operation',
    changedBy: 'fixed',
  },
  { name: 'material.facility', type: 'text', meaning: 'Facility, where one is given', changedBy: ['Ship'] },
  {
    name: 'material.flowPath',
    type: 'text',
    meaning: 'Where it stands in its flow',
    changedBy: ['MoveNext'],
  },
  {
    name: 'material.newFlowPath',
    type: 'text',
    meaning: 'Where it stands after the operation',
    changedBy: 'fixed',
  },
  {
    name: 'material.accounts',
    type: 'boolean',
    meaning: 'It counts toward the quantities of the order it belongs to',
    changedBy: 'fixed',
  },
  {
    name: 'newOrder.name',
    type: 'text',
    meaning: 'The order that ChangeProductionOrder leads to',
    changedBy: 'fixed',
  },
  { name: 'newOrder.state', type: 'text', meaning: 'State of that order', changedBy: 'fixed' },
  {
    name: 'newOrder.universalState',
    type: 'text',
    meaning: 'Active or Terminated, of that order',
    changedBy: ['Unterminate'],
  },
  { name: 'newOrder.product', type: 'text', meaning: 'Product of that order', changedBy: CHANGE },
  {
    name: 'newOrder.restricted',
    type: 'boolean',
    meaning: 'That order is restricted',
    changedBy: CHANGE,
  },
  { name: 'facility.name', type: 'text', meaning: 'Where the material is shipped to', changedBy: 'fixed' },
  {
    name: 'facility.delivers',
    type: 'boolean',
    meaning: 'The facility is remote, or terminates what is shipped to it',
    changedBy: 'fixed',
  },
];

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
