/** Synchronize 1,000 orders of 35 steps and 30 dependencies, against the same rows through prepared statements. */
import { NOW, insertAll, openBare, rowsOf, withDatabase } from '../database.js';
import { alternating, ratioRow, timed, type Bench } from '../row.js';

const STEPS = 'orderwright_ProductionOrderStep';
const DEPENDENCIES = 'orderwright_ProductionOrderStepDependency';
const SYNCHRONIZATIONS = 'orderwright_Synchronization';
const SIZE = { operations: 5, workCenters: 20 };

export const synchronize: Bench = ({ quick, progress }) =>
  withDatabase({ ...SIZE, orders: quick ? 150 : 1000 }, async ({ door, orders, bare, file }) => {
    const name = `synchronize ${orders.length.toLocaleString('en')} orders`;
    progress(name);
    // By a third connection: both sides begin with no page of the database in their memory.
    const clear = () => {
      const third = openBare(file);
      for (const table of [DEPENDENCIES, STEPS, SYNCHRONIZATIONS]) third.exec(`delete from "${table}"`);
      third.pragma('wal_checkpoint(TRUNCATE)');
      third.close();
    };
    const ours = async () => {
      clear();
      return timed(async () => {
        const verdict = await door.perform({ operation: 'Synchronize', orders, now: NOW, actor: 'bench' });
        if (verdict.orders.some((row) => !row.allowed)) throw new Error('An order was not synchronized');
      });
    };
    await ours();
    const steps = rowsOf(bare, STEPS);
    const dependencies = rowsOf(bare, DEPENDENCIES);
    if (steps.length !== 35 * orders.length || dependencies.length !== 30 * orders.length)
      throw new Error(`${steps.length} steps and ${dependencies.length} dependencies were made`);
    const theirs = () => {
      clear();
      return timed(
        bare.transaction(() => {
          insertAll(bare, STEPS, steps);
          insertAll(bare, DEPENDENCIES, dependencies);
        }),
      );
    };
    const [figure, other] = await alternating(quick ? 5 : 11, [ours, theirs]);
    const against = 'the same rows through prepared statements in one transaction';
    return [ratioRow(name, { figure, unit: 'ms', against, other, limit: 3 })];
  });
