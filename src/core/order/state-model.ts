/**
 * The state model of a production order (seed 2, design 3.1): one machine as data. The host's state column is the only
 * stored state; the machine is rebuilt from it for every decision. The universal state is a plain check before the
 * machine. The only file that imports xstate.
 */
import { createMachine, transition } from 'xstate';
import type { OrderState, UniversalState } from './production-order.js';
import { STATE_OPERATIONS, type StateOperation } from './state-operations.js';

export { STATE_OPERATIONS, type StateOperation };

/** What no one asks for: the rules in `rules/complete/` hold, or no longer hold. */
export type AutomaticOperation = 'Complete' | 'ReturnToProgress';

/** Where Unterminate can lead from Canceled: the seed's three dashed arrows. */
export type UnterminateTarget = 'Created' | 'InProgress' | 'Completed';

interface MachineEvent {
  type: StateOperation | AutomaticOperation | `UnterminateTo${UnterminateTarget}`;
}

export const stateMachine = createMachine({
  id: 'productionOrder',
  types: {} as { events: MachineEvent },
  initial: 'Created',
  states: {
    Created: {
      on: { Release: 'Released', Terminate: 'Created', Change: 'Created' },
    },
    Released: {
      on: { Unrelease: 'Created', Start: 'InProgress', Cancel: 'Canceled', Change: 'Released' },
    },
    InProgress: {
      on: { Complete: 'Completed', Cancel: 'Canceled', Terminate: 'InProgress', Change: 'InProgress' },
    },
    Completed: {
      on: {
        ReturnToProgress: 'InProgress',
        Cancel: 'Canceled',
        Close: 'Closed',
        Terminate: 'Completed',
        Change: 'Completed',
      },
    },
    Closed: {
      on: { Reopen: 'Completed' },
    },
    Canceled: {
      on: {
        UnterminateToCreated: 'Created',
        UnterminateToInProgress: 'InProgress',
        UnterminateToCompleted: 'Completed',
      },
    },
  },
});

/** The state as the two columns of the host have it. */
export interface Standing {
  state: OrderState;
  universalState: UniversalState;
}

export type Transition =
  | { ok: true; next: Standing }
  | { ok: false; code: 'OW_STATE_TERMINATED' | 'OW_STATE_NOT_ALLOWED'; allowedOperations: StateOperation[] };

/**
 * The state that Unterminate gives back to a canceled order: where it was canceled from, a Released order becoming
 * Created (seed 2's dashed arrows lead to Created, InProgress and Completed).
 */
export function unterminateTarget(canceledFrom: OrderState): UnterminateTarget {
  return canceledFrom === 'InProgress' || canceledFrom === 'Completed' ? canceledFrom : 'Created';
}

/**
 * Decides whether the state model allows an operation, and what it leads to. While Terminated only Unterminate is
 * allowed; every pair outside the table of design 3.1 is refused.
 * @param canceledFrom the state that Cancel left; only Unterminate of a canceled order needs it.
 */
export function decideTransition(
  standing: Standing,
  operation: StateOperation | AutomaticOperation,
  canceledFrom: OrderState = 'Created',
): Transition {
  const next = nextStanding(standing, operation, canceledFrom);
  if (next !== null) return { ok: true, next };
  const onlyTerminated = standing.universalState === 'Terminated' && operation !== 'Unterminate';
  return {
    ok: false,
    code: onlyTerminated ? 'OW_STATE_TERMINATED' : 'OW_STATE_NOT_ALLOWED',
    allowedOperations: allowedByStateModel(standing),
  };
}

/** The operations that the state model alone allows; rules may still refuse them. */
export function allowedByStateModel(standing: Standing): StateOperation[] {
  return STATE_OPERATIONS.filter((operation) => nextStanding(standing, operation, 'Created') !== null);
}

function nextStanding(
  standing: Standing,
  operation: StateOperation | AutomaticOperation,
  canceledFrom: OrderState,
): Standing | null {
  const terminated = standing.universalState === 'Terminated';
  if (terminated !== (operation === 'Unterminate')) return null;
  if (operation === 'Unterminate' && standing.state !== 'Canceled') {
    return { state: standing.state, universalState: 'Active' };
  }
  const event: MachineEvent =
    operation === 'Unterminate'
      ? { type: `UnterminateTo${unterminateTarget(canceledFrom)}` }
      : { type: operation };
  const next = nextState(standing.state, event);
  if (next === null) return null;
  const ends = operation === 'Cancel' || operation === 'Terminate';
  return { state: next, universalState: ends ? 'Terminated' : 'Active' };
}

/** The machine has neither guards nor context: what it said of a state and an event once, it says always. */
const knownStates = new Map<string, OrderState | null>();

function nextState(state: OrderState, event: MachineEvent): OrderState | null {
  const key = `${state} ${event.type}`;
  let next = knownStates.get(key);
  if (next === undefined) {
    const snapshot = stateMachine.resolveState({ value: state });
    next = snapshot.can(event) ? (transition(stateMachine, snapshot, event)[0].value as OrderState) : null;
    knownStates.set(key, next);
  }
  return next;
}
