/** All orders, page by page as they are scrolled to: what is asked for is filtered by the server. */
import { useDeferredValue, useEffect, useState } from 'react';
import { Button as AriaButton, Input, SearchField, ToggleButton } from 'react-aria-components';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { ask } from '../shell/api.js';
import type { PageProps } from '../shell/route.js';
import { useSession } from '../shell/session.js';
import { rememberQuery } from '../shell/use-address.js';
import { spelled } from '../shell/ui/badge.js';
import { Empty, Loading, ProblemNote } from '../shell/ui/notes.js';
import { PageHead } from '../shell/ui/page-head.js';
import type { BriefOrder } from './order.js';
import { OrderTable } from './order-table.js';
import { filterOf, queryOf, STATES, type ListFilter } from './list-filter.js';
import './orders.css';

const PAGE = 200;

interface OrderPage {
  orders: BriefOrder[];
  counts?: { states: Record<string, number>; facilities: string[] };
}

export default function OrderListPage({ query }: PageProps) {
  const { now } = useSession();
  const today = now.slice(0, 10);
  const [filter, setFilter] = useState(() => filterOf(query));
  const asked = useDeferredValue(filter);
  const sent = queryOf(asked, today);

  useEffect(() => {
    rememberQuery(['orders'], queryOf(filter, null));
  }, [filter]);

  const list = useInfiniteQuery({
    queryKey: ['orders', 'list', sent],
    queryFn: ({ pageParam, signal }) =>
      ask<OrderPage>('/production-orders', {
        signal,
        query: { ...sent, limit: PAGE, brief: true, ...(pageParam !== null && { after: pageParam }) },
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ orders }) => (orders.length < PAGE ? null : (orders.at(-1)?.name ?? null)),
    placeholderData: keepPreviousData,
  });
  const ofAnyState = Object.fromEntries(Object.entries(sent).filter(([name]) => name !== 'state'));
  const { data: counted } = useQuery({
    queryKey: ['orders', 'counts', ofAnyState],
    queryFn: ({ signal }) =>
      ask<OrderPage>('/production-orders', {
        signal,
        query: { ...ofAnyState, limit: 1, brief: true, counts: true },
      }),
    placeholderData: keepPreviousData,
  });
  const counts = counted?.counts;
  const orders = list.data?.pages.flatMap((page) => page.orders) ?? [];
  const total = totalOf(counts?.states, sent.state?.split(',') ?? []);

  return (
    <div className="orders-page">
      <PageHead
        title="Orders"
        beside={
          total !== null && (
            <span className="muted" role="status">
              {total.toLocaleString('en')} {total === 1 ? 'order' : 'orders'}
            </span>
          )
        }
      />
      <Filters filter={filter} onChange={setFilter} counts={counts} />
      {list.error !== null ? (
        <ProblemNote problem={list.error} onRetry={() => void list.refetch()} />
      ) : list.isPending ? (
        <Loading what="Reading the orders" />
      ) : orders.length === 0 ? (
        <Empty title="No order is like this">Other words or fewer filters may find it.</Empty>
      ) : (
        <OrderTable
          orders={orders}
          total={total ?? orders.length}
          filter={sent}
          today={today}
          hasMore={list.hasNextPage}
          onMore={() => {
            if (!list.isFetchingNextPage) void list.fetchNextPage();
          }}
        />
      )}
    </div>
  );
}

function totalOf(counts: Record<string, number> | undefined, chosen: readonly string[]): number | null {
  if (counts === undefined) return null;
  const states = chosen.length === 0 ? Object.keys(counts) : chosen;
  return states.reduce((sum, state) => sum + (counts[state] ?? 0), 0);
}

interface FiltersProps {
  filter: ListFilter;
  onChange: (filter: ListFilter) => void;
  counts: OrderPage['counts'];
}

function Filters({ filter, onChange, counts }: FiltersProps) {
  const { states, search, overdue, facility } = filter;
  const toggle = (state: string, on: boolean) =>
    onChange({ ...filter, states: on ? [...states, state] : states.filter((one) => one !== state) });
  return (
    <div className="filters" role="search" aria-label="Orders">
      <SearchField
        className="search"
        aria-label="Name or product"
        value={search}
        onChange={(text) => onChange({ ...filter, search: text })}
      >
        <Input className="input" placeholder="Name or product" />
        <AriaButton className="search-clear" aria-label="Clear the search">
          <span aria-hidden="true">×</span>
        </AriaButton>
      </SearchField>
      <div className="chips" role="group" aria-label="States">
        {STATES.map((state) => (
          <ToggleButton
            key={state}
            className={`chip state state-${state.toLowerCase()}`}
            isSelected={states.includes(state)}
            onChange={(on) => toggle(state, on)}
          >
            {spelled(state)}{' '}
            <span className="chip-count">{(counts?.states[state] ?? 0).toLocaleString('en')}</span>
          </ToggleButton>
        ))}
      </div>
      <ToggleButton
        className="chip chip-late"
        isSelected={overdue}
        onChange={(on) => onChange({ ...filter, overdue: on })}
      >
        Overdue
      </ToggleButton>
      <label className="facility">
        <span className="hidden">Facility</span>
        <select
          className="input"
          value={facility}
          onChange={(event) => onChange({ ...filter, facility: event.target.value })}
        >
          <option value="">All facilities</option>
          {(counts?.facilities ?? []).map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
