/**
 * What a caller inside its own open transaction knows of a material (design 3.6): the plant file's fields, which win over
 * what is read.
 */
import { parseDecimal } from '../../core/decimal.js';
import type { JsonObject, JsonValue } from '../../core/json.js';
import {
  MATERIAL_STATES,
  UNIVERSAL_STATES,
  type MaterialRow,
  type MaterialSnapshot,
  type OrderSnapshot,
  type ProductionOrderMaterial,
} from '../../core/order/production-order.js';
import { refusal, type Violation } from '../../core/rules/verdict.js';
import type { OrderStore } from '../../ports/order-store.js';
import { NAME, NAME_OR_NULL } from '../order-values.js';

/** The schema of the values; a null takes the value away where the field may be without one. */
export const MATERIAL_VALUES: JsonObject = {
  type: 'object',
  additionalProperties: false,
  properties: {
    name: NAME,
    product: NAME,
    quantity: { type: ['number', 'string'], reads: 'decimal-or-zero' },
    units: NAME,
    productionOrder: NAME_OR_NULL,
    accounts: { type: 'boolean' },
    facility: NAME_OR_NULL,
    flowPath: { ...NAME_OR_NULL, maxLength: 4000 },
    state: { enum: [...MATERIAL_STATES] },
    universalState: { enum: [...UNIVERSAL_STATES] },
  },
};

const OF_THE_ROW = ['units', 'product', 'facility', 'flowPath', 'state', 'universalState'] as const;

/**
 * The snapshot with the values of a request, which were checked by the schema before: the material's own row, the order
 * that it belongs to, and the orders as they are with it.
 * @returns a violation where they name a product or an order that does not exist.
 */
export async function withMaterialValues(
  store: OrderStore,
  snapshot: MaterialSnapshot,
  values: JsonObject,
): Promise<MaterialSnapshot | Violation> {
  if (Object.keys(values).length === 0) return snapshot;
  const material = { ...snapshot.material, ...rowOf(values) };
  const product =
    material.product === snapshot.product.name ? snapshot.product : await store.product(material.product);
  if (product === null) {
    const message = `There is no product ${material.product}.`;
    return refusal('OW_PRODUCT_UNKNOWN', 'The product exists', message);
  }
  const links = linksWith(snapshot.links, values);
  const missing = links.map(({ order }) => order).filter((name) => !snapshot.orders.has(name));
  const orders = new Map([...snapshot.orders, ...(await store.load(missing))]);
  const unknown = missing.find((name) => !orders.has(name));
  if (unknown !== undefined) {
    const message = `There is no Production Order ${unknown}.`;
    return refusal('OW_ORDER_UNKNOWN', 'The order exists', message);
  }
  for (const [name, order] of orders) {
    const link = links.find((one) => one.order === name);
    orders.set(name, withMaterial(order, material, link));
  }
  return { ...snapshot, material, product, links, orders };
}

function rowOf(values: JsonObject): Partial<MaterialRow> {
  const given = OF_THE_ROW.filter((field) => values[field] !== undefined);
  const { quantity } = values;
  return {
    ...Object.fromEntries(given.map((field) => [field, values[field] as JsonValue])),
    ...(quantity !== undefined && {
      quantity: parseDecimal(typeof quantity === 'string' ? quantity : JSON.stringify(quantity)),
    }),
  };
}

function linksWith(
  links: readonly ProductionOrderMaterial[],
  { productionOrder, accounts }: JsonObject,
): ProductionOrderMaterial[] {
  const current = links.find((link) => link.current);
  const order = productionOrder === undefined ? (current?.order ?? null) : (productionOrder as string | null);
  const earlier = links.filter((link) => !link.current && link.order !== order);
  if (order === null) return earlier;
  const known = links.find((link) => link.order === order);
  const counts = typeof accounts === 'boolean' ? accounts : (known?.accounts ?? true);
  // A material counts toward one order at most.
  const others = earlier.filter((link) => !counts || !link.accounts);
  return [...others, { order, accounts: counts, current: true }];
}

/** The order as it is with this material, or without it. */
function withMaterial(
  snapshot: OrderSnapshot,
  material: MaterialRow,
  link: ProductionOrderMaterial | undefined,
): OrderSnapshot {
  const { name } = material;
  const own = link === undefined ? [] : [{ ...material, accounts: link.accounts }];
  const place = snapshot.materials.findIndex((one) => one.name === name);
  const materials = [...snapshot.materials];
  materials.splice(place < 0 ? materials.length : place, place < 0 ? 0 : 1, ...own);
  return { ...snapshot, materials };
}
