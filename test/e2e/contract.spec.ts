import { expect } from 'chai';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { readFileSync, cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  ended,
  expectError,
  expectStep,
  expectVerdict,
  expectViolation,
  Template,
  WAFER_PLANT,
  Workplace,
  type Document,
  type Failure,
  type OrderRow,
  type Some,
} from './command-line.js';

const RULES = fileURLToPath(new URL('../../../rules/', import.meta.url));

const template = new Template(WAFER_PLANT);
let place: Workplace;

before(() => template.prepare());
after(() => {
  template.remove();
});
beforeEach(() => {
  place = template.copy();
});
afterEach(() => {
  place.remove();
});

const anOrder = (name: string) => ({ name, product: 'Wafer W-100', quantity: '20', units: 'wafers' });

async function rowOf(...args: string[]): Promise<OrderRow> {
  return expectVerdict(await place.done(...args))[0];
}

async function refused(...args: string[]): Promise<Some<OrderRow>> {
  const { code, document } = await place.ask(args);
  expect(code, args.join(' ')).to.equal(1);
  return expectVerdict(document);
}

async function failed(code: string | RegExp, args: string[], exit = 1): Promise<Failure> {
  const answer = await place.ask(args);
  expect(answer.code, `${args.join(' ')}: ${JSON.stringify(answer.document)}`).to.equal(exit);
  return expectError(answer.document, code);
}

describe('[e2e] import and create', () => {
  it('counts what was imported, only the arrays that are named', async () => {
    const fresh = new Workplace();
    const document = await fresh.done('import', WAFER_PLANT, '--only', 'facilities,workSchedules');
    expect(document).to.deep.equal({ imported: { facilities: 3, workSchedules: 2 } });
    fresh.remove();
  });

  it('lists every problem of a plant file with its path, and imports nothing', async () => {
    const before = place.dump();
    const plant = {
      facilities: [{ name: 'Fab 9' }],
      steps: [{ name: 7 }],
      productionOrders: [{ name: 'X', product: 'none', quantity: '-1', units: 'pcs' }],
    };
    const { problems } = await failed('OW_PLANT_INVALID', ['import', place.file('plant.json', plant)]);
    const paths = problems.map(({ path }) => path);
    expect(paths).to.include.members([
      '$.steps[0].name',
      '$.productionOrders[0].product',
      '$.productionOrders[0].quantity',
    ]);
    expect(place.dump()).to.deep.equal(before);
  });

  it('takes an existing name for a problem, unless it replaces', async () => {
    const { problems } = await failed('OW_PLANT_INVALID', ['import', WAFER_PLANT]);
    expect(problems.map(({ path }) => path)).to.include('$.productionOrders[0].name');
    expect((await place.done('import', WAFER_PLANT, '--replace')).imported.productionOrders).to.equal(4);
  });

  it('creates one order of a file, and an array of standard input', async () => {
    expect(await rowOf('create', '-f', place.file('one.json', anOrder('A')))).to.include({
      name: 'A',
      allowed: true,
      state: 'Created',
    });
    const { code, document } = await place.ask(['create', '-f', '-'], {
      stdin: JSON.stringify([anOrder('B'), anOrder('A')]),
    });
    expect(code).to.equal(1);
    const rows = expectVerdict(document);
    expect(rows.map(({ name, allowed }) => [name, allowed])).to.deep.equal([
      ['B', true],
      ['A', false],
    ]);
    expect(rows[1].violations[0].code).to.equal('OW_ORDER_EXISTS');
    const { orders } = await place.done('orders');
    expect(orders.map(({ name }) => name)).to.include.members(['A', 'B']);
  });

  it('creates all or none with --atomic, and none in a dry run', async () => {
    const before = place.dumpOfState();
    const file = place.file('orders.json', [anOrder('B'), anOrder('PO-1001')]);
    const rows = await refused('create', '-f', file, '--atomic');
    expect(rows.map(({ violations }) => violations[0].code)).to.deep.equal([
      'OW_ATOMIC_REFUSED',
      'OW_ORDER_EXISTS',
    ]);
    expect((await rowOf('create', '-f', place.file('b.json', anOrder('B')), '--dry-run')).allowed).to.equal(
      true,
    );
    expect(place.dumpOfState()).to.deep.equal(before);
  });

  it('creates nothing where one order of the file is not valid, and names the place', async () => {
    const file = place.file('orders.json', [anOrder('B'), { ...anOrder('C'), quantity: 'many' }]);
    const { problems } = await failed('OW_ORDERS_INVALID', ['create', '-f', file]);
    expect(problems.map(({ path }) => path)).to.deep.equal(['$[1].quantity']);
  });
});

