/** The values that a rule is evaluated on: every registered fact, and nothing else. */
import { expect } from 'chai';
import { completeFacts, createFactRegistry, type Facts } from '../../../src/core/rules/fact.js';

const fact = (name: string) => ({ name, type: 'text' as const, meaning: name, changedBy: 'fixed' as const });
const registry = createFactRegistry([fact('order.name'), fact('order.note')], [fact('step.name')]);

describe('[core] complete facts', () => {
  it('are all that are registered, with null for what is not given', () => {
    expect(completeFacts(registry, { 'order.name': '01', 'step.name': null })).to.deep.equal({
      'order.name': '01',
      'order.note': null,
      'step.name': null,
    });
  });

  it('leave out what nobody has registered, and take what is undefined as not given', () => {
    const given = { 'order.name': undefined, other: 'x' } as unknown as Facts;
    expect(completeFacts(registry, given)).to.deep.equal({
      'order.name': null,
      'order.note': null,
      'step.name': null,
    });
  });

  it('are the caller’s own: to change them changes no others', () => {
    completeFacts(registry, {})['order.note'] = 'changed';
    expect(completeFacts(registry, {})).to.have.property('order.note', null);
  });

  it('have one meaning each', () => {
    expect(() => createFactRegistry([fact('a')], [fact('a')])).to.throw('The fact a is defined twice');
  });
});
