/** Synchronize as the seed's wizard: review the order, preview what comes of it, run, and take it back. */
import { useEffect, useRef, useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ShownOrder } from '../orders/order.js';
import { addressOf, type PageProps } from '../shell/route.js';
import { useSession } from '../shell/session.js';
import { useAnnounce } from '../shell/ui/announcements.js';
import { Button } from '../shell/ui/button.js';
import { Loading, ProblemNote } from '../shell/ui/notes.js';
import { PageHead } from '../shell/ui/page-head.js';
import { ViolationList } from '../shell/ui/violations.js';
import { Choose } from './choose.js';
import { DiffTable } from './diff-table.js';
import { previewQuery, reviewQuery, runSynchronize, undoQuery } from './queries.js';
import { Review } from './review.js';
import {
  changesAnything,
  isNothingToUndo,
  summaryOf,
  type Chosen,
  type Part,
  type Step,
  type SynchronizeRow,
} from './synchronization.js';
import { UndoDialog } from './undo-dialog.js';
import './synchronize.css';

const STAGES = ['Review', 'Preview', 'Done'] as const;
type Stage = (typeof STAGES)[number];
const TO_DO: Record<Part, string> = { keep: 'kept', change: 'to change', add: 'to add', remove: 'to remove' };
const DONE: Record<Part, string> = { keep: 'kept', change: 'changed', add: 'added', remove: 'removed' };

export default function SynchronizePage({ params }: PageProps) {
  const name = params.name ?? '';
  const order = useQuery(reviewQuery(name));
  if (order.error !== null) {
    return (
      <>
        <PageHead title={`Synchronize ${name}`} within={{ address: '#/orders', title: 'Orders' }} />
        <ProblemNote problem={order.error} onRetry={() => void order.refetch()} />
      </>
    );
  }
  if (order.data === undefined) return <Loading what={`Reading ${name}`} />;
  return <Wizard order={order.data} />;
}

interface Finished {
  row: SynchronizeRow;
  /** As they were before the run, for what was removed. */
  before: readonly Step[];
}

function Wizard({ order }: { order: ShownOrder }) {
  const { name, steps } = order;
  const session = useSession();
  const queries = useQueryClient();
  const announce = useAnnounce();
  const [stage, setStage] = useState<Stage>('Review');
  const [chosen, setChosen] = useState<Chosen>({ mode: 'replace', discardStarted: false });
  const [finished, setFinished] = useState<Finished | null>(null);
  const [problem, setProblem] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const [undoing, setUndoing] = useState(false);
  const preview = useQuery({ ...previewQuery(name, chosen), enabled: stage === 'Preview' });
  const mayUndo = session.may('ProductionOrder.UndoSynchronize');
  const undo = useQuery({ ...undoQuery(name), enabled: mayUndo });
  const heading = useRef<HTMLHeadingElement>(null);
  const wasAt = useRef(stage);

  useEffect(() => {
    // Each stage begins at its heading, for whoever goes by keyboard or screen reader.
    if (wasAt.current !== stage) heading.current?.focus();
    wasAt.current = stage;
  }, [stage]);

  const refresh = () =>
    Promise.all(
      [['orders'], ['journal'], ['schedule'], ['queue']].map((queryKey) =>
        queries.invalidateQueries({ queryKey }),
      ),
    );
  const run = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const row = await runSynchronize(name, chosen);
      setFinished({ row, before: steps });
      setStage('Done');
      await refresh();
    } catch (error) {
      setProblem(error as Error);
    }
    setBusy(false);
  };
  const undone = async (row: SynchronizeRow) => {
    announce(`${name}: the synchronization is undone, ${summaryOf(row.diff ?? NOTHING, DONE)}`, 'good');
    setFinished(null);
    setStage('Review');
    await refresh();
  };
  const ready = !preview.isPlaceholderData && preview.data?.allowed === true && changesAnything(preview.data);
  const canUndo = mayUndo && undo.data !== undefined && !isNothingToUndo(undo.data);
  const backToOrder = addressOf(['orders', name]);
  return (
    <div className="sync-page">
      <PageHead
        title={`Synchronize ${name}`}
        within={{ address: backToOrder, title: name }}
        actions={canUndo && <Button onPress={() => setUndoing(true)}>Undo the last run</Button>}
      />
      <ol className="stages" aria-label="Stages">
        {STAGES.map((one, index) => (
          <li
            key={one}
            className={index < STAGES.indexOf(stage) ? 'stage stage-past' : 'stage'}
            aria-current={one === stage ? 'step' : undefined}
          >
            <span className="stage-number" aria-hidden="true">
              {index + 1}
            </span>
            {one}
          </li>
        ))}
      </ol>
      <h2 className="sync-heading" tabIndex={-1} ref={heading}>
        {HEADINGS[stage]}
      </h2>
      <div className="sync-stage">
        {stage === 'Review' && <Review order={order} />}
        {stage === 'Preview' && (
          <Choose
            chosen={chosen}
            onChoose={setChosen}
            steps={steps}
            preview={preview.data}
            error={preview.error}
            isOld={preview.isPlaceholderData}
          />
        )}
        {stage === 'Done' && finished !== null && <Outcome finished={finished} />}
        {problem !== null && <ProblemNote problem={problem} />}
      </div>
      <div className="sync-foot">
        <span className="muted" role="status">
          {stage === 'Preview' && ready && summaryOf(preview.data?.diff ?? NOTHING, TO_DO)}
        </span>
        {stage === 'Review' && (
          <>
            <a className="button button-usual" href={backToOrder}>
              Leave it
            </a>
            <Button kind="primary" onPress={() => setStage('Preview')}>
              Preview
            </Button>
          </>
        )}
        {stage === 'Preview' && (
          <>
            <Button onPress={() => setStage('Review')}>Back</Button>
            <Button kind="primary" isDisabled={busy || !ready} onPress={() => void run()}>
              Synchronize
            </Button>
          </>
        )}
        {stage === 'Done' && (
          <>
            {canUndo && <Button onPress={() => setUndoing(true)}>Undo</Button>}
            <a className="button button-primary" href={backToOrder}>
              To the order
            </a>
          </>
        )}
      </div>
      {undoing && (
        <UndoDialog order={name} steps={steps} onUndone={undone} onClose={() => setUndoing(false)} />
      )}
    </div>
  );
}

const NOTHING = { keep: [], change: [], add: [], remove: [] };
const HEADINGS: Record<Stage, string> = {
  Review: 'Is this the order that you mean?',
  Preview: 'What would become of its steps',
  Done: 'What came of it',
};

function Outcome({ finished: { row, before } }: { finished: Finished }) {
  if (!row.allowed) {
    return (
      <div className="sync-refused" role="alert">
        <p className="sync-refused-title">Synchronize was refused; nothing was changed</p>
        <ViolationList violations={row.violations} />
      </div>
    );
  }
  const { diff = NOTHING, steps = [], dependencies = [] } = row;
  return (
    <>
      <p className="sync-done">
        <strong>{summaryOf(diff, DONE)}.</strong> {row.name} has {steps.length.toLocaleString('en')}{' '}
        {steps.length === 1 ? 'step' : 'steps'} and {dependencies.length.toLocaleString('en')}{' '}
        {dependencies.length === 1 ? 'dependency' : 'dependencies'} now.
      </p>
      <DiffTable diff={diff} steps={[...steps, ...before]} />
    </>
  );
}
