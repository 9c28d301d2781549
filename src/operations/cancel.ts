/** Cancel: Released, InProgress or Completed -> Canceled and Terminated; the host's row keeps where it came from. */
import type { Operation } from './operation.js';
import { proposeTransition } from './state-operation.js';

export const cancel: Operation = {
  name: 'Cancel',
  word: 'cancel',
  title: 'cancel an order',
  input: { type: 'object', additionalProperties: false },
  propose: (context) => proposeTransition(context, 'Cancel', { canceledFrom: context.snapshot.order.state }),
};
