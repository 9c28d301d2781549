/** Material.ChangeProductionOrder: a material goes from its order to another (seed 2; domain 1.2). */
import { MATERIAL_RULE_FOLDERS } from '../../core/order/material-operations.js';
import { proposeChangeProductionOrder } from '../../core/order/material-proposals.js';
import { named, ORDER, type MaterialOperation } from './material-operation.js';

interface Input {
  accountsTo?: 'old' | 'new';
  copyPriority?: boolean;
  copyDueDate?: boolean;
}

export const changeProductionOrder: MaterialOperation = {
  name: 'ChangeProductionOrder',
  word: MATERIAL_RULE_FOLDERS.ChangeProductionOrder,
  title: 'change the order of materials',
  names: 'newOrder',
  input: {
    type: 'object',
    additionalProperties: false,
    required: ['order'],
    properties: {
      order: ORDER,
      accountsTo: { enum: ['old', 'new'] },
      copyPriority: { type: 'boolean' },
      copyDueDate: { type: 'boolean' },
    },
  },
  propose({ snapshot, newOrder, input }) {
    const { accountsTo = 'new', copyPriority = false, copyDueDate = false } = input as Input;
    return proposeChangeProductionOrder(snapshot, named(newOrder), { accountsTo, copyPriority, copyDueDate });
  },
};
