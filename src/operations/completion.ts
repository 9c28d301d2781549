/** Whether an order's production is complete: what the rules in `rules/complete/` say (design 3.1). */
import type { Facts } from '../core/rules/fact.js';
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

export interface Completion {
  holds: boolean;
  /** The facts that the rules read. */
  facts: Facts;
}

/**
 * Whether the rules in `rules/complete/` hold for an order. Doubt does not complete: a rule that can't be evaluated does
 * not hold, and where no rule decides (none is there, applies and enforces) nothing is complete.
 */
export async function completion(ask: Omit<Ask, 'operation'>): Promise<Completion> {
  const asked = { ...ask, operation: COMPLETE };
  const { violations, evaluated, factsRead } = await evaluateOperationRules(asked, orderContext(asked));
  const facts = factsRead;
  if (violations.some(decides)) return { holds: false, facts };
  const deciding = new Set(
    ask.rules
      .of(COMPLETE.word)
      .rules.filter(decides)
      .map(({ id }) => id),
  );
  const holds = evaluated.some(({ rule, outcome }) => outcome === 'satisfied' && deciding.has(rule));
  return { holds, facts };
}

function decides({ severity, mode }: { severity: Severity; mode: Mode }): boolean {
  return severity === 'refuse' && mode === 'enforce';
}
