/** The rules in force: reading, changing and explaining them. */
import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { JsonObject, JsonValue } from '../../core/json.js';
import { callerOf } from './caller.js';
import type { DoorParts } from './door-parts.js';
import { HttpProblem } from './problem.js';
import {
  answerResponse,
  explainBody,
  NAME,
  noQuery,
  path,
  problemResponse,
  verdictResponse,
} from './schemas.js';

const TAG = /^"([0-9a-f]{64})"$/;

export function addRuleRoutes(app: FastifyInstance, { door, now }: DoorParts): void {
  const problems = { '4xx': problemResponse, 503: problemResponse };
  const params = path({ id: { ...NAME, description: 'release/planned-dates, percent-encoded' } });

  app.get(
    '/rules',
    {
      schema: {
        summary: 'The rules in force, and files that are not',
        querystring: noQuery,
        response: { 200: answerResponse('The rules'), ...problems },
      },
      config: { permission: 'Rules.Show' },
    },
    async (request) => {
      const status = await door.rules(callerOf(request, {}, now));
      const rules = status.rules.map(({ rule, state, problem }) => {
        const { id, operation, title, severity, mode, file } = rule;
        return { id, operation, title, severity, mode, file, state, problem };
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
      }));
      return { ruleSet: status.hash, rules: [...rules, ...refused] };
    },
  );

  app.get<{ Params: { id: string } }>(
    '/rules/:id',
    {
      schema: {
        summary: 'One rule as its file has it; the ETag is for If-Match',
        params,
        querystring: noQuery,
        response: { 200: answerResponse('The rule'), ...problems },
      },
      config: { permission: 'Rules.Show' },
    },
    async (request, reply) => {
      const status = await door.rules(callerOf(request, {}, now));
      const { id } = request.params;
      const found = status.rules.find(({ rule }) => rule.id === id);
      if (found === undefined)
        throw new HttpProblem(404, 'OW_RULE_UNKNOWN', `There is no rule ${id} in force.`);
      const { rule, state, problem } = found;
      void reply.header('etag', tagOf(rule.text));
      return {
        id,
        operation: rule.operation,
        file: rule.file,
        state,
        problem,
        ruleSet: status.hash,
        rule: JSON.parse(rule.text) as JsonObject,
      };
    },
  );

  app.put<{ Params: { id: string }; Body: JsonObject }>(
    '/rules/:id',
    {
      schema: {
        summary: 'Writes a rule file once it is valid and its examples give their verdicts',
        params,
        querystring: noQuery,
        headers: { type: 'object', properties: { 'if-match': { type: 'string', maxLength: 200 } } },
        body: { type: 'object', description: 'The rule, in the format of rules/rule.schema.json' },
        response: { 200: answerResponse('The rule that is in force now'), ...problems },
      },
      config: { permission: 'Rules.Change' },
    },
    async (request, reply) => {
      const { id } = request.params;
      const text = `${JSON.stringify(request.body, null, 2)}\n`;
      const ifMatch = wanted(request.headers['if-match']);
      const { rule, ruleSet } = await door.changeRule({ ...callerOf(request, {}, now), id, text, ifMatch });
      void reply.header('etag', tagOf(rule.text));
      return { id, operation: rule.operation, file: rule.file, state: 'active', problem: null, ruleSet };
    },
  );

  app.post<{ Body: { operation: string; order?: string; material?: string; input?: JsonObject } }>(
    '/rules/explain',
    {
      schema: {
        summary: 'Every rule of an operation on an order or a material, with every value',
        querystring: noQuery,
        body: explainBody,
        response: { 200: verdictResponse, ...problems },
      },
      config: { permission: 'ProductionOrder.Show' },
    },
    (request) => {
      const { operation, order, material, input = {} } = request.body;
      const asked = { ...callerOf(request, {}, now), input };
      if (material !== undefined) return door.explainMaterial({ ...asked, operation, material });
      const name = operation.replace(/^ProductionOrder\./, '');
      return door.explain({ ...asked, operation: name, order: order ?? '' });
    },
  );
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