describe('[e2e] host operations', () => {
  it('lead an order through its states', async () => {
    const order = 'PO-1001';
    const way = [
      ['release', 'Released'],
      ['unrelease', 'Created'],
      ['terminate', 'Created'],
      ['unterminate', 'Created'],
      ['release', 'Released'],
      ['start', 'InProgress'],
      ['cancel', 'Canceled'],
      ['unterminate', 'InProgress'],
    ];
    for (const [operation, state] of way) {
      expect(await rowOf(operation!, order), operation).to.deep.include({
        name: order,
        allowed: true,
        mode: 'enforce',
        state,
        violations: [],
      });
    }
  });

  it('close a completed order and reopen it', async () => {
    const plant = {
      productionOrders: [{ ...anOrder('DONE'), state: 'Completed' }],
      materials: [
        {
          name: 'M',
          product: 'Wafer W-100',
          quantity: '20',
          units: 'wafers',
          productionOrder: 'DONE',
          flowPath: 'Wafer Main:A:1/Back End:A:1/Inspect:1',
          state: 'Completed',
        },
      ],
    };
    await place.done('import', place.file('plant.json', plant));
    expect(await rowOf('close', 'DONE')).to.include({ allowed: true, state: 'Closed' });
    expect((await refused('change', 'DONE', '--input', '{"quantity":"30"}'))[0].allowed).to.equal(false);
    expect(await rowOf('reopen', 'DONE')).to.include({ allowed: true, state: 'Completed' });
  });

  it('refuse what the state does not allow, with the state and what is allowed', async () => {
    const [row] = await refused('start', 'PO-1001');
    expect(row).to.include({ name: 'PO-1001', allowed: false, state: 'Created' });
    expect(row.violations[0]).to.include({ code: 'OW_STATE_NOT_ALLOWED', rule: null });
    expect(row.violations[0].message).to.match(/PO-1001 is Created and Active.*Release/);
  });

  it('refuse by a rule with its title, values and a fix', async () => {
    const [row] = await refused('release', 'PO-1004');
    const [violation] = row.violations;
    expect(violation.rule).to.equal('release/planned-start-before-planned-end');
    expect(violation.conditions).to.deep.include({
      fact: 'order.plannedStart',
      operator: 'lessThanInclusive',
      expected: '2026-12-08T00:00:00Z',
      actual: '2026-12-14T00:00:00Z',
    });
    expect(violation.fix[0]).to.include({ fact: 'order.plannedStart', operation: 'Release' });
  });

  it('read the input as JSON, from a file and from standard input', async () => {
    const file = place.file('input.json', { quantity: '41' });
    await Promise.all([
      rowOf('change', 'PO-1001', '--input', '{"quantity": 40}'),
      rowOf('change', 'PO-1002', '--input', `@${file}`),
      place.ask(['change', 'PO-1003', '--input', '-'], { stdin: '{"quantity":"42"}' }),
    ]);
    const { orders } = await place.done('orders');
    const quantities = orders.map(({ quantities: { quantity } }) => quantity);
    expect(quantities).to.deep.equal(['40', '41', '42', '2']);
  });

  it('take planned dates for a release', async () => {
    const input = '{"plannedStart":"2026-12-01","plannedEnd":"2026-12-02"}';
    expect((await rowOf('release', 'PO-1004', '--input', input)).state).to.equal('Released');
  });

  it('name every field of an input that is wrong', async () => {
    const { problems } = await failed('OW_INPUT_INVALID', [
      'change',
      'PO-1001',
      '--input',
      '{"quantity":"x","colour":1,"restricted":"yes"}',
    ]);
    const paths = problems.map(({ path }) => path);
    expect(paths).to.have.members(['$.quantity', '$.colour', '$.restricted']);
  });

  it('change nothing in a dry run', async () => {
    const before = place.dump();
    expect((await rowOf('release', 'PO-1001', '--dry-run')).state).to.equal('Released');
    expect(place.dump()).to.deep.equal(before);
  });

  it('answer a row per order, and do the others unless they are atomic', async () => {
    const names = ['PO-1001', 'NOPE', 'PO-1004'];
    const atomic = await refused('release', ...names, '--atomic');
    expect(atomic.map(({ name, allowed }) => [name, allowed])).to.deep.equal(
      names.map((name) => [name, false]),
    );
    expect(atomic.map(({ violations }) => violations[0].code)).to.deep.equal([
      'OW_ATOMIC_REFUSED',
      'OW_ORDER_UNKNOWN',
      'OW_RULE_REFUSED',
    ]);
    expect((await place.done('order', 'PO-1001')).state).to.equal('Created');
    const rows = await refused('release', ...names);
    expect(rows.map(({ allowed, state }) => [allowed, state])).to.deep.equal([
      [true, 'Released'],
      [false, null],
      [false, 'Created'],
    ]);
    expect((await place.done('order', 'PO-1001')).state).to.equal('Released');
  });

  it('let one order through one rule with a reason, and journal it', async () => {
    const rule = 'release/planned-start-before-planned-end';
    const row = await rowOf('release', 'PO-1004', '--override', rule, '--reason', 'agreed with planning');
    expect(row).to.include({ allowed: true, state: 'Released' });
    const { entries } = await place.done('journal', 'PO-1004');
    const entry = entries.find(({ outcome }) => outcome === 'overridden');
    expect(JSON.stringify(entry)).to.include('agreed with planning').and.include(rule);
    await Promise.all([
      failed('OW_RULE_UNKNOWN', ['release', 'PO-1001', '--override', 'release/none', '--reason', 'x']),
      failed(
        'OW_OVERRIDE_SEVERAL',
        ['release', 'PO-1001', 'PO-1003', '--override', rule, '--reason', 'x'],
        2,
      ),
    ]);
  });
});

