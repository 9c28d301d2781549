/** Operations of the state model: what all nine share. */
import type { OrderState } from '../core/order/production-order.js';
import {
  decideTransition,
  type AutomaticOperation,
  type StateOperation,
  type Transition,
} from '../core/order/state-model.js';
import { refusal, type Violation } from '../core/rules/verdict.js';
import type { OrderChanges } from '../ports/order-store.js';
import type { OrderContext } from '../ports/plugin.js';
import type { Proposal } from './operation.js';

/** The proposal of a state operation that also writes `changes`. */
export function proposeTransition(
  context: OrderContext,
  operation: StateOperation,
  changes: OrderChanges = {},
  canceledFrom?: OrderState,
): Proposal {
  const { snapshot } = context;
  const transition = decideTransition(snapshot.order, operation, canceledFrom);
  return {
    snapshot: { ...snapshot, order: { ...snapshot.order, ...changes } },
    changes,
    next: transition.ok ? transition.next : null,
    violations: transition.ok ? [] : [stateViolation(context, operation, transition)],
    warnings: [],
  };
}

function stateViolation(
  context: OrderContext,
  operation: StateOperation | AutomaticOperation,
  transition: Extract<Transition, { ok: false }>,
): Violation {
  const { order } = context.snapshot;
  const allowed = transition.allowedOperations.join(', ') || 'nothing';
  const standing =
    order.universalState === 'Terminated' ? `${order.state} and Terminated` : `${order.state} and Active`;
  return {
    ...refusal(
      transition.code,
      'The state model',
      `${operation} is not allowed: ${order.name} is ${standing}. Allowed now: ${allowed}.`,
    ),
    conditions: [
      { fact: 'order.state', operator: 'allows', expected: operation, actual: order.state },
      { fact: 'order.universalState', operator: 'allows', expected: operation, actual: order.universalState },
    ],
    state: order.state,
    universalState: order.universalState,
    allowedOperations: transition.allowedOperations,
  };
}
