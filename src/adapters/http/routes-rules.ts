/** The rules in force: reading, changing, bringing back and explaining them. */
import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { JsonObject, JsonValue } from '../../core/json.js';
import { callerOf } from './caller.js';
import type { DoorParts } from './door-parts.js';
import { HttpProblem } from './problem.js';
import {
  answerResponse,
  checkBody,
  checkedResponse,
  explainBody,
  HASH,
  NAME,
  noQuery,
  PAGE,
  path,
  problemResponse,
  restoreBody,
  ruleBody,
  versionQuery,
  verdictResponse,
} from './schemas.js';

const TAG = /^"([0-9a-f]{64})"$/;
const problems = { '4xx': problemResponse, 503: problemResponse };
const ID = { ...NAME, description: 'release/planned-dates, percent-encoded' };
const tags = (...names: string[]) => ({
  type: 'object',
  properties: Object.fromEntries(names.map((name) => [name, { type: 'string', maxLength: 200 }])),
});

export function addRuleRoutes(app: FastifyInstance, parts: DoorParts): void {
  addReading(app, parts);
  addVersions(app, parts);
  addChanging(app, parts);
  addExplaining(app, parts);
}

function addReading(app: FastifyInstance, { door, now }: DoorParts): void {
  app.get(
    '/rules',
    {
      schema: {
        summary:
          'The rules in force with how often each refused among the last entries of the journal, and files that are not in force',
        querystring: noQuery,
        response: { 200: answerResponse('The rules'), ...problems },
      },
      config: { permission: 'Rules.Show' },
    },
    async (request) => {
      const caller = callerOf(request, {}, now);
      const status = await door.rules(caller);
      const { since, verdicts, rules: counts } = await door.ruleVerdicts(caller);
      const { readOnly, takesNew } = status.permissions;
      const rules = status.rules.map(({ rule, state, problem }) => {
        const { id, operation, title, severity, mode, file } = rule;
        const writable = !readOnly.has(file) && (state !== 'vanished' || takesNew);
        const counted = counts.get(id) ?? null;
        return { id, operation, title, severity, mode, file, state, problem, writable, verdicts: counted };
      });
      const refused = status.refused.map(({ file, problem }) => ({
        id: file.replace(/\.json$/, ''),
        operation: file.split('/')[0] ?? '',
        title: null,
        severity: null,
        mode: null,
        file,
        state: 'broken',
        problem,
        writable: takesNew && !readOnly.has(file),
        verdicts: null,
      }));
      return {
        ruleSet: status.hash,
        takesNew,
        verdicts: { since, count: verdicts },
        rules: [...rules, ...refused],
      };
    },
  );

  app.get<{ Params: { id: string } }>(
    '/rules/:id',
    {
      schema: {
        summary: 'One rule as it is in force and as its file has it; the ETag is for If-Match',
        params: path({ id: ID }),
        querystring: noQuery,
        response: { 200: answerResponse('The rule'), ...problems },
      },
      config: { permission: 'Rules.Show' },
    },
    async (request, reply) => {
      const { id } = request.params;
      const found = await door.rule(id, callerOf(request, {}, now));
      const { rule, file, fileText, state, problem, writable, ruleSet } = found;
      if (rule !== null) void reply.header('etag', tagOf(rule.text));
      return {
        id,
        operation: rule?.operation ?? file.split('/')[0] ?? '',
        file,
        state,
        problem,
        writable,
        ruleSet,
        rule: rule === null ? null : (JSON.parse(rule.text) as JsonObject),
        text: rule?.text ?? null,
        fileText,
      };
    },
  );

  app.get(
    '/rules/schema',
    {
      schema: {
        summary: 'The JSON Schema of a rule file',
        querystring: noQuery,
        response: { 200: answerResponse('The schema'), ...problems },
      },
      config: { permission: 'Rules.Show' },
    },
    () => door.ruleSchema,
  );

  app.get(
    '/facts',
    {
      schema: {
        summary:
          'What a rule may name: facts with type, unit, meaning and who changes them; operators; operations',
        querystring: noQuery,
        response: { 200: answerResponse('Facts, operators and operations'), ...problems },
      },
      config: { permission: 'Rules.Show' },
    },
    () => {
      const { facts, operators, operations } = door.vocabulary();
      const shown = facts.map(({ name, type, unit = null, meaning, changedBy, source }) => ({
        name,
        type,
        unit,
        meaning,
        changedBy,
        source,
      }));
      return { facts: shown, operators, operations };
    },
  );
}

function addVersions(app: FastifyInstance, { door }: DoorParts): void {
  app.get<{ Params: { id: string }; Querystring: { limit?: number } }>(
    '/rules/:id/versions',
    {
      schema: {
        summary: 'When a rule came into force, was changed and was taken out, newest first',
        params: path({ id: ID }),
        querystring: versionQuery,
        response: { 200: answerResponse('The versions'), ...problems },
      },
      config: { permission: 'Rules.Show' },
    },
    async ({ params: { id }, query: { limit = PAGE } }) => {
      const found = await door.ruleVersions(id, limit);
      if (found.length === 0) throw new HttpProblem(404, 'OW_RULE_UNKNOWN', `There never was a rule ${id}.`);
      const versions = found.map(({ hash, at, author, source, reason, change }) => {
        return { ruleSet: hash, at, author, source, reason, change };
      });
      return { id, versions };
    },
  );

  app.get<{ Params: { id: string; ruleSet: string } }>(
    '/rules/:id/versions/:ruleSet',
    {
      schema: {
        summary: 'A rule as a past rule set has it',
        params: path({ id: ID, ruleSet: { type: 'string', pattern: HASH } }),
        querystring: noQuery,
        response: { 200: answerResponse('The rule as it was'), ...problems },
      },
      config: { permission: 'Rules.Show' },
    },
    async ({ params: { id, ruleSet } }) => {
      const { rule, ...version } = await door.ruleVersion(id, ruleSet);
      return { id, ...version, rule: JSON.parse(rule.text) as JsonObject, text: rule.text };
    },
  );
}

