/**
 * Triggers on the host's tables on SQL Server (design 3.6): one set-based insert of fixed-width values in the host's own
 * transaction, generated from the mapping. So that no statement of a host fails or waits for them, they
 * - look nothing up but names and other values by key, past the locks of others, and never ask for what the queue holds;
 * - use no TOP, DISTINCT or ORDER BY, next to which the sequence of the queue's key can't be used, and undo ROWCOUNT;
 * - cut what is longer than its column, and compare what the host view shows, as UPDATE() tells no more than was named.
 */
import { OTHER_CHANGE } from '../../../core/order/host-transition.js';
import type { Names } from '../../../ports/migration.js';
import { CAPTURED, CAPTURED_LINK, KEY_FIELDS, type CapturedEntity } from '../captured-entities.js';
import type { EntityMapping } from '../host-mapping.js';
import { fieldExpression } from './host-views.js';
import { text } from './made-anew.js';
import { bracketed, quoted } from './quoted.js';

export type Mapping = Readonly<Record<string, EntityMapping>>;

/** A trigger with what follows `create`. */
export interface Trigger {
  /** Schema and name: a trigger is in its table's schema. */
  name: string;
  /** The host view whose table it is on. */
  view: string;
  definition: string;
}

/** Who is named for what a host did without saying who it was, and for what we did ourselves. */
export const HOST = 'host';
const OURS = 'orderwright';

/** The queue's columns that a trigger gives values, with their lengths. */
const LENGTHS = {
  Operation: 100,
  Subject: 400,
  Series: 400,
  ProductionOrder: 400,
  Material: 400,
  HostId: 40,
  RowVersion: 40,
  FromState: 40,
  FromUniversalState: 40,
  ToState: 40,
  ToUniversalState: 40,
  Changed: 1000,
} as const;
type Captured = Partial<Record<keyof typeof LENGTHS, string>>;

/** The row after and before the host's statement, and those that it belongs to. */
type Row = 'i' | 'd';

/** What the view shows of it, worked out once for each row. */
const SHOWN: Readonly<Record<Row, string>> = { i: 'n', d: 'p' };

/** Who waited for another's lock would have the host's statement wait. */
const PAST_LOCKS = ' with (nolock)';

/** The instant as our texts have it. */
export const NOW = `replace(convert(nvarchar(19), sysutcdatetime(), 120), N' ', N'T') + N'Z'`;

/** The triggers on the tables of these host views. */
export function eventTriggers(names: Names, mapping: Mapping, views: readonly string[]): Trigger[] {
  const generator = new EventTriggers(names, mapping);
  return [
    ...CAPTURED.filter(({ view }) => views.includes(view)).flatMap((captured) =>
      generator.ofEntity(captured),
    ),
    ...(views.includes(CAPTURED_LINK.view) ? generator.ofLinks() : []),
  ];
}

class EventTriggers {
  constructor(
    private readonly names: Names,
    private readonly mapping: Mapping,
  ) {}

  ofEntity(captured: CapturedEntity): Trigger[] {
    const { entity, view, transitions } = captured;
    const source = this.sourceOf(view);
    const column = (row: Row, field: string) => `${SHOWN[row]}.${bracketed(field)}`;
    const changed = (field: string) => differs(column('i', field), column('d', field));
    const watched = watchedFields(source);
    const key = (row: Row) => fieldExpression(source, 'Id', row);
    const { values, joins } = this.belonging(captured, column);
    const common: Captured = {
      ...values,
      HostId: column('i', 'Id'),
      RowVersion: column('i', 'RowVersion'),
      ToState: column('i', 'State'),
      ToUniversalState: column('i', 'UniversalState'),
    };
    const cases = transitions
      .filter(({ field }) => watched.includes(field))
      .map(({ operation, field, from, to }) => {
        const conditions = [
          changed(field),
          ...(from === undefined ? [] : [`${column('d', field)} = ${text(from)}`]),
          ...(to === undefined ? [] : [`${column('i', field)} = ${text(to)}`]),
        ];
        return `when ${conditions.join(' and ')} then ${text(`${entity}.${operation}`)}`;
      });
    const fields = watched.map(
      (field) => `case when ${changed(field)} then ${text(`,${field}`)} else N'' end`,
    );
    return [
      this.trigger(view, 'Insert', [
        { ...common, Operation: text(`${entity}.Create`) },
        `inserted as i${shown(source, 'i')}${joins}`,
      ]),
      this.trigger(view, 'Update', [
        {
          ...common,
          FromState: column('d', 'State'),
          FromUniversalState: column('d', 'UniversalState'),
          Operation: `case ${cases.join(' ')} else ${text(`${entity}.${OTHER_CHANGE}`)} end`,
          Changed: `stuff(${fields.join(' + ')}, 1, 1, N'')`,
        },
        `inserted as i inner join deleted as d on ${key('d')} = ${key('i')}${shown(source, 'i')}${shown(source, 'd')}${joins}
   where ${watched.map(changed).join('\n      or ')}`,
      ]),
    ];
  }

