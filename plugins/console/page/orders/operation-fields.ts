/** The fields of an operation's input, from its JSON Schema, and what somebody typed as the input. Pure. */
import type { Fix } from '../shell/verdict.js';
import { valueText } from '../shell/text.js';
import type { BriefOrder } from './order.js';
import type { DescribedOperation, FieldSchema } from './state-model.js';

export interface InputField {
  name: string;
  label: string;
  kind: 'text' | 'boolean' | 'choice';
  choices: string[];
  hint: string | null;
  /** What it is now, as text; empty where nothing is known. */
  current: string;
}

const HINTS: Record<string, string> = {
  'day-or-instant': 'A day, or a day and time: 2026-12-07T08:00',
  tolerance: 'A share: 0.05 is 5 %',
  'under-tolerance': 'A share: 0.05 is 5 %',
  priority: 'High, Medium, Low, or a whole number',
};

/** `plannedStart` as a reader has it. */
export function labelOf(name: string): string {
  const words = name.replace(
    /([a-z])([A-Z])/g,
    (_, before: string, after: string) => `${before} ${after.toLowerCase()}`,
  );
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

export function fieldsOf({ input }: DescribedOperation, order: BriefOrder): InputField[] {
  const known: Record<string, unknown> = { ...order, quantity: order.quantities.quantity };
  return Object.entries(input.properties ?? {}).map(([name, schema]) => {
    const value = known[name];
    const current = value === null || value === undefined ? '' : valueText(value);
    return {
      name,
      label: labelOf(name),
      kind: kindOf(schema),
      choices: schema.enum ?? [],
      hint: HINTS[schema.reads ?? ''] ?? null,
      current,
    };
  });
}

function kindOf({ type, enum: choices }: FieldSchema): InputField['kind'] {
  if (choices !== undefined) return 'choice';
  return type === 'boolean' ? 'boolean' : 'text';
}

/** Whether a fix can be filled in: its operation takes the fact as a field of its input. */
export function canFillIn(fix: readonly Fix[], operations: readonly DescribedOperation[]): boolean {
  return fix.every(({ fact, operation }) => {
    const described = operations.find(({ name }) => name === operation);
    return described?.input.properties?.[fact.replace(/^order\./, '')] !== undefined;
  });
}

/** The operation that a fix asks for, and what it fills in: `order.plannedStart` is the field `plannedStart`. */
export function filledBy(fix: readonly Fix[]): { operation: string; values: Record<string, string> } {
  const [first] = fix;
  const values = fix.map(({ fact, value }): [string, string] => [
    fact.replace(/^order\./, ''),
    value === null ? '' : valueText(value),
  ]);
  return { operation: first?.operation ?? '', values: Object.fromEntries(values) };
}

/** What is asked for: only what is not as it was. A field that was emptied becomes null. */
export function inputOf(
  fields: readonly InputField[],
  typed: Readonly<Record<string, string>>,
): Record<string, string | boolean | null> {
  const input: Record<string, string | boolean | null> = {};
  for (const { name, kind, current } of fields) {
    const value = typed[name]?.trim() ?? current;
    if (value === current) continue;
    if (kind === 'boolean') input[name] = value === 'true';
    else input[name] = value === '' ? null : value;
  }
  return input;
}
