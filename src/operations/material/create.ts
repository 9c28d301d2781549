/** Material.Create: materials for an order (seed 2, Sequence of Steps; design 3.3). */
import { parseDecimal } from '../../core/decimal.js';
import { MATERIAL_RULE_FOLDERS } from '../../core/order/material-operations.js';
import { proposeCreate } from '../../core/order/material-proposals.js';
import { named, ORDER, type MaterialOperation } from './material-operation.js';

interface Input {
  quantity?: string | number;
  units?: string;
  facility?: string;
  flowPath?: string;
}

export const createMaterial: MaterialOperation = {
  name: 'Create',
  word: MATERIAL_RULE_FOLDERS.Create,
  title: 'create materials for an order',
  names: 'order',
  input: {
    type: 'object',
    additionalProperties: false,
    required: ['order'],
    properties: {
      order: ORDER,
      quantity: { type: ['number', 'string'], reads: 'positive-decimal' },
      units: { type: 'string', minLength: 1 },
      facility: { type: 'string', minLength: 1 },
      flowPath: { type: 'string', minLength: 1 },
    },
  },
  propose({ snapshot, order, input }) {
    const { quantity, units, facility, flowPath } = input as Input;
    // The flow path that is asked for may lead along a flow that the order itself has nothing to do with.
    return proposeCreate(
      { ...named(order), flows: snapshot.flows },
      {
        name: snapshot.material.name,
        quantity: quantity === undefined ? null : parseDecimal(String(quantity)),
        units: units ?? null,
        facility: facility ?? null,
        flowPath: flowPath ?? null,
      },
    );
  },
};
