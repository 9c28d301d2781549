/** Reopen: Closed -> Completed. */
import type { Operation } from './operation.js';
import { proposeTransition } from './state-operation.js';

export const reopen: Operation = {
  name: 'Reopen',
  word: 'reopen',
  title: 'reopen a closed order',
  input: { type: 'object', additionalProperties: false },
  propose: (context) => proposeTransition(context, 'Reopen'),
};
