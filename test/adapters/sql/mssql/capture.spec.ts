import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { readMapping } from '../../../../src/adapters/files/mapping-file.js';
import { CAPTURED_VIEWS } from '../../../../src/adapters/sql/capture-modes.js';
import { REFERENCE_MAPPING, type EntityMapping } from '../../../../src/adapters/sql/host-mapping.js';
import { captureObjects, captureStatements } from '../../../../src/adapters/sql/mssql/capture.js';
import { mssqlNames } from '../../../../src/adapters/sql/mssql/names.js';
import { problemOfTSql } from './t-sql.js';

const CRITICAL_MANUFACTURING = readMapping(
  readFileSync(new URL('../../../../src/mappings/critical-manufacturing.json', import.meta.url), 'utf8'),
).entities;

function by(
  modes: Record<string, 'trigger' | 'procedure' | 'poll'>,
  mapping: Readonly<Record<string, EntityMapping>> = REFERENCE_MAPPING,
): Record<string, EntityMapping> {
  const entities = Object.entries(mapping).map(([view, entity]): [string, EntityMapping] => {
    const capture = modes[view];
    return [view, capture === undefined ? entity : { ...entity, capture }];
  });
  return Object.fromEntries(entities);
}

const all = (mode: 'trigger' | 'procedure' | 'poll') =>
  Object.fromEntries(CAPTURED_VIEWS.map((view) => [view, mode]));
const kinds = (mapping: Record<string, EntityMapping>) =>
  new Set(captureObjects(mssqlNames, mapping).map(({ kind }) => kind));

describe('[adapter] What capture makes on SQL Server', () => {
  it('is what the way of capture of each table takes', () => {
    expect(kinds(by({}))).to.deep.equal(new Set(['procedure', 'trigger']));
    expect(kinds(by(all('procedure')))).to.deep.equal(new Set(['procedure']));
    expect(kinds(by(all('poll')))).to.deep.equal(new Set(['view']));
    const mixed = captureObjects(mssqlNames, by({ HostMaterial: 'poll' })).map(({ name }) => name);
    expect(mixed).to.include('mes.orderwright_ProductionOrder_Update');
    expect(mixed.filter((name) => name.includes('orderwright_Material_'))).to.deep.equal([]);
  });

  it("is no trigger on the table behind a site's own query", () => {
    const own = { ...REFERENCE_MAPPING.HostMaterial!, sql: 'select 1 as [Id]' };
    const made = captureObjects(mssqlNames, { ...REFERENCE_MAPPING, HostMaterial: own });
    expect(made.filter(({ name }) => name.includes('orderwright_Material_'))).to.deep.equal([]);
    const links = made.find(({ name }) => name.endsWith('orderwright_ProductionOrderMaterial_Insert'));
    expect(links?.definition).to.contain('[orderwright].[HostMaterial] as m with (nolock)');
  });

  it('compares and stores what the view shows, and reads what it looks up past the locks of others', () => {
    const made = captureObjects(mssqlNames, CRITICAL_MANUFACTURING);
    const update = made.find(({ name }) => name.endsWith('orderwright_T_ProductionOrder_Update'));
    expect(update?.definition).to.contain('[CoreDataModel].[T_Product] as l with (nolock)');
    const watched = update?.definition.split('where').at(-1);
    expect(watched).to.contain('n.[Product] <> p.[Product]');
    expect(watched).to.not.match(/\bi\.\[/);
  });

  it('is T-SQL, whatever the mapping', function () {
    this.timeout(300_000);
    const triggers = captureObjects(mssqlNames, CRITICAL_MANUFACTURING).filter(
      ({ kind }) => kind === 'trigger',
    );
    const statements = [
      ...triggers.map(({ definition }) => `create ${definition}`),
      // The last takes away what is not wanted any more.
      ...[all('trigger'), all('poll')].map((modes) => captureStatements(mssqlNames, by(modes)).at(-1) ?? ''),
    ];
    const refused = statements.flatMap((sql) => {
      const problem = problemOfTSql(sql);
      return problem === null ? [] : [`${problem}\n  ${sql}`];
    });
    expect(refused.join('\n\n')).to.equal('');
  });
});
