import Database from 'better-sqlite3';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readMapping } from '../../src/adapters/files/mapping-file.js';
import { REFERENCE_HOST } from '../../src/adapters/sql/mapping.js';
import { problemOfTSql } from '../adapters/sql/mssql/t-sql.js';
import { WAFER_PLANT, Workplace } from './command-line.js';

const NOWHERE = 'mssql://nobody:none@127.0.0.1:9/plant?connectTimeout=2000';

interface Answer {
  statements: string[];
  grants: string[];
  findings: string[];
  checks: { code: string; ok: boolean; message: string; fix: string | null }[];
  changed: boolean;
  mode: string;
  writer: string;
  adopted: { orders: number; misfits: unknown[] };
  proved: boolean;
  removed: string[];
  error: { code: string; problems: { path: string; code: string; message: string }[] };
}

async function ask(place: Workplace, ...args: string[]): Promise<{ code: number | null; answer: Answer }> {
  const { code, stdout } = await place.run(['--json', ...args]);
  return { code, answer: JSON.parse(stdout) as Answer };
}

describe('[e2e] Installing', function () {
  this.timeout(120_000);
  let place: Workplace;

  before(() => {
    place = new Workplace();
  });
  after(() => {
    place.remove();
  });

  it('says first what it would do, and does nothing then', async () => {
    const { code, answer } = await ask(place, 'install', '--dry-run');
    expect(code).to.equal(0);
    expect(answer.statements.join('\n')).to.contain('orderwright_HookEvent');
    expect(existsSync(place.database)).to.equal(false);
    const { code: sick, answer: told } = await ask(place, 'doctor');
    expect(sick).to.equal(1);
    expect(told.checks[0]).to.include({ code: 'OW_DOCTOR_CONNECTION', ok: false });
    expect(existsSync(place.database)).to.equal(false);
  });

  it('installs, adopts what is there, is found healthy, and goes again without a trace', async () => {
    expect((await ask(place, 'install')).answer).to.include({ changed: true, mode: 'enforce' });
    await ask(place, 'import', WAFER_PLANT);
    const again = await ask(place, 'install');
    expect(again.answer).to.include({ changed: false });
    expect(again.answer.adopted).to.include({ orders: 4 });
    const before = readFileSync(place.database);
    const healthy = await ask(place, 'doctor');
    expect(healthy.answer.checks.filter(({ ok }) => !ok)).to.deep.equal([]);
    expect(healthy.code).to.equal(0);
    expect(readFileSync(place.database).equals(before)).to.equal(true);
    expect((await ask(place, 'install', '--mode', 'observe')).answer).to.include({ mode: 'observe' });
    const gone = await ask(place, 'uninstall', '--journal', 'kept.jsonl');
    expect(gone.answer).to.include({ proved: true });
    expect(gone.code).to.equal(0);
    const kept = readFileSync(join(place.folder, 'kept.jsonl'), 'utf8').trim().split('\n');
    expect(kept.map((line) => (JSON.parse(line) as { operation: string }).operation)).to.include('Import');
    expect((await ask(place, 'uninstall', '--journal', 'kept.jsonl')).answer.error.code).to.equal(
      'OW_JOURNAL_FILE_EXISTS',
    );
    expect((await ask(place, 'uninstall', '--journal', 'other.jsonl')).answer.error.code).to.equal(
      'OW_NOT_INSTALLED',
    );
  });

  it('prints the whole T-SQL and the GRANTs of both logins without a server', async () => {
    const { code, answer } = await ask(place, 'install', '--dry-run', '--database', NOWHERE);
    expect(code).to.equal(0);
    expect(answer.findings.join()).to.contain('not looked at');
    expect(answer.grants.some((grant) => grant.endsWith('[orderwright_install]'))).to.equal(true);
    expect(answer.grants.some((grant) => grant.endsWith('[orderwright_run]'))).to.equal(true);
    const read = new Set(
      answer.statements.map((sql) => sql.replace(/^(grant \w+ on) \S+/, '$1 [orderwright].[X]')),
    );
    const refused = [...read].flatMap((sql) => {
      const problem = problemOfTSql(sql);
      return problem === null ? [] : [`${problem}\n  ${sql}`];
    });
    expect(refused.join('\n\n')).to.equal('');
  });

  it('prints the same for a host with the conventions of Critical Manufacturing', async () => {
    const file = new URL('../../src/mappings/critical-manufacturing.json', import.meta.url).pathname;
    const args = ['install', '--dry-run', '--mapping', file, '--database', NOWHERE];
    const { answer } = await ask(place, ...args);
    const script = answer.statements.join('\n');
    expect(answer.mode).to.equal('observe');
    expect(script).to.contain('[CoreDataModel].[T_ProductionOrder]');
    expect(script).to.not.match(/alter table \[CoreDataModel\]/i);
    expect(script).to.not.match(/create table \[mes\]/i);
    expect(answer.grants.join('\n')).to.not.match(
      /^grant (update|insert).*Host(ProductionOrder|Material)\b/m,
    );
  });

  it('lists every problem of a mapping with its place', async () => {
    const file = place.file('mapping.json', {
      name: 'broken',
      writer: 'view',
      entities: {
        ProductionOrder: {
          table: 'x.Y',
          fields: { Id: 'Id', Colour: 'C', State: { column: 'S', values: { 1: 'Done' } } },
        },
      },
    });
    const { code, answer } = await ask(place, 'doctor', '--mapping', file);
    expect(code).to.equal(1);
    expect(answer.error.code).to.equal('OW_MAPPING_INVALID');
    const paths = answer.error.problems.map(({ path }) => path);
    expect(paths).to.include.members([
      '$.entities.Material',
      '$.entities.ProductionOrder.fields.Name',
      '$.entities.ProductionOrder.fields.Colour',
      "$.entities.ProductionOrder.fields.State.values['1']",
    ]);
    const usage = await ask(place, 'install', '--mode', 'maybe');
    expect(usage.code).to.equal(2);
  });

  it('has the reference MES as a mapping file that says the same as the code', () => {
    expect(readMapping(reference())).to.deep.equal(REFERENCE_HOST);
  });

  it('offers a host that writes its rows itself what is due, and changes none of them', async () => {
    const host = new Workplace();
    try {
      const file = JSON.parse(reference()) as { writer: string; entities: Record<string, object> };
      file.writer = 'host';
      for (const entity of Object.values(file.entities)) {
        for (const word of ['writable', 'insertable', 'deletable']) Reflect.deleteProperty(entity, word);
      }
      const name = host.file('mapping.json', JSON.stringify(file));
      const installed = await ask(host, 'install', '--mapping', name, '--plugins', 'step-synchronization');
      expect(installed.answer).to.include({ mode: 'observe', writer: 'host' });
      await ask(host, 'import', host.file('plant.json', PLANT));
      const refused = await host.ask(['cancel', 'PO']);
      expect(refused.document.orders[0].violations.map(({ code }) => code)).to.deep.equal(['OW_HOST_WRITES']);
      sql(host, `update mes_Material set State = 'InProgress'`);
      await ask(host, 'events', 'dispatch', '--until-idle');
      const shown = await host.ask(['order', 'PO']);
      expect(shown.document).to.include({ state: 'Released' });
      expect(shown.document).to.have.nested.property('pendingHostActions[0].operation', 'Start');
      sql(host, `update mes_ProductionOrder set State = 'InProgress'`);
      await ask(host, 'events', 'dispatch', '--until-idle');
      expect((await host.ask(['order', 'PO'])).document)
        .to.have.property('pendingHostActions')
        .that.deep.equals([]);
    } finally {
      host.remove();
    }
  });
});

const PLANT = {
  steps: [{ name: 'Cut' }],
  flows: [{ name: 'Main', items: [{ step: 'Cut' }] }],
  products: [{ name: 'Stool', units: 'pcs', flowPath: 'Main:A:1/Cut:1' }],
  productionOrders: [{ name: 'PO', product: 'Stool', quantity: '2', units: 'pcs', state: 'Released' }],
  materials: [{ name: 'M1', product: 'Stool', quantity: '2', units: 'pcs', productionOrder: 'PO' }],
};

function reference(): string {
  return readFileSync(new URL('../../src/mappings/reference-mes.json', import.meta.url), 'utf8');
}

/** What a host does by itself. */
function sql(place: Workplace, statement: string): void {
  const database = new Database(place.database);
  database.exec(statement);
  database.close();
}
