import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { JsonObject } from '../../../src/core/json.js';
import { createFactRegistry } from '../../../src/core/rules/fact.js';
import {
  mergeRuleSet,
  parseRuleSet,
  removeRule,
  ruleSetHash,
  rulesFor,
  serializeRuleSet,
} from '../../../src/core/rules/rule-set.js';
import type { MergedRuleSet, RuleSet } from '../../../src/core/rules/rule-set.js';
import type { RuleFile } from '../../../src/core/rules/rule.js';
import { testRegistry } from './registry.js';
import { aDocument, aFile } from './rule-files.js';

function merge(active: RuleSet | null, ...files: RuleFile[]): MergedRuleSet {
  return mergeRuleSet({ active, files, registry: testRegistry });
}

const file = (name: string, changes: JsonObject = {}) =>
  aFile(aDocument({ id: `release/${name}`, ...changes }), `release/${name}.json`);
const brokenFile = (name: string): RuleFile => ({ file: `release/${name}.json`, text: '{' });

const a = file('a');
const b = file('b');
const both = merge(null, a, b).set;

const ids = ({ set }: MergedRuleSet) => set.rules.map(({ id }) => id);
const titleOf = (set: RuleSet, id: string) => set.rules.find((rule) => rule.id === id)?.title;
const problemsOf = ({ problems }: MergedRuleSet) => problems.map(({ path, code }) => `${path} ${code}`);

