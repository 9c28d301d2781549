/** Whether an order's production is complete: what the rules in `rules/complete/` say (design 3.1). */
import type { Severity } from '../core/rules/rule.js';
import type { Mode } from '../core/rules/verdict.js';
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

/**
 * Whether the rules in `rules/complete/` hold for an order. Doubt does not complete: a rule that can't be evaluated does
 * not hold, and where no rule decides (none is there, applies and enforces) nothing is complete.
 */
export async function completes(ask: Omit<Ask, 'operation'>): Promise<boolean> {
  const asked = { ...ask, operation: COMPLETE };
  const { violations, evaluated } = await evaluateOperationRules(asked, orderContext(asked));
  if (violations.some(decides)) return false;
  const deciding = new Set(
    ask.rules
      .of(COMPLETE.word)
      .rules.filter(decides)
      .map(({ id }) => id),
  );
  return evaluated.some(({ rule, outcome }) => outcome === 'satisfied' && deciding.has(rule));
}

function decides({ severity, mode }: { severity: Severity; mode: Mode }): boolean {
  return severity === 'refuse' && mode === 'enforce';
}
