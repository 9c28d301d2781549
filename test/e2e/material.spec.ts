import { expect } from 'chai';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { createOrderwright, type JsonObject } from '../../src/index.js';
import {
  expectError,
  expectViolation,
  Template,
  type Document,
  type Some,
  type Workplace,
} from './command-line.js';

/** A line of two steps that is packed in boxes at the end, and who takes delivery. */
const STEPS: JsonObject[] = [
  { name: 'Saw', facility: 'Lisbon', units: 'pcs' },
  { name: 'Assemble', facility: 'Lisbon', units: 'pcs', marksProductCompletion: true },
  { name: 'Check', facility: 'Lisbon', units: 'pcs' },
];
const SAW = 'Line:A:1/Saw:1';

const order = (name: string, parts: JsonObject = {}): JsonObject => ({
  name,
  product: 'Bench',
  quantity: '30',
  units: 'pcs',
  dueDate: '2026-12-18',
  state: 'Released',
  ...parts,
});
const material = (name: string, parts: JsonObject = {}): JsonObject => ({
  name,
  product: 'Bench',
  quantity: '10',
  units: 'pcs',
  flowPath: SAW,
  state: 'InProgress',
  ...parts,
});

const template = new Template({
  facilities: [{ name: 'Lisbon' }, { name: 'Customer', remote: true }],
  steps: STEPS,
  flows: [{ name: 'Line', items: STEPS.map(({ name = null }) => ({ step: name })) }],
  products: [{ name: 'Bench', units: 'pcs', flowPath: SAW, materialSize: '10' }],
  productionOrders: [
    order('01'),
    order('02', { state: 'InProgress', quantity: '20', underDeliveryTolerance: '0.3' }),
    order('03', { restricted: true }),
  ],
  materials: [
    material('M1', { productionOrder: '02' }),
    material('M2', { productionOrder: '02' }),
    material('M3'),
    material('M4', { productionOrder: '03' }),
  ],
});
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

type MaterialRow = JsonObject & {
  name: string;
  allowed: boolean;
  state: string | null;
  order: string | null;
};

/** The shape of a verdict about materials (design section 4); gives its rows. */
function rowsOf(document: Document): Some<MaterialRow> {
  expect(document).to.have.all.keys('requestId', 'ruleSet', 'materials');
  expect(document.requestId).to.match(/^[0-9a-f-]{36}$/);
  expect(document.ruleSet).to.match(/^[0-9a-f]{64}$/);
  for (const row of document.materials) {
    expect(row).to.include.all.keys('name', 'allowed', 'mode', 'state', 'violations', 'warnings');
    expect(row.allowed).to.equal((row.violations as unknown[]).length === 0);
    for (const violation of row.violations as never[]) expectViolation(violation);
  }
  return document.materials as Some<MaterialRow>;
}

/** The order as it is, without a process of its own. */
async function shown(name: string): Promise<Document> {
  const door = await createOrderwright({ database: `sqlite:${place.database}`, folder: place.folder });
  try {
    return (await door.order(name)) as unknown as Document;
  } finally {
    await door.close();
  }
}

const done = async (...words: string[]) => rowsOf(await place.done('material', ...words));
async function refused(...words: string[]): Promise<string[]> {
  const { code, document } = await place.ask(['material', ...words]);
  expect(code, words.join(' ')).to.equal(1);
  return rowsOf(document).flatMap(({ violations }) =>
    (violations as unknown as { code: string; rule: string | null }[]).map((one) => one.rule ?? one.code),
  );
}

