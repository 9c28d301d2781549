import { expect } from 'chai';
import { Engine } from 'json-rules-engine';
import { afterEach, describe, it } from 'mocha';
import { createSandbox } from 'sinon';
import { setTimeout as wait } from 'node:timers/promises';
import { evaluateRules, explainRules } from '../../../src/core/rules/evaluate-rules.js';
import type { RulesQuestion } from '../../../src/core/rules/evaluate-rules.js';
import { createFactRegistry } from '../../../src/core/rules/fact.js';
import type { Facts } from '../../../src/core/rules/fact.js';
import type { Rule } from '../../../src/core/rules/rule.js';
import { testRegistry } from './registry.js';
import { aRule } from './rule-files.js';

const enough = aRule(
  'close/enough',
  {
    all: [
      {
        fact: 'order.completedQuantity',
        operator: 'greaterThanInclusive',
        value: { fact: 'order.quantity' },
      },
    ],
  },
  {
    allowed: { 'order.completedQuantity': '2', 'order.quantity': 2 },
    refused: { 'order.completedQuantity': '1', 'order.quantity': 2 },
  },
  {
    message: 'Completed {order.completedQuantity} of {order.quantity}, due {order.dueDate}.',
    messages: { pt: 'Feito {order.completedQuantity}.' },
  },
);
const active = aRule(
  'close/active',
  { not: { fact: 'order.universalState', operator: 'equal', value: 'Terminated' } },
  { allowed: { 'order.universalState': 'Active' }, refused: { 'order.universalState': 'Terminated' } },
);
const good: Facts = {
  'order.completedQuantity': '10',
  'order.quantity': '9',
  'order.universalState': 'Active',
};
const bad: Facts = { ...good, 'order.completedQuantity': '8.5' };

function asking(facts: Facts, changes: Partial<RulesQuestion> = {}): RulesQuestion {
  return {
    rules: [active, enough],
    facts,
    registry: testRegistry,
    scope: { facility: 'A', product: 'Stool', productGroup: null },
    operation: 'Close',
    ...changes,
  };
}

async function codes(question: RulesQuestion): Promise<string[]> {
  const { violations } = await evaluateRules(question);
  return violations.map(({ rule, violation }) => `${rule} ${violation.code}`);
}

