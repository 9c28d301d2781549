/** What a change of an order means for the queue and the saved plan (design 3.8, 3.1). */
import type { Decision, JsonObject, PluginOperation, PostAnswer, PostContext } from '../../src/index.js';
import { belongsInQueue } from './core/queue.js';
import { PlanStore } from './plan-store.js';

const REASONS: Record<string, string> = {
  Create: 'created',
  Release: 'released',
  Unterminate: 'active again',
  Synchronize: 'its steps were synchronized',
  UndoSynchronize: 'its steps were synchronized',
  StartStep: 'a step was started',
  FinishStep: 'a step was finished',
  ChangeStep: 'a step was changed',
  AddDependency: 'a dependency was added',
  RemoveDependency: 'a dependency was removed',
};

/** Keeps an order's place in the queue, and marks it and those it can move as to be scheduled again. */
export async function markChanged(context: PostContext): Promise<PostAnswer | undefined> {
  const { order } = context.snapshot;
  const store = new PlanStore(context.session);
  if (!belongsInQueue(order)) {
    await store.unmark([order.name]);
    return undefined;
  }
  const reason =
    context.operation === 'Change'
      ? `changed: ${Object.keys(context.input).join(', ')}`
      : REASONS[context.operation];
  // A mark that stands is still there at the end only where nobody saves a plan meanwhile.
  if (reason !== undefined) await store.alone();
  const { priority, saved, reschedule } = await store.standingOf(order.name);
  if (priority !== order.priority) await store.enqueue(order.name, order.priority);
  if (reason === undefined) return undefined;
  if (reschedule !== reason) await store.mark([order.name], reason);
  if (saved) {
    await store.mark(await store.savedBeside(order.name), `${order.name} beside it: ${reason}`);
  }
  return undefined;
}

/** Unrelease, Cancel, Terminate and Close take the order out of the saved plan, and say what was in it. */
export async function removePlan(context: PostContext): Promise<PostAnswer | undefined> {
  const { order } = context.snapshot;
  const store = new PlanStore(context.session);
  const removed = await store.savedOperations(order.name);
  if (removed.length > 0) {
    await store.mark(await store.savedBeside(order.name), `${order.name} gave its capacity back`);
    await store.removeSaved([order.name]);
  }
  if (!belongsInQueue(order)) await store.unmark([order.name]);
  else await store.mark([order.name], 'unreleased');
  if (removed.length === 0) return undefined;
  return {
    effect: {
      removed,
      text: `${removed.length} operations taken out of the saved plan`,
    } satisfies JsonObject,
  };
}

/** Unschedule: out of the saved plan by hand. */
export const unschedule: PluginOperation = {
  name: 'Unschedule',
  async decide({ snapshot: { order }, session }): Promise<Decision> {
    const store = new PlanStore(session);
    const removed = await store.savedOperations(order.name);
    return {
      violations: [],
      warnings: [],
      answer: { removed },
      journal: { removed: removed.length },
      apply: async () => {
        await store.mark(await store.savedBeside(order.name), `${order.name} gave its capacity back`);
        await store.removeSaved([order.name]);
        if (belongsInQueue(order)) await store.mark([order.name], 'unscheduled');
      },
    };
  },
};
