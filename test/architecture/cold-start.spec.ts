import { expect } from 'chai';
import { describe, it } from 'mocha';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../src/adapters/files/package-root.js';

const MAIN = join(PACKAGE_ROOT, 'dist', 'src', 'cli', 'main.js');
const TELL_MODULES = `
  import { writeSync } from 'node:fs';
  import { registerHooks } from 'node:module';
  registerHooks({ load(url, context, next) { writeSync(2, url + '\\n'); return next(url, context); } });`;

/** The modules that a command loads in a process of its own, beside a configuration file where one is given. */
function loadedBy(command: readonly string[], configuration?: object): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'orderwright-'));
  try {
    if (configuration !== undefined)
      writeFileSync(join(folder, 'orderwright.config.json'), JSON.stringify(configuration));
    const words = ['--import', `data:text/javascript,${encodeURIComponent(TELL_MODULES)}`, MAIN, ...command];
    const { status, stderr } = spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8' });
    expect(status, stderr).to.equal(0);
    return stderr.split('\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('Cold start: a command loads what it needs', () => {
  const OF_NO_USE_TO_HELP =
    /\/(adapters\/(sql|http)|migrations|operations)\/|\/node_modules\/(ajv\/(?!dist\/runtime\/)|big\.js|fastify|json-rules-engine|knex|semver|temporal-polyfill|tsyringe|xstate)\//;

  it('--help, of which every command begins, loads no adapter of a database, migration, date, decimal, version or compiler', () => {
    const modules = loadedBy(['--help']);
    expect(modules).to.include(new URL(`file://${MAIN}`).href);
    expect(modules.filter((url) => OF_NO_USE_TO_HELP.test(url))).to.deep.equal([]);
    // A module takes about a millisecond, also a small one: 50 on the way to the help are as much as Node itself.
    expect(modules.length).to.be.below(100);
  });

  it('a configuration file is checked by what the build made of its schema', () => {
    const modules = loadedBy(['--help'], { language: 'de', events: { confirmSeconds: 60 } });
    expect(modules.filter((url) => OF_NO_USE_TO_HELP.test(url))).to.deep.equal([]);
  });

  it('a command on a SQLite file loads neither the HTTP server nor the driver of SQL Server', () => {
    const modules = loadedBy(['orders']);
    expect(modules.some((url) => url.includes('/node_modules/better-sqlite3/'))).to.equal(true);
    expect(
      modules.filter((url) => /\/node_modules\/(fastify|tedious)\/|\/http\/server\.js/.test(url)),
    ).to.deep.equal([]);
  });
});
