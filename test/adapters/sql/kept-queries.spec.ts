import { expect } from 'chai';
import type { Knex } from 'knex';
import { after, before, describe, it } from 'mocha';
import { KeptQueries, type QueryValue } from '../../../src/adapters/sql/kept-queries.js';
import { openSqlite } from '../../../src/adapters/sql/sqlite/client.js';
import { sqliteDialect } from '../../../src/adapters/sql/sqlite/dialect.js';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];

describe('[adapter] Kept queries', () => {
  let knex: Knex;

  before(async () => {
    knex = openSqlite(':memory:');
    await knex.schema.createTable('Trial', (table) => {
      table.string('Name').primary();
    });
    for (const Name of NAMES) await knex('Trial').insert({ Name });
  });
  after(() => knex.destroy());

  const asked = () => {
    const texts: string[] = [];
    const queries = new KeptQueries((trx, sql, values) => {
      texts.push(sql);
      return sqliteDialect.rows(trx, sql, values);
    });
    let built = 0;
    const namesIn = (names: readonly string[]) =>
      knex.transaction(async (trx) => {
        const rows = await queries.within<{ Name: string }>(trx, 'names', names, (values) => {
          built += 1;
          return trx('Trial').whereIn('Name', values).orderBy('Name').select('Name');
        });
        return rows.map(({ Name }) => Name).join('');
      });
    return { queries, namesIn, texts, built: () => built };
  };

  it('find by lists of any length what is there, each row once', async () => {
    const { namesIn } = asked();
    const lists = ['', 'a', 'f e', 'c a b', 'a a b c', 'a b c d e', 'f e d c b a', 'x a y'];
    for (const list of lists.map((names) => names.split(' '))) {
      expect(await namesIn(list), list.join()).to.equal(NAMES.filter((name) => list.includes(name)).join(''));
    }
    expect(await namesIn([])).to.equal('');
  });

  it('are made once for lists of about one length, whatever is in them', async () => {
    const { namesIn, built, texts } = asked();
    expect(await namesIn(['a'])).to.equal('a');
    expect(await namesIn(['b'])).to.equal('b');
    expect(built()).to.equal(1);
    for (const more of [[], ['f'], ['f', 'x', 'y']]) await namesIn(['b', 'c', 'd', 'e', 'a', ...more]);
    expect(built()).to.equal(2);
    expect(new Set(texts).size).to.equal(2);
  });

  it('are refused where something else would be bound than what they are asked with', async () => {
    const { queries } = asked();
    const build = (values: readonly QueryValue[]) => knex('Trial').whereIn('Name', values).limit(1);
    const refused = knex.transaction((trx) => queries.all(trx, 'limited', ['a'], build));
    expect(await refused.catch(String)).to.match(/other parameters/);
  });
});
