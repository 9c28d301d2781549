/**
 * Which operation a host performed, told from its row before and after (design 3.6): one list as data, from which the
 * triggers of every database are generated and by which `events reconcile` decides.
 */

/** The operation of a row in which this field changed, from and to these values where they are given. */
export interface HostTransition {
  operation: string;
  field: string;
  from?: string;
  to?: string;
}

/** The first that holds is the operation; a change of anything else is Change. */
export const ORDER_TRANSITIONS: readonly HostTransition[] = [
  { operation: 'Unterminate', field: 'UniversalState', from: 'Terminated', to: 'Active' },
  { operation: 'Cancel', field: 'State', to: 'Canceled' },
  { operation: 'Close', field: 'State', to: 'Closed' },
  { operation: 'Unterminate', field: 'State', from: 'Canceled' },
  { operation: 'Release', field: 'State', to: 'Released' },
  { operation: 'Unrelease', field: 'State', to: 'Created' },
  { operation: 'ReturnToProgress', field: 'State', from: 'Completed', to: 'InProgress' },
  { operation: 'Start', field: 'State', to: 'InProgress' },
  { operation: 'Reopen', field: 'State', from: 'Closed', to: 'Completed' },
  { operation: 'Complete', field: 'State', to: 'Completed' },
  { operation: 'Terminate', field: 'UniversalState', from: 'Active', to: 'Terminated' },
];

export const MATERIAL_TRANSITIONS: readonly HostTransition[] = [
  { operation: 'Ship', field: 'State', to: 'Delivered' },
  { operation: 'Terminate', field: 'UniversalState', from: 'Active', to: 'Terminated' },
  { operation: 'Unterminate', field: 'UniversalState', from: 'Terminated', to: 'Active' },
  { operation: 'MoveNext', field: 'State' },
  { operation: 'MoveNext', field: 'FlowPath' },
  { operation: 'AdjustQuantity', field: 'Quantity' },
];

/** What it is where none of the list holds. */
export const OTHER_CHANGE = 'Change';

/** The operation that leads from one row to another. */
export function hostOperation(
  transitions: readonly HostTransition[],
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): string {
  const found = transitions.find(
    ({ field, from, to }) =>
      before[field] !== after[field] &&
      (from === undefined || before[field] === from) &&
      (to === undefined || after[field] === to),
  );
  return found?.operation ?? OTHER_CHANGE;
}
