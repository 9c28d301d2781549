/** What the schedule asks of the server, each under a key by which it is asked again after a change. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { ask } from '../shell/api.js';
import { chartModel } from './chart-model.js';
import type {
  ExplainedOrder,
  LoadDocument,
  PlacementsDocument,
  PlanDifferences,
  PlanVersions,
  QueuePreview,
  QueueRow,
} from './document.js';
import { loadByRow, type LoadAsked, type RowLoad } from './load-strip.js';

/** In place of a version: what is saved now. */
export const SAVED = 'saved';

export function useVersions() {
  return useQuery({
    queryKey: ['schedule', 'versions'],
    queryFn: ({ signal }) => ask<PlanVersions>('/schedule/versions', { signal }),
  });
}

/** The plan as its chart draws it. */
export function useChart(version: string | null) {
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ['schedule', 'placements', version],
    queryFn: ({ signal }) =>
      ask<PlacementsDocument>('/schedule/placements', { signal, query: { version: version ?? SAVED } }),
    enabled: version !== null,
    placeholderData: keepPreviousData,
    // A version is for ever; what is saved may lose an order.
    staleTime: version === SAVED ? 5000 : Infinity,
  });
  const model = useMemo(() => (data === undefined ? null : chartModel(data)), [data]);
  return { model, error, isFetching, refetch };
}

export function useLoad(version: string, { by, from, to }: LoadAsked, origin: number) {
  const at = (seconds: number | undefined) =>
    seconds === undefined ? undefined : new Date(origin + seconds * 1000).toISOString();
  const { data, error } = useQuery({
    queryKey: ['schedule', 'load', version, by, from, to, origin],
    queryFn: ({ signal }) =>
      ask<LoadDocument>('/schedule/load', { signal, query: { version, by, from: at(from), to: at(to) } }),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
  const rows = useMemo(
    () => (data === undefined ? new Map<string, RowLoad>() : loadByRow(data, origin)),
    [data, origin],
  );
  return { rows, error };
}

export function useExplained(version: string, name: string | null) {
  return useQuery({
    queryKey: ['schedule', 'order', version, name],
    queryFn: ({ signal }) =>
      ask<ExplainedOrder>(`/schedule/orders/${encodeURIComponent(name ?? '')}`, {
        signal,
        query: { version },
      }),
    enabled: name !== null,
  });
}

export function useDifferences(version: string, enabled: boolean) {
  return useQuery({
    queryKey: ['schedule', 'differences', version],
    queryFn: ({ signal }) =>
      ask<PlanDifferences>('/schedule/differences', { signal, query: { version, limit: 500 } }),
    enabled,
  });
}

export function useQueue(enabled: boolean) {
  return useQuery({
    queryKey: ['queue'],
    queryFn: async ({ signal }) => (await ask<{ orders: QueueRow[] }>('/queue', { signal })).orders,
    enabled,
  });
}

/** What the queue with these orders at the head of their group would come to. */
export function usePreview(head: readonly { name: string }[]) {
  return useQuery({
    queryKey: ['queue', 'preview', head],
    queryFn: ({ signal }) =>
      ask<QueuePreview>('/queue', {
        method: 'PUT',
        signal,
        query: { dryRun: true, limit: 200 },
        body: { orders: head },
      }),
    enabled: head.length > 0,
    staleTime: 0,
    gcTime: 0,
  });
}

export function useMoveInQueue() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (head: readonly { name: string }[]) =>
      ask<{ orders: QueueRow[] }>('/queue', { method: 'PUT', body: { orders: head } }),
    onSuccess: ({ orders }) => queries.setQueryData(['queue'], orders),
  });
}

interface PlanSummary {
  version: string;
  orders: { late: boolean }[];
  unscheduled: { name: string; message: string }[];
}

/** Plans the queue; with a version that plan is saved as it was made. */
export function usePlanning() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (save: string | null) =>
      ask<PlanSummary>('/schedule', {
        method: 'POST',
        query: { summary: true },
        body: save === null ? {} : { save },
      }),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['schedule', 'versions'] }),
        queries.invalidateQueries({ queryKey: ['schedule', 'differences'] }),
        queries.invalidateQueries({ queryKey: ['queue'], exact: true }),
      ]),
  });
}
