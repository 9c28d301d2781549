/**
 * A mapping file as the views are generated from it, and what is wrong with one beyond its shape (design 3.9). Pure: the
 * file is read in `adapters/files`, the host's catalog is compared in `doctor`.
 */
import { childPath } from '../../core/json-path.js';
import type { Problem } from '../../core/problem.js';
import type { TableName } from '../../ports/migration.js';
import { REFERENCE_MAPPING, type EntityMapping, type FieldConversion } from './host-mapping.js';

export type Writer = 'host' | 'view';

/** A field in the file: the column's name, or more about it. */
export type FieldInFile =
  string | (FieldConversion & { column?: string; value?: string | number | null; confirm?: boolean });

export interface EntityInFile {
  source?: 'host' | 'orderwright';
  table?: string;
  key?: string[];
  rowVersion?: string;
  capture?: 'trigger' | 'procedure' | 'poll';
  fields?: Record<string, FieldInFile>;
  sql?: string;
  writable?: string[];
  insertable?: boolean;
  deletable?: boolean;
  confirm?: boolean;
}

export interface MappingFile {
  name: string;
  writer?: Writer;
  /** The procedure that a due automatic transition is sent to, where the writer is `host`. */
  pendingHostActionProcedure?: string;
  entities: Record<string, EntityInFile>;
}

/** What the host is read and written by. */
export interface HostMapping {
  name: string;
  writer: Writer;
  procedure: string | null;
  /** By view, `HostProductionOrder`. */
  entities: Readonly<Record<string, EntityMapping>>;
  /** JSON paths of what the file's author has not confirmed yet. */
  unconfirmed: readonly string[];
}

/** The reference MES that comes with orderwright. */
export const REFERENCE_HOST: HostMapping = {
  name: 'reference-mes',
  writer: 'view',
  procedure: null,
  entities: REFERENCE_MAPPING,
  unconfirmed: [],
};

/** Fields that say which row it is and what it is: no mapping is of use without them. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  ProductionOrder: ['Id', 'Name', 'Product', 'Quantity', 'Units', 'State', 'RowVersion'],
  Material: ['Id', 'Name', 'Product', 'Quantity', 'Units', 'State', 'RowVersion'],
  ProductionOrderMaterial: ['ProductionOrderId', 'MaterialId'],
  Flow: ['Id', 'Name'],
  FlowItem: ['FlowId', 'Position', 'Kind', 'Name'],
  UnitConversion: ['Product', 'From', 'To', 'Factor'],
  Product: ['Name', 'Units'],
  Absence: ['WorkCenter', 'From', 'To'],
  BillOfMaterialsComponent: ['BillOfMaterials', 'Product', 'Quantity'],
  StartedOperation: ['ProductionOrder', 'Operation', 'Start'],
};

/** What a field shows that the mapping leaves out and that is never null; all others are null. */
const WHERE_LEFT_OUT: Readonly<Record<string, string | number>> = {
  Priority: 2,
  OverDeliveryTolerance: '0',
  UnderDeliveryTolerance: '0',
  Restricted: 0,
  IncludeInPlanning: 1,
  UniversalState: 'Active',
  Accounts: 1,
  IsCurrent: 1,
  Effective: 1,
  Revision: 'A',
  IncludeInSchedule: 0,
  MarksProductCompletion: 0,
  TimeBasis: 'unit',
  Yield: '1',
  TerminateOnShip: 0,
  Remote: 0,
  IsDefault: 0,
  TimeZone: 'UTC',
  Capacity: 1,
  Planning: 'workCenter',
  Fixed: 0,
  Splittable: 1,
  Produce: 0,
};

/** The entities that a mapping names, `ProductionOrder`, and the fields of each. */
export const ENTITIES: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(REFERENCE_MAPPING).map(([view, { fields }]) => [
    view.replace(/^Host/, ''),
    Object.keys(fields),
  ]),
);

const STATES: Readonly<Record<string, readonly string[]>> = {
  'ProductionOrder.State': ['Created', 'Released', 'InProgress', 'Completed', 'Closed', 'Canceled'],
  'ProductionOrder.UniversalState': ['Active', 'Terminated'],
  'Material.State': ['Created', 'InProgress', 'Completed', 'Delivered'],
  'Material.UniversalState': ['Active', 'Terminated'],
};

