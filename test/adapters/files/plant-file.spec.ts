import { expect } from 'chai';
import { describe, it } from 'mocha';
import { plantReader } from '../../../src/adapters/files/plant-file.js';
import schema from '../../../src/adapters/files/plant.schema.json' with { type: 'json' };

function shapeOf(plant: unknown): string[] {
  const read = plantReader.read(JSON.stringify(plant));
  if ('problems' in read) return read.problems.map(({ message }) => message);
  return plantReader.shapeProblems(read.value).map(({ path, code, message }) => `${path} ${code} ${message}`);
}

describe('[adapter] The shape of a plant file', () => {
  it('takes null for a field that is left out, arrays and objects too', () => {
    expect(
      shapeOf({
        timeZone: null,
        products: null,
        departments: [{ name: 'A', planningInterval: null }],
        flows: [{ name: 'Main', items: [{ step: 'Cut', flow: null, revision: null }] }],
      }),
    ).to.deep.equal([]);
    expect(shapeOf({ products: [{ name: null, units: 'pcs' }] })).to.deep.equal([
      '$.products[0].name OW_PLANT_SHAPE name is missing',
    ]);
    expect(shapeOf({ products: [null] })).to.deep.equal(['$.products[0] OW_PLANT_SHAPE null must be object']);
  });

  it('names each unknown field at its own path', () => {
    const plant = JSON.parse(
      '{ "colour": 1, "products": [{ "name": "A", "units": "pcs", "__proto__": {}, "a b": 2 }] }',
    ) as unknown;
    expect(shapeOf(plant).map((line) => line.split(' OW')[0])).to.deep.equal([
      '$.colour',
      '$.products[0]["__proto__"]',
      '$.products[0]["a b"]',
    ]);
    expect(shapeOf({ colour: 1 })[0]).to.contain('OW_PLANT_UNKNOWN_FIELD "colour" is not a field');
  });

  it('says one thing for each place', () => {
    expect(
      shapeOf({
        productionOrders: [{ name: 5, product: '', quantity: [], priority: 'Highest', state: 'Done' }],
        flows: [
          { name: 'a/b', items: [{}, { step: 'x', flow: 'y' }, { step: 'x', revision: 'A' }, { step: 7 }] },
        ],
        workCenters: [{ name: 'x'.repeat(401), type: 'a\nb', capacity: 0 }],
        companies: 'none',
      }),
    ).to.have.members([
      '$.companies OW_PLANT_SHAPE "none" must be array',
      '$.productionOrders[0].name OW_PLANT_SHAPE 5 must be string',
      '$.productionOrders[0].product OW_PLANT_SHAPE "" must be a name, not empty and without control characters',
      '$.productionOrders[0].quantity OW_PLANT_SHAPE an array must be number or string',
      '$.productionOrders[0].priority OW_PLANT_SHAPE "Highest" must be High, Medium, Low or a whole number',
      '$.productionOrders[0].state OW_PLANT_SHAPE "Done" must be one of Created, Released, InProgress, Completed, Closed, Canceled',
      '$.flows[0].name OW_PLANT_SHAPE "a/b" must be a name without "/", not empty and without control characters',
      ...[0, 1, 2, 3].map(
        (index) =>
          `$.flows[0].items[${index}] OW_PLANT_SHAPE an object must be exactly one of "step" and "flow" (a step has no revision)`,
      ),
      '$.flows[0].items[3].step OW_PLANT_SHAPE 7 must be string',
      `$.workCenters[0].name OW_PLANT_SHAPE "${'x'.repeat(79)}... must be a name of at most 400 characters`,
      '$.workCenters[0].type OW_PLANT_SHAPE "a\\nb" must be a name, not empty and without control characters',
      '$.workCenters[0].capacity OW_PLANT_SHAPE 0 must be 1 or more',
    ]);
  });

  it('takes nothing but an object', () => {
    for (const value of [[], 'plant', 5, null, true]) expect(shapeOf(value)).to.have.length(1);
  });

  it('describes every property and allows no other', () => {
    const open: unknown[] = [schema];
    for (let part = open.pop(); part !== undefined; part = open.pop()) {
      const { properties = {}, items, ...rest } = part as Record<string, Record<string, unknown> | undefined>;
      for (const property of Object.values(properties)) open.push(property);
      if (items) open.push(items);
      expect(rest, JSON.stringify(part).slice(0, 100)).to.have.property('description');
      if ([rest.type].flat().some((type) => (type as unknown) === 'object')) {
        expect(rest.additionalProperties).to.equal(false);
      }
    }
  });
});
