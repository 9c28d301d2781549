import { expect } from 'chai';
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createToken } from '../../../src/adapters/http/tokens.js';
import { SHIPPED_RULES } from '../../../src/adapters/files/package-root.js';
import type { JsonObject } from '../../../src/index.js';
import { anOrder } from '../../operations/an-order.js';
import { aFolder } from '../../operations/folder.js';
import { aServer, isProblem, type AServer } from './a-server.js';

const ID = 'release/planned-start-before-planned-end';
const URL = `/rules/${encodeURIComponent(ID)}`;
const CHECK = '/rules/check';

async function withRules(): Promise<{ server: AServer; folder: string }> {
  const folder = aFolder({ 'orderwright.config.json': {} });
  cpSync(SHIPPED_RULES, join(folder, 'rules'), { recursive: true });
  return { server: await aServer({ orders: [anOrder('A')], folder }), folder };
}

const quantityAbove = (value: string, more: JsonObject = {}) => ({
  id: 'release/quantity-is-enough',
  title: 'The quantity is enough',
  severity: 'refuse',
  mode: 'enforce',
  message: 'Quantity {order.quantity} is not above {order.underDeliveryTolerance}.',
  conditions: { all: [{ fact: 'order.quantity', operator: 'greaterThan', value }] },
  examples: [
    { facts: { 'order.quantity': '1000' }, verdict: 'allowed' },
    { facts: { 'order.quantity': '1' }, verdict: 'refused' },
  ],
  ...more,
});
const NEW = `/rules/${encodeURIComponent('release/quantity-is-enough')}`;

interface Checked {
  id: string | null;
  ok: boolean;
  problems: { path: string; code: string }[];
  moreProblems: number;
  examples: { verdict: string; given: string | null; conditions: JsonObject[] }[];
}

async function check(server: AServer, text: string, id?: string): Promise<Checked> {
  const { status, body, text: answer } = await server.post(CHECK, id === undefined ? { text } : { id, text });
  expect(status, answer).to.equal(200);
  return body as unknown as Checked;
}

function put(server: AServer, url: string, payload: JsonObject, headers: Record<string, string> = {}) {
  return server.ask({ method: 'PUT', url, payload, headers });
}

function filesIn(folder: string): string[][] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), 'utf8')]);
}

