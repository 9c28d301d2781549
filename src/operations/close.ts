/** Close: Completed -> Closed; with `terminate` also Terminated when all its materials are (design 3.4). */
import { refusal } from '../core/rules/verdict.js';
import type { Operation } from './operation.js';
import { proposeTransition } from './state-operation.js';

export const close: Operation = {
  name: 'Close',
  word: 'close',
  title: 'close a completed order',
  input: { type: 'object', additionalProperties: false, properties: { terminate: { type: 'boolean' } } },
  propose(context) {
    const proposal = proposeTransition(context, 'Close');
    if (context.input.terminate !== true || proposal.next === null) return proposal;
    const open = context.snapshot.materials.filter((material) => material.universalState === 'Active');
    if (open.length === 0) return { ...proposal, next: { ...proposal.next, universalState: 'Terminated' } };
    const message = `It is closed and stays Active: ${open.length} of its materials are not terminated, ${open[0]?.name ?? ''} first.`;
    const warning = refusal('OW_CLOSE_NOT_TERMINATED', 'Terminated with its materials', message);
    return { ...proposal, warnings: [warning] };
  },
};
