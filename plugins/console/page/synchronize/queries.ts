/** What the wizard asks of the API. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { ShownOrder } from '../orders/order.js';
import { ask } from '../shell/api.js';
import type { Chosen, SynchronizeRow } from './synchronization.js';

function pathOf(order: string): string {
  return `/production-orders/${encodeURIComponent(order)}`;
}

export function reviewQuery(order: string) {
  return queryOptions({
    queryKey: ['orders', 'one', order],
    queryFn: ({ signal }) => ask<ShownOrder>(pathOf(order), { signal }),
  });
}

async function rowOf(path: string, body: object, options: { dryRun: boolean; signal?: AbortSignal }) {
  const { dryRun, signal } = options;
  const { orders } = await ask<{ orders: SynchronizeRow[] }>(path, {
    method: 'POST',
    body,
    query: { dryRun },
    ...(signal !== undefined && { signal }),
  });
  const [row] = orders;
  if (row === undefined) throw new Error('The server answered no row');
  return row;
}

function bodyOf({ mode, discardStarted }: Chosen): object {
  return { mode, ...(mode === 'replace' && discardStarted && { discardStarted }) };
}

export function previewQuery(order: string, chosen: Chosen) {
  return queryOptions({
    queryKey: ['orders', 'synchronize', order, bodyOf(chosen)],
    queryFn: ({ signal }) =>
      rowOf(`${pathOf(order)}/steps/synchronize`, bodyOf(chosen), { dryRun: true, signal }),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
}

export function runSynchronize(order: string, chosen: Chosen): Promise<SynchronizeRow> {
  return rowOf(`${pathOf(order)}/steps/synchronize`, bodyOf(chosen), { dryRun: false });
}

export function undoQuery(order: string) {
  return queryOptions({
    queryKey: ['orders', 'undo', order],
    queryFn: ({ signal }) => rowOf(`${pathOf(order)}/steps/synchronize/undo`, {}, { dryRun: true, signal }),
    staleTime: 0,
  });
}

export function runUndo(order: string): Promise<SynchronizeRow> {
  return rowOf(`${pathOf(order)}/steps/synchronize/undo`, {}, { dryRun: false });
}