describe('[e2e] order and orders', () => {
  it('show an order with what is allowed and blocked', async () => {
    await place.done('synchronize', 'PO-1002');
    const order = await place.done('order', 'PO-1002');
    expect(order).to.include.all.keys(
      'name',
      'state',
      'universalState',
      'quantities',
      'allowed',
      'blocked',
      'steps',
      'dependencies',
      'materials',
    );
    expect(order.quantities).to.deep.equal({
      quantity: '90',
      inProgress: '25',
      completed: '0',
      delivered: '0',
      units: 'wafers',
    });
    expect(order.allowed).to.include('Cancel').and.not.include('Release');
    for (const { operation, violations } of order.blocked) {
      expect(operation).to.match(/^[A-Z][A-Za-z]+$/);
      expect(violations).to.not.deep.equal([]);
      violations.forEach(expectViolation);
    }
    order.steps.forEach(expectStep);
    expect(order.dependencies[0]).to.have.all.keys('from', 'to', 'manual');
    expect(order.materials[0]).to.include({ name: 'LOT-2001', quantity: '25', units: 'wafers' });
  });

  it('list the orders without steps and materials', async () => {
    const [{ orders }, page] = await Promise.all([
      place.done('orders'),
      place.done('orders', '--limit', '1', '--after', 'PO-1001'),
    ]);
    expect(orders).to.have.length(4);
    expect(orders[0]).to.include.all.keys(
      'name',
      'state',
      'universalState',
      'quantities',
      'allowed',
      'blocked',
    );
    expect(orders[0]).to.not.have.any.keys('steps', 'materials');
    expect(page.orders.map(({ name }) => name)).to.deep.equal(['PO-1002']);
  });

  it('fail for an order that is not there', async () => {
    await failed('OW_ORDER_UNKNOWN', ['order', 'NOPE']);
  });
});

