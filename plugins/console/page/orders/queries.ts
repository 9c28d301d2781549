/** What the pages of orders ask of the API. */
import { queryOptions, type QueryClient } from '@tanstack/react-query';
import { ask } from '../shell/api.js';
import type { ShownOrder } from './order.js';
import type { StateModel } from './state-model.js';

export const stateModelQuery = queryOptions({
  queryKey: ['state-model'],
  queryFn: ({ signal }) => ask<StateModel>('/state-model', { signal }),
  staleTime: Infinity,
});

export function orderQuery(name: string) {
  return queryOptions({
    queryKey: ['orders', 'one', name],
    queryFn: ({ signal }) => ask<ShownOrder>(`/production-orders/${encodeURIComponent(name)}`, { signal }),
  });
}

/** After something was done: what is shown of orders, their journals, the queue and the schedule may be other now. */
export async function refreshAfterChange(queries: QueryClient): Promise<void> {
  await Promise.all(
    [['orders'], ['journal'], ['schedule'], ['queue'], ['events']].map((queryKey) =>
      queries.invalidateQueries({ queryKey }),
    ),
  );
}
