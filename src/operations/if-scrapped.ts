/**
 * Whether and how an order could still close if some of its materials were terminated (design section 4,
 * `order <name> --if-scrapped`): every way that is offered was asked Close about before.
 */
import type { JsonObject, JsonValue } from '../core/json.js';
import { ifScrapped, type IfScrapped } from '../core/order/if-scrapped.js';
import type { Material, OrderSnapshot } from '../core/order/production-order.js';
import { convert } from '../core/order/quantities.js';
import { compareDecimals, type Decimal } from '../core/decimal.js';
import { OrderwrightError } from '../core/problem.js';
import { close } from './close.js';
import { COMPLETE } from './completion.js';
import { decideOrder, type Decided } from './decide-order.js';
import type { Ask } from './evaluate-order.js';
import { nextAutomatic } from './settle.js';

type Asker = Omit<Ask, 'operation' | 'snapshot' | 'input'>;

/** @throws OrderwrightError OW_MATERIAL_UNKNOWN where a material is none of the order's. */
export async function whatIfScrapped(
  asker: Asker,
  snapshot: OrderSnapshot,
  names: readonly string[],
): Promise<JsonObject> {
  const scrapped = ifScrapped(snapshot, names);
  if (scrapped.unknown.length > 0) {
    const message = `Production Order ${snapshot.order.name} has no material ${scrapped.unknown.join(', ')}.`;
    throw new OrderwrightError('OW_MATERIAL_UNKNOWN', message);
  }
  const after = await settled(asker, scrapped.snapshot, snapshot);
  const now = await closing(asker, after);
  const ways = now.allowed ? [] : await waysToClose(asker, scrapped, after);
  const { quantities } = scrapped;
  const known = quantities.missingConversions.length === 0;
  return {
    scrapped: scrapped.scrapped,
    unaffected: scrapped.unaffected.map((one): JsonObject => ({ ...one })),
    state: after.order.state,
    quantities: known
      ? {
          inProgress: quantities.inProgress,
          completed: quantities.completed,
          delivered: quantities.delivered,
          units: quantities.units,
        }
      : null,
    attainable: scrapped.attainable,
    minimumCloseQuantity: scrapped.minimumCloseQuantity,
    maximumCloseQuantity: scrapped.maximumCloseQuantity,
    shortBy: scrapped.shortBy,
    closes: now.allowed,
    couldClose: now.allowed || ways.length > 0,
    violations: now.violations as unknown as JsonValue,
    ways,
  };
}

/** What would have to be done first. */
interface Way {
  kind: 'complete' | 'make' | 'changeTolerance' | 'changeQuantity';
  text: string;
  /** What is done in addition to completing what is open. */
  more: JsonObject;
  snapshot: OrderSnapshot;
}

async function waysToClose(asker: Asker, scrapped: IfScrapped, after: OrderSnapshot): Promise<JsonObject[]> {
  const { order } = after;
  const { toMake, sufficientTolerance, attainable, open } = scrapped;
  const done = completed(after, scrapped);
  const units = order.units;
  const ways: Way[] = [{ kind: 'complete', text: '', more: {}, snapshot: done }];
  if (toMake !== null && compareDecimals(toMake, '0') > 0) {
    const more = { quantity: toMake, units };
    const made = { ...done, materials: [...done.materials, madeMaterial(after, toMake)] };
    ways.push({ kind: 'make', text: `make ${toMake} ${units} more`, more, snapshot: made });
  }
  if (
    sufficientTolerance !== null &&
    compareDecimals(sufficientTolerance, order.underDeliveryTolerance) > 0
  ) {
    const more = { underDeliveryTolerance: sufficientTolerance };
    const text = `change the under-delivery tolerance to ${sufficientTolerance}`;
    ways.push({ kind: 'changeTolerance', text, more, snapshot: { ...done, order: { ...order, ...more } } });
  }
  if (attainable !== null && compareDecimals(attainable, '0') > 0 && attainable !== order.quantity) {
    const more = { quantity: attainable };
    const text = `change the quantity to ${attainable} ${units}`;
    ways.push({ kind: 'changeQuantity', text, more, snapshot: { ...done, order: { ...order, ...more } } });
  }
  const complete = open.filter(({ completable }) => completable).map(({ name }) => name);
  const remove = open.filter(({ completable }) => !completable).map(({ name }) => name);
  const first = [
    ...(complete.length > 0 ? [`complete ${complete.join(', ')}`] : []),
    ...(remove.length > 0 ? [`remove or terminate ${remove.join(', ')}`] : []),
  ];
  const offered: JsonObject[] = [];
  for (const { kind, text, more, snapshot } of ways) {
    const closes = (await closing(asker, await settled(asker, snapshot, after))).allowed;
    const words = [...first, ...(text === '' ? [] : [text])].join(', ');
    if (closes && words !== '') offered.push({ kind, complete, remove, ...more, text: words });
    // What closes once the open materials are completed needs nothing more.
    if (closes && kind === 'complete') break;
  }
  return offered;
}

/** The order with all that is open completed, and what can't be completed here gone. */
function completed(snapshot: OrderSnapshot, { open }: IfScrapped): OrderSnapshot {
  const { order, product } = snapshot;
  const opened = new Map(open.map((one) => [one.name, one]));
  const materials = snapshot.materials.map((material): Material => {
    const one = opened.get(material.name);
    if (one === undefined) return material;
    if (!one.completable) return { ...material, universalState: 'Terminated' };
    const quantity = convert(material.quantity, material.units, order.units, product.unitConversions);
    return quantity === null ? material : { ...material, quantity, units: order.units, state: 'Completed' };
  });
  return { ...snapshot, materials };
}

function madeMaterial({ order }: OrderSnapshot, quantity: Decimal): Material {
  return {
    id: '',
    name: '',
    product: order.product,
    quantity,
    units: order.units,
    accounts: true,
    facility: null,
    flowPath: null,
    state: 'Completed',
    universalState: 'Active',
  };
}

/** The order in the state that its materials would bring it to. */
async function settled(asker: Asker, snapshot: OrderSnapshot, before: OrderSnapshot): Promise<OrderSnapshot> {
  let settling = snapshot;
  for (;;) {
    const ask: Ask = { ...asker, operation: COMPLETE, snapshot: settling, input: {} };
    const automatic = await nextAutomatic(ask, before, 'materials');
    if (automatic === null) return settling;
    settling = { ...settling, order: { ...settling.order, ...automatic.next } };
  }
}

function closing(asker: Asker, snapshot: OrderSnapshot): Promise<Decided> {
  return decideOrder({ ...asker, operation: close, snapshot, input: {} });
}
