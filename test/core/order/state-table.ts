/**
 * The table of design 3.1, written out by hand: from a standing by an operation to a standing. What is not here is
 * refused. Unterminate of a canceled order is shown for one canceled from Released.
 */
import type { OrderState, UniversalState } from '../../../src/core/order/production-order.js';
import type { AutomaticOperation, StateOperation } from '../../../src/core/order/state-model.js';

export type Standing = `${OrderState} ${UniversalState}`;

export const TABLE: Record<Standing, Partial<Record<StateOperation | AutomaticOperation, Standing>>> = {
  'Created Active': {
    Release: 'Released Active',
    Terminate: 'Created Terminated',
    Change: 'Created Active',
  },
  'Created Terminated': { Unterminate: 'Created Active' },
  'Released Active': {
    Unrelease: 'Created Active',
    Start: 'InProgress Active',
    Cancel: 'Canceled Terminated',
    Change: 'Released Active',
  },
  'Released Terminated': { Unterminate: 'Released Active' },
  'InProgress Active': {
    Complete: 'Completed Active',
    Cancel: 'Canceled Terminated',
    Terminate: 'InProgress Terminated',
    Change: 'InProgress Active',
  },
  'InProgress Terminated': { Unterminate: 'InProgress Active' },
  'Completed Active': {
    ReturnToProgress: 'InProgress Active',
    Cancel: 'Canceled Terminated',
    Close: 'Closed Active',
    Terminate: 'Completed Terminated',
    Change: 'Completed Active',
  },
  'Completed Terminated': { Unterminate: 'Completed Active' },
  'Closed Active': { Reopen: 'Completed Active' },
  'Closed Terminated': { Unterminate: 'Closed Active' },
  'Canceled Active': {},
  'Canceled Terminated': { Unterminate: 'Created Active' },
};