describe('The text of a rule that is being written', () => {
  it('is checked without a trace: every problem with its place, and each example with its verdict', async () => {
    const { server, folder } = await withRules();
    const before = filesIn(folder);
    const fine = await check(server, JSON.stringify(quantityAbove('5')));
    expect(fine).to.deep.include({ id: 'release/quantity-is-enough', ok: true, problems: [] });
    expect(fine.examples.map(({ verdict, given }) => [verdict, given])).to.deep.equal([
      ['allowed', 'allowed'],
      ['refused', 'refused'],
    ]);
    expect(fine.examples[1]!.conditions).to.deep.equal([
      { fact: 'order.quantity', operator: 'greaterThan', expected: '5', actual: '1', satisfied: false },
    ]);
    const wrong = quantityAbove('0', { severity: 'fatal', message: '{order.quantty}' });
    const { ok, problems, examples } = await check(server, JSON.stringify(wrong));
    expect(ok).to.equal(false);
    expect(problems.map(({ path, code }) => `${path} ${code}`)).to.have.members([
      '$.message OW_RULE_UNKNOWN_FACT',
      '$.severity OW_RULE_SCHEMA',
    ]);
    expect(examples[1]!.given, 'run all the same').to.equal('allowed');
    const failing = await check(server, JSON.stringify(quantityAbove('0')));
    expect(failing.problems.map(({ path, code }) => `${path} ${code}`)).to.deep.equal([
      '$.examples[1] OW_RULE_EXAMPLE_FAILED',
    ]);
    const other = await check(server, JSON.stringify(quantityAbove('5')), 'release/other');
    expect(other.problems.map(({ path, code }) => `${path} ${code}`)).to.deep.equal(['$.id OW_RULE_ID']);
    expect(filesIn(folder)).to.deep.equal(before);
    expect((await server.get(NEW)).status).to.equal(404);
  });

  it('may be anything: what is no rule is a problem of the text', async () => {
    const { server } = await withRules();
    const many = (part: string, count: number) => Array.from({ length: count }, () => part).join(',');
    const texts: [string, string][] = [
      ['', 'OW_RULE_NOT_JSON'],
      ['{ "id": ', 'OW_RULE_NOT_JSON'],
      ['\u0000', 'OW_RULE_NOT_JSON'],
      ['[]', 'OW_RULE_SCHEMA'],
      ['null', 'OW_RULE_SCHEMA'],
      ['[{}]', 'OW_RULE_SCHEMA'],
      ['{"all":['.repeat(9000), 'OW_RULE_NOT_JSON'],
      [`{"conditions":${'{"all":['.repeat(900)}${']}'.repeat(900)}}`, 'OW_RULE_TOO_DEEP'],
      [JSON.stringify({ message: '{x}'.repeat(60_000) }), 'OW_RULE_UNKNOWN_FACT'],
      [`{"examples":[${many('{"facts":{"a":{}},"verdict":7}', 6000)}]}`, 'OW_RULE_UNKNOWN_FACT'],
      [`{"conditions":{"all":[${many('{"not":{"fact":1}}', 9000)}]}}`, 'OW_RULE_ID'],
      [' '.repeat(200_001), 'OW_RULE_TOO_LARGE'],
      ['{"__proto__":{"id":"release/x"},"constructor":1}', 'OW_RULE_SCHEMA'],
      ['{"id":{"toString":1},"examples":7,"conditions":{"all":null}}', 'OW_RULE_SCHEMA'],
    ];
    for (const [text, code] of texts) {
      const started = performance.now();
      const { ok, problems } = await check(server, text);
      expect(ok, text.slice(0, 60)).to.equal(false);
      expect(problems.map((problem) => problem.code)).to.include(code);
      expect(problems.length).to.be.at.most(500);
      expect(performance.now() - started, text.slice(0, 60)).to.be.below(3000);
    }
    for (const body of [{}, { text: 7 }, { text: '{}', extra: 1 }, { text: 'x'.repeat(1_000_001) }])
      expect((await server.post(CHECK, body)).status).to.be.within(400, 413);
    const broken = { method: 'POST' as const, url: CHECK, payload: '{"text": ' };
    isProblem(
      await server.ask({ ...broken, headers: { 'content-type': 'application/json' } }),
      400,
      'OW_BODY_INVALID',
    );
  });

  it('is asked about an order as if it were in force, with every value, and is not in force after that', async () => {
    const { server } = await withRules();
    const ask = (text: string, more: JsonObject = {}) =>
      server.post('/rules/explain', { operation: 'release', order: 'A', candidate: text, ...more });
    const { body } = await ask(JSON.stringify(quantityAbove('1000')));
    const [row] = body.orders as JsonObject[];
    expect(row!.allowed).to.equal(false);
    const mine = (row!.rules as JsonObject[]).find(({ rule }) => rule === 'release/quantity-is-enough')!;
    expect(mine).to.deep.include({ satisfied: false, applies: true });
    expect((mine.conditions as JsonObject[])[0]).to.deep.include({
      fact: 'order.quantity',
      expected: '1000',
    });
    const [without] = (await server.post('/rules/explain', { operation: 'release', order: 'A' })).body
      .orders as JsonObject[];
    expect(without!.allowed).to.equal(true);
    // A rule in force is replaced by the candidate that has its id, and examples need not hold to try it.
    const { rule } = (await server.get(URL)).body;
    const lenient = { ...(rule as JsonObject), conditions: quantityAbove('1000').conditions };
    const [tried] = (await ask(JSON.stringify(lenient))).body.orders as JsonObject[];
    const found = (tried!.rules as JsonObject[]).filter((one) => one.rule === ID);
    expect(found.map(({ satisfied }) => satisfied)).to.deep.equal([false]);
    isProblem(await ask('{'), 400, 'OW_RULE_INVALID');
    isProblem(await ask(JSON.stringify(quantityAbove('5', { id: 'close/x' }))), 400, 'OW_RULE_INVALID');
    expect((await ask(JSON.stringify(quantityAbove('5', { examples: [null] })))).status).to.equal(200);
  });
});

