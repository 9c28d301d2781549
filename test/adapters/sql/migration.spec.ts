import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { kernelMigrations } from '../../../migrations/kernel/index.js';
import { mesMigrations } from '../../../migrations/mes/index.js';
import type { MigrationList } from '../../../src/ports/migration.js';
import { migrateFolder, revertFolder } from '../../../src/adapters/sql/migration.js';
import { sqliteNames } from '../../../src/adapters/sql/sqlite/names.js';
import { connect, referenceMes } from './plant-database.js';

const SCRIPT = `
  const { connect } = await import(process.argv[1]);
  const { migrateFolder } = await import(process.argv[2]);
  const { sqliteNames } = await import(process.argv[3]);
  const { mesMigrations } = await import(process.argv[4]);
  const db = connect(process.argv[5]);
  const ran = await migrateFolder(db, sqliteNames, 'mes', mesMigrations);
  await db.destroy();
  console.log(ran.length);
`;

function migrateInProcess(file: string): Promise<string> {
  const modules = [
    './plant-database.js',
    '../../../src/adapters/sql/migration.js',
    '../../../src/adapters/sql/sqlite/names.js',
    '../../../migrations/mes/index.js',
  ].map((module) => new URL(module, import.meta.url).href);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', SCRIPT, ...modules, file]);
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    child.on('close', () => {
      resolve(output.trim());
    });
  });
}

describe('[adapter] Migrating', () => {
  it('runs once where four processes start on one new file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'orderwright-'));
    try {
      for (const round of [1, 2, 3]) {
        const file = join(folder, `plant-${round}.db`);
        const outputs = await Promise.all([1, 2, 3, 4].map(() => migrateInProcess(file)));
        expect(outputs.sort()).to.deep.equal(['0', '0', '0', String(mesMigrations.length)]);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('leaves nothing of a folder behind when it is reverted', async () => {
    const db = await referenceMes();
    await revertFolder(db, sqliteNames, 'kernel', kernelMigrations);
    await revertFolder(db, sqliteNames, 'mes', mesMigrations);
    const left = await db('sqlite_master').whereNot('name', 'like', 'sqlite_%').pluck('name');
    expect(left).to.deep.equal([]);
    await db.destroy();
  });

  it('keeps folders apart, and takes back all of a list of which one fails', async () => {
    const db = await referenceMes();
    const list: MigrationList = [
      {
        name: '1_make',
        migration: {
          up: (knex) => knex.schema.createTable('made', (table) => table.increments('Id')),
          down: (knex) => knex.schema.dropTable('made'),
        },
      },
      {
        name: '2_fail',
        migration: { up: () => Promise.reject(new Error('on purpose')), down: () => Promise.resolve() },
      },
    ];
    const failure = await migrateFolder(db, sqliteNames, 'trial', list).then(
      () => null,
      (error: unknown) => error,
    );
    expect(String(failure)).to.contain('on purpose');
    expect(await db.schema.hasTable('made')).to.equal(false);
    expect(await migrateFolder(db, sqliteNames, 'trial', list.slice(0, 1))).to.deep.equal(['1_make']);
    expect(await migrateFolder(db, sqliteNames, 'trial', list.slice(0, 1))).to.deep.equal([]);
    await db.destroy();
  });

  it('refuses a database that a newer version has migrated', async () => {
    const db = await referenceMes();
    const failure = await migrateFolder(db, sqliteNames, 'mes', []).then(
      () => null,
      (error: unknown) => error,
    );
    expect(failure).to.include({ code: 'OW_DATABASE_NEWER' });
    await db.destroy();
  });

  it('works on a file in WAL mode that another connection is reading', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'orderwright-'));
    const [db, other] = [connect(join(folder, 'plant.db')), connect(join(folder, 'plant.db'))];
    await db.raw('pragma journal_mode = wal');
    await other.transaction(async (trx) => {
      await trx('sqlite_master').select('*');
      expect(await migrateFolder(db, sqliteNames, 'mes', mesMigrations)).to.have.length(mesMigrations.length);
    });
    await Promise.all([db.destroy(), other.destroy()]);
    rmSync(folder, { recursive: true });
  });
});
