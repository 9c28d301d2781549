import { expect } from 'chai';
import { describe, it } from 'mocha';
import { kernelMigrations } from '../../../../migrations/kernel/index.js';
import { mesMigrations } from '../../../../migrations/mes/index.js';
import { loadConfiguration } from '../../../../src/adapters/files/configuration.js';
import { pluginMigrations } from '../../../../src/adapters/files/plugin-folders.js';
import { REFERENCE_MAPPING } from '../../../../src/adapters/sql/host-mapping.js';
import {
  installBatches,
  installScript,
  type Installation,
} from '../../../../src/adapters/sql/mssql/install-script.js';
import { problemOfTSql } from './t-sql.js';

async function installation(): Promise<Installation> {
  const { plugins } = loadConfiguration(null, '/nowhere');
  const ofPlugins = await Promise.all(
    plugins.map(async (plugin) => ({ folder: plugin.manifest.name, list: await pluginMigrations(plugin) })),
  );
  return {
    version: '1.2.3',
    folders: [
      { folder: 'mes', list: mesMigrations },
      { folder: 'kernel', list: kernelMigrations },
      ...ofPlugins.filter(({ list }) => list.length > 0),
    ],
    mapping: REFERENCE_MAPPING,
    users: { install: 'ow_install', run: 'ow_run' },
    triggered: ['mes.ProductionOrder', 'mes.Material'],
  };
}

describe('[adapter] The installation as a script', () => {
  it('is T-SQL from its first batch to its last', async function () {
    this.timeout(240_000);
    const batches = await installBatches(await installation());
    // Of privileges that differ in nothing but their object one is read for all.
    const read = new Set(batches.map((sql) => sql.replace(/^(grant \w+ on) \S+/, '$1 [orderwright].[X]')));
    const refused = [...read].flatMap((sql) => {
      const problem = problemOfTSql(sql);
      return problem === null ? [] : [`${problem}\n  ${sql}`];
    });
    expect(refused.join('\n\n')).to.equal('');
  });

  it('lets the running user do what it needs and nothing to the journal but add to it', async () => {
    const script = await installScript(await installation());
    const granted = (object: string) =>
      [...script.matchAll(/^grant (.*) on (\S+) to \[ow_run\]$/gm)]
        .filter(([, , on]) => on === object)
        .map(([, privilege]) => privilege);
    expect(granted('[orderwright].[JournalEntry]')).to.deep.equal(['select', 'insert']);
    expect(granted('[orderwright].[QueueEntry]')).to.deep.equal(['select', 'insert', 'update', 'delete']);
    expect(granted('[orderwright].[HostProductionOrder]')).to.deep.equal(['select', 'update', 'insert']);
    expect(granted('[orderwright].[HostFlow]')).to.deep.equal(['select']);
    expect(granted('[orderwright].[DispatchList]')).to.deep.equal(['select']);
    expect(granted('[orderwright].[HostProductionOrderMaterial]')).to.deep.equal([
      'select',
      'update',
      'insert',
      'delete',
    ]);
    expect(granted('[orderwright].[Installation]')).to.deep.equal(['select']);
    expect(granted('[mes].[ProductionOrder]')).to.deep.equal(['select']);
    expect(script).to.contain('grant alter on [mes].[ProductionOrder] to [ow_install]');
    expect(script).to.not.match(/^grant \w+, /m);
    expect(script).to.not.match(/\balter table \[mes\]\.\[(?!ProductionOrder|Material|Flow)/i);
  });

  it('takes every name of a mapping and of a user for a name', async function () {
    this.timeout(120_000);
    const whole = await installation();
    const table = "Core]Data'.T_Order]] --" as const;
    const fields = { Id: "I]d'", Name: "Na]me'; drop table x; --", State: 'St[a]te', RowVersion: '/* R' };
    const source = {
      ...whole.mapping.HostProductionOrder!,
      table,
      fields: { ...whole.mapping.HostProductionOrder!.fields, ...fields },
    };
    const batches = await installBatches({
      ...whole,
      folders: [],
      mapping: { HostProductionOrder: source },
      users: { install: "o'w] to [public", run: 'r]; --' },
      triggered: [table],
    });
    expect(batches).to.include("grant alter on [Core]]Data'].[T_Order]]]] --] to [o'w]] to [public]");
    expect(batches).to.include('grant select on [orderwright].[HostProductionOrder] to [r]]; --]');
    const view = batches.find((batch) => batch.includes("N'create view"));
    expect(view).to.contain("h.[Na]]me''; drop table x; --] as [Name]");
    expect(view).to.contain("from [Core]]Data''].[T_Order]]]] --] as h");
    expect(batches.flatMap((batch) => problemOfTSql(batch) ?? [])).to.deep.equal([]);
  });

  it('is the same text each time', async () => {
    const script = await installScript(await installation());
    expect(await installScript(await installation())).to.equal(script);
    expect(script.slice(0, 60)).to.contain('-- orderwright 1.2.3');
  });
});
