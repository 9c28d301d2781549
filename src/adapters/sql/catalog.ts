/**
 * What is in a database, ours and the host's told apart: what `install` records, what `doctor` compares, and how
 * `uninstall` proves that the host is as before (design 3.9).
 */
import { createHash } from 'node:crypto';
import type { Knex } from 'knex';

export type ObjectKind =
  'schema' | 'table' | 'view' | 'trigger' | 'index' | 'procedure' | 'function' | 'sequence';

export interface CatalogObject {
  kind: ObjectKind;
  /** As the database names it: `orderwright.JournalEntry`, on SQLite `orderwright_JournalEntry`. */
  name: string;
  /** The table of a trigger or an index. */
  on: string | null;
  /** What it is: its text, or its columns, indexes and constraints. */
  definition: string;
}

/** A recorded object: what it was when it was made. */
export interface RecordedObject {
  kind: ObjectKind;
  name: string;
  hash: string;
}

/** What a database says of itself; null where it can't be told. */
export interface Environment {
  product: string;
  version: string;
  /** Whether it has what the adapter needs, tried and not told from a number. */
  capable: boolean;
  edition: string | null;
  collation: string | null;
  /** Whether readers go by row versions and wait for no writer. */
  rowVersions: boolean | null;
  /** What the database's clock says, UTC. */
  clock: string | null;
  /** Triggers of ours on a host's table that are not the last ones there. */
  triggersOutOfOrder: string[];
}

export interface Column {
  name: string;
  type: string;
}

/** Reads a database; nothing of it writes but `drop`. */
export interface Catalog {
  read(knex: Knex): Promise<CatalogObject[]>;
  environment(knex: Knex): Promise<Environment>;
  /** Of the rights that running takes those that the login has not: `SELECT on orderwright.HookEvent`. */
  missingRights(knex: Knex, wanted: readonly { object: string; privilege: string }[]): Promise<string[]>;
  /** Schemas whose objects the login sees with their definitions; null where it sees everything. */
  seenSchemas(knex: Knex): Promise<ReadonlySet<string> | null>;
  /** Columns of a table or view of the host, null where there is none. */
  columns(knex: Knex, table: string): Promise<Column[] | null>;
  /** Takes objects of ours away; a name in a schema with nothing else in it goes with the schema. */
  drop(knex: Knex, objects: readonly CatalogObject[]): Promise<void>;
}

const OURS = /^orderwright[._]/i;
const REFERENCE_MES = /^mes[._]/i;
const MIGRATED_MES = /^orderwright[._]Migration_mes$/i;
const OUR_EVENTS = /orderwright\W*[._]\W*HookEvent/i;

/** Told apart by schema, and triggers on the host's tables by the queue that they write to. */
export function isOurs(objects: readonly CatalogObject[]): (object: CatalogObject) => boolean {
  const madeMes = objects.some(({ name }) => MIGRATED_MES.test(name));
  const named = (name: string) => OURS.test(name) || (madeMes && REFERENCE_MES.test(name));
  return ({ kind, name, on, definition }) => {
    if (kind === 'schema') return name === 'orderwright' || (madeMes && name === 'mes');
    if (named(on ?? name)) return true;
    return kind === 'trigger' && OUR_EVENTS.test(definition);
  };
}

/** One text for a whole catalog: equal where nothing differs. */
export function digestOf(objects: readonly CatalogObject[]): string {
  const lines = objects.map(({ kind, name, on, definition }) => JSON.stringify([kind, name, on, definition]));
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex');
}

export function recorded(objects: readonly CatalogObject[]): RecordedObject[] {
  return objects
    .map(({ kind, name, definition }) => ({
      kind,
      name,
      hash: createHash('sha256').update(definition).digest('hex').slice(0, 16),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

const OUTPUT =
  /\boutput\s+(?:inserted|deleted)\s*\.[^;]*?(?=\bvalues\b|\bselect\b|\bwhere\b|\bfrom\b|;|$)/gis;

/**
 * Whether a module's text has a statement whose OUTPUT goes to no table: it fails with error 334 on a table that has a
 * trigger. Comments are left out; text that is made while it runs can't be seen.
 */
export function outputsWithoutInto(text: string): boolean {
  const code = text.replace(/--[^\n]*/g, ' ').replace(/\/\*[\s\S]*?\*\//g, ' ');
  return [...code.matchAll(OUTPUT)].some(([clause]) => !/\binto\b/i.test(clause));
}
