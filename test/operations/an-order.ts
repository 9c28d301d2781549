/** Orders of a test, in the plant file's shape, and the small plant that they belong to. */
import type { JsonObject, OrderState, UniversalState } from '../../src/index.js';

export class AnOrder {
  constructor(
    readonly fields: JsonObject,
    readonly materials: readonly JsonObject[] = [],
  ) {}

  with(fields: JsonObject): AnOrder {
    return new AnOrder({ ...this.fields, ...fields }, this.materials);
  }

  inState(state: OrderState, universalState: UniversalState = 'Active'): AnOrder {
    return this.with({ state, universalState });
  }

  /** A material with 10 pcs in this state, unless its fields say otherwise. */
  having(state: string, fields: JsonObject = {}): AnOrder {
    const productionOrder = this.fields.name as string;
    const name = `${productionOrder}-M${this.materials.length + 1}`;
    const { product = null, units = null } = this.fields;
    const material = { name, product, quantity: '10', units, productionOrder, state, ...fields };
    return new AnOrder(this.fields, [...this.materials, material]);
  }
}

/** 10 pcs of the product Stool, due on 6 July 2020 in Lisbon. */
export function anOrder(name = 'PO'): AnOrder {
  const dates = { startDate: '2020-07-03', dueDate: '2020-07-06' };
  return new AnOrder({ name, product: 'Stool', quantity: '10', units: 'pcs', ...dates });
}

/** What the orders refer to. */
export const PLANT: JsonObject = {
  timeZone: 'Europe/Lisbon',
  facilities: [{ name: 'Lisbon' }, { name: 'New York', timeZone: 'America/New_York' }],
  steps: [{ name: 'Cut', facility: 'Lisbon', units: 'pcs', marksProductCompletion: true }],
  flows: [
    { name: 'Main', revision: 'A', effective: true, items: [{ step: 'Cut' }] },
    { name: 'Other', revision: 'A', effective: true, items: [{ step: 'Cut' }] },
  ],
  products: [
    { name: 'Stool', units: 'pcs', flowPath: 'Main:A:1/Cut:1' },
    { name: 'Table', units: 'pcs' },
  ],
};

export function ordersFile(...orders: AnOrder[]): JsonObject {
  const materials = orders.flatMap((order) => order.materials);
  return { productionOrders: orders.map(({ fields }) => fields), materials };
}
