/** The Post half of a hook (design 3.6): it only stores an event, which a dispatcher applies once the row shows it. */
import { randomUUID } from 'node:crypto';
import { KERNEL_OPERATIONS } from '../core/hooks/hook-point.js';
import { MATERIAL_OPERATIONS } from '../core/order/material-operations.js';
import type { JsonObject } from '../core/json.js';
import { claimedBy, claimedOfMaterial } from '../core/order/claimed-standing.js';
import { OrderwrightError, type Problem } from '../core/problem.js';
import type { Session } from '../ports/database.js';
import type { HookEvent, NewEvent } from '../ports/event-queue.js';
import { checkInput } from './check-input.js';
import type { AskedRow } from './check-values.js';
import type { Kernel } from './kernel.js';
import { findMaterialOperation } from './material/material-operations.js';

export interface PostEventsRequest {
  /** `ProductionOrder.Release`, `Material.Ship`. */
  operation: string;
  /** The orders of an operation on orders; not given for one on materials. */
  orders?: readonly AskedRow[];
  /** The materials of an operation on materials. */
  materials?: readonly AskedRow[];
  input?: JsonObject;
  requestId?: string;
  correlationId?: string;
  actor: string;
}

/** An event as a reader of the queue sees it (design section 4). */
export type EventRow = Pick<HookEvent, 'id' | 'order' | 'operation' | 'state' | 'attempts' | 'error'>;

export interface PostedEvents {
  requestId: string;
  events: EventRow[];
}

/**
 * Stores an event per order or material, all of them or none; one named twice, or reported by this request before, has
 * one.
 * @throws OrderwrightError OW_OPERATION_UNKNOWN, OW_INPUT_INVALID, OW_ORDER_UNKNOWN, OW_MATERIAL_UNKNOWN: neither is it
 * there nor was its creation reported, so that a mistyped name is told at once and not after the time for confirmation.
 */
export async function postEvents(kernel: Kernel, asked: PostEventsRequest): Promise<PostedEvents> {
  const { entity, operation } = operationOf(asked.operation);
  const rows = rowsOf(asked, entity);
  const input = asked.input ?? {};
  const schema =
    entity === 'Material' ? findMaterialOperation(operation).input : kernel.operations.get(operation)?.input;
  // A host's report of a change need not say what it changed.
  if (schema !== undefined && Object.keys(input).length > 0) checkInput(schema, input);
  const requestId = asked.requestId ?? randomUUID();
  const { actor, correlationId = requestId } = asked;
  const common = { input, actor, requestId, correlationId };
  const stored = await kernel.database.write(async (session) => {
    const events =
      entity === 'Material'
        ? await materialEvents(session, operation, rows, common)
        : await orderEvents(session, operation, rows, common);
    return session.events.find(await session.events.store(events, kernel.clock.now()));
  });
  return { requestId, events: stored.map(eventRow) };
}

type Common = Pick<NewEvent, 'input' | 'actor' | 'requestId' | 'correlationId'>;

/** Each row once; the last one of a name is what is known of it. */
function rowsOf(asked: PostEventsRequest, entity: Entity): AskedRow[] {
  const [list, other] =
    entity === 'Material' ? (['materials', 'orders'] as const) : (['orders', 'materials'] as const);
  const problems: Problem[] = [];
  if (asked[list] === undefined)
    problems.push({
      path: `$.${list}`,
      code: 'OW_INPUT_INVALID',
      message: `is missing: ${asked.operation} is about ${list}`,
    });
  if (asked[other] !== undefined)
    problems.push({
      path: `$.${other}`,
      code: 'OW_INPUT_INVALID',
      message: `is not what ${asked.operation} is about`,
    });
  if (problems.length > 0) {
    const said = problems.map(({ path, message }) => `${path} ${message}`).join('; ');
    throw new OrderwrightError('OW_INPUT_INVALID', `The report is not valid: ${said}`, problems);
  }
  return [...new Map((asked[list] ?? []).map((row) => [row.name, row])).values()];
}

