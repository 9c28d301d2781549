/** Why something is refused: the rule, the values that it found, and what would mend it. */
import type { Fix, Violation } from '../verdict.js';

export function ViolationList({ violations }: { violations: readonly Violation[] }) {
  return (
    <ul className="violations">
      {violations.map((violation, index) => (
        <li key={index} className="violation">
          <p className="violation-title">
            {violation.title} <code className="violation-rule">{violation.rule ?? violation.code}</code>
          </p>
          <p>{violation.message}</p>
          {violation.conditions.length > 0 && (
            <ul className="conditions" aria-label="Conditions that fail">
              {violation.conditions.map(({ fact, operator, expected, actual }, place) => (
                <li key={place}>
                  <code>{fact}</code> is <strong>{valueText(actual)}</strong>, wanted {operatorText(operator)}{' '}
                  <strong>{valueText(expected)}</strong>
                </li>
              ))}
            </ul>
          )}
          {violation.fix.length > 0 && (
            <p className="fix">
              <span className="fix-word">Fix</span> {violation.fix.map(fixText).join('; ')}
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}

const OPERATORS: Record<string, string> = {
  equal: 'equal to',
  notEqual: 'other than',
  in: 'one of',
  notIn: 'none of',
  lessThan: 'less than',
  lessThanInclusive: 'at most',
  greaterThan: 'more than',
  greaterThanInclusive: 'at least',
};

export function operatorText(operator: string): string {
  return OPERATORS[operator] ?? operator;
}

export function valueText(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.map(valueText).join(', ');
  if (typeof value === 'object') {
    const { fact, value: found } = value as { fact?: string; value?: unknown };
    if (fact !== undefined) return found === undefined ? fact : `${valueText(found)} (${fact})`;
    return JSON.stringify(value);
  }
  return String(value as string | number | boolean);
}

export function fixText({ fact, value, operation }: Fix): string {
  return `${fact} = ${valueText(value)} by ${operation}`;
}
