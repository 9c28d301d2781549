/** What the pages of rules ask of the API. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { ask, askWithHeaders } from '../shell/api.js';
import type { OrderVerdict, VerdictRow } from '../shell/verdict.js';
import type { Schema } from './completion.js';
import type { CheckedText, Explanation, RuleList, RuleVersion, ShownRule, Vocabulary } from './rule.js';

export const rulesQuery = queryOptions({
  queryKey: ['rules', 'list'],
  queryFn: ({ signal }) => ask<RuleList>('/rules', { signal }),
  refetchInterval: 10_000,
});

export const vocabularyQuery = queryOptions({
  queryKey: ['facts'],
  queryFn: ({ signal }) => ask<Vocabulary>('/facts', { signal }),
  staleTime: Infinity,
});

export const schemaQuery = queryOptions({
  queryKey: ['rules', 'schema'],
  queryFn: ({ signal }) => ask<Schema>('/rules/schema', { signal }),
  staleTime: Infinity,
});

function pathOf(id: string): string {
  return `/rules/${encodeURIComponent(id)}`;
}

/** A rule with the ETag by which it is known. */
export interface ReadRule {
  rule: ShownRule;
  etag: string | null;
}

export async function readRule(id: string, signal?: AbortSignal): Promise<ReadRule> {
  const { body, headers } = await askWithHeaders<ShownRule>(
    pathOf(id),
    signal === undefined ? {} : { signal },
  );
  return { rule: body, etag: headers.get('etag') };
}

export function ruleQuery(id: string) {
  return queryOptions({ queryKey: ['rules', 'one', id], queryFn: ({ signal }) => readRule(id, signal) });
}

export function checkQuery(text: string, id: string | null) {
  return queryOptions({
    queryKey: ['rules', 'check', id, text],
    queryFn: async ({ signal }) => {
      const body = id === null ? { text } : { id, text };
      const checked = await ask<CheckedText>('/rules/check', { method: 'POST', body, signal });
      return { ...checked, text };
    },
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    gcTime: 60_000,
  });
}

export function versionsQuery(id: string) {
  return queryOptions({
    queryKey: ['rules', 'versions', id],
    queryFn: async ({ signal }) => {
      const path = `${pathOf(id)}/versions`;
      const { versions } = await ask<{ versions: RuleVersion[] }>(path, { signal });
      return versions;
    },
  });
}

export function versionQuery(id: string, ruleSet: string) {
  return queryOptions({
    queryKey: ['rules', 'version', id, ruleSet],
    queryFn: ({ signal }) => ask<{ text: string }>(`${pathOf(id)}/versions/${ruleSet}`, { signal }),
    staleTime: Infinity,
  });
}

/** @param etag of the text that is replaced; null for a rule that shall be new */
export async function saveRule(id: string, text: string, etag: string | null): Promise<void> {
  const headers = etag === null ? { 'if-none-match': '*' } : { 'if-match': etag };
  await ask(pathOf(id), { method: 'PUT', body: { text }, headers });
}

export async function restoreRule(id: string, ruleSet: string, etag: string | null): Promise<void> {
  const headers = etag === null ? {} : { 'if-match': etag };
  await ask(`${pathOf(id)}/restore`, { method: 'POST', body: { ruleSet }, headers });
}

export type ExplainedRow = VerdictRow & { rules: Explanation[] };

export interface ExplainAsked {
  operation: string;
  entity: 'ProductionOrder' | 'Material';
  name: string;
  candidate: string;
}

export function explainQuery({ operation, entity, name, candidate }: ExplainAsked) {
  return queryOptions({
    queryKey: ['rules', 'explain', operation, name, candidate],
    queryFn: async ({ signal }) => {
      const about = entity === 'Material' ? { material: name } : { order: name };
      const body = { operation, ...about, candidate };
      const verdict = await ask<Partial<OrderVerdict> & { materials?: ExplainedRow[] }>('/rules/explain', {
        method: 'POST',
        body,
        signal,
      });
      return (verdict.materials ?? (verdict.orders as ExplainedRow[] | undefined))?.[0] ?? null;
    },
    placeholderData: keepPreviousData,
  });
}
