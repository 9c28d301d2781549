import { expect } from 'chai';
import { afterEach, describe, it } from 'mocha';
import type { JsonObject } from '../../../src/index.js';
import {
  aMaterial,
  anOrder,
  aProduct,
  codes,
  counts,
  FIRST,
  plantFile,
  quantities,
  Shop,
  stepOf,
} from './shop.js';

let shop: Shop;
const opened: Shop[] = [];

async function open(plant?: JsonObject, config?: JsonObject): Promise<Shop> {
  shop = await Shop.open(plant, config);
  opened.push(shop);
  return shop;
}

/** The same plant with another size of the step Bake. */
const bakeIn = (size: number) => ({
  steps: plantFile().steps!.map((step) =>
    (step as JsonObject).name === 'Bake' ? { ...(step as JsonObject), productionOrderStepSize: size } : step,
  ),
});

const SYNCHRONIZE_ON = (operation: string, how: string): JsonObject => ({ synchronizeOn: { [operation]: how } });

afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});
