/**
 * Triggers on the host's tables on SQLite (design 3.6): one row per transition in the host's own transaction, generated
 * from the mapping. They never fail the host's statement: a transition that is known already adds nothing.
 */
import type { Knex } from 'knex';
import { OTHER_CHANGE } from '../../../core/order/host-transition.js';
import type { Names } from '../../../ports/migration.js';
import { CAPTURED, CAPTURED_LINK, KEY_FIELDS, type CapturedEntity } from '../captured-entities.js';
import { captureModeOf } from '../capture-modes.js';
import type { EntityMapping } from '../host-mapping.js';
import { takeAsSeen } from '../host-seen.js';
import { fieldExpression, quote } from './host-views.js';

type Mapping = Readonly<Record<string, EntityMapping>>;
type Row = 'new' | 'old';

/** Who is named for what a host did without saying who it was. */
const HOST = 'host';
/** The instant as our texts have it. */
const NOW = `strftime('%Y-%m-%dT%H:%M:%SZ', 'now')`;
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

/** Names of triggers that any mapping has made. */
const OURS = /_HookEvent_(Insert|Update|Delete)$/;

/** Makes the triggers anew, those that the mapping asks for and no others. */
export async function createEventTriggers(knex: Knex, names: Names, mapping: Mapping): Promise<void> {
  const there: { name: string }[] = await knex('sqlite_master').where({ type: 'trigger' }).select('name');
  for (const { name } of there.filter((trigger) => OURS.test(trigger.name))) {
    await knex.raw(`drop trigger ${quote(name)}`);
  }
  for (const [, statement] of new EventTriggers(names, mapping).triggers()) await knex.raw(statement);
  await takeAsSeen(knex, names, mapping, NOW);
}

/** Whether the triggers are there: a process that died while it installed left none. */
export async function hasEventTriggers(knex: Knex, names: Names, mapping: Mapping): Promise<boolean> {
  const wanted = [...new EventTriggers(names, mapping).triggers()].map(([name]) => name);
  const rows: { name: string }[] = await knex('sqlite_master')
    .where({ type: 'trigger' })
    .whereIn('name', wanted)
    .select('name');
  return rows.length === wanted.length;
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
    const captured = (view: string) => captureModeOf(this.mapping, view) === 'trigger';
    for (const entity of CAPTURED) if (captured(entity.view)) yield* this.entityTriggers(entity);
    if (captured(CAPTURED_LINK.view)) yield* this.linkTriggers();
  }

  private *entityTriggers(captured: CapturedEntity): Iterable<[string, string]> {
    const source = this.sourceOf(captured.view);
    const watched = Object.keys(source.fields).filter((field) => !KEY_FIELDS.has(field));
    const column = (row: Row, field: string) => fieldExpression(this.names, source, field, row);
    const changed = (field: string) => `${column('new', field)} is not ${column('old', field)}`;
    const standing = (row: Row, prefix: 'From' | 'To'): Captured => ({
      [`${prefix}State`]: column(row, 'State'),
      [`${prefix}UniversalState`]: column(row, 'UniversalState'),
    });
    const common: Captured = {
      ...this.belonging(captured, column),
      HostId: column('new', 'Id'),
      ...standing('new', 'To'),
    };
    const table = this.names.table(source.table);
    yield this.trigger(`${table}_HookEvent_Insert`, `after insert on ${quote(table)}`, {
      ...common,
      Operation: text(`${captured.entity}.Create`),
      RowVersion: column('new', 'RowVersion'),
    });
    const cases = captured.transitions
      .filter(({ field }) => watched.includes(field))
      .map(({ operation, field, from, to }) => {
        const conditions = [
          changed(field),
          ...(from === undefined ? [] : [`${column('old', field)} is ${text(from)}`]),
          ...(to === undefined ? [] : [`${column('new', field)} is ${text(to)}`]),
        ];
        return `when ${conditions.join(' and ')} then ${text(`${captured.entity}.${operation}`)}`;
      });
    const [before, version] = (['old', 'new'] as const).map((row) => {
      return `${row}.${quote(source.fields.RowVersion ?? 'RowVersion')}`;
    });
    const watchedColumns = [...new Set(watched.map((field) => source.fields[field] ?? field))].map(quote);
    yield this.trigger(
      `${table}_HookEvent_Update`,
      `after update of ${watchedColumns.join(', ')} on ${quote(table)} for each row when ${watched.map(changed).join(' or ')}`,
      {
        ...common,
        ...standing('old', 'From'),
        Operation: `case ${cases.join(' ')} else ${text(`${captured.entity}.${OTHER_CHANGE}`)} end`,
        // The trigger that raises the row version may run after this one.
        RowVersion: `cast(case when ${version} = ${before} then ${version} + 1 else ${version} end as text)`,
        Changed: `rtrim(${watched.map((field) => `case when ${changed(field)} then ${text(`${field},`)} else '' end`).join(' || ')}, ',')`,
      },
    );
  }

  /** What an event is about, and which order it waits in line for. */
  private belonging({ entity }: CapturedEntity, column: (row: Row, field: string) => string): Captured {
    const name = column('new', 'Name');
    if (entity === 'ProductionOrder') return { Subject: name, Series: name, ProductionOrder: name };
    const link = (field: string) => this.field(CAPTURED_LINK.view, field, 'l');
    const order = (field: string) => this.field('HostProductionOrder', field, 'o');
    const current = `(select ${order('Name')} from ${this.rows(CAPTURED_LINK.view)} as l
      join ${this.rows('HostProductionOrder')} as o on ${order('Id')} = ${link('ProductionOrderId')}
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
    const column = (row: Row, field: string) => fieldExpression(this.names, links, field, row);
    const named = (row: Row, view: string, key: string) =>
      `(select ${this.field(view, 'Name', 'r')} from ${this.rows(view)} as r where ${this.field(view, 'Id', 'r')} = ${column(row, key)})`;
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
    const changed = ['ProductionOrderId', 'MaterialId', 'Accounts', 'IsCurrent']
      .filter((field) => links.fields[field] !== undefined)
      .map((field) => `${column('new', field)} is not ${column('old', field)}`);
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
      StoredAt: NOW,
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

  /** Where a host view's rows are: in its table, or in the view where a site has given it a query of its own. */
  private rows(view: string): string {
    const { sql, table } = this.sourceOf(view);
    return quote(this.names.table(sql === undefined ? table : `orderwright.${view}`));
  }

  /** What the view shows of such a row. */
  private field(view: string, field: string, row: string): string {
    const source = this.sourceOf(view);
    return source.sql === undefined
      ? fieldExpression(this.names, source, field, row)
      : `${row}.${quote(field)}`;
  }
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
