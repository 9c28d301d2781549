/** The package as it is handed to a plant: one file, installed where there is no network, and run as a service. */
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PACKAGE_ROOT, VERSION } from '../../src/adapters/files/package-root.js';
import { databaseOf } from '../../src/adapters/sql/database-url.js';
import { ServingProcess } from './a-serving-process.js';

const run = promisify(execFile);
const SERVICES = join(PACKAGE_ROOT, 'src', 'examples', 'service');
/** The words after the program, and the database, of each recipe; `%d` is where systemd puts secrets. */
const RECIPES: Record<string, (text: string) => { words: string[]; database: string }> = {
  'orderwright.service': (text) => ({
    words: wordsAfterMain(/^ExecStart=(.*)$/m.exec(text)?.[1]),
    database: /^Environment=ORDERWRIGHT_DATABASE=(.*)$/m.exec(text)?.[1] ?? '',
  }),
  'orderwright-service.xml': (text) => ({
    words: wordsAfterMain(/<arguments>(.*)<\/arguments>/.exec(text)?.[1]),
    database: /name="ORDERWRIGHT_DATABASE" value="(.*)"/.exec(text)?.[1] ?? '',
  }),
  Containerfile: (text) => ({
    words: JSON.parse(/^CMD (.*)$/m.exec(text)?.[1] ?? '') as string[],
    database: /ORDERWRIGHT_DATABASE='(.*)'/.exec(text)?.[1] ?? '',
  }),
};

function wordsAfterMain(command = ''): string[] {
  const words = command.split(' ');
  return words.slice(words.findIndex((word) => word.endsWith('main.js')) + 1);
}

describe('[e2e] The package', function () {
  this.timeout(900_000);
  const folder = mkdtempSync(join(tmpdir(), 'orderwright-package-'));
  const installed = join(folder, 'node_modules', 'orderwright');
  const main = join(installed, 'dist', 'src', 'cli', 'main.js');
  const orderwright = async (...words: string[]) =>
    (await run(process.execPath, [main, ...words], { cwd: folder })).stdout;

  before(async () => {
    // What is packed was built by the test command.
    await run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], {
      cwd: PACKAGE_ROOT,
    });
    writeFileSync(join(folder, 'package.json'), '{ "name": "plant", "private": true }');
    const offline = [
      'install',
      '--offline',
      '--cache',
      join(folder, 'empty-cache'),
      '--no-audit',
      '--no-fund',
    ];
    await run('npm', [...offline, `orderwright-${VERSION}.tgz`], { cwd: folder });
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('installs without a network, and runs', async () => {
    expect(await orderwright('--version')).to.equal(`${VERSION}\n`);
    const plant = join(installed, 'src', 'examples', 'stool-factory.json');
    await orderwright('import', plant);
    const text = await orderwright('schedule', '--now', '2020-07-01T00:00:00Z', '--json');
    const { orders } = JSON.parse(text) as { orders: { name: string; scheduledEnd: string }[] };
    expect(orders.map(({ name, scheduledEnd }) => `${name} ${scheduledEnd}`)).to.deep.equal([
      '01 2020-07-03T08:21:00Z',
      '02 2020-07-03T09:31:00Z',
    ]);
    const { rules } = JSON.parse(await orderwright('rules', 'list', '--json')) as { rules: object[] };
    expect(rules).to.have.length.above(20);
  });

  it('has the database driver for every machine that it may come to', () => {
    const prebuilds = join(installed, 'node_modules', 'better-sqlite3', 'prebuilds');
    expect(readdirSync(prebuilds)).to.include.members([
      'linux-x64.node',
      'linuxmusl-x64.node',
      'win32-x64.node',
    ]);
  });

  it('shows its console from its own files', async () => {
    const serving = await ServingProcess.startOf(main, folder);
    try {
      const page = await (await fetch(`${serving.url}/console/`)).text();
      const [, script = ''] = /<script [^>]*src="([^"]*)"/.exec(page) ?? [];
      const code = await fetch(new URL(script, `${serving.url}/console/`));
      expect(code.status).to.equal(200);
      // What nobody reads to its end keeps the server from stopping.
      await code.arrayBuffer();
    } finally {
      await serving.stop();
    }
  });

  for (const [name, read] of Object.entries(RECIPES)) {
    it(`comes with a recipe that starts it: ${name}`, async () => {
      const place = mkdtempSync(join(folder, 'service-'));
      cpSync(join(PACKAGE_ROOT, 'rules'), join(place, 'rules'), { recursive: true });
      // As a service that is reached from beyond its machine has it.
      const token = await orderwright(
        'config',
        'token',
        'mes',
        '--permissions',
        'ProductionOrder.*',
        '--json',
      );
      const { entry } = JSON.parse(token) as { entry: object };
      writeFileSync(join(place, 'orderwright.config.json'), JSON.stringify({ tokens: [entry] }));
      const { words, database } = read(readFileSync(join(SERVICES, name), 'utf8'));
      const secret = join(place, 'password');
      writeFileSync(secret, 'secret\n');
      const target = databaseOf(database.replace(/passwordFile=\S+/, `passwordFile=${secret}`));
      expect(target).to.deep.include({ kind: 'mssql', user: 'orderwright_run', password: 'secret' });
      expect(words[0]).to.equal('serve');
      const here = words.map((word) => word.replace(/^.*(?=orderwright\.config\.json$)/, `${place}/`));
      const serving = await ServingProcess.startOf(main, place, ...here.slice(1));
      try {
        expect((await fetch(`http://127.0.0.1:${serving.port}/health`)).status).to.equal(200);
      } finally {
        expect(await serving.stop()).to.equal(0);
      }
    });
  }
});
