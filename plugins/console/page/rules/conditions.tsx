/** Conditions with the values that were found, each with whether it holds. */
import { operatorText, valueText } from '../shell/text.js';
import type { Fact, TriedCondition } from './rule.js';

interface ConditionTableProps {
  label: string;
  conditions: readonly TriedCondition[];
  facts: readonly Fact[];
}

export function ConditionTable({ label, conditions, facts }: ConditionTableProps) {
  const known = new Map(facts.map((fact) => [fact.name, fact]));
  return (
    <table className="table tried" aria-label={label}>
      <thead>
        <tr>
          <th scope="col">
            <span className="hidden">Holds</span>
          </th>
          <th scope="col">Fact</th>
          <th scope="col">Found</th>
          <th scope="col">Wanted</th>
        </tr>
      </thead>
      <tbody>
        {conditions.map(({ fact, operator, expected, actual, satisfied }, index) => (
          <tr key={index} className={satisfied ? 'holds' : 'fails'}>
            <td>
              <Mark holds={satisfied} />
            </td>
            <td title={known.get(fact)?.meaning}>
              <code>{fact}</code>
            </td>
            <td className="tried-value">{valueText(actual)}</td>
            <td className="tried-value">
              <span className="muted">{operatorText(operator)}</span> {valueText(expected)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function Mark({ holds }: { holds: boolean }) {
  return (
    <span className={`mark ${holds ? 'mark-good' : 'mark-bad'}`}>
      <span aria-hidden="true">{holds ? '✓' : '✗'}</span>
      <span className="hidden">{holds ? 'holds' : 'fails'}</span>
    </span>
  );
}
