/**
 * A host's own database as orderwright finds one: a schema `CoreDataModel` with Critical Manufacturing's names, states as
 * numbers, keys of 19 digits, local datetimes, and beside what is mapped other tables, triggers, views and modules.
 */
import { readFileSync } from 'node:fs';
import type { EntityInFile, MappingFile } from '../../src/adapters/sql/mapping.js';
import { onDatabase } from './live-server.js';

/** The first order's key; the others follow. */
export const FIRST_KEY = 2_208_111_405_000_000_001n;
/** Of no order: what a host has besides. */
export const OTHER_KEY = 9_007_199_254_740_993n;
export const ZONE = 'W. Europe Standard Time';

const TABLES = [
  `create table [CoreDataModel].[T_Product] ([ProductId] bigint not null primary key, [Name] nvarchar(256) not null,
     [DefaultUnits] nvarchar(64) not null, [FlowPath] nvarchar(512), [IncludeInSchedule] bit not null)`,
  `create table [CoreDataModel].[T_Facility] ([FacilityId] bigint not null primary key, [Name] nvarchar(256) not null)`,
  `create table [CoreDataModel].[T_Step] ([StepId] bigint not null primary key, [Name] nvarchar(256) not null,
     [ProductionOrderSchedulingMode] nvarchar(64), [ProductionOrderStepSize] decimal(18, 8), [MarksProductCompletion] bit)`,
  `create table [CoreDataModel].[T_Flow] ([FlowId] bigint not null primary key, [Name] nvarchar(256) not null,
     [Revision] nvarchar(64), [IsEffective] bit)`,
  `create table [CoreDataModel].[T_FlowStep] ([SourceEntityId] bigint not null, [TargetEntityId] bigint not null,
     [Position] int not null, [CorrelationID] nvarchar(64))`,
  `create table [CoreDataModel].[T_ProductionOrder] ([ProductionOrderId] bigint not null primary key,
     [Name] nvarchar(256) not null unique, [ProductId] bigint not null, [Quantity] decimal(18, 8) not null,
     [Units] nvarchar(64) not null, [Priority] int not null, [PlannedStartDate] datetime, [PlannedEndDate] datetime,
     [DueDate] datetime, [FacilityId] bigint, [FlowPath] nvarchar(512), [OverDeliveryTolerance] decimal(18, 8),
     [UnderDeliveryTolerance] decimal(18, 8), [IsRestricted] bit not null, [IncludeInPlanning] bit not null,
     [SystemState] int not null, [UniversalState] int not null, [LastServiceHistoryId] bigint not null)`,
  `create table [CoreDataModel].[T_Material] ([MaterialId] bigint not null primary key, [Name] nvarchar(256) not null,
     [ProductId] bigint not null, [PrimaryQuantity] decimal(18, 8) not null, [PrimaryUnits] nvarchar(64) not null,
     [FacilityId] bigint, [FlowPath] nvarchar(512), [SystemState] int not null, [UniversalState] int not null,
     [DueDate] datetime, [LastServiceHistoryId] bigint not null)`,
  `create table [CoreDataModel].[T_MaterialProductionOrder] ([SourceEntityId] bigint not null,
     [TargetEntityId] bigint not null, [IsAccounted] bit not null, [IsCurrent] bit not null)`,
  `create table [CoreDataModel].[T_Audit] ([AuditId] int identity(500, 1) primary key, [Text] nvarchar(400))`,
];

const MODULES = [
  'create view [CoreDataModel].[V_OpenOrders] as select [Name] from [CoreDataModel].[T_ProductionOrder] where [SystemState] < 4',
  `create trigger [CoreDataModel].[TR_Audit] on [CoreDataModel].[T_ProductionOrder] after update as
     begin set nocount on; insert into [CoreDataModel].[T_Audit] ([Text]) select N'changed ' + [Name] from inserted; end`,
  `create procedure [CoreDataModel].[P_Close] @name nvarchar(256) as
     update [CoreDataModel].[T_Facility] set [Name] = [Name] output inserted.[Name] where [Name] = @name`,
];

const mes = '[CoreDataModel]';
const DATA = [
  `insert into ${mes}.[T_Product] values (${OTHER_KEY}, N'Panel', N'pcs', N'Main:A:1/Cut:1', 1)`,
  `insert into ${mes}.[T_Facility] values (${OTHER_KEY}, N'Plant A')`,
  `insert into ${mes}.[T_Step] values (1, N'Cut', N'Material', 20, 0), (2, N'Bake', N'Material', null, 1)`,
  `insert into ${mes}.[T_Flow] values (1, N'Main', N'A', 1)`,
  `insert into ${mes}.[T_FlowStep] values (1, 1, 1, N'1'), (1, 2, 2, N'1')`,
  ...['PO-1', 'PO-2', 'PO-3', 'PO-4'].map(
    (name, index) =>
      `insert into ${mes}.[T_ProductionOrder] values (${FIRST_KEY + BigInt(index)}, N'${name}', ${OTHER_KEY}, 100.50000000, N'pcs', 3,
         '2026-07-01T08:00:00', '2026-12-01T08:00:00', '2026-12-01T17:00:00', ${OTHER_KEY}, null, 0.1, 0, 0, 1, ${index}, 1, ${700 + index})`,
  ),
  `insert into ${mes}.[T_ProductionOrder] values (${FIRST_KEY + 9n}, N'PO-odd', ${OTHER_KEY}, 1, N'pcs', 3, null, null, null, null, null, 0, 0, 0, 1, 77, 1, 709)`,
  `insert into ${mes}.[T_Material] values (${FIRST_KEY}, N'M-1', ${OTHER_KEY}, 50, N'pcs', ${OTHER_KEY}, N'Main:A:1/Cut:1', 0, 1, null, 800)`,
  `insert into ${mes}.[T_MaterialProductionOrder] values (${FIRST_KEY}, ${FIRST_KEY + 1n}, 1, 1)`,
];

/** Makes the host in an empty database. */
export async function makeForeignHost(url: string): Promise<void> {
  for (const statement of ['create schema [CoreDataModel]', ...TABLES, ...MODULES])
    await onDatabase(url, statement);
  await onDatabase(url, DATA.join(';\n'));
}

/** Critical Manufacturing's mapping as a site has confirmed it, with the zone in which this host keeps its times. */
export function foreignMapping(changes: (file: MappingFile) => void = () => undefined): string {
  const source = new URL('../../src/mappings/critical-manufacturing.json', import.meta.url);
  const file = JSON.parse(readFileSync(source, 'utf8'), (key, value: unknown) =>
    key === 'confirm' ? undefined : value,
  ) as MappingFile;
  file.name = 'our-plant';
  for (const entity of Object.values(file.entities)) {
    for (const field of Object.values(entity.fields ?? {})) {
      if (typeof field !== 'string' && field.kind === 'instant') field.timeZone = ZONE;
    }
  }
  const { Product, FlowItem } = file.entities as Record<'Product' | 'FlowItem', EntityInFile>;
  delete Product.fields?.ProductGroup;
  // This host has no sub-flows.
  FlowItem.sql = FlowItem.sql?.replace(/ union all .*$/s, '') ?? '';
  changes(file);
  return JSON.stringify(file);
}
