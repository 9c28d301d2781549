/** StartStep, FinishStep and ChangeStep: what the shop floor and a planner say about one step. */
import {
  parseDayOrInstant,
  parseDecimal,
  toInstant,
  type Decision,
  type JsonValue,
  type OrderContext,
  type PluginOperation,
  type Violation,
} from '../../src/index.js';
import type { StoredStep } from './core/steps.js';
import { violation } from './core/violation.js';
import { showStep } from './show.js';
import { StepStore } from './store.js';

/** Planned -> Started, with its actual start. */
export const startStepOperation: PluginOperation = {
  name: 'StartStep',
  decide: (context) =>
    decideStep(context, 'start', (step, at) => {
      if (step.state !== 'Planned') return stateViolation('start', step, 'Planned');
      return { ...step, state: 'Started', actualStart: at, actualEnd: null };
    }),
};

/** Started -> Finished, with its actual end. */
export const finishStep: PluginOperation = {
  name: 'FinishStep',
  decide: (context) =>
    decideStep(context, 'end', (step, at) => {
      if (step.state !== 'Started') return stateViolation('finish', step, 'Started');
      if (step.actualStart !== null && at < step.actualStart) {
        const message = `Step ${step.id} was started at ${step.actualStart}, after ${at}.`;
        return violation('OW_STEP_TIMES', 'A step ends after its start', message);
      }
      return { ...step, state: 'Finished', actualEnd: at };
    }),
};

interface ChangeInput {
  quantity?: string | number;
  state?: StoredStep['state'];
  actualStart?: string;
  actualEnd?: string;
}

/** A change by hand: it marks the step as manual, so that a synchronization that preserves keeps it. */
export const changeStep: PluginOperation = {
  name: 'ChangeStep',
  decide: (context) => decideStep(context, 'start', (step) => changed(step, context)),
};

function changed(step: StoredStep, context: OrderContext): StoredStep | Violation {
  const input = context.input as ChangeInput;
  const state = input.state ?? step.state;
  const instant = (text: string | undefined, edge: 'start' | 'end') =>
    text === undefined ? null : instantOf(text, context, edge);
  const actualStart =
    state === 'Planned' ? null : (instant(input.actualStart, 'start') ?? step.actualStart ?? context.now);
  const actualEnd =
    state === 'Finished' ? (instant(input.actualEnd, 'end') ?? step.actualEnd ?? context.now) : null;
  if (actualStart !== null && actualEnd !== null && actualEnd < actualStart) {
    const message = `Step ${step.id} would end at ${actualEnd}, before its start at ${actualStart}.`;
    return violation('OW_STEP_TIMES', 'A step ends after its start', message);
  }
  const quantity = input.quantity === undefined ? step.quantity : parseDecimal(String(input.quantity));
  return { ...step, quantity, state, actualStart, actualEnd, manual: true };
}

type Move = (step: StoredStep, at: string) => StoredStep | Violation;

async function decideStep(context: OrderContext, edge: 'start' | 'end', move: Move): Promise<Decision> {
  const { step: id, at } = context.input as { step: string; at?: string };
  const store = new StepStore(context.session);
  const step = await store.step(id);
  const { order } = context.snapshot;
  if (step?.order !== order.name) {
    return refused(violation('OW_STEP_UNKNOWN', 'The step exists', `${order.name} has no step ${id}.`));
  }
  if (order.universalState !== 'Active' || order.state === 'Closed' || order.state === 'Canceled') {
    const message = `${order.name} is ${order.state} and ${order.universalState}: nothing is done on its steps.`;
    return refused(violation('OW_STEP_ORDER_STATE', 'The order is open', message));
  }
  const after = move(step, at === undefined ? context.now : instantOf(at, context, edge));
  if ('code' in after) return refused(after);
  return {
    violations: [],
    warnings:
      after.state === 'Started' && step.state === 'Planned' ? await warnings(context, step, store) : [],
    answer: { steps: [showStep(after)] },
    journal: { step: id, from: showStep(step), to: showStep(after) },
    apply: () => store.replaceSteps([after]),
  };
}

/** What is worth a word when a step starts: it is not released yet, or what it waits for has not ended. */
async function warnings(context: OrderContext, step: StoredStep, store: StepStore): Promise<Violation[]> {
  const { order } = context.snapshot;
  const found: Violation[] = [];
  if (order.state === 'Created') {
    found.push(
      violation('OW_STEP_NOT_RELEASED', 'The order is released', `${order.name} is not released yet.`),
    );
  }
  for (const { from, to } of await store.dependencies([step.order])) {
    if (to !== step.id) continue;
    const before = await store.step(from);
    if (before === null || before.state === 'Finished') continue;
    const message = `It waits for ${before.step}, batch ${before.batch}, of ${before.order}, which is ${before.state}.`;
    found.push(violation('OW_STEP_PREDECESSOR', 'What it waits for has ended', message));
  }
  return found;
}

function instantOf(text: string, { snapshot: { timeZone } }: OrderContext, edge: 'start' | 'end'): string {
  return toInstant(parseDayOrInstant(text, timeZone, edge), timeZone, edge);
}

function stateViolation(what: string, step: StoredStep, wanted: StoredStep['state']): Violation {
  const values: [JsonValue, JsonValue] = [wanted, step.state];
  return {
    ...violation(
      'OW_STEP_STATE',
      `A step to ${what} is ${wanted}`,
      `Step ${step.id} is ${step.state}, not ${wanted}.`,
    ),
    conditions: [{ fact: 'step.state', operator: 'equal', expected: values[0], actual: values[1] }],
  };
}

function refused(...violations: Violation[]): Decision {
  return { violations, warnings: [] };
}
