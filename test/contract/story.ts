/** One plant's story through the front door, the same on every database. */
import { expect } from 'chai';
import type { JsonObject, Orderwright } from '../../src/index.js';
import { example } from '../adapters/sql/plant-database.js';

/** Asks for most of what can be asked, and checks that each step is allowed. */
export async function story(orderwright: Orderwright): Promise<void> {
  const caller = { actor: 'ann', now: '2026-11-22T10:00:00Z' };
  const done = async (operation: string, order: string, input: JsonObject = {}) => {
    const { orders } = await orderwright.perform({ operation, orders: [order], input, ...caller });
    expect(orders[0], operation).to.include({ allowed: true });
    return orders[0]!;
  };
  await orderwright.importPlant({ text: example('wafer-plant'), ...caller });
  await orderwright.importPlant({ text: example('wafer-plant'), replace: true, ...caller });
  const order = { name: 'NEW', product: 'Wafer W-100', quantity: '100', dueDate: '2026-12-01' };
  const dates = { plannedStart: '2026-11-23', plannedEnd: '2026-11-24' };
  const created = await orderwright.create({ text: JSON.stringify([order]), ...caller });
  expect(created.orders[0]).to.include({ allowed: true });
  await done('Change', 'NEW', { priority: 'High' });
  await done('Release', 'NEW', dates);
  await done('Start', 'NEW');
  await done('Cancel', 'NEW');
  await done('Unterminate', 'NEW');
  await orderwright.explain({ operation: 'Close', order: 'NEW', ...caller });
  await orderwright.order('NEW', caller);
  await orderwright.orders({ after: 'A', limit: 2 }, caller);
  const command = (name: string, options: JsonObject = {}, given: Record<string, string | string[]> = {}) =>
    orderwright.command(name, {
      arguments: given,
      options: options as Record<string, string | boolean>,
      input: {},
      ...caller,
    });
  await command('schedule', { save: true });
  await command('queue');
  await orderwright.rules(caller);
  await orderwright.ruleSet(undefined, caller);
  await orderwright.sealJournal();
  expect(await orderwright.verifyJournal()).to.include({ ok: true });
  await orderwright.journal({ order: 'NEW', after: 1, limit: 10 });
}
