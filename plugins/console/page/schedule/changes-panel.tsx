/** The plan that is shown against the saved one, in words. */
import { Empty, Loading, ProblemNote } from '../shell/ui/notes.js';
import { EffectList } from './effect-list.js';
import { SAVED, useDifferences } from './queries.js';

interface ChangesPanelProps {
  version: string;
  saved: string | null;
  onChoose: (name: string) => void;
}

export function ChangesPanel({ version, saved, onChoose }: ChangesPanelProps) {
  const isSaved = version === SAVED;
  const { data, error, refetch } = useDifferences(version, !isSaved && saved !== null);
  if (isSaved)
    return <Empty title="This is the saved plan">Choose or make another one to compare with it.</Empty>;
  if (saved === null)
    return <Empty title="No plan is saved yet">There is nothing to compare this one with.</Empty>;
  if (error !== null) return <ProblemNote problem={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Loading what="Comparing with the saved plan" />;
  return (
    <div className="changes">
      <h2>Against the saved plan</h2>
      <EffectList effect={data} onChoose={onChoose} />
      {data.unscheduled.length > 0 && (
        <>
          <h3>Not planned</h3>
          <ul className="unscheduled">
            {data.unscheduled.slice(0, 100).map(({ name, message }) => (
              <li key={name}>{message.includes(name) ? message : `${name}: ${message}`}</li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
