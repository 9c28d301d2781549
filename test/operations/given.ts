/**
 * An orderwright on a small plant made in code, and the words in which the tests of the operations speak:
 * `(await given(anOrder().inState('Created'))).when('Release').refuses('OW_RULE_REFUSED')`.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import SQLite from 'better-sqlite3';
import { expect } from 'chai';
import { afterEach } from 'mocha';
import { createOrderwright, OrderwrightError } from '../../src/index.js';
import type { AnswerRow, JsonObject, Orderwright, Verdict, Violation } from '../../src/index.js';
import type { OrderState, Problem, UniversalState } from '../../src/index.js';

/** The time that the tests' operations go by; the journal's is the real clock's. */
export const NOW = '2020-07-01T10:00:00Z';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

export class AnOrder {
  constructor(
    readonly fields: JsonObject,
    readonly materials: readonly JsonObject[] = [],
  ) {}

  with(fields: JsonObject): AnOrder {
    return new AnOrder({ ...this.fields, ...fields }, this.materials);
  }

  inState(state: OrderState, universalState: UniversalState = 'Active'): AnOrder {
    return this.with({ state, universalState });
  }

  /** A material with 10 pcs in this state, unless its fields say otherwise. */
  having(state: string, fields: JsonObject = {}): AnOrder {
    const productionOrder = this.fields.name ?? null;
    const name = `${String(productionOrder)}-M${this.materials.length + 1}`;
    const { product = null, units = null } = this.fields;
    const material = { name, product, quantity: '10', units, productionOrder, state, ...fields };
    return new AnOrder(this.fields, [...this.materials, material]);
  }
}

/** 10 pcs of the product Stool, due on 6 July 2020 in Lisbon. */
export function anOrder(name = 'PO'): AnOrder {
  const dates = { startDate: '2020-07-03', dueDate: '2020-07-06' };
  return new AnOrder({ name, product: 'Stool', quantity: '10', units: 'pcs', ...dates });
}

const PLANT: JsonObject = {
  timeZone: 'Europe/Lisbon',
  facilities: [{ name: 'Lisbon' }, { name: 'New York', timeZone: 'America/New_York' }],
  steps: [{ name: 'Cut', facility: 'Lisbon', units: 'pcs', marksProductCompletion: true }],
  flows: [
    { name: 'Main', revision: 'A', effective: true, items: [{ step: 'Cut' }] },
    { name: 'Other', revision: 'A', effective: true, items: [{ step: 'Cut' }] },
  ],
  products: [
    { name: 'Stool', units: 'pcs', flowPath: 'Main:A:1/Cut:1' },
    { name: 'Table', units: 'pcs' },
  ],
};

/** The plant file with these orders alone, for an import beside what is there. */
export function ordersFile(...orders: AnOrder[]): JsonObject {
  return {
    productionOrders: orders.map(({ fields }) => fields),
    materials: orders.flatMap(({ materials }) => materials),
  };
}

/** A folder of its own, gone after the test, with these files. */
export function aFolder(files: Record<string, unknown> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'orderwright-'));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  for (const [file, content] of Object.entries(files)) writeIn(folder, file, content);
  return folder;
}

export function writeIn(folder: string, file: string, content: unknown): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), typeof content === 'string' ? content : JSON.stringify(content, null, 2));
}

/** Opens an orderwright that is closed after the test; without a folder in memory, without any configuration. */
export async function open(folder: string | null, database = 'sqlite::memory:'): Promise<Given> {
  const door = await createOrderwright({ database, folder: folder ?? '/nowhere' });
  let isOpen = true;
  const close = async () => (isOpen ? ((isOpen = false), door.close()) : undefined);
  closing.push(close);
  return new Given(door, close);
}

/** In memory, with the plant and these orders in it; a folder's configuration, rules and plugins count. */
export async function given(...parts: (AnOrder | { folder: string; database?: string })[]): Promise<Given> {
  const place = parts.find((part) => !(part instanceof AnOrder));
  const opened = await open(place?.folder ?? null, place?.database);
  await opened.importing({ ...PLANT, ...ordersFile(...parts.filter((part) => part instanceof AnOrder)) });
  return opened;
}

export type Asked = Omit<Parameters<Orderwright['perform']>[0], 'operation' | 'orders'>;

export class Given {
  constructor(
    readonly door: Orderwright,
    readonly close: () => Promise<void>,
  ) {}

  async importing(plant: JsonObject, replace = false): Promise<void> {
    await this.door.importPlant({ text: JSON.stringify(plant), replace });
  }

  when(operation: string, order = 'PO', asked: Asked = {}): When {
    return new When(() => this.door.perform({ operation, orders: [order], actor: 'ann', now: NOW, ...asked }));
  }

  async stateOf(order = 'PO'): Promise<string> {
    const { state, universalState } = await this.door.order(order);
    return `${String(state)} ${String(universalState)}`;
  }
}

export class When {
  constructor(readonly verdict: () => Promise<Verdict<AnswerRow>>) {}

  async row(): Promise<AnswerRow> {
    return (await this.verdict()).orders[0]!;
  }

  async allows(state?: string): Promise<AnswerRow> {
    const row = await this.row();
    expect(row.violations.map(said), 'violations').to.deep.equal([]);
    expect(row.allowed).to.equal(true);
    if (state !== undefined) expect(row.state).to.equal(state);
    return row;
  }

  /** Refused with exactly these reasons, each a code or `code rule`, in this order. */
  async refuses(...reasons: string[]): Promise<AnswerRow> {
    const row = await this.row();
    expect(row.violations.map((one, at) => (reasons[at]?.includes(' ') ? said(one) : one.code))).to.deep.equal(reasons);
    expect(row.allowed).to.equal(false);
    return row;
  }
}

export function said({ code, rule }: Violation): string {
  return rule === null ? code : `${code} ${rule}`;
}

/** Every row of every table of a database file. */
export function dump(file: string): Record<string, unknown[]> {
  const raw = new SQLite(file, { readonly: true });
  try {
    const tables = raw.prepare("select name from sqlite_master where type = 'table' order by name").pluck().all();
    return Object.fromEntries(tables.map((name) => [name, raw.prepare(`select * from "${String(name)}"`).all()]));
  } finally {
    raw.close();
  }
}

/** What a request is refused with as a whole; it fails where it is not. */
export async function failureOf(asked: Promise<unknown>): Promise<{ code: string; message: string; problems: Problem[] }> {
  try {
    await asked;
  } catch (error) {
    if (error instanceof OrderwrightError) return error;
    throw error;
  }
  throw new Error('It was not refused');
}