describe('[core] the rule set', () => {
  it('is all valid files at the first activation, sorted by id', () => {
    const merged = merge(null, b, a);
    expect(ids(merged)).to.deep.equal(['release/a', 'release/b']);
    expect(merged).to.deep.include({
      changed: true,
      diff: { added: ['release/a', 'release/b'], changed: [], removed: [] },
      problems: [],
      states: { 'release/a': 'active', 'release/b': 'active' },
    });
  });

  it('does not change where no file changes, and does not read unchanged files again', () => {
    const merged = mergeRuleSet({ active: both, files: [a, b], registry: createFactRegistry() });
    expect(merged).to.deep.include({
      changed: false,
      problems: [],
      diff: { added: [], changed: [], removed: [] },
    });
    expect(merged.set.rules[0]).to.equal(both.rules[0]);
  });

  it('takes a valid change', () => {
    const merged = merge(both, file('a', { title: 'New' }), b);
    expect(merged).to.deep.include({
      changed: true,
      diff: { added: [], changed: ['release/a'], removed: [] },
    });
    expect(titleOf(merged.set, 'release/a')).to.equal('New');
  });

  it('keeps what was in force from a file that is broken, or fails its examples', () => {
    const failing = file('a', {
      title: 'New',
      conditions: { all: [{ fact: 'order.quantity', operator: 'lessThan', value: 1 }] },
    });
    for (const broken of [brokenFile('a'), failing]) {
      const merged = merge(both, broken, b);
      expect(merged.changed).to.equal(false);
      expect(merged.set).to.deep.equal(both);
      expect(merged.states).to.deep.equal({ 'release/a': 'broken', 'release/b': 'active' });
      expect(merged.problems[0]?.path).to.match(/^release\/a\.json:\$/);
    }
  });

  it('keeps the rule of a file that vanished until it is removed', () => {
    const merged = merge(both, b);
    expect(merged.changed).to.equal(false);
    expect(merged.states['release/a']).to.equal('vanished');
    const removed = removeRule(merged.set, 'release/a');
    expect(removed.rules.map(({ id }) => id)).to.deep.equal(['release/b']);
    expect(ruleSetHash(removed)).to.not.equal(ruleSetHash(both));
    expect(merge(removed, b).changed).to.equal(false);
  });

  it('keeps all rules where all files vanish', () => {
    expect(merge(both).set).to.deep.equal(both);
  });

  it('adds the new id of a renamed rule, and keeps the old one as vanished', () => {
    const renamed = aFile(aDocument({ id: 'release/c' }), 'release/a.json');
    const merged = merge(both, renamed, b);
    expect(merged.diff.added).to.deep.equal(['release/c']);
    expect(merged.states).to.deep.equal({
      'release/a': 'vanished',
      'release/b': 'active',
      'release/c': 'active',
    });
  });

  it('follows a rule to another file', () => {
    const moved = { ...a, file: 'release/z.json' };
    const merged = merge(both, moved, b);
    expect(merged).to.deep.include({
      changed: false,
      states: { 'release/a': 'active', 'release/b': 'active' },
    });
    expect(merge(merged.set, { file: 'release/z.json', text: '{' }, b).states['release/a']).to.equal(
      'broken',
    );
  });

  it('reads a file again that was moved to another operation, and refuses it there', () => {
    const merged = merge(both, { ...a, file: 'start/a.json' }, b);
    expect(problemsOf(merged)).to.deep.equal(['start/a.json:$.id OW_RULE_ID']);
    expect(merged.states['release/a']).to.equal('vanished');
  });

  it('takes the first file of two with one id, and reports the second', () => {
    const copy = aFile(aDocument({ id: 'release/a', title: 'Copy' }), 'release/copy.json');
    const merged = merge(null, copy, a);
    expect(titleOf(merged.set, 'release/a')).to.equal('Enough is ordered');
    expect(problemsOf(merged)).to.deep.equal(['release/copy.json:$.id OW_RULE_DUPLICATE']);
    expect(merged.set.broken.map(({ file: name }) => name)).to.deep.equal(['release/copy.json']);
  });

  it('leaves a rule in force as it is while two files have its id', () => {
    const copy = aFile(aDocument({ id: 'release/a', title: 'Copy' }), 'release/0.json');
    const merged = merge(both, copy, a, b);
    expect(merged.set).to.deep.equal(both);
    expect(problemsOf(merged)).to.deep.equal(['release/0.json:$.id OW_RULE_DUPLICATE']);
    const edited = merge(both, copy, file('a', { title: 'Edited' }), b);
    expect(edited.set).to.deep.equal(both);
    expect(problemsOf(edited)).to.have.length(2);
    expect(merge(both, copy, b).diff.changed).to.deep.equal(['release/a']);
  });

  it('only reports a broken file that is new in a running set', () => {
    const merged = merge(both, a, b, brokenFile('c'));
    expect(merged).to.deep.include({ changed: false });
    expect(merged.set).to.deep.equal(both);
    expect(problemsOf(merged)).to.deep.equal(['release/c.json:$ OW_RULE_NOT_JSON']);
  });

  it('records a broken file at the first activation, so that its operation refuses until it is valid or gone', () => {
    const first = merge(null, brokenFile('a'), b);
    expect(rulesFor(first.set, 'release').broken.map(({ file: name }) => name)).to.deep.equal([
      'release/a.json',
    ]);
    expect(rulesFor(first.set, 'start').broken).to.deep.equal([]);
    const still = merge(first.set, { file: 'release/a.json', text: '{{' }, b);
    expect(still).to.deep.include({ changed: false });
    expect(still.set.broken).to.have.length(1);
    const valid = merge(first.set, a, b);
    expect(valid).to.deep.include({ changed: true });
    expect(valid.set).to.deep.equal(both);
    const gone = merge(first.set, b);
    expect(gone.changed).to.equal(true);
    expect(gone.set.broken).to.deep.equal([]);
  });

  it('keeps rules whose facts are no longer registered', () => {
    const registry = createFactRegistry();
    expect(mergeRuleSet({ active: both, files: [], registry }).set).to.deep.equal(both);
  });

  it('is rebuilt from its text, the very same', () => {
    const set = merge(null, a, b, brokenFile('c')).set;
    const rebuilt = parseRuleSet(serializeRuleSet(set));
    expect(rebuilt).to.deep.equal(set);
    expect(ruleSetHash(rebuilt)).to.equal(ruleSetHash(set));
  });

  it('has a hash of its ids, texts and broken files, whatever the order they came in', () => {
    expect(ruleSetHash(merge(null, b, a).set)).to.equal(ruleSetHash(both));
    const spaced = merge(null, { ...a, text: `${a.text}\n` }, b).set;
    expect(ruleSetHash(spaced)).to.not.equal(ruleSetHash(both));
    expect(ruleSetHash(merge(null, a, b, brokenFile('c')).set)).to.not.equal(ruleSetHash(both));
  });
});
