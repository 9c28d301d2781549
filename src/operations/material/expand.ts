/** Material.Expand: all of a material in so many new ones, which stay in the same order (seed 2; design 3.3). */
import { MATERIAL_RULE_FOLDERS } from '../../core/order/material-operations.js';
import { MAXIMUM_CREATED, proposeExpand } from '../../core/order/material-proposals.js';
import type { MaterialOperation } from './material-operation.js';

export const expand: MaterialOperation = {
  name: 'Expand',
  word: MATERIAL_RULE_FOLDERS.Expand,
  title: 'expand materials into so many',
  names: null,
  input: {
    type: 'object',
    additionalProperties: false,
    required: ['count'],
    properties: { count: { type: 'integer', minimum: 1, maximum: MAXIMUM_CREATED } },
  },
  async propose({ snapshot, input, freeNames }) {
    const count = input.count as number;
    return proposeExpand(snapshot, count, await freeNames(snapshot.material.name, count));
  },
};
