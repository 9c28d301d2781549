import { expect } from 'chai';
import { describe, it } from 'mocha';
import { readdirSync, readFileSync } from 'node:fs';
import { readRule } from '../../../src/core/rules/read-rule.js';
import { mergeRuleSet } from '../../../src/core/rules/rule-set.js';
import { testRegistry } from './registry.js';

const folder = new URL('../../../../rules/', import.meta.url);
const files = readdirSync(folder, { recursive: true })
  .map((name) => String(name).replaceAll('\\', '/'))
  .filter((name) => /^[a-z-]+\/.*\.json$/.test(name))
  .map((file) => ({ file, text: readFileSync(new URL(file, folder), 'utf8') }));

describe('[core] the shipped rules', () => {
  for (const file of files) {
    it(`${file.file} reads clean, and its examples give their verdicts`, () => {
      const read = readRule(file, testRegistry);
      expect(read.ok ? [] : read.problems).to.deep.equal([]);
      if (read.ok) expect(`${read.rule.id}.json`).to.equal(file.file);
    });
  }

  it('include the five preconditions of synchronization and those of the life cycle', () => {
    const { set, problems } = mergeRuleSet({ active: null, files, registry: testRegistry });
    expect(problems).to.deep.equal([]);
    expect(set.rules.map(({ id }) => id)).to.include.members([
      'assign/order-is-not-restricted',
      'assign/order-is-open',
      'assign/quantity-converts',
      'cancel/order-is-active',
      'change-order/both-orders-are-open',
      'change-order/neither-order-is-restricted',
      'change-order/quantity-converts',
      'close/completed-reaches-minimum',
      'close/completed-within-maximum',
      'close/no-material-in-progress',
      'complete/quantity-is-made',
      'create/facility-matches-flow-path',
      'create/planned-dates-when-released',
      'material-create/order-is-not-restricted',
      'material-create/order-is-open',
      'material-create/quantity-converts',
      'release/planned-start-before-planned-end',
      'remove/order-is-not-restricted',
      'remove/order-is-open',
      'ship/completed',
      'split/something-is-left',
      'start/order-is-active',
      'synchronize/facility-matches-flow-path',
      'synchronize/flow-path-assigned',
      'synchronize/order-is-open',
      'synchronize/product-is-in-schedule',
      'synchronize/step-is-scheduled-by-material',
    ]);
  });
});
