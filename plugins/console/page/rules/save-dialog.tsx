/** What is about to be saved, compared with what is in force; and what to do where somebody else was quicker. */
import { useState } from 'react';
import { ApiProblem } from '../shell/api.js';
import { Button } from '../shell/ui/button.js';
import { Dialog } from '../shell/ui/dialog.js';
import { ProblemNote } from '../shell/ui/notes.js';
import { DiffView } from './diff-view.js';

interface SaveDialogProps {
  id: string;
  /** What it takes the place of; null for a new rule. */
  inForce: string | null;
  text: string;
  onSave: () => Promise<void>;
  /** Reads the rule again and compares with that. */
  onReadAgain: () => Promise<void>;
  onClose: () => void;
}

export function SaveDialog({ id, inForce, text, onSave, onReadAgain, onClose }: SaveDialogProps) {
  const [problem, setProblem] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const doing = async (work: () => Promise<void>, done: () => void) => {
    setBusy(true);
    setProblem(null);
    try {
      await work();
      done();
    } catch (error) {
      setProblem(error as Error);
    }
    setBusy(false);
  };
  const isLate = problem instanceof ApiProblem && problem.code === 'OW_RULE_CHANGED';
  return (
    <Dialog wide isOpen title={inForce === null ? `New rule ${id}` : `Save ${id}`} onClose={onClose}>
      <p className="muted">
        {inForce === null
          ? 'It is in force as soon as it is saved.'
          : 'It is in force as soon as it is saved; what it was before is kept, and can be brought back.'}
      </p>
      <DiffView
        before={{ title: inForce === null ? 'Nothing yet' : 'In force', text: inForce ?? '' }}
        after={{ title: 'To be saved', text }}
      />
      {isLate ? (
        <div className="note note-problem" role="alert">
          <p>Somebody else changed this rule since you opened it. Nothing was saved.</p>
          <p>Compare your text with what is in force now, then save or leave it.</p>
          <Button small onPress={() => void doing(onReadAgain, () => undefined)}>
            Compare with what is in force now
          </Button>
        </div>
      ) : (
        problem !== null && <ProblemNote problem={problem} />
      )}
      <div className="dialog-actions">
        <Button onPress={onClose}>Go on writing</Button>
        <Button kind="primary" isDisabled={busy || isLate} onPress={() => void doing(onSave, onClose)}>
          Save
        </Button>
      </div>
    </Dialog>
  );
}
