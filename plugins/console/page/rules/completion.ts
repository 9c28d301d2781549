/** What could be written at a place of a rule file: keys and values from the schema, facts, operators, operations. Pure. */
import { scanText, type CursorContext, type Frame } from './json-text.js';
import type { Fact, Vocabulary } from './rule.js';

export type Schema = Record<string, unknown>;

export interface Proposal {
  label: string;
  /** The text that is written, `${}` where the cursor goes on. */
  apply: string;
  kind: 'key' | 'fact' | 'operator' | 'operation' | 'value';
  detail?: string;
  info?: string;
  /** Above others. */
  first?: boolean;
}

export interface Proposals {
  from: number;
  to: number;
  proposals: Proposal[];
}

interface Known {
  schema: Schema;
  vocabulary: Vocabulary;
}

export function proposalsAt(text: string, cursor: number, known: Known): Proposals | null {
  const { context } = scanText(text, cursor);
  if (context === null || context.role === 'none') return null;
  if (context.role === 'value' && (context.step === 'message' || context.frames.at(-1)?.step === 'messages'))
    return inMessage(context, cursor, known.vocabulary);
  const proposals = context.role === 'key' ? keysAt(context, text, known) : valuesAt(context, known);
  return proposals.length === 0 ? null : { from: context.from, to: context.to, proposals };
}

