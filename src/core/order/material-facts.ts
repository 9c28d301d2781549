/**
 * The facts about a material in an operation (design 3.3, 3.5); their values are in material-fact-values.ts. `order.*` is
 * then the order that the operation is about: the one that is named for Create, Assign and Remove, else the one that the
 * material belongs to.
 */
import type { FactDefinition } from '../rules/fact.js';

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
