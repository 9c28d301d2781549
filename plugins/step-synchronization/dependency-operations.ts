/** AddDependency and RemoveDependency: finish-to-start by hand, also across orders; a circle is refused. */
import type { Decision, OrderContext, PluginOperation, Violation } from '../../src/index.js';
import { refusalOfCircle } from './core/diff-steps.js';
import type { StoredStep } from './core/steps.js';
import { violation } from './core/violation.js';
import { showDependency } from './show.js';
import { StepStore, type StoredDependency } from './store.js';

interface Ends {
  from: string;
  to: string;
}

export const addDependency: PluginOperation = {
  name: 'AddDependency',
  async decide(context): Promise<Decision> {
    const store = new StepStore(context.session);
    const found = await readEnds(context, store);
    if (!found.ok) return refused(found.violation);
    const { from, to } = found;
    if (from.id === to.id) {
      return refused(violation('OW_DEPENDENCY_CYCLE', 'No circle', `Step ${from.id} can't wait for itself.`));
    }
    const orders = [...(await store.connectedOrders([from.order, to.order]))];
    const present = await store.dependencies(orders);
    if (present.some((dependency) => dependency.from === from.id && dependency.to === to.id)) {
      const message = `Step ${to.id} waits for step ${from.id} already.`;
      return refused(violation('OW_DEPENDENCY_EXISTS', 'The dependency is new', message));
    }
    const added: StoredDependency = {
      from: from.id,
      to: to.id,
      fromOrder: from.order,
      toOrder: to.order,
      manual: true,
    };
    const circle = refusalOfCircle([...present, added], [from, to]);
    if (circle !== null) return refused(circle);
    return decided(added, () => store.insertDependencies([added]));
  },
};

export const removeDependency: PluginOperation = {
  name: 'RemoveDependency',
  async decide(context): Promise<Decision> {
    const { from, to } = context.input as unknown as Ends;
    const store = new StepStore(context.session);
    const present = await store.dependencies([context.snapshot.order.name]);
    const found = present.find((dependency) => dependency.from === from && dependency.to === to);
    if (found === undefined) {
      const message = `Step ${to} does not wait for step ${from}.`;
      return refused(violation('OW_DEPENDENCY_UNKNOWN', 'The dependency exists', message));
    }
    if (!found.manual) {
      const message = `Step ${to} waits for step ${from} by the flow; the next synchronization would bring it back.`;
      return refused(violation('OW_DEPENDENCY_BUILT', 'The dependency was made by hand', message));
    }
    return decided(found, () => store.deleteDependencies([found]));
  },
};

type ReadEnds = { ok: true; from: StoredStep; to: StoredStep } | { ok: false; violation: Violation };

async function readEnds(context: OrderContext, store: StepStore): Promise<ReadEnds> {
  const ends = context.input as unknown as Ends;
  const [from, to] = [await store.step(ends.from), await store.step(ends.to)];
  if (from !== null && to !== null) return { ok: true, from, to };
  const unknown = [from === null ? ends.from : '', to === null ? ends.to : '']
    .filter((id) => id !== '')
    .join(' and ');
  return {
    ok: false,
    violation: violation('OW_STEP_UNKNOWN', 'Both steps exist', `There is no step ${unknown}.`),
  };
}

function decided(dependency: StoredDependency, apply: () => Promise<void>): Decision {
  return {
    violations: [],
    warnings: [],
    answer: { dependencies: [showDependency(dependency)] },
    journal: { ...showDependency(dependency), fromOrder: dependency.fromOrder, toOrder: dependency.toOrder },
    apply,
  };
}

function refused(found: Violation): Decision {
  return { violations: [found], warnings: [] };
}
