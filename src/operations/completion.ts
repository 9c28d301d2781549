/** Whether an order's production is complete: what the rules in `rules/complete/` say (design 3.1). */
import { evaluateOperationRules, orderContext, type Ask } from './evaluate-order.js';
import { proposeNothing, type Operation } from './operation.js';

/** The rule folder that decides; nobody asks for this operation. */
export const COMPLETE: Operation = {
  name: 'Complete',
  word: 'complete',
  title: 'complete an order',
  input: { type: 'object' },
  propose: proposeNothing,
};

/** Whether the rules in `rules/complete/` hold for an order. A rule that can't be evaluated does not hold. */
export async function completes(ask: Omit<Ask, 'operation'>): Promise<boolean> {
  const asked = { ...ask, operation: COMPLETE };
  const answer = await evaluateOperationRules(asked, orderContext(asked));
  return !answer.violations.some((found) => found.severity === 'refuse' && found.mode === 'enforce');
}
