import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { PACKAGE_ROOT } from '../../src/adapters/files/package-root.js';

const CRUISER = join(PACKAGE_ROOT, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs');
const SOURCES = ['src', 'plugins', 'migrations'];

function countSources(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
    .length;
}

interface Cruised {
  summary: { totalCruised: number; error: number; violations: { rule: { name: string }; from: string }[] };
}

function cruise(folder: string): Cruised {
  const config = join('.config', 'dependency-cruiser.cjs');
  const options = { cwd: folder, encoding: 'utf8' as const, maxBuffer: 1 << 28 };
  const { stdout } = spawnSync(
    process.execPath,
    [CRUISER, '--config', config, '--preserve-symlinks', '--output-type', 'json', ...SOURCES],
    options,
  );
  return JSON.parse(stdout) as Cruised;
}

describe('[architecture] imports', function () {
  this.timeout(120_000);
  let copy: string;

  beforeEach(() => {
    copy = mkdtempSync(join(tmpdir(), 'orderwright-architecture-'));
    for (const part of [...SOURCES, 'rules', '.config', 'tsconfig.json', 'package.json']) {
      cpSync(join(PACKAGE_ROOT, part), join(copy, part), { recursive: true });
    }
    symlinkSync(join(PACKAGE_ROOT, 'node_modules'), join(copy, 'node_modules'));
  });

  afterEach(() => rmSync(copy, { recursive: true }));

  it('point inward in every module, and the tool saw every module', () => {
    const { summary } = cruise(copy);
    const files = SOURCES.reduce((sum, folder) => sum + countSources(join(PACKAGE_ROOT, folder)), 0);
    expect(summary.violations).to.deep.equal([]);
    expect(summary.totalCruised).to.be.at.least(files);
  });

  const planted: [rule: string, file: string, text: string][] = [
    ['core-is-pure', 'src/core/planted.ts', `export { readFileSync } from 'node:fs';`],
    ['core-is-pure', 'src/core/planted.ts', `import type { Knex } from 'knex';\nexport type Planted = Knex;`],
    ['ports-are-interfaces', 'src/ports/planted.ts', `export * from '../operations/perform.js';`],
    [
      'operations-know-no-adapter',
      'src/operations/planted.ts',
      `export * from '../adapters/system-clock.js';`,
    ],
    ['adapters-point-inward', 'src/adapters/planted.ts', `export * from '../operations/perform.js';`],
    [
      'plugins-use-the-front-door',
      'plugins/step-synchronization/planted.ts',
      `export * from '../../src/core/time.js';`,
    ],
    ['plugin-cores-are-pure', 'plugins/step-synchronization/core/planted.ts', `export * from 'node:fs';`],
    ['xstate-in-one-file', 'src/core/planted.ts', `export { createMachine } from 'xstate';`],
    ['rules-engine-in-one-file', 'src/core/planted.ts', `export { Engine } from 'json-rules-engine';`],
    [
      'composition-alone-knows-tsyringe',
      'src/operations/planted.ts',
      `export { container } from 'tsyringe';`,
    ],
    ['migrations-know-ports-only', 'migrations/kernel/planted.ts', `export * from '../../src/core/time.js';`],
  ];

  for (const [rule, file, text] of planted) {
    it(`refuses a planted violation of ${rule} (${text.split('\n')[0] ?? ''})`, () => {
      writeFileSync(join(copy, file), `${text}\n`);
      const violations = cruise(copy).summary.violations.filter(({ from }) => from === file);
      expect(violations.map((violation) => violation.rule.name)).to.include(rule);
    });
  }

  it('keeps the top level to what the owner named', () => {
    const tracked = execFileSync('git', ['ls-files'], { cwd: PACKAGE_ROOT, encoding: 'utf8' })
      .trim()
      .split('\n');
    const top = [...new Set(tracked.map((file) => file.split('/')[0] ?? ''))].filter(
      (name) => !name.startsWith('.'),
    );
    expect(top.sort()).to.deep.equal(
      [
        'CHANGELOG.md',
        'LICENSE',
        'README.md',
        'migrations',
        'package-lock.json',
        'package.json',
        'plugins',
        'rules',
        'src',
        'test',
        'tsconfig.json',
      ].sort(),
    );
  });
});
