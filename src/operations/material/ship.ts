/** Material.Ship: to another facility, which may take delivery (seed 2; design 3.2). */
import { MATERIAL_RULE_FOLDERS } from '../../core/order/material-operations.js';
import { proposeShip } from '../../core/order/material-proposals.js';
import type { MaterialOperation } from './material-operation.js';

export const ship: MaterialOperation = {
  name: 'Ship',
  word: MATERIAL_RULE_FOLDERS.Ship,
  title: 'ship materials to a facility',
  names: null,
  input: {
    type: 'object',
    additionalProperties: false,
    required: ['facility'],
    properties: { facility: { type: 'string', minLength: 1 } },
  },
  propose({ snapshot, facility }) {
    if (facility === null) throw new Error('Ship was asked without a facility');
    return proposeShip(snapshot, facility);
  },
};
