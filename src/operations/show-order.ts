/** What an order is, what is allowed now, and what is blocked by which rule. */
import type { JsonObject, JsonValue } from '../core/json.js';
import type { OrderSnapshot } from '../core/order/production-order.js';
import { shownQuantities } from '../core/order/quantities.js';
import { OrderwrightError } from '../core/problem.js';
import type { Session } from '../ports/database.js';
import type { OrderCounts, OrderPage } from '../ports/order-store.js';
import type { Request } from '../ports/plugin.js';
import { decideOrder } from './decide-order.js';
import type { Ask } from './evaluate-order.js';
import { failingAs } from './evaluate-order.js';
import { whatIfScrapped } from './if-scrapped.js';
import type { Kernel } from './kernel.js';
import type { ActiveRules } from './rule-book.js';

/** Operations that a reader is told about; the others are a plugin's smaller ones, asked about one step at a time. */
function offered(kernel: Kernel) {
  return [...kernel.operations.values()].filter((operation) => operation.perOrder !== false);
}

export interface ShowOrderRequest extends Request {
  /** Materials: what would become of the order if they were terminated. */
  ifScrapped?: readonly string[];
}

/**
 * One order with everything about it.
 * @throws OrderwrightError OW_ORDER_UNKNOWN, OW_MATERIAL_UNKNOWN
 */
export async function showOrder(
  kernel: Kernel,
  name: string,
  { ifScrapped, ...request }: ShowOrderRequest,
): Promise<JsonObject> {
  await kernel.rules.refresh(request.actor);
  return kernel.database.read(async (session) => {
    const snapshot = (await session.orders.load([name])).get(name);
    if (snapshot === undefined)
      throw new OrderwrightError('OW_ORDER_UNKNOWN', `There is no Production Order ${name}`);
    const rules = await kernel.rules.active(session);
    const sections: JsonObject = { steps: [], dependencies: [] };
    for (const plugin of kernel.plugins) {
      const { code, manifest } = plugin;
      const show = code.showOrder;
      if (show === undefined) continue;
      const given = await failingAs(plugin, () => show(snapshot.order, session));
      for (const section of manifest.sections ?? []) sections[section] = given[section] ?? null;
    }
    const shown = await summary({ kernel, session, rules, snapshot, request, preconditionsOnly: false });
    const asker = { kernel, session, rules, request, dryRun: true, automatic: false, override: null };
    return {
      ...shown,
      ...sections,
      // No section of a plugin stands in the place of what the order is.
      ...shown,
      materials: snapshot.materials.map(materialRow),
      notices: await notices(session, name),
      pendingHostActions: await pendingActions(session, name),
      ...(ifScrapped !== undefined && { ifScrapped: await whatIfScrapped(asker, snapshot, ifScrapped) }),
    };
  });
}

export interface ListOrdersRequest extends OrderPage {
  /** Leaves out what is allowed and blocked: to look up which rules hold takes longer than all the rest. */
  brief?: boolean;
  /** Adds how many there are in each state, whichever states are asked for, and the facilities to choose from. */
  counts?: boolean;
}

export interface OrderList {
  orders: JsonObject[];
  counts?: OrderCounts & { facilities: string[] };
}

/** Orders in name order, without steps and materials. */
export async function listOrders(
  kernel: Kernel,
  { brief = false, counts = false, ...page }: ListOrdersRequest,
  request: Request,
): Promise<OrderList> {
  await kernel.rules.refresh(request.actor);
  return kernel.database.read(async (session) => {
    const rules = await kernel.rules.active(session);
    const names = await session.orders.names(page);
    const snapshots = await session.orders.load(names);
    const orders: JsonObject[] = [];
    for (const name of names) {
      const snapshot = snapshots.get(name);
      if (snapshot === undefined) continue;
      // What an operation would come to is worked out for one order, and not for a list.
      const shown: Shown = { kernel, session, rules, snapshot, request, preconditionsOnly: true };
      orders.push(brief ? described(snapshot) : await summary(shown));
    }
    if (!counts) return { orders };
    const facilities = await session.orders.facilities();
    return { orders, counts: { ...(await session.orders.counts(page)), facilities } };
  });
}

interface Shown {
  kernel: Kernel;
  session: Session;
  rules: ActiveRules;
  snapshot: OrderSnapshot;
  request: Request;
  preconditionsOnly: boolean;
}

async function summary(shown: Shown): Promise<JsonObject> {
  const allowed: string[] = [];
  const blocked: JsonValue[] = [];
  for (const operation of offered(shown.kernel)) {
    // As an automatic run would: whether it can be done at all, and not only in the mode that is usual by hand.
    const ask: Ask = { ...shown, operation, input: {}, dryRun: true, automatic: true, override: null };
    const decided = await decideOrder(ask, shown.preconditionsOnly);
    if (decided.allowed) allowed.push(operation.name);
    else blocked.push({ operation: operation.name, violations: decided.violations as unknown as JsonValue });
  }
  return { ...described(shown.snapshot), allowed, blocked };
}

/** What an order is, without what can be done with it. */
function described(snapshot: OrderSnapshot): JsonObject {
  const { order, product } = snapshot;
  const quantities = shownQuantities(snapshot);
  const countable = quantities.missingConversions.length === 0;
  return {
    name: order.name,
    state: order.state,
    universalState: order.universalState,
    // What Unterminate leads back to, where that is known.
    canceledFrom: order.state === 'Canceled' ? (order.canceledFrom ?? snapshot.canceledFromJournal) : null,
    product: order.product,
    facility: order.facility,
    flowPath: order.flowPath ?? product.flowPath,
    priority: order.priority,
    startDate: order.startDate,
    dueDate: order.dueDate,
    plannedStart: order.plannedStart,
    plannedEnd: order.plannedEnd,
    restricted: order.restricted,
    includeInPlanning: order.includeInPlanning,
    overDeliveryTolerance: order.overDeliveryTolerance,
    underDeliveryTolerance: order.underDeliveryTolerance,
    quantities: {
      quantity: order.quantity,
      // A sum that leaves a material out would be wrong: without a conversion the quantities are not known.
      inProgress: countable ? quantities.inProgress : null,
      completed: countable ? quantities.completed : null,
      delivered: countable ? quantities.delivered : null,
      units: order.units,
    },
  };
}

/** What is offered to the host and was not done yet. */
async function pendingActions({ pendingHostActions }: Session, name: string): Promise<JsonValue> {
  return (await pendingHostActions.open(name)).map((action) => ({ ...action }));
}

function materialRow(material: OrderSnapshot['materials'][number]): JsonObject {
  const { name, product, quantity, units, accounts, facility, flowPath, state, universalState } = material;
  return { name, product, quantity, units, accounts, facility, flowPath, state, universalState };
}

/** What was refused after the fact: by a hook's rules, or by ours where the host did it all the same. */
async function notices(session: Session, order: string): Promise<JsonValue[]> {
  const found: { sequence: number; notice: JsonValue }[] = [];
  for (const door of ['hook', 'event'] as const) {
    const last = await session.journal.lastVerdict(order, { door });
    if (last?.verdict?.allowed !== false) continue;
    const since = await session.journal.lastVerdict(order, { operation: last.operation });
    if (since?.sequence !== last.sequence) continue;
    const { operation, at, sequence } = last;
    const violations = last.verdict.violations as unknown as JsonValue;
    found.push({ sequence, notice: { operation, at, sequence, violations } });
  }
  return found.sort((a, b) => a.sequence - b.sequence).map(({ notice }) => notice);
}