describe('[e2e] synchronize, step and dependency', () => {
  it('answer steps, dependencies and the diff, and a refusal with its violations', async () => {
    const { code, document } = await place.ask(['synchronize', 'PO-1001', 'PO-1003']);
    expect(code).to.equal(1);
    const [row, second] = document.orders;
    expect(row).to.include.all.keys('name', 'allowed', 'steps', 'dependencies', 'diff');
    row.steps.forEach(expectStep);
    expect(row.dependencies[0]).to.have.all.keys('from', 'to', 'manual');
    expect(row.diff).to.have.all.keys('keep', 'change', 'add', 'remove');
    expect(row.diff.add[0]).to.have.all.keys('id', 'flowPath', 'batch', 'reason');
    expect(second.allowed).to.equal(false);
    expect(second.violations[0].rule).to.equal('synchronize/facility-matches-flow-path');
  });

  it('show the same in a dry run, change rows with their fields, and undo', async () => {
    await place.done('synchronize', 'PO-1001');
    await place.done('change', 'PO-1001', '--input', '{"quantity":"90"}');
    const before = place.dump();
    const [dry] = (await place.done('synchronize', 'PO-1001', '--dry-run')).orders;
    expect(place.dump()).to.deep.equal(before);
    const [run] = (await place.done('synchronize', 'PO-1001', '--mode', 'preserve')).orders;
    expect(run.steps).to.deep.equal(dry.steps);
    expect(run.diff.change[0].changes).to.deep.equal([{ field: 'quantity', from: '20', to: '10' }]);
    const [undone] = (await place.done('synchronize', '--undo', 'PO-1001')).orders;
    expect(undone.diff.change[0].changes).to.deep.equal([{ field: 'quantity', from: '10', to: '20' }]);
    const again = await place.ask(['synchronize', '--undo', 'PO-1001']);
    expect([again.code, again.document.orders[0].violations[0].code]).to.deep.equal([
      1,
      'OW_SYNCHRONIZE_NOTHING_TO_UNDO',
    ]);
  });

  it('start, finish and change steps, and discard them only when told', async () => {
    const [{ steps }] = (await place.done('synchronize', 'PO-1001')).orders;
    const [first, second] = steps;
    const started = await place.done('step', 'start', first.id, '--at', '2020-12-02T08:00:00Z');
    expect(started.orders[0].steps[0]).to.include({
      id: first.id,
      state: 'Started',
      actualStart: '2020-12-02T08:00:00Z',
    });
    const finished = await place.done('step', 'finish', first.id);
    expect(finished.orders[0].steps[0].state).to.equal('Finished');
    const changed = await place.done('step', 'change', second.id, '--input', '{"quantity":"19"}');
    expect(changed.orders[0].steps[0]).to.include({ quantity: '19', manual: true });
    await failed('OW_STEP_UNKNOWN', ['step', 'start', 'nowhere']);
    const { code, document } = await place.ask(['synchronize', 'PO-1001']);
    expect([code, document.orders[0].violations[0].code]).to.deep.equal([1, 'OW_SYNCHRONIZE_STARTED']);
    const [discarded] = (await place.done('synchronize', 'PO-1001', '--discard-started')).orders;
    expect(discarded.diff.change).to.have.length(2);
  });

  it('add and remove dependencies, and refuse a circle', async () => {
    const [{ steps, dependencies }] = (await place.done('synchronize', 'PO-1001')).orders;
    const ends = [steps[0].id, steps[1].id];
    const added = await place.done('dependency', 'add', ...ends);
    expect(added.orders[0].dependencies).to.deep.equal([{ from: ends[0], to: ends[1], manual: true }]);
    const { code, document } = await place.ask([
      'dependency',
      'add',
      dependencies[0].to,
      dependencies[0].from,
    ]);
    expect([code, document.orders[0].violations[0].code]).to.deep.equal([1, 'OW_SYNCHRONIZE_CYCLE']);
    await place.done('dependency', 'remove', ...ends);
    expect((await place.done('order', 'PO-1001')).dependencies).to.have.length(30);
  });
});

