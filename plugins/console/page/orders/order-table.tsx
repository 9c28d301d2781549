/** The rows that are in sight, of any number of orders; moved through with the arrow keys, opened with Enter. */
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useQueries, useQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ask } from '../shell/api.js';
import { addressOf } from '../shell/route.js';
import { timeText } from '../shell/text.js';
import { goTo } from '../shell/use-address.js';
import { Badge, StateBadge } from '../shell/ui/badge.js';
import { isOverdue, priorityText, type BriefOrder, type ListedOrder } from './order.js';
import type { OrderListQuery } from './list-filter.js';
import { QuantityBar } from './quantity-bar.js';
import { stateModelQuery } from './queries.js';
import { nextOperation, type StateModel } from './state-model.js';

const ROW = 36;
/** Rows whose rules are asked about at once: what is in sight, and no more. */
const BLOCK = 25;
const COLUMNS = ['Order', 'State', 'Product', 'Made of quantity', 'Priority', 'Due', 'Facility', 'Next'];

interface OrderTableProps {
  orders: readonly BriefOrder[];
  total: number;
  filter: OrderListQuery;
  today: string;
  hasMore: boolean;
  onMore: () => void;
}

export function OrderTable({ orders, total, filter, today, hasMore, onMore }: OrderTableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const moved = useRef(false);
  const virtualizer = useVirtualizer({
    count: orders.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  const rows = virtualizer.getVirtualItems();
  const lastShown = rows.at(-1)?.index ?? 0;
  const { data: model } = useQuery(stateModelQuery);
  const verdicts = useVerdicts(orders, filter, {
    first: virtualizer.range?.startIndex ?? 0,
    last: virtualizer.range?.endIndex ?? 0,
  });

  useEffect(() => {
    if (hasMore && lastShown >= orders.length - BLOCK) onMore();
  }, [hasMore, lastShown, orders.length, onMore]);

  useEffect(() => {
    setActive(0);
    scroller.current?.scrollTo({ top: 0 });
  }, [filter.search, filter.state, filter.facility, filter.dueBefore]);

  useEffect(() => {
    // The row that the keys moved to is in the document only once it is in sight.
    if (!moved.current) return;
    const row = scroller.current?.querySelector<HTMLElement>(`[data-index="${active}"]`);
    if (row === null || row === undefined) return;
    row.focus({ preventScroll: true });
    moved.current = false;
  });

  const move = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? ROW) / ROW) - 2);
    const to: Record<string, number> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: orders.length - 1,
    };
    const order = orders[active];
    if (event.key === 'Enter' && order !== undefined) {
      goTo(['orders', order.name]);
      return;
    }
    const wanted = to[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(orders.length - 1, wanted));
    moved.current = true;
    setActive(next);
    virtualizer.scrollToIndex(next);
  };

  return (
    <div className="order-table" role="grid" aria-label="Orders" aria-rowcount={total + 1} onKeyDown={move}>
      <div role="rowgroup">
        <div className="order-row order-head" role="row" aria-rowindex={1}>
          {COLUMNS.map((column) => (
            <span key={column} role="columnheader">
              {column}
            </span>
          ))}
        </div>
      </div>
      <div className="order-scroll" role="rowgroup" ref={scroller}>
        <div className="order-space" role="presentation" style={{ height: virtualizer.getTotalSize() }}>
          {rows.map(({ index, start }) => {
            const order = orders[index];
            if (order === undefined) return null;
            return (
              <div
                key={order.name}
                className="order-row"
                role="row"
                aria-rowindex={index + 2}
                aria-label={order.name}
                data-index={index}
                tabIndex={index === active ? 0 : -1}
                style={{ transform: `translateY(${start}px)` }}
                onFocus={() => setActive(index)}
                onClick={() => goTo(['orders', order.name])}
              >
                <Cells order={order} today={today} next={nextOf(model, order, verdicts.get(order.name))} />
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

interface Next {
  operation: string | null;
  /** Why it is refused; null where it is allowed or not known yet. */
  refused: string | null;
}

function nextOf(model: StateModel | undefined, order: BriefOrder, verdict: ListedOrder | undefined): Next {
  const operation = model === undefined ? null : nextOperation(model, order);
  const blocked = verdict?.blocked.find((one) => one.operation === operation);
  const [violation] = blocked?.violations ?? [];
  return { operation, refused: violation?.message ?? null };
}

function Cells({ order, today, next }: { order: BriefOrder; today: string; next: Next }) {
  const late = isOverdue(order, today);
  const { operation, refused } = next;
  return (
    <>
      <span role="gridcell" className="order-name">
        <a href={addressOf(['orders', order.name])} tabIndex={-1} title={order.name}>
          {order.name}
        </a>
      </span>
      <span role="gridcell">
        <StateBadge state={order.state} terminated={order.universalState === 'Terminated'} />
      </span>
      <span role="gridcell" className="cut" title={order.product}>
        {order.product}
      </span>
      <span role="gridcell" className="order-quantity">
        <QuantityBar order={order} small />
      </span>
      <span role="gridcell">{priorityText(order.priority)}</span>
      <span role="gridcell" className={late ? 'late' : undefined}>
        {timeText(order.dueDate)}
        {late && <span className="late-word"> overdue</span>}
      </span>
      <span role="gridcell" className="cut" title={order.facility ?? undefined}>
        {order.facility ?? '–'}
      </span>
      <span role="gridcell" className="cut">
        {operation === null ? (
          <span className="faint">–</span>
        ) : refused === null ? (
          <span className="muted">{operation}</span>
        ) : (
          <span title={refused}>
            <Badge tone="warn">{operation} blocked</Badge>
          </span>
        )}
      </span>
    </>
  );
}

/** What is allowed and blocked of the orders in sight, asked block by block behind the order before it. */
function useVerdicts(
  orders: readonly BriefOrder[],
  filter: OrderListQuery,
  { first, last }: { first: number; last: number },
): Map<string, ListedOrder> {
  const blocks = [];
  for (
    let block = Math.floor(first / BLOCK);
    block * BLOCK <= last && block * BLOCK < orders.length;
    block += 1
  )
    blocks.push(block);
  const answers = useQueries({
    queries: blocks.map((block) => {
      const after = orders[block * BLOCK - 1]?.name;
      return {
        queryKey: ['orders', 'verdicts', filter, after ?? null],
        queryFn: ({ signal }: { signal: AbortSignal }) =>
          ask<{ orders: ListedOrder[] }>('/production-orders', {
            signal,
            query: { ...filter, limit: BLOCK, ...(after !== undefined && { after }) },
          }),
        staleTime: 10_000,
      };
    }),
  });
  return new Map(answers.flatMap(({ data }) => data?.orders ?? []).map((order) => [order.name, order]));
}
