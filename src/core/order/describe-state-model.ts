/** The state model as data for whoever draws it, asked of the machine itself. */
import { AUTOMATIC_OPERATIONS } from '../hooks/hook-point.js';
import { ORDER_STATES, UNIVERSAL_STATES, type OrderState } from './production-order.js';
import {
  decideTransition,
  STATE_OPERATIONS,
  type AutomaticOperation,
  type Standing,
  type StateOperation,
} from './state-model.js';

export interface DescribedTransition {
  from: Standing;
  operation: StateOperation | AutomaticOperation;
  to: Standing;
  /** True where nobody asks for it: it comes about when the rules of `rules/complete/` hold, or no longer hold. */
  automatic: boolean;
  /** The state that the order was canceled from, where it decides what the operation leads to. */
  canceledFrom?: OrderState;
}

export interface DescribedStateModel {
  states: OrderState[];
  universalStates: Standing['universalState'][];
  transitions: DescribedTransition[];
}

const CANCELABLE = ORDER_STATES.filter(
  (state) => decideTransition({ state, universalState: 'Active' }, 'Cancel').ok,
);

/** Every transition that `decideTransition` allows, in the order of the states and operations. */
export const STATE_MODEL: DescribedStateModel = {
  states: [...ORDER_STATES],
  universalStates: [...UNIVERSAL_STATES],
  transitions: ORDER_STATES.flatMap((state) =>
    UNIVERSAL_STATES.flatMap((universalState) => transitionsFrom({ state, universalState })),
  ),
};

function transitionsFrom(from: Standing): DescribedTransition[] {
  return [...STATE_OPERATIONS, ...AUTOMATIC_OPERATIONS].flatMap((operation) => {
    const automatic = (AUTOMATIC_OPERATIONS as readonly string[]).includes(operation);
    const targets = CANCELABLE.flatMap((canceledFrom) => {
      const decided = decideTransition(from, operation, canceledFrom);
      return decided.ok ? [{ to: decided.next, canceledFrom }] : [];
    });
    const distinct = targets.filter(
      ({ to }, index) => targets.findIndex((other) => other.to.state === to.state) === index,
    );
    return distinct.map(({ to, canceledFrom }) => ({
      from,
      operation,
      to,
      automatic,
      ...(distinct.length > 1 && { canceledFrom }),
    }));
  });
}
