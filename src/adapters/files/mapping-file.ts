/** Reads a mapping file: its JSON, its shape, and what it says, with every problem and its JSON path. */
import { readFileSync } from 'node:fs';
import { childPath, pathOfPointer } from '../../core/json-path.js';
import { OrderwrightError, type Problem } from '../../core/problem.js';
import { mappingOf, mappingProblems, type HostMapping, type MappingFile } from '../sql/mapping.js';
import { parseJson } from './json.js';
import validate from './mapping.schema.js';

/**
 * The mapping that a file holds.
 * @throws OrderwrightError OW_MAPPING_MISSING, OW_MAPPING_INVALID with every problem.
 */
export function loadMapping(file: string): HostMapping {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new OrderwrightError('OW_MAPPING_MISSING', `There is no mapping file ${file}`);
  }
  return readMapping(text, file);
}

/** @throws OrderwrightError OW_MAPPING_INVALID with every problem. */
export function readMapping(text: string, file = 'given'): HostMapping {
  const parsed = parseJson(text);
  if ('problems' in parsed) throw invalid(file, parsed.problems);
  const shape = shapeProblems(parsed.value);
  if (shape.length > 0) throw invalid(file, shape);
  const mapping = parsed.value as unknown as MappingFile;
  const problems = mappingProblems(mapping);
  if (problems.length > 0) throw invalid(file, problems);
  return mappingOf(mapping);
}

function shapeProblems(value: unknown): Problem[] {
  if (validate(value)) return [];
  const errors = (validate.errors ?? []).filter(({ keyword }) => keyword !== 'anyOf');
  return errors.map(({ instancePath, params, message = 'is not valid' }) => {
    const place = pathOfPointer(instancePath);
    const { additionalProperty, allowedValues } = params as {
      additionalProperty?: string;
      allowedValues?: unknown[];
    };
    if (additionalProperty !== undefined) {
      return {
        path: childPath(place, additionalProperty),
        code: 'OW_MAPPING_INVALID',
        message: 'is no word of a mapping',
      };
    }
    const allowed = allowedValues === undefined ? '' : `: ${allowedValues.join(', ')}`;
    return { path: place, code: 'OW_MAPPING_INVALID', message: `${message}${allowed}` };
  });
}

function invalid(file: string, problems: Problem[]): OrderwrightError {
  const list = problems.map(({ path, message }) => `${path} ${message}`).join('; ');
  return new OrderwrightError('OW_MAPPING_INVALID', `The mapping ${file} is not valid: ${list}`, problems);
}
