/** What the README promises a newcomer: the demo, the plugin that it prints, and the commands that it lists. */
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { PACKAGE_ROOT } from '../../src/adapters/files/package-root.js';
import { WAFER_PLANT, Workplace } from './command-line.js';

const README = readFileSync(join(PACKAGE_ROOT, 'README.md'), 'utf8');

/** The code block that follows a text. */
function blockAfter(text: string): string {
  const from = README.indexOf(text);
  expect(from, `README.md says ${text}`).to.be.at.least(0);
  return /```\w+\n([\s\S]*?)```/.exec(README.slice(from))?.[1] ?? '';
}

describe('[e2e] the README', function () {
  this.timeout(60_000);
  let workplace: Workplace;

  beforeEach(() => {
    workplace = new Workplace();
  });

  afterEach(() => workplace.remove());

  it('has a demo that ends well, with 35 steps and 30 dependencies and the schedule of the stool factory', async () => {
    const { code, stdout, stderr } = await workplace.run(['demo']);
    expect([code, stderr]).to.deep.equal([0, '']);
    expect(stdout).to.include('35 steps, 30 dependencies');
    expect(stdout).to.include('release/planned-start-before-planned-end');
    expect(stdout).to.include('A 01  2020-07-03 08:00 - 2020-07-03 08:21');
    expect(stdout).to.include('B 02  2020-07-03 08:20 - 2020-07-03 09:31');
  });

  it('has a demo that can be told again, whose commands are real, and that is one document for a program', async () => {
    await workplace.run(['demo']);
    const { code, stdout } = await workplace.run(['demo', '--json']);
    expect(code).to.equal(0);
    const { database, commands } = JSON.parse(stdout) as {
      database: string;
      commands: { command: string; exitCode: number }[];
    };
    expect(commands.filter(({ exitCode }) => exitCode === 1)).to.have.length(2);
    const release = commands.find(({ command }) => command === 'orderwright release PO-1001');
    expect(release?.exitCode).to.equal(0);
    // What the story has done is there for the reader.
    const order = await workplace.run(['order', 'PO-1001', '--json', '--database', database]);
    const { state, steps, dependencies } = JSON.parse(order.stdout) as {
      state: string;
      steps: unknown[];
      dependencies: unknown[];
    };
    expect([state, steps.length, dependencies.length]).to.deep.equal(['Released', 35, 30]);
  });

  it('prints a plugin that works as it stands', async () => {
    mkdirSync(join(workplace.folder, 'our-plugin', 'rules'), { recursive: true });
    mkdirSync(join(workplace.folder, 'node_modules'));
    symlinkSync(PACKAGE_ROOT, join(workplace.folder, 'node_modules', 'orderwright'));
    workplace.file('package.json', '{ "type": "module" }');
    workplace.file('our-plugin/plugin.json', blockAfter('`our-plugin/plugin.json`'));
    workplace.file('our-plugin/index.js', blockAfter('`our-plugin/index.js`'));
    workplace.file('orderwright.config.json', {
      plugins: { 'our-plugin': { folder: './our-plugin', limit: 90 } },
    });
    expect((await workplace.run(['config', 'check'])).stdout).to.include('our-plugin 1.0.0');
    expect((await workplace.run(['import', WAFER_PLANT])).code).to.equal(0);
    const { code, stdout } = await workplace.run(['release', 'PO-1001']);
    expect(code).to.equal(0);
    expect(stdout).to.include('100 is more than 90: have a planner look at it.');
    expect(stdout).to.include('PO-1001 is on its way');
  });

  it('prints a configuration that is valid', async () => {
    const config = JSON.parse(blockAfter('## Configuration')) as {
      plugins: Record<string, unknown>;
      rules: unknown;
    };
    delete config.plugins['our-plugin'];
    delete config.rules;
    workplace.file('orderwright.config.json', config as never);
    expect((await workplace.run(['config', 'check'])).code).to.equal(0);
  });

  it('prints a change of a rule after which the rule is valid, and orders close that are 5 % short', async () => {
    const file = join(PACKAGE_ROOT, 'rules', 'close', 'completed-reaches-minimum.json');
    const rule = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    const changed = {
      ...rule,
      ...(JSON.parse(`{ ${blockAfter('change one word and add one line')} }`) as object),
    };
    mkdirSync(join(workplace.folder, 'rules', 'close'), { recursive: true });
    workplace.file('rules/close/completed-reaches-minimum.json', changed as never);
    workplace.file('orderwright.config.json', {});
    expect((await workplace.run(['rules', 'check'])).code).to.equal(0);
    const order = { name: 'P', product: 'Stool', quantity: '100', units: 'pcs', state: 'Completed' };
    const material = {
      name: 'M',
      product: 'Stool',
      quantity: '95',
      units: 'pcs',
      productionOrder: 'P',
      state: 'Completed',
    };
    workplace.file('plant.json', {
      products: [{ name: 'Stool', units: 'pcs' }],
      productionOrders: [order],
      materials: [material],
    });
    await workplace.run(['import', 'plant.json']);
    expect((await workplace.run(['close', 'P'])).code).to.equal(0);
  });

  it('lists every command', async () => {
    const { stdout } = await workplace.run(['--help']);
    const commands = [...stdout.matchAll(/^ {2}([a-z][a-z-]*)[ |]/gm)].map((match) => match[1] ?? '');
    expect(commands).to.include.members(['release', 'synchronize', 'schedule', 'queue']);
    for (const command of commands.filter((name) => name !== 'help'))
      expect(README).to.match(new RegExp(`\\b${command}\\b`));
  });
});
