/** Terminate: the order keeps its state and becomes Terminated. */
import type { Operation } from './operation.js';
import { proposeTransition } from './state-operation.js';

export const terminate: Operation = {
  name: 'Terminate',
  word: 'terminate',
  title: 'terminate an order',
  input: { type: 'object', additionalProperties: false },
  propose: (context) => proposeTransition(context, 'Terminate'),
};
