import { expect } from 'chai';
import { describe, it } from 'mocha';
import { proposalsAt } from '../../../plugins/console/page/rules/completion.js';
import { placeOf } from '../../../plugins/console/page/rules/json-text.js';
import type { Vocabulary } from '../../../plugins/console/page/rules/rule.js';
import schema from '../../../rules/rule.schema.json' with { type: 'json' };

const fact = (name: string, type: string) => ({
  name,
  type,
  unit: null,
  meaning: 'M',
  changedBy: 'fixed' as const,
  source: null,
});
const vocabulary: Vocabulary = {
  facts: [fact('order.quantity', 'decimal'), fact('order.state', 'text'), fact('order.completed', 'decimal')],
  operators: [
    { name: 'equal', types: ['text', 'decimal'] },
    { name: 'lessThan', types: ['decimal'] },
  ],
  operations: [{ word: 'release', name: 'Release', entity: 'ProductionOrder', title: 'release' }],
};

/** The labels that are proposed at the bar of a text, and the text with the first of them in its place. */
function at(marked: string): { labels: string[]; applied: string } {
  const cursor = marked.indexOf('|');
  const text = marked.replace('|', '');
  const found = proposalsAt(text, cursor, { schema: schema, vocabulary });
  const first = found?.proposals[0]?.apply ?? '';
  return {
    labels: found?.proposals.map(({ label }) => label) ?? [],
    applied: found === null ? text : `${text.slice(0, found.from)}${first}${text.slice(found.to)}`,
  };
}

describe('[plugin] completing a rule file', () => {
  it('proposes the keys that are not there yet, from the schema', () => {
    const { labels } = at('{ "id": "release/x", | "severity": "warn" }');
    expect(labels).to.include.members(['title', 'mode', 'conditions', 'appliesTo']);
    expect(labels).not.to.include.members(['id', 'severity']);
    expect(at('{ "appliesTo": { "|').labels).to.deep.equal(['facility', 'product', 'productGroup']);
  });

  it('proposes a group or a comparison where neither has begun, and only what belongs to the one that has', () => {
    expect(at('{ "conditions": { | } }').labels).to.deep.equal(['all', 'any', 'not']);
    expect(at('{ "conditions": { "all": [{ | }] } }').labels).to.have.members([
      'all',
      'any',
      'not',
      'fact',
      'operator',
      'value',
    ]);
    expect(at('{ "conditions": { "all": [{ "fact": "order.state", "|" }] } }').labels).to.deep.equal([
      'operator',
      'value',
    ]);
    expect(at('{ "conditions": { "any": [{ "all": [{ "fact": "x", |').labels).to.include('operator');
  });

  it('proposes facts, and operators and facts to compare with by the type of the fact', () => {
    expect(at('{ "conditions": { "all": [{ "fact": | }] } }').labels).to.have.length(3);
    const comparison = (rest: string) =>
      `{ "conditions": { "all": [{ "fact": "order.quantity", ${rest} }] } }`;
    expect(at(comparison('"operator": "|"')).labels).to.deep.equal(['equal', 'lessThan']);
    expect(at(comparison('"operator": "lessThan", "value": { "fact": "|" }')).labels).to.deep.equal([
      'order.quantity',
      'order.completed',
    ]);
    const text = comparison('"operator": |').replace('order.quantity', 'order.state');
    expect(at(text).labels, 'texts have no order').to.deep.equal(['equal']);
    expect(
      at('{ "conditions": { "all": [{ "operator": "|", "fact": "order.state" }] } }').labels,
    ).to.deep.equal(['equal']);
    expect(at(comparison('"operator": "lessThan", "value": |')).labels).to.deep.equal([
      '"..."',
      '{ "fact": ... }',
    ]);
  });

  it('proposes choices of the schema, words of operations, and facts in examples and messages', () => {
    expect(at('{ "severity": "|" }').labels).to.deep.equal(['refuse', 'warn']);
    expect(at('{ "examples": [{ "verdict": | }] }').labels).to.deep.equal(['allowed', 'refused']);
    expect(at('{ "id": "|" }').labels).to.deep.equal(['release/']);
    const example = at('{ "examples": [{ "facts": { "order.state": "x", | } }] }');
    expect(example.labels).to.deep.equal(['order.quantity', 'order.completed']);
    expect(at('{ "message": "Only {order.q|} of it" }').labels).to.have.length(3);
    expect(at('{ "message": "Only |" }').labels).to.deep.equal([]);
  });

  it('takes the place of what is written there, and leaves the rest', () => {
    expect(at('{ "severity": "wa|rn", "id": 1 }').applied).to.equal('{ "severity": "refuse", "id": 1 }');
    expect(at('{ "conditions": { "all": [{ "fa|": "x" }] } }').applied).to.equal(
      '{ "conditions": { "all": [{ "all": "x" }] } }',
    );
    expect(at('|').labels).to.deep.equal([]);
    expect(at('{}|').labels).to.deep.equal([]);
  });
});

describe('[plugin] the places of problems in a rule file', () => {
  const text =
    '{\n  "id": "release/x",\n  "conditions": {\n    "all": [{ "fact": "order.x" }]\n  },\n  "a.b": 1\n}';
  const marked = (path: string, message = '') => {
    const { from, to } = placeOf(text, { path, message });
    return text.slice(from, to);
  };

  it('are values, keys of whole groups, and for what is missing what it is missing in', () => {
    expect(marked('$.id')).to.equal('"release/x"');
    expect(marked('$.conditions.all[0].fact')).to.equal('"order.x"');
    expect(marked('$.conditions')).to.equal('"conditions"');
    expect(marked("$['a.b']")).to.equal('1');
    expect(marked('$.conditions.all[0].value')).to.equal('{ "fact": "order.x" }');
    expect(marked('$.examples')).to.equal('{');
  });

  it('are characters where the text is no JSON', () => {
    expect(marked('$', 'Expected , in JSON at position 4 (line 2)')).to.equal('"');
    expect(marked('$', 'Unexpected end of JSON input')).to.equal('}');
  });
});