describe('[core] evaluating rules', () => {
  const sandbox = createSandbox();
  afterEach(() => sandbox.restore());

  it('allows where all hold, without the engine, and says what was read', async () => {
    const run = sandbox.spy(Engine.prototype, 'run');
    const answer = await evaluateRules(asking(good));
    expect(answer.violations).to.deep.equal([]);
    expect(answer.factsRead).to.deep.equal(good);
    expect(answer.evaluated).to.deep.equal([
      { rule: 'close/active', outcome: 'satisfied' },
      { rule: 'close/enough', outcome: 'satisfied' },
    ]);
    expect(run.callCount).to.equal(0);
  });

  it('refuses with message, failing conditions and fix', async () => {
    const { violations, evaluated } = await evaluateRules(asking(bad));
    expect(violations).to.deep.equal([
      {
        rule: 'close/enough',
        severity: 'refuse',
        mode: 'enforce',
        violation: {
          code: 'OW_RULE_REFUSED',
          rule: 'close/enough',
          title: 'Enough is ordered',
          message: 'Completed 8.5 of 9, due none.',
          conditions: [
            {
              fact: 'order.completedQuantity',
              operator: 'greaterThanInclusive',
              expected: '9',
              actual: '8.5',
            },
          ],
          fix: [{ fact: 'order.completedQuantity', value: '9', operation: 'MoveNext' }],
        },
      },
    ]);
    expect(evaluated.map(({ outcome }) => outcome)).to.deep.equal(['satisfied', 'violated']);
  });

  it('speaks the language asked for, or its base, or the default', async () => {
    const said = async (language: string) =>
      (await evaluateRules(asking(bad, { language }))).violations[0]?.violation.message;
    expect(await said('pt-PT')).to.equal('Feito 8.5.');
    expect(await said('de')).to.equal('Completed 8.5 of 9, due none.');
  });

  it('tells a refusal for want of a value from one by values', async () => {
    expect(await codes(asking({ ...good, 'order.quantity': null }))).to.deep.equal([
      'close/enough OW_RULE_UNDETERMINED',
    ]);
    const either = aRule(
      'close/either',
      {
        all: [
          { fact: 'order.priority', operator: 'lessThan', value: 3 },
          { fact: 'order.state', operator: 'equal', value: 'Completed' },
        ],
      },
      { allowed: { 'order.priority': 1, 'order.state': 'Completed' }, refused: {} },
    );
    expect(await codes(asking({ 'order.state': 'Closed' }, { rules: [either] }))).to.deep.equal([
      'close/either OW_RULE_REFUSED',
    ]);
    expect(await codes(asking({ 'order.state': 'Completed' }, { rules: [either] }))).to.deep.equal([
      'close/either OW_RULE_UNDETERMINED',
    ]);
  });

  it('refuses a value of a wrong type as one that can not be evaluated, also inside not', async () => {
    expect(await codes(asking({ ...good, 'order.quantity': 9 }))).to.deep.equal([
      'close/enough OW_RULE_EVALUATION',
    ]);
    expect(await codes(asking({ ...good, 'order.universalState': true }))).to.deep.equal([
      'close/active OW_RULE_EVALUATION',
    ]);
  });

  it('applies a rule only in its scope', async () => {
    const only = (appliesTo: NonNullable<Rule['appliesTo']>) =>
      asking(bad, { rules: [{ ...enough, appliesTo }] });
    expect(await codes(only({ facility: ['A', 'B'] }))).to.have.length(1);
    expect(await codes(only({ facility: ['B'] }))).to.have.length(0);
    expect(await codes(only({ facility: ['A'], product: ['Chair'] }))).to.have.length(0);
    expect(await codes(only({ productGroup: ['Seats'] }))).to.have.length(0);
    const { evaluated } = await evaluateRules(only({ facility: ['B'] }));
    expect(evaluated).to.deep.equal([{ rule: 'close/enough', outcome: 'notApplicable' }]);
  });

  it('refuses by a broken file, and still evaluates the others', async () => {
    const problems = [{ path: '$', code: 'OW_RULE_NOT_JSON', message: 'not JSON' }];
    const broken = [{ file: 'close/x.json', operation: 'close', problems }];
    expect(await codes(asking(good, { broken }))).to.deep.equal(['close/x OW_RULE_BROKEN']);
    expect(await codes(asking(bad, { broken }))).to.have.length(2);
  });

  it('refuses by a rule whose facts are no longer registered', async () => {
    const registry = createFactRegistry(
      [...testRegistry.values()].filter(({ name }) => name !== 'order.quantity'),
    );
    expect(await codes(asking(good, { registry }))).to.deep.equal(['close/enough OW_RULE_EVALUATION']);
    const [, explained] = await explainRules(asking(good, { registry }));
    expect(explained).to.deep.include({ rule: 'close/enough', satisfied: false, conditions: [] });
  });

  it('refuses all rules where the engine loses one', async () => {
    const run = sandbox.stub(Engine.prototype, 'run');
    run.callsFake(async function (this: Engine, given) {
      const answer = await run.wrappedMethod.call(this, given);
      return { ...answer, results: [] };
    });
    expect(await codes(asking(bad))).to.deep.equal([
      'close/active OW_RULE_EVALUATION',
      'close/enough OW_RULE_EVALUATION',
    ]);
    const { violations } = await evaluateRules(asking(bad));
    expect(violations[0]?.violation.message).to.include('answered for 1 of 2 rules');
  });

  it('refuses all rules where the engine throws', async () => {
    sandbox.stub(Engine.prototype, 'run').rejects(new Error('broken engine'));
    const { violations } = await evaluateRules(asking(bad));
    expect(violations).to.have.length(2);
    expect(violations[0]?.violation.message).to.include('broken engine');
  });

  it('refuses where the engine and the compiled conditions differ', async () => {
    const run = sandbox.stub(Engine.prototype, 'run');
    run.callsFake(async function (this: Engine, given) {
      return run.wrappedMethod.call(this, { ...given, 'order.completedQuantity': '100' });
    });
    expect(await codes(asking(bad))).to.deep.equal(['close/enough OW_RULE_EVALUATION']);
  });

  it('explains every rule with all of its conditions', async () => {
    const [first, second] = await explainRules(asking(bad));
    expect(first).to.deep.include({ rule: 'close/active', applies: true, satisfied: true, violation: null });
    expect(first?.conditions).to.deep.equal([
      {
        fact: 'order.universalState',
        operator: 'notEqual',
        expected: 'Terminated',
        actual: 'Active',
        satisfied: true,
      },
    ]);
    expect(second?.satisfied).to.equal(false);
    expect(second?.violation?.code).to.equal('OW_RULE_REFUSED');
  });

  it('gives the right verdict in 5,000 staggered evaluations', async () => {
    const wrong: number[] = [];
    await Promise.all(
      Array.from({ length: 5000 }, async (_, index) => {
        await wait(index % 7);
        const refuses = index % 3 !== 0;
        const found = await codes(asking(refuses ? bad : good));
        if (found.length !== (refuses ? 1 : 0)) wrong.push(index);
      }),
    );
    expect(wrong).to.deep.equal([]);
  });
});
