/** Material.Remove: a material goes from an order (design 3.3). */
import { MATERIAL_RULE_FOLDERS } from '../../core/order/material-operations.js';
import { proposeRemove } from '../../core/order/material-proposals.js';
import { named, ORDER, type MaterialOperation } from './material-operation.js';

export const remove: MaterialOperation = {
  name: 'Remove',
  word: MATERIAL_RULE_FOLDERS.Remove,
  title: 'remove materials from an order',
  names: 'order',
  input: { type: 'object', additionalProperties: false, required: ['order'], properties: { order: ORDER } },
  propose: ({ snapshot, order }) => proposeRemove(snapshot, named(order).order.name),
};