describe('[e2e] rules', () => {
  it('are checked, listed, shown and found by their hash', async () => {
    const [checked, list, shown] = await Promise.all([
      place.done('rules', 'check'),
      place.done('rules', 'list'),
      place.done('rules', 'show'),
    ]);
    expect(checked).to.deep.equal({ rules: 27, problems: [] });
    expect(list).to.have.all.keys('ruleSet', 'rules');
    expect(list.rules).to.have.length(27);
    for (const rule of list.rules) {
      expect(rule).to.have.all.keys(
        'id',
        'operation',
        'title',
        'severity',
        'mode',
        'file',
        'state',
        'problem',
      );
    }
    expect(shown.ruleSet).to.equal(list.ruleSet);
    const [again] = await Promise.all([
      place.done('rules', 'show', list.ruleSet),
      failed('OW_RULE_SET_UNKNOWN', ['rules', 'show', 'abc']),
    ]);
    expect(again).to.deep.equal(shown);
  });

  it('explain a refusal with every condition, and exit with 0', async () => {
    const [row] = expectVerdict(await place.done('rules', 'explain', 'synchronize', 'PO-1003'));
    expect(row.allowed).to.equal(false);
    expect(row.rules).to.have.length(5);
    const rule = row.rules.find(({ rule: id }) => id === 'synchronize/facility-matches-flow-path');
    expect(rule?.satisfied).to.equal(false);
    expect(rule?.conditions[0]).to.include({ fact: 'order.facility', actual: 'Fab 2' });
    await failed('OW_OPERATION_UNKNOWN', ['rules', 'explain', 'dance', 'PO-1003'], 2);
  });

  it('list every problem of broken files, and stay in force until they are removed', async () => {
    cpSync(RULES, join(place.folder, 'rules'), { recursive: true });
    place.file('orderwright.config.json', {});
    await place.done('rules', 'list');
    const id = 'release/planned-start-before-planned-end';
    rmSync(join(place.folder, `rules/${id}.json`));
    place.file('rules/start/broken.json', '{ "id": "start/broken", ');
    place.file('rules/close/completed-within-maximum.json', { id: 'close/other' });
    const { problems } = await failed('OW_RULES_INVALID', ['rules', 'check']);
    expect(problems.length).to.be.greaterThan(1);
    const { rules } = await place.done('rules', 'list');
    const stateOf = (rule: string) => rules.find((each) => each.id === rule)?.state;
    expect(stateOf(id)).to.equal('vanished');
    expect(rules.find((each) => each.file === 'start/broken.json')?.problem).to.match(/line 1/);
    await refused('release', 'PO-1004');
    expect(await place.done('rules', 'remove', id, '--reason', 'no longer wanted')).to.include({
      removed: id,
    });
    await rowOf('release', 'PO-1004');
  });
});

