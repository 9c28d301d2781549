/** The facts that the shipped rules read, with the definitions that the kernel and the step plugin give them. */
import type { FactDefinition, FactType } from '../../../src/core/rules/fact.js';
import { createFactRegistry } from '../../../src/core/rules/fact.js';

const CHANGE = ['Change', 'Create'];
const PLAN = ['Change', 'Release', 'Create'];
const MOVE = ['MoveNext'];

function facts(type: FactType, changedBy: FactDefinition['changedBy'], ...names: string[]): FactDefinition[] {
  return names.map((name) => ({ name, type, meaning: name, changedBy }));
}

export const testRegistry = createFactRegistry(
  facts('text', 'fixed', 'order.name', 'order.state', 'order.units', 'order.facility', 'order.company'),
  facts('text', ['Unterminate'], 'order.universalState'),
  facts('text', CHANGE, 'order.product', 'order.flowPath'),
  facts('integer', CHANGE, 'order.priority'),
  facts('integer', MOVE, 'order.materialsInProgress', 'order.materialsCreated'),
  facts('integer', 'fixed', 'order.materials'),
  facts('decimal', CHANGE, 'order.quantity', 'order.overDeliveryTolerance', 'order.underDeliveryTolerance'),
  facts('decimal', MOVE, 'order.inProgressQuantity', 'order.completedQuantity'),
  facts(
    'decimal',
    'fixed',
    'order.deliveredQuantity',
    'order.minimumCloseQuantity',
    'order.maximumCloseQuantity',
  ),
  facts('instant', CHANGE, 'order.startDate', 'order.dueDate'),
  facts('instant', PLAN, 'order.plannedStart', 'order.plannedEnd'),
  facts('boolean', CHANGE, 'order.restricted', 'order.includeInPlanning'),
  facts('boolean', ['Product.ManageScheduling'], 'product.includeInSchedule'),
  facts('text', ['Product.ManageScheduling'], 'product.schedulingMode'),
  facts('text', 'fixed', 'product.name', 'product.productGroup'),
  facts('text', 'fixed', 'flowPath.path', 'flowPath.facility', 'flowPath.problem', 'startStep.path'),
  facts('text', ['Step.ManageScheduling'], 'startStep.productionOrderSchedulingMode'),
  facts('decimal', ['Step.ManageScheduling'], 'startStep.productionOrderStepSize'),
);
