/** Release and cancel of many orders in one command, which synchronizes their steps and takes them away again. */
import { NOW, withDatabase } from '../database.js';
import { figureRow, median, timed, type Bench } from '../row.js';

const ROUNDS = 5;

export const operations: Bench = ({ quick, progress }) =>
  withDatabase(
    { orders: ROUNDS * (quick ? 40 : 1000), operations: 5, workCenters: 20 },
    async ({ door, orders }) => {
      const count = orders.length / ROUNDS;
      const figures = new Map<string, number[]>();
      const perform = async (operation: string, names: string[], input = {}) => {
        progress(`${operation} of ${count} orders`);
        const asked = { operation, orders: names, input, now: NOW, actor: 'bench' };
        const spent = await timed(async () => {
          const verdict = await door.perform(asked);
          const refused = verdict.orders.find((row) => !row.allowed);
          if (refused !== undefined) throw new Error(JSON.stringify(refused.violations));
        });
        figures.set(operation, [...(figures.get(operation) ?? []), spent]);
      };
      for (let from = 0; from < orders.length; from += count) {
        const names = orders.slice(from, from + count);
        await perform('Release', names);
        await perform('Cancel', names);
      }
      return [...figures].map(([operation, spent]) =>
        figureRow(
          `${operation} of ${count.toLocaleString('en')} orders of 35 steps in one command`,
          median(spent),
          'ms',
        ),
      );
    },
  );
