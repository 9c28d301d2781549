import { expect } from 'chai';
import { describe, it } from 'mocha';
import { join } from 'node:path';
import { aFolder, sqlOn } from './folder.js';
import { anOrder, failureOf, given, open, type Given } from './given.js';

/** An orderwright on a file, and raw SQL on that file. */
async function onFile(...orders: ReturnType<typeof anOrder>[]) {
  const folder = aFolder();
  const file = join(folder, 'plant.db');
  const world = await given(...orders, { folder, database: `sqlite:${file}` });
  return { world, database: `sqlite:${file}`, sql: (...statements: string[]) => sqlOn(file, ...statements) };
}
const entriesOf = (world: Given, order = 'PO') => world.door.journal({ order, limit: 100 });

describe('[operation] the journal', () => {
  it('holds the verdict and the outcome of an operation, with facts, actor, door and rule set', async () => {
    const begun = Math.floor(Date.now() / 1000) * 1000;
    const world = await given(anOrder());
    const asked = { requestId: 'r-1', correlationId: 'c-7', actor: 'bob' };
    const input = { plannedStart: '2020-07-04' };
    const { ruleSet } = await world.ask('Release', ['PO'], { ...asked, input });
    const [verdict, outcome] = await entriesOf(world);
    const both = { ...asked, door: 'in-process', operation: 'Release', order: 'PO', ruleSet };
    expect(verdict).to.deep.include({
      ...both,
      facts: { 'order.plannedStart': '2020-07-03T23:00:00Z', 'order.plannedEnd': '2020-07-06T23:00:00Z' },
      outcome: null,
      of: null,
      details: null,
    });
    expect(verdict?.verdict).to.deep.equal({
      name: 'PO',
      allowed: true,
      mode: 'enforce',
      state: 'Released',
      violations: [],
      warnings: [],
    });
    expect(outcome).to.deep.include({
      ...both,
      facts: {},
      verdict: null,
      outcome: 'committed',
      of: verdict?.sequence,
    });
    expect(outcome?.details).to.deep.include({
      input,
      from: { state: 'Created', universalState: 'Active' },
      to: { state: 'Released', universalState: 'Active' },
    });
    // Its times are the real clock's, whatever time the caller plans with.
    expect(Date.parse(verdict!.at)).to.be.within(begun, Date.now());
  });

  it('holds a refusal with its violations, its facts and its input, and no outcome', async () => {
    const world = await given(anOrder());
    const input = { plannedStart: '2020-07-09', plannedEnd: '2020-07-03' };
    const row = await world.when('Release', 'PO', { input }).refuses('OW_RULE_REFUSED');
    const entries = await entriesOf(world);
    expect(entries).to.have.length(1);
    expect(entries[0]).to.include({ outcome: null, of: null });
    expect(entries[0]?.verdict).to.deep.equal(row);
    expect(entries[0]?.details).to.deep.equal({ input });
    expect(entries[0]?.facts).to.include({ 'order.plannedStart': '2020-07-08T23:00:00Z' });
  });

  it('holds the door, the import and the activation of the rules', async () => {
    const { world, database } = await onFile(anOrder());
    await world.when('Release').allows();
    const entries = await world.door.journal({ limit: 100 });
    expect(entries.map(({ operation, order }) => [operation, order])).to.deep.equal([
      ['Import', null],
      ['ActivateRuleSet', null],
      ['Release', 'PO'],
      ['Release', 'PO'],
    ]);
    expect(entries[0]?.details).to.include.keys('imported', 'sha256', 'replace');
    const again = await open(null, database);
    expect(await again.door.journal({ limit: 100 })).to.deep.equal(entries);
  });

  it('is read in pages, of one order or of all', async () => {
    const world = await given(anOrder('A'), anOrder('B'));
    await world.ask('Release', ['A', 'B']);
    const all = await world.door.journal({ limit: 100 });
    const paged: typeof all = [];
    for (let after = 0; ;) {
      const page = await world.door.journal({ after, limit: 2 });
      if (page.length === 0) break;
      paged.push(...page);
      after = page.at(-1)!.sequence;
    }
    expect(paged).to.deep.equal(all);
    expect((await entriesOf(world, 'B')).every(({ order }) => order === 'B')).to.equal(true);
    const streamed: typeof all = [];
    for await (const batch of world.door.journalEntries()) streamed.push(...batch);
    expect(streamed).to.deep.equal(all);
  });

  it('has an outcome for each of 250 orders that names the verdict about that very order', async () => {
    const names = Array.from({ length: 250 }, (_, index) => `PO-${index}`);
    const world = await given(...names.map((name) => anOrder(name).inState('Released')));
    await world.ask('Unrelease', names);
    const entries = (await world.door.journal({ limit: 1000 })).filter(({ order }) => order !== null);
    const bySequence = new Map(entries.map((entry) => [entry.sequence, entry]));
    const outcomes = entries.filter(({ of }) => of !== null);
    expect(outcomes).to.have.length(250);
    for (const { of, order } of outcomes) expect(bySequence.get(of!)).to.include({ order, of: null });
  });

  for (const statement of [
    `update "orderwright_JournalEntry" set "Actor" = 'nobody'`,
    `delete from "orderwright_JournalEntry"`,
    `update "orderwright_JournalSeal" set "Hash" = 'x'`,
    `delete from "orderwright_JournalSeal"`,
    `update "orderwright_RuleSet" set "Document" = '{}'`,
    `delete from "orderwright_RuleSet"`,
    `update "orderwright_RuleSetActivation" set "Hash" = 'x'`,
    `delete from "orderwright_RuleSetActivation"`,
    ...['JournalEntry', 'JournalSeal', 'RuleSet', 'RuleSetActivation'].map(
      (table) => `insert or replace into "orderwright_${table}" select * from "orderwright_${table}" limit 1`,
    ),
    `insert into "orderwright_RuleSetActivation" select 0, "Hash", "At", "Source", "Author", "Reason", "Diff" from "orderwright_RuleSetActivation"`,
  ]) {
    it(`refuses: ${statement}`, async () => {
      const { world, sql } = await onFile(anOrder());
      await world.when('Release').allows();
      await world.door.sealJournal();
      const before = await world.door.journal({ limit: 100 });
      expect(() => sql(statement)).to.throw();
      expect(await world.door.journal({ limit: 100 })).to.deep.equal(before);
      expect(await world.door.verifyJournal()).to.include({ ok: true });
    });
  }
});

