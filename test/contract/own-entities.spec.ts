import { expect } from 'chai';
import { describe, it } from 'mocha';
import { openDatabase } from '../../src/adapters/sql/open-database.js';
import { createOrderwright, type Orderwright } from '../../src/index.js';
import { hostMapping, installBeside, RELEASED_ORDER } from './a-host.js';
import { ENGINES } from './engines.js';

const KEPT = {
  steps: [{ name: 'Cut' }],
  products: [{ name: 'Stool', units: 'pcs', unitConversions: [{ from: 'box', to: 'pcs', factor: '12' }] }],
};
const OWN = {
  companyWorkSchedule: 'Day',
  workSchedules: [{ name: 'Day', timeZone: 'UTC', week: { monday: ['08:00-17:00'] } }],
  departments: [{ name: 'Production', planningInterval: { unit: 'minute', length: 5 } }],
  workCenterTypes: [{ name: 'Saw', department: 'Production' }],
  workCenters: [{ name: 'Saw 1', type: 'Saw', workSchedule: 'Day' }],
  billsOfMaterials: [
    {
      name: 'Stool',
      product: 'Stool',
      operations: [{ number: 1, next: 0, name: 'Saw', standardTime: 'PT10M', workCenterType: 'Saw' }],
    },
  ],
};

for (const engine of ENGINES.slice(1).filter(({ missing }) => missing === null)) {
  describe(`[adapter] An import beside a host, on ${engine.name}`, function () {
    this.timeout(180_000);

    it('fills the tables of ours, which planning reads, and leaves the host its own', async () => {
      const url = await engine.make();
      await installBeside(url, hostMapping());
      const host = await openDatabase(url);
      const orderwright = await createOrderwright({ database: url, folder: '/nowhere' });
      try {
        const of = (table: `${string}.${string}`) => host.knex(host.dialect.names.table(table));
        await of('host.Step').insert({
          Name: 'Cut',
          MarksProductCompletion: 0,
          TimeBasis: 'unit',
          Yield: '1',
        });
        await of('host.Product').insert({
          Name: 'Stool',
          Units: 'pcs',
          IncludeInSchedule: 1,
          BillOfMaterials: 'Stool',
        });
        await of('host.ProductionOrder').insert(RELEASED_ORDER);
        const whole = { ...OWN, ...KEPT, productionOrders: [{ name: 'X', product: 'Stool', quantity: '1' }] };
        expect(await problems(orderwright, whole, true)).to.deep.equal([
          '$.productionOrders OW_SOURCE_IS_HOST',
          '$.steps OW_SOURCE_IS_HOST',
        ]);
        const only = [
          ...Object.keys(OWN).filter((name) => name !== 'companyWorkSchedule'),
          'companies',
          'products',
        ];
        await orderwright.importPlant({ text: JSON.stringify(whole), only, replace: true });
        expect(await problems(orderwright, { workCenters: OWN.workCenters })).to.have.length(1);
        const moved = { workCenters: [{ name: 'Saw 1', type: 'Saw', workSchedule: 'Day', capacity: 2 }] };
        await orderwright.importPlant({ text: JSON.stringify(moved), replace: true });
        const centers = await of('orderwright.OwnWorkCenter').select('Name as Name', 'Capacity as Capacity');
        expect(centers).to.deep.equal([{ Name: 'Saw 1', Capacity: 2 }]);
        const products = await of('host.Product').select('Name as Name', 'Units as Units');
        expect(products).to.deep.equal([{ Name: 'Stool', Units: 'pcs' }]);
        expect(await of('orderwright.OwnProduct').select('Name')).to.deep.equal([]);
        expect(await of('orderwright.HostUnitConversion').select('Factor as Factor')).to.deep.equal([
          { Factor: '12' },
        ]);
        const planned = await orderwright.command('schedule', {
          arguments: {},
          options: {},
          input: {},
          now: '2026-11-23T00:00:00Z',
        });
        const text = [...(planned.document as Iterable<string>)].join('');
        expect((JSON.parse(text) as { orders: object[] }).orders[0]).to.include({
          name: 'PO',
          scheduledStart: '2026-11-23T08:00:00Z',
          scheduledEnd: '2026-11-23T08:10:00Z',
        });
      } finally {
        await orderwright.close();
        await host.knex.destroy();
        if (host.reader !== host.knex) await host.reader.destroy();
        await engine.drop(url);
      }
    });
  });
}

async function problems(orderwright: Orderwright, plant: object, replace = false): Promise<string[]> {
  const failure = await orderwright.importPlant({ text: JSON.stringify(plant), replace }).then(
    () => ({ problems: [] }),
    (error: unknown) => error as { problems: { path: string; code: string }[] },
  );
  return failure.problems.map(({ path, code }) => `${path} ${code}`).sort();
}
