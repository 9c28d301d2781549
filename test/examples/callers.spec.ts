/** The examples of callers, as far as they can be checked without a compiler and a server of the host's. */
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../src/adapters/files/package-root.js';
import { eventProcedures } from '../../src/adapters/sql/mssql/event-procedures.js';
import { mssqlNames } from '../../src/adapters/sql/mssql/names.js';
import { problemOfTSql } from '../adapters/sql/mssql/t-sql.js';
import { ServingProcess } from '../e2e/a-serving-process.js';
import { Workplace } from '../e2e/command-line.js';

const example = (name: string) => readFileSync(join(PACKAGE_ROOT, 'src', 'examples', name), 'utf8');

describe('[e2e] The examples of callers', function () {
  this.timeout(60_000);

  it('have a stored procedure that is T-SQL and names the parameters that ours has', () => {
    const sql = example('host-release.sql');
    expect(problemOfTSql(sql)).to.equal(null);
    const [, name = '', given = ''] = /exec (\[orderwright\]\.\S+)\s+([\s\S]*?);/.exec(sql) ?? [];
    const ours = eventProcedures(mssqlNames).find(({ definition }) =>
      definition.startsWith(`procedure ${name} `),
    );
    const declared = [...(ours?.definition ?? '').split(' as\n')[0]!.matchAll(/@(\w+) /g)].map(
      ([, word]) => word,
    );
    const named = [...given.matchAll(/@(\w+) =/g)].map(([, word]) => word);
    expect(named).to.have.length(5);
    expect(declared).to.include.members(named);
    expect(sql).to.match(
      /set xact_abort on[\s\S]*begin try[\s\S]*begin catch[\s\S]*rollback transaction[\s\S]*throw;/,
    );
  });

  it('have a DEE action whose route and JSON names are those of the OpenAPI document', async () => {
    const code = example('critical-manufacturing-dee.cs');
    const place = new Workplace();
    const serving = await ServingProcess.start(place.folder);
    try {
      const document = (await (await fetch(`${serving.url}/openapi.json`)).json()) as {
        paths: Record<string, { post?: { requestBody: object; responses: object } } | undefined>;
        components: object;
      };
      const [, operation = ''] = /"\/hooks\/(\S+)\/" \+ moment/.exec(code) ?? [];
      const hook = document.paths[`/hooks/${operation}/{moment}`]?.post;
      expect(hook, operation).to.be.an('object');
      const [asked, answered] = [JSON.stringify(hook?.requestBody), JSON.stringify(document)];
      const sent = [...code.matchAll(/\["(\w+)"\] =/g)].map(([, name]) => name!);
      expect(sent).to.include.members(['requestId', 'correlationId', 'actor', 'orders', 'name', 'values']);
      for (const name of sent) expect(asked, name).to.match(new RegExp(`\\b${name}\\b`));
      const read = [...code.matchAll(/GetProperty\("(\w+)"\)/g)].map(([, name]) => name!);
      expect(read).to.include.members(['orders', 'allowed', 'violations', 'message']);
      for (const name of read) expect(answered, name).to.contain(`"${name}"`);
      // What it sends is taken, and what it reads is there.
      const values = { plannedStart: '2026-12-07T00:00:00Z', plannedEnd: null, quantity: '10' };
      const body = { requestId: 'r', correlationId: 'c', actor: 'a', orders: [{ name: 'PO', values }] };
      const response = await fetch(`${serving.url}/hooks/${operation}/Pre`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-correlation-id': 'c' },
        body: JSON.stringify(body),
      });
      expect(response.status).to.equal(200);
      const { orders } = (await response.json()) as { orders: Record<string, unknown>[] };
      expect(orders[0]).to.include({ name: 'PO', allowed: false });
      expect(orders[0]?.violations).to.have.nested.property('[0].message').that.is.a('string');
    } finally {
      await serving.stop();
      place.remove();
    }
  });

  it('bound the time that the host waits, and decide on their side when there is no answer', () => {
    const code = example('critical-manufacturing-dee.cs');
    for (const word of [
      'CancellationTokenSource(budget)',
      'WhenUnavailable == "refuse"',
      'OperationCanceledException',
    ])
      expect(code).to.contain(word);
    for (const moment of ['Pre', 'Post'])
      expect(code).to.contain(`BusinessObjects.ProductionOrderCollection.Release.${moment}`);
    const count = (letter: string) => code.split(letter).length;
    expect(count('{')).to.equal(count('}'));
    expect(count('(')).to.equal(count(')'));
  });
});
