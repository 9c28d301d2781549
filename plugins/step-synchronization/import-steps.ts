/** Steps and dependencies of a plant file, found by their identity: order, source, flow path and batch. */
import {
  flowExpansions,
  OrderwrightError,
  type JsonObject,
  type OrderContext,
  type Problem,
} from '../../src/index.js';
import { findCycle } from './core/find-cycle.js';
import { sourceText, stepId, type StepSource } from './core/identity.js';
import { dependencyKey, type StoredStep } from './core/steps.js';
import { StepStore, type StoredDependency } from './store.js';

interface Identity {
  productionOrder: string;
  source: string | null;
  flowPath: string;
  batch: number;
}

interface StepEntry
  extends
    Identity,
    Pick<StoredStep, 'quantity' | 'units' | 'state' | 'actualStart' | 'actualEnd' | 'manual'> {}

interface DependencyEntry {
  from: Identity;
  to: Identity;
  manual: boolean;
}

/**
 * Writes the plant file's steps in place of those with the same identity, then its dependencies.
 * @throws OrderwrightError OW_PLANT_INVALID where a flow path does not resolve, an entry is there twice, or a
 * dependency names no step or closes a circle.
 */
export async function importSteps(
  rows: Record<string, JsonObject[]>,
  session: OrderContext['session'],
  { replace }: { replace: boolean },
): Promise<void> {
  const steps = (rows.productionOrderSteps ?? []) as unknown as StepEntry[];
  const dependencies = (rows.productionOrderStepDependencies ?? []) as unknown as DependencyEntry[];
  const store = new StepStore(session);
  const identities = [...steps, ...dependencies.flatMap(({ from, to }) => [from, to])];
  const find = await resolver(identities, session);
  const problems: Problem[] = [];
  const known = new Set<string>();
  const stored = steps.flatMap((entry, index) => {
    const path = `$.productionOrderSteps[${index}]`;
    const found = find(entry);
    if (typeof found === 'string') problems.push(problemAt(`${path}.flowPath`, found));
    // The file's own check compares texts, and a flow path has a short and a long form.
    else if (known.has(found.id)) problems.push(problemAt(path, 'the step is in the file twice'));
    else {
      known.add(found.id);
      return [toStored(entry, found)];
    }
    return [];
  });
  if (!replace) problems.push(...(await existing(steps, find, store)));
  const ends: StoredDependency[] = [];
  const seen = new Set<string>();
  for (const [index, entry] of dependencies.entries()) {
    const path = `$.productionOrderStepDependencies[${index}]`;
    const [from, to] = [find(entry.from), find(entry.to)];
    if (typeof from === 'string' || typeof to === 'string') {
      for (const problem of [from, to])
        if (typeof problem === 'string') problems.push(problemAt(path, problem));
      continue;
    }
    for (const end of [from, to]) {
      if (known.has(end.id) || (await store.step(end.id)) !== null) continue;
      problems.push(
        problemAt(path, `there is no Production Order Step at ${end.flowPath} for one of its ends`),
      );
    }
    const { productionOrder: fromOrder } = entry.from;
    const { productionOrder: toOrder } = entry.to;
    const dependency = { from: from.id, to: to.id, fromOrder, toOrder, manual: entry.manual };
    if (seen.has(dependencyKey(dependency)))
      problems.push(problemAt(path, 'the dependency is in the file twice'));
    seen.add(dependencyKey(dependency));
    ends.push(dependency);
  }
  if (problems.length === 0) problems.push(...(await circleProblems(ends, store)));
  if (problems.length > 0) {
    throw new OrderwrightError(
      'OW_PLANT_INVALID',
      'The steps of the plant file are not valid; nothing was imported.',
      problems,
    );
  }
  await store.replaceSteps(stored);
  await store.deleteDependencies(ends);
  await store.insertDependencies(ends);
}

/** The imported dependency that closes a circle, which no plan could keep. */
async function circleProblems(ends: readonly StoredDependency[], store: StepStore): Promise<Problem[]> {
  if (ends.length === 0) return [];
  const orders = ends.flatMap(({ fromOrder, toOrder }) => [fromOrder, toOrder]);
  const present = await store.dependencies([...(await store.connectedOrders(orders))]);
  const circle = findCycle([...present, ...ends]);
  if (circle === null) return [];
  const next = new Map(circle.map((id, place) => [id, circle[(place + 1) % circle.length]]));
  return ends.flatMap(({ from, to }, index) =>
    next.get(from) === to
      ? [problemAt(`$.productionOrderStepDependencies[${index}]`, 'the dependencies run in a circle here')]
      : [],
  );
}

/** Without `replace`, what is there already is a problem, as with every other array of the plant file. */
async function existing(steps: readonly StepEntry[], find: Resolve, store: StepStore): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const [index, entry] of steps.entries()) {
    const found = find(entry);
    if (typeof found === 'string' || (await store.step(found.id)) === null) continue;
    const message = `batch ${entry.batch} of ${found.flowPath} is there already`;
    problems.push({ path: `$.productionOrderSteps[${index}]`, code: 'OW_PLANT_EXISTS', message });
  }
  return problems;
}

interface Place {
  id: string;
  flowPath: string;
  position: number;
  step: string;
}

type Resolve = (identity: Identity) => Place | string;

async function resolver(identities: readonly Identity[], session: OrderContext['session']): Promise<Resolve> {
  const snapshots = await session.orders.load([
    ...new Set(identities.map(({ productionOrder }) => productionOrder)),
  ]);
  const flows = flowExpansions(await session.orders.flows(identities.map(({ flowPath }) => flowPath)));
  return ({ productionOrder, source, flowPath, batch }) => {
    const snapshot = snapshots.get(productionOrder);
    if (snapshot === undefined) return `there is no Production Order ${productionOrder}`;
    const at = flows.resolve(flowPath);
    if (!at.ok) return at.problem;
    const from = sourceOf(source);
    const step = at.expansion.steps[at.index]?.step.name ?? '';
    return {
      id: stepId(productionOrder, from, at.path, batch),
      flowPath: at.path,
      position: at.index + 1,
      step,
    };
  };
}

function sourceOf(source: string | null): StepSource {
  return source === null ? { kind: 'rest' } : { kind: 'material', name: source };
}

function toStored(entry: StepEntry, { id, flowPath, position, step }: Place): StoredStep {
  const { productionOrder, source, batch, quantity, units, state, actualStart, actualEnd, manual } = entry;
  return {
    id,
    order: productionOrder,
    source: sourceText(sourceOf(source)),
    batch,
    position,
    flowPath,
    step,
    quantity,
    builtQuantity: quantity,
    units,
    state,
    actualStart,
    actualEnd,
    manual,
    scheduled: false,
  };
}

function problemAt(path: string, message: string): Problem {
  return { path, code: 'OW_PLANT_REFERENCE', message };
}
