/** Create: orders in the plant file's shape come into being as Created, or Released with their planned dates. */
import { hookPoint } from '../core/hooks/hook-point.js';
import type { JsonObject, JsonValue } from '../core/json.js';
import { checkPlant } from '../core/plant/check-plant.js';
import type { OrderSnapshot } from '../core/order/production-order.js';
import type { PlantOrder } from '../core/plant/plant.js';
import { OrderwrightError, type Problem } from '../core/problem.js';
import { refusal, type Verdict, type Violation } from '../core/rules/verdict.js';
import type { AnswerRow } from '../ports/plugin.js';
import type { PlantReader } from '../ports/plant-store.js';
import { decideOrder, rowOf, type Decided } from './decide-order.js';
import { hostWrites } from './host-writes.js';
import type { Kernel } from './kernel.js';
import { proposeNothing, type Operation } from './operation.js';
import { askOf, finish } from './perform.js';
import { ofOrders, refuseOrder, transact, type Asked, type Run } from './transaction.js';
import { foreignOwner } from './owner-role.js';

export interface CreateRequest extends Omit<Asked, 'override'> {
  /** JSON text of one order or an array of them. */
  text: string;
}

/** What the rules, hooks and permissions of Create go by; the orders come as a file rather than as an input. */
export const create: Operation = {
  name: 'Create',
  word: 'create',
  title: 'create orders',
  input: { type: 'object' },
  propose(context) {
    const { state } = context.snapshot.order;
    const proposal = proposeNothing(context);
    if (state === 'Created' || state === 'Released') return proposal;
    const message = `An order is created as Created or Released, not as ${state}.`;
    return { ...proposal, violations: [refusal('OW_CREATE_STATE', 'Created or Released', message)] };
  },
};

/**
 * Creates orders and answers a row for each.
 * @throws OrderwrightError OW_ORDERS_INVALID with every problem of the file, before anything is created.
 */
export async function createOrders(
  kernel: Kernel,
  reader: PlantReader,
  asked: CreateRequest,
): Promise<Verdict<AnswerRow>> {
  const parsed = reader.read(asked.text);
  if ('problems' in parsed) throw invalid(parsed.problems);
  const answer = await transact(kernel, asked, async (run) => {
    const orders = await readOrders(run, reader, parsed.value);
    // All names before the first is looked up, in one order: two who create the same ones don't wait for each other.
    await run.session.lock(orders.map(({ name }) => `order:${name}`));
    const rows: AnswerRow[] = [];
    for (const order of orders) rows.push(await createOne(run, order));
    return rows;
  });
  return ofOrders(answer);
}

/** @throws OrderwrightError OW_ORDERS_INVALID with every problem. */
export async function readOrders(run: Run, reader: PlantReader, value: JsonValue): Promise<PlantOrder[]> {
  const single = !Array.isArray(value);
  const file: JsonObject = { productionOrders: single ? [value] : value };
  const { names, ...existing } = await run.session.plant.existing();
  const { plant, problems } = checkPlant({
    value: file,
    shapeProblems: reader.shapeProblems(file),
    // An order that exists already is one row's refusal, and no problem of the others.
    existing: { ...existing, names: { ...names, productionOrders: new Set() }, orders: new Map() },
    replace: false,
    importsCompany: false,
  });
  if (problems.length === 0) return plant.productionOrders;
  const place = single ? '$.productionOrders[0]' : '$.productionOrders';
  throw invalid(
    problems.map((problem) => ({
      ...problem,
      path: problem.path.startsWith(place) ? `$${problem.path.slice(place.length)}` : problem.path,
    })),
  );
}

/** An order that is yet to be as it would be read, or the row of one that can't be asked about. */
export async function prospectOf(
  run: Run,
  order: PlantOrder,
): Promise<{ snapshot: OrderSnapshot } | { refused: AnswerRow }> {
  const { orders } = run.session;
  const refuse = (violation: Violation) => ({ refused: refuseOrder(run, create, order.name, violation) });
  if ((await orders.load([order.name])).has(order.name)) {
    const message = `There is a Production Order ${order.name} already.`;
    return refuse(refusal('OW_ORDER_EXISTS', 'The name is free', message));
  }
  const snapshot = await orders.prospect(order);
  if (snapshot === null) {
    const message = `There is no product ${order.product}.`;
    return refuse(refusal('OW_PRODUCT_UNKNOWN', 'The product exists', message));
  }
  const foreign = foreignOwner(run.roles, snapshot.order);
  return foreign === null ? { snapshot } : refuse(foreign);
}

async function createOne(run: Run, order: PlantOrder): Promise<AnswerRow> {
  const prospect = await prospectOf(run, order);
  if ('refused' in prospect) return prospect.refused;
  const { snapshot } = prospect;
  const { orders } = run.session;
  const ask = askOf(run, create, snapshot, {});
  const decided = leftToHost(run, await decideOrder(ask));
  return finish(run, ask, decided, {
    refusedRow: () => ({ ...rowOf(snapshot, decided), state: null }) as AnswerRow,
    save: async () => {
      await orders.insert(order);
      const created = (await orders.load([order.name])).get(order.name);
      if (created === undefined)
        throw new Error(`Production Order ${order.name} was not written by the host`);
      return created;
    },
  });
}

function leftToHost(run: Run, decided: Decided): Decided {
  const violation = hostWrites(run.kernel, 'production orders', hookPoint(create.name, 'Pre'));
  if (violation === null) return decided;
  return { ...decided, allowed: false, violations: [...decided.violations, violation] };
}

function invalid(problems: Problem[]): OrderwrightError {
  const list = problems.map((problem) => `${problem.path} ${problem.message}`).join('; ');
  return new OrderwrightError(
    'OW_ORDERS_INVALID',
    `The orders are not valid, none was created: ${list}`,
    problems,
  );
}
