/** The operations Synchronize and UndoSynchronize: load what is stored, decide by the pure core, write the outcome. */
import type {
  Decision,
  JsonObject,
  JsonValue,
  OrderContext,
  PluginOperation,
  Violation,
} from '../../src/index.js';
import { buildSteps } from './core/build-steps.js';
import { diffSteps, type StepsOutcome, type SynchronizeMode } from './core/diff-steps.js';
import { beforeImage, undoSteps, type BeforeImage } from './core/undo-steps.js';
import { isUsed, type StoredStep } from './core/steps.js';
import { violation } from './core/violation.js';
import { showDependency, showStep } from './show.js';
import { StepStore, type StoredDependency, type StoredOrder } from './store.js';

interface SynchronizeInput {
  mode?: SynchronizeMode;
  discardStarted?: boolean;
}

/** Brings an order's steps and dependencies in line with its flow and quantity (seed 1, design 3.7). */
export const synchronize: PluginOperation = {
  name: 'Synchronize',
  prepare: (orders, session) => new StepStore(session).ofOrders(orders),
  async decide(context, prepared): Promise<Decision> {
    const { order } = context.snapshot;
    const input = context.input as SynchronizeInput;
    const built = buildSteps({ ...context.snapshot, flows: context.flows });
    if (!built.ok) return { violations: built.violations, warnings: [] };
    const store = new StepStore(context.session);
    const { steps: existing, dependencies } = await storedOf(order.name, prepared, store);
    const mode = input.mode ?? (context.automatic ? automaticMode(existing) : 'replace');
    const run = diffSteps({
      order: order.name,
      existing,
      existingDependencies: dependencies,
      built,
      mode,
      discardStarted: input.discardStarted === true,
      idsElsewhere: idsElsewhere(order.name, dependencies),
      dependenciesElsewhere: await dependenciesElsewhere(order.name, dependencies, store),
    });
    if (!run.ok) return { violations: run.violations, warnings: built.warnings };
    const shown: StepsOutcome = { ...run, warnings: [...built.warnings, ...run.warnings] };
    return decisionOf(shown, { mode }, async () => {
      if (!run.changesAnything) return;
      const image = beforeImage(existing, run);
      await store.write(order.name, run, dependencies);
      await store.keepBeforeImage({ order: order.name, mode, actor: context.actor, image });
    });
  },
};

/** Takes the last synchronization of an order back. */
export const undoSynchronize: PluginOperation = {
  name: 'UndoSynchronize',
  async decide(context): Promise<Decision> {
    const { name } = context.snapshot.order;
    const closed = closedViolation(context);
    if (closed !== null) return { violations: [closed], warnings: [] };
    const store = new StepStore(context.session);
    const image = await store.lastBeforeImage(name);
    const present = await store.steps(name);
    const presentDependencies = await store.dependencies([name]);
    const restored = await restoredElsewhere({ name, image, present }, store);
    const dependencies = [...presentDependencies, ...restored];
    const run = undoSteps({
      before: image,
      present,
      presentDependencies,
      idsElsewhere: idsElsewhere(name, dependencies),
      dependenciesElsewhere: await dependenciesElsewhere(name, dependencies, store),
    });
    if (!run.ok) return { violations: run.violations, warnings: [] };
    return decisionOf(run, { undo: true }, async () => {
      await store.write(name, run, dependencies);
      await store.forgetBeforeImage(name);
    });
  },
};

/**
 * What is stored of an order. What was prepared for it holds as long as it is connected with no other: a dependency on
 * another order of the request may be gone by now.
 */
async function storedOf(name: string, prepared: unknown, store: StepStore): Promise<StoredOrder> {
  const known = prepared instanceof Map ? (prepared as Map<string, StoredOrder>).get(name) : undefined;
  if (known?.dependencies.every(({ fromOrder, toOrder }) => fromOrder === toOrder) === true) return known;
  return { steps: await store.steps(name), dependencies: await store.dependencies([name]) };
}

