/** Material.Assign: a material that belongs to no order comes to one (design 3.3). */
import { MATERIAL_RULE_FOLDERS } from '../../core/order/material-operations.js';
import { proposeAssign } from '../../core/order/material-proposals.js';
import { named, ORDER, type MaterialOperation } from './material-operation.js';

export const assign: MaterialOperation = {
  name: 'Assign',
  word: MATERIAL_RULE_FOLDERS.Assign,
  title: 'assign materials to an order',
  names: 'order',
  input: { type: 'object', additionalProperties: false, required: ['order'], properties: { order: ORDER } },
  propose: ({ snapshot, order }) => proposeAssign(snapshot, named(order)),
};
