/** Times and numbers as a reader has them. Pure. */

/** `2026-12-07` or `2026-12-07 08:00` in the reader's zone. */
export function timeText(time: string | null): string {
  if (time === null) return '–';
  if (/^\d{4}-\d{2}-\d{2}$/.test(time)) return time;
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return time;
  const two = (number: number) => String(number).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
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

/** An operator of a rule in words. */
export function operatorText(operator: string): string {
  return OPERATORS[operator] ?? operator;
}

/** A value that a rule found or wanted. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.map(valueText).join(', ');
  if (typeof value === 'object') {
    const { fact, value: found } = value as { fact?: string; value?: unknown };
    if (fact !== undefined) return found === undefined ? fact : `${valueText(found)} (${fact})`;
    return JSON.stringify(value);
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}
