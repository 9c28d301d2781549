/**
 * Triggers on the host's tables on SQLite (design 3.6): one row per transition in the host's own transaction, generated
 * from the mapping. They never fail the host's statement: a transition that is known already adds nothing.
 */
import type { Knex } from 'knex';
import { OTHER_CHANGE } from '../../../core/order/host-transition.js';
import type { Names } from '../../../ports/migration.js';
import { CAPTURED, CAPTURED_LINK, KEY_FIELDS, type CapturedEntity } from '../captured-entities.js';
import type { EntityMapping } from '../host-mapping.js';

type Mapping = Readonly<Record<string, EntityMapping>>;
type Row = 'new' | 'old';

/** Who is named for what a host did without saying who it was. */
const HOST = 'host';
const COLUMNS = [
  'Operation',
  'Subject',
  'Series',
  'ProductionOrder',
  'Material',
  'HostId',
  'RowVersion',
  'FromState',
  'FromUniversalState',
  'ToState',
  'ToUniversalState',
  'Changed',
  'Door',
  'Actor',
  'State',
  'Awaits',
  'Attempts',
  'StoredAt',
  'AvailableAt',
] as const;
type Captured = Partial<Record<(typeof COLUMNS)[number], string>>;

/** Makes the triggers anew, and takes what the host has now as seen where nothing was seen before. */
export async function createEventTriggers(knex: Knex, names: Names, mapping: Mapping): Promise<void> {
  const generator = new EventTriggers(names, mapping);
  for (const [name, statement] of generator.triggers()) {
    await knex.raw(`drop trigger if exists ${quote(name)}`);
    await knex.raw(statement);
  }
  for (const { entity, view } of CAPTURED) {
    await knex.raw(
      `insert into ?? (Entity, Name, HostId, RowVersion, State, UniversalState)
       select ?, Name, Id, RowVersion, State, UniversalState from ?? h
        where not exists (select 1 from ?? s where s.Entity = ? and s.Name = h.Name)`,
      [
        names.table('orderwright.HostSeen'),
        entity,
        names.table(`orderwright.${view}`),
        names.table('orderwright.HostSeen'),
        entity,
      ],
    );
  }
}

/** Whether the triggers are there: a process that died while it installed left none. */
export async function hasEventTriggers(knex: Knex, names: Names): Promise<boolean> {
  const name = `${names.table('mes.ProductionOrderMaterial')}_HookEvent_Delete`;
  return (await knex('sqlite_master').where({ type: 'trigger', name }).first('name')) !== undefined;
}

class EventTriggers {
  private readonly queue: string;

  constructor(
    private readonly names: Names,
    private readonly mapping: Mapping,
  ) {
    this.queue = quote(names.table('orderwright.HookEvent'));
  }

  /** Names of triggers with the statements that create them. */
  *triggers(): Iterable<[string, string]> {
    for (const captured of CAPTURED) yield* this.entityTriggers(captured);
    yield* this.linkTriggers();
  }

  private *entityTriggers(captured: CapturedEntity): Iterable<[string, string]> {
    const source = this.sourceOf(captured.view);
    const watched = Object.keys(source.fields).filter((field) => !KEY_FIELDS.has(field));
    const column = (row: Row, field: string) => `${row}.${quote(source.fields[field] ?? field)}`;
    const changed = (field: string) => `${column('new', field)} is not ${column('old', field)}`;
    const standing = (row: Row, prefix: 'From' | 'To'): Captured => ({
      [`${prefix}State`]: column(row, 'State'),
      [`${prefix}UniversalState`]: column(row, 'UniversalState'),
    });
    const common: Captured = {
      ...this.belonging(captured, column),
      HostId: `cast(${column('new', 'Id')} as text)`,
      ...standing('new', 'To'),
    };
    const table = this.names.table(source.table);
    yield this.trigger(`${table}_HookEvent_Insert`, `after insert on ${quote(table)}`, {
      ...common,
      Operation: text(`${captured.entity}.Create`),
      RowVersion: `cast(${column('new', 'RowVersion')} as text)`,
    });
    const cases = captured.transitions.map(({ operation, field, from, to }) => {
      const conditions = [
        changed(field),
        ...(from === undefined ? [] : [`${column('old', field)} is ${text(from)}`]),
        ...(to === undefined ? [] : [`${column('new', field)} is ${text(to)}`]),
      ];
      return `when ${conditions.join(' and ')} then ${text(`${captured.entity}.${operation}`)}`;
    });
    const version = column('new', 'RowVersion');
    const watchedColumns = watched.map((field) => quote(source.fields[field] ?? field)).join(', ');
    yield this.trigger(
      `${table}_HookEvent_Update`,
      `after update of ${watchedColumns} on ${quote(table)} for each row when ${watched.map(changed).join(' or ')}`,
      {
        ...common,
        ...standing('old', 'From'),
        Operation: `case ${cases.join(' ')} else ${text(`${captured.entity}.${OTHER_CHANGE}`)} end`,
        // The trigger that raises the row version may run after this one.
        RowVersion: `cast(case when ${version} = ${column('old', 'RowVersion')} then ${version} + 1 else ${version} end as text)`,
        Changed: `rtrim(${watched.map((field) => `case when ${changed(field)} then ${text(`${field},`)} else '' end`).join(' || ')}, ',')`,
      },
    );
  }

