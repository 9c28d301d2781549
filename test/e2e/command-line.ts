/** The command `orderwright` as a user has it: a process of its own in a folder of its own. */
import Database from 'better-sqlite3';
import { expect } from 'chai';
import { spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { ConditionReport, JsonObject, JsonValue, Problem, Violation } from '../../src/index.js';
import type { Row, ShownDependency, ShownDiffRow, ShownStep } from './shop.js';

export const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
export const WAFER_PLANT = fileURLToPath(new URL('../../src/examples/wafer-plant.json', import.meta.url));
export const DATABASE = 'orderwright.db';

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A list of which a test knows that the first two are there. */
export type Some<T> = [T, T, ...T[]];

export interface OrderRow extends Row {
  violations: Some<Violation>;
  steps: Some<ShownStep>;
  dependencies: Some<ShownDependency>;
  diff: Row['diff'] & { change: Some<Required<ShownDiffRow>> };
  mode: string;
  quantities: Record<'quantity' | 'inProgress' | 'completed' | 'delivered' | 'units', string>;
  rules: { rule: string; satisfied: boolean; conditions: Some<ConditionReport> }[];
}

/** What the documents of all commands may hold; a test looks at what its command answers. */
export interface Document {
  requestId: string;
  ruleSet: string;
  orders: Some<OrderRow>;
  error: Failure;
  imported: Record<string, number>;
  entries: Entry[];
  rules: { id: string; file: string; state: string; problem: string | null }[];
  ok: boolean;
  problems: Some<Problem>;
  name: string;
  version: string;
  state: string;
  quantities: OrderRow['quantities'];
  allowed: string[];
  blocked: { operation: string; violations: Violation[] }[];
  steps: ShownStep[];
  dependencies: ShownDependency[];
  materials: Record<string, unknown>[];
}

export interface Failure {
  code: string;
  message: string;
  problems: Some<Problem>;
}

export interface Entry {
  at: string;
  operation: string;
  outcome: string | null;
}

export interface Answered {
  code: number | null;
  document: Document;
}

export class Workplace {
  readonly folder = mkdtempSync(join(tmpdir(), 'orderwright-e2e-'));

  get database(): string {
    return join(this.folder, DATABASE);
  }

  /** Writes a file and gives its name. */
  file(name: string, content: JsonValue): string {
    writeFileSync(join(this.folder, name), typeof content === 'string' ? content : JSON.stringify(content));
    return name;
  }

  start(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
    const inherited = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !name.startsWith('ORDERWRIGHT_')),
    );
    return spawn(process.execPath, [MAIN, ...args], {
      cwd: this.folder,
      env: { ...inherited, NO_COLOR: '1', ...env },
    });
  }

  async run(
    args: readonly string[],
    given: { stdin?: string; env?: Record<string, string> } = {},
  ): Promise<Ended> {
    const child = this.start(args, given.env);
    // A command that refuses its arguments does not read what it is given.
    child.stdin!.on('error', () => undefined);
    child.stdin!.end(given.stdin ?? '');
    const [stdout, stderr, code] = await Promise.all([
      text(child.stdout!),
      text(child.stderr!),
      ended(child),
    ]);
    return { code, stdout, stderr };
  }

  /** With `--json`: one document on standard output, and nothing on standard error. */
  async ask(
    args: readonly string[],
    given: { stdin?: string; env?: Record<string, string> } = {},
  ): Promise<Answered> {
    const { code, stdout, stderr } = await this.run(['--json', ...args], given);
    const asked = args.map((word) => word.slice(0, 200)).join(' ');
    expect(stderr, `standard error of ${asked}`).to.equal('');
    let document: Document;
    try {
      document = JSON.parse(stdout) as Document;
    } catch {
      expect.fail(`${asked} wrote no JSON document but ${stdout.slice(0, 500)}`);
    }
    return { code, document };
  }

  /** What a command that must go well answers. */
  async done(...args: string[]): Promise<Document> {
    const { code, document } = await this.ask(args);
    expect(code, `${args.join(' ')}: ${JSON.stringify(document).slice(0, 2000)}`).to.equal(0);
    return document;
  }

  /** Every row of the tables, which are in the order of their names. */
  dump(wanted = /./): Record<string, unknown[]> {
    const database = new Database(this.database, { readonly: true });
    const names = database
      .prepare<[], { name: string }>(`select name from sqlite_master where type = 'table' order by name`)
      .all();
    const rows = names
      .filter(({ name }) => wanted.test(name))
      .map(({ name }) => [name, database.prepare(`select * from "${name}"`).all()] as const);
    database.close();
    return Object.fromEntries(rows);
  }

  /** The same without the journal, which grows by refusals too. */
  dumpOfState(): Record<string, unknown[]> {
    return this.dump(/^(?!.*journal|sqlite_sequence)/i);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
}

