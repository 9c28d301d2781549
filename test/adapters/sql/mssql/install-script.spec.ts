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
import { mssqlDialect } from '../../../../src/adapters/sql/mssql/dialect.js';
import { readOnlyMapping, REFERENCE_HOST } from '../../../../src/adapters/sql/mapping.js';
import type { Knex } from 'knex';
import { problemOfTSql } from './t-sql.js';

async function installation(): Promise<Installation> {
  const { plugins } = await loadConfiguration(null, '/nowhere');
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
    expect(granted('[orderwright].[HostProductionOrderMaterial]')).to.deep.equal([
      'select',
      'update',
      'insert',
      'delete',
    ]);
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

  it("grants the running user nothing of the host but its views, and the host's logins nothing at all", async () => {
    const mapping: Installation['mapping'] = Object.fromEntries(
      Object.entries(readOnlyMapping({ ...REFERENCE_HOST, writer: 'host' })).map(([view, entity]) => [
        view,
        { ...entity, table: entity.table.replace('mes.', 'host.') as typeof entity.table, capture: 'poll' },
      ]),
    );
    const folders = [{ folder: 'kernel', list: kernelMigrations }];
    const capture = (knex: Knex) => mssqlDialect.capture.create(knex, mssqlDialect.names, mapping);
    const given = {
      ...(await installation()),
      folders,
      mapping,
      capture,
      triggered: [],
      procedure: 'host.Due',
    };
    const batches = await installBatches(given);
    const granted = batches.filter((batch) => batch.startsWith('grant '));
    const running = granted
      .filter((batch) => batch.endsWith('to [ow_run]'))
      .map((batch) => batch.split(' to ')[0]);
    const views = Object.keys(mapping).map((view) => `grant select on [orderwright].[${view}]`);
    expect(running).to.include.members(views);
    const others = running.filter((grant = '') => !/\]\.\[(Host[A-Z]|Migration_)/.test(grant));
    const all = (table: string, rights = ['select', 'insert', 'update', 'delete']) =>
      rights.map((right) => `grant ${right} on [orderwright].[${table}]`);
    const added = ['select', 'insert'];
    expect(others.toSorted()).to.deep.equal(
      [
        ...['JournalEntry', 'JournalSeal', 'RuleSet', 'RuleSetActivation'].flatMap((table) =>
          all(table, added),
        ),
        ...all('HookEvent'),
        ...all('ClosedQuantities'),
        ...all('Installation', ['select']),
        ...all('PendingHostAction', [...added, 'update']),
        ...all('HookEvent_Sequence', ['update']),
        ...all('PolledProductionOrder', ['select']),
        ...all('PolledMaterial', ['select']),
        'grant view definition on schema::[orderwright]',
        'grant execute on [host].[Due]',
      ].toSorted(),
    );
    expect(
      running.filter((grant = '') => /^grant (insert|update|delete) .*\[Host/.test(grant)).toSorted(),
    ).to.deep.equal(
      [
        ...all('HostActionDelivery', ['insert', 'update']),
        ...all('HostLook', ['update']),
        ...all('HostSeen', ['insert', 'update']),
        ...all('HostSeenLink', ['insert', 'update', 'delete']),
        ...all('HostShown', ['insert', 'update']),
      ].toSorted(),
    );
    const installing = granted.filter((batch) => !batch.endsWith('to [ow_run]'));
    expect(installing.every((batch) => batch.endsWith('to [ow_install]'))).to.equal(true);
    expect(installing.some((batch) => batch.startsWith('grant alter'))).to.equal(false);
    expect(installing).to.include('grant view definition on schema::[host] to [ow_install]');
  });

  it('is the same text each time', async () => {
    const script = await installScript(await installation());
    expect(await installScript(await installation())).to.equal(script);
    expect(script.slice(0, 60)).to.contain('-- orderwright 1.2.3');
  });
});
