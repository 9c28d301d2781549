/** What happens before and after the MES's own operations (design 3.7, 3.1). */
import type {
  JsonObject,
  JsonValue,
  PostAnswer,
  PostContext,
  PreAnswer,
  PreContext,
} from '../../src/index.js';
import { showDependency, showStep } from './show.js';
import { StepStore } from './store.js';
import { isSynchronized, summaryOf } from './synchronize.js';

export interface HookSettings {
  synchronizeOn: Record<'Create' | 'Release' | 'Start', 'run' | 'suggest' | 'off'>;
  /** Whether preconditions that don't hold warn of the operation that synchronizes, or refuse it. */
  preconditions: 'warn' | 'refuse';
}

type Synchronized = keyof HookSettings['synchronizeOn'];

/** Says before an operation which preconditions of the synchronization after it do not hold. */
export function warnBefore(operation: Synchronized, settings: HookSettings) {
  return async (context: PreContext): Promise<PreAnswer | undefined> => {
    if (settings.synchronizeOn[operation] === 'off' || !isSynchronized(context)) return undefined;
    const violations = await context.preconditions('Synchronize');
    return settings.preconditions === 'refuse' ? { violations } : { warnings: violations };
  };
}

/** Synchronizes after an operation, or suggests the steps that a synchronization by hand would make. */
export function synchronizeAfter(operation: Synchronized, settings: HookSettings) {
  return async (context: PostContext): Promise<PostAnswer | undefined> => {
    const setting = settings.synchronizeOn[operation];
    if (setting === 'off' || !isSynchronized(context)) return undefined;
    const row =
      setting === 'run' ? await context.perform('Synchronize') : await context.evaluate('Synchronize');
    if (!row.allowed) {
      const violations = row.violations as unknown as JsonValue;
      const text = `not synchronized: ${row.violations.map(({ rule, code }) => rule ?? code).join(', ')}`;
      const effect = { synchronize: setting, allowed: false, violations, text };
      return { effect, journal: { synchronize: setting, text } };
    }
    const { steps = [], dependencies = [], diff = {} } = row as JsonObject;
    const summary = summaryOf(row);
    const text =
      setting === 'run' ? `synchronized: ${summary}` : `suggested, to be synchronized by hand: ${summary}`;
    const effect = { synchronize: setting, allowed: true, steps, dependencies, diff, text };
    // The steps are in the entry of the synchronization itself.
    return { effect, journal: { synchronize: setting, text } };
  };
}

/**
 * Unrelease, Cancel, Terminate and Close take the order's unstarted steps away; dependencies of other orders on them go
 * with them and are reported.
 */
export async function removeUnstarted(context: PostContext): Promise<PostAnswer | undefined> {
  const { name } = context.snapshot.order;
  const store = new StepStore(context.session);
  const unstarted = (await store.steps(name)).filter(({ state }) => state === 'Planned');
  if (unstarted.length === 0) return undefined;
  const ids = new Set(unstarted.map(({ id }) => id));
  const dependencies = (await store.dependencies([name])).filter(
    ({ from, to }) => ids.has(from) || ids.has(to),
  );
  const others = dependencies.filter(({ fromOrder, toOrder }) => fromOrder !== toOrder);
  await store.deleteDependencies(dependencies);
  await store.deleteSteps([...ids]);
  await store.forgetBeforeImage(name);
  const effect: JsonObject = {
    removed: { steps: unstarted.map(showStep), dependencies: dependencies.map(showDependency) },
    dependenciesOfOtherOrders: others.map((dependency) => ({
      ...showDependency(dependency),
      order: dependency.fromOrder === name ? dependency.toOrder : dependency.fromOrder,
    })),
    text: [
      `${unstarted.length} unstarted steps removed`,
      ...others.map(({ fromOrder, toOrder }) =>
        fromOrder === name
          ? `${toOrder} no longer waits for ${name}`
          : `${name} no longer waits for ${fromOrder}`,
      ),
    ].join('\n'),
  };
  // The ids tell which steps they were: an id is the step's identity.
  return {
    effect,
    journal: { removed: [...ids], dependenciesOfOtherOrders: effect.dependenciesOfOtherOrders ?? [] },
  };
}
