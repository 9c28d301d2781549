/** What becomes of each step and why; only what is in sight is in the document. */
import { useRef, useState } from 'react';
import { ToggleButton } from 'react-aria-components';
import { useVirtualizer } from '@tanstack/react-virtual';
import { valueText } from '../shell/text.js';
import { PARTS, rowsOf, type Diff, type Part, type ShownRow, type Step } from './synchronization.js';

const ROW = 44;
const WORDS: Record<Part, string> = { keep: 'Keep', change: 'Change', add: 'Add', remove: 'Remove' };
const SIGNS: Record<Part, string> = { keep: '=', change: '~', add: '+', remove: '−' };
const FIELDS: Record<string, string> = {
  builtQuantity: 'built quantity',
  actualStart: 'actual start',
  actualEnd: 'actual end',
};

interface DiffTableProps {
  diff: Diff;
  /** Those before and after, for what they are called. */
  steps: readonly Step[];
}

export function DiffTable({ diff, steps }: DiffTableProps) {
  const filled = PARTS.filter((part) => diff[part].length > 0);
  const [hidden, setHidden] = useState<readonly Part[]>([]);
  const shown = filled.filter((part) => !hidden.includes(part));
  const rows = rowsOf(diff, shown, steps);
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 8,
  });
  return (
    <div className="sync-diff">
      <div className="sync-chips" role="group" aria-label="What is shown">
        {filled.map((part) => (
          <ToggleButton
            key={part}
            className={`sync-chip sync-${part}`}
            isSelected={!hidden.includes(part)}
            onChange={(on) =>
              setHidden((before) => (on ? before.filter((one) => one !== part) : [...before, part]))
            }
          >
            <span className="sync-sign" aria-hidden="true">
              {SIGNS[part]}
            </span>{' '}
            {WORDS[part]} {diff[part].length.toLocaleString('en')}
          </ToggleButton>
        ))}
      </div>
      <div className="sync-scroll" ref={scroller} tabIndex={0} role="region" aria-label="Steps that differ">
        <div
          role="table"
          aria-label="What becomes of each step"
          aria-rowcount={rows.length + 1}
          className="sync-table"
        >
          <div role="rowgroup" className="sync-head">
            <div role="row" className="sync-row">
              <span role="columnheader">What</span>
              <span role="columnheader">Step</span>
              <span role="columnheader">Of</span>
              <span role="columnheader" className="number">
                Quantity
              </span>
              <span role="columnheader">Why</span>
            </div>
          </div>
          <div role="rowgroup" className="sync-body" style={{ height: virtualizer.getTotalSize() }}>
            {virtualizer.getVirtualItems().map(({ index, start }) => {
              const row = rows[index];
              if (row === undefined) return null;
              return (
                <div
                  key={`${row.part} ${row.id}`}
                  role="row"
                  aria-rowindex={index + 2}
                  data-index={index}
                  ref={virtualizer.measureElement}
                  className={`sync-row sync-line sync-${row.part}`}
                  style={{ transform: `translateY(${start}px)` }}
                >
                  <Cells row={row} />
                </div>
              );
            })}
          </div>
        </div>
      </div>
    </div>
  );
}

function Cells({ row }: { row: ShownRow }) {
  const { part, step, batch, flowPath, source, amount, reason, changes = [] } = row;
  return (
    <>
      <span role="cell" className="sync-what">
        <span className="sync-sign" aria-hidden="true">
          {SIGNS[part]}
        </span>{' '}
        {WORDS[part]}
      </span>
      <span role="cell" title={flowPath}>
        <strong>{step}</strong> <span className="muted">batch {batch}</span>
      </span>
      <span role="cell">{source}</span>
      <span role="cell" className="number">
        {amount}
      </span>
      <span role="cell" className="sync-why">
        {reason}
        {changes.length > 0 && (
          <span className="sync-changes">
            {changes
              .map(({ field, from, to }) => `${FIELDS[field] ?? field} ${valueText(from)} → ${valueText(to)}`)
              .join(', ')}
          </span>
        )}
      </span>
    </>
  );
}
