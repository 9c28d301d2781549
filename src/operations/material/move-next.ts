/** Material.MoveNext: into the next step of the flow, or into the one that is named (seed 2; design 3.2). */
import { MATERIAL_RULE_FOLDERS } from '../../core/order/material-operations.js';
import { proposeMoveNext } from '../../core/order/material-proposals.js';
import type { MaterialOperation } from './material-operation.js';

export const moveNext: MaterialOperation = {
  name: 'MoveNext',
  word: MATERIAL_RULE_FOLDERS.MoveNext,
  title: 'move materials to the next step',
  names: null,
  input: {
    type: 'object',
    additionalProperties: false,
    properties: { to: { type: 'string', minLength: 1 } },
  },
  propose: ({ snapshot, input }) => proposeMoveNext(snapshot, (input.to as string | undefined) ?? null),
};