describe('[e2e] journal and config', () => {
  it('give the entries of an order, seal and verify them, and export all', async () => {
    await place.done('release', 'PO-1001', '--actor', 'ana');
    const { entries } = await place.done('journal', 'PO-1001');
    expect(entries.map(({ operation, outcome }) => [operation, outcome])).to.deep.equal([
      ['Release', null],
      ['Synchronize', null],
      ['Release', 'committed'],
      ['Synchronize', 'committed'],
    ]);
    expect(entries[0]).to.include({ actor: 'ana', door: 'command' });
    const sealed = await place.done('journal', 'seal');
    expect(sealed.entries).to.be.greaterThan(3);
    expect(await place.done('journal', 'verify')).to.deep.include({ ok: true, problems: [] });
    const [exported, { stdout }] = await Promise.all([
      place.done('journal', 'export'),
      place.run(['journal', 'export']),
    ]);
    expect(exported.entries.length).to.equal(sealed.entries);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Document),
    ).to.deep.equal(exported.entries);
  });

  it('say where the journal was changed, and exit with 1', async () => {
    await place.done('release', 'PO-1001');
    await place.done('journal', 'seal');
    const { default: Database } = await import('better-sqlite3');
    const database = new Database(place.database);
    const [{ name }] = database
      .prepare(`select name from sqlite_master where type = 'table' and name like '%JournalEntry'`)
      .all() as [{ name: string }];
    for (const trigger of database
      .prepare(`select name from sqlite_master where type = 'trigger' and tbl_name = ?`)
      .all(name) as { name: string }[])
      database.exec(`drop trigger "${trigger.name}"`);
    database.exec(`update "${name}" set Actor = 'nobody' where Sequence = 2`);
    database.close();
    const { code, document } = await place.ask(['journal', 'verify']);
    expect(code).to.equal(1);
    expect(document.ok).to.equal(false);
    expect(document.problems[0].message).to.be.a('string');
  });

  it('check the configuration, and list every problem', async () => {
    const fine = await place.done('config', 'check');
    expect(fine).to.include({ file: null }).and.have.property('problems').that.deep.equals([]);
    place.file('orderwright.config.json', {
      synchronizeOn: { Release: 'maybe' },
      colour: 1,
      operations: { Release: { mode: 'x' } },
    });
    place.file('other.json', { synchronizeOn: { Release: 'maybe' }, colour: 1 });
    // Nothing of a journal is ever deleted: a setting that would do nothing is no setting.
    place.file('shorter.json', { retention: { events: 30, journal: 30 } });
    const [own, other, shorter] = await Promise.all([
      failed('OW_CONFIG_INVALID', ['config', 'check']),
      failed('OW_CONFIG_INVALID', ['config', 'check', '--config', 'other.json']),
      failed('OW_CONFIG_INVALID', ['config', 'check', '--config', 'shorter.json']),
      failed('OW_CONFIG_MISSING', ['orders', '--config', 'nowhere.json']),
    ]);
    expect(own.problems.map(({ path }) => path)).to.include('$.operations.Release.mode');
    expect(other.problems.map(({ path }) => path)).to.have.members(['$.synchronizeOn.Release', '$.colour']);
    expect(shorter.problems.map(({ path }) => path)).to.deep.equal(['$.retention.journal']);
  });

  it('observe without refusing where the configuration says so', async () => {
    place.file('orderwright.config.json', { operations: { Release: { mode: 'observe' } } });
    const [row] = expectVerdict(await place.done('release', 'PO-1004'));
    expect(row).to.include({ allowed: true, mode: 'observe', state: 'Released' });
  });
});

describe('[e2e] wrong usage', () => {
  const wrong: [what: string, args: string[]][] = [
    ['an unknown command', ['dance']],
    ['no command', []],
    ['an unknown second word', ['rules', 'dance']],
    ['a missing argument', ['release']],
    ['an argument too many', ['order', 'PO-1001', 'PO-1002']],
    ['an unknown option', ['orders', '--loud']],
    ['a --now that is no instant', ['orders', '--now', 'tomorrow']],
    ['an --override without --reason', ['release', 'PO-1001', '--override', 'release/x']],
    ['a --reason without --override', ['release', 'PO-1001', '--reason', 'why']],
    ['a --mode that there is not', ['synchronize', 'PO-1001', '--mode', 'merge']],
    ['a synchronize of nothing', ['synchronize']],
    ['an --undo beside orders', ['synchronize', 'PO-1001', '--undo', 'PO-1001']],
    ['a --limit that is no number', ['orders', '--limit', 'many']],
    ['an --only that there is not', ['import', WAFER_PLANT, '--only', 'cats']],
    ['a create without a file', ['create']],
    ['a removal without a reason', ['rules', 'remove', 'release/x']],
    ['a database that there is no adapter for', ['orders', '--database', 'oracle:x']],
    ['a step command without an id', ['step', 'start']],
  ];
  it('exits with 2 and one document, and does nothing', async () => {
    const before = place.dump();
    const answers = await Promise.all(
      wrong.map(async ([what, args]) => [what, await place.ask(args)] as const),
    );
    for (const [what, { code, document }] of answers) {
      expect(code, `${what}: ${JSON.stringify(document)}`).to.equal(2);
      expectError(document, /^OW_(USAGE|DATABASE_URL)$/);
    }
    expect(place.dump()).to.deep.equal(before);
  });

  it('says so in one line on standard error without --json', async () => {
    const { code, stdout, stderr } = await place.run(['dance']);
    expect([code, stdout]).to.deep.equal([2, '']);
    expect(stderr).to.match(/^OW_USAGE: unknown command 'dance'/);
  });
});

