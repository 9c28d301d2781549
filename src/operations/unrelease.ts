/** Unrelease: Released -> Created, refused once any material is in progress or later (design 3.1). */
import { refusal } from '../core/rules/verdict.js';
import type { Operation } from './operation.js';
import { proposeTransition } from './state-operation.js';

export const unrelease: Operation = {
  name: 'Unrelease',
  word: 'unrelease',
  title: 'take the release back',
  input: { type: 'object', additionalProperties: false },
  propose(context) {
    const proposal = proposeTransition(context, 'Unrelease');
    const begun = context.snapshot.materials.filter((material) => material.state !== 'Created');
    if (begun.length === 0) return proposal;
    const names = begun.slice(0, 5).map((material) => `${material.name} is ${material.state}`);
    const more = begun.length > names.length ? ` and ${begun.length - names.length} more` : '';
    const message = `Its materials are under way: ${names.join(', ')}${more}.`;
    const violation = refusal('OW_UNRELEASE_MATERIAL_BEGUN', 'No material has begun', message);
    return { ...proposal, violations: [...proposal.violations, violation] };
  },
};
