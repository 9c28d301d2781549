/**
 * The verdict on a collection before the host acts (design 3.6, Pre): it changes nothing but the journal. The values of
 * the request win over what is read, reads do not wait for a writer, and what takes longer than the operation's time
 * budget is answered as `whenUnavailable` says.
 */
import type { JsonObject } from '../core/json.js';
import type { OrderSnapshot } from '../core/order/production-order.js';
import type { PlantOrder } from '../core/plant/plant.js';
import { refusal, type Verdict } from '../core/rules/verdict.js';
import type { AnswerRow, Request } from '../ports/plugin.js';
import type { PlantReader } from '../ports/plant-store.js';
import { checkInput } from './check-input.js';
import { checkValues, checkValuesBy, type AskedRow } from './check-values.js';
import { create, prospectOf, readOrders } from './create.js';
import { decideOrder, rowOf } from './decide-order.js';
import { findOperation } from './kernel.js';
import type { Operation } from './operation.js';
import { ORDER_VALUES, withValues } from './order-values.js';
import { foreignOwner } from './owner-role.js';
import { askOf, recordOf, unknownOrder, type PerformRequest } from './perform.js';
import { answerPre, runOfPre, type Evaluated, type PreParts } from './pre-hook.js';
import type { SharedRead } from './shared-reads.js';
import { ofOrders, refuseOrder, type Run } from './transaction.js';

export interface EvaluateRequest extends Omit<PerformRequest, 'orders' | 'dryRun' | 'atomic' | 'override'> {
  /** Orders by name, with what the caller knows of them; a Create has the whole order in the values. */
  orders: readonly AskedRow[];
}

export interface EvaluateParts extends PreParts {
  reader: PlantReader;
}

/**
 * @throws OrderwrightError OW_OPERATION_UNKNOWN, OW_INPUT_INVALID, OW_ORDERS_INVALID (Create)
 */
export async function evaluateCollection(
  parts: EvaluateParts,
  asked: EvaluateRequest,
): Promise<Verdict<AnswerRow>> {
  const { kernel } = parts;
  const operation = asked.operation === create.name ? create : findOperation(kernel, asked.operation);
  checkInput(operation.input, asked.input ?? {});
  // A Create has whole orders in its values, which are read like a file.
  checkValues('orders', asked.orders, operation === create ? () => undefined : checkValuesBy(ORDER_VALUES));
  const names = asked.orders.map(({ name }) => name);
  const answer = await answerPre(
    parts,
    {
      asked,
      operation: operation.name,
      rows: asked.orders.map(({ name, values = {} }) => ({
        name,
        order: name,
        details: saidOf(values),
      })),
    },
    (request, inTime) =>
      parts.reads.read(names, (read) => evaluateAll(parts, { asked, operation, request, inTime, read })),
  );
  return ofOrders(answer);
}

interface Question {
  asked: EvaluateRequest;
  operation: Operation;
  request: Request;
  inTime: () => void;
  read: SharedRead;
}

async function evaluateAll(
  { kernel, reader }: EvaluateParts,
  { asked, operation, request, inTime, read }: Question,
): Promise<Evaluated> {
  const { snapshots } = read;
  const run = runOfPre(kernel, asked, request, read);
  const rows: AnswerRow[] = [];
  if (operation === create) {
    const file = asked.orders.map(({ name, values }) => ({ ...values, name }));
    for (const order of await readOrders(run, reader, file)) {
      inTime();
      rows.push(await evaluateNew(run, order));
    }
    return { run, rows };
  }
  for (const { name, values = {} } of asked.orders) {
    inTime();
    const snapshot = snapshots.get(name);
    rows.push(
      snapshot === undefined
        ? unknownOrder(run, operation, name)
        : await evaluateOne(run, operation, snapshot, { input: asked.input ?? {}, values }),
    );
  }
  return { run, rows };
}

async function evaluateOne(
  run: Run,
  operation: Operation,
  read: OrderSnapshot,
  { input, values }: { input: JsonObject; values: JsonObject },
): Promise<AnswerRow> {
  // Who owns the order is what the host has committed: a request does not say so of itself.
  const foreign = foreignOwner(run.roles, read.order);
  if (foreign !== null)
    return refuseOrder(run, operation, read.order.name, { ...foreign, state: read.order.state });
  const snapshot = await withValues(run.session.orders, read, values);
  if (snapshot === null) {
    const message = `There is no product ${values.product as string}.`;
    return refuseOrder(
      run,
      operation,
      read.order.name,
      refusal('OW_PRODUCT_UNKNOWN', 'The product exists', message),
    );
  }
  const ask = askOf(run, operation, snapshot, input);
  const decided = await decideOrder(ask);
  const row = rowOf(snapshot, decided);
  const recorded = recordOf(run, ask, { decided, row, outcome: null });
  run.recorded.push({ ...recorded, details: { ...recorded.details, ...saidOf(values), moment: 'Pre' } });
  return row;
}

async function evaluateNew(run: Run, order: PlantOrder): Promise<AnswerRow> {
  const prospect = await prospectOf(run, order);
  if ('refused' in prospect) return prospect.refused;
  const { snapshot } = prospect;
  const ask = askOf(run, create, snapshot, {});
  const decided = await decideOrder(ask);
  const row = { ...rowOf(snapshot, decided), state: null } as AnswerRow;
  const recorded = recordOf(run, ask, { decided, row, outcome: null });
  run.recorded.push({ ...recorded, details: { ...recorded.details, moment: 'Pre' } });
  return row;
}

function saidOf(values: JsonObject): JsonObject {
  return Object.keys(values).length === 0 ? {} : { values };
}