/** A plant imported once; every workplace then begins with a copy of the database. */
export class Template {
  private readonly source = new Workplace();

  constructor(private readonly plant: JsonObject | string) {}

  async prepare(): Promise<void> {
    const file = typeof this.plant === 'string' ? this.plant : this.source.file('plant.json', this.plant);
    await this.source.done('import', file);
    // The rule files become the active rule set, so that a dry run finds nothing to write.
    await this.source.done('rules', 'list');
  }

  copy(): Workplace {
    const workplace = new Workplace();
    if (existsSync(`${this.source.database}-wal`)) throw new Error('The template is still open');
    copyFileSync(this.source.database, workplace.database);
    return workplace;
  }

  remove(): void {
    this.source.remove();
  }
}

/** `{ "error": { code, message, problems } }`, each problem with its place, code and message. */
export function expectError(document: Document, code: string | RegExp): Failure {
  expect(document).to.have.all.keys('error');
  expect(document.error).to.have.all.keys('code', 'message', 'problems');
  if (typeof code === 'string') expect(document.error.code, document.error.message).to.equal(code);
  else expect(document.error.code, document.error.message).to.match(code);
  expect(document.error.message)
    .to.be.a('string')
    .that.does.not.match(/^\s+at .*:\d+:\d+/m);
  for (const problem of document.error.problems) {
    expect(problem).to.have.all.keys('path', 'code', 'message');
    expect(problem.code).to.match(/^OW_/);
  }
  return document.error;
}

/** The shape of a verdict (design section 4); gives its rows. */
export function expectVerdict(document: Document): Some<OrderRow> {
  expect(document).to.have.all.keys('requestId', 'ruleSet', 'orders');
  expect(document.requestId).to.match(/^[0-9a-f-]{36}$/);
  expect(document.ruleSet).to.match(/^[0-9a-f]{64}$/);
  for (const row of document.orders) {
    expect(row).to.include.all.keys('name', 'allowed', 'mode', 'state', 'violations', 'warnings');
    expect(row.mode).to.be.oneOf(['enforce', 'observe']);
    if (row.mode === 'enforce') expect(row.allowed).to.equal(row.violations.length === 0);
    for (const violation of [...row.violations, ...row.warnings]) expectViolation(violation);
  }
  return document.orders;
}

export function expectViolation(violation: Violation): void {
  expect(violation).to.include.all.keys('code', 'rule', 'title', 'message', 'conditions', 'fix');
  expect(violation.code).to.match(/^OW_/);
  for (const condition of violation.conditions) {
    expect(condition).to.include.all.keys('fact', 'operator', 'expected', 'actual');
  }
  for (const fix of violation.fix) expect(fix).to.have.all.keys('fact', 'value', 'operation');
}

export function expectStep(step: ShownStep): void {
  expect(step).to.include.all.keys(
    'id',
    'source',
    'batch',
    'position',
    'flowPath',
    'step',
    'quantity',
    'units',
    'state',
  );
  expect(step.id).to.be.a('string');
  expect([typeof step.batch, typeof step.position]).to.deep.equal(['number', 'number']);
  expect(step.quantity).to.match(/^\d+(\.\d*[1-9])?$/);
}