  /** What an event is about, and which order it waits in line for. */
  private belonging({ entity }: CapturedEntity, column: (row: Row, field: string) => string): Captured {
    const name = column('new', 'Name');
    if (entity === 'ProductionOrder') return { Subject: name, Series: name, ProductionOrder: name };
    const links = this.sourceOf(CAPTURED_LINK.view);
    const orders = this.sourceOf('HostProductionOrder');
    const link = (field: string) => `l.${quote(links.fields[field] ?? field)}`;
    const order = (field: string) => `o.${quote(orders.fields[field] ?? field)}`;
    const current = `(select ${order('Name')} from ${this.tableOf(links)} l join ${this.tableOf(orders)} o
        on ${order('Id')} = ${link('ProductionOrderId')}
      where ${link('MaterialId')} = ${column('new', 'Id')} order by ${link('IsCurrent')} desc limit 1)`;
    return {
      Subject: name,
      Material: name,
      ProductionOrder: current,
      Series: `coalesce(${current}, ${name})`,
    };
  }

  private *linkTriggers(): Iterable<[string, string]> {
    const links = this.sourceOf(CAPTURED_LINK.view);
    const table = this.names.table(links.table);
    const column = (row: Row, field: string) => `${row}.${quote(links.fields[field] ?? field)}`;
    const named = (row: Row, view: string, key: string) => {
      const source = this.sourceOf(view);
      const [name, id] = ['Name', 'Id'].map((field) => quote(source.fields[field] ?? field));
      return `(select ${name} from ${this.tableOf(source)} where ${id} = ${column(row, key)})`;
    };
    const event = (row: Row, operation: string): Captured => {
      const order = named(row, 'HostProductionOrder', 'ProductionOrderId');
      const material = named(row, 'HostMaterial', 'MaterialId');
      return {
        Operation: text(operation),
        Subject: material,
        Series: `coalesce(${order}, ${material})`,
        ProductionOrder: order,
        Material: material,
      };
    };
    const known = (row: Row) => `${named(row, 'HostMaterial', 'MaterialId')} is not null`;
    const changed = ['ProductionOrderId', 'MaterialId', 'Accounts', 'IsCurrent'].map(
      (field) => `${column('new', field)} is not ${column('old', field)}`,
    );
    yield this.trigger(
      `${table}_HookEvent_Insert`,
      `after insert on ${quote(table)} for each row when ${known('new')}`,
      event('new', CAPTURED_LINK.insert),
    );
    yield this.trigger(
      `${table}_HookEvent_Update`,
      `after update on ${quote(table)} for each row when ${known('new')} and (${changed.join(' or ')})`,
      event('new', CAPTURED_LINK.update),
    );
    yield this.trigger(
      `${table}_HookEvent_Delete`,
      `after delete on ${quote(table)} for each row when ${known('old')}`,
      event('old', CAPTURED_LINK.delete),
    );
  }

  private trigger(name: string, when: string, captured: Captured): [string, string] {
    const values: Captured = {
      Door: text('trigger'),
      Actor: text(HOST),
      State: text('pending'),
      Awaits: '0',
      Attempts: '0',
      StoredAt: `strftime('%Y-%m-%dT%H:%M:%SZ', 'now')`,
      AvailableAt: '0',
      ...captured,
    };
    const columns = COLUMNS.filter((column) => values[column] !== undefined);
    // `or ignore` would give way to the conflict clause of the host's own statement.
    const unknown =
      captured.RowVersion === undefined
        ? ''
        : ` where not exists (select 1 from ${this.queue} where Operation = (${captured.Operation ?? ''})
             and Subject = ${captured.Subject ?? ''} and RowVersion = ${captured.RowVersion} and HostId = ${captured.HostId ?? ''})`;
    const statement = `create trigger ${quote(name)} ${when} begin
      insert into ${this.queue} (${columns.join(', ')}) select ${columns.map((column) => values[column]).join(', ')}${unknown};
    end`;
    return [name, statement];
  }

  private sourceOf(view: string): EntityMapping {
    const source = this.mapping[view];
    if (source === undefined) throw new Error(`The mapping has no ${view}`);
    return source;
  }

  private tableOf(source: EntityMapping): string {
    return quote(this.names.table(source.table));
  }
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
