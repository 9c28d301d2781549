/** An operation on an order: its input, what it would come to, and why it is refused. */
import { useState, type SyntheticEvent } from 'react';
import { Form, Input, Label, Text, TextField } from 'react-aria-components';
import { useQueryClient } from '@tanstack/react-query';
import { ask } from '../shell/api.js';
import { useSession } from '../shell/session.js';
import type { Fix, OrderVerdict, VerdictRow, Violation } from '../shell/verdict.js';
import { useAnnounce } from '../shell/ui/announcements.js';
import { spelled } from '../shell/ui/badge.js';
import { Button } from '../shell/ui/button.js';
import { Dialog } from '../shell/ui/dialog.js';
import { ProblemNote } from '../shell/ui/notes.js';
import { ViolationList } from '../shell/ui/violations.js';
import { canFillIn, fieldsOf, filledBy, inputOf, type InputField } from './operation-fields.js';
import type { ShownOrder } from './order.js';
import { refreshAfterChange } from './queries.js';
import type { StateModel } from './state-model.js';

interface OperationDialogProps {
  order: ShownOrder;
  operation: string;
  model: StateModel;
  /** What is filled in already, by the fields' names. */
  filled?: Record<string, string>;
  /** Another operation is asked for instead, with what is to be filled in: a fix. */
  onAsk: (operation: string, filled: Record<string, string>) => void;
  onClose: () => void;
}

export function OperationDialog(props: OperationDialogProps) {
  const { order, operation, model, filled = {}, onAsk, onClose } = props;
  const described = model.operations.find(({ name }) => name === operation);
  const session = useSession();
  const queries = useQueryClient();
  const announce = useAnnounce();
  const blocked = order.blocked.find((one) => one.operation === operation)?.violations ?? [];
  const [typed, setTyped] = useState(filled);
  const [refused, setRefused] = useState<readonly Violation[]>(blocked);
  const [problem, setProblem] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const [override, setOverride] = useState<{ rule: string; reason: string } | null>(null);

  const fields = described === undefined ? [] : fieldsOf(described, order);
  const fill = (fix: readonly Fix[]) => {
    const { operation: mending, values } = filledBy(fix);
    if (mending === operation) setTyped((before) => ({ ...before, ...values }));
    else onAsk(mending, values);
  };
  const rules = refused.flatMap(({ rule }) => (rule === null ? [] : [rule]));
  const mayOverride = rules.length > 0 && session.may(`ProductionOrder.${operation}.Override`);

  const perform = async (event: SyntheticEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      const verdict = await ask<OrderVerdict>(`/operations/ProductionOrder.${operation}`, {
        method: 'POST',
        body: {
          orders: [{ name: order.name }],
          input: inputOf(fields, typed),
          ...(override !== null && { override }),
        },
      });
      const [row] = verdict.orders;
      if (row?.allowed === true) {
        announce(doneText(operation, order, row), 'good');
        onClose();
        await refreshAfterChange(queries);
        return;
      }
      setRefused(row?.violations ?? []);
    } catch (error) {
      setProblem(error as Error);
    }
    setBusy(false);
  };

  return (
    <Dialog title={`${operation} ${order.name}`} isOpen onClose={onClose}>
      {described !== undefined && <p className="muted">{sentence(described.title)}</p>}
      {refused.length > 0 && (
        <div className="refusal" role="alert">
          <p className="refusal-title">{operation} is refused now</p>
          <ViolationList
            violations={refused}
            onFix={fill}
            canFix={(fix) => canFillIn(fix, model.operations)}
          />
        </div>
      )}
      {problem !== null && <ProblemNote problem={problem} />}
      <Form onSubmit={(event) => void perform(event)} className="operation-form">
        <div className="operation-fields">
          {fields.map((field) => (
            <Field
              key={field.name}
              field={field}
              value={typed[field.name] ?? field.current}
              onChange={(value) => setTyped((before) => ({ ...before, [field.name]: value }))}
            />
          ))}
        </div>
        {mayOverride && <Override rules={rules} value={override} onChange={setOverride} />}
        <div className="dialog-actions">
          <Button onPress={onClose}>Leave it</Button>
          <Button kind="primary" type="submit" isPending={busy} autoFocus={fields.length === 0}>
            {operation}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}

interface FieldProps {
  field: InputField;
  value: string;
  onChange: (value: string) => void;
}

function Field({ field, value, onChange }: FieldProps) {
  const { label, kind, choices, hint } = field;
  if (kind === 'text') {
    return (
      <TextField className="field" value={value} onChange={onChange}>
        <Label>{label}</Label>
        <Input autoComplete="off" />
        {hint !== null && <Text slot="description">{hint}</Text>}
      </TextField>
    );
  }
  const options = kind === 'boolean' ? ['true', 'false'] : choices;
  const said = (option: string) => (kind === 'boolean' ? (option === 'true' ? 'Yes' : 'No') : option);
  return (
    <label className="field">
      <span className="label">{label}</span>
      <select value={value} onChange={(event) => onChange(event.target.value)}>
        {!options.includes(value) && <option value={value}>As usual</option>}
        {options.map((option) => (
          <option key={option} value={option}>
            {said(option)}
          </option>
        ))}
      </select>
    </label>
  );
}

interface OverrideProps {
  rules: readonly string[];
  value: { rule: string; reason: string } | null;
  onChange: (value: { rule: string; reason: string } | null) => void;
}

/** Lets this order through one rule, with a reason for the journal. */
function Override({ rules, value, onChange }: OverrideProps) {
  return (
    <fieldset className="override">
      <legend>Let it through one rule</legend>
      <label className="field">
        <span className="label">Rule</span>
        <select
          value={value?.rule ?? ''}
          onChange={({ target }) =>
            onChange(target.value === '' ? null : { rule: target.value, reason: value?.reason ?? '' })
          }
        >
          <option value="">None</option>
          {rules.map((rule) => (
            <option key={rule}>{rule}</option>
          ))}
        </select>
      </label>
      {value !== null && (
        <TextField
          className="field"
          value={value.reason}
          onChange={(reason) => onChange({ ...value, reason })}
          isRequired
        >
          <Label>Reason, for the journal</Label>
          <Input autoComplete="off" />
        </TextField>
      )}
    </fieldset>
  );
}

function doneText(operation: string, order: ShownOrder, row: VerdictRow): string {
  const moved =
    row.state === null || row.state === order.state
      ? ''
      : `, ${spelled(order.state)} to ${spelled(row.state)}`;
  const effects = Object.values(row.effects ?? {}).flatMap(({ text }) => (text === undefined ? [] : [text]));
  return [`${order.name}: ${operation} done${moved}`, ...effects].join('. ');
}

function sentence(title: string): string {
  return `${title.charAt(0).toUpperCase()}${title.slice(1)}.`;
}
