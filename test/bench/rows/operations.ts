/** Release and cancel of 1,000 orders in one command, which synchronizes their steps and takes them away again. */
import { NOW, withDatabase } from '../database.js';
import { figureRow, median, timed, type Bench } from '../row.js';

const ORDERS = 1000;

export const operations: Bench = ({ quick, progress }) =>
  withDatabase(
    { orders: ORDERS * (quick ? 2 : 5), operations: 5, workCenters: 20 },
    async ({ door, orders }) => {
      const figures = new Map<string, number[]>();
      const perform = async (operation: string, names: string[], input = {}) => {
        progress(`${operation} of ${ORDERS} orders`);
        const asked = { operation, orders: names, input, now: NOW, actor: 'bench' };
        const spent = await timed(async () => {
          const verdict = await door.perform(asked);
          const refused = verdict.orders.find((row) => !row.allowed);
          if (refused !== undefined) throw new Error(JSON.stringify(refused.violations));
        });
        figures.set(operation, [...(figures.get(operation) ?? []), spent]);
      };
      for (let from = 0; from < orders.length; from += ORDERS) {
        const names = orders.slice(from, from + ORDERS);
        await perform('Release', names);
        await perform('Cancel', names);
      }
      return [...figures].map(([operation, spent]) =>
        figureRow(`${operation} of 1,000 orders of 35 steps in one command`, median(spent), 'ms'),
      );
    },
  );
