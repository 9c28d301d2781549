import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { JsonObject } from '../../src/index.js';
import { aFolder } from './folder.js';
import { anOrder, failureOf, given, said } from './given.js';
import { quantityAbove } from './plugin-files.js';

const DATES = 'release/planned-start-before-planned-end';
const late = { plannedStart: '2020-07-09', plannedEnd: '2020-07-03' };

/** A folder with this configuration and these rules of Release. */
const ruled = (config: object, ...rules: ReturnType<typeof quantityAbove>[]) =>
  aFolder({
    'orderwright.config.json': config,
    ...Object.fromEntries(rules.map((rule) => [`rules/${rule.id as string}.json`, rule])),
  });

describe('[operation] an override', () => {
  const override = { rule: DATES, reason: 'the customer agreed' };

  it('lets one order through one rule, with a warning, and is journalled with its reason', async () => {
    const world = await given(anOrder());
    const row = await world.when('Release', 'PO', { input: late, override }).allows('Released');
    expect(row.warnings.map(said)).to.deep.equal([`OW_RULE_OVERRIDDEN ${DATES}`]);
    expect(row.warnings[0]?.conditions).to.have.length(1);
    const [verdict, outcome] = await world.door.journal({ order: 'PO', limit: 10 });
    expect(verdict?.verdict?.warnings[0]?.code).to.equal('OW_RULE_OVERRIDDEN');
    expect(outcome).to.include({ outcome: 'overridden', of: verdict?.sequence });
    expect(outcome?.details).to.deep.include({ override });
  });

  it('is no override where the rule holds', async () => {
    const world = await given(anOrder());
    const row = await world.when('Release', 'PO', { override }).allows('Released');
    expect(row.warnings).to.deep.equal([]);
    const outcome = (await world.door.journal({ order: 'PO', limit: 10 })).at(-1);
    expect(outcome?.outcome).to.equal('committed');
    expect(outcome?.details).to.not.have.property('override');
  });

  it('does not lift the state model', async () => {
    const world = await given(anOrder().inState('InProgress'));
    await world.when('Release', 'PO', { input: late, override }).refuses('OW_STATE_NOT_ALLOWED');
    expect(await world.stateOf()).to.equal('InProgress Active');
  });

  it('does not lift another rule', async () => {
    const folder = ruled({}, quantityAbove('20'), quantityAbove('30', { id: 'release/quantity-is-large' }));
    const world = await given(anOrder(), { folder });
    const once = { rule: 'release/quantity-is-large', reason: 'small is fine' };
    await world
      .when('Release', 'PO', { override: once })
      .refuses('OW_RULE_REFUSED release/quantity-is-enough');
    expect(
      (await world.door.journal({ order: 'PO', limit: 10 })).map(({ outcome }) => outcome),
    ).to.deep.equal([null]);
  });

  it('does not lift what the operation itself refuses', async () => {
    const world = await given(anOrder().inState('Released').having('InProgress'));
    const failure = await failureOf(
      world.ask('Unrelease', ['PO'], { override: { rule: 'OW_UNRELEASE_MATERIAL_BEGUN', reason: 'x' } }),
    );
    expect(failure.code).to.equal('OW_RULE_UNKNOWN');
  });

  it('of a rule that the operation does not have is refused, with those that it has', async () => {
    const world = await given(anOrder());
    const unknown = { rule: 'close/no-material-in-progress', reason: 'x' };
    const failure = await failureOf(world.ask('Release', ['PO'], { override: unknown }));
    expect(failure.code).to.equal('OW_RULE_UNKNOWN');
    expect(failure.message).to.include(DATES);
    expect(await world.stateOf()).to.equal('Created Active');
  });

  it('is refused for several orders, and for one without a reason', async () => {
    const world = await given(anOrder(), anOrder('Q'));
    const several = await failureOf(world.ask('Release', ['PO', 'Q'], { input: late, override }));
    expect(several).to.include({ code: 'OW_OVERRIDE_SEVERAL', usage: true });
    const blank = { rule: DATES, reason: ' ' };
    const silent = await failureOf(world.ask('Release', ['PO'], { input: late, override: blank }));
    expect(silent).to.include({ code: 'OW_USAGE', usage: true });
    expect(await world.stateOf()).to.equal('Created Active');
  });

  it('leaves nothing behind in a dry run', async () => {
    const world = await given(anOrder());
    await world.when('Release', 'PO', { input: late, override, dryRun: true }).allows('Released');
    expect(await world.stateOf()).to.equal('Created Active');
    expect(await world.door.journal({ order: 'PO', limit: 10 })).to.deep.equal([]);
  });
});

