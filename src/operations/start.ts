/** Start: Released -> InProgress by hand (seed 1); materials do not matter. */
import type { Operation } from './operation.js';
import { proposeTransition } from './state-operation.js';

export const start: Operation = {
  name: 'Start',
  word: 'start',
  title: 'start an order',
  input: { type: 'object', additionalProperties: false },
  propose: (context) => proposeTransition(context, 'Start'),
};
