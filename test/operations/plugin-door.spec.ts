import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { describe, it } from 'mocha';
import { join } from 'node:path';
import { KERNEL_OPERATIONS } from '../../src/core/hooks/hook-point.js';
import { STATE_OPERATIONS } from '../../src/core/order/state-model.js';
import type { JsonObject } from '../../src/index.js';
import { aFolder, dump } from './folder.js';
import { anOrder, failureOf, given, open } from './given.js';
import { aPlugin, withPlugins, type PluginParts } from './plugin-files.js';

/** Code that leaves a file behind as soon as it is imported. */
const marked = (folder: string) =>
  `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(join(folder, 'imported'))}, ''); export const plugin = () => ({});`;

/** What the door says to these plugins, and that none of their code has run. */
async function refusal(plugins: Record<string, PluginParts>, config: JsonObject = {}): Promise<string[]> {
  const folder = aFolder();
  const files = Object.entries(plugins).map(([name, parts]) =>
    aPlugin(name, { index: marked(folder), ...parts }),
  );
  const made = aFolder(
    Object.assign({}, withPlugins(Object.keys(plugins), config), ...files) as object as Record<
      string,
      unknown
    >,
  );
  const { code, problems } = await failureOf(open(made));
  expect(code).to.equal('OW_PLUGIN_REFUSED');
  expect(existsSync(join(folder, 'imported')), 'code was imported').to.equal(false);
  return problems.map(({ path, code: of, message }) => `${of} ${path.replace(`${made}/`, '')} ${message}`);
}

const NO_SHIPPED_PLUGINS = Object.fromEntries(
  ['step-synchronization', 'scheduling', 'console'].map((name) => [name, { enabled: false }]),
);

