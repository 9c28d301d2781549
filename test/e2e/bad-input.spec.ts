import { expect } from 'chai';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import type { JsonObject, JsonValue } from '../../src/index.js';
import { ended, expectError, expectVerdict, Template, type Workplace } from './command-line.js';
import { anOrder, plantFile } from './shop.js';

const template = new Template(plantFile());
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

interface Bad {
  what: string;
  args: string[];
  stdin?: string;
  code: RegExp;
  /** Of one of the problems; what is wrong with a whole text is at `$`. */
  path?: string;
  message?: RegExp;
}

/** Each is refused as one document with a code, the place and a message, and no row of any table changes. */
async function expectRefused(cases: readonly Bad[]): Promise<void> {
  const before = place.dump();
  const answers = await Promise.all(
    cases.map(async (bad) => ({
      bad,
      ...(await place.ask(bad.args, bad.stdin === undefined ? {} : { stdin: bad.stdin })),
    })),
  );
  for (const { bad, code, document } of answers) {
    const said = `${bad.what}: ${JSON.stringify(document).slice(0, 600)}`;
    expect(code, said).to.equal(1);
    const error = expectError(document, bad.code);
    if (bad.path !== undefined)
      expect(
        error.problems.map(({ path }) => path),
        said,
      ).to.include(bad.path);
    if (bad.message !== undefined) expect(JSON.stringify(error), said).to.match(bad.message);
  }
  expect(place.dump()).to.deep.equal(before);
}

const importing = (what: string, plant: JsonValue, path?: string, message?: RegExp): Bad => ({
  what,
  args: ['import', '-'],
  stdin: typeof plant === 'string' ? plant : JSON.stringify(plant),
  code: /^OW_PLANT_INVALID$/,
  ...(path === undefined ? {} : { path }),
  ...(message === undefined ? {} : { message }),
});

const change = (what: string, input: string, path: string, message?: RegExp): Bad => ({
  what,
  args: ['change', '01', '--input', '-'],
  stdin: input,
  code: /^OW_INPUT_INVALID$/,
  path,
  ...(message === undefined ? {} : { message }),
});

