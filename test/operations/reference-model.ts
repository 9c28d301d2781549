/**
 * The state model of design 3.1 with 3.4's closing and the shipped rules, once more and in the plainest words: what the
 * random sequences compare orderwright with. Quantities are whole tenths, tolerances whole hundredths.
 */
import type { JsonObject, MaterialState, OrderState, UniversalState } from '../../src/index.js';

export interface ModelMaterial {
  state: MaterialState;
  tenths: number;
  accounts: boolean;
  terminated: boolean;
}

export interface ModelOrder {
  state: OrderState;
  universal: UniversalState;
  canceledFrom: OrderState | null;
  product: string;
  tenths: number;
  over: number;
  under: number;
  plannedStart: string | null;
  plannedEnd: string | null;
  materials: ModelMaterial[];
}

export type Reasons = string[];
export interface Decided {
  reasons: Reasons;
  next: ModelOrder;
}

/** What is made and under way: a completed material of another product than the order's is still under way. */
function progress(order: ModelOrder) {
  const seen = order.materials
    .filter(({ state, terminated }) => state === 'Delivered' || !terminated)
    .map((material) => ({
      ...material,
      state: material.state === 'Completed' && order.product !== 'Stool' ? 'InProgress' : material.state,
    }));
  const sum = (...states: string[]) =>
    seen
      .filter(({ state, accounts }) => accounts && states.includes(state))
      .reduce((total, { tenths }) => total + tenths, 0);
  const count = (...states: string[]) => seen.filter(({ state }) => states.includes(state)).length;
  return {
    completed: sum('Completed', 'Delivered'),
    inProgress: sum('InProgress'),
    created: count('Created'),
    underWay: count('InProgress'),
    made: count('Completed', 'Delivered'),
    minimum: (order.tenths * (100 - order.under)) / 100,
    maximum: (order.tenths * (100 + order.over)) / 100,
  };
}

function isComplete(order: ModelOrder): boolean {
  const { completed, inProgress, minimum, created } = progress(order);
  if (completed >= order.tenths) return true;
  return inProgress === 0 && completed > 0 && completed >= minimum && created === 0;
}

const FROM: Record<string, OrderState[]> = {
  Release: ['Created'],
  Unrelease: ['Released'],
  Start: ['Released'],
  Cancel: ['Released', 'InProgress', 'Completed'],
  Close: ['Completed'],
  Reopen: ['Closed'],
  Terminate: ['Created', 'InProgress', 'Completed'],
  Change: ['Created', 'Released', 'InProgress', 'Completed'],
};

function stateReasons({ state, universal }: ModelOrder, operation: string): Reasons {
  if (operation === 'Unterminate') return universal === 'Terminated' ? [] : ['OW_STATE_NOT_ALLOWED'];
  if (universal === 'Terminated') return ['OW_STATE_TERMINATED'];
  return FROM[operation]?.includes(state) === true ? [] : ['OW_STATE_NOT_ALLOWED'];
}

/** What an operation comes to: the reasons against it, or the order as it is then. */
export function decide(order: ModelOrder, operation: string, input: JsonObject): Decided {
  const reasons = stateReasons(order, operation);
  const refuse = (reason: string, when: boolean) => (when ? reasons.push(reason) : 0);
  let next = { ...order };
  const found = progress(order);
  switch (operation) {
    case 'Release':
      next.plannedStart = (input.plannedStart as string | undefined) ?? order.plannedStart ?? '2020-07-03';
      next.plannedEnd = (input.plannedEnd as string | undefined) ?? order.plannedEnd ?? '2020-07-06';
      next.state = 'Released';
      refuse('release/planned-start-before-planned-end', next.plannedStart > next.plannedEnd);
      break;
    case 'Unrelease':
      next.state = 'Created';
      refuse(
        'OW_UNRELEASE_MATERIAL_BEGUN',
        order.materials.some(({ state }) => state !== 'Created'),
      );
      break;
    case 'Start':
      next.state = 'InProgress';
      refuse('start/order-is-active', order.universal === 'Terminated');
      break;
    case 'Cancel':
      next = { ...next, state: 'Canceled', universal: 'Terminated', canceledFrom: order.state };
      refuse('cancel/order-is-active', order.universal === 'Terminated');
      break;
    case 'Close':
      next.state = 'Closed';
      if (input.terminate === true && order.materials.every(({ terminated }) => terminated))
        next.universal = 'Terminated';
      refuse('close/completed-reaches-minimum', found.completed < found.minimum);
      refuse('close/completed-within-maximum', found.completed > found.maximum);
      refuse('close/no-material-in-progress', found.underWay > 0);
      break;
    case 'Reopen':
      next.state = 'Completed';
      break;
    case 'Terminate':
      next.universal = 'Terminated';
      break;
    case 'Unterminate':
      next.universal = 'Active';
      if (order.state === 'Canceled') next = { ...next, state: origin(order), canceledFrom: null };
      break;
    case 'Change':
      if (input.quantity !== undefined) next.tenths = Math.round(Number(input.quantity) * 10);
      if (input.underDeliveryTolerance !== undefined)
        next.under = Math.round(Number(input.underDeliveryTolerance) * 100);
      if (input.product !== undefined) next.product = input.product as string;
      refuse('OW_PRODUCT_UNKNOWN', next.product === 'Chair');
      break;
  }
  if (reasons.length > 0) return { reasons, next: order };
  return {
    reasons,
    next: ['Start', 'Change', 'Unterminate'].includes(operation) ? settle(order, next) : next,
  };
}

function origin(order: ModelOrder): OrderState {
  if (order.canceledFrom !== null) {
    return order.canceledFrom === 'InProgress' || order.canceledFrom === 'Completed'
      ? order.canceledFrom
      : 'Created';
  }
  if (isComplete(order)) return 'Completed';
  const { underWay, made } = progress(order);
  return underWay + made > 0 ? 'InProgress' : 'Created';
}

function settle(before: ModelOrder, order: ModelOrder): ModelOrder {
  if (order.universal !== 'Active') return order;
  if (order.state === 'InProgress' && isComplete(order)) return { ...order, state: 'Completed' };
  if (order.state === 'Completed' && isComplete(before) && !isComplete(order))
    return { ...order, state: 'InProgress' };
  return order;
}
