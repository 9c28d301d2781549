/** The chart of a plan, with what it says of the bar under the pointer or with the focus. */
import { useEffect, useImperativeHandle, useRef, useState, type CSSProperties, type Ref } from 'react';
import { Chart, type Pointed } from './chart.js';
import type { ChartModel } from './chart-model.js';
import { firstLoadAfter, loadAsked, loadKey, shareOf, type LoadAsked, type RowLoad } from './load-strip.js';
import { durationText, PlantTime } from './plant-time.js';
import { useLoad } from './queries.js';
import { wholeOf } from './viewport.js';

export interface GanttHandle {
  zoom: (factor: number) => void;
  fit: () => void;
  goTo: (order: number) => void;
}

interface GanttProps {
  model: ChartModel;
  version: string;
  chosen: number | null;
  /** The bars that the chosen order waited for. */
  chain: readonly number[];
  onChoose: (order: number | null) => void;
  ref: Ref<GanttHandle>;
}

const HELP =
  'Left and right go from bar to bar, up and down to the next lane, Enter chooses an order, Escape lets go of it. Plus and minus zoom, Shift with the arrows moves the chart, Home shows all of it.';

export function Gantt({ model, version, chosen, chain, onChoose, ref }: GanttProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const chart = useRef<Chart | null>(null);
  const choose = useRef(onChoose);
  const [asked, setAsked] = useState<LoadAsked>(() => loadAsked(wholeOf(model)));
  const [pointed, setPointed] = useState<Pointed | null>(null);
  const [focused, setFocused] = useState(-1);
  const [height, setHeight] = useState(0);
  const { rows, error } = useLoad(version, asked, model.origin);

  useEffect(() => {
    choose.current = onChoose;
  }, [onChoose]);

  useEffect(() => {
    if (scroller.current === null || canvas.current === null) return undefined;
    const drawn = new Chart(scroller.current, canvas.current, model, {
      onView: (view) =>
        setAsked((before) => {
          const next = loadAsked(view);
          return before.by === next.by && before.from === next.from && before.to === next.to ? before : next;
        }),
      onHeight: setHeight,
      onPoint: setPointed,
      onChoose: (order) => choose.current(order),
      onFocus: setFocused,
    });
    chart.current = drawn;
    setFocused(-1);
    setPointed(null);
    setAsked(loadAsked(drawn.view));
    return () => {
      chart.current = null;
      drawn.close();
    };
  }, [model]);

  useEffect(() => chart.current?.showLoad(rows), [rows, model]);
  useEffect(() => chart.current?.choose(chosen, chain), [chosen, chain, model]);
  useImperativeHandle(ref, () => ({
    zoom: (factor) => chart.current?.zoom(factor),
    fit: () => chart.current?.fit(),
    goTo: (order) => chart.current?.goTo(order),
  }));

  return (
    <div className="gantt">
      <div
        className="gantt-scroller"
        ref={scroller}
        role="application"
        tabIndex={0}
        aria-label={`Gantt chart of ${model.rows.length} work centers and ${model.orders.name.length} orders`}
        aria-describedby="gantt-help"
      >
        <div className="gantt-content" style={{ height }}>
          <canvas ref={canvas} className="gantt-canvas" aria-hidden="true" />
        </div>
      </div>
      <p id="gantt-help" className="hidden">
        {HELP} The list beside the chart has the same as a table.
      </p>
      <p className="hidden" role="status">
        {focused >= 0 && barText(model, focused).join(', ')}
      </p>
      {pointed !== null && <Tip model={model} pointed={pointed} load={rows} />}
      {error !== null && <p className="gantt-note">The load can’t be shown: {error.message}</p>}
    </div>
  );
}

/** What a bar is, in lines. */
export function barText(model: ChartModel, bar: number): string[] {
  const { bars, operations, orders, rows, laneRow, laneNumber, origin, timeZone } = model;
  const operation = bars.operation[bar] ?? 0;
  const order = operations.order[operation] ?? 0;
  const lane = bars.lane[bar] ?? 0;
  const row = rows[laneRow[lane] ?? 0];
  const batch = operations.batch[operation];
  const [start, end] = [bars.start[bar] ?? 0, bars.end[bar] ?? 0];
  const late = orders.latenessMinutes[order] ?? 0;
  const lanes = (row?.lanes ?? 1) > 1 ? `, lane ${laneNumber[lane] ?? 1}` : '';
  return [
    `Order ${orders.name[order] ?? ''}`,
    `${operations.name[operation] ?? ''}${batch === null || batch === undefined ? '' : `, batch ${batch}`} of ${operations.product[operation] ?? ''}`,
    `${row?.name ?? ''}${lanes}`,
    `${new PlantTime(timeZone).range(origin + start * 1000, origin + end * 1000)} (${durationText(end - start)})`,
    ...(late > 0 ? [`The order is ${durationText(late * 60)} late`] : []),
  ];
}

interface TipProps {
  model: ChartModel;
  pointed: Pointed;
  load: ReadonlyMap<string, RowLoad>;
}

function Tip({ model, pointed, load }: TipProps) {
  const lines = pointed.bar >= 0 ? barText(model, pointed.bar) : loadText(model, pointed, load);
  if (lines.length === 0) return null;
  return (
    <div className="gantt-tip" style={placeOf(pointed)} aria-hidden="true">
      {lines.map((line, place) => (
        <p key={place}>{line}</p>
      ))}
    </div>
  );
}

/** Beside the pointer, to the side where there is more room. */
function placeOf({ x, y }: Pointed): CSSProperties {
  return {
    ...(x < 480 ? { left: x + 14 } : { right: `calc(100% - ${x - 10}px)` }),
    ...(y < 300 ? { top: y + 16 } : { bottom: `calc(100% - ${y - 12}px)` }),
  };
}

function loadText(model: ChartModel, { row, time }: Pointed, load: ReadonlyMap<string, RowLoad>): string[] {
  const shown = model.rows[row];
  if (shown === undefined) return [];
  const own = load.get(loadKey(shown));
  const title = `${shown.name}${shown.type === null ? '' : ` (${shown.type})`}`;
  if (own === undefined) return [title];
  const at = firstLoadAfter(own, time);
  if (at >= own.start.length || (own.start[at] ?? 0) > time) return [title];
  const clock = new PlantTime(model.timeZone);
  const [from, to] = [own.start[at] ?? 0, own.end[at] ?? 0];
  const share = Math.round(shareOf(own, at) * 100);
  const [planned, available] = [durationText(own.planned[at] ?? 0), durationText(own.available[at] ?? 0)];
  return [
    title,
    clock.range(model.origin + from * 1000, model.origin + to * 1000),
    `${planned} of ${available} planned (${share} %)`,
  ];
}
