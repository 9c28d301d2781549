/** `order <name>` and `orders`. */
import type { Command } from 'commander';
import type { JsonObject } from '../core/json.js';
import { OrderwrightError } from '../core/problem.js';
import type { Violation } from '../core/rules/verdict.js';
import { paint, table, valueText, violationText } from './print-verdict.js';
import type { Shell } from './shell.js';

export function addOrderCommands(program: Command, shell: Shell): void {
  program
    .command('order <name>')
    .description('an order: state, quantities, what is allowed and what is blocked by which rule, steps')
    .option('--if-scrapped <materials>', 'say whether and how it could still close without these: M1,M2')
    .action(async (name: string, { ifScrapped }: { ifScrapped?: string }) => {
      const orderwright = await shell.open();
      const scrapped = ifScrapped?.split(',').map((material) => material.trim());
      const order = await orderwright.order(name, {
        ...shell.caller,
        ...(scrapped !== undefined && { ifScrapped: scrapped.filter((material) => material !== '') }),
      });
      await shell.answer(order, () => orderText(order));
    });
  program
    .command('orders')
    .description('all orders')
    .option('--limit <count>', 'how many at most', '100000')
    .option('--after <name>', 'those after this name')
    .action(async (options: { limit: string; after?: string }) => {
      const limit = Number(options.limit);
      if (!Number.isSafeInteger(limit) || limit < 1) {
        throw new OrderwrightError(
          'OW_USAGE',
          `--limit is a whole number above 0, not ${options.limit}`,
          [],
          true,
        );
      }
      const orderwright = await shell.open();
      const page = { limit, ...(options.after === undefined ? {} : { after: options.after }) };
      const list = await orderwright.orders(page, shell.caller);
      await shell.answer(list, () => ordersText(list.orders));
    });
}

interface Shown {
  name: string;
  state: string;
  universalState: string;
  product: string;
  quantities: Record<'quantity' | 'inProgress' | 'completed' | 'delivered' | 'units', string>;
  allowed: string[];
  blocked: { operation: string; violations: Violation[] }[];
  steps: {
    id: string;
    source: string;
    batch: number;
    flowPath: string;
    quantity: string;
    units: string;
    state: string;
  }[];
  dependencies: { from: string; to: string; manual: boolean }[];
  materials: { name: string; state: string; quantity: string; units: string; flowPath: string | null }[];
  notices: { operation: string; at: string; violations: Violation[] }[];
  pendingHostActions?: {
    operation: string;
    offeredAt: string;
    sentAt: string | null;
    attempts: number;
    error: string | null;
  }[];
  ifScrapped?: {
    scrapped: string[];
    state: string;
    quantities: Record<'inProgress' | 'completed' | 'delivered' | 'units', string> | null;
    closes: boolean;
    couldClose: boolean;
    violations: Violation[];
    ways: { text: string }[];
  };
}

function orderText(document: JsonObject): string {
  const order = document as unknown as Shown;
  const { quantities } = order;
  // What the state model refuses is told by what it allows; what a rule refuses is worth its reasons.
  const byRule = order.blocked.filter(({ violations }) =>
    violations.every(({ code }) => !code.startsWith('OW_STATE_')),
  );
  return [
    `${paint('bold', order.name)}  ${order.state}, ${order.universalState}  ${order.product}`,
    `quantity ${quantities.quantity} ${quantities.units}: ${quantities.inProgress} in progress, ${quantities.completed} completed, ${quantities.delivered} delivered`,
    `allowed now: ${order.allowed.join(', ') || 'nothing'}`,
    ...byRule.flatMap(({ operation, violations }) => [
      `${operation} is blocked:`,
      ...violations.map((violation) => violationText(violation, 'red', '  ')),
    ]),
    ...order.notices.flatMap(({ operation, at, violations }) => [
      `${operation} was refused at ${at}, after the fact:`,
      ...violations.map((violation) => violationText(violation, 'yellow', '  ')),
    ]),
    ...(order.pendingHostActions ?? []).map(
      ({ operation, offeredAt, sentAt, attempts, error }) =>
        `${operation} is due since ${offeredAt} and is the host's to do${sentAt === null ? '' : `, sent at ${sentAt}`}` +
        (error === null ? '' : paint('red', `, failed ${attempts} times: ${error}`)),
    ),
    ...ifScrappedLines(order),
    ...(order.materials.length === 0 ? [] : ['materials:', materialTable(order)]),
    ...(order.steps.length === 0
      ? ['no steps']
      : [`${order.steps.length} steps, ${order.dependencies.length} dependencies:`, stepTable(order)]),
  ].join('\n');
}

function ifScrappedLines({ ifScrapped }: Shown): string[] {
  if (ifScrapped === undefined) return [];
  const { scrapped, state, quantities, closes, couldClose, violations, ways } = ifScrapped;
  const left =
    quantities === null
      ? 'quantities that can not be told'
      : `${quantities.inProgress} ${quantities.units} in progress and ${quantities.completed} completed`;
  const verdict = closes
    ? paint('green', 'it could be closed')
    : couldClose
      ? paint('yellow', 'it could still close')
      : paint('red', 'it could not close any more');
  return [
    `without ${scrapped.join(', ') || 'any of these'}: ${state}, ${left}; ${verdict}`,
    ...ways.map(({ text }, index) => `  ${index === 0 ? 'if you' : 'or'} ${text}`),
    ...violations.map((violation) => violationText(violation, 'yellow', '  ')),
  ];
}

function materialTable({ materials }: Shown): string {
  return table(
    materials.map(({ name, state, quantity, units, flowPath }) => [
      '',
      name,
      `${quantity} ${units}`,
      state,
      valueText(flowPath),
    ]),
  );
}

function stepTable({ steps }: Shown): string {
  const rows = steps.map(({ id, source, batch, quantity, units, state, flowPath }) => [
    '',
    id,
    source,
    `batch ${batch}`,
    `${quantity} ${units}`,
    state,
    flowPath,
  ]);
  return table(rows);
}

function ordersText(orders: JsonObject[]): string {
  if (orders.length === 0) return 'No orders';
  const rows = (orders as unknown as Shown[]).map(
    ({ name, state, universalState, product, quantities, allowed }) => [
      name,
      universalState === 'Active' ? state : `${state} (${universalState})`,
      product,
      `${quantities.completed} of ${quantities.quantity} ${quantities.units}`,
      allowed.join(' '),
    ],
  );
  return table([['ORDER', 'STATE', 'PRODUCT', 'COMPLETED', 'ALLOWED NOW'], ...rows]);
}
