/** What a caller says of each row of a collection, before anything is read. */
import type { JsonObject } from '../core/json.js';
import { OrderwrightError, type Problem } from '../core/problem.js';
import { checkInput } from './check-input.js';

/** One row of a collection by its name, with what the caller knows of it. */
export interface AskedRow {
  name: string;
  values?: JsonObject;
}

/**
 * @param list the field of the request that has the rows
 * @param check throws where the values of a row are not valid; their paths begin with `$`
 * @throws OrderwrightError OW_INPUT_INVALID with every problem
 */
export function checkValues(
  list: 'orders' | 'materials',
  rows: readonly AskedRow[],
  check: (values: JsonObject) => void,
): void {
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const [index, { name, values }] of rows.entries()) {
    const path = `$.${list}[${index}]`;
    const invalid = (message: string, at = path) =>
      problems.push({ path: at, code: 'OW_INPUT_INVALID', message });
    if (seen.has(name)) invalid(`names ${name} a second time`);
    seen.add(name);
    if (values === undefined) continue;
    if (values.name !== undefined && values.name !== name) {
      invalid('is another name than that of the row', `${path}.values.name`);
    }
    try {
      check(values);
    } catch (error) {
      if (!(error instanceof OrderwrightError)) throw error;
      for (const problem of error.problems)
        invalid(problem.message, `${path}.values${problem.path.slice(1)}`);
    }
  }
  if (problems.length === 0) return;
  const found = problems.map((problem) => `${problem.path} ${problem.message}`).join('; ');
  throw new OrderwrightError('OW_INPUT_INVALID', `The ${list} are not valid: ${found}`, problems);
}

/** The same by a schema. */
export function checkValuesBy(schema: JsonObject): (values: JsonObject) => void {
  return (values) => {
    checkInput(schema, values);
  };
}
