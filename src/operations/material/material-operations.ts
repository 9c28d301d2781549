/** All operations on materials, in the order in which they are listed to a reader. */
import { OrderwrightError } from '../../core/problem.js';
import { adjustQuantity } from './adjust-quantity.js';
import { assign } from './assign.js';
import { changeProductionOrder } from './change-production-order.js';
import { createMaterial } from './create.js';
import { expand } from './expand.js';
import type { MaterialOperation } from './material-operation.js';
import { moveNext } from './move-next.js';
import { remove } from './remove.js';
import { ship } from './ship.js';
import { split } from './split.js';
import { terminateMaterial } from './terminate.js';

export const materialOperations: readonly MaterialOperation[] = [
  createMaterial,
  assign,
  remove,
  changeProductionOrder,
  moveNext,
  ship,
  split,
  expand,
  adjustQuantity,
  terminateMaterial,
];

/**
 * The operation of a name (`Split`, `Material.Split`) or a rule folder (`split`).
 * @throws OrderwrightError OW_OPERATION_UNKNOWN, wrong usage.
 */
export function findMaterialOperation(nameOrWord: string): MaterialOperation {
  const wanted = nameOrWord.replace(/^Material\./, '');
  const operation = materialOperations.find(({ name, word }) => name === wanted || word === wanted);
  if (operation !== undefined) return operation;
  const known = materialOperations.map(({ name }) => name).join(', ');
  throw new OrderwrightError(
    'OW_OPERATION_UNKNOWN',
    `There is no operation ${nameOrWord} on a material.\nMaybe one of: ${known}`,
    [],
    true,
  );
}
