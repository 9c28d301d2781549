/** The second step: how, and what would come of it. */
import {
  CheckboxButton,
  CheckboxField,
  Label,
  RadioButton,
  RadioField,
  RadioGroup,
} from 'react-aria-components';
import { Button } from '../shell/ui/button.js';
import { Empty, Loading, ProblemNote } from '../shell/ui/notes.js';
import { ViolationList } from '../shell/ui/violations.js';
import { DiffTable } from './diff-table.js';
import {
  changesAnything,
  isStarted,
  usedSteps,
  type Chosen,
  type Step,
  type SynchronizeRow,
} from './synchronization.js';

interface ChooseProps {
  chosen: Chosen;
  onChoose: (chosen: Chosen) => void;
  /** Those that the order has now. */
  steps: readonly Step[];
  preview: SynchronizeRow | undefined;
  error: Error | null;
  isOld: boolean;
}

export function Choose({ chosen, onChoose, steps, preview, error, isOld }: ChooseProps) {
  const used = usedSteps(steps).length;
  return (
    <div className="sync-choose">
      <section className="panel" aria-label="How">
        <div className="panel-body sync-how">
          <RadioGroup
            className="sync-modes"
            value={chosen.mode}
            onChange={(mode) => onChoose({ ...chosen, mode: mode as Chosen['mode'] })}
          >
            <Label className="hidden">Mode</Label>
            <RadioField value="replace" className="sync-mode-field">
              <RadioButton className="sync-mode">
                <strong>Replace</strong>
                <span>Every step is made anew, as the flow and the quantity are now.</span>
              </RadioButton>
            </RadioField>
            <RadioField value="preserve" className="sync-mode-field">
              <RadioButton className="sync-mode">
                <strong>Preserve</strong>
                <span>
                  Steps that are started, finished, changed by hand or scheduled stay where they still fit.
                </span>
              </RadioButton>
            </RadioField>
          </RadioGroup>
          {chosen.mode === 'replace' && used > 0 && (
            <CheckboxField
              isSelected={chosen.discardStarted}
              onChange={(discardStarted) => onChoose({ ...chosen, discardStarted })}
            >
              <CheckboxButton className="sync-discard">
                <span className="box" aria-hidden="true" />
                Discard what was done with {used} {used === 1 ? 'step' : 'steps'}
              </CheckboxButton>
            </CheckboxField>
          )}
        </div>
      </section>
      {error !== null ? (
        <ProblemNote problem={error} />
      ) : preview === undefined ? (
        <Loading what="Working out what would come of it" />
      ) : (
        <div className="sync-preview" aria-busy={isOld} aria-live="polite">
          <Preview preview={preview} steps={steps} onChoose={onChoose} />
        </div>
      )}
    </div>
  );
}

interface PreviewProps {
  preview: SynchronizeRow;
  steps: readonly Step[];
  onChoose: (chosen: Chosen) => void;
}

function Preview({ preview, steps, onChoose }: PreviewProps) {
  if (!preview.allowed) return <Refused row={preview} onChoose={onChoose} />;
  const { diff, warnings, dependenciesRemoved = [] } = preview;
  return (
    <>
      {(warnings.length > 0 || dependenciesRemoved.length > 0) && (
        <div className="sync-warnings" role="note">
          {warnings.length > 0 && <ViolationList violations={warnings} />}
          {dependenciesRemoved.map(({ from, to, reason }) => (
            <p key={`${from} ${to}`}>A dependency made by hand is lost, {reason}</p>
          ))}
        </div>
      )}
      {diff === undefined || !changesAnything(preview) ? (
        <Empty title="Nothing would change">The steps are as the flow and the quantity are.</Empty>
      ) : (
        <DiffTable diff={diff} steps={[...(preview.steps ?? []), ...steps]} />
      )}
    </>
  );
}

function Refused({ row, onChoose }: { row: SynchronizeRow; onChoose: (chosen: Chosen) => void }) {
  const started = row.violations.some(isStarted);
  return (
    <div className="sync-refused" role="alert">
      <p className="sync-refused-title">Synchronize is refused</p>
      <ViolationList violations={row.violations.map(withoutCommands)} />
      {started && (
        <div className="sync-ways">
          <Button onPress={() => onChoose({ mode: 'preserve', discardStarted: false })}>Preserve them</Button>
          <Button kind="danger" onPress={() => onChoose({ mode: 'replace', discardStarted: true })}>
            Discard what was done
          </Button>
        </div>
      )}
    </div>
  );
}

/** What a message says of options of the command line is offered here as buttons. */
function withoutCommands(violation: SynchronizeRow['violations'][number]) {
  if (!isStarted(violation)) return violation;
  return { ...violation, message: violation.message.split('\n')[0] ?? violation.message };
}
