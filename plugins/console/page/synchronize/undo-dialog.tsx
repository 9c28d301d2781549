/** Takes the last synchronization back, after a look at what that comes to. */
import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Button } from '../shell/ui/button.js';
import { Dialog } from '../shell/ui/dialog.js';
import { Loading, ProblemNote } from '../shell/ui/notes.js';
import { ViolationList } from '../shell/ui/violations.js';
import { DiffTable } from './diff-table.js';
import { runUndo, undoQuery } from './queries.js';
import type { Step, SynchronizeRow } from './synchronization.js';

interface UndoDialogProps {
  order: string;
  steps: readonly Step[];
  onUndone: (row: SynchronizeRow) => Promise<void>;
  onClose: () => void;
}

export function UndoDialog({ order, steps, onUndone, onClose }: UndoDialogProps) {
  const preview = useQuery({ ...undoQuery(order), gcTime: 0 });
  const [refused, setRefused] = useState<SynchronizeRow | null>(null);
  const [problem, setProblem] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const row = refused ?? preview.data;
  const undo = async () => {
    setBusy(true);
    try {
      const done = await runUndo(order);
      if (done.allowed) {
        onClose();
        await onUndone(done);
        return;
      }
      setRefused(done);
    } catch (error) {
      setProblem(error as Error);
    }
    setBusy(false);
  };
  return (
    <Dialog wide isOpen title={`Undo the last synchronization of ${order}`} onClose={onClose}>
      {preview.error !== null && <ProblemNote problem={preview.error} />}
      {problem !== null && <ProblemNote problem={problem} />}
      {row === undefined ? (
        preview.error === null && <Loading what="Working out what that comes to" />
      ) : !row.allowed ? (
        <div className="sync-refused" role="alert">
          <p className="sync-refused-title">It can’t be undone</p>
          <ViolationList violations={row.violations} />
        </div>
      ) : (
        row.diff !== undefined && (
          <div className="sync-undo">
            <DiffTable diff={row.diff} steps={[...(row.steps ?? []), ...steps]} />
          </div>
        )
      )}
      <div className="dialog-actions">
        <Button onPress={onClose}>Leave it</Button>
        <Button kind="primary" isDisabled={busy || row?.allowed !== true} onPress={() => void undo()}>
          Undo
        </Button>
      </div>
    </Dialog>
  );
}
