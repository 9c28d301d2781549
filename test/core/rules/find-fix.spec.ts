import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { JsonObject, JsonValue } from '../../../src/core/json.js';
import { compileRule } from '../../../src/core/rules/compile-conditions.js';
import type { CompiledConditions } from '../../../src/core/rules/compile-conditions.js';
import { completeFacts } from '../../../src/core/rules/fact.js';
import type { Facts, FactValue } from '../../../src/core/rules/fact.js';
import { findFix } from '../../../src/core/rules/find-fix.js';
import { rebuildRule } from '../../../src/core/rules/read-rule.js';
import { testRegistry } from './registry.js';
import { aDocument, aFile } from './rule-files.js';
import { effortOf } from '../../effort.js';

function compiled(conditions: JsonObject): CompiledConditions {
  const rule = compileRule(rebuildRule(aFile(aDocument({ conditions }))), testRegistry);
  if (!rule.ok) throw new Error(JSON.stringify(rule.problems));
  return rule;
}

const compare = (fact: string, operator: string, value: JsonValue) => ({ fact, operator, value });

function fixes(conditions: JsonObject, facts: Facts, holding: JsonObject[] = []) {
  return findFix({
    violated: compiled(conditions),
    holding: holding.map(compiled),
    facts: completeFacts(testRegistry, facts),
    registry: testRegistry,
    operation: 'Release',
  });
}

