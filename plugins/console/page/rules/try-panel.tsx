/** The text as it is now, asked about an order or a material: each condition with the value that is there. */
import { useDeferredValue, useState } from 'react';
import { Input, Label, TextField } from 'react-aria-components';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { ask } from '../shell/api.js';
import { Badge } from '../shell/ui/badge.js';
import { Loading, ProblemNote } from '../shell/ui/notes.js';
import { fixText } from '../shell/ui/violations.js';
import { ConditionTable } from './conditions.js';
import { explainQuery, type ExplainedRow } from './queries.js';
import type { Explanation, Fact, Vocabulary } from './rule.js';

interface TryPanelProps {
  /** What the text calls itself. */
  id: string | null;
  text: string;
  /** Whether it can be asked at all, its examples aside. */
  askable: boolean;
  facts: readonly Fact[];
  vocabulary: Vocabulary | undefined;
  name: string;
  onName: (name: string) => void;
}

export function TryPanel({ id, text, askable, facts, vocabulary, name, onName }: TryPanelProps) {
  const word = id?.split('/')[0] ?? '';
  const operation = vocabulary?.operations.find((one) => one.word === word);
  const entity = operation?.entity ?? 'ProductionOrder';
  const [candidate, setCandidate] = useState(text);
  if (askable && candidate !== text) setCandidate(text);
  const asked = useDeferredValue(name.trim());
  const isAsked = askable && asked !== '' && operation !== undefined;
  const explained = useQuery({
    ...explainQuery({ operation: operationName(operation), entity, name: asked, candidate }),
    enabled: isAsked,
    retry: false,
  });
  const row = isAsked ? explained.data : undefined;
  return (
    <div className="try">
      <NameField entity={entity} name={name} onName={onName} />
      {!askable ? (
        <p className="side-empty">The text has to be a rule before it can be asked.</p>
      ) : asked === '' ? (
        <p className="side-empty">
          {operation === undefined ? '' : `Name one to see what this rule says before ${operation.name}.`}
        </p>
      ) : explained.error !== null ? (
        <ProblemNote problem={explained.error} />
      ) : row === undefined || row === null ? (
        <Loading what="Asking" />
      ) : (
        <Answer row={row} id={id ?? ''} operation={operation?.name ?? ''} facts={facts} />
      )}
    </div>
  );
}

function operationName(operation: Vocabulary['operations'][number] | undefined): string {
  if (operation === undefined) return '';
  const { entity, name } = operation;
  return name.startsWith('Material.') ? name : `${entity}.${name}`;
}

interface NameFieldProps {
  entity: 'ProductionOrder' | 'Material';
  name: string;
  onName: (name: string) => void;
}

function NameField({ entity, name, onName }: NameFieldProps) {
  const search = useDeferredValue(name.trim());
  const { data } = useQuery({
    queryKey: ['orders', 'names', search],
    queryFn: ({ signal }) =>
      ask<{ orders: { name: string }[] }>('/production-orders', {
        signal,
        query: { limit: 12, brief: true, ...(search !== '' && { search }) },
      }),
    enabled: entity === 'ProductionOrder',
    placeholderData: keepPreviousData,
    retry: false,
  });
  return (
    <TextField className="field" value={name} onChange={onName}>
      <Label>{entity === 'Material' ? 'Material' : 'Production order'}</Label>
      <Input autoComplete="off" list="try-names" />
      <datalist id="try-names">
        {(data?.orders ?? []).map((order) => (
          <option key={order.name} value={order.name} />
        ))}
      </datalist>
    </TextField>
  );
}

interface AnswerProps {
  row: ExplainedRow;
  id: string;
  operation: string;
  facts: readonly Fact[];
}

function Answer({ row, id, operation, facts }: AnswerProps) {
  const mine = row.rules.find(({ rule }) => rule === id);
  const others = row.violations.filter(({ rule }) => rule !== id);
  return (
    <div className="try-answer" aria-live="polite">
      {mine === undefined ? (
        <p className="side-empty">Its values can’t be read: a plugin does not answer.</p>
      ) : (
        <Mine explanation={mine} facts={facts} />
      )}
      <p className="try-whole">
        With this text {operation} of {row.name} would be{' '}
        {row.allowed ? <Badge tone="good">allowed</Badge> : <Badge tone="bad">refused</Badge>}
        {others.length > 0 && ` also by ${others.map(({ title }) => `“${title}”`).join(', ')}`}
      </p>
    </div>
  );
}

function Mine({ explanation, facts }: { explanation: Explanation; facts: readonly Fact[] }) {
  const { applies, satisfied, conditions, violation } = explanation;
  return (
    <>
      <p className="try-verdict">
        {!applies ? (
          <Badge>Does not apply here</Badge>
        ) : satisfied ? (
          <Badge tone="good">Holds</Badge>
        ) : (
          <Badge tone="bad">Violated</Badge>
        )}{' '}
        {violation?.message}
      </p>
      {conditions.length > 0 && (
        <ConditionTable label="Conditions with the values found" conditions={conditions} facts={facts} />
      )}
      {(violation?.fix.length ?? 0) > 0 && (
        <p className="try-fix">
          <strong>Fix</strong> {violation?.fix.map(fixText).join('; ')}
        </p>
      )}
    </>
  );
}
