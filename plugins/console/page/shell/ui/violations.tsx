/** Why something is refused: the rule, the values that it found, and what would mend it. */
import { operatorText, valueText } from '../text.js';
import { Button } from './button.js';
import type { Fix, Violation } from '../verdict.js';

interface ViolationListProps {
  violations: readonly Violation[];
  /** Prepares what would mend it; left out where it can't be done from here. */
  onFix?: (fix: readonly Fix[]) => void;
  canFix?: (fix: readonly Fix[]) => boolean;
}

export function ViolationList({ violations, onFix, canFix = () => true }: ViolationListProps) {
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
              {onFix !== undefined && canFix(violation.fix) && (
                <Button small onPress={() => onFix(violation.fix)}>
                  Fill in
                </Button>
              )}
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}

export function fixText({ fact, value, operation }: Fix): string {
  return `${fact} = ${valueText(value)} by ${operation}`;
}
