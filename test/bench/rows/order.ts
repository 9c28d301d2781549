/** `order <name>` on a database with 1,000,000 steps, against the same on one with the steps of one order. */
import { insertAll, NOW, withDatabase } from '../database.js';
import { alternating, ratioRow, timed, type Bench } from '../row.js';

const STEPS = 'orderwright_ProductionOrderStep';
const DEPENDENCIES = 'orderwright_ProductionOrderStepDependency';
const OF_AN_ORDER = 35;

export const order: Bench = ({ quick, progress }) => {
  const count = quick ? 17_500 : 1_000_000;
  const size = { operations: 5, workCenters: 20 };
  return withDatabase({ ...size, orders: 1 }, (small) =>
    withDatabase({ ...size, orders: Math.ceil(count / OF_AN_ORDER) }, async (large) => {
      progress(`a database with ${count} steps`);
      const [name = ''] = small.orders;
      const synchronized = { operation: 'Synchronize', orders: [name], now: NOW, actor: 'bench' };
      await small.door.perform(synchronized);
      await large.door.perform(synchronized);
      const steps = small.bare.prepare(`select * from "${STEPS}"`).all() as Record<string, unknown>[];
      const dependencies = small.bare.prepare(`select * from "${DEPENDENCIES}"`).all() as Record<
        string,
        string
      >[];
      large.bare.transaction(() => {
        large.orders.slice(1).forEach((other, place) => {
          const own = (id: unknown) => `${String(id)}.${place}`;
          insertAll(
            large.bare,
            STEPS,
            steps.map((step) => ({ ...step, Id: own(step.Id), ProductionOrder: other })),
          );
          insertAll(
            large.bare,
            DEPENDENCIES,
            dependencies.map((row) => ({
              ...row,
              FromId: own(row.FromId),
              ToId: own(row.ToId),
              FromOrder: other,
              ToOrder: other,
            })),
          );
        });
      })();
      const show = (door: typeof small.door) => () =>
        timed(() => door.order(name, { now: NOW, actor: 'bench' }));
      const sides = [show(large.door), show(small.door)] as const;
      await alternating(5, sides);
      const [figure, other] = await alternating(quick ? 5 : 51, sides);
      const title = `order <name> on a database with ${count.toLocaleString('en')} steps`;
      const against = 'on a database with the steps of one order';
      return [ratioRow(title, { figure, unit: 'ms', against, other, limit: null })];
    }),
  );
};