/** After `{` in a message: the facts that it can name. */
function inMessage(context: CursorContext, cursor: number, { facts }: Vocabulary): Proposals | null {
  const named = /\{([\w.]*)$/.exec(context.typed)?.[1];
  if (!context.quoted || named === undefined) return null;
  const proposals = facts.map((fact) => ({ ...factProposal(fact), apply: `${fact.name}}` }));
  return { from: cursor - named.length, to: cursor, proposals };
}

function keysAt({ frames, from, quoted, typed }: CursorContext, text: string, known: Known): Proposal[] {
  const frame = frames.at(-1);
  if (frame === undefined) return [];
  const written = [...frame.entries.keys()].filter((key) => key !== typed || !quoted);
  // The colon of a key that is written anew is there already.
  const rest = text.slice(from).replace(/^"(?:[^"\\\n]|\\.)*"?/, '');
  const hasColon = /^\s*:/.test(rest);
  if (frame.step === 'facts' && typeof frames.at(-2)?.step === 'number') {
    const named = new Set([...text.matchAll(/"fact"\s*:\s*"([^"]*)"/g)].map(([, name]) => name));
    return known.vocabulary.facts
      .filter(({ name }) => !written.includes(name))
      .map((fact) => ({
        ...factProposal(fact),
        apply: hasColon ? `"${fact.name}"` : `"${fact.name}": \${}`,
        first: named.has(fact.name),
      }));
  }
  const found = schemasAt(known.schema, frames);
  const keys = new Map<string, Schema>();
  for (const schema of found) {
    const properties = propertiesOf(schema);
    if (written.every((key) => Object.hasOwn(properties, key)))
      for (const [key, value] of Object.entries(properties)) keys.set(key, { ...keys.get(key), ...value });
  }
  return [...keys]
    .filter(([key]) => !written.includes(key))
    .map(([key, schema]): Proposal => ({
      label: key,
      apply: hasColon ? `"${key}"` : `"${key}": ${bracketsOf(key, schema, known.schema)}`,
      kind: 'key',
      ...infoOf(schema),
    }));
}

function valuesAt({ frames, step }: CursorContext, known: Known): Proposal[] {
  const { vocabulary, schema } = known;
  const frame = frames.at(-1);
  if (frame === undefined) return [];
  const byName = new Map(vocabulary.facts.map((fact) => [fact.name, fact]));
  const typeOf = (one: Frame | undefined) => byName.get(one?.entries.get('fact') ?? '')?.type;
  if (step === 'fact') {
    const type = frame.step === 'value' ? typeOf(frames.at(-2)) : undefined;
    return vocabulary.facts.filter((fact) => type === undefined || fact.type === type).map(factProposal);
  }
  if (step === 'operator') {
    const type = typeOf(frame);
    return vocabulary.operators
      .filter(({ types }) => type === undefined || types.includes(type))
      .map(({ name }) => ({ label: name, apply: `"${name}"`, kind: 'operator', info: MEANING[name] ?? '' }));
  }
  if (step === 'value' && frame.entries.has('fact')) return comparedWith(frame, typeOf(frame));
  if (step === 'id' && frames.length === 1) {
    return vocabulary.operations.map(({ word, title }) => {
      return { label: `${word}/`, apply: `"${word}/\${}"`, kind: 'operation', detail: title };
    });
  }
  const choices = schemasAt(schema, [...frames, { kind: 'object', step, entries: new Map() }]);
  return choices.flatMap((choice) => {
    const values = Array.isArray(choice.enum) ? (choice.enum as unknown[]) : [];
    return values.map((value): Proposal => {
      const label = String(value);
      return { label, apply: JSON.stringify(value), kind: 'value', ...infoOf(choice) };
    });
  });
}

function comparedWith(frame: Frame, type: string | undefined): Proposal[] {
  const operator = frame.entries.get('operator') ?? '';
  if (operator === 'in' || operator === 'notIn')
    return [{ label: '[ ... ]', apply: '[${}]', kind: 'value', detail: 'a list of values' }];
  const plain: Proposal[] =
    type === 'boolean' ? ['true', 'false'].map((label) => ({ label, apply: label, kind: 'value' })) : [];
  const quoted: Proposal[] =
    type === 'boolean'
      ? []
      : [
          {
            label: '"..."',
            apply: '"${}"',
            kind: 'value',
            detail: `a value${type === undefined ? '' : ` of type ${type}`}`,
          },
        ];
  const none: Proposal[] = ['equal', 'notEqual', ''].includes(operator)
    ? [{ label: 'null', apply: 'null', kind: 'value', detail: 'there is no value' }]
    : [];
  const other: Proposal = {
    label: '{ "fact": ... }',
    apply: '{ "fact": "${}" }',
    kind: 'value',
    detail: 'the value of another fact',
  };
  return [...plain, ...quoted, ...none, other];
}

const MEANING: Record<string, string> = {
  equal: 'is the same as the value; null for none',
  notEqual: 'is something else than the value',
  in: 'is one of a list',
  notIn: 'is none of a list',
  lessThan: 'is less, or earlier',
  lessThanInclusive: 'is at most, or not later',
  greaterThan: 'is more, or later',
  greaterThanInclusive: 'is at least, or not earlier',
};

function factProposal({ name, type, unit, meaning, changedBy, source }: Fact): Proposal {
  const by = changedBy === 'fixed' ? 'Nothing changes it.' : `Changed by ${changedBy.join(', ')}.`;
  return {
    label: name,
    apply: `"${name}"`,
    kind: 'fact',
    detail: unit === null ? type : `${type}, ${unit}`,
    info: [`${meaning}.`, by, ...(source === null ? [] : [`From the plugin ${source}.`])].join(' '),
  };
}

function infoOf({ description }: Schema): { info?: string } {
  return typeof description === 'string' ? { info: description } : {};
}

/** What a new key's value begins with. */
function bracketsOf(key: string, schema: Schema, root: Schema): string {
  if (key === 'not' || key === 'conditions') return '{ ${} }';
  const type = resolved(schema, root).type;
  if (type === 'array') return key === 'all' || key === 'any' ? '[{ ${} }]' : '[${}]';
  if (type === 'object') return '{ ${} }';
  return type === 'string' && schema.enum === undefined && !['fact', 'operator', 'id'].includes(key)
    ? '"${}"'
    : '${}';
}

function propertiesOf(schema: Schema): Record<string, Schema> {
  return (schema.properties ?? {}) as Record<string, Schema>;
}

/** What the schema says about the innermost of these, in each of the forms that it may have. */
function schemasAt(root: Schema, frames: readonly Pick<Frame, 'step' | 'kind' | 'entries'>[]): Schema[] {
  let found = formsOf(root, root);
  for (const { step } of frames.slice(1)) {
    const below = found.flatMap((schema) => {
      if (typeof step === 'number') return isSchema(schema.items) ? [schema.items] : [];
      const property = propertiesOf(schema)[step ?? ''];
      if (property !== undefined) return [property];
      return isSchema(schema.additionalProperties) ? [schema.additionalProperties] : [];
    });
    found = below.flatMap((schema) => formsOf(schema, root));
  }
  return found;
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null;
}

/** A schema with those that it refers to or chooses among. */
function formsOf(schema: Schema, root: Schema): Schema[] {
  const own = resolved(schema, root);
  const parts = [own.then, own.else, own.anyOf, own.oneOf, own.allOf].flat().filter(isSchema);
  return [own, ...parts.flatMap((part) => formsOf(part, root))];
}

function resolved(schema: Schema, root: Schema): Schema {
  const { $ref, ...own } = schema;
  if (typeof $ref !== 'string') return schema;
  const target = $ref
    .split('/')
    .slice(1)
    .reduce<unknown>((at, part) => (at as Schema | undefined)?.[part], root);
  return isSchema(target) ? { ...resolved(target, root), ...own } : own;
}
