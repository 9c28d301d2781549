/** Material.Terminate: a material counts nowhere from then on, with the reason (design 3.2, 3.3). */
import { MATERIAL_RULE_FOLDERS } from '../../core/order/material-operations.js';
import { proposeTerminateMaterial } from '../../core/order/material-proposals.js';
import { REASON, type MaterialOperation } from './material-operation.js';

export const terminateMaterial: MaterialOperation = {
  name: 'Terminate',
  word: MATERIAL_RULE_FOLDERS.Terminate,
  title: 'terminate materials',
  names: null,
  input: {
    type: 'object',
    additionalProperties: false,
    required: ['reason'],
    properties: { reason: REASON },
  },
  propose: ({ snapshot }) => proposeTerminateMaterial(snapshot),
};