/** An automatic run keeps what was done by the shop floor or by hand (design 3.7, Apply). */
function automaticMode(existing: readonly StoredStep[]): SynchronizeMode {
  return existing.some(isUsed) ? 'preserve' : 'replace';
}

function idsElsewhere(order: string, dependencies: readonly StoredDependency[]): Set<string> {
  return new Set(
    dependencies.flatMap(({ from, fromOrder, to, toOrder }) => [
      ...(fromOrder === order ? [] : [from]),
      ...(toOrder === order ? [] : [to]),
    ]),
  );
}

/** An order that is done with keeps what it has: what an undo would bring back nobody would make. */
function closedViolation({ snapshot: { order } }: OrderContext): Violation | null {
  if (order.universalState === 'Active' && order.state !== 'Closed' && order.state !== 'Canceled')
    return null;
  const message = `${order.name} is ${order.state} and ${order.universalState}: nothing is done on its steps.`;
  return violation('OW_STEP_ORDER_STATE', 'The order is open', message);
}

/** The dependencies of a before-image that lead to other orders' steps which still exist, with those orders. */
async function restoredElsewhere(
  { name, image, present }: { name: string; image: BeforeImage | null; present: readonly StoredStep[] },
  store: StepStore,
): Promise<StoredDependency[]> {
  const own = new Set([...present, ...(image?.removed ?? [])].map(({ id }) => id));
  const found: StoredDependency[] = [];
  for (const dependency of image?.dependenciesRemoved ?? []) {
    const elsewhere = [dependency.from, dependency.to].find((id) => !own.has(id));
    const step = elsewhere === undefined ? null : await store.step(elsewhere);
    if (step === null) continue;
    const orderOf = (id: string) => (id === step.id ? step.order : name);
    found.push({ ...dependency, fromOrder: orderOf(dependency.from), toOrder: orderOf(dependency.to) });
  }
  return found;
}

/** The dependencies among the orders that this one is connected with, where it is connected with any. */
async function dependenciesElsewhere(
  order: string,
  own: readonly StoredDependency[],
  store: StepStore,
): Promise<StoredDependency[]> {
  if (own.every(({ fromOrder, toOrder }) => fromOrder === toOrder)) return [];
  const near = new Set(own.flatMap(({ fromOrder, toOrder }) => [fromOrder, toOrder]));
  const others = [...(await store.connectedOrders([...near]))].filter((name) => name !== order);
  const found = await store.dependencies(others);
  return found.filter(({ fromOrder, toOrder }) => fromOrder !== order && toOrder !== order);
}

function decisionOf(run: StepsOutcome, details: JsonObject, apply: () => Promise<void>): Decision {
  const { diff, dependenciesRemoved } = run;
  const ids = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);
  return {
    violations: [],
    warnings: run.warnings,
    answer: {
      steps: run.steps.map(showStep),
      dependencies: run.dependencies.map(showDependency),
      diff: diff as unknown as JsonValue,
      ...(dependenciesRemoved.length > 0 && {
        dependenciesRemoved: dependenciesRemoved as unknown as JsonValue,
      }),
    },
    journal: {
      ...details,
      keep: diff.keep.length,
      change: ids(diff.change),
      add: ids(diff.add),
      remove: ids(diff.remove),
    },
    apply,
  };
}

/** One line that says what a synchronization came to. */
export function summaryOf(row: JsonObject): string {
  const count = (value: JsonValue | undefined) => (Array.isArray(value) ? value.length : 0);
  const diff = (row.diff ?? {}) as JsonObject;
  const parts = (['keep', 'change', 'add', 'remove'] as const).map((part) => `${part} ${count(diff[part])}`);
  return `${count(row.steps)} steps, ${count(row.dependencies)} dependencies: ${parts.join(', ')}`;
}

/** Whether the order and its product are planned by production order steps at all. */
export function isSynchronized({ snapshot: { order, product } }: OrderContext): boolean {
  return product.includeInSchedule && order.includeInPlanning;
}
