/** An order as the API shows it, and what the pages read from it. Pure. */
import type { Blocked, Violation } from '../shell/verdict.js';

export interface Quantities {
  quantity: string;
  /** Null where a material has no conversion to the order's units. */
  inProgress: string | null;
  completed: string | null;
  delivered: string | null;
  units: string;
}

export interface BriefOrder {
  name: string;
  state: string;
  universalState: string;
  /** Where a canceled order comes back to; null where its materials decide. */
  canceledFrom: string | null;
  product: string;
  facility: string | null;
  flowPath: string | null;
  priority: number;
  startDate: string | null;
  dueDate: string | null;
  plannedStart: string | null;
  plannedEnd: string | null;
  restricted: boolean;
  includeInPlanning: boolean;
  overDeliveryTolerance: string;
  underDeliveryTolerance: string;
  quantities: Quantities;
}

export interface ListedOrder extends BriefOrder {
  allowed: string[];
  blocked: Blocked[];
}

export interface OrderStep {
  id: string;
  source: string;
  batch: number;
  position: number;
  flowPath: string;
  step: string;
  quantity: string;
  units: string;
  state: string;
  manual: boolean;
}

export interface StepDependency {
  from: string;
  to: string;
  manual: boolean;
}

export interface OrderMaterial {
  name: string;
  product: string;
  quantity: string;
  units: string;
  accounts: boolean;
  facility: string | null;
  flowPath: string | null;
  state: string;
  universalState: string;
}

export interface Notice {
  operation: string;
  at: string;
  sequence: number;
  violations: Violation[];
}

export interface ShownOrder extends ListedOrder {
  steps: OrderStep[];
  dependencies: StepDependency[];
  materials: OrderMaterial[];
  notices: Notice[];
}

const PRIORITIES: Record<number, string> = { 1: 'High', 2: 'Medium', 3: 'Low' };

/** `High` for 1; other whole numbers as they are. */
export function priorityText(priority: number): string {
  return PRIORITIES[priority] ?? String(priority);
}

const OPEN: ReadonlySet<string> = new Set(['Created', 'Released', 'InProgress']);

/** Whether an order that is not made yet was due before a day, `2026-11-23`. */
export function isOverdue(
  { state, universalState, dueDate }: Pick<BriefOrder, 'state' | 'universalState' | 'dueDate'>,
  today: string,
): boolean {
  return dueDate !== null && dueDate < today && OPEN.has(state) && universalState === 'Active';
}

/** The step that a flow path leads to: `Clean` of `Main:A:1/Front End:B:1/Clean:1`. */
export function stepOf(flowPath: string | null): string {
  const last = flowPath?.split('/').at(-1) ?? '';
  return last.replace(/:[^:]*$/, '');
}
