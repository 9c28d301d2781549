/** The catalog of a SQLite file. */
import type { Knex } from 'knex';
import type { Catalog, CatalogObject, Column, Environment, ObjectKind } from '../catalog.js';

interface Row {
  type: ObjectKind;
  name: string;
  tbl_name: string;
  sql: string | null;
}

const DROPPED_FIRST: readonly ObjectKind[] = ['trigger', 'view', 'index', 'table'];

export const sqliteCatalog: Catalog = {
  async read(knex) {
    const rows = await knex<Row>('sqlite_master').whereRaw("name not like 'sqlite!_%' escape '!'");
    return rows.map(({ type, name, tbl_name: table, sql }): CatalogObject => ({
      kind: type,
      name,
      on: type === 'trigger' || type === 'index' ? table : null,
      definition: sql ?? '',
    }));
  },

  async environment(knex): Promise<Environment> {
    const [row] = (await knex.raw(
      `select sqlite_version() as version, strftime('%Y-%m-%dT%H:%M:%fZ', 'now') as clock`,
    )) as [{ version: string; clock: string }];
    return {
      product: 'SQLite',
      version: row.version,
      capable: true,
      edition: null,
      collation: null,
      rowVersions: null,
      clock: row.clock,
      triggersOutOfOrder: [],
    };
  },

  missingRights: () => Promise.resolve([]),

  seenSchemas: () => Promise.resolve(null),

  async columns(knex, table) {
    const columns: Column[] = await knex.raw('select name, type from pragma_table_info(?)', [table]);
    return columns.length === 0 ? null : columns;
  },

  async drop(knex: Knex, objects) {
    for (const kind of DROPPED_FIRST) {
      for (const { name } of objects.filter((object) => object.kind === kind)) {
        await knex.raw(`drop ${kind} if exists ??`, [name]);
      }
    }
    await knex.raw('pragma application_id = 0');
  },
};
