/** Verdicts as a person reads them: what was refused, on which values, and what would mend it. */
import { styleText } from 'node:util';
import type { ConditionReport, Fix, Verdict, Violation } from '../core/rules/verdict.js';
import type { AnswerRow } from '../ports/plugin.js';
import type { JsonObject, JsonValue } from '../core/json.js';

/** Colour where standard output is a terminal that wants it. */
export function paint(style: Parameters<typeof styleText>[0], text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

export function verdictText(operation: string, verdict: Verdict<AnswerRow>): string {
  return verdictRowsText(operation, verdict.orders);
}

export function verdictRowsText(operation: string, rows: readonly AnswerRow[]): string {
  return rows.map((row) => rowText(operation, row)).join('\n');
}

export function rowText(operation: string, row: AnswerRow): string {
  const state = row.state === null ? '' : `, ${row.state}`;
  const mark = row.allowed ? paint('green', 'done   ') : paint('red', 'refused');
  const observed = row.mode === 'observe' ? ' (observe: what rules refuse is only noted)' : '';
  return [
    `${mark} ${operation} ${row.name}${state}${observed}`,
    ...row.violations.map((violation) => violationText(violation, 'red', '  ')),
    ...row.warnings.map((violation) => violationText(violation, 'yellow', '  ')),
    ...effectLines(row.effects),
  ].join('\n');
}

export function violationText(violation: Violation, colour: 'red' | 'yellow', indent: string): string {
  const message = violation.message.replaceAll('\n', `\n${indent}  `);
  const head = `${indent}${paint(colour, violation.rule ?? violation.code)}  ${message}`;
  const conditions = violation.conditions
    .filter((condition) => condition.operator !== 'allows')
    .map((condition) => `${indent}  ${conditionText(condition)}`);
  const fix =
    violation.fix.length === 0
      ? []
      : [`${indent}  ${paint('cyan', `fix: ${violation.fix.map(fixText).join(', and ')}`)}`];
  return [head, ...conditions, ...fix].join('\n');
}

const OPERATORS: Record<string, string> = {
  equal: 'must be',
  notEqual: 'must not be',
  in: 'must be one of',
  notIn: 'must not be one of',
  lessThan: 'must be less than',
  lessThanInclusive: 'must be at most',
  greaterThan: 'must be greater than',
  greaterThanInclusive: 'must be at least',
};

export function conditionText({ fact, operator, expected, actual }: ConditionReport): string {
  return `${fact} is ${valueText(actual)}; it ${OPERATORS[operator] ?? operator} ${valueText(expected)}`;
}

function fixText({ fact, value, operation }: Fix): string {
  return `${fact} = ${valueText(value)} by ${operation}`;
}

export function valueText(value: JsonValue): string {
  if (value === null) return 'none';
  if (Array.isArray(value)) return value.map(valueText).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function effectLines(effects: JsonValue | undefined): string[] {
  if (effects === undefined || effects === null || typeof effects !== 'object') return [];
  return Object.entries(effects as JsonObject).flatMap(([plugin, effect]) => {
    const text = (effect as JsonObject).text;
    return typeof text === 'string'
      ? text.split('\n').map((line) => `  ${paint('dim', plugin)}  ${line}`)
      : [];
  });
}

/** Rows of texts with the columns in line. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, cell.length)));
  return rows
    .map((row) =>
      row
        .map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0)))
        .join('  '),
    )
    .join('\n');
}
