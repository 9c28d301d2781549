import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { compileConditions, failingComparisons } from '../../../src/core/rules/compile-conditions.js';
import { runEngine } from '../../../src/core/rules/engine.js';
import type { FactType, FactValue } from '../../../src/core/rules/fact.js';
import { FACT_TYPES } from '../../../src/core/rules/fact.js';
import { operatorsOf } from '../../../src/core/rules/operators.js';
import type { Operand, TypedComparison, TypedCondition } from '../../../src/core/rules/typed-conditions.js';

const VALUES: Record<FactType, fc.Arbitrary<FactValue>> = {
  text: fc.constantFrom('', 'a', 'b', 'fact', 'null'),
  boolean: fc.boolean(),
  integer: fc.integer({ min: -2, max: 2 }),
  decimal: fc.constantFrom('0', '0.1', '0.10', '0.3', '-1', '9', '10', '9223372036854775807'),
  instant: fc.constantFrom('2020-07-03T08:00:00Z', '2020-07-03T09:00:00+01:00', '2020-07-03T08:00:01Z'),
};
const NAMES = ['one', 'two', 'three'];
/** Now and then null, or a value of another type. */
const found = (type: FactType): fc.Arbitrary<FactValue> =>
  fc.oneof(
    { arbitrary: VALUES[type], weight: 6 },
    fc.constant(null),
    fc.constantFrom<FactValue>('?', true, 1.5),
  );

const facts = fc.record(
  Object.fromEntries(FACT_TYPES.flatMap((type) => NAMES.map((name) => [`${type}.${name}`, found(type)]))),
) as fc.Arbitrary<Record<string, FactValue>>;

const comparison: fc.Arbitrary<TypedComparison> = fc
  .constantFrom(...FACT_TYPES)
  .chain((type) =>
    fc.tuple(fc.constant(type), fc.constantFrom(...operatorsOf(type)), fc.constantFrom(...NAMES)),
  )
  .chain(([type, operator, name]) => {
    const values = operator === 'in' || operator === 'notIn';
    const literal = fc
      .oneof(VALUES[type], fc.constant(null))
      .map((value): Operand => ({ kind: 'literal', value }));
    const other = fc
      .constantFrom(...NAMES)
      .map((fact): Operand => ({ kind: 'fact', fact: `${type}.${fact}` }));
    const list = fc.array(VALUES[type], { minLength: 1, maxLength: 3 });
    const operand = values
      ? list.map((all): Operand => ({ kind: 'list', values: all }))
      : fc.oneof(literal, other);
    return operand.map((one) => ({
      kind: 'comparison',
      fact: `${type}.${name}`,
      type,
      operator,
      operand: one,
    }));
  });

const conditions = fc.letrec<{ condition: TypedCondition }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    comparison,
    fc.record({
      kind: fc.constantFrom('all', 'any'),
      parts: fc.array(tie('condition'), { minLength: 1, maxLength: 4 }),
    }) as fc.Arbitrary<TypedCondition>,
  ),
})).condition;

describe('[core] json-rules-engine', () => {
  it('gives the verdicts of the compiled conditions, on any conditions and facts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(conditions, { minLength: 1, maxLength: 4 }), facts, async (rules, given) => {
        const reports = await runEngine(rules, given);
        rules.forEach((rule, index) => {
          const outcome = compileConditions(rule)(given);
          const report = reports[index]!;
          expect(report.satisfied).to.equal(outcome === 'holds');
          expect(report.failing.length > 0).to.equal(outcome !== 'holds');
          const named = ({ fact, operator }: { fact: string; operator: string }) => `${fact} ${operator}`;
          expect(report.failing.map(named)).to.deep.equal(failingComparisons(rule, given).map(named));
          if (outcome === 'undetermined')
            expect(report.failing.some((one) => one.undetermined)).to.equal(true);
        });
      }),
      { numRuns: 1500 },
    );
  });

  it('reports every comparison, and as failing only those that matter', async () => {
    const compare = (fact: string, value: string): TypedComparison => ({
      kind: 'comparison',
      fact,
      type: 'text',
      operator: 'equal',
      operand: { kind: 'literal', value },
    });
    const rule: TypedCondition = {
      kind: 'all',
      parts: [
        { kind: 'any', parts: [compare('text.one', 'no'), compare('text.two', 'b')] },
        { kind: 'any', parts: [compare('text.one', 'x'), compare('text.two', 'y')] },
      ],
    };
    const [report] = await runEngine([rule], { 'text.one': 'a', 'text.two': 'b' });
    expect(report?.comparisons.map(({ satisfied }) => satisfied)).to.deep.equal([false, true, false, false]);
    expect(report?.failing.map(({ expected }) => expected)).to.deep.equal(['x', 'y']);
    expect(report?.failing[0]).to.deep.equal({
      fact: 'text.one',
      operator: 'equal',
      expected: 'x',
      actual: 'a',
      satisfied: false,
      undetermined: false,
    });
  });

  it('throws where a fact is missing, instead of skipping', async () => {
    const rule: TypedCondition = {
      kind: 'comparison',
      fact: 'gone',
      type: 'text',
      operator: 'notEqual',
      operand: { kind: 'literal', value: 'x' },
    };
    let error: unknown;
    await runEngine([rule], {}).catch((thrown: unknown) => (error = thrown));
    expect(error).to.be.instanceOf(Error);
  });
});
