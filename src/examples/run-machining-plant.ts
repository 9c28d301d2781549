/**
 * A week in the machining plant, done through the front door as its people would: orders are released, refused and
 * started, the queue is scheduled and saved, a lathe goes down, and the host reports what it did.
 */
import { join } from 'node:path';
import { createOrderwright, type JsonObject, type Orderwright } from '../index.js';
import { dayAfter, machiningPlant } from './machining-plant.js';

const PLANNER = 'Ana (planner)';
const SUPERVISOR = 'Rui (supervisor)';

interface Known extends JsonObject {
  name: string;
  state: string;
  universalState: string;
  facility: string;
}

export interface RunPlant {
  database: string;
  now: string;
  orders?: number;
  /** Says what is done next. */
  tell?: (text: string) => Promise<void>;
}

/** Brings a database to where the console has something to show on each of its pages. */
export async function runMachiningPlant({
  database,
  now,
  orders = 300,
  tell = () => Promise.resolve(),
}: RunPlant): Promise<void> {
  const today = now.slice(0, 10);
  const plant = machiningPlant({ today, orders });
  const known = plant.productionOrders as Known[];
  await withDoor({ database, door: 'http' }, async (door) => {
    await tell(`A plant of ${orders} orders in all their states, and its materials ...`);
    await door.importPlant({ text: JSON.stringify(plant), replace: true, now });
    await tell('... whose steps are made from their flows and materials, and the first of them started ...');
    await makeSteps(door, known, now);
    await tell('... some orders are released and closed, and some refused ...');
    await askForOperations(door, known, now);
    await tell('... the queue is scheduled and saved; then a lathe goes down, and it is scheduled again.');
    await schedule(door, now, today);
  });
  await tell(
    'The MES reports releases: the label printer of one plant does not answer, and its event is parked.',
  );
  const config = join(import.meta.dirname, 'label-printer.config.json');
  await withDoor({ database, config, door: 'http' }, (door) => report(door, known, now));
}

async function withDoor(
  options: Parameters<typeof createOrderwright>[0],
  work: (door: Orderwright) => Promise<void>,
): Promise<void> {
  const door = await createOrderwright(options);
  try {
    await work(door);
  } finally {
    await door.close();
  }
}

function inState(orders: readonly Known[], ...states: string[]): string[] {
  return orders
    .filter(({ state, universalState }) => states.includes(state) && universalState === 'Active')
    .map(({ name }) => name);
}

async function makeSteps(door: Orderwright, orders: readonly Known[], now: string): Promise<void> {
  // A few are left without: whoever schedules them is told what is missing.
  const created = inState(orders, 'Created').slice(6);
  const names = [...inState(orders, 'Released', 'InProgress'), ...created];
  await door.perform({ operation: 'Synchronize', orders: names, actor: PLANNER, now });
  for (const name of inState(orders, 'InProgress').slice(0, 10)) {
    const { steps } = (await door.order(name, { now })) as unknown as { steps: { id: string }[] };
    const [first, second] = steps;
    if (first === undefined || second === undefined) continue;
    const ask = (operation: string, step: string) =>
      door.perform({ operation, orders: [name], input: { step }, actor: SUPERVISOR, now });
    await ask('StartStep', first.id);
    await ask('FinishStep', first.id);
    await ask('StartStep', second.id);
  }
}

async function askForOperations(door: Orderwright, orders: readonly Known[], now: string): Promise<void> {
  const asked = { actor: SUPERVISOR, now };
  await door.perform({ operation: 'Release', orders: inState(orders, 'Created').slice(0, 12), ...asked });
  const completed = inState(orders, 'Completed').slice(0, 9);
  await door.perform({ operation: 'Close', orders: completed, dryRun: true, ...asked });
  await door.perform({ operation: 'Close', orders: completed.slice(0, 4), ...asked });
  const [changed] = inState(orders, 'Released');
  if (changed === undefined) return;
  const input = { quantity: '140', priority: 1 };
  await door.perform({ operation: 'Change', orders: [changed], input, actor: PLANNER, now });
}

async function schedule(door: Orderwright, now: string, today: string): Promise<void> {
  const asked = { actor: PLANNER, now, input: {} };
  await door.command('schedule', { ...asked, arguments: {}, options: { save: true, summary: true } });
  const [from, to] = [1, 3].map((days) => `${dayAfter(today, days)}T06:00`);
  const options = { from: from ?? '', to: to ?? '', reason: 'bearing replaced' };
  await door.command('work-center down', { ...asked, arguments: { name: 'Lathe 3' }, options });
  await door.command('schedule', { ...asked, arguments: {}, options: { summary: true } });
}

/** Releases that the MES did on its own: some seen in its rows, some not yet. */
async function report(door: Orderwright, orders: readonly Known[], now: string): Promise<void> {
  const released = orders.filter(({ state }) => state === 'Released');
  const values = { state: 'Released' };
  const post = (names: string[]) =>
    door.postEvents({
      operation: 'ProductionOrder.Release',
      orders: names.map((name) => ({ name, values })),
      actor: 'MES',
      now,
    });
  const of = (facility: string) =>
    released.filter((order) => order.facility === facility).map(({ name }) => name);
  await post([...of('Plant South').slice(0, 2), ...of('Plant North').slice(0, 12)]);
  await door.dispatchEvents();
  await post(inState(orders, 'Created').slice(-3));
}