/** What is wrong with a file that has the shape of one, each with its JSON path. */
export function mappingProblems(file: MappingFile): Problem[] {
  const missing = Object.keys(ENTITIES).filter((entity) => file.entities[entity] === undefined);
  return [
    ...missing.map((entity) =>
      problem(childPath('$.entities', entity), `is missing: give its table, or "source": "orderwright"`),
    ),
    ...Object.entries(file.entities).flatMap(([entity, given]) => entityProblems(file, entity, given)),
    ...(file.pendingHostActionProcedure !== undefined && file.writer === 'view'
      ? [problem('$.pendingHostActionProcedure', 'is of use only where the writer is host')]
      : []),
  ];
}

function entityProblems({ writer = 'host' }: MappingFile, entity: string, given: EntityInFile): Problem[] {
  const path = childPath('$.entities', entity);
  const known = ENTITIES[entity];
  if (known === undefined) return [problem(path, `is no entity: ${Object.keys(ENTITIES).join(', ')}`)];
  if (given.source === 'orderwright') {
    const also = (['table', 'sql', 'fields'] as const).filter((name) => given[name] !== undefined);
    return also.map((name) => problem(`${path}.${name}`, 'is the host’s, and the source is orderwright'));
  }
  if (given.sql !== undefined) return sqlProblems(path, given);
  if (given.table === undefined) return [problem(`${path}.table`, 'is missing: schema.table of the host')];
  const fields = fieldsOf(given);
  const missing = (REQUIRED[entity] ?? ['Name']).filter((field) => fields[field] === undefined);
  const notFields = Object.keys(fields).filter((field) => !known.includes(field));
  return [
    ...missing.map((field) => problem(`${path}.fields.${field}`, 'is missing')),
    ...notFields.map((field) =>
      problem(childPath(`${path}.fields`, field), `is no field: ${known.join(', ')}`),
    ),
    ...Object.entries(fields).flatMap(([field, about]) =>
      fieldProblems(`${path}.fields`, entity, [field, about]),
    ),
    ...writingProblems(path, writer, given),
  ];
}

function sqlProblems(path: string, { sql = '', writable = [], capture }: EntityInFile): Problem[] {
  return [
    ...(capture === 'trigger'
      ? [
          problem(
            `${path}.capture`,
            'is "poll" where the rows come from a query of your own: no table could have a trigger',
          ),
        ]
      : []),
    ...(/^\s*(select|with)\b/i.test(sql)
      ? []
      : [problem(`${path}.sql`, 'is no query: it begins with SELECT')]),
    ...(writable.length === 0
      ? []
      : [problem(`${path}.writable`, 'can not be written through a query of your own')]),
  ];
}

function fieldProblems(path: string, entity: string, [field, about]: [string, FieldInFile]): Problem[] {
  if (typeof about === 'string') return [];
  const place = childPath(path, field);
  const found: Problem[] = [];
  if ((about.column === undefined) === (about.value === undefined)) {
    found.push(problem(place, 'has either a column of the host or a value of its own'));
  }
  const states = STATES[`${entity}.${field}`];
  for (const [host, ours] of Object.entries(about.values ?? {})) {
    if (states !== undefined && !states.includes(ours))
      found.push(problem(childPath(`${place}.values`, host), `${ours} is none of ${states.join(', ')}`));
  }
  if (about.scale !== undefined && about.kind !== 'decimal') {
    found.push(problem(`${place}.scale`, 'is of use only with "kind": "decimal"'));
  }
  if (about.timeZone !== undefined && about.kind !== 'instant') {
    found.push(problem(`${place}.timeZone`, 'is of use only with "kind": "instant"'));
  }
  return found;
}

/** A converted column can't be written through its view. */
function writingProblems(path: string, writer: Writer, given: EntityInFile): Problem[] {
  const { writable = [], insertable, deletable } = given;
  const writes = writable.length > 0 || insertable === true || deletable === true;
  if (writer === 'host') {
    return writes ? [problem(path, 'is written through its view, and the writer is host')] : [];
  }
  const fields = fieldsOf(given);
  return writable.flatMap((field, index) => {
    const about = fields[field];
    const place = `${path}.writable[${index}]`;
    if (about === undefined) return [problem(place, `${field} is no field of the mapping`)];
    const plain =
      typeof about === 'string' || (about.column !== undefined && Object.keys(about).length === 1);
    const key = typeof about !== 'string' && about.kind === 'key';
    return plain || key
      ? []
      : [problem(place, `${field} is converted and can not be written through the view`)];
  });
}

/** The file's fields with its row version. */
function fieldsOf({ fields = {}, rowVersion }: EntityInFile): Record<string, FieldInFile> {
  return rowVersion === undefined ? fields : { ...fields, RowVersion: { column: rowVersion, kind: 'key' } };
}

