/**
 * A Node host that has its own Release, with orderwright in the same process: it asks before it acts, acts, and shows
 * what came of it. Run it with a database file: `node dist/src/examples/node-host.js sqlite:host.db`.
 */
import { readFile } from 'node:fs/promises';
import { createOrderwright, OrderwrightError, type Orderwright } from '../index.js';

const PLANT = new URL('wafer-plant.json', import.meta.url);

async function release(orderwright: Orderwright, order: string, actor: string): Promise<string> {
  const asked = { operation: 'Release', actor, correlationId: `release of ${order}` };
  // What the host's own form holds and has not saved yet wins over what the database has.
  const verdict = await orderwright.evaluate({
    ...asked,
    orders: [{ name: order, values: { priority: 'High' } }],
  });
  const [row] = verdict.orders;
  if (row?.allowed !== true) {
    return `${order} is refused: ${row?.violations.map(({ message }) => message).join(' ') ?? 'no answer'}`;
  }
  const done = await orderwright.perform({ ...asked, orders: [order] });
  return `${order} is ${done.orders[0]?.state ?? 'unknown'}`;
}

async function main(database: string): Promise<void> {
  const orderwright = await createOrderwright({ database });
  try {
    await orderwright.importPlant({ text: await readFile(PLANT, 'utf8'), replace: true });
    for (const order of ['PO-1001', 'PO-1004', 'PO-9999']) {
      process.stdout.write(`${await release(orderwright, order, 'ann')}\n`);
    }
    const entries = await orderwright.journal({ order: 'PO-1001', limit: 10 });
    process.stdout.write(`${entries.length} journal entries about PO-1001\n`);
  } catch (error) {
    if (!(error instanceof OrderwrightError)) throw error;
    process.stderr.write(`${error.code}: ${error.message}\n`);
    process.exitCode = 1;
  } finally {
    await orderwright.close();
  }
}

await main(process.argv[2] ?? 'sqlite::memory:');