describe('[e2e] bad input', () => {
  it('is refused where it is not JSON, with line and column', () =>
    expectRefused([
      importing('a text', 'not JSON', '$', /line 1, column 1/),
      importing('nothing', '', '$', /the text ends/),
      importing('a comma too many', '{\n  "steps": [],\n}', '$', /line 3, column 1/),
      importing('two documents', '{}{}', '$'),
      importing('100,000 brackets', '['.repeat(100_000), '$', /levels of nesting/),
      { what: 'a create', args: ['create', '-f', '-'], stdin: '[{', code: /^OW_ORDERS_INVALID$/, path: '$' },
      change('an input', '{"quantity": }', '$', /line 1, column 14/),
      { what: 'no file', args: ['import', 'nowhere.json'], code: /^OW_FILE_UNREADABLE$/ },
      { what: 'a folder', args: ['import', '.'], code: /^OW_FILE_UNREADABLE$/ },
    ]));

  it('is refused where it has the wrong type, with its path', () =>
    expectRefused([
      importing('a list', [], '$'),
      importing('null', null, '$'),
      importing('an array that is an object', { steps: {} }, '$.steps'),
      importing('a field that there is not', { steps: [{ name: 'X', colour: 'red' }] }, '$.steps[0].colour'),
      importing('a prototype', '{"__proto__": {"x": 1}}'),
      { what: 'a number', args: ['create', '-f', '-'], stdin: '7', code: /^OW_ORDERS_INVALID$/, path: '$' },
      {
        what: 'a step',
        args: ['step', 'change', 'x', '--input', '[]'],
        code: /^OW_INPUT_INVALID$/,
        path: '$',
      },
      change('a list as input', '[]', '$'),
      change('no field', '{}', '$'),
      change('a date that there is not', '{"dueDate":"2026-02-30"}', '$.dueDate'),
      change('a text for a yes or no', '{"restricted":"yes"}', '$.restricted'),
    ]));

  it('is refused where a quantity is none', () =>
    expectRefused([
      change('1e308', '{"quantity":1e308}', '$.quantity'),
      change('1e400', '{"quantity":1e400}', '$.quantity', /too large/),
      change('NaN', '{"quantity":NaN}', '$', /Not JSON/),
      change('the text NaN', '{"quantity":"NaN"}', '$.quantity'),
      change('infinity', '{"quantity":"Infinity"}', '$.quantity'),
      change('a number of 19 digits', '{"quantity":1234567890123456789}', '$.quantity', /send a string/),
      change('a text of 19 digits', '{"quantity":"1234567890123456789"}', '$.quantity'),
      change('0.1 + 0.2 as a float', '{"quantity":0.30000000000000004}', '$.quantity', /send a string/),
      change('11 places', '{"quantity":"0.12345678901"}', '$.quantity'),
      change('nothing', '{"quantity":0}', '$.quantity'),
      change('less than nothing', '{"quantity":"-5"}', '$.quantity'),
      change('a hexadecimal', '{"quantity":"0x10"}', '$.quantity'),
      change('a sum', '{"quantity":"1; drop table x"}', '$.quantity'),
    ]));

  it('is refused where flows run in a circle or lead nowhere', () =>
    expectRefused([
      importing(
        'a flow in itself',
        { flows: [{ name: 'X', items: [{ flow: 'X' }] }] },
        '$.flows[0].items[0]',
        /contains itself/,
      ),
      importing(
        'two in each other',
        {
          flows: [
            { name: 'X', items: [{ flow: 'Y' }] },
            { name: 'Y', items: [{ flow: 'X' }] },
          ],
        },
        undefined,
        /contains itself/,
      ),
      importing(
        'a flow that is not there',
        { flows: [{ name: 'X', items: [{ flow: 'Y' }] }] },
        '$.flows[0].items[0].flow',
      ),
    ]));

  it('is refused in words where a flow doubles forty times', async () => {
    const doubling = Array.from({ length: 40 }, (_, level) => ({
      name: `F${level}`,
      items: level === 39 ? [{ step: 'Cut' }] : [{ flow: `F${level + 1}` }, { flow: `F${level + 1}` }],
    }));
    const path = `${doubling.map(({ name }) => `${name}:A:1`).join('/')}/Cut:1`;
    const plant = { flows: doubling, productionOrders: [anOrder('02', { flowPath: path })] };
    await place.done('import', place.file('plant.json', plant));
    const { code, document } = await place.ask(['synchronize', '02']);
    expect(code).to.equal(1);
    expect(document.orders[0].violations.map(({ rule }) => rule)).to.include(
      'synchronize/flow-path-assigned',
    );
    expect(JSON.stringify(document)).to.match(/more than 1,?000,?000 steps/i);
  });

  it('is taken as it is where a name holds SQL, quotes, emoji or what a shell would read', async () => {
    const names = [
      `'; drop table "mes_ProductionOrder"; --`,
      'a/b:c',
      '$(rm -rf) `x` %n',
      '名前 🙂',
      '__proto__',
      '-n',
    ];
    const file = place.file(
      'orders.json',
      names.map((name) => anOrder(name)),
    );
    const rows = expectVerdict(await place.done('create', '-f', file));
    expect(rows.map(({ name }) => name)).to.deep.equal(names);
    const released = expectVerdict(await place.done('release', '--', ...names));
    expect(released.map(({ name, state }) => [name, state])).to.deep.equal(
      names.map((name) => [name, 'Released']),
    );
    const shown = await place.done('order', '--', names[0]!);
    expect([shown.name, shown.steps.length]).to.deep.equal([names[0], 12]);
    const { entries } = await place.done('journal', '--', names[0]!);
    expect(entries.length).to.be.greaterThan(0);
    expect((await place.ask(['order', `x' or '1'='1`])).document.error.code).to.equal('OW_ORDER_UNKNOWN');
  });

  it('is refused where a name is empty, too long or has control characters', () =>
    expectRefused([
      ...['', ' ', 'a\u0000b', 'line\nbreak', '\u001b[31mred', 'x'.repeat(401)].map((name): Bad => ({
        what: JSON.stringify(name).slice(0, 30),
        args: ['create', '-f', '-'],
        stdin: JSON.stringify(anOrder(name)),
        code: /^OW_ORDERS_INVALID$/,
        path: '$.name',
      })),
    ]));

  it('keeps decimals exact: 0.1 + 0.2 is 0.3', async () => {
    const { code, document } = await place.ask(['change', '01', '--input', '{"quantity":"0.3"}']);
    expect([code, document.orders[0].allowed]).to.deep.equal([0, true]);
    const material = (name: string, quantity: number): JsonObject => ({
      name,
      product: 'Panel',
      quantity,
      units: 'pcs',
      productionOrder: '01',
      flowPath: 'Line:A:1/Drill:1',
      state: 'InProgress',
    });
    await place.done(
      'import',
      place.file('m.json', { materials: [material('M1', 0.1), material('M2', 0.2)] }),
    );
    const order = await place.done('order', '01');
    expect(order.quantities).to.include({ quantity: '0.3', inProgress: '0.3' });
    const [row] = (await place.done('synchronize', '01')).orders;
    expect(row.steps.map(({ source }) => source)).to.not.include('rest');
  });

  it('reads a local time that does not exist or exists twice', async () => {
    const times: [local: string, instant: string][] = [
      ['2026-03-29T01:30', '2026-03-29T01:00:00Z'],
      ['2026-10-25T01:30', '2026-10-25T00:30:00Z'],
    ];
    const plant = {
      timeZone: 'Europe/Lisbon',
      productionOrders: times.map(([local], index) =>
        anOrder(`T${index}`, { plannedStart: local, plannedEnd: '2026-12-01' }),
      ),
    };
    await place.done('import', place.file('plant.json', plant));
    const released = expectVerdict(await place.done('release', 'T0', 'T1'));
    expect(released.map(({ allowed }) => allowed)).to.deep.equal([true, true]);
    const explained = await Promise.all(
      times.map((_, index) => place.done('rules', 'explain', 'release', `T${index}`)),
    );
    for (const [index, [, instant]] of times.entries())
      expect(JSON.stringify(explained[index])).to.include(instant);
    await expectRefused([
      importing(
        'a zone that there is not',
        { facilities: [{ name: 'X', timeZone: 'Mars/Olympus' }] },
        '$.facilities[0].timeZone',
      ),
    ]);
  });
});

