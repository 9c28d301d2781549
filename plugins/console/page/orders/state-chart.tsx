/** The states and what leads from one to another, as the machine has them; what can be done now can be pressed. */
import { useLayoutEffect, useMemo, useRef, useState, type RefObject } from 'react';
import { useSession } from '../shell/session.js';
import { spelled } from '../shell/ui/badge.js';
import { Button } from '../shell/ui/button.js';
import { linePath, stateChartLayout, type PlacedMove } from './graph-layout.js';
import type { ShownOrder } from './order.js';
import { movesOf, sameStanding, type StateModel } from './state-model.js';

interface StateChartProps {
  order: ShownOrder;
  model: StateModel;
  /** An operation is pressed: it is done, or why it is not allowed is told. */
  onAsk: (operation: string) => void;
}

export function StateChart({ order, model, onAsk }: StateChartProps) {
  const chart = useMemo(() => stateChartLayout(model.states, movesOf(model)), [model]);
  const [frame, zoom] = useZoom(chart.width);
  const terminated = order.universalState === 'Terminated';
  const now = model.transitions.filter(({ from }) => sameStanding(from, order));
  const leads = (move: PlacedMove) =>
    now.some(
      ({ operation, to, canceledFrom }) =>
        operation === move.operation &&
        to.state === move.to &&
        move.from === order.state &&
        (canceledFrom === undefined || (order.allowed.includes(operation) && comesBack(order, canceledFrom))),
    );
  // What leads nowhere else: Change, Synchronize, Terminate.
  const charted = new Set(chart.moves.filter(leads).map(({ operation }) => operation));
  const staying = [...order.allowed, ...order.blocked.map(({ operation }) => operation)].filter(
    (operation) =>
      !charted.has(operation) && (order.allowed.includes(operation) || isByRule(order, operation)),
  );
  return (
    <>
      <div className="state-chart-scroll" ref={frame}>
        <div className="state-chart" style={{ width: chart.width, height: chart.height, zoom }}>
          <svg width={chart.width} height={chart.height} aria-hidden="true">
            <defs>
              {['arrow', 'arrow-now'].map((id) => (
                <marker
                  key={id}
                  id={id}
                  viewBox="0 0 8 8"
                  refX="7"
                  refY="4"
                  markerWidth="7"
                  markerHeight="7"
                  orient="auto"
                >
                  <path d="M0,0.5 L7.5,4 L0,7.5 z" className={id} />
                </marker>
              ))}
            </defs>
            {chart.moves.map((move) => {
              const current = leads(move);
              return (
                <path
                  key={`${move.from} ${move.operation} ${move.to}`}
                  className={`move${current ? ' move-now' : ''}${move.automatic ? ' move-automatic' : ''}`}
                  d={linePath(move.points)}
                  markerEnd={`url(#${current ? 'arrow-now' : 'arrow'})`}
                />
              );
            })}
          </svg>
          <ul aria-label="States">
            {chart.states.map(({ state, x, y, width, height }) => {
              const current = state === order.state;
              return (
                <li
                  key={state}
                  className={`state-box state-${state.toLowerCase()}${current ? ' state-box-now' : ''}${current && terminated ? ' state-box-terminated' : ''}`}
                  style={{ left: x - width / 2, top: y - height / 2, width, height }}
                  aria-current={current ? 'step' : undefined}
                >
                  {spelled(state)}
                  {current && terminated && <span className="state-box-more">terminated</span>}
                </li>
              );
            })}
          </ul>
          <ul aria-label="Operations between states">
            {chart.moves.map((move) => (
              <li
                key={`${move.from} ${move.operation} ${move.to}`}
                className="move-place"
                style={{
                  left: move.label.x - move.label.width / 2,
                  top: move.label.y - move.label.height / 2,
                  width: move.label.width,
                  height: move.label.height,
                }}
              >
                {leads(move) && !move.automatic ? (
                  <OperationButton order={order} operation={move.operation} model={model} onAsk={onAsk} />
                ) : (
                  <span className={`move-label${leads(move) ? ' move-label-now' : ''}`}>
                    {move.operation}
                  </span>
                )}
              </li>
            ))}
          </ul>
        </div>
      </div>
      {staying.length > 0 && (
        <div className="staying" role="group" aria-label="Operations in this state">
          <span className="muted">In this state</span>
          {staying.map((operation) => (
            <OperationButton
              key={operation}
              order={order}
              operation={operation}
              model={model}
              onAsk={onAsk}
            />
          ))}
        </div>
      )}
    </>
  );
}

/** Below this letters are too small, and the chart is scrolled instead. */
const LEAST_ZOOM = 0.75;

/** How much smaller a chart of a width is shown in its frame, so that all of it is seen. */
function useZoom(width: number): [frame: RefObject<HTMLDivElement | null>, zoom: number] {
  const frame = useRef<HTMLDivElement>(null);
  const [zoom, setZoom] = useState(1);
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const fit = () => setZoom(Math.min(1, Math.max(LEAST_ZOOM, (element.clientWidth - 8) / width)));
    const observer = new ResizeObserver(fit);
    observer.observe(element);
    fit();
    return () => observer.disconnect();
  }, [width]);
  return [frame, zoom];
}

/** Whether the state model would let it through, and a rule does not. */
function isByRule(order: ShownOrder, operation: string): boolean {
  const violations = order.blocked.find((one) => one.operation === operation)?.violations ?? [];
  return violations.length > 0 && !violations.some(({ code }) => code.startsWith('OW_STATE_'));
}

/** Where nobody knows what it was canceled from, its materials decide: all of them are shown. */
function comesBack({ canceledFrom: known }: ShownOrder, canceledFrom: string): boolean {
  return known === null || known === canceledFrom;
}

function OperationButton({ order, operation, model, onAsk }: StateChartProps & { operation: string }) {
  const session = useSession();
  const described = model.operations.find(({ name }) => name === operation);
  const allowed = order.allowed.includes(operation);
  // What this token may not do is not offered.
  if (!session.may(described?.permission ?? `ProductionOrder.${operation}`))
    return <span className="move-label move-label-now">{operation}</span>;
  return (
    <Button
      small
      kind={allowed ? 'usual' : 'danger'}
      aria-label={allowed ? operation : `${operation}: blocked, see why`}
      onPress={() => onAsk(operation)}
    >
      {!allowed && <span aria-hidden="true">⊘</span>}
      {operation}
    </Button>
  );
}
