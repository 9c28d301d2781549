/** Reads a plant file: its JSON, and its shape against plant.schema.json; what the values mean is not judged here. */
import type { ErrorObject } from 'ajv';
import type { JsonValue } from '../../core/json.js';
import type { Problem } from '../../core/problem.js';
import type { PlantReader } from '../../ports/plant-store.js';
import { jsonPathKey, parseJson } from './json.js';
import validate from './plant.schema.js';

export const plantReader: PlantReader = {
  read(text) {
    const parsed = parseJson(text);
    if ('problems' in parsed) return parsed;
    leaveNullsOut(parsed.value);
    return parsed;
  },

  shapeProblems(value) {
    if (validate(value)) return [];
    return describe(validate.errors ?? []);
  },
};

/** Null is the same as leaving a field out; a null inside an array stays, and is no value that the schema allows. */
function leaveNullsOut(value: JsonValue): void {
  const open: JsonValue[] = [value];
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    if (part === null || typeof part !== 'object') continue;
    if (Array.isArray(part)) {
      for (const element of part) if (element !== null && typeof element === 'object') open.push(element);
      continue;
    }
    for (const key of Object.keys(part)) {
      const field = part[key];
      if (field === null) Reflect.deleteProperty(part, key);
      else if (typeof field === 'object') open.push(field);
    }
  }
}

type SchemaError = ErrorObject<string, Record<string, unknown>, Record<string, unknown>>;

/** One problem per place; where every alternative fails, the choice speaks for the errors inside it. */
function describe(errors: ErrorObject[]): Problem[] {
  const problems = new Map<string, Problem>();
  for (const error of errors as SchemaError[]) {
    if (/\/(anyOf|oneOf)\//.test(error.schemaPath)) continue;
    const problem = problemOf(error);
    if (!problems.has(problem.path)) problems.set(problem.path, problem);
  }
  return [...problems.values()];
}

function pathOf(error: ErrorObject): string {
  const keys = error.instancePath.split('/').slice(1);
  return `$${keys
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((key) => (/^\d+$/.test(key) ? `[${key}]` : jsonPathKey(key)))
    .join('')}`;
}

function problemOf(error: SchemaError): Problem {
  const path = pathOf(error);
  const { params } = error;
  if (error.keyword === 'additionalProperties') {
    const field = String(params.additionalProperty);
    return {
      path: `${path}${jsonPathKey(field)}`,
      code: 'OW_PLANT_UNKNOWN_FIELD',
      message: `${clip(field)} is not a field of the plant file here`,
    };
  }
  if (error.keyword === 'required') {
    const field = String(params.missingProperty);
    return { path: `${path}.${field}`, code: 'OW_PLANT_SHAPE', message: `${field} is missing` };
  }
  return { path, code: 'OW_PLANT_SHAPE', message: `${clip(error.data)} must be ${expected(error)}` };
}

function expected({ keyword, params, parentSchema = {} }: SchemaError): string {
  const title = typeof parentSchema.title === 'string' ? parentSchema.title : 'a text';
  switch (keyword) {
    case 'type':
      return [params.type]
        .flat()
        .filter((type) => type !== 'null')
        .join(' or ');
    case 'enum':
      return `one of ${(params.allowedValues as (string | null)[]).filter((value) => value !== null).join(', ')}`;
    case 'anyOf':
    case 'oneOf':
      return title;
    case 'minimum':
      return `${String(params.limit)} or more`;
    case 'maximum':
      return `${String(params.limit)} or less`;
    case 'pattern':
    case 'minLength':
      return `${title}, not empty and without control characters`;
    case 'maxLength':
      return `${title} of at most ${String(params.limit)} characters`;
    default:
      return `valid (${keyword})`;
  }
}

function clip(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  const text = value !== null && typeof value === 'object' ? 'an object' : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}