describe('[operation] the door for plugins', () => {
  it("lists everything that is wrong with a manifest's values at once, and imports no code", async () => {
    const fact = { name: 'guest.age', type: 'integer', meaning: 'Age', changedBy: 'fixed' };
    const problems = await refusal({
      guest: {
        manifest: {
          version: 'one',
          engine: '^99.0.0',
          main: 'gone.js',
          hooks: [
            'ProductionOrder.Release.Pre',
            'ProductionOrder.Release.Pre',
            'ProductionOrder.Release.Mid',
            'ProductionOrder.Relase.Pre',
          ],
          facts: [fact, fact],
          rules: 'no-rules',
          pages: [
            { path: '/guest', folder: 'site' },
            { path: '/guest', folder: '.' },
          ],
          migrations: { folder: 'migrations', names: ['20260101090000_create_nothing'] },
          dependencies: { nobody: '^1.0.0', 'step-synchronization': '^7.0.0' },
        },
      },
    });
    expect(problems).to.deep.equal([
      'OW_PLUGIN_VERSION guest/plugin.json:$.version one is no version such as 1.2.3',
      'OW_PLUGIN_ENGINE guest/plugin.json:$.engine It is made for orderwright ^99.0.0, and this is 0.1.0',
      'OW_PLUGIN_HOOK guest/plugin.json:$.hooks[2] ProductionOrder.Release.Mid is no hook point such as ProductionOrder.Release.Pre',
      'OW_PLUGIN_TWICE guest/plugin.json:$.hooks[1] ProductionOrder.Release.Pre is listed twice',
      'OW_PLUGIN_TWICE guest/plugin.json:$.facts[1] guest.age is listed twice',
      'OW_PLUGIN_TWICE guest/plugin.json:$.pages[1] /guest is listed twice',
      'OW_PLUGIN_FILE guest/plugin.json:$.main gone.js is not there',
      'OW_PLUGIN_FILE guest/plugin.json:$.migrations.names[0] migrations/20260101090000_create_nothing.js is not there',
      'OW_PLUGIN_FILE guest/plugin.json:$.pages[0].folder site/index.html is not there',
      'OW_PLUGIN_FILE guest/plugin.json:$.pages[1].folder index.html is not there',
      'OW_PLUGIN_FILE guest/plugin.json:$.rules no-rules is not there',
      'OW_PLUGIN_HOOK guest ProductionOrder.Relase.Pre is never reached: there is no operation Relase',
      'OW_PLUGIN_DEPENDENCY guest it needs the plugin nobody ^1.0.0, and it is not there',
      'OW_PLUGIN_DEPENDENCY guest it needs the plugin step-synchronization ^7.0.0, and 0.1.0 is there',
    ]);
  });

  it('lists everything that is wrong with the shape of a manifest, of several plugins', async () => {
    const problems = await refusal({
      guest: { manifest: { colour: 'red', facts: [{ name: 'age', type: 'number', meaning: '' }], main: 5 } },
      other: { manifest: { engine: 'whatever' } },
    });
    expect(problems.map((problem) => problem.split(' ').slice(0, 2).join(' '))).to.have.members([
      'OW_PLUGIN_SCHEMA guest/plugin.json:$',
      'OW_PLUGIN_SCHEMA guest/plugin.json:$.facts[0]',
      'OW_PLUGIN_SCHEMA guest/plugin.json:$.facts[0].name',
      'OW_PLUGIN_SCHEMA guest/plugin.json:$.facts[0].type',
      'OW_PLUGIN_SCHEMA guest/plugin.json:$.facts[0].meaning',
      'OW_PLUGIN_SCHEMA guest/plugin.json:$.main',
      'OW_PLUGIN_ENGINE other/plugin.json:$.engine',
    ]);
    expect(problems.join()).to.include('must NOT have additional properties: colour');
  });

  it('refuses a manifest that is no JSON, and a folder without one', async () => {
    const folder = aFolder({ 'guest/plugin.json': '{ "name": ', ...withPlugins(['guest', 'nobody']) });
    const { problems } = await failureOf(open(folder));
    expect(problems.map(({ code }) => code)).to.deep.equal(['OW_PLUGIN_NOT_JSON', 'OW_PLUGIN_MISSING']);
  });

  it('refuses what belongs to another plugin already, or to orderwright itself', async () => {
    const operation = (name: string, word: string) => ({ name, word, title: word, input: {} });
    const fact = (name: string) => ({ name, type: 'text', meaning: 'x', changedBy: 'fixed' });
    const claims = {
      facts: [fact('startStep.path'), fact('order.quantity')],
      operations: [
        operation('Synchronize', 'sync'),
        operation('Release', 'let-go'),
        operation('Finish', 'complete'),
      ],
      commands: [
        { name: 'step start', description: 'x' },
        { name: 'release', description: 'x' },
      ],
      routes: [{ method: 'POST', path: '/production-orders/{name}/steps/synchronize', permission: 'x' }],
      plantEntities: ['productionOrderSteps'],
      sections: ['steps'],
      settings: { synchronizeOn: { schema: {}, default: 1, topLevel: true } },
    };
    const problems = await refusal({ guest: { manifest: claims }, twin: { manifest: { name: 'guest' } } });
    const of = (owner: string) => (claim: string) =>
      `OW_PLUGIN_TWICE guest ${claim} belongs to ${owner} already`;
    expect(problems).to.have.members([
      ...[
        'the fact startStep.path',
        'the operation Synchronize',
        'the command step start',
        'the route POST /production-orders/{name}/steps/synchronize',
        'the array productionOrderSteps of the plant file',
        'the section steps',
        'the setting synchronizeOn',
      ].map(of('step-synchronization')),
      ...['the fact order.quantity', 'the operation Release', 'the word complete', 'the command release'].map(
        of('orderwright'),
      ),
      of('guest')('the name guest'),
    ]);
  });

  it('refuses a circle of dependencies, and names those in it', async () => {
    const needing = (...names: string[]) => ({
      manifest: { dependencies: Object.fromEntries(names.map((name) => [name, '*'])) },
    });
    expect(
      await refusal({ one: needing('two'), two: needing('three'), three: needing('one') }),
    ).to.deep.equal([
      'OW_PLUGIN_CYCLE $.dependencies one, two, three depend on each other, or on those that do',
    ]);
    expect(await refusal({ one: needing('one') })).to.deep.equal([
      'OW_PLUGIN_CYCLE $.dependencies one depends on itself',
    ]);
  });

  it('refuses a plugin whose dependency is switched off', async () => {
    const folder = aFolder({
      ...aPlugin('guest', { manifest: { dependencies: { 'step-synchronization': '^0.1.0' } } }),
      'orderwright.config.json': {
        plugins: { guest: { folder: 'guest' }, ...NO_SHIPPED_PLUGINS },
      },
    });
    const { code, problems } = await failureOf(open(folder));
    expect(code).to.equal('OW_PLUGIN_REFUSED');
    expect(problems.map((problem) => problem.code)).to.deep.equal(['OW_PLUGIN_DEPENDENCY']);
  });

  it('lets orders through without the plugins that are shipped, where they are switched off', async () => {
    const folder = aFolder({ 'orderwright.config.json': { plugins: NO_SHIPPED_PLUGINS } });
    const world = await given(anOrder(), { folder });
    await world.when('Release').allows('Released');
    expect(world.door.plugins).to.deep.equal([]);
    expect(await failureOf(world.ask('Synchronize', ['PO']))).to.include({ code: 'OW_OPERATION_UNKNOWN' });
  });

  it('knows the hook points of every operation of the state model, and of Create', () => {
    expect(KERNEL_OPERATIONS).to.have.members(['Create', ...STATE_OPERATIONS]);
  });
});