describe('[e2e] global options and the database', () => {
  it('may stand before and after the command', async () => {
    const [first, last] = await Promise.all([
      place.run(['--json', '--database', 'sqlite:orderwright.db', '--actor', 'ana', 'orders']),
      place.run(['orders', '--database', 'sqlite:orderwright.db', '--json', '--actor', 'ana']),
    ]);
    expect(first).to.deep.equal(last);
    expect(JSON.parse(first.stdout)).to.have.property('orders').with.length(4);
  });

  it('name the database, else ORDERWRIGHT_DATABASE does, else it is in the folder', async () => {
    const env = { ORDERWRIGHT_DATABASE: 'sqlite::memory:' };
    const [empty, named] = await Promise.all([
      place.ask(['orders'], { env }),
      place.ask(['orders', '--database', 'sqlite:orderwright.db'], { env }),
    ]);
    expect(empty.document).to.deep.equal({ orders: [] });
    expect(named.document.orders).to.have.length(4);
  });

  it('never show the password of a database', async () => {
    // Nobody listens there; and there is no such parameter.
    const url = 'mssql://sa:S3cret!pw@127.0.0.1:9/mes?encrypt=true';
    const wrong = `${url}&colour=red`;
    const answers = await Promise.all([
      place.run(['orders', '--database', url]),
      place.run(['orders', '--database', url, '--json']),
      place.run(['orders', '--database', wrong]),
      place.run(['orders'], { env: { ORDERWRIGHT_DATABASE: wrong } }),
    ]);
    expect(answers.map(({ code }) => code)).to.deep.equal([1, 1, 2, 2]);
    for (const { stdout, stderr } of answers) {
      expect(stdout + stderr)
        .to.include('database')
        .and.not.include('S3cret')
        .and.not.include('sa:');
    }
  });

  it('go by --now for default dates and by the real clock in the journal', async () => {
    await place.done('create', '-f', place.file('a.json', anOrder('A')));
    const { code } = await place.ask([
      'release',
      'A',
      '--now',
      '2031-01-02T03:04:05Z',
      '--input',
      '{"plannedStart":"2026-12-01","plannedEnd":"2026-12-02"}',
    ]);
    expect(code).to.equal(0);
    const { entries } = await place.done('journal', 'A');
    for (const { at } of entries) expect(at < '2031').to.equal(true);
  });

  it('fail in words for a file that is no database and a folder that is not there', async () => {
    place.file(
      'text.db',
      'this is no database, but it is long enough to be looked at as if it were one, and then some',
    );
    await failed('OW_DATABASE_UNREADABLE', ['orders', '--database', 'sqlite:text.db']);
    await failed('OW_DATABASE_UNREACHABLE', ['orders', '--database', 'sqlite:nowhere/x.db']);
  });

  it('end in peace when the reader has seen enough', async () => {
    await place.done('synchronize', 'PO-1001');
    await Promise.all(
      [
        ['order', 'PO-1001'],
        ['journal', 'export'],
        ['orders', '--json'],
      ].map(async (args) => {
        const child = place.start(args);
        let said = '';
        child.stderr!.on('data', (part: Buffer) => (said += part.toString()));
        child.stdout!.destroy();
        expect(await ended(child), `${args.join(' ')}: ${said}`).to.equal(0);
        expect(said).to.equal('');
      }),
    );
  });

  it('show their help and the version on standard output', async () => {
    const { version } = JSON.parse(
      readFileSync(fileURLToPath(new URL('../../../package.json', import.meta.url)), 'utf8'),
    ) as Document;
    const [shown, help] = await Promise.all([place.run(['--version']), place.run(['release', '--help'])]);
    expect(shown).to.deep.equal({ code: 0, stdout: `${version}\n`, stderr: '' });
    expect([help.code, help.stderr]).to.deep.equal([0, '']);
    expect(help.stdout).to.include('--atomic').and.include('--database');
  });
});
