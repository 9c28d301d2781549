/** The OpenAPI document's paths by operation: what `{operation}` stands for, each with the input that it is checked by. */
import type { JsonObject } from '../../core/json.js';
import type { Entity } from './operation-names.js';
import { hookBody, MOMENT, operationBody } from './schemas.js';
import type { Served } from './served.js';

type Paths = Record<string, JsonObject | undefined>;

interface Described {
  paths?: Paths;
  components?: JsonObject;
}

const PERFORM = '/operations/{operation}';
const HOOK = '/hooks/{operation}/{moment}';

/** The document with a path for every operation; the answers are those of the path that serves them all. */
export function withOperations<Document extends object>(document: Document, door: Served): Document {
  const { paths = {}, components = {} } = document as Described;
  const added: Paths = {};
  const collections: [Entity, Served['operations']][] = [
    ['ProductionOrder', door.operations],
    ['Material', door.materialOperations],
  ];
  for (const [entity, operations] of collections) {
    for (const { name, title, input } of operations) {
      const full = `${entity}.${name}`;
      const known = { entity, input };
      added[`/operations/${full}`] = {
        post: {
          summary: `Performs ${full}: ${title}`,
          requestBody: bodyOf(operationBody(known)),
          responses: responsesOf('perform', paths[PERFORM]),
        },
      };
      added[`/hooks/${full}/{moment}`] = {
        post: {
          summary: `Before and after ${full}`,
          parameters: [{ name: 'moment', in: 'path', required: true, schema: MOMENT }],
          requestBody: bodyOf(hookBody(door, known)),
          responses: responsesOf('hook', paths[HOOK]),
        },
      };
    }
  }
  const responses = { ...named('perform', paths[PERFORM]), ...named('hook', paths[HOOK]) };
  return {
    ...document,
    components: {
      ...components,
      responses: { ...(components.responses as object | undefined), ...responses },
    },
    paths: { ...paths, ...added },
  };
}

function bodyOf(schema: JsonObject): JsonObject {
  return { required: true, content: { 'application/json': { schema } } };
}

function responses(path: JsonObject | undefined): JsonObject {
  return ((path?.post as JsonObject | undefined)?.responses ?? {}) as JsonObject;
}

/** `perform200`: the answers once, for all paths that refer to them. */
function named(prefix: string, path: JsonObject | undefined): JsonObject {
  return Object.fromEntries(
    Object.entries(responses(path)).map(([status, answer]) => [`${prefix}${status}`, answer]),
  );
}

function responsesOf(prefix: string, path: JsonObject | undefined): JsonObject {
  return Object.fromEntries(
    Object.keys(responses(path)).map((status) => [
      status,
      { $ref: `#/components/responses/${prefix}${status}` },
    ]),
  );
}
