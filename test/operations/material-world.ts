/** A small plant in which materials move: a line of four steps, facilities that take delivery and one that does not. */
import type { JsonObject } from '../../src/index.js';
import { anOrder, ordersFile, PLANT, type AnOrder } from './an-order.js';
import { given, type Given, type Place } from './given.js';

/** Benches are packed in boxes of 4 at the last step, which only some orders reach. */
const STEPS: JsonObject[] = [
  { name: 'Saw', facility: 'Lisbon', units: 'pcs' },
  { name: 'Assemble', facility: 'Lisbon', units: 'pcs', marksProductCompletion: true },
  { name: 'Check', facility: 'Lisbon', units: 'pcs' },
  { name: 'Pack', facility: 'Lisbon', units: 'box' },
];

export const LINE: JsonObject = {
  ...PLANT,
  facilities: [
    { name: 'Lisbon' },
    { name: 'Porto' },
    { name: 'Store', terminateOnShip: true },
    { name: 'Customer', remote: true },
  ],
  steps: [...(PLANT.steps as JsonObject[]), ...STEPS],
  flows: [
    ...(PLANT.flows as JsonObject[]),
    { name: 'Line', revision: 'A', effective: true, items: STEPS.map(({ name = null }) => ({ step: name })) },
  ],
  products: [
    ...(PLANT.products as JsonObject[]),
    {
      name: 'Bench',
      units: 'pcs',
      flowPath: 'Line:A:1/Saw:1',
      unitConversions: [{ from: 'box', to: 'pcs', factor: '4' }],
    },
  ],
};

export const at = (step: string): string => `Line:A:1/${step}:1`;
export const SAW = { flowPath: at('Saw') };
export const DONE = { flowPath: at('Assemble') };

/** 10 pcs of the product Bench; its materials are `PO-M1`, `PO-M2`, ... */
export function benches(name = 'PO'): AnOrder {
  return anOrder(name).with({ product: 'Bench' });
}

/** A material that belongs to no order. */
export function loose(name: string, fields: JsonObject = {}): JsonObject {
  return { name, product: 'Bench', quantity: '10', units: 'pcs', state: 'InProgress', ...SAW, ...fields };
}

export interface Parts {
  orders?: AnOrder[];
  loose?: JsonObject[];
  /** Further or other arrays of the plant file. */
  plant?: JsonObject;
  place?: Place;
}

/** An orderwright on the line, with these orders and these materials without an order. */
export async function onTheLine({ orders = [benches()], loose: free = [], plant = {}, place }: Parts = {}) {
  const world: Given = await given(...(place === undefined ? [] : [place]));
  const { materials, ...file } = ordersFile(...orders);
  await world.importing(
    { ...LINE, ...plant, ...file, materials: [...(materials as JsonObject[]), ...free] },
    true,
  );
  return world;
}

/** The codes and rules of a row's warnings or violations. */
export const codesOf = (list: readonly { code: string; rule: string | null }[]): string[] =>
  list.map(({ code, rule }) => rule ?? code);