  ofLinks(): Trigger[] {
    const { view } = CAPTURED_LINK;
    const links = this.sourceOf(view);
    const column = (row: Row, field: string) => fieldExpression(links, field, row, PAST_LOCKS);
    const event = (row: Row, operation: string): [Captured, string] => {
      const order = this.field('HostProductionOrder', 'Name', 'o');
      const material = this.field('HostMaterial', 'Name', 'm');
      return [
        {
          Operation: text(operation),
          Subject: material,
          Series: `coalesce(${order}, ${material})`,
          ProductionOrder: order,
          Material: material,
        },
        `${row === 'i' ? 'inserted' : 'deleted'} as ${row}
    inner join ${this.rows('HostMaterial', 'm')} on ${this.field('HostMaterial', 'Id', 'm')} = ${column(row, 'MaterialId')}
    left join ${this.rows('HostProductionOrder', 'o')} on ${this.field('HostProductionOrder', 'Id', 'o')} = ${column(row, 'ProductionOrderId')}`,
      ];
    };
    const key = ['ProductionOrderId', 'MaterialId'].map(
      (field) => `${column('d', field)} = ${column('i', field)}`,
    );
    const same = [
      ...key,
      ...['Accounts', 'IsCurrent']
        .filter((field) => links.fields[field] !== undefined)
        .map((field) => `not ${differs(column('d', field), column('i', field))}`),
    ];
    const [values, from] = event('i', CAPTURED_LINK.update);
    // A link's key may be what is changed, so that its rows before and after can't be told by it.
    const changed = `not exists (select 1 from deleted as d where ${same.join(' and ')})`;
    return [
      this.trigger(view, 'Insert', event('i', CAPTURED_LINK.insert)),
      this.trigger(view, 'Update', [values, `${from}\n   where ${changed}`]),
      this.trigger(view, 'Delete', event('d', CAPTURED_LINK.delete)),
    ];
  }

  /** What an event is about, which order it waits in line for, and the joins that this takes. */
  private belonging(
    { entity }: CapturedEntity,
    column: (row: Row, field: string) => string,
  ): { values: Captured; joins: string } {
    const name = column('i', 'Name');
    if (entity === 'ProductionOrder') {
      return { values: { Subject: name, Series: name, ProductionOrder: name }, joins: '' };
    }
    const link = (field: string) => this.field(CAPTURED_LINK.view, field, 'l');
    const order = this.field('HostProductionOrder', 'Name', 'o');
    const joins = `
    outer apply (
      select max(case when cast(${link('IsCurrent')} as int) = 1 then ${order} end) as [Current], max(${order}) as [Any]
        from ${this.rows(CAPTURED_LINK.view, 'l')}
        inner join ${this.rows('HostProductionOrder', 'o')} on ${this.field('HostProductionOrder', 'Id', 'o')} = ${link('ProductionOrderId')}
       where ${link('MaterialId')} = ${column('i', 'Id')}
    ) as b`;
    const current = 'coalesce(b.[Current], b.[Any])';
    return {
      values: {
        Subject: name,
        Material: name,
        ProductionOrder: current,
        Series: `coalesce(b.[Current], b.[Any], ${name})`,
      },
      joins,
    };
  }

  private trigger(
    view: string,
    event: 'Insert' | 'Update' | 'Delete',
    [captured, from]: [Captured, string],
  ): Trigger {
    const { table } = this.sourceOf(view);
    const [schema = '', plain = ''] = this.names.table(table).split('.');
    const name = `${schema}.orderwright_${plain}_${event}`;
    const columns = (Object.keys(LENGTHS) as (keyof typeof LENGTHS)[]).filter(
      (key) => captured[key] !== undefined,
    );
    const values = columns.map((key) => `cast(${captured[key] ?? ''} as nvarchar(${LENGTHS[key]}))`);
    const queue = quoted(this.names.table('orderwright.HookEvent'));
    const given = [
      ...columns,
      'Door',
      'Actor',
      'State',
      'Awaits',
      'Attempts',
      'StoredAt',
      'AvailableAt',
      'ClaimedBy',
    ];
    const definition = `trigger ${quoted(name)} on ${quoted(this.names.table(table))} after ${event.toLowerCase()} as
begin
  set nocount on;
  set rowcount 0;
  declare @own nvarchar(64) = cast(session_context(N'orderwright') as nvarchar(64));
  insert into ${queue} (${given.map(bracketed).join(', ')})
  select ${values.join(',\n    ')},
    N'trigger', case when @own is null then ${text(HOST)} else ${text(OURS)} end,
    case when @own is null then N'pending' else N'done' end, 0, 0, ${NOW}, 0, @own
    from ${from};
end`;
    return { name, view, definition };
  }

  /** Rows of a host view by key: of its table, or of the view itself where a site has given it a query of its own. */
  private rows(view: string, alias: string): string {
    const { sql, table } = this.sourceOf(view);
    const from = this.names.table(sql === undefined ? table : `orderwright.${view}`);
    return `${quoted(from)} as ${alias}${PAST_LOCKS}`;
  }

  /** What the view shows of such a row. */
  private field(view: string, field: string, alias: string): string {
    const source = this.sourceOf(view);
    return source.sql === undefined
      ? fieldExpression(source, field, alias, PAST_LOCKS)
      : `${alias}.${bracketed(field)}`;
  }

  private sourceOf(view: string): EntityMapping {
    const source = this.mapping[view];
    if (source === undefined) throw new Error(`The mapping has no ${view}`);
    return source;
  }
}

/** Fields that a column of the host holds, and that say more than which row it is. */
function watchedFields(source: EntityMapping): string[] {
  return Object.keys(source.fields).filter((field) => !KEY_FIELDS.has(field));
}

/** The row as the host view shows it. */
function shown(source: EntityMapping, row: Row): string {
  const fields = [...Object.keys(source.fields), ...Object.keys(source.constants ?? {})];
  const columns = fields.map(
    (field) => `${fieldExpression(source, field, row, PAST_LOCKS)} as ${bracketed(field)}`,
  );
  return `\n    cross apply (select ${columns.join(', ')}) as ${SHOWN[row]}`;
}

function differs(one: string, other: string): string {
  return `(${one} <> ${other} or (${one} is null and ${other} is not null) or (${one} is not null and ${other} is null))`;
}