describe('[e2e] much input', () => {
  it('a command of 2,000 orders answers each of them', async () => {
    const orders = Array.from({ length: 2000 }, (_, index) => anOrder(`N${index}`));
    const { code, document } = await place.ask(['create', '-f', '-', '--dry-run'], {
      stdin: JSON.stringify(orders),
    });
    expect(code).to.equal(0);
    expect(document.orders).to.have.length(2000);
  });

  /** A flow of a step and so many thousands, the steps of one batch each. */
  async function importLong(thousands: number): Promise<void> {
    const begin = {
      name: 'Begin',
      facility: 'Plant A',
      units: 'pcs',
      productionOrderSchedulingMode: 'Material',
    };
    const plant = {
      steps: [{ ...begin, productionOrderStepSize: 20 }],
      flows: [
        { name: 'Thousand', items: Array.from({ length: 1000 }, () => ({ step: 'Drill' })) },
        {
          name: 'Long',
          items: [{ step: 'Begin' }, ...Array.from({ length: thousands }, () => ({ flow: 'Thousand' }))],
        },
      ],
      productionOrders: ['20', '40', '60'].map((quantity) =>
        anOrder(quantity, { quantity, flowPath: 'Long:A:1/Begin:1' }),
      ),
    };
    await place.done('import', place.file('plant.json', plant));
  }

  it('releases an order with a flow of 50,000 steps', async () => {
    await importLong(50);
    const [row] = expectVerdict(await place.done('release', '20'));
    expect(row.effects?.['step-synchronization']?.steps).to.have.length(50_001);
    const [again] = (await place.done('synchronize', '20')).orders;
    expect(again.diff.keep).to.have.length(50_001);
  });

  it('refuses half a million steps in words, before it builds one', async () => {
    await importLong(249);
    const before = place.dumpOfState();
    const { code, document } = await place.ask(['synchronize', '40']);
    expect(code).to.equal(1);
    expect(document.orders[0].violations[0].code).to.equal('OW_SYNCHRONIZE_TOO_MANY_STEPS');
    expect(place.dumpOfState()).to.deep.equal(before);
  });

  it('answers 249,001 steps to a reader of a pipe', async function () {
    this.timeout(120_000);
    await importLong(249);
    const child = place.start(['synchronize', '20', '--dry-run', '--json']);
    const [begin, end] = [[] as Buffer[], [] as Buffer[]];
    let length = 0;
    child.stdout!.on('data', (part: Buffer) => {
      length += part.length;
      if (begin.length === 0) begin.push(part);
      end.push(part);
      if (end.length > 2) end.shift();
    });
    expect(await ended(child)).to.equal(0);
    expect(length).to.be.greaterThan(100_000_000);
    expect(Buffer.concat(begin).toString().slice(0, 40)).to.match(/^\{\s*"requestId":/);
    expect(Buffer.concat(end).toString()).to.match(/\]\s*\}\n$/);
  });
});
