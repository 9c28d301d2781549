/** Requests made from the OpenAPI document itself: as it says, nearly so, and hostile in every place it names. */
import fc from 'fast-check';
import type { InjectOptions } from 'fastify';
import type { JsonObject, JsonValue } from '../../../src/index.js';

type Schema = Record<string, unknown>;
type Method = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH' | 'OPTIONS' | 'HEAD';

interface Operation {
  method: Method;
  path: string;
  parameters: { name: string; in: string; schema: Schema }[];
  body: Schema | null;
}

export interface OpenApi {
  paths: Record<
    string,
    Record<
      string,
      {
        parameters?: Operation['parameters'];
        requestBody?: { content: Record<string, { schema: Schema }> };
        responses?: Record<string, { content?: Record<string, unknown> }>;
      }
    >
  >;
}

/** Names that exist in the plant and its rules, so that requests reach what there is. */
export interface Known {
  names: readonly string[];
  operations: readonly string[];
  rules: readonly string[];
}

const HOSTILE = [
  "'; drop table mes_ProductionOrder; --",
  '" or "1"="1',
  "') union select * from sqlite_master --",
  '../../../../etc/passwd',
  '..\\..\\windows',
  '{{7*7}}${7*7}#{7*7}',
  '<script>alert(1)</script>',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '\u0000',
  'a\u0000b',
  '\r\nx-evil: 1',
  '\ud800',
  '\udfff\ud800',
  '\u202e\u200b\ufeff',
  '名前',
  '',
  ' ',
  '.',
  '..',
  '%',
  '%00',
  '%zz',
  'NaN',
  'Infinity',
  '-0',
  '1e308',
  '0x10',
  '9'.repeat(40),
  'x'.repeat(400),
  'x'.repeat(401),
  '%'.repeat(500),
  'é'.repeat(2000),
  '2020-02-30',
  '+999999-01-01T00:00:00Z',
  '2020-03-29T01:30',
  'null',
  'true',
];
const NUMBERS = [0, -0, -1, 1e308, -1e308, 5e-324, 0.1 + 0.2, 2 ** 53, 2 ** 31, 123456789012345, 1.5];

const hostileText = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
);

const anything: fc.Arbitrary<JsonValue> = fc.oneof(
  { weight: 3, arbitrary: hostileText },
  { weight: 2, arbitrary: fc.constantFrom(...NUMBERS) },
  { weight: 1, arbitrary: fc.constantFrom<JsonValue>(null, true, false, [], {}) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue> },
);

/** A value as the schema has it, and now and then anything else. */
function valueOf(schema: Schema, known: Known): fc.Arbitrary<JsonValue> {
  return fc.oneof({ weight: 9, arbitrary: fitting(schema, known) }, { weight: 1, arbitrary: anything });
}

function fitting(schema: Schema, known: Known): fc.Arbitrary<JsonValue> {
  if (Array.isArray(schema.enum)) return fc.constantFrom(...(schema.enum as JsonValue[]));
  const [type] = [schema.type].flat();
  switch (type) {
    case 'object':
      return objectOf(schema, known);
    case 'array':
      return fc.array(valueOf((schema.items ?? {}) as Schema, known), { maxLength: 4 });
    case 'string':
      return fc.oneof(fc.constantFrom(...known.names, 'ann', 'High', '5', '2020-07-03'), hostileText);
    case 'integer':
    case 'number':
      return fc.oneof(fc.integer({ min: 0, max: 1000 }), fc.constantFrom(...NUMBERS));
    case 'boolean':
      return fc.boolean();
    default:
      return anything;
  }
}

function objectOf(schema: Schema, known: Known): fc.Arbitrary<JsonValue> {
  const properties = (schema.properties ?? {}) as Record<string, Schema>;
  const required = new Set((schema.required ?? []) as string[]);
  const fields = Object.entries(properties).map(([name, field]) => {
    const value = valueOf(field, known).map((found) => [[name, found]] as [string, JsonValue][]);
    const here = required.has(name) ? 19 : 8;
    return fc.oneof(
      { weight: here, arbitrary: value },
      { weight: 20 - here, arbitrary: fc.constant<[string, JsonValue][]>([]) },
    );
  });
  // An object that the document leaves open gets what orders and inputs are made of.
  const open = Object.keys(properties).length === 0;
  const names = open
    ? ['quantity', 'product', 'state', 'plannedStart', 'priority', 'terminate', 'flowPath']
    : [];
  const more = fc.array(
    fc.tuple(fc.oneof(fc.constantFrom('x', '__proto__', ...names), hostileText), anything),
    {
      maxLength: open ? 3 : 1,
    },
  );
  const extra = fc.oneof(
    { weight: open ? 1 : 12, arbitrary: fc.constant<[string, JsonValue][]>([]) },
    { weight: 1, arbitrary: more },
  );
  return fc.tuple(...fields, extra).map((parts) => Object.fromEntries(parts.flat()));
}

