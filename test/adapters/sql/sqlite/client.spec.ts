import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Knex } from 'knex';
import { after, before, describe, it } from 'mocha';
import { insertDurably, openSqlite } from '../../../../src/adapters/sql/sqlite/client.js';
import { readInTransaction } from '../../../../src/adapters/sql/sqlite/read-transaction.js';

interface Row {
  Name: string;
}

describe('[adapter] A SQLite file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'orderwright-'));
  let writer: Knex;
  let reader: Knex;

  before(async () => {
    writer = openSqlite(join(folder, 'plant.db'));
    reader = openSqlite(join(folder, 'plant.db'), 2);
    await writer.schema.createTable('Trial', (table) => {
      table.string('Name').notNullable();
    });
  });
  after(async () => {
    await writer.destroy();
    await reader.destroy();
    rmSync(folder, { recursive: true });
  });

  const names = (knex: Knex) => knex<Row>('Trial').orderBy('Name').pluck('Name');
  const insert = (name: string | null) => insertDurably(writer, 'Trial', () => [{ Name: name }]);

  it('is read in one state for as long as a transaction takes, and in the newest by the next', async () => {
    await writer('Trial').delete();
    const [first, second] = await readInTransaction(reader, async (trx) => {
      const found = await names(trx);
      await insert('later');
      return [found, await names(trx)];
    });
    expect([first, second]).to.deep.equal([[], []]);
    expect(await readInTransaction(reader, names)).to.deep.equal(['later']);
  });

  it('is read by as many as there are connections, the others in their turn, after one that failed too', async () => {
    await writer('Trial').delete();
    await insert('one');
    const failing = readInTransaction(reader, async (trx) => {
      await names(trx);
      throw new Error('on purpose');
    });
    const read = Array.from({ length: 6 }, () => readInTransaction(reader, names));
    expect(await failing.catch(String)).to.equal('Error: on purpose');
    expect(await Promise.all(read)).to.deep.equal(Array(6).fill(['one']));
    expect(await readInTransaction(reader, names)).to.deep.equal(['one']);
  });

  it('takes no write from who only reads, not even after the end of his transaction', async () => {
    await writer('Trial').delete();
    const write = (trx: Knex) => trx('Trial').insert({ Name: 'not allowed' });
    expect(await readInTransaction(reader, write).catch(String)).to.match(/readonly database/);
    const ended = await readInTransaction(reader, (trx) => Promise.resolve([trx]));
    expect(await Promise.all(ended.map(write)).catch(String)).to.match(/readonly database/);
    expect(await names(writer)).to.deep.equal([]);
  });

  it('goes on flushing what a transaction commits beside rows whose log is flushed for them', async () => {
    await insert('flushed by us');
    const FULL = 2;
    expect(await writer.raw('pragma synchronous')).to.deep.equal([{ synchronous: FULL }]);
  });

  it('keeps rows waiting for their turn while a transaction holds the lock, and no other work', async () => {
    await writer('Trial').delete();
    const order: string[] = [];
    const other = openSqlite(join(folder, 'plant.db'));
    let waiting: Promise<void>[] = [];
    await other.transaction(async (trx) => {
      waiting = ['a', 'b'].map((name) => insert(name).then(() => void order.push(name)));
      expect(await readInTransaction(reader, names)).to.deep.equal([]);
      order.push('committed');
      await trx('Trial').insert({ Name: 'c' });
    });
    await Promise.all(waiting);
    await other.destroy();
    expect(order[0]).to.equal('committed');
    expect(order).to.have.members(['committed', 'a', 'b']);
    expect(await names(writer)).to.deep.equal(['a', 'b', 'c']);
  });

  it('takes the next rows after some that it refused', async () => {
    await writer('Trial').delete();
    expect(await insert(null).catch((error: unknown) => (error as { code: string }).code)).to.match(
      /NOTNULL/,
    );
    await insert('next');
    expect(await names(writer)).to.deep.equal(['next']);
  });
});
