/** All rules: what is in force, what is broken, and how often each refused of late. */
import { useMemo, useState } from 'react';
import { Button as AriaButton, Input, SearchField } from 'react-aria-components';
import { useQuery } from '@tanstack/react-query';
import { addressOf, type PageProps } from '../shell/route.js';
import { useSession } from '../shell/session.js';
import { timeText } from '../shell/text.js';
import { rememberQuery } from '../shell/use-address.js';
import { Badge } from '../shell/ui/badge.js';
import { Empty, Loading, ProblemNote } from '../shell/ui/notes.js';
import { PageHead } from '../shell/ui/page-head.js';
import { rulesQuery, vocabularyQuery } from './queries.js';
import type { ListedRule, RuleList, Vocabulary } from './rule.js';
import { ModeBadge, RuleStateBadge, SeverityBadge } from './rule-badges.js';
import './rules.css';

export default function RuleListPage({ query }: PageProps) {
  const session = useSession();
  const list = useQuery(rulesQuery);
  const vocabulary = useQuery(vocabularyQuery);
  const [search, setSearch] = useState(query.get('search') ?? '');
  const [operation, setOperation] = useState(query.get('operation') ?? '');
  const change = (words: string, word: string) => {
    setSearch(words);
    setOperation(word);
    rememberQuery(['rules'], {
      ...(words !== '' && { search: words }),
      ...(word !== '' && { operation: word }),
    });
  };
  const { data } = list;
  const shown = useMemo(() => filtered(data?.rules ?? [], search, operation), [data, search, operation]);
  const mayWrite = session.may('Rules.Change');
  return (
    <div className="rules-page">
      <PageHead
        title="Rules"
        beside={
          data !== undefined && (
            <span className="muted" role="status">
              {shown.length === data.rules.length ? '' : `${shown.length} of `}
              {data.rules.length} rules
            </span>
          )
        }
        actions={
          mayWrite &&
          data?.takesNew === true && (
            <a
              className="button button-primary"
              href={addressOf(['rules', 'new'], operation === '' ? {} : { operation })}
            >
              New rule
            </a>
          )
        }
      />
      {mayWrite && data?.takesNew === false && (
        <div className="rules-note" role="note">
          <p>
            These are the package’s own rules: they can be read and tried here. To change them, copy them to a
            folder <code>rules</code> beside the configuration file and start the server again.
          </p>
        </div>
      )}
      <div className="rules-filters" role="search" aria-label="Rules">
        <SearchField
          className="rules-search"
          aria-label="Title or id"
          value={search}
          onChange={(words) => change(words, operation)}
        >
          <Input className="input" placeholder="Title or id" />
          <AriaButton className="rules-clear" aria-label="Clear the search">
            <span aria-hidden="true">×</span>
          </AriaButton>
        </SearchField>
        <label>
          <span className="hidden">Operation</span>
          <select className="input" value={operation} onChange={({ target }) => change(search, target.value)}>
            <option value="">All operations</option>
            {operationsOf(data?.rules ?? []).map((word) => (
              <option key={word} value={word}>
                {word}
              </option>
            ))}
          </select>
        </label>
        {data !== undefined && <Counted verdicts={data.verdicts} />}
      </div>
      {list.error !== null ? (
        <ProblemNote problem={list.error} onRetry={() => void list.refetch()} />
      ) : data === undefined ? (
        <Loading what="Reading the rules" />
      ) : shown.length === 0 ? (
        <Empty title="No rule is like this">Other words or another operation may find it.</Empty>
      ) : (
        <RuleTable rules={shown} vocabulary={vocabulary.data} />
      )}
    </div>
  );
}

function Counted({ verdicts: { since, count } }: { verdicts: RuleList['verdicts'] }) {
  return (
    <span className="small rules-counted">
      {count === 0 ? 'No verdicts yet' : `Counted: the last ${count} verdicts, since ${timeText(since)}`}
    </span>
  );
}

function filtered(rules: readonly ListedRule[], search: string, operation: string): ListedRule[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return rules.filter((rule) => {
    const text = `${rule.id} ${rule.title ?? ''}`.toLowerCase();
    return (operation === '' || rule.operation === operation) && words.every((word) => text.includes(word));
  });
}

function operationsOf(rules: readonly ListedRule[]): string[] {
  return [...new Set(rules.map((rule) => rule.operation))].sort();
}

/** No operation's word. */
const BROKEN = '';

/** What is broken, then operation by operation. */
function RuleTable({
  rules,
  vocabulary,
}: {
  rules: readonly ListedRule[];
  vocabulary: Vocabulary | undefined;
}) {
  const isBroken = (rule: ListedRule) => rule.state === 'broken';
  const groups = Map.groupBy(rules, (rule) => (isBroken(rule) ? BROKEN : rule.operation));
  const broken = groups.get(BROKEN);
  const titles = new Map(vocabulary?.operations.map(({ word, title }) => [word, title]));
  return (
    <div className="rules-scroll" tabIndex={0} role="region" aria-label="List of rules">
      <table className="table rules-table">
        <thead>
          <tr>
            <th scope="col">Rule</th>
            <th scope="col">State</th>
            <th scope="col">When violated</th>
            <th scope="col" className="number">
              Asked
            </th>
            <th scope="col" className="number">
              Refused
            </th>
            <th scope="col" className="number">
              Warned
            </th>
          </tr>
        </thead>
        {broken !== undefined && (
          <tbody>
            <tr className="rules-group rules-group-broken">
              <th scope="rowgroup" colSpan={6}>
                Broken files
              </th>
            </tr>
            {broken.map((rule) => (
              <RuleRow key={rule.file} rule={rule} />
            ))}
          </tbody>
        )}
        {[...groups]
          .filter(([word]) => word !== BROKEN)
          .map(([word, group]) => (
            <tbody key={word}>
              <tr className="rules-group">
                <th scope="rowgroup" colSpan={6}>
                  {word} <span className="small">{titles.get(word) ?? ''}</span>
                </th>
              </tr>
              {group.map((rule) => (
                <RuleRow key={rule.file} rule={rule} />
              ))}
            </tbody>
          ))}
      </table>
    </div>
  );
}

function RuleRow({ rule }: { rule: ListedRule }) {
  const { id, title, severity, mode, state, problem, verdicts } = rule;
  const idle = mode === 'observe' || severity === 'warn';
  return (
    <tr>
      <th scope="row">
        <a className="rules-title" href={addressOf(['rules', id])}>
          {title ?? id}
        </a>
        <code className="rules-id">{id}</code>
        {problem !== null && <span className="rules-problem">{problem}</span>}
      </th>
      <td>
        <RuleStateBadge state={state} />
      </td>
      <td>
        {severity === null || mode === null ? (
          <Badge tone="neutral">Not in force</Badge>
        ) : (
          <span className="rules-badges">
            <SeverityBadge severity={severity} />
            <ModeBadge mode={mode} />
          </span>
        )}
      </td>
      <Count value={verdicts?.asked ?? null} />
      <Count value={verdicts?.refused ?? null} tone="bad" />
      <Count value={verdicts?.warned ?? null} tone={idle ? 'warn' : ''} />
    </tr>
  );
}

function Count({ value, tone = '' }: { value: number | null; tone?: string }) {
  const quiet = value === null || value === 0;
  return (
    <td className={`number ${quiet ? 'rules-none' : `rules-count-${tone}`}`}>
      {value === null ? '–' : value.toLocaleString('en')}
    </td>
  );
}