/** The text of a body: JSON, or what looks like it. */
function bodyOf(schema: Schema | null, known: Known): fc.Arbitrary<string | Buffer | undefined> {
  const json = valueOf(schema ?? { type: 'object' }, known).map((value) => JSON.stringify(value));
  return fc.oneof(
    { weight: 14, arbitrary: json },
    { weight: 1, arbitrary: json.map((text) => text.slice(0, Math.floor(text.length / 2))) },
    { weight: 1, arbitrary: json.map((text) => `${text}${text}`) },
    { weight: 1, arbitrary: json.map((text) => text.replace(/"[^"]*"/, '1e99999')) },
    {
      weight: 1,
      arbitrary: json.map((text) => text.replace('{', '{"__proto__":{"admin":true},"a":1,"a":2,')),
    },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 2000 }).map((depth) => '{"input":'.repeat(depth)) },
    {
      weight: 1,
      arbitrary: fc.integer({ min: 1, max: 2000 }).map((n) => `${'['.repeat(n)}${']'.repeat(n)}`),
    },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
}

const segment = (known: Known) =>
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc
        .constantFrom(...known.names, ...known.operations, ...known.rules, 'Pre')
        .map(encodeURIComponent),
    },
    { weight: 3, arbitrary: hostileText.map((text) => encodeURIComponent(text.toWellFormed())) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('%', '%zz', '%ff', '%00', '%2e%2e%2f', '%c0%af', 'a%', '%u0041', '*', ':x'),
    },
  );

const headerText = fc.oneof(
  fc.constantFrom('', 'x'.repeat(5000), '*', '"', 'gzip', 'Bearer', 'Bearer x.y', "' or 1=1", '${jndi:x}'),
  fc.string({ unit: 'grapheme-ascii', maxLength: 60 }),
);

const headers = fc
  .tuple(
    fc.oneof(
      { weight: 12, arbitrary: fc.constant('application/json') },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          'application/json; charset=utf-16',
          'text/plain',
          'multipart/form-data',
          'application/JSON;;;',
          '',
          'a/b; c="',
        ),
      },
    ),
    fc.array(
      fc.tuple(
        fc.constantFrom(
          'x-correlation-id',
          'authorization',
          'content-encoding',
          'accept-version',
          'if-match',
          'accept',
          'accept-encoding',
          'origin',
          'x-forwarded-for',
          'expect',
          'cookie',
          'range',
          'x-http-method-override',
        ),
        headerText,
      ),
      { maxLength: 2 },
    ),
    fc.integer({ min: 0, max: 5 }),
  )
  .map(([type, more, abused]) => ({
    'content-type': type,
    ...(abused === 0 ? Object.fromEntries(more) : {}),
  }));

/** One request for one of the document's operations, or for none of them. */
export function hostileRequests(document: OpenApi, known: Known): fc.Arbitrary<InjectOptions> {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { parameters = [], requestBody, responses }]): Operation[] => {
      // A stream has no end to wait for; its own test listens to it.
      if (responses?.['200']?.content?.['text/event-stream'] !== undefined) return [];
      const body = Object.values(requestBody?.content ?? {})[0]?.schema ?? null;
      return [{ method: method.toUpperCase() as Method, path, parameters, body }];
    }),
  );
  return fc.oneof(...operations.map((operation) => requestFor(operation, known)));
}

function requestFor(
  { method, path, parameters, body }: Operation,
  known: Known,
): fc.Arbitrary<InjectOptions> {
  const places = [...path.matchAll(/\{[^}]+\}/g)].map(([place]) =>
    place === '{moment}'
      ? fc.oneof({ weight: 9, arbitrary: fc.constantFrom('Pre', 'Post') }, segment(known))
      : segment(known),
  );
  const queries = [
    ...parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name),
    'x',
    'dryRun',
  ];
  const query = fc.array(
    fc.tuple(fc.constantFrom(...queries), fc.oneof(fc.constantFrom('1', 'true', '5'), hostileText)),
    {
      maxLength: 2,
    },
  );
  const usual = fc.constant(method);
  return fc
    .record({
      places: fc.tuple(...places),
      query: fc.oneof(
        { weight: 3, arbitrary: fc.constant<[string, string][]>([]) },
        { weight: 1, arbitrary: query },
      ),
      rawQuery: fc.oneof(
        { weight: 30, arbitrary: fc.constant('') },
        fc.constantFrom('?%zz', '?a=%ff', '?&&==', '?[]=1'),
      ),
      payload: bodyOf(body, known),
      headers,
      method: fc.oneof(
        { weight: 20, arbitrary: usual },
        fc.constantFrom<Method>('DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'PUT', 'POST', 'GET'),
      ),
    })
    .map((made): InjectOptions => {
      let at = 0;
      const url = path.replace(/\{[^}]+\}/g, () => made.places[at++] ?? 'x');
      const pairs = made.query.map(([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`);
      const asked = pairs.length === 0 ? made.rawQuery : `?${pairs.join('&')}`;
      const { payload } = made;
      const bodiless = made.method === 'GET' || made.method === 'HEAD' || payload === undefined;
      const request = { method: made.method, url: `${url}${asked}`, headers: made.headers };
      return bodiless ? request : { ...request, payload };
    });
}

/** Whether an answer says that something was done to orders. */
export function changed(request: InjectOptions, status: number, body: JsonObject): boolean {
  if (status >= 400 || request.method === 'GET' || request.method === 'HEAD') return false;
  const path = (request.url as string).split('?')[0] ?? '';
  if (path.startsWith('/hooks/') || path === '/rules/explain') return false;
  const rows = [body.orders, body.materials].flat() as ({ allowed?: boolean } | undefined)[];
  const sent = typeof request.payload === 'string' ? request.payload : '';
  if (path.startsWith('/operations/'))
    return !sent.includes('"dryRun":true') && rows.some((row) => row?.allowed === true);
  return true;
}
