import { expect } from 'chai';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SHIPPED_RULES } from '../../../src/adapters/files/package-root.js';
import type { JsonObject } from '../../../src/index.js';
import { anOrder } from '../../operations/an-order.js';
import { aFolder } from '../../operations/folder.js';
import { aServer, codes, isProblem, type Answer, type AServer } from './a-server.js';

const ID = 'release/planned-start-before-planned-end';
const URL = `/rules/${encodeURIComponent(ID)}`;

async function withRules(): Promise<{ server: AServer; folder: string }> {
  const folder = aFolder({ 'orderwright.config.json': {} });
  cpSync(SHIPPED_RULES, join(folder, 'rules'), { recursive: true });
  return { server: await aServer({ orders: [anOrder('A')], folder }), folder };
}

function put(
  server: AServer,
  payload: JsonObject,
  headers: Record<string, string> = {},
  url = URL,
): Promise<Answer> {
  return server.ask({ method: 'PUT', url, payload, headers });
}

describe('Rules over HTTP', () => {
  it('are listed, shown and explained', async () => {
    const { server } = await withRules();
    const { body } = await server.get('/rules');
    expect((body.rules as { id: string }[]).map(({ id }) => id)).to.include(ID);
    const one = await server.get(URL);
    expect((one.body.rule as JsonObject).id).to.equal(ID);
    expect(one.headers.etag).to.match(/^"[0-9a-f]{64}"$/);
    isProblem(await server.get('/rules/release%2Fnothing'), 404, 'OW_RULE_UNKNOWN');
    const explained = await server.rows('/rules/explain', {
      operation: 'ProductionOrder.Release',
      order: 'A',
    });
    expect(explained[0]!.rules).to.be.an('array');
    isProblem(
      await server.post('/rules/explain', { operation: 'release', order: 'no' }),
      404,
      'OW_ORDER_UNKNOWN',
    );
  });

  it('are changed when their examples hold: in force at once, the version before kept, and journalled', async () => {
    const { server, folder } = await withRules();
    const { body, headers } = await server.get(URL);
    const before = readFileSync(join(folder, 'rules', `${ID}.json`), 'utf8');
    const rule = { ...(body.rule as JsonObject), severity: 'warn' };
    const changed = await put(server, rule, { 'if-match': headers.etag as string });
    expect(changed.status, changed.text).to.equal(200);
    expect(changed.body.ruleSet).not.to.equal(body.ruleSet);
    expect(readFileSync(join(folder, 'rules', `${ID}.json.previous`), 'utf8')).to.equal(before);
    const late = { plannedStart: '2020-07-10', plannedEnd: '2020-07-08' };
    const [row] = await server.pre('Release', [{ name: 'A', values: late }]);
    expect(codes(row)).to.deep.equal([]);
    expect(row!.warnings.map(({ rule: id }) => id)).to.include(ID);
    const entries = await server.door.journal({ limit: 100 });
    expect(entries.find(({ operation }) => operation === 'ChangeRule')).to.deep.include({ door: 'http' });
    expect(entries.find(({ operation }) => operation === 'ChangeRule')!.details).to.include({ id: ID });
  });

  it('are not changed by somebody who read another version', async () => {
    const { server } = await withRules();
    const { body, headers } = await server.get(URL);
    const first = { ...(body.rule as JsonObject), title: 'First' };
    expect((await put(server, first, { 'if-match': headers.etag as string })).status).to.equal(200);
    const second = { ...(body.rule as JsonObject), title: 'Second' };
    isProblem(await put(server, second, { 'if-match': headers.etag as string }), 412, 'OW_RULE_CHANGED');
    isProblem(await put(server, second, { 'if-match': 'W/"x"' }), 412, 'OW_RULE_CHANGED');
    expect(((await server.get(URL)).body.rule as JsonObject).title).to.equal('First');
  });

  it('are refused with every problem where they are not valid, and no file changes', async () => {
    const { server, folder } = await withRules();
    const { body } = await server.get(URL);
    const rule = body.rule as JsonObject;
    const files = () =>
      readdirSync(join(folder, 'rules'), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), 'utf8')]);
    const before = files();
    const broken = { ...rule, conditions: { all: [] }, colour: 'red' };
    const problem = isProblem(await put(server, broken), 400, 'OW_RULE_INVALID');
    expect(problem.problems.length).to.be.at.least(2);
    const examples = (rule.examples as JsonObject[]).map((example) => ({ ...example, verdict: 'allowed' }));
    isProblem(await put(server, { ...rule, examples }), 400, 'OW_RULE_INVALID');
    isProblem(await put(server, { ...rule, id: 'release/other' }), 400, 'OW_RULE_INVALID');
    for (const id of ['../release/x', 'release/../../x', 'nothing/x', 'release/x\u0000', '/etc/x'])
      expect(
        (await put(server, { ...rule, id }, {}, `/rules/${encodeURIComponent(id)}`)).status,
        id,
      ).to.equal(400);
    expect(files()).to.deep.equal(before);
  });
});
