import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { databaseOf } from '../../../src/adapters/sql/database-url.js';
import { OrderwrightError } from '../../../src/core/problem.js';

function refusalOf(url: string): string {
  try {
    databaseOf(url);
    return 'taken';
  } catch (error) {
    expect(error).to.be.instanceOf(OrderwrightError).and.include({ code: 'OW_DATABASE_URL', usage: true });
    return (error as Error).message;
  }
}

describe('[adapter] A database URL', () => {
  it('names a SQLite file, or a database in memory', () => {
    expect(databaseOf('sqlite:a b.db')).to.deep.equal({ kind: 'sqlite', file: 'a b.db' });
    expect(databaseOf('sqlite::memory:')).to.include({ file: ':memory:' });
  });

  it('names a SQL Server, encrypted unless it says otherwise', () => {
    expect(databaseOf('mssql://ow:p%40ss%2Fword@db.plant:1444/MES')).to.include({
      kind: 'mssql',
      host: 'db.plant',
      port: 1444,
      database: 'MES',
      user: 'ow',
      password: 'p@ss/word',
      encrypt: true,
      trustServerCertificate: false,
      lockTimeout: 5000,
      poolMax: 10,
    });
    expect(databaseOf('mssql://ow:x@db/MES')).to.include({ port: 1433 });
    expect(databaseOf('mssql://ow:x@db:80/MES')).to.include({ port: 80 });
    expect(databaseOf('mssql://ow:x@db/MES?instance=LINE1')).to.include({ port: null, instance: 'LINE1' });
    const given = 'encrypt=false&lockTimeout=100&poolMax=3&domain=PLANT&requestTimeout=1000';
    expect(databaseOf(`mssql://ow:x@db/MES?${given}`)).to.include({
      encrypt: false,
      lockTimeout: 100,
      poolMax: 3,
      domain: 'PLANT',
      requestTimeout: 1000,
    });
  });

  it('keeps its password in a file or in the environment', () => {
    const folder = mkdtempSync(join(tmpdir(), 'orderwright-'));
    const file = join(folder, 'password');
    writeFileSync(file, 'from the file\n');
    expect(databaseOf(`mssql://ow@db/MES?passwordFile=${encodeURIComponent(file)}`)).to.include({
      password: 'from the file',
    });
    rmSync(folder, { recursive: true });
    process.env.ORDERWRIGHT_DATABASE_PASSWORD = 'from the environment';
    try {
      expect(databaseOf('mssql://ow@db/MES')).to.include({ password: 'from the environment' });
    } finally {
      delete process.env.ORDERWRIGHT_DATABASE_PASSWORD;
    }
  });

  it('is refused in words that never repeat the password', () => {
    const refused: [url: string, says: RegExp][] = [
      ['oracle://ow:secret@db/MES', /oracle/],
      ['mssql://ow:secret@db', /names no database/],
      ['mssql://db/MES?encrypt=true', /names no user/],
      ['mssql://ow:secret@db/MES?encrpt=true', /encrpt/],
      ['mssql://ow:secret@db/MES?encrypt=yes', /true or false/],
      ['mssql://ow:secret@db/MES?poolMax=many', /whole number/],
      ['mssql://ow:secret@db:99999/MES', /can not be read/],
      ['mssql://ow:sec%ret@db/MES', /percent sign/],
      ['mssql://ow@db/MES?passwordFile=/not/there', /passwordFile/],
    ];
    for (const [url, says] of refused) {
      expect(refusalOf(url), url)
        .to.match(says)
        .and.not.match(/sec(ret|%)/);
    }
  });
});