/** The mapping that a file without problems gives. */
export function mappingOf(file: MappingFile): HostMapping {
  const { name, writer = 'host', pendingHostActionProcedure: procedure = null } = file;
  const entities = Object.fromEntries(
    Object.keys(ENTITIES).map((entity) => [`Host${entity}`, entityOf(entity, file.entities[entity] ?? {})]),
  );
  return { name, writer, procedure, entities, unconfirmed: unconfirmedIn(file) };
}

function entityOf(entity: string, given: EntityInFile): EntityMapping {
  if (given.source === 'orderwright') return ownEntity(entity);
  const fields = fieldsOf(given);
  const columns: Record<string, string> = {};
  const conversions: Record<string, FieldConversion> = {};
  const constants: Record<string, string | number | null> = {};
  for (const field of given.sql === undefined ? (ENTITIES[entity] ?? []) : []) {
    const about = fields[field];
    if (typeof about === 'string') columns[field] = about;
    else if (about?.column === undefined) constants[field] = about?.value ?? WHERE_LEFT_OUT[field] ?? null;
    else {
      const { column } = about;
      const conversion: FieldConversion = without(about, ['column', 'confirm', 'value']);
      columns[field] = column;
      if (Object.keys(conversion).length > 0) conversions[field] = conversion;
    }
  }
  const keys = Object.keys(conversions).filter((field) => conversions[field]?.kind === 'key');
  const others = Object.fromEntries(Object.entries(conversions).filter(([field]) => !keys.includes(field)));
  return {
    table: (given.table ?? '.') as TableName,
    fields: columns,
    ...(keys.length > 0 && { textKeys: keys }),
    ...(Object.keys(others).length > 0 && { conversions: others }),
    ...(Object.keys(constants).length > 0 && { constants }),
    ...(given.sql !== undefined && { sql: given.sql }),
    ...(given.key !== undefined && { key: given.key }),
    ...(given.capture !== undefined && { capture: given.capture }),
    ...(given.writable !== undefined && { writable: given.writable }),
    ...(given.insertable !== undefined && { insertable: given.insertable }),
    ...(given.deletable !== undefined && { deletable: given.deletable }),
  };
}

/** Rows of ours in a table with the plant file's shape, which `import` writes. */
function ownEntity(entity: string): EntityMapping {
  const reference = REFERENCE_MAPPING[`Host${entity}`];
  if (reference === undefined) throw new Error(`There is no entity ${entity}`);
  return { ...reference, source: 'orderwright', table: ownTable(reference.table) };
}

/** `mes.Product` of the reference MES is `orderwright.OwnProduct` where a host has no such table. */
export function ownTable(table: TableName): TableName {
  return table.replace(/^mes\./, 'orderwright.Own') as TableName;
}

function unconfirmedIn({ entities }: MappingFile): string[] {
  return Object.entries(entities).flatMap(([entity, given]) => [
    ...(given.confirm === true ? [childPath('$.entities', entity)] : []),
    ...Object.entries(given.fields ?? {}).flatMap(([field, about]) =>
      typeof about !== 'string' && about.confirm === true
        ? [childPath(`${childPath('$.entities', entity)}.fields`, field)]
        : [],
    ),
  ]);
}

function problem(path: string, message: string): Problem {
  return { path, code: 'OW_MAPPING_INVALID', message };
}

/** The entities as they are installed: where the host writes itself, nothing can be written through a view. */
export function readOnlyMapping({ writer, entities }: HostMapping): HostMapping['entities'] {
  if (writer === 'view') return entities;
  const closed = ([view, mapping]: [string, EntityMapping]): [string, EntityMapping] => {
    const own = mapping.source === 'orderwright';
    return [view, own ? mapping : without(mapping, ['writable', 'insertable', 'deletable'])];
  };
  return Object.fromEntries(Object.entries(entities).map(closed));
}

/** What of the reference MES's tables an installation makes. */
export function hostKind({ name, entities }: HostMapping): 'mes' | 'own' | 'bare' {
  if (name === REFERENCE_HOST.name) return 'mes';
  return Object.values(entities).some(({ source }) => source === 'orderwright') ? 'own' : 'bare';
}

function without<T extends object, K extends keyof T>(whole: T, keys: readonly K[]): Omit<T, K> {
  return Object.fromEntries(
    Object.entries(whole).filter(([key]) => !(keys as readonly string[]).includes(key)),
  ) as Omit<T, K>;
}
