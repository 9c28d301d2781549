/** How the rule was before, compared with how it is, and brought back. */
import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { timeText } from '../shell/text.js';
import { Badge } from '../shell/ui/badge.js';
import { Button } from '../shell/ui/button.js';
import { Dialog } from '../shell/ui/dialog.js';
import { Empty, Loading, ProblemNote } from '../shell/ui/notes.js';
import { DiffView } from './diff-view.js';
import { versionQuery, versionsQuery } from './queries.js';
import type { RuleVersion } from './rule.js';

interface VersionsPanelProps {
  id: string;
  /** As it is in force. */
  current: string;
  mayRestore: boolean;
  onRestore: (version: RuleVersion) => Promise<void>;
}

const CHANGES: Record<RuleVersion['change'], string> = {
  added: 'Added',
  changed: 'Changed',
  removed: 'Taken out',
};

export function VersionsPanel({ id, current, mayRestore, onRestore }: VersionsPanelProps) {
  const versions = useQuery(versionsQuery(id));
  const [shown, setShown] = useState<RuleVersion | null>(null);
  if (versions.error !== null) return <ProblemNote problem={versions.error} />;
  if (versions.data === undefined) return <Loading what="Reading the versions" />;
  if (versions.data.length === 0) return <Empty title="It never was in force" />;
  return (
    <>
      <ol className="versions" aria-label="Versions, newest first">
        {versions.data.map((version, index) => {
          const { ruleSet, at, author, reason, change } = version;
          return (
            <li key={`${ruleSet} ${at}`} className="version">
              <span>
                {CHANGES[change]} <time dateTime={at}>{timeText(at)}</time> by {author}
                {reason !== null && `: ${reason}`}
              </span>
              {index === 0 ? (
                change !== 'removed' && <Badge tone="good">In force</Badge>
              ) : (
                <Button
                  small
                  isDisabled={change === 'removed'}
                  aria-label={`Compare the version of ${timeText(at)}`}
                  onPress={() => setShown(version)}
                >
                  Compare
                </Button>
              )}
            </li>
          );
        })}
      </ol>
      {shown !== null && (
        <VersionDialog
          id={id}
          version={shown}
          current={current}
          onClose={() => setShown(null)}
          onRestore={mayRestore ? onRestore : null}
        />
      )}
    </>
  );
}

interface VersionDialogProps {
  id: string;
  version: RuleVersion;
  current: string;
  onClose: () => void;
  onRestore: ((version: RuleVersion) => Promise<void>) | null;
}

function VersionDialog({ id, version, current, onClose, onRestore }: VersionDialogProps) {
  const past = useQuery(versionQuery(id, version.ruleSet));
  const [problem, setProblem] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const restore = async () => {
    setBusy(true);
    try {
      await onRestore?.(version);
      onClose();
    } catch (error) {
      setProblem(error as Error);
      setBusy(false);
    }
  };
  const isSame = past.data?.text === current;
  return (
    <Dialog wide isOpen title={`As it was since ${timeText(version.at)}`} onClose={onClose}>
      {past.error !== null && <ProblemNote problem={past.error} />}
      {past.data === undefined ? (
        <Loading what="Reading this version" />
      ) : isSame ? (
        <p className="muted">This version is the same as what is in force.</p>
      ) : (
        <DiffView
          before={{ title: 'In force', text: current }}
          after={{ title: 'This version', text: past.data.text }}
        />
      )}
      {problem !== null && <ProblemNote problem={problem} />}
      <div className="dialog-actions">
        <Button onPress={onClose}>Leave it</Button>
        {onRestore !== null && (
          <Button
            kind="primary"
            isDisabled={busy || past.data === undefined || isSame}
            onPress={() => void restore()}
          >
            Bring this version back
          </Button>
        )}
      </div>
    </Dialog>
  );
}