describe('[operation] the seals of the journal', () => {
  const NO_TRIGGERS = [
    ...['JournalEntry', 'JournalSeal'].flatMap((table) =>
      ['no_update', 'no_delete'].map((trigger) => `drop trigger "orderwright_${table}_${trigger}"`),
    ),
    'drop trigger "orderwright_JournalEntry_at_the_end"',
  ];

  /** Three seals over three operations each, and one operation after them. */
  async function sealed() {
    const made = await onFile(anOrder());
    for (let seal = 1; seal <= 3; seal++) {
      for (const priority of [1, 2, 3]) await made.world.ask('Change', ['PO'], { input: { priority } });
      await made.world.door.sealJournal();
    }
    await made.world.when('Release').allows();
    return made;
  }
  const problems = async (world: Given) => {
    const { ok, problems: found } = await world.door.verifyJournal();
    expect(ok).to.equal(found.length === 0);
    return found.map(({ path, code }) => `${path} ${code}`);
  };

  it('cover every entry once, and verify as long as nothing is changed', async () => {
    const { world } = await sealed();
    expect(await world.door.verifyJournal()).to.deep.equal({
      ok: true,
      entries: 22,
      sealed: 20,
      seals: 3,
      problems: [],
    });
    expect(await world.door.sealJournal()).to.deep.equal({ seals: 1, entries: 2 });
    expect(await world.door.sealJournal()).to.deep.equal({ seals: 0, entries: 0 });
    expect(await world.door.verifyJournal()).to.deep.include({ ok: true, entries: 22, sealed: 22, seals: 4 });
  });

  it('cover a journal of thousands of entries', async () => {
    const names = Array.from({ length: 600 }, (_, index) => `PO-${index}`);
    const world = await given(...names.map((name) => anOrder(name).inState('Released')));
    await world.ask('Unrelease', names);
    expect(await world.door.sealJournal()).to.deep.equal({ seals: 2, entries: 1202 });
    expect(await world.door.verifyJournal()).to.deep.include({ ok: true, entries: 1202, sealed: 1202 });
  });

  const entry = '"orderwright_JournalEntry"';
  const seal = '"orderwright_JournalSeal"';
  for (const [what, statement, found] of [
    [
      'who asked',
      `update ${entry} set "Actor" = 'nobody' where "Sequence" = 5`,
      ['seal 1 OW_JOURNAL_CHANGED'],
    ],
    [
      'when',
      `update ${entry} set "At" = '2020-01-01T00:00:00Z' where "Sequence" = 5`,
      ['seal 1 OW_JOURNAL_CHANGED'],
    ],
    [
      'the verdict',
      `update ${entry} set "Verdict" = null where "Sequence" = 9`,
      ['seal 2 OW_JOURNAL_CHANGED'],
    ],
    ['a fact', `update ${entry} set "Facts" = '{"a":1}' where "Sequence" = 9`, ['seal 2 OW_JOURNAL_CHANGED']],
    [
      'the rule set',
      `update ${entry} set "RuleSet" = 'x' where "Sequence" = 9`,
      ['seal 2 OW_JOURNAL_CHANGED'],
    ],
    [
      'an outcome',
      `update ${entry} set "Outcome" = 'rolled back' where "Sequence" = 20`,
      ['seal 3 OW_JOURNAL_CHANGED'],
    ],
    ['an entry that is gone', `delete from ${entry} where "Sequence" = 4`, ['seal 1 OW_JOURNAL_CHANGED']],
    [
      'the first entry that is gone',
      `delete from ${entry} where "Sequence" = 1`,
      ['seal 1 OW_JOURNAL_CHANGED'],
    ],
    [
      'the last sealed entry that is gone',
      `delete from ${entry} where "Sequence" = 20`,
      ['seal 3 OW_JOURNAL_CHANGED'],
    ],
    [
      'a whole batch that is gone',
      `delete from ${entry} where "Sequence" between 9 and 14`,
      ['seal 2 OW_JOURNAL_CHANGED'],
    ],
    [
      "a seal's hash",
      `update ${seal} set "Hash" = 'x' where "Number" = 2`,
      ['seal 2 OW_JOURNAL_CHANGED', 'seal 3 OW_JOURNAL_CHAIN'],
    ],
    [
      "a seal's reach",
      `update ${seal} set "Last" = "Last" - 1 where "Number" = 2`,
      ['seal 2 OW_JOURNAL_CHANGED', 'seal 3 OW_JOURNAL_CHANGED'],
    ],
    [
      "a seal's beginning",
      `update ${seal} set "First" = "First" + 1 where "Number" = 2`,
      ['seal 2 OW_JOURNAL_CHANGED'],
    ],
    [
      "a seal's time",
      `update ${seal} set "At" = '2020-01-01T00:00:00Z' where "Number" = 2`,
      ['seal 2 OW_JOURNAL_CHANGED'],
    ],
    [
      'the seal before',
      `update ${seal} set "Previous" = null where "Number" = 3`,
      ['seal 3 OW_JOURNAL_CHAIN'],
    ],
    ['a seal that is gone', `delete from ${seal} where "Number" = 2`, ['seal 3 OW_JOURNAL_CHAIN']],
    [
      'a batch that is gone with its seal',
      `delete from ${seal} where "Number" = 1; delete from ${entry} where "Sequence" < 9`,
      ['seal 2 OW_JOURNAL_CHAIN'],
    ],
    [
      'an entry slipped in before the first',
      `insert into ${entry} select -1, "At", "Actor", "Door", "RequestId", "CorrelationId", "Operation", "ProductionOrder", "Facts", "RuleSet", "Verdict", "Outcome", "Of", "Details" from ${entry} where "Sequence" = 3`,
      ['seal 1 OW_JOURNAL_CHANGED'],
    ],
  ] as const) {
    it(`show that somebody changed ${what}`, async () => {
      const { world, sql } = await sealed();
      sql(...NO_TRIGGERS, statement);
      expect(await problems(world)).to.deep.equal(found);
    });
  }

  it('are not repaired by sealing again', async () => {
    const { world, sql } = await sealed();
    sql(...NO_TRIGGERS, `delete from ${entry} where "Sequence" = 4`);
    await world.door.sealJournal();
    expect(await problems(world)).to.deep.equal(['seal 1 OW_JOURNAL_CHANGED']);
  });

  it('do not stop an operation from being asked for that fails as a whole', async () => {
    const { world } = await sealed();
    expect(await failureOf(world.ask('Nothing', ['PO']))).to.include({ code: 'OW_OPERATION_UNKNOWN' });
    expect(await problems(world)).to.deep.equal([]);
  });
});
