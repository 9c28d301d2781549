/** Step synchronization (seed 1): what the kernel is given for the manifest beside this file. */
import {
  OrderwrightError,
  type JsonObject,
  type OrderContext,
  type Plugin,
  type PluginSetup,
  type RouteContext,
} from '../../src/index.js';
import {
  dependencyAdd,
  dependencyRemove,
  stepChange,
  stepFinish,
  stepStart,
  synchronizeCommand,
} from './commands.js';
import { startStep } from './core/start-step.js';
import { addDependency, removeDependency } from './dependency-operations.js';
import { removeUnstarted, synchronizeAfter, warnBefore, type HookSettings } from './hooks.js';
import { importSteps } from './import-steps.js';
import { changeStep, finishStep, startStepOperation } from './step-operations.js';
import { showSteps } from './show.js';
import { StepStore } from './store.js';
import { synchronize, undoSynchronize } from './synchronize.js';

const SYNCHRONIZED = ['Create', 'Release', 'Start'] as const;
const REMOVING = ['Unrelease', 'Cancel', 'Terminate', 'Close'] as const;

export const plugin: PluginSetup = (given): Plugin => {
  const settings = given as unknown as HookSettings;
  return {
    facts(context) {
      const start = startStep({ ...context.snapshot, flows: context.flows });
      return Promise.resolve({
        'startStep.path': start?.path ?? null,
        'startStep.productionOrderSchedulingMode': start?.productionOrderSchedulingMode ?? null,
        'startStep.productionOrderStepSize': start?.productionOrderStepSize ?? null,
      });
    },
    pre: hooked(SYNCHRONIZED, 'Pre', (operation) => warnBefore(operation, settings)),
    post: {
      ...hooked(SYNCHRONIZED, 'Post', (operation) => synchronizeAfter(operation, settings)),
      ...hooked(REMOVING, 'Post', () => removeUnstarted),
    },
    operations: [
      synchronize,
      undoSynchronize,
      startStepOperation,
      finishStep,
      changeStep,
      addDependency,
      removeDependency,
    ],
    commands: {
      synchronize: synchronizeCommand,
      'step start': stepStart,
      'step finish': stepFinish,
      'step change': stepChange,
      'dependency add': dependencyAdd,
      'dependency remove': dependencyRemove,
    },
    routes: {
      'POST /production-orders/{name}/steps/synchronize': performed('Synchronize'),
      'POST /production-orders/{name}/steps/synchronize/undo': performed('UndoSynchronize'),
    },
    showOrder: (order, session: OrderContext['session']) => showSteps(order.name, new StepStore(session)),
    importPlant: importSteps,
  };
};

/** A route that performs an operation on the order of the path, with the body as its input. */
function performed(operation: string): (context: RouteContext) => Promise<JsonObject> {
  return async ({ request: { params, query, body }, perform }) => {
    const { name } = params;
    if (name === undefined) throw new OrderwrightError('OW_ORDER_UNKNOWN', 'The path names no order');
    if (body !== null && (typeof body !== 'object' || Array.isArray(body)))
      throw new OrderwrightError('OW_INPUT_INVALID', 'The body is an object, or nothing');
    const { dryRun = 'false', ...unknown } = query;
    // A dry run that was meant and not understood would be a run.
    if (!['true', 'false'].includes(dryRun) || Object.keys(unknown).length > 0)
      throw new OrderwrightError('OW_INPUT_INVALID', 'The query is dryRun=true, dryRun=false or nothing');
    return perform({ operation, orders: [name], input: body ?? {}, dryRun: dryRun === 'true' });
  };
}

/** The same kind of hook on several operations, by its hook points. */
function hooked<Operation extends string, Hook>(
  operations: readonly Operation[],
  moment: 'Pre' | 'Post',
  hook: (operation: Operation) => Hook,
): Record<`ProductionOrder.${string}`, Hook> {
  const entries = operations.map((operation) => [`ProductionOrder.${operation}.${moment}`, hook(operation)]);
  return Object.fromEntries(entries) as Record<`ProductionOrder.${string}`, Hook>;
}