describe('[e2e] material', () => {
  it('create <order> <material>... makes materials of the size of the product', async () => {
    const rows = await done('create', '01', 'N1', 'N2');
    expect(rows.map(({ name, quantity, state }) => [name, quantity, state])).to.deep.equal([
      ['N1', '10', 'Created'],
      ['N2', '10', 'Created'],
    ]);
    expect(await refused('create', '03', 'N3')).to.deep.equal(['material-create/order-is-not-restricted']);
  });

  it('assign and remove <order> <material>... move the quantities of the order', async () => {
    const [assigned] = await done('assign', '01', 'M3');
    expect(assigned).to.include({ name: 'M3', order: '01', state: 'InProgress' });
    expect((await shown('01')).state).to.equal('InProgress');
    const [removed] = await done('remove', '01', 'M3');
    expect(removed.order).to.equal(null);
    expect((await shown('01')).quantities.inProgress).to.equal('0');
    expect(await refused('remove', '03', 'M4')).to.deep.equal(['remove/order-is-not-restricted']);
  });

  it('change-order <material> <order> [--accounts-to old|new]', async () => {
    await done('change-order', 'M1', '01', '--accounts-to', 'old');
    expect((await shown('02')).quantities.inProgress).to.equal('20');
    await done('change-order', 'M2', '01', '--accounts-to', 'new');
    const [one, two] = [await shown('01'), await shown('02')];
    expect([one.quantities.inProgress, two.quantities.inProgress]).to.deep.equal(['10', '10']);
    const { code, document } = await place.ask([
      'material',
      'change-order',
      'M3',
      '01',
      '--accounts-to',
      'both',
    ]);
    expect(code).to.equal(1);
    expectError(document, 'OW_INPUT_INVALID');
  });

  it('move, and ship <material> --to <facility>, complete and deliver', async () => {
    await done('move', 'M1');
    const [moved] = await done('move', 'M2', '--to', 'Line:A:1/Check:1');
    expect(moved).to.include({ state: 'Completed', flowPath: 'Line:A:1/Check:1' });
    expect((await shown('02')).state).to.equal('Completed');
    const [shipped] = await done('ship', 'M1', '--to', 'Customer');
    expect(shipped).to.include({ state: 'Delivered', universalState: 'Terminated' });
    const { quantities } = await shown('02');
    expect(quantities).to.deep.equal({
      quantity: '20',
      inProgress: '0',
      completed: '20',
      delivered: '10',
      units: 'pcs',
    });
    expect(await refused('ship', 'M4', '--to', 'Customer')).to.deep.equal(['ship/completed']);
  });

  it('split <material> <quantity>... and expand <material> <n> keep the total', async () => {
    const [split] = await done('split', 'M1', '4', '0.5');
    expect(split).to.deep.include({
      quantity: '5.5',
      created: [
        { name: 'M1.1', quantity: '4', units: 'pcs' },
        { name: 'M1.2', quantity: '0.5', units: 'pcs' },
      ],
    });
    const [expanded] = await done('expand', 'M1.1', '2');
    expect(expanded.created).to.have.length(2);
    expect((await shown('02')).quantities.inProgress).to.equal('20');
    expect(await refused('split', 'M2', '10')).to.deep.equal(['split/something-is-left']);
  });

  it('adjust <material> <+-quantity> --reason takes a loss and a bonus', async () => {
    expect((await done('adjust', 'M1', '-3', '--reason', 'scrap'))[0].quantity).to.equal('7');
    expect((await done('adjust', 'M1', '+0.1', '--reason', 'found'))[0].quantity).to.equal('7.1');
    expect((await done('adjust', 'M1', '--reason', 'scrap', '-1'))[0].quantity).to.equal('6.1');
    expect((await done('adjust', 'M1', '--dry-run', '-6.1', '--reason', 'x'))[0].quantity).to.equal('0');
    expect(await refused('adjust', 'M1', '-6.1000000001', '--reason', 'x')).to.deep.equal([
      'OW_QUANTITY_BELOW_ZERO',
    ]);
    const { entries } = await place.done('journal', '02');
    expect(JSON.stringify(entries)).to.include('"reason":"scrap"');
  });

  it('terminate <material> --reason: it counts nowhere from then on', async () => {
    const [row] = await done('terminate', 'M1', '--reason', 'broken');
    expect(row.universalState).to.equal('Terminated');
    expect((await shown('02')).quantities.inProgress).to.equal('10');
  });

  it('answers a row per material, exits with 1 where one is refused, and does the others', async () => {
    const { code, document } = await place.ask(['material', 'move', 'M1', 'nobody']);
    expect(code).to.equal(1);
    expect(rowsOf(document).map(({ name, allowed }) => [name, allowed])).to.deep.equal([
      ['M1', true],
      ['nobody', false],
    ]);
    const before = place.dumpOfState();
    const atomic = await place.ask(['material', 'move', 'M2', 'nobody', '--atomic']);
    expect([atomic.code, rowsOf(atomic.document).map(({ allowed }) => allowed)]).to.deep.equal([
      1,
      [false, false],
    ]);
    expect(place.dumpOfState()).to.deep.equal(before);
  });

  it('with --dry-run answers as the run after it, and writes nothing', async () => {
    const before = place.dump();
    const dry = await done('split', 'M1', '4', '--dry-run');
    expect(place.dump()).to.deep.equal(before);
    expect(await done('split', 'M1', '4')).to.deep.equal(dry);
  });

  it('with --override and --reason lets one material through one rule', async () => {
    const override = ['--override', 'remove/order-is-not-restricted'];
    const [row] = await done('remove', '03', 'M4', ...override, '--reason', 'they agreed');
    expect(row.warnings).to.have.length(1);
    const without = await place.ask(['material', 'remove', '03', 'M4', ...override]);
    expect(without.code).to.equal(2);
  });

  it('tells a person what it did, and which rule refused', async () => {
    const split = await place.run(['material', 'split', 'M1', '4']);
    expect(split).to.include({ code: 0, stderr: '' });
    expect(split.stdout).to.match(/^done +Split M1, InProgress/);
    const ship = await place.run(['material', 'ship', 'M2', '--to', 'Customer']);
    expect(ship.code).to.equal(1);
    expect(ship.stdout).to.include('ship/completed');
  });

  it('is wrong usage without its arguments, and with an operation that there is not', async () => {
    for (const words of [
      ['create', '01'],
      ['split', 'M1'],
      ['sell', 'M1'],
      ['move', 'M1', '--where', 'x'],
    ]) {
      const { code, document } = await place.ask(['material', ...words]);
      expect(code, words.join(' ')).to.equal(2);
      expect(document.error.code, words.join(' ')).to.match(/^OW_/);
    }
  });
});

