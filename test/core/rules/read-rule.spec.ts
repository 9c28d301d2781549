import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { JsonObject, JsonValue } from '../../../src/core/json.js';
import { readRule, rebuildRule } from '../../../src/core/rules/read-rule.js';
import type { RuleFile } from '../../../src/core/rules/rule.js';
import { testRegistry } from './registry.js';
import { aDocument, aFile } from './rule-files.js';

/** `path code` of every problem. */
function problemsOf(file: RuleFile, operations?: ReadonlySet<string>): string[] {
  const read = readRule(file, testRegistry, operations);
  return read.ok ? [] : read.problems.map(({ path, code }) => `${path} ${code}`);
}

function withConditions(conditions: JsonValue): RuleFile {
  return aFile(aDocument({ conditions }));
}

function comparing(fact: string, operator: string, value: JsonValue, more: JsonObject = {}): RuleFile {
  return withConditions({ all: [{ fact, operator, value, ...more }] });
}

const FIRST = '$.conditions.all[0]';

describe('[core] reading a rule file', () => {
  it('gives the rule, with its folder as the operation and its text', () => {
    const file = aFile(
      aDocument({ messages: { pt: 'Só {order.quantity}.' }, appliesTo: { facility: ['A'] } }),
    );
    const read = readRule(file, testRegistry);
    expect(read.ok && read.rule).to.deep.include({
      id: 'release/enough',
      operation: 'release',
      severity: 'refuse',
      mode: 'enforce',
      appliesTo: { facility: ['A'] },
      messages: { pt: 'Só {order.quantity}.' },
      ...file,
    });
    expect(read.ok && rebuildRule(file)).to.deep.equal(read.ok && read.rule);
  });

  it('allows a description, a source and the path of the schema', () => {
    const more = { $schema: '../rule.schema.json', description: 'Why', source: 'Seed' };
    expect(problemsOf(aFile(aDocument(more)))).to.deep.equal([]);
  });

  it('refuses what is not JSON, with the reason', () => {
    const read = readRule({ file: 'release/enough.json', text: '{ "id": ' }, testRegistry);
    expect(!read.ok && read.problems[0]?.code).to.equal('OW_RULE_NOT_JSON');
    for (const text of ['[]', 'null', '7']) {
      expect(problemsOf({ file: 'release/enough.json', text })).to.deep.equal(['$ OW_RULE_SCHEMA']);
    }
  });

  it('lists all problems at once', () => {
    const conditions = {
      all: [
        { fact: 'order.quantty', operator: 'greaterThan', value: '5' },
        { any: [{ fact: 'order.quantity', operator: 'above', value: '5' }] },
      ],
    };
    const document = aDocument({ id: 'start/enough', severity: 'fatal', conditions, examples: [] });
    expect(problemsOf(aFile(document, 'release/enough.json'))).to.have.members([
      '$.id OW_RULE_ID',
      '$.severity OW_RULE_SCHEMA',
      `${FIRST}.fact OW_RULE_UNKNOWN_FACT`,
      '$.conditions.all[1].any[0].operator OW_RULE_UNKNOWN_OPERATOR',
      '$.examples OW_RULE_EXAMPLES_MISSING',
      '$.examples OW_RULE_EXAMPLES_MISSING',
    ]);
  });

  const refused: [string, RuleFile, ...string[]][] = [
    [
      'an id in another folder',
      aFile(aDocument({ id: 'start/enough' }), 'release/a.json'),
      '$.id OW_RULE_ID',
    ],
    ['an id that is no claim', aFile(aDocument({ id: 'release/' }), 'release/a.json'), '$.id OW_RULE_ID'],
    ['a file outside a folder', aFile(aDocument(), 'enough.json'), '$.id OW_RULE_ID'],
    ['an unknown field', aFile(aDocument({ sevrity: 'warn' })), '$.sevrity OW_RULE_SCHEMA'],
    ['a missing field', aFile({ ...aDocument(), mode: null }), '$.mode OW_RULE_SCHEMA'],
    [
      'an unknown scope',
      aFile(aDocument({ appliesTo: { plant: ['A'] } })),
      '$.appliesTo.plant OW_RULE_SCHEMA',
    ],
    [
      'a wrong language',
      aFile(aDocument({ messages: { English: 'x' } })),
      '$.messages.English OW_RULE_SCHEMA',
    ],
    ['an unknown fact', comparing('order.colour', 'equal', 'red'), `${FIRST}.fact OW_RULE_UNKNOWN_FACT`],
    [
      'an unknown operator',
      comparing('order.quantity', 'moreThan', 1),
      `${FIRST}.operator OW_RULE_UNKNOWN_OPERATOR`,
    ],
    [
      'a decorated operator',
      comparing('order.quantity', 'not:equal', 1),
      `${FIRST}.operator OW_RULE_UNKNOWN_OPERATOR`,
    ],
    [
      'a built-in we do not have',
      comparing('order.name', 'contains', 'x'),
      `${FIRST}.operator OW_RULE_UNKNOWN_OPERATOR`,
    ],
    ['a path', comparing('order.quantity', 'equal', 1, { path: '$.x' }), `${FIRST}.path OW_RULE_SCHEMA`],
    ['params', comparing('order.quantity', 'equal', 1, { params: {} }), `${FIRST}.params OW_RULE_SCHEMA`],
    [
      'a priority',
      comparing('order.quantity', 'equal', 1, { priority: 2 }),
      `${FIRST}.priority OW_RULE_SCHEMA`,
    ],
    [
      'a shared condition',
      withConditions({ all: [{ condition: 'x' }] }),
      ...[
        `${FIRST} OW_RULE_SCHEMA`,
        `${FIRST} OW_RULE_SCHEMA`,
        `${FIRST} OW_RULE_SCHEMA`,
        `${FIRST}.condition OW_RULE_SCHEMA`,
      ],
    ],
    [
      'a comparison at the root',
      withConditions({ fact: 'order.name', operator: 'equal', value: 'x' }),
      ...[
        '$.conditions OW_RULE_SCHEMA',
        '$.conditions.fact OW_RULE_SCHEMA',
        '$.conditions.operator OW_RULE_SCHEMA',
        '$.conditions.value OW_RULE_SCHEMA',
      ],
    ],
    [
      'two forms in one',
      withConditions({ all: [{ fact: 'order.name', operator: 'equal', value: 'x' }], any: [] }),
      '$.conditions OW_RULE_SCHEMA',
      '$.conditions.any OW_RULE_SCHEMA',
    ],
    ['an order of text', comparing('order.name', 'lessThan', 'x'), `${FIRST}.operator OW_RULE_OPERATOR_TYPE`],
    [
      'an order of booleans',
      comparing('order.restricted', 'greaterThan', true),
      `${FIRST}.operator OW_RULE_OPERATOR_TYPE`,
    ],
    ['an empty all', withConditions({ all: [] }), '$.conditions.all OW_RULE_EMPTY_GROUP'],
    ['an empty any', withConditions({ all: [{ any: [] }] }), `${FIRST}.any OW_RULE_EMPTY_GROUP`],
    [
      'a not around a group',
      withConditions({ not: { all: [{ fact: 'order.name', operator: 'equal', value: 'x' }] } }),
      '$.conditions.not OW_RULE_NOT',
    ],
    [
      'a not around an order',
      withConditions({ not: { fact: 'order.quantity', operator: 'lessThan', value: '1' } }),
      '$.conditions.not.operator OW_RULE_NOT',
    ],
    [
      'a not around notIn',
      withConditions({ not: { fact: 'order.name', operator: 'notIn', value: ['x'] } }),
      '$.conditions.not.operator OW_RULE_NOT',
    ],
    ['a number for text', comparing('order.name', 'equal', 1), `${FIRST}.value OW_RULE_VALUE_TYPE`],
    [
      'text for a boolean',
      comparing('order.restricted', 'equal', 'true'),
      `${FIRST}.value OW_RULE_VALUE_TYPE`,
    ],
    ['text for an integer', comparing('order.priority', 'equal', '1'), `${FIRST}.value OW_RULE_VALUE_TYPE`],
    [
      'a fraction for an integer',
      comparing('order.priority', 'equal', 1.5),
      `${FIRST}.value OW_RULE_VALUE_TYPE`,
    ],
    [
      'an unsafe integer',
      comparing('order.priority', 'equal', 2 ** 53),
      `${FIRST}.value OW_RULE_NUMBER`,
      `${FIRST}.value OW_RULE_VALUE_TYPE`,
    ],
    [
      'words for a decimal',
      comparing('order.quantity', 'equal', 'many'),
      `${FIRST}.value OW_RULE_VALUE_TYPE`,
    ],
    [
      'too many places',
      comparing('order.quantity', 'equal', '0.12345678901'),
      `${FIRST}.value OW_RULE_VALUE_TYPE`,
    ],
    [
      'an instant without offset',
      comparing('order.dueDate', 'equal', '2020-07-03T08:00'),
      `${FIRST}.value OW_RULE_VALUE_TYPE`,
    ],
    [
      'an order with null',
      comparing('order.quantity', 'lessThan', null),
      `${FIRST}.value OW_RULE_VALUE_TYPE`,
    ],
    ['a list for equal', comparing('order.name', 'equal', ['x']), `${FIRST}.value OW_RULE_VALUE_TYPE`],
    ['an empty list', comparing('order.name', 'in', []), `${FIRST}.value OW_RULE_VALUE_TYPE`],
    ['no list for in', comparing('order.name', 'in', 'x'), `${FIRST}.value OW_RULE_VALUE_TYPE`],
    [
      'a list with another type',
      comparing('order.name', 'notIn', ['x', 1]),
      `${FIRST}.value[1] OW_RULE_VALUE_TYPE`,
    ],
    ['a list with null', comparing('order.name', 'in', ['x', null]), `${FIRST}.value[1] OW_RULE_VALUE_TYPE`],
    [
      'an unknown other fact',
      comparing('order.name', 'equal', { fact: 'x.y' }),
      `${FIRST}.value.fact OW_RULE_UNKNOWN_FACT`,
    ],
    [
      'another fact of another type',
      comparing('order.name', 'equal', { fact: 'order.quantity' }),
      `${FIRST}.value.fact OW_RULE_VALUE_TYPE`,
    ],
    [
      'more in another fact',
      comparing('order.name', 'equal', { fact: 'order.state', path: '$' }),
      `${FIRST}.value.path OW_RULE_SCHEMA`,
    ],
    [
      'a placeholder of no fact',
      aFile(aDocument({ message: 'Only {order.qty}' })),
      '$.message OW_RULE_UNKNOWN_FACT',
    ],
    [
      'a placeholder in a language',
      aFile(aDocument({ messages: { pt: '{x}' } })),
      '$.messages.pt OW_RULE_UNKNOWN_FACT',
    ],
    [
      'no refused example',
      aFile(aDocument({ examples: [{ facts: { 'order.quantity': '6' }, verdict: 'allowed' }] })),
      '$.examples OW_RULE_EXAMPLES_MISSING',
    ],
  ];
  for (const [name, file, ...problems] of refused) {
    it(`refuses ${name}`, () => expect(problemsOf(file)).to.have.members(problems));
  }

  it('refuses a folder that is the word of no operation', () => {
    const operations = new Set(['start']);
    expect(problemsOf(aFile(), operations)).to.deep.equal(['$ OW_RULE_OPERATION']);
  });

  it('refuses examples with unknown facts and wrong types, by their path', () => {
    const examples = [
      { facts: { 'order.quantity': true, 'order.size': 1 }, verdict: 'allowed' },
      { facts: {}, verdict: 'refused' },
    ];
    expect(problemsOf(aFile(aDocument({ examples })))).to.have.members([
      "$.examples[0].facts['order.quantity'] OW_RULE_VALUE_TYPE",
      "$.examples[0].facts['order.size'] OW_RULE_UNKNOWN_FACT",
    ]);
  });

  it('runs the examples: one that gives another verdict refuses the file', () => {
    const examples = [
      { facts: { 'order.quantity': '5' }, verdict: 'allowed' },
      { facts: { 'order.quantity': '6' }, verdict: 'refused' },
    ];
    expect(problemsOf(aFile(aDocument({ examples })))).to.deep.equal([
      '$.examples[0] OW_RULE_EXAMPLE_FAILED',
      '$.examples[1] OW_RULE_EXAMPLE_FAILED',
    ]);
  });

  it('refuses a number with more than 15 significant digits, wherever it stands', () => {
    const text = aFile().text.replace('"value": "5"', '"value": 5.0000000000000001');
    expect(problemsOf({ file: 'release/enough.json', text })).to.deep.equal([
      `${FIRST}.value OW_RULE_NUMBER`,
    ]);
    const fine = aFile().text.replace('"value": "5"', '"value": 5.00000000000000');
    expect(problemsOf({ file: 'release/enough.json', text: fine })).to.deep.equal([]);
  });

  it('takes decimals as numbers or strings and instants in any offset', () => {
    expect(problemsOf(comparing('order.quantity', 'greaterThan', 5))).to.deep.equal([]);
    expect(problemsOf(comparing('order.quantity', 'greaterThan', '5.00'))).to.deep.equal([]);
  });

  it('refuses conditions nested more than 20 deep, and survives 100,000', () => {
    const nested = (depth: number): string =>
      `${'{"all":['.repeat(depth)}{"fact":"order.quantity","operator":"greaterThan","value":"5"}${']}'.repeat(depth)}`;
    const at = (depth: number) => {
      const document = aDocument({ conditions: 'HERE' });
      return problemsOf({
        file: 'release/enough.json',
        text: JSON.stringify(document).replace('"HERE"', nested(depth)),
      });
    };
    expect(at(19)).to.deep.equal([]);
    expect(at(20)[0]).to.match(/OW_RULE_TOO_DEEP$/);
    expect(at(1000)[0]).to.equal('$ OW_RULE_TOO_DEEP');
    expect(at(100_000)[0]).to.match(/^\$ OW_RULE_(NOT_JSON|TOO_DEEP|TOO_LARGE)$/);
  });

  it('is not misled by the names that every object has', () => {
    const text = aFile().text.replace('"title"', '"__proto__": {"x": 1}, "title"');
    expect(problemsOf({ file: 'release/enough.json', text })).to.deep.equal(['$.__proto__ OW_RULE_SCHEMA']);
    expect(problemsOf(comparing('constructor', 'equal', 1))).to.deep.equal([
      `${FIRST}.fact OW_RULE_UNKNOWN_FACT`,
    ]);
  });
});