describe('[core] finding a fix', () => {
  const values: [string, JsonObject, Facts, JsonValue[]][] = [
    ['equal: the value', compare('order.product', 'equal', 'Stool'), {}, ['Stool']],
    ['in: the first element', compare('order.product', 'in', ['Stool', 'Chair']), {}, ['Stool']],
    [
      'not equal of a boolean: the opposite',
      compare('order.restricted', 'notEqual', true),
      { 'order.restricted': true },
      [false],
    ],
    [
      'at most: the bound',
      compare('order.quantity', 'lessThanInclusive', '5'),
      { 'order.quantity': '6' },
      ['5'],
    ],
    [
      'less, decimal: a unit below',
      compare('order.quantity', 'lessThan', '5.5'),
      { 'order.quantity': '6' },
      ['4.5'],
    ],
    ['more, decimal: a unit above', compare('order.quantity', 'greaterThan', '0'), {}, ['1']],
    ['less, integer', compare('order.priority', 'lessThan', 3), { 'order.priority': 3 }, [2]],
    [
      'more, instant: a second later',
      compare('order.plannedStart', 'greaterThan', '2020-07-03T08:00:00Z'),
      {},
      ['2020-07-03T08:00:01Z'],
    ],
    ['never below zero', compare('order.quantity', 'lessThan', '0.5'), { 'order.quantity': '6' }, []],
    ['a fixed fact: none', compare('order.facility', 'equal', 'A'), {}, []],
    ['no value known: none', compare('order.plannedStart', 'notEqual', null), {}, []],
  ];
  for (const [name, condition, facts, expected] of values) {
    it(name, () =>
      expect(fixes({ all: [condition] }, facts).map(({ value }) => value)).to.deep.equal(expected),
    );
  }

  it('handles not around equal and in', () => {
    const not = compare('product.includeInSchedule', 'equal', false);
    expect(fixes({ not }, { 'product.includeInSchedule': false })).to.deep.equal([
      { fact: 'product.includeInSchedule', value: true, operation: 'Product.ManageScheduling' },
    ]);
  });

  it('names the operation being evaluated where it can change the fact, else the usual one', () => {
    const conditions = {
      all: [compare('order.plannedStart', 'lessThanInclusive', { fact: 'order.plannedEnd' })],
    };
    const facts = {
      'order.plannedStart': '2020-07-04T08:00:00Z',
      'order.plannedEnd': '2020-07-03T08:00:00Z',
    };
    expect(fixes(conditions, facts)).to.deep.equal([
      { fact: 'order.plannedStart', value: '2020-07-03T08:00:00Z', operation: 'Release' },
    ]);
    const due = { all: [compare('order.dueDate', 'equal', '2020-07-03T08:00:00Z')] };
    expect(fixes(due, {})[0]?.operation).to.equal('Change');
  });

  it('changes the fact on the other side where its own is fixed', () => {
    const conditions = {
      all: [compare('order.minimumCloseQuantity', 'greaterThan', { fact: 'order.quantity' })],
    };
    expect(fixes(conditions, { 'order.minimumCloseQuantity': '5', 'order.quantity': '9' })).to.deep.equal([
      { fact: 'order.quantity', value: '4', operation: 'Change' },
    ]);
  });

  it('finds one change where one is enough, before two', () => {
    const both = { all: [compare('order.quantity', 'equal', '1'), compare('order.priority', 'equal', 1)] };
    expect(fixes({ any: [both, compare('order.restricted', 'equal', true)] }, {})).to.deep.equal([
      { fact: 'order.restricted', value: true, operation: 'Change' },
    ]);
    expect(fixes(both, {}).map(({ fact }) => fact)).to.deep.equal(['order.quantity', 'order.priority']);
  });

  it('changes up to three facts, not four', () => {
    const parts = [
      compare('order.quantity', 'equal', '1'),
      compare('order.priority', 'equal', 1),
      compare('order.restricted', 'equal', true),
    ];
    expect(fixes({ all: parts }, {})).to.have.length(3);
    expect(fixes({ all: [...parts, compare('order.product', 'equal', 'Stool')] }, {})).to.deep.equal([]);
  });

  it('breaks no rule that holds', () => {
    const conditions = {
      all: [compare('order.completedQuantity', 'greaterThanInclusive', { fact: 'order.quantity' })],
    };
    const facts = { 'order.completedQuantity': '5', 'order.quantity': '9' };
    expect(fixes(conditions, facts)[0]?.fact).to.equal('order.completedQuantity');
    const holding = { all: [compare('order.completedQuantity', 'lessThanInclusive', '6')] };
    expect(fixes(conditions, facts, [holding])).to.deep.equal([
      { fact: 'order.quantity', value: '5', operation: 'Change' },
    ]);
  });

  it('gives up on long lists instead of holding up the answer', async () => {
    const many = Array.from({ length: 200 }, (_, index) => String(index));
    const parts = ['order.product', 'order.flowPath', 'product.schedulingMode'].map((fact) =>
      compare(fact, 'in', many),
    );
    const impossible = compare('order.facility', 'equal', 'A');
    const effort = await effortOf(() => {
      expect(fixes({ all: [...parts, impossible] }, {})).to.deep.equal([]);
    });
    expect(effort).to.be.below(5);
  });

  it('verifies every fix, and it is smallest among single changes', () => {
    const fact = fc.constantFrom('order.quantity', 'order.completedQuantity', 'order.minimumCloseQuantity');
    const number = fc.integer({ min: 0, max: 4 }).map(String);
    const operator = fc.constantFrom(
      'equal',
      'notEqual',
      'lessThan',
      'lessThanInclusive',
      'greaterThan',
      'greaterThanInclusive',
    );
    const part = fc
      .tuple(
        fact,
        operator,
        fc.oneof(
          number,
          fact.map((name) => ({ fact: name })),
        ),
      )
      .map(([name, op, value]) => compare(name, op, value));
    const group = fc.tuple(fc.constantFrom('all', 'any'), fc.array(part, { minLength: 1, maxLength: 3 }));
    const facts = fc.record({
      'order.quantity': number,
      'order.completedQuantity': number,
      'order.minimumCloseQuantity': number,
    });
    fc.assert(
      fc.property(group, facts, ([kind, parts], given) => {
        const conditions = { [kind]: parts };
        const { evaluate } = compiled(conditions);
        const before: Record<string, FactValue> = given;
        if (evaluate(before) === 'holds') return;
        const found = fixes(conditions, given);
        if (found.length === 0) return;
        const changed = {
          ...before,
          ...Object.fromEntries(found.map(({ fact: name, value }) => [name, value as FactValue])),
        };
        expect(evaluate(changed)).to.equal('holds');
        for (const { fact: name } of found) {
          expect(
            evaluate({ ...changed, [name]: before[name] ?? null }),
            `${name} is not needed`,
          ).to.not.equal('holds');
        }
      }),
      { numRuns: 1000 },
    );
  });
});
