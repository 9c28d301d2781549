import { expect } from 'chai';
import { describe, it } from 'mocha';
import { FACT_TYPES } from '../../../src/core/rules/fact.js';
import type { FactType } from '../../../src/core/rules/fact.js';
import type { OperatorName } from '../../../src/core/rules/operators.js';
import { operatorFor, operatorsOf } from '../../../src/core/rules/operators.js';

const samples: Record<FactType, [unknown, unknown]> = {
  text: ['a', 'b'],
  boolean: [false, true],
  integer: [1, 2],
  decimal: ['9', '10'],
  instant: ['2020-07-03T08:00:00Z', '2020-07-03T08:00:01Z'],
};
const ordered: OperatorName[] = ['lessThan', 'lessThanInclusive', 'greaterThan', 'greaterThanInclusive'];
const wrong: unknown[] = [
  undefined,
  {},
  [],
  Number.NaN,
  Infinity,
  1e308,
  Symbol('x'),
  () => 1,
  1n,
  'Infinity',
  '1e9',
];

describe('[core] operators', () => {
  for (const type of FACT_TYPES) {
    const [low, high] = samples[type];
    const is = (operator: OperatorName, a: unknown, b: unknown) => operatorFor(type, operator)(a, b);

    it(`${type}: equality and membership are determined, also with null`, () => {
      expect(is('equal', low, low)).to.equal('holds');
      expect(is('equal', low, high)).to.equal('fails');
      expect(is('notEqual', low, high)).to.equal('holds');
      expect(is('notEqual', low, low)).to.equal('fails');
      expect(is('equal', null, null)).to.equal('holds');
      expect(is('equal', low, null)).to.equal('fails');
      expect(is('notEqual', null, low)).to.equal('holds');
      expect(is('in', low, [high, low])).to.equal('holds');
      expect(is('in', low, [high])).to.equal('fails');
      expect(is('in', null, [high])).to.equal('fails');
      expect(is('notIn', null, [high])).to.equal('holds');
      expect(is('notIn', low, [low])).to.equal('fails');
    });

    it(`${type}: a value of another type is undetermined with every operator, and never throws`, () => {
      const strange = wrong.filter(
        (value) =>
          !(type === 'text' && typeof value === 'string') && !(type === 'integer' && value === 1e308),
      );
      for (const operator of operatorsOf(type)) {
        for (const value of strange) {
          const list = operator === 'in' || operator === 'notIn';
          expect(is(operator, value, list ? [low] : low), operator).to.equal('undetermined');
          expect(is(operator, low, list ? [low, value] : value), operator).to.equal('undetermined');
        }
      }
      expect(is('in', low, low)).to.equal('undetermined');
    });
  }

  it('text and boolean have no order', () => {
    expect(operatorsOf('text')).to.deep.equal(['equal', 'notEqual', 'in', 'notIn']);
    expect(() => operatorFor('boolean', 'lessThan')).to.throw('boolean');
  });

  for (const type of ['decimal', 'integer', 'instant'] as const) {
    const [low, high] = samples[type];
    it(`${type}: the order is by value, and undetermined with null`, () => {
      const holding = (a: unknown, b: unknown) =>
        ordered.filter((name) => operatorFor(type, name)(a, b) === 'holds');
      expect(holding(low, high)).to.deep.equal(['lessThan', 'lessThanInclusive']);
      expect(holding(high, low)).to.deep.equal(['greaterThan', 'greaterThanInclusive']);
      expect(holding(low, low)).to.deep.equal(['lessThanInclusive', 'greaterThanInclusive']);
      for (const name of ordered) {
        for (const [a, b] of [
          [null, low],
          [low, null],
          [null, null],
        ]) {
          expect(operatorFor(type, name)(a, b)).to.equal('undetermined');
        }
      }
    });
  }

  it('decimals are exact', () => {
    const equal = operatorFor('decimal', 'equal');
    const less = operatorFor('decimal', 'lessThan');
    expect(equal('0.3', '0.30')).to.equal('holds');
    expect(equal('0.3', '0.30000000000000004')).to.equal('fails');
    expect(less('0.3', '0.30000000000000004')).to.equal('holds');
    expect(less('9007199254740992', '9007199254740993')).to.equal('holds');
    expect(less('9223372036854775806', '9223372036854775807')).to.equal('holds');
    expect(equal('9223372036854775806', '9223372036854775807')).to.equal('fails');
    expect(equal('-0', '0')).to.equal('holds');
    expect(less('100.00000000000000000001', '100.00000000000000000002')).to.equal('holds');
  });

  it('instants are compared as points in time', () => {
    expect(operatorFor('instant', 'equal')('2020-07-03T09:00:00+01:00', '2020-07-03T08:00:00Z')).to.equal(
      'holds',
    );
    expect(operatorFor('instant', 'lessThan')('+010000-01-01T00:00:00Z', '9999-01-01T00:00:00Z')).to.equal(
      'fails',
    );
    expect(operatorFor('instant', 'equal')('2020-02-30T00:00:00Z', '2020-02-30T00:00:00Z')).to.equal(
      'undetermined',
    );
  });
});
