import { expect } from 'chai';
import fc from 'fast-check';
import type { Knex } from 'knex';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { OrderwrightError } from '../../../src/core/problem.js';
import { example, importInto, problemsOf, referenceMes } from './plant-database.js';
import { effortOf } from '../../effort.js';

const PRODUCT = { name: 'Stool', units: 'pcs' };
const ORDER = { name: '01', product: 'Stool', quantity: '2' };

describe('[adapter] Importing a plant', () => {
  let db: Knex;
  beforeEach(async () => {
    db = await referenceMes();
  });
  afterEach(() => db.destroy());

  const rows = (table: string) => db(`mes_${table}`).select<Record<string, unknown>[]>('*');

  it('imports both examples and counts their entries', async () => {
    const { answer } = await importInto(db, example('stool-factory'));
    expect(answer.imported).to.include({ products: 4, productionOrders: 2, billsOfMaterials: 2 });
    const other = await referenceMes();
    const wafer = await importInto(other, example('wafer-plant'));
    expect(wafer.answer.imported).to.include({ flows: 4, productionOrders: 4, materials: 1 });
    const items = await other('mes_FlowItem').select('*');
    expect(items).to.have.length(12);
    const [lot] = await other('mes_ProductionOrderMaterial').select<Record<string, unknown>[]>('*');
    expect(lot).to.include({ Accounts: 1, IsCurrent: 1 });
    const times: unknown = await other('mes_ProductionOrder')
      .where('Name', 'PO-1002')
      .first('PlannedStart', 'StartDate');
    expect(times).to.deep.equal({ PlannedStart: '2026-11-23T06:00:00Z', StartDate: '2026-11-23' });
    await other.destroy();
  });

  it('fills every default in', async () => {
    await importInto(db, { products: [PRODUCT], productionOrders: [{ ...ORDER, facility: null }] });
    const [order] = await rows('ProductionOrder');
    expect(order).to.deep.equal({
      Id: 1,
      Name: '01',
      Product: 'Stool',
      Quantity: '2',
      Units: 'pcs',
      Priority: 2,
      Position: null,
      StartDate: null,
      DueDate: null,
      PlannedStart: null,
      PlannedEnd: null,
      Company: null,
      Facility: null,
      FlowPath: null,
      OverDeliveryTolerance: '0',
      UnderDeliveryTolerance: '0',
      Restricted: 0,
      IncludeInPlanning: 1,
      State: 'Created',
      UniversalState: 'Active',
      CanceledFrom: null,
      OwnerRole: null,
      RowVersion: 1,
    });
  });

  it('writes nothing where anything is wrong', async () => {
    const problems = await problemsOf(
      importInto(db, { products: [PRODUCT, { name: 'Leg', units: 'pcs', billOfMaterials: 'none' }] }),
    );
    expect(problems.map(({ path, code }) => [path, code])).to.deep.equal([
      ['$.products[1].billOfMaterials', 'OW_PLANT_REFERENCE'],
    ]);
    expect(await rows('Product')).to.deep.equal([]);
  });

  it('refuses a name that is there already, at its path', async () => {
    await importInto(db, example('wafer-plant'));
    const problems = await problemsOf(importInto(db, example('wafer-plant')));
    const paths = problems.map(({ path }) => path);
    expect(new Set(problems.map(({ code }) => code))).to.deep.equal(new Set(['OW_PLANT_EXISTS']));
    expect(paths).to.include('$.productionOrders[0].name');
    expect(paths).to.include('$.flows[1].name');
  });

  it('updates in place with replace: keys stay, children are written anew, others stay', async () => {
    await importInto(db, example('wafer-plant'));
    const before = await db('mes_ProductionOrder').select<{ Id: number; Name: string }[]>('Id', 'Name');
    const materialBefore = (await rows('Material'))[0]!;
    await importInto(db, example('wafer-plant'), { replace: true });
    expect(await db('mes_ProductionOrder').select('Id', 'Name')).to.deep.equal(before);
    expect((await rows('Material'))[0]).to.include({ Id: materialBefore.Id, RowVersion: 2 });
    expect(await rows('FlowItem')).to.have.length(12);
    expect(await rows('Absence')).to.have.length(1);
    expect(await rows('ProductionOrderMaterial')).to.have.length(1);
    await importInto(
      db,
      { materials: [{ name: 'LOT-2001', product: 'Wafer W-100', quantity: 5, productionOrder: 'PO-1001' }] },
      { replace: true },
    );
    const links = await db('mes_ProductionOrderMaterial')
      .join('mes_ProductionOrder', 'Id', 'ProductionOrderId')
      .pluck('Name');
    expect(links).to.deep.equal(['PO-1001']);
    expect(await rows('ProductionOrder')).to.have.length(4);
  });

  it('imports only what is named, and still understands its times', async () => {
    const plant = {
      timeZone: 'Europe/Lisbon',
      products: [PRODUCT],
      productionOrders: [{ ...ORDER, plannedStart: '2020-07-03T08:00' }],
    };
    await importInto(db, plant, { only: ['products'] });
    expect(await rows('ProductionOrder')).to.deep.equal([]);
    expect(await rows('Company')).to.deep.equal([]);
    await importInto(db, plant, { only: ['productionOrders'] });
    expect((await rows('ProductionOrder'))[0]).to.include({ PlannedStart: '2020-07-03T07:00:00Z' });
    const usage = await importInto(db, plant, { only: ['orders'] }).then(
      () => null,
      (error: unknown) => error,
    );
    expect(usage).to.be.instanceOf(OrderwrightError).and.include({ code: 'OW_USAGE', usage: true });
  });

  it('raises the row version with every update, whoever makes it', async () => {
    await importInto(db, { products: [PRODUCT], productionOrders: [ORDER] });
    await db('mes_ProductionOrder').update({ State: 'Released' });
    await db('mes_ProductionOrder').update({ State: 'Created' });
    expect((await rows('ProductionOrder'))[0]).to.include({ RowVersion: 3 });
  });

  it('refers to what the database has, in its zones and units', async () => {
    await importInto(db, {
      facilities: [{ name: 'Fab', timeZone: 'Asia/Tokyo' }],
      steps: [{ name: 'Cut' }],
      flows: [{ name: 'Sub', items: [{ step: 'Cut' }] }],
      products: [PRODUCT],
    });
    await importInto(db, {
      flows: [{ name: 'Main', items: [{ flow: 'Sub' }] }],
      productionOrders: [
        { ...ORDER, facility: 'Fab', flowPath: 'Main:A:1/Sub:A:1/Cut:1', dueDate: '2020-07-03T09:00' },
      ],
    });
    expect((await rows('ProductionOrder'))[0]).to.include({ Units: 'pcs', DueDate: '2020-07-03T00:00:00Z' });
    const cycle = await problemsOf(
      importInto(db, { flows: [{ name: 'Sub', items: [{ flow: 'Main' }] }] }, { replace: true }),
    );
    expect(cycle.map(({ path, code }) => [path, code])).to.deep.equal([
      ['$.flows[0].items[0]', 'OW_PLANT_FLOW_CYCLE'],
    ]);
  });

  it("hands the plugin's rows back and writes none of them", async () => {
    const outcome = await importInto(db, {
      steps: [{ name: 'Cut' }],
      flows: [{ name: 'Main', items: [{ step: 'Cut' }] }],
      products: [PRODUCT],
      productionOrders: [ORDER],
      productionOrderSteps: [
        { productionOrder: '01', source: null, flowPath: 'Main:A:1/Cut:1', batch: 1, quantity: 2 },
        { productionOrder: '01', flowPath: 'Main:A:1/Cut:1', batch: 2, quantity: 2 },
      ],
      productionOrderStepDependencies: [
        {
          from: { productionOrder: '01', flowPath: 'Main:A:1/Cut:1', batch: 1 },
          to: { productionOrder: '01', flowPath: 'Main:A:1/Cut:1', batch: 2 },
        },
      ],
    });
    expect(outcome.productionOrderSteps[0]).to.deep.equal({
      productionOrder: '01',
      source: null,
      flowPath: 'Main:A:1/Cut:1',
      batch: 1,
      quantity: '2',
      units: 'pcs',
      state: 'Planned',
      actualStart: null,
      actualEnd: null,
      manual: false,
    });
    expect(outcome.productionOrderStepDependencies[0]).to.include({ manual: true });
  });

  it('imports 100,000 orders with little work', async () => {
    const productionOrders = Array.from({ length: 100_000 }, (_, index) => ({
      ...ORDER,
      name: `PO-${index}`,
      quantity: index + 0.5,
      priority: 'High',
      dueDate: `2027-0${1 + (index % 9)}-1${index % 10}T08:00`,
    }));
    const effort = await effortOf(() =>
      importInto(db, { timeZone: 'Europe/Lisbon', products: [PRODUCT], productionOrders }),
    );
    expect(effort).to.be.below(150);
    expect(await db('mes_ProductionOrder').where('Name', 'PO-99999').first('Quantity')).to.deep.equal({
      Quantity: '99999.5',
    });
  });

  it('answers any mutated plant with problems or an import, never with another error', async () => {
    const texts = [example('wafer-plant'), example('stool-factory')];
    const odd = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom(
        '',
        'NaN',
        '1e308',
        -1,
        0,
        1e308,
        0.1,
        '\u0000',
        '__proto__',
        'constructor',
        '24:00-25:00',
      ),
    );
    const mutations = fc.array(fc.tuple(fc.nat(), odd, fc.boolean()), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...texts), mutations, async (text, changes) => {
        const plant = JSON.parse(text) as unknown;
        for (const change of changes) mutate(plant, change);
        const trial = await referenceMes();
        try {
          const problems = await problemsOf(importInto(trial, plant));
          for (const { path, code } of problems) {
            expect(path).to.match(/^\$/);
            expect(code).to.match(/^OW_(PLANT|JSON)_/);
          }
          if (problems.length > 0) expect(await trial('mes_Product').select('*')).to.deep.equal([]);
        } finally {
          await trial.destroy();
        }
      }),
      { numRuns: 150 },
    );
  });
});

/** Replaces, or removes, one value anywhere in the plant. */
function mutate(plant: unknown, [place, value, removes]: [number, unknown, boolean]): void {
  const places: [Record<string, unknown>, string][] = [];
  const open: unknown[] = [plant];
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    if (part === null || typeof part !== 'object') continue;
    for (const key of Object.keys(part)) {
      const parent = part as Record<string, unknown>;
      places.push([parent, key]);
      open.push(parent[key]);
    }
  }
  const chosen = places[place % Math.max(places.length, 1)];
  if (!chosen) return;
  const [parent, key] = chosen;
  if (removes && !Array.isArray(parent)) Reflect.deleteProperty(parent, key);
  else parent[key] = value;
}