function addChanging(app: FastifyInstance, { door, now }: DoorParts): void {
  app.put<{ Params: { id: string }; Body: JsonObject }>(
    '/rules/:id',
    {
      schema: {
        summary:
          'Writes a rule file once it is valid and its examples give their verdicts; If-Match: the ETag that was read, If-None-Match: * for a new rule',
        params: path({ id: ID }),
        querystring: noQuery,
        headers: tags('if-match', 'if-none-match'),
        body: ruleBody,
        response: { 200: answerResponse('The rule that is in force now'), ...problems },
      },
      config: { permission: 'Rules.Change' },
    },
    async (request, reply) => {
      const { id } = request.params;
      const ifMatch = wanted(request.headers['if-match']);
      const ifNoneMatch = isNew(request.headers['if-none-match']) ? ('*' as const) : null;
      const text = textOf(request.body);
      const asked = { ...callerOf(request, {}, now), id, text, ifMatch, ifNoneMatch };
      const { rule, ruleSet } = await door.changeRule(asked);
      void reply.header('etag', tagOf(rule.text));
      return { id, operation: rule.operation, file: rule.file, state: 'active', problem: null, ruleSet };
    },
  );

  app.post<{ Params: { id: string }; Body: { ruleSet: string } }>(
    '/rules/:id/restore',
    {
      schema: {
        summary: 'Writes a rule’s file as a past rule set has it, where it is still valid',
        params: path({ id: ID }),
        querystring: noQuery,
        headers: tags('if-match'),
        body: restoreBody,
        response: { 200: answerResponse('The rule that is in force now'), ...problems },
      },
      config: { permission: 'Rules.Change' },
    },
    async (request, reply) => {
      const { id } = request.params;
      const ifMatch = wanted(request.headers['if-match']);
      const asked = { ...callerOf(request, {}, now), id, from: request.body.ruleSet, ifMatch };
      const { rule, ruleSet } = await door.restoreRule(asked);
      void reply.header('etag', tagOf(rule.text));
      return { id, operation: rule.operation, file: rule.file, state: 'active', problem: null, ruleSet };
    },
  );
}

interface ExplainBody {
  operation: string;
  order?: string;
  material?: string;
  input?: JsonObject;
  candidate?: string;
}

/** Problems that one answer of a check lists: a hostile text has many thousands. */
const LISTED = 500;

function addExplaining(app: FastifyInstance, { door, now }: DoorParts): void {
  app.post<{ Body: { id?: string; text: string } }>(
    '/rules/check',
    {
      schema: {
        summary:
          'What is wrong with the text of a rule file, and what its examples come to; nothing is written',
        querystring: noQuery,
        body: checkBody,
        response: { 200: checkedResponse, ...problems },
      },
      config: { permission: 'Rules.Show' },
    },
    ({ body }) => {
      const { id, problems: found, examples } = door.checkRule(body);
      const listed = found.slice(0, LISTED);
      const moreProblems = found.length - listed.length;
      return { id, ok: found.length === 0, problems: listed, moreProblems, examples };
    },
  );

  app.post<{ Body: ExplainBody }>(
    '/rules/explain',
    {
      schema: {
        summary:
          'Every rule of an operation on an order or a material, with every value; with a candidate, a rule that is not in force',
        querystring: noQuery,
        body: explainBody,
        response: { 200: verdictResponse, ...problems },
      },
      config: { permission: 'ProductionOrder.Show' },
    },
    (request) => {
      const { operation, order, material, input = {}, candidate } = request.body;
      const asked = {
        ...callerOf(request, {}, now),
        input,
        ...(candidate === undefined ? {} : { candidate }),
      };
      if (material !== undefined) return door.explainMaterial({ ...asked, operation, material });
      const name = operation.replace(/^ProductionOrder\./, '');
      return door.explain({ ...asked, operation: name, order: order ?? '' });
    },
  );
}

/** A rule has no field `text`: an object of that alone is the text of a file. */
function textOf(body: JsonObject): string {
  const { text, ...others } = body;
  if (typeof text === 'string' && Object.keys(others).length === 0) return text;
  return `${JSON.stringify(body, null, 2)}\n`;
}

function tagOf(text: string): string {
  return `"${createHash('sha256').update(text).digest('hex')}"`;
}

/** The hash that If-Match names, `*`, or null where there is no such header. @throws HttpProblem 412 */
function wanted(header: JsonValue | undefined): string | null {
  if (header === undefined) return null;
  if (header === '*') return '*';
  const hash = typeof header === 'string' ? TAG.exec(header)?.[1] : undefined;
  if (hash !== undefined) return hash;
  throw new HttpProblem(412, 'OW_RULE_CHANGED', 'If-Match is the ETag of the rule as it was read.');
}

/** @throws HttpProblem 412 for an If-None-Match that would not be understood */
function isNew(header: JsonValue | undefined): boolean {
  if (header === undefined) return false;
  if (header === '*') return true;
  throw new HttpProblem(412, 'OW_RULE_CHANGED', 'If-None-Match is * for a rule that shall be new.');
}
