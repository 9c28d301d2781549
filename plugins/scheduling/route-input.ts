/** What requests to the plugin's routes say, checked. */
import {
  OrderwrightError,
  type JsonObject,
  type JsonValue,
  type Problem,
  type RouteContext,
} from '../../src/index.js';

export type Route = (context: RouteContext) => Promise<JsonObject>;

/** @throws OrderwrightError OW_INPUT_INVALID for what is no object, or has other fields */
export function objectOf(body: JsonValue, fields: readonly string[]): JsonObject {
  if (body !== null && (typeof body !== 'object' || Array.isArray(body)))
    throw refused([invalid('$', 'is an object')]);
  const given = body ?? {};
  const unknown = Object.keys(given).filter((field) => !fields.includes(field));
  if (unknown.length > 0)
    throw refused(unknown.slice(0, 10).map((field) => invalid('$', `has no field ${field.slice(0, 100)}`)));
  return given;
}

/** @throws OrderwrightError OW_INPUT_INVALID for a field that the query does not have */
export function onlyQuery({ request }: RouteContext, fields: readonly string[]): void {
  const unknown = Object.keys(request.query).find((field) => !fields.includes(field));
  if (unknown !== undefined) throw refused([invalid('query', `has no ${unknown.slice(0, 100)}`)]);
}

/** @throws OrderwrightError OW_INPUT_INVALID for what is neither true nor false */
export function flagOf({ request }: RouteContext, field: string): boolean {
  const given = request.query[field] ?? 'false';
  if (given !== 'true' && given !== 'false') throw refused([invalid(`query.${field}`, 'is true or false')]);
  return given === 'true';
}

/** @throws OrderwrightError OW_INPUT_INVALID for what is no whole number from 1 to `most` */
export function countOf({ request }: RouteContext, field: string, most: number): number {
  const given = request.query[field] ?? String(most);
  if (!/^[1-9]\d{0,8}$/.test(given) || Number(given) > most)
    throw refused([invalid(`query.${field}`, `is a whole number from 1 to ${most}`)]);
  return Number(given);
}

export function invalid(path: string, message: string): Problem {
  return { path, code: 'OW_INPUT_INVALID', message };
}

export function refused(problems: Problem[]): OrderwrightError {
  const list = problems.map(({ path, message }) => `${path} ${message}`).join('; ');
  return new OrderwrightError('OW_INPUT_INVALID', `The request is not valid: ${list}`, problems);
}
