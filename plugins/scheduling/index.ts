/** Scheduling (seed 3): what the kernel is given for the manifest beside this file. */
import type { Plugin, PluginSetup } from '../../src/index.js';
import {
  queueCommand,
  queueMoveCommand,
  scheduleCommand,
  unscheduleCommand,
  workCenterDownCommand,
} from './commands.js';
import { markChanged, removePlan, unschedule } from './hooks.js';
import { PlanStore } from './plan-store.js';
import { schedulingRoutes } from './routes.js';
import { readQueue, type SchedulingSettings } from './read-snapshot.js';

const MARKING = [
  'Create',
  'Release',
  'Change',
  'Unterminate',
  'Synchronize',
  'UndoSynchronize',
  'StartStep',
  'FinishStep',
  'ChangeStep',
  'AddDependency',
  'RemoveDependency',
];
const REMOVING = ['Unrelease', 'Cancel', 'Terminate', 'Close'];

export const plugin: PluginSetup = (given): Plugin => {
  const { scheduling } = given as unknown as { scheduling: SchedulingSettings };
  return {
    post: Object.fromEntries([
      ...MARKING.map((operation) => [`ProductionOrder.${operation}.Post`, markChanged]),
      ...REMOVING.map((operation) => [`ProductionOrder.${operation}.Post`, removePlan]),
    ]) as NonNullable<Plugin['post']>,
    operations: [unschedule],
    commands: {
      schedule: scheduleCommand(scheduling),
      unschedule: unscheduleCommand,
      queue: queueCommand,
      'queue move': queueMoveCommand,
      'work-center down': workCenterDownCommand,
    },
    routes: schedulingRoutes(scheduling),
    // Imported orders get their places by their positions, before any later one can come between.
    afterImport: async (session) => new PlanStore(session).storeQueue(await readQueue(session)),
  };
};