describe('[e2e] material with bad input', function () {
  this.timeout(60_000);

  const bad: [what: string, words: string[]][] = [
    ...['1e308', 'NaN', '0.12345678901', ''].map((quantity): [string, string[]] => [
      `a quantity of ${quantity}`,
      ['split', 'M1', '--', quantity],
    ]),
    ['0.1 + 0.2 as a float', ['create', '01', 'N', '--input', '{"quantity":0.30000000000000004}']],
    ['a loss of -1e308', ['adjust', 'M1', '-1e308', '--reason', 'x']],
    ['a bonus with two signs', ['adjust', 'M1', '+-3', '--reason', 'x']],
    ['no reason', ['adjust', 'M1', '-1']],
    ['no facility', ['ship', 'M1']],
  ];

  it('is refused with a code, and no row of any table changes', async () => {
    const before = place.dump();
    const answers = await Promise.all(
      bad.map(async ([what, words]) => ({ what, ...(await place.ask(['material', ...words])) })),
    );
    for (const { what, code, document } of answers) {
      expect(code, `${what}: ${JSON.stringify(document)}`).to.be.oneOf([1, 2]);
      expectError(document, /^OW_(INPUT_INVALID|USAGE)$/);
    }
    expect(place.dump()).to.deep.equal(before);
  });

  it('is taken as it is where a name holds SQL, quotes, emoji or 400 characters', async () => {
    const names = [
      `'; drop table "mes_Material"; --`,
      'a/b:c',
      '$(rm -rf) `x` %n',
      '名前 🙂',
      '__proto__',
      '-n',
    ];
    const all = [...names, 'M'.repeat(400)];
    const rows = await done('create', '--quantity', '0.1', '--', '01', ...all);
    expect(rows.map(({ name, allowed }) => [name, allowed])).to.deep.equal(all.map((name) => [name, true]));
    await done('move', '--', ...all);
    const { quantities } = await shown('01');
    expect(quantities.inProgress).to.equal('0.7');
    await done('split', '--', '__proto__', '0.05');
    await done('split', '--', 'M'.repeat(400), '0.05');
    expect((await shown('01')).quantities.inProgress).to.equal('0.7');
    expect(await refused('move', `x' or '1'='1`)).to.deep.equal(['OW_MATERIAL_UNKNOWN']);
    expect(await refused('create', '--quantity', '1', '01', 'x'.repeat(401))).to.deep.equal([
      'OW_MATERIAL_NAME',
    ]);
  });
});

