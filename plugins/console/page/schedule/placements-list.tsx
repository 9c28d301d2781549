/** The chart as a table: the same bars for who does not see it, reached and chosen by keyboard. */
import { useRef, useState, type KeyboardEvent } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import type { ChartModel } from './chart-model.js';
import { durationText, PlantTime } from './plant-time.js';
import { Empty } from '../shell/ui/notes.js';

const ROW = 30;
const PAGE = 12;

interface PlacementsListProps {
  model: ChartModel;
  chosen: number | null;
  onChoose: (order: number | null) => void;
}

export function PlacementsList({ model, chosen, onChoose }: PlacementsListProps) {
  const [row, setRow] = useState(-1);
  const [first, last] = boundsOf(model, row);
  return (
    <div className="placements">
      <label className="placements-filter">
        Work center{' '}
        <select className="input" value={row} onChange={(event) => setRow(Number(event.target.value))}>
          <option value={-1}>All of them</option>
          {model.rows.map(({ name }, place) => (
            <option key={place} value={place}>
              {name}
            </option>
          ))}
        </select>
        <span className="muted">{(last - first).toLocaleString('en')} placements</span>
      </label>
      {first === last ? (
        <Empty title="Nothing is planned here" />
      ) : (
        <Grid
          key={row}
          model={model}
          first={first}
          count={last - first}
          chosen={chosen}
          onChoose={onChoose}
        />
      )}
    </div>
  );
}

/** The bars of a row; of all of them for -1. */
function boundsOf({ rows, laneFrom, bars }: ChartModel, row: number): [number, number] {
  const shown = rows[row];
  if (shown === undefined) return [0, bars.start.length];
  return [laneFrom[shown.firstLane] ?? 0, laneFrom[shown.firstLane + shown.lanes] ?? 0];
}

interface GridProps extends PlacementsListProps {
  first: number;
  count: number;
}

const COLUMNS = ['Work center', 'Order', 'Operation', 'From', 'To', 'Takes', 'Late'];

function Grid({ model, first, count, chosen, onChoose }: GridProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const rows = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 10,
  });
  const go = (to: number) => {
    const at = Math.max(0, Math.min(count - 1, to));
    setActive(at);
    rows.scrollToIndex(at);
  };
  const orderAt = (place: number) => model.operations.order[model.bars.operation[first + place] ?? 0] ?? 0;
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Record<string, () => void> = {
      ArrowDown: () => go(active + 1),
      ArrowUp: () => go(active - 1),
      PageDown: () => go(active + PAGE),
      PageUp: () => go(active - PAGE),
      Home: () => go(0),
      End: () => go(count - 1),
      Enter: () => onChoose(orderAt(active)),
      ' ': () => onChoose(orderAt(active)),
      Escape: () => onChoose(null),
    };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    step();
  };
  return (
    <div
      className="placements-grid"
      role="grid"
      aria-label="Placements"
      aria-rowcount={count + 1}
      aria-activedescendant={`placement-${active}`}
      tabIndex={0}
      ref={scroller}
      onKeyDown={onKeyDown}
    >
      <div className="placements-row placements-head" role="row" aria-rowindex={1}>
        {COLUMNS.map((column) => (
          <span key={column} role="columnheader">
            {column}
          </span>
        ))}
      </div>
      <div className="placements-body" role="rowgroup" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, start }) => (
          <div
            key={index}
            id={`placement-${index}`}
            className={`placements-row${index === active ? ' is-active' : ''}`}
            role="row"
            aria-rowindex={index + 2}
            aria-selected={orderAt(index) === chosen}
            style={{ transform: `translateY(${start}px)` }}
            onClick={() => {
              setActive(index);
              onChoose(orderAt(index));
            }}
          >
            {cellsOf(model, first + index).map((cell, place) => (
              <span key={place} role="gridcell" title={cell}>
                {cell}
              </span>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

function cellsOf(model: ChartModel, bar: number): string[] {
  const { bars, operations, orders, rows, laneRow, laneNumber, origin, timeZone } = model;
  const operation = bars.operation[bar] ?? 0;
  const order = operations.order[operation] ?? 0;
  const lane = bars.lane[bar] ?? 0;
  const row = rows[laneRow[lane] ?? 0];
  const batch = operations.batch[operation];
  const clock = new PlantTime(timeZone);
  const [start, end] = [bars.start[bar] ?? 0, bars.end[bar] ?? 0];
  const late = orders.latenessMinutes[order] ?? 0;
  return [
    `${row?.name ?? ''}${(row?.lanes ?? 1) > 1 ? ` · ${laneNumber[lane] ?? 1}` : ''}`,
    orders.name[order] ?? '',
    `${operations.name[operation] ?? ''}${batch === null || batch === undefined ? '' : ` · batch ${batch}`}`,
    clock.short(origin + start * 1000),
    clock.short(origin + end * 1000),
    durationText(end - start),
    late > 0 ? durationText(late * 60) : '',
  ];
}
