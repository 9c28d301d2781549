import Database from 'better-sqlite3';
import { expect } from 'chai';
import { join } from 'node:path';
import type { AnswerRow, JsonObject } from '../../../src/index.js';
import { createToken } from '../../../src/adapters/http/tokens.js';
import { anOrder } from '../../operations/an-order.js';
import { aFolder } from '../../operations/folder.js';
import { aServer, codes, isProblem, type AServer } from './a-server.js';

const PO = anOrder('PO').inState('Released').having('Created').having('InProgress');

async function rows(
  server: AServer,
  url: string,
  payload: JsonObject,
  headers: Record<string, string> = {},
): Promise<AnswerRow[]> {
  const { status, body, text } = await server.post(url, payload, headers);
  expect(status, text).to.equal(200);
  return body.materials as unknown as AnswerRow[];
}

describe('Operations on materials over HTTP', () => {
  it('are performed on a collection, and with dryRun or a refused atomic one nothing of it', async () => {
    const server = await aServer({ orders: [PO] });
    const url = '/operations/Material.Split';
    const asked = { materials: [{ name: 'PO-M1' }], input: { quantities: ['4'] } };
    const names = async () =>
      ((await server.door.order('PO')).materials as { name: string }[]).map(({ name }) => name);
    expect((await rows(server, url, { ...asked, dryRun: true }))[0]!.allowed).to.equal(true);
    const both = { ...asked, materials: [{ name: 'PO-M1' }, { name: 'no' }], atomic: true };
    expect((await rows(server, url, both)).map(({ allowed }) => allowed)).to.deep.equal([false, false]);
    expect(await names()).to.have.length(2);
    const { body } = await server.post(url, { ...asked, requestId: 'r1', actor: 'ann' });
    expect(body).to.include({ requestId: 'r1' });
    expect(body.ruleSet).to.be.a('string');
    expect(await names()).to.have.length(3);
    isProblem(await server.post(url, { orders: [{ name: 'PO' }] }), 400, 'OW_REQUEST_INVALID');
    isProblem(await server.post(url, { materials: [{ name: 'PO-M1' }] }), 400, 'OW_INPUT_INVALID');
    const told = { ...asked, materials: [{ name: 'PO-M1', values: { quantity: '5' } }] };
    isProblem(await server.post(url, told), 400, 'OW_VALUES_NOT_TAKEN');
  });

  it('need their permission, their override its own, and an owned order a member', async () => {
    const { token, hash } = await createToken('mes');
    const permissions = ['Material.Split', 'Material.Ship'];
    const server = await aServer({
      orders: [PO.with({ ownerRole: 'planners' })],
      tokens: [{ name: 'mes', hash, permissions, roles: ['fitters'] }],
    });
    const headers = { authorization: `Bearer ${token}` };
    const materials = [{ name: 'PO-M1' }];
    const split = { materials, input: { quantities: ['4'] } };
    isProblem(await server.post('/operations/Material.Expand', { materials }, headers), 403, 'OW_PERMISSION');
    const override = { rule: 'split/x', reason: 'because' };
    isProblem(
      await server.post('/operations/Material.Split', { ...split, override }, headers),
      403,
      'OW_PERMISSION',
    );
    for (const url of ['/operations/Material.Split', '/hooks/Material.Split/Pre'])
      expect(codes((await rows(server, url, split, headers))[0])).to.deep.equal(['OW_OWNER_ROLE']);
    const pretended = [{ name: 'PO-M1', values: { productionOrder: null } }];
    const asked = { ...split, materials: pretended };
    expect(codes((await rows(server, '/hooks/Material.Split/Pre', asked, headers))[0])).to.deep.equal([
      'OW_OWNER_ROLE',
    ]);
  });
});

describe('A Pre hook about materials', () => {
  it('changes nothing but the journal, and takes the values of the request before what is read', async () => {
    const server = await aServer({ orders: [PO, anOrder('Closed').inState('Closed').having('Completed')] });
    const before = await server.door.order('PO');
    const split = async (values: JsonObject, quantity = '4') =>
      codes(
        (
          await rows(server, '/hooks/Material.Split/Pre', {
            materials: [{ name: 'PO-M1', values }],
            input: { quantities: [quantity] },
          })
        )[0],
      );
    expect(await split({})).to.deep.equal([]);
    expect(await split({ quantity: '3' })).to.have.length.at.least(1);
    expect(await split({ quantity: '100' }, '50')).to.deep.equal([]);
    expect(await split({ universalState: 'Terminated' })).to.deep.equal(['OW_MATERIAL_TERMINATED']);
    expect(await split({ product: 'Chair' })).to.deep.equal(['OW_PRODUCT_UNKNOWN']);
    expect(await split({ productionOrder: 'nobody' })).to.deep.equal(['OW_ORDER_UNKNOWN']);
    const adjust = (values: JsonObject) =>
      rows(server, '/hooks/Material.AdjustQuantity/Pre', {
        materials: [{ name: 'PO-M1', values }],
        input: { by: '-1', reason: 'broken' },
      });
    expect(codes((await adjust({ productionOrder: 'Closed' }))[0])).to.include('OW_ORDER_CLOSED');
    expect(await server.door.order('PO')).to.deep.equal(before);
    const entries = await server.door.journal({ order: 'PO', limit: 10 });
    expect(entries[0]).to.include({ operation: 'Split', outcome: null, door: 'http' });
    expect(entries[0]!.details).to.include({ material: 'PO-M1', moment: 'Pre' });
    const badly = { materials: [{ name: 'PO-M1', values: { colour: 'red', quantity: '-1' } }] };
    const problem = isProblem(await server.post('/hooks/Material.Split/Pre', badly), 400, 'OW_INPUT_INVALID');
    expect(problem.problems.map(({ path }) => path).sort()).to.deep.equal([
      '$.materials[0].values.colour',
      '$.materials[0].values.quantity',
    ]);
  });

  it('takes the fields of materials that are yet to be for a Create, and creates none', async () => {
    const folder = aFolder({
      'orderwright.config.json': { hookNames: { 'Material.Create.Pre': 'OnCreate' } },
    });
    const server = await aServer({ orders: [PO], folder });
    const values = { productionOrder: 'PO', quantity: '2' };
    const materials = [
      { name: 'N', values },
      { name: 'PO-M1', values },
    ];
    const found = await rows(server, '/hooks/OnCreate/Pre', { materials });
    expect(found.map(({ allowed, state }) => [allowed, state])).to.deep.equal([
      [true, null],
      [false, null],
    ]);
    expect(codes(found[1])).to.deep.equal(['OW_MATERIAL_EXISTS']);
    expect((await server.door.order('PO')).materials).to.have.length(2);
  });
});

