/** Which orders are shown: as it is chosen, as the page's address has it, and as the API is asked. Pure. */

export const STATES = ['Created', 'Released', 'InProgress', 'Completed', 'Closed', 'Canceled'] as const;
const OPEN = 'Created,Released,InProgress';

export interface ListFilter {
  search: string;
  /** None: all of them. */
  states: readonly string[];
  facility: string;
  /** Only orders that are not made yet and were due before today. */
  overdue: boolean;
}

export function filterOf(query: URLSearchParams): ListFilter {
  const states = (query.get('state') ?? '').split(',');
  return {
    search: query.get('search') ?? '',
    states: STATES.filter((state) => states.includes(state)),
    facility: query.get('facility') ?? '',
    overdue: query.has('overdue'),
  };
}

export type OrderListQuery = Record<string, string>;

/**
 * What the API is asked, or the address says, of a filter.
 * @param today what is overdue was due before it; null for the address, which means the day on which it is opened
 */
export function queryOf(
  { search, states, facility, overdue }: ListFilter,
  today: string | null,
): OrderListQuery {
  const query: OrderListQuery = {};
  if (search.trim() !== '') query.search = search.trim();
  if (states.length > 0) query.state = STATES.filter((state) => states.includes(state)).join(',');
  if (facility !== '') query.facility = facility;
  if (!overdue) return query;
  if (today === null) return { ...query, overdue: '1' };
  // What is made or given up is not late any more.
  const open = OPEN.split(',').filter((state) => states.length === 0 || states.includes(state));
  return { ...query, state: open.join(',') || 'Created', universalState: 'Active', dueBefore: today };
}