describe('An admin’s rules', () => {
  it('are made of the facts, operators and operations that GET /facts lists, in the shape of the schema', async () => {
    const { server } = await withRules();
    const { facts, operators, operations } = (await server.get('/facts')).body as Record<
      string,
      JsonObject[]
    >;
    expect(facts!.find(({ name }) => name === 'order.quantity')).to.deep.include({
      type: 'decimal',
      source: null,
    });
    expect(facts!.find(({ name }) => name === 'startStep.path')).to.include({
      source: 'step-synchronization',
    });
    for (const fact of facts!)
      expect(fact).to.have.all.keys('name', 'type', 'unit', 'meaning', 'changedBy', 'source');
    expect(operators!.find(({ name }) => name === 'lessThan')!.types).to.deep.equal([
      'integer',
      'decimal',
      'instant',
    ]);
    expect(operations!.map(({ word }) => word)).to.include.members([
      'release',
      'synchronize',
      'complete',
      'ship',
    ]);
    const schema = (await server.get('/rules/schema')).body;
    expect(schema).to.deep.equal(JSON.parse(readFileSync(join(SHIPPED_RULES, 'rule.schema.json'), 'utf8')));
  });

  it('are listed with how often each refused and warned', async () => {
    const { server } = await withRules();
    const late = { plannedStart: '2020-07-10', plannedEnd: '2020-07-08' };
    await server.pre('Release', [{ name: 'A', values: late }]);
    await server.pre('Release', [{ name: 'A', values: late }]);
    await server.pre('Release', [{ name: 'A' }]);
    const { body } = await server.get('/rules');
    const rules = body.rules as JsonObject[];
    const of = (id: string) => rules.find((rule) => rule.id === id)!.verdicts;
    expect(of(ID)).to.deep.equal({ asked: 3, refused: 2, warned: 0 });
    expect(of('close/no-material-in-progress')).to.deep.equal({ asked: 0, refused: 0, warned: 0 });
    expect(body.verdicts).to.deep.include({ count: 3 });
  });

  it('keep the text as it was typed, and refuse what was meant to be new and is there', async () => {
    const { server, folder } = await withRules();
    const text = `${JSON.stringify(quantityAbove('5'), null, 4)}\n\n`;
    const made = await put(server, NEW, { text }, { 'if-none-match': '*' });
    expect(made.status, made.text).to.equal(200);
    expect(readFileSync(join(folder, 'rules', 'release', 'quantity-is-enough.json'), 'utf8')).to.equal(text);
    isProblem(await put(server, NEW, { text }, { 'if-none-match': '*' }), 412, 'OW_RULE_CHANGED');
    isProblem(await put(server, NEW, { text }, { 'if-none-match': '"x"' }), 412, 'OW_RULE_CHANGED');
    const { body, headers } = await server.get(NEW);
    expect(body).to.include({ text, fileText: text, state: 'active', writable: true });
    expect(headers.etag).to.equal(made.headers.etag);
  });

  it('let one of two who read the same text write it, however close they come', async () => {
    const { server } = await withRules();
    await put(server, NEW, quantityAbove('5'));
    const { etag } = (await server.get(NEW)).headers;
    const tries = await Promise.all(
      ['6', '7', '8', '9'].map((value) =>
        put(server, NEW, quantityAbove(value), { 'if-match': etag as string }),
      ),
    );
    expect(tries.map(({ status }) => status).sort()).to.deep.equal([200, 412, 412, 412]);
  });

  it('have versions that are read and brought back', async () => {
    const { server, folder } = await withRules();
    const texts = ['5', '6', '7'].map((value) => JSON.stringify(quantityAbove(value)));
    for (const text of texts) expect((await put(server, NEW, { text })).status).to.equal(200);
    const list = (await server.get(`${NEW}/versions`)).body.versions as JsonObject[];
    expect(list.map(({ change }) => change)).to.deep.equal(['changed', 'changed', 'added']);
    const previous = await server.get(`${NEW}/versions/${list[1]!.ruleSet as string}`);
    expect(previous.body).to.deep.include({ text: texts[1], id: 'release/quantity-is-enough' });
    const { etag } = (await server.get(NEW)).headers;
    const back = { ruleSet: list[1]!.ruleSet! };
    isProblem(
      await server.post(`${NEW}/restore`, back, { 'if-match': `"${'0'.repeat(64)}"` }),
      412,
      'OW_RULE_CHANGED',
    );
    const restored = await server.post(`${NEW}/restore`, back, { 'if-match': etag as string });
    expect(restored.status, restored.text).to.equal(200);
    expect((await server.get(NEW)).body.text).to.equal(texts[1]);
    expect(readFileSync(join(folder, 'rules/release/quantity-is-enough.json.previous'), 'utf8')).to.equal(
      texts[2],
    );
    const entries = await server.door.journal({ limit: 100 });
    const entry = entries.find(({ operation }) => operation === 'RestoreRule');
    expect(entry!.details).to.include({ id: 'release/quantity-is-enough', restoredFrom: back.ruleSet });

    const unknown = `/rules/${encodeURIComponent('release/%_%')}/versions`;
    isProblem(await server.get(unknown), 404, 'OW_RULE_UNKNOWN');
    isProblem(await server.get(`${NEW}/versions/${'0'.repeat(64)}`), 404, 'OW_RULE_SET_UNKNOWN');
    isProblem(await server.get(`${NEW}/versions/x`), 400, 'OW_REQUEST_INVALID');
    isProblem(await server.post(`${NEW}/restore`, { ruleSet: '0'.repeat(64) }), 404, 'OW_RULE_SET_UNKNOWN');
  });

  it('show the text of a file that is broken beside what is in force', async () => {
    const { server, folder } = await withRules();
    const inForce = (await server.get(URL)).body.text;
    writeFileSync(join(folder, 'rules', `${ID}.json`), '{ "id": ');
    writeFileSync(join(folder, 'rules', 'release', 'half.json'), '{}');
    await new Promise((done) => setTimeout(done, 600));
    const { body } = await server.get(URL);
    expect(body).to.include({ state: 'broken', fileText: '{ "id": ', text: inForce });
    const half = (await server.get(`/rules/${encodeURIComponent('release/half')}`)).body;
    expect(half).to.include({ state: 'broken', rule: null, text: null, fileText: '{}' });
    expect(half.problem).to.be.a('string');
  });

  it('are the package’s own without a folder of the admin’s, and nobody writes them there', async () => {
    const server = await aServer({ orders: [anOrder('A')], folder: aFolder({}) });
    const before = filesIn(SHIPPED_RULES);
    const { body, headers } = await server.get(URL);
    expect(body.writable).to.equal(false);
    expect((await server.get('/rules')).body.takesNew).to.equal(false);
    const rule = { ...(body.rule as JsonObject), severity: 'warn' };
    const refused = isProblem(
      await put(server, URL, rule, { 'if-match': headers.etag as string }),
      409,
      'OW_RULES_READ_ONLY',
    );
    expect(refused.detail).to.include('rules beside the configuration file');
    isProblem(await put(server, NEW, quantityAbove('5')), 409, 'OW_RULES_READ_ONLY');
    expect(filesIn(SHIPPED_RULES)).to.deep.equal(before);
    expect(existsSync(join(SHIPPED_RULES, 'release', 'quantity-is-enough.json'))).to.equal(false);
    expect((await server.get(NEW)).status, 'nothing came into force').to.equal(404);
  });

  it('are read with Rules.Show and written with Rules.Change', async () => {
    const token = async (name: string, permissions: string[]) => {
      const { token: secret, hash } = await createToken(name);
      return {
        entry: { name, hash, permissions, roles: [] },
        headers: { authorization: `Bearer ${secret}` },
      };
    };
    const reader = await token('reader', ['Rules.Show']);
    const mes = await token('mes', ['ProductionOrder.*']);
    const server = await aServer({ tokens: [reader.entry, mes.entry] });
    for (const url of ['/facts', '/rules/schema', URL, `${URL}/versions`])
      isProblem(await server.get(url, mes.headers), 403, 'OW_PERMISSION');
    isProblem(await server.post(CHECK, { text: '' }, mes.headers), 403, 'OW_PERMISSION');
    expect((await server.post(CHECK, { text: '' }, reader.headers)).status).to.equal(200);
    isProblem(
      await server.post(`${URL}/restore`, { ruleSet: '0'.repeat(64) }, reader.headers),
      403,
      'OW_PERMISSION',
    );
    isProblem(await server.ask({ method: 'PUT', url: URL, headers: reader.headers }), 403, 'OW_PERMISSION');
  });

  it('are in the OpenAPI document with everything that is asked about them', async () => {
    const { server } = await withRules();
    const { paths } = (await server.get('/openapi.json')).body as { paths: JsonObject };
    expect(paths).to.include.keys(
      '/facts',
      '/rules/check',
      '/rules/schema',
      '/rules/{id}',
      '/rules/{id}/versions',
      '/rules/{id}/versions/{ruleSet}',
      '/rules/{id}/restore',
    );
  });
});
