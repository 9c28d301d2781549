/**
 * Which table and column of the host each field is read from: the contract with the host, as data (design 3.9). The
 * views `orderwright.Host<Entity>` are generated from it; nothing else of ours names a table of the host.
 */
import type { TableName } from '../../ports/migration.js';

/** How a column of the host is shown where it is not what the field wants. */
export interface FieldConversion {
  /** decimal, key and text are told as text; truth as 1 and 0; date as `2020-07-03`; instant as UTC. */
  kind?: 'text' | 'key' | 'decimal' | 'truth' | 'integer' | 'date' | 'instant';
  /** Values of the host to ours; a value that is not listed is shown as it is, so that it can be reported. */
  values?: Readonly<Record<string, string>>;
  /** Digits after the point that a decimal is shown with at most. */
  scale?: number;
  /** The zone in which the host keeps its local times, by the name that its database knows it by; else UTC. */
  timeZone?: string;
  /** The column holds a key of this table: shown is the row's column. */
  lookup?: { table: TableName; key: string; column: string };
}

export interface EntityMapping {
  table: TableName;
  /** Where the rows are: tables of the host, or of ours with the plant file's shape. */
  source?: 'host' | 'orderwright';
  /** Field of the view to column of the host's table. */
  fields: Readonly<Record<string, string>>;
  /** Fields whose column is shown in another way. */
  conversions?: Readonly<Record<string, FieldConversion>>;
  /** Fields that no column of the host holds: each row shows this. */
  constants?: Readonly<Record<string, string | number | null>>;
  /** A site's own query in the place of all this; it gives every field. */
  sql?: string;
  /** How changes are noticed. */
  capture?: 'trigger' | 'procedure' | 'poll';
  /** Fields whose integer keys are shown as text: a key is a string end to end. */
  textKeys?: readonly string[];
  /** Fields that tell one row from all others where it is written; `Id` where this is left out. */
  key?: readonly string[];
  /** Fields that orderwright may update through the view, where the writer is `view`. */
  writable?: readonly string[];
  /** True where orderwright may insert rows through the view. */
  insertable?: boolean;
  /** True where orderwright may delete rows through the view. */
  deletable?: boolean;
}

/** Fields that are named like their columns. */
function same(...names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, name]));
}

const ORDER_FIELDS = [
  'Name',
  'Product',
  'Quantity',
  'Units',
  'Priority',
  'Position',
  'StartDate',
  'DueDate',
  'PlannedStart',
  'PlannedEnd',
  'Company',
  'Facility',
  'FlowPath',
  'OverDeliveryTolerance',
  'UnderDeliveryTolerance',
  'Restricted',
  'IncludeInPlanning',
  'State',
  'UniversalState',
  'CanceledFrom',
  'OwnerRole',
];

const MATERIAL_FIELDS = [
  'Name',
  'Product',
  'Quantity',
  'Units',
  'Facility',
  'FlowPath',
  'State',
  'UniversalState',
  'Priority',
  'DueDate',
];

const LINK_FIELDS = ['ProductionOrderId', 'MaterialId', 'Accounts', 'IsCurrent'];

const ABSENCE_FIELDS = ['WorkCenter', 'From', 'To', 'Reason'];

/** The reference MES that comes with orderwright. */
export const REFERENCE_MAPPING: Readonly<Record<string, EntityMapping>> = {
  HostCompany: { table: 'mes.Company', fields: same('Name', 'WorkSchedule', 'IsDefault', 'TimeZone') },
  HostWorkSchedule: { table: 'mes.WorkSchedule', fields: same('Name', 'TimeZone', 'Week', 'Exceptions') },
  HostFacility: { table: 'mes.Facility', fields: same('Name', 'TimeZone', 'TerminateOnShip', 'Remote') },
  HostStep: {
    table: 'mes.Step',
    fields: same(
      'Name',
      'Facility',
      'Units',
      'ProductionOrderSchedulingMode',
      'ProductionOrderStepSize',
      'MarksProductCompletion',
      'WorkCenterType',
      'StandardTime',
      'TimeBasis',
      'Yield',
    ),
  },
  HostFlow: {
    table: 'mes.Flow',
    fields: same('Id', 'Name', 'Revision', 'Effective'),
    textKeys: ['Id'],
  },
  HostFlowItem: {
    table: 'mes.FlowItem',
    fields: same('FlowId', 'Position', 'Kind', 'Name', 'Revision', 'CorrelationId'),
    textKeys: ['FlowId'],
  },
  HostProduct: {
    table: 'mes.Product',
    fields: same(
      'Name',
      'ProductGroup',
      'Units',
      'IncludeInSchedule',
      'SchedulingMode',
      'FlowPath',
      'BillOfMaterials',
      'MaterialSize',
    ),
  },
  HostUnitConversion: { table: 'mes.UnitConversion', fields: same('Product', 'From', 'To', 'Factor') },
  HostProductionOrder: {
    table: 'mes.ProductionOrder',
    fields: same('Id', ...ORDER_FIELDS, 'RowVersion'),
    textKeys: ['Id', 'RowVersion'],
    writable: ORDER_FIELDS,
    insertable: true,
  },
  HostDepartment: {
    table: 'mes.Department',
    fields: same('Name', 'PlanningIntervalUnit', 'PlanningIntervalLength'),
  },
  HostWorkCenterType: {
    table: 'mes.WorkCenterType',
    fields: same('Name', 'Department', 'WorkSchedule', 'Planning', 'Capacity'),
  },
  HostWorkCenter: { table: 'mes.WorkCenter', fields: same('Name', 'Type', 'WorkSchedule', 'Capacity') },
  HostAbsence: {
    table: 'mes.Absence',
    fields: same('Id', ...ABSENCE_FIELDS),
    textKeys: ['Id'],
    writable: ABSENCE_FIELDS,
    insertable: true,
  },
  HostBillOfMaterials: {
    table: 'mes.BillOfMaterials',
    fields: same('Name', 'Product', 'Quantity', 'Sequence'),
  },
  HostBillOfMaterialsOperation: {
    table: 'mes.BillOfMaterialsOperation',
    fields: same(
      'BillOfMaterials',
      'Number',
      'Next',
      'Name',
      'StandardTime',
      'Fixed',
      'Splittable',
      'WorkCenterType',
    ),
  },
  HostBillOfMaterialsComponent: {
    table: 'mes.BillOfMaterialsComponent',
    fields: same(
      'BillOfMaterials',
      'Position',
      'Product',
      'Quantity',
      'Units',
      'Operation',
      'Produce',
      'ComponentBillOfMaterials',
    ),
  },
  HostStartedOperation: {
    table: 'mes.StartedOperation',
    fields: same('ProductionOrder', 'BillOfMaterials', 'Operation', 'WorkCenter', 'Start', 'Remaining'),
  },
  HostMaterial: {
    table: 'mes.Material',
    fields: same('Id', ...MATERIAL_FIELDS, 'RowVersion'),
    textKeys: ['Id', 'RowVersion'],
    writable: MATERIAL_FIELDS,
    insertable: true,
  },
  HostProductionOrderMaterial: {
    table: 'mes.ProductionOrderMaterial',
    fields: same(...LINK_FIELDS),
    textKeys: ['ProductionOrderId', 'MaterialId'],
    key: ['ProductionOrderId', 'MaterialId'],
    writable: LINK_FIELDS,
    insertable: true,
    deletable: true,
  },
};
