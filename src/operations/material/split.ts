/** Material.Split: new materials with a part of the quantity, which stay in the same order (seed 2; design 3.3). */
import { parseDecimal } from '../../core/decimal.js';
import { MATERIAL_RULE_FOLDERS } from '../../core/order/material-operations.js';
import { MAXIMUM_CREATED, proposeSplit } from '../../core/order/material-proposals.js';
import type { MaterialOperation } from './material-operation.js';

export const split: MaterialOperation = {
  name: 'Split',
  word: MATERIAL_RULE_FOLDERS.Split,
  title: 'split materials',
  names: null,
  input: {
    type: 'object',
    additionalProperties: false,
    required: ['quantities'],
    properties: {
      quantities: {
        type: 'array',
        minItems: 1,
        maxItems: MAXIMUM_CREATED,
        items: { type: ['number', 'string'], reads: 'positive-decimal' },
      },
    },
  },
  async propose({ snapshot, input, freeNames }) {
    const quantities = (input.quantities as (string | number)[]).map((value) => parseDecimal(String(value)));
    return proposeSplit(snapshot, quantities, await freeNames(snapshot.material.name, quantities.length));
  },
};