describe('A Post hook about materials', () => {
  it('is one event with what the trigger saw, whoever comes first', async () => {
    for (const reportFirst of [true, false]) {
      const folder = aFolder();
      const file = join(folder, 'plant.db');
      const server = await aServer({ orders: [PO], folder, database: `sqlite:${file}` });
      const report = async () => {
        const asked = { materials: [{ name: 'PO-M1' }], requestId: 'r1', actor: 'ann' };
        expect((await server.post('/hooks/Material.Terminate/Post', asked)).status).to.equal(200);
        await server.door.dispatchEvents();
      };
      if (reportFirst) await report();
      const host = new Database(file);
      host.exec("update mes_Material set UniversalState = 'Terminated' where Name = 'PO-M1'");
      host.close();
      await server.door.dispatchEvents();
      if (!reportFirst) await report();
      const { events } = await server.door.events({ limit: 9 });
      const reported = events.filter(({ operation }) => operation === 'Material.Terminate');
      expect(reported.map(({ state }) => state)).to.deep.equal(['done', 'done']);
      const entries = await server.door.journal({ order: 'PO', limit: 9 });
      const committed = entries.filter(({ operation }) => operation === 'Material.Terminate');
      expect(committed.map(({ outcome, actor }) => `${outcome} ${actor}`)).to.deep.equal([
        reportFirst ? 'committed ann' : 'committed host',
      ]);
    }
  });

  it('is dropped where the row never shows it, and refused for a material that is not there', async () => {
    const folder = aFolder({ 'orderwright.config.json': { events: { confirmSeconds: 0 } } });
    const server = await aServer({ orders: [PO], folder });
    const url = '/hooks/Material.Terminate/Post';
    const asked = { materials: [{ name: 'PO-M1' }], requestId: 'r1' };
    const { status, body, text } = await server.post(url, asked);
    expect(status, text).to.equal(200);
    expect((body.events as JsonObject[])[0]).to.include({ operation: 'Material.Terminate', order: 'PO' });
    expect(await server.door.dispatchEvents()).to.include({ dropped: 1 });
    isProblem(await server.post(url, { materials: [{ name: 'no' }] }), 404, 'OW_MATERIAL_UNKNOWN');
    isProblem(await server.post(url, { orders: [{ name: 'PO' }] }), 400, 'OW_REQUEST_INVALID');
  });
});

describe('Reading about materials over HTTP', () => {
  it('says whether an order could close without some, and explains rules', async () => {
    const server = await aServer({ orders: [PO] });
    const { body } = await server.get('/production-orders/PO?ifScrapped=PO-M1,PO-M2');
    expect(body.ifScrapped).to.include({ closes: false });
    isProblem(await server.get('/production-orders/PO?ifScrapped=no'), 404, 'OW_MATERIAL_UNKNOWN');
    const input = { facility: 'New York' };
    const [row] = await rows(server, '/rules/explain', {
      operation: 'Material.Ship',
      material: 'PO-M2',
      input,
    });
    expect(row!.allowed).to.equal(false);
    expect(row!.rules).to.be.an('array');
    const neither = { operation: 'Material.Ship', input };
    isProblem(await server.post('/rules/explain', neither), 400, 'OW_REQUEST_INVALID');
  });

  it('has the input of every operation in the document', async () => {
    const server = await aServer();
    const { body } = await server.get('/openapi.json');
    const paths = body.paths as Record<string, { post: { requestBody: JsonObject } }>;
    const text = JSON.stringify(paths['/operations/Material.Split']);
    expect(text).to.include('"quantities"').and.include('"materials"').and.not.include('"orders"');
    expect(JSON.stringify(paths['/operations/ProductionOrder.Release'])).to.include('"plannedStart"');
    expect(paths).to.include.keys('/hooks/Material.Ship/{moment}', '/operations/{operation}');
  });
});
