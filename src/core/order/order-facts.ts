/**
 * The facts about an order, its product and its flow path: what a rule may test (design 3.5). Their values are in
 * order-fact-values.ts, and a test compares the two; the names alone are needed sooner, to check a plugin's.
 */
import type { FactDefinition } from '../rules/fact.js';

const CHANGE = ['Change', 'Create'];
const PLAN = ['Change', 'Release', 'Create'];
const MOVE = ['MoveNext'];
const PRODUCT_SCHEDULING = ['Product.ManageScheduling'];

export const ORDER_FACTS: readonly FactDefinition[] = [
  { name: 'order.name', type: 'text', meaning: 'Name of the production order', changedBy: 'fixed' },
  {
    name: 'order.state',
    type: 'text',
    meaning: 'Created, Released, InProgress, Completed, Closed or Canceled',
    changedBy: 'fixed',
  },
  {
    name: 'order.universalState',
    type: 'text',
    meaning: 'Active or Terminated',
    changedBy: ['Unterminate'],
  },
  { name: 'order.product', type: 'text', meaning: 'Name of the product to be made', changedBy: CHANGE },
  { name: 'order.units', type: 'text', meaning: 'Units of the quantity', changedBy: 'fixed' },
  { name: 'order.facility', type: 'text', meaning: 'Facility, where one is given', changedBy: ['Create'] },
  { name: 'order.company', type: 'text', meaning: 'Company, where one is given', changedBy: 'fixed' },
  { name: 'order.flowPath', type: 'text', meaning: "The order's own flow path", changedBy: CHANGE },
  {
    name: 'order.priority',
    type: 'integer',
    meaning: '1 is High, 2 Medium, 3 Low; lower goes first',
    changedBy: CHANGE,
  },
  {
    name: 'order.startDate',
    type: 'instant',
    meaning: 'Earliest start; a day begins at midnight',
    changedBy: CHANGE,
  },
  { name: 'order.dueDate', type: 'instant', meaning: 'Due; a day is due at its end', changedBy: CHANGE },
  { name: 'order.plannedStart', type: 'instant', meaning: 'Planned start', changedBy: PLAN },
  { name: 'order.plannedEnd', type: 'instant', meaning: 'Planned end', changedBy: PLAN },
  {
    name: 'order.restricted',
    type: 'boolean',
    meaning: 'No material is assigned or removed',
    changedBy: CHANGE,
  },
  { name: 'order.includeInPlanning', type: 'boolean', meaning: 'The order is planned', changedBy: CHANGE },
  {
    name: 'order.quantity',
    type: 'decimal',
    unit: 'order units',
    meaning: 'Quantity ordered',
    changedBy: CHANGE,
  },
  {
    name: 'order.inProgressQuantity',
    type: 'decimal',
    unit: 'order units',
    meaning: 'On accounting materials that are in progress',
    changedBy: MOVE,
  },
  {
    name: 'order.completedQuantity',
    type: 'decimal',
    unit: 'order units',
    meaning: 'On accounting materials that are completed or were delivered since',
    changedBy: MOVE,
  },
  {
    name: 'order.completedShare',
    type: 'decimal',
    unit: 'share of the quantity',
    meaning: 'completedQuantity / quantity, rounded down to 10 places: for lower bounds; 0.95 is 95 %',
    changedBy: MOVE,
  },
  {
    name: 'order.deliveredQuantity',
    type: 'decimal',
    unit: 'order units',
    meaning: 'On accounting materials that are delivered',
    changedBy: ['Ship'],
  },
  {
    name: 'order.overDeliveryTolerance',
    type: 'decimal',
    unit: 'share of the quantity',
    meaning: 'How much more than the quantity may be completed; 0.1 is 10 %',
    changedBy: CHANGE,
  },
  {
    name: 'order.underDeliveryTolerance',
    type: 'decimal',
    unit: 'share of the quantity',
    meaning: 'How much less than the quantity may be completed; 0.1 is 10 %',
    changedBy: CHANGE,
  },
  {
    name: 'order.minimumCloseQuantity',
    type: 'decimal',
    unit: 'order units',
    meaning: 'quantity x (1 - underDeliveryTolerance)',
    changedBy: 'fixed',
  },
  {
    name: 'order.maximumCloseQuantity',
    type: 'decimal',
    unit: 'order units',
    meaning: 'quantity x (1 + overDeliveryTolerance)',
    changedBy: 'fixed',
  },
  {
    name: 'order.materials',
    type: 'integer',
    unit: 'materials',
    meaning: 'Active materials of the order',
    changedBy: 'fixed',
  },
  {
    name: 'order.materialsCreated',
    type: 'integer',
    unit: 'materials',
    meaning: 'Active materials of the order that have not entered a step yet',
    changedBy: MOVE,
  },
  {
    name: 'order.materialsInProgress',
    type: 'integer',
    unit: 'materials',
    meaning: 'Active materials of the order in progress, accounting or not',
    changedBy: MOVE,
  },
  { name: 'product.name', type: 'text', meaning: 'Name of the product', changedBy: 'fixed' },
  { name: 'product.productGroup', type: 'text', meaning: 'Product group', changedBy: 'fixed' },
  {
    name: 'product.includeInSchedule',
    type: 'boolean',
    meaning: 'The product is scheduled',
    changedBy: PRODUCT_SCHEDULING,
  },
  {
    name: 'product.schedulingMode',
    type: 'text',
    meaning: 'ProductionOrder or Material',
    changedBy: PRODUCT_SCHEDULING,
  },
  {
    name: 'flowPath.path',
    type: 'text',
    meaning: "The flow path in force: the order's own, else the product's",
    changedBy: 'fixed',
  },
  {
    name: 'flowPath.facility',
    type: 'text',
    meaning: 'Facility of the step that the flow path addresses',
    changedBy: 'fixed',
  },
  {
    name: 'flowPath.problem',
    type: 'text',
    meaning: 'Why the flow path does not resolve; none where it does',
    changedBy: 'fixed',
  },
];