async function orderEvents(
  session: Session,
  operation: string,
  rows: readonly AskedRow[],
  common: Common,
): Promise<NewEvent[]> {
  const events = rows.map(({ name, values = {} }): NewEvent => ({
    operation: `ProductionOrder.${operation}`,
    order: name,
    material: null,
    rowVersion: rowVersionOf(values),
    claimed: claimedBy(operation, values),
    ...common,
  }));
  if (operation !== 'Create') await checkOrders(session, events);
  return events;
}

async function materialEvents(
  session: Session,
  operation: string,
  rows: readonly AskedRow[],
  common: Common,
): Promise<NewEvent[]> {
  const current = await session.materials.currentOrders(rows.map(({ name }) => name));
  const events = rows.map(({ name, values = {} }): NewEvent => {
    const { productionOrder: said, ...others } = values;
    const told = [said, common.input.order].find((one) => typeof one === 'string');
    return {
      operation: `Material.${operation}`,
      // The order that it belongs to keeps its place in line; one that is to be may be told.
      order: current.get(name) ?? told ?? null,
      material: name,
      rowVersion: rowVersionOf(values),
      claimed: claimedOfMaterial(operation, common.input, said === undefined ? others : values),
      ...common,
    };
  });
  if (operation !== 'Create') await checkMaterials(session, events, current);
  return events;
}

function rowVersionOf({ rowVersion }: JsonObject): string | null {
  return typeof rowVersion === 'string' ? rowVersion : null;
}

export function eventRow({ id, order, operation, state, attempts, error }: HookEvent): EventRow {
  return { id, order, operation, state, attempts, error };
}

type Entity = 'ProductionOrder' | 'Material';

const REPORTED: Readonly<Record<Entity, readonly string[]>> = {
  ProductionOrder: KERNEL_OPERATIONS,
  Material: MATERIAL_OPERATIONS,
};

function operationOf(asked: string): { entity: Entity; operation: string } {
  for (const entity of ['ProductionOrder', 'Material'] as const) {
    const operation = REPORTED[entity].find((name) => asked === `${entity}.${name}`);
    if (operation !== undefined) return { entity, operation };
  }
  const known = Object.entries(REPORTED)
    .flatMap(([entity, operations]) => operations.map((operation) => `${entity}.${operation}`))
    .join(', ');
  const message = `${asked} is no operation that a host reports.\nMaybe one of: ${known}`;
  throw new OrderwrightError('OW_OPERATION_UNKNOWN', message, [], true);
}

async function checkOrders(session: Session, events: readonly NewEvent[]): Promise<void> {
  const names = events.map(({ order }) => order ?? '');
  const known = new Set((await session.orders.load(names)).keys());
  const missing = names.filter((name) => !known.has(name));
  if (missing.length === 0) return;
  for (const { operation, order } of await session.events.awaiting(missing)) {
    if (operation === 'ProductionOrder.Create' && order !== null) known.add(order);
  }
  refuseUnknown(names, known, {
    list: 'orders',
    code: 'OW_ORDER_UNKNOWN',
    message: (name) => `There is no Production Order ${name}`,
  });
}

async function checkMaterials(
  session: Session,
  events: readonly NewEvent[],
  current: ReadonlyMap<string, string | null>,
): Promise<void> {
  const names = events.map(({ material }) => material ?? '');
  const known = new Set(current.keys());
  const missing = events.filter(({ material }) => !known.has(material ?? ''));
  if (missing.length === 0) return;
  const series = missing.flatMap(({ order, material }) => [order, material].filter((one) => one !== null));
  for (const { operation, material } of await session.events.awaiting([...new Set(series)])) {
    if (operation === 'Material.Create' && material !== null) known.add(material);
  }
  refuseUnknown(names, known, {
    list: 'materials',
    code: 'OW_MATERIAL_UNKNOWN',
    message: (name) => `There is no material ${name}`,
  });
}

function refuseUnknown(
  names: readonly string[],
  known: ReadonlySet<string>,
  { list, code, message }: { list: string; code: string; message: (name: string) => string },
): void {
  const problems = names.flatMap((name, index): Problem[] =>
    known.has(name) ? [] : [{ path: `$.${list}[${index}].name`, code, message: message(name) }],
  );
  if (problems.length === 0) return;
  const said = problems.map((problem) => problem.message).join('; ');
  throw new OrderwrightError(code, `No event was stored: ${said}`, problems);
}
