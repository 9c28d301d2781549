/** The chart as a table: the same bars for who does not see it, reached and chosen by keyboard. */
import { useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { ToggleButton } from 'react-aria-components';
import { useVirtualizer } from '@tanstack/react-virtual';
import { barsOfList, type ChartModel } from './chart-model.js';
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
  const [isLate, setLate] = useState(false);
  const bars = useMemo(() => barsOfList(model, { row, isLate }), [model, row, isLate]);
  return (
    <div className="placements">
      <div className="placements-filter">
        <label>
          Work center{' '}
          <select className="input" value={row} onChange={(event) => setRow(Number(event.target.value))}>
            <option value={-1}>All of them</option>
            {model.rows.map(({ name }, place) => (
              <option key={place} value={place}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <ToggleButton className="chip" isSelected={isLate} onChange={setLate}>
          Of late orders only
        </ToggleButton>
        <span className="muted" role="status">
          {bars.length.toLocaleString('en')} placements
        </span>
      </div>
      {bars.length === 0 ? (
        <Empty title="Nothing is planned here" />
      ) : (
        <Grid
          key={`${row} ${String(isLate)}`}
          model={model}
          bars={bars}
          chosen={chosen}
          onChoose={onChoose}
        />
      )}
    </div>
  );
}

interface GridProps extends PlacementsListProps {
  bars: Int32Array;
}

const COLUMNS = ['Work center', 'Order', 'Operation', 'From', 'To', 'Takes', 'Late'];

function Grid({ model, bars, chosen, onChoose }: GridProps) {
  const count = bars.length;
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
  const orderAt = (place: number) => model.operations.order[model.bars.operation[bars[place] ?? 0] ?? 0] ?? 0;
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
            {cellsOf(model, bars[index] ?? 0).map((cell, place) => (
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