describe('[operation] code that is not what its manifest says', () => {
  const pre = 'ProductionOrder.Release.Pre';
  const post = 'ProductionOrder.Release.Post';
  const refused = async (parts: PluginParts) => {
    const folder = aFolder({ ...aPlugin('guest', parts), ...withPlugins(['guest']) });
    const { code, message, problems } = await failureOf(open(folder));
    expect(code).to.equal('OW_PLUGIN_REFUSED');
    return problems.length > 0 ? problems.map((problem) => problem.message) : [message];
  };

  it('is refused with every difference', async () => {
    const problems = await refused({
      manifest: {
        hooks: [pre, post],
        operations: [{ name: 'Greet', word: 'greet', title: 'greet', input: {} }],
        commands: [{ name: 'guest list', description: 'x' }],
        routes: [{ method: 'GET', path: '/guests', permission: 'x' }],
        facts: [{ name: 'guest.age', type: 'integer', meaning: 'Age', changedBy: 'fixed' }],
      },
      code: `{
        pre: { '${post}': async () => {} }, post: { '${post}': 'not to be called' },
        operations: [{ name: 'Great', async decide() {} }], commands: { 'guest drop': async () => {} } }`,
    });
    expect(problems).to.have.members([
      `the hook ${pre} is listed and not there`,
      `the hook ${post} is there and not listed`,
      `the hook ${post} is listed and not there`,
      'the operation Greet is listed and not there',
      'the operation Great is there and not listed',
      'the command guest list is listed and not there',
      'the command guest drop is there and not listed',
      'the route GET /guests is listed and not there',
      'facts are listed and none are given',
    ]);
  });

  for (const [index, reason] of [
    ['export const plugin = (', 'Unexpected'],
    [`throw new Error('not today');`, 'not today'],
    ['export const plugin = 5;', 'exports no function `plugin`'],
    ['export default () => ({});', 'exports no function `plugin`'],
    [`export const plugin = () => { throw new Error('bad settings'); };`, 'bad settings'],
    ['export const plugin = () => undefined;', 'gives no object'],
    [
      `import 'a-package-that-is-not-there'; export const plugin = () => ({});`,
      'a-package-that-is-not-there',
    ],
  ] as const) {
    it(`is refused where it is: ${index}`, async () => {
      expect((await refused({ index })).join()).to.include(reason);
    });
  }

  it('leaves the database as it was', async () => {
    const folder = aFolder({
      ...aPlugin('guest', {
        code: `{ commands: { more: async () => {} } }`,
        migrations: {
          '20260101090000_create_guest_note': `await knex.schema.createTable('guest', (table) => table.string('Text'));`,
        },
      }),
      ...withPlugins(['guest']),
    });
    const file = join(folder, 'plant.db');
    await (await open(null, `sqlite:${file}`)).close();
    const before = dump(file);
    expect(await failureOf(open(folder, `sqlite:${file}`))).to.include({ code: 'OW_PLUGIN_REFUSED' });
    expect(dump(file)).to.deep.equal(before);
  });

  it('is refused where a migration is none', async () => {
    const files = aPlugin('guest', { migrations: { '20260101090000_create_guest_note': '' } });
    files['guest/migrations/20260101090000_create_guest_note.js'] = 'export const up = 5;';
    const { code, message } = await failureOf(open(aFolder({ ...files, ...withPlugins(['guest']) })));
    expect(code).to.equal('OW_PLUGIN_REFUSED');
    expect(message).to.include('20260101090000_create_guest_note');
  });

  it("shows with an order the plugin's own sections, and nothing in the place of what the order is", async () => {
    const folder = aFolder({
      ...aPlugin('guest', {
        manifest: { sections: ['guests', 'state'] },
        code: `{ showOrder: async () => ({ guests: ['Bo'], state: 'Happy', name: 'X' }) }`,
      }),
      ...withPlugins(['guest']),
    });
    const world = await given(anOrder(), { folder });
    expect(await world.door.order('PO')).to.deep.include({ name: 'PO', state: 'Created', guests: ['Bo'] });
  });
});