describe('[operation] observe', () => {
  it('of an operation evaluates and journals its rules, and refuses nothing that they refuse', async () => {
    const world = await given(anOrder(), {
      folder: aFolder({ 'orderwright.config.json': { operations: { Release: { mode: 'observe' } } } }),
    });
    const row = await world.when('Release', 'PO', { input: late }).row();
    expect(row).to.include({ allowed: true, mode: 'observe', state: 'Released' });
    expect(row.violations.map(said)).to.deep.equal([`OW_RULE_REFUSED ${DATES}`]);
    const [verdict, outcome] = await world.door.journal({ order: 'PO', limit: 10 });
    expect(verdict?.verdict).to.deep.include({ mode: 'observe', allowed: true });
    expect(verdict?.verdict?.violations.map(said)).to.deep.equal([`OW_RULE_REFUSED ${DATES}`]);
    expect(outcome?.outcome).to.equal('committed');
    expect((await world.when('Start').allows('InProgress')).mode).to.equal('enforce');
  });

  it('of an operation does not carry out what the state model forbids', async () => {
    const world = await given(anOrder().inState('Closed'), {
      folder: aFolder({ 'orderwright.config.json': { operations: { Release: { mode: 'observe' } } } }),
    });
    await world.when('Release').refuses('OW_STATE_NOT_ALLOWED');
  });

  it('of one rule turns its refusal into a warning, and the others go on refusing', async () => {
    const observed = quantityAbove('20', { mode: 'observe' });
    const world = await given(anOrder(), anOrder('Q'), {
      folder: ruled({}, observed, quantityAbove('30', { id: 'release/quantity-is-large', mode: 'observe' })),
    });
    const row = await world.when('Release').allows('Released');
    expect(row.warnings.map(said)).to.deep.equal([
      'OW_RULE_REFUSED release/quantity-is-enough',
      'OW_RULE_REFUSED release/quantity-is-large',
    ]);
    const [entry] = await world.door.journal({ order: 'PO', limit: 10 });
    expect(entry?.verdict?.warnings).to.have.length(2);
  });
});

describe('[operation] a rule', () => {
  it('of severity warn warns and refuses nothing', async () => {
    const world = await given(anOrder(), { folder: ruled({}, quantityAbove('20', { severity: 'warn' })) });
    const row = await world.when('Release').allows('Released');
    expect(row.warnings.map(said)).to.deep.equal(['OW_RULE_REFUSED release/quantity-is-enough']);
  });

  for (const [appliesTo, applies] of [
    [{ product: ['Stool'] }, true],
    [{ product: ['Table'] }, false],
    [{ facility: ['Lisbon', 'New York'] }, true],
    [{ facility: ['New York'] }, false],
    [{ product: ['Stool'], facility: ['New York'] }, false],
    [{ productGroup: ['Seats'] }, false],
  ] satisfies [JsonObject, boolean][]) {
    it(`that applies to ${JSON.stringify(appliesTo)} ${applies ? 'is' : 'is not'} asked of a Stool in Lisbon`, async () => {
      const world = await given(anOrder().with({ facility: 'Lisbon' }), {
        folder: ruled({}, quantityAbove('20', { appliesTo })),
      });
      if (applies) await world.when('Release').refuses('OW_RULE_REFUSED');
      else await world.when('Release').allows();
    });
  }

  it('is explained with all of its conditions and the values found', async () => {
    const world = await given(anOrder());
    const { orders } = await world.door.explain({ operation: 'release', order: 'PO', input: late });
    const [explained] = orders[0]?.rules as unknown as {
      rule: string;
      satisfied: boolean;
      conditions: object[];
    }[];
    expect(explained).to.deep.include({ rule: DATES, satisfied: false });
    expect(explained?.conditions).to.deep.equal([
      {
        fact: 'order.plannedStart',
        operator: 'lessThanInclusive',
        expected: '2020-07-03T23:00:00Z',
        actual: '2020-07-08T23:00:00Z',
        satisfied: false,
      },
    ]);
    expect(await world.door.journal({ order: 'PO', limit: 10 })).to.deep.equal([]);
  });
});
