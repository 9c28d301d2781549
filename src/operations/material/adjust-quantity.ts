/** Material.AdjustQuantity: a loss or a bonus, with its reason (design 3.3). */
import { parseDecimal } from '../../core/decimal.js';
import { MATERIAL_RULE_FOLDERS } from '../../core/order/material-operations.js';
import { proposeAdjustQuantity } from '../../core/order/material-proposals.js';
import { REASON, type MaterialOperation } from './material-operation.js';

export const adjustQuantity: MaterialOperation = {
  name: 'AdjustQuantity',
  word: MATERIAL_RULE_FOLDERS.AdjustQuantity,
  title: 'adjust the quantity of materials by a loss or a bonus',
  names: null,
  input: {
    type: 'object',
    additionalProperties: false,
    required: ['by', 'reason'],
    properties: { by: { type: ['number', 'string'], reads: 'decimal' }, reason: REASON },
  },
  propose({ snapshot, input }) {
    const { by } = input as { by: string | number };
    return proposeAdjustQuantity(snapshot, parseDecimal(String(by)));
  },
};