interface IfScrapped {
  scrapped: string[];
  closes: boolean;
  couldClose: boolean;
  shortBy: string;
  ways: { kind: string; text: string }[];
}

describe('[e2e] order <name> --if-scrapped M1,M2', () => {
  const ifScrapped = async (name: string, materials: string) =>
    ((await place.done('order', name, '--if-scrapped', materials)) as unknown as { ifScrapped: IfScrapped })
      .ifScrapped;

  it('says whether and how the order could still close, and changes nothing', async () => {
    await done('adjust', 'M1', '6', '--reason', 'found');
    const before = place.dump();
    // 16 of 20 are left, at least 14 are needed.
    const one = await ifScrapped('02', 'M2');
    expect(one).to.deep.include({ scrapped: ['M2'], closes: false, couldClose: true, shortBy: '0' });
    expect(one.ways.map(({ kind, text }) => [kind, text])).to.deep.equal([['complete', 'complete M1']]);
    const both = await ifScrapped('02', 'M1,M2');
    expect(both).to.deep.include({ scrapped: ['M1', 'M2'], closes: false, shortBy: '14' });
    expect(both.ways.map(({ kind }) => kind)).to.deep.equal(['make']);
    expect(place.dump()).to.deep.equal(before);
  });

  it('says what then comes true', async () => {
    await done('adjust', 'M1', '6', '--reason', 'found');
    await done('move', 'M1');
    expect(await ifScrapped('02', 'M2')).to.deep.include({ closes: true, couldClose: true, ways: [] });
    await done('terminate', 'M2', '--reason', 'scrap');
    expect((await shown('02')).state).to.equal('Completed');
    await place.done('close', '02');
  });

  it('does not know a material of another order', async () => {
    const { code, document } = await place.ask(['order', '02', '--if-scrapped', 'M1,M3']);
    expect(code).to.equal(1);
    expectError(document, 'OW_MATERIAL_UNKNOWN');
    const person = await place.run(['order', '02', '--if-scrapped', 'M1,M2']);
    expect(person.stdout).to.include('without M1, M2:');
  });
});

describe('[e2e] rules explain on a material', () => {
  it('split M1 tells every rule with every value, and exits with 0 for a refusal', async () => {
    const allowed = await explained('split', 'M1', '{"quantities":["4"]}');
    expect(allowed).to.include({ name: 'M1', allowed: true });
    const row = await explained('split', 'M1', '{"quantities":["10"]}');
    expect(row.allowed).to.equal(false);
    const [rule] = row.rules as unknown as { rule: string; satisfied: boolean; conditions: object[] }[];
    expect(rule).to.deep.include({ rule: 'split/something-is-left', satisfied: false });
    expect(rule?.conditions[0]).to.deep.include({ fact: 'material.newQuantity', actual: '0' });
    const remove = await explained('remove', 'M4', '{"order":"03"}');
    expect((remove.rules as unknown as { rule: string }[]).map((one) => one.rule)).to.deep.equal([
      'remove/order-is-not-restricted',
      'remove/order-is-open',
    ]);
  });

  async function explained(operation: string, name: string, input: string): Promise<MaterialRow> {
    const before = place.dump();
    const { materials } = await place.done('rules', 'explain', operation, name, '--input', input);
    expect(place.dump()).to.deep.equal(before);
    return materials[0] as MaterialRow;
  }
});
