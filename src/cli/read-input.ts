/** What a command reads besides its arguments: a file or standard input, and the JSON of `--input`. */
import { readFileSync } from 'node:fs';
import { text as readAll } from 'node:stream/consumers';
import { parseJson } from '../adapters/files/json.js';
import type { JsonObject } from '../core/json.js';
import { OrderwrightError } from '../core/problem.js';

/** The text of a file, or of standard input for `-`. */
export async function readText(source: string): Promise<string> {
  if (source === '-') return readAll(process.stdin);
  try {
    return readFileSync(source, 'utf8');
  } catch (error) {
    throw new OrderwrightError('OW_FILE_UNREADABLE', `${source} can't be read: ${(error as Error).message}`);
  }
}

/** The value of `--input`: JSON, `@file` or `-`. */
export async function readInput(input: string | undefined): Promise<JsonObject> {
  if (input === undefined) return {};
  const text = input === '-' || input.startsWith('@') ? await readText(input.replace(/^@/, '')) : input;
  const parsed = parseJson(text);
  if ('problems' in parsed) {
    const list = parsed.problems.map((problem) => `${problem.path} ${problem.message}`).join('; ');
    throw new OrderwrightError('OW_INPUT_INVALID', `--input is not valid: ${list}`, parsed.problems);
  }
  const { value } = parsed;
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new OrderwrightError('OW_INPUT_INVALID', '--input is a JSON object such as {"quantity": "90"}', [
      { path: '$', code: 'OW_INPUT_INVALID', message: 'must be an object' },
    ]);
  }
  return value;
}
