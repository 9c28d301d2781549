/** Rule files for tests: a valid one, changed where the test wants it changed. */
import type { JsonObject } from '../../../src/core/json.js';
import { readRule } from '../../../src/core/rules/read-rule.js';
import type { Rule, RuleFile } from '../../../src/core/rules/rule.js';
import { testRegistry } from './registry.js';

/** The document of a valid rule: quantity above 5. */
export function aDocument(changes: JsonObject = {}): JsonObject {
  return {
    id: 'release/enough',
    title: 'Enough is ordered',
    severity: 'refuse',
    mode: 'enforce',
    message: 'Only {order.quantity} is ordered.',
    conditions: { all: [{ fact: 'order.quantity', operator: 'greaterThan', value: '5' }] },
    examples: [
      { facts: { 'order.quantity': '6' }, verdict: 'allowed' },
      { facts: { 'order.quantity': '5' }, verdict: 'refused' },
    ],
    ...changes,
  };
}

/** A file of a rule; its path follows the id unless one is given. */
export function aFile(document: JsonObject = aDocument(), file = `${document.id as string}.json`): RuleFile {
  return { file, text: JSON.stringify(document, null, 2) };
}

/** A valid rule with these conditions; `allowed` and `refused` are facts for its two examples. */
export function aRule(
  id: string,
  conditions: JsonObject,
  examples: { allowed: JsonObject; refused: JsonObject },
  changes: JsonObject = {},
): Rule {
  const document = aDocument({
    id,
    conditions,
    message: 'Refused.',
    examples: [
      { facts: examples.allowed, verdict: 'allowed' },
      { facts: examples.refused, verdict: 'refused' },
    ],
    ...changes,
  });
  const read = readRule(aFile(document), testRegistry);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.rule;
}
