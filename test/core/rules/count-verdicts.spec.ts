import { expect } from 'chai';
import { describe, it } from 'mocha';
import { countVerdicts } from '../../../src/core/rules/count-verdicts.js';
import { refusal, type Violation } from '../../../src/core/rules/verdict.js';

const of = (rule: string): Violation => ({ ...refusal('OW_RULE_REFUSED', 'A rule', 'No.'), rule });
const verdict = (operation: string, violations: Violation[], warnings: Violation[] = []) => ({
  operation,
  verdict: { violations, warnings },
});

describe('[core] counting verdicts', () => {
  it('tells by rule how often it was asked, refused and warned, each verdict once', () => {
    const rules = [
      { id: 'release/a', operation: 'Release' },
      { id: 'release/b', operation: 'Release' },
      { id: 'ship/c', operation: 'Ship' },
    ];
    const counts = countVerdicts(rules, [
      verdict('Release', [of('release/a'), of('release/a')], [of('release/b')]),
      verdict('Release', []),
      verdict('Close', [of('close/gone'), refusal('OW_STATE', 'The state', 'No.')]),
    ]);
    expect(Object.fromEntries(counts)).to.deep.equal({
      'release/a': { asked: 2, refused: 1, warned: 0 },
      'release/b': { asked: 2, refused: 0, warned: 1 },
      'ship/c': { asked: 0, refused: 0, warned: 0 },
    });
  });
});
