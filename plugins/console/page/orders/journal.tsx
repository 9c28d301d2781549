/** What was asked about an order, what was decided and what came of it, newest first. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { ask } from '../shell/api.js';
import type { VerdictRow } from '../shell/verdict.js';
import { timeText, valueText } from '../shell/text.js';
import { Badge } from '../shell/ui/badge.js';
import { Button } from '../shell/ui/button.js';
import { Empty, Loading, ProblemNote } from '../shell/ui/notes.js';
import { ViolationList } from '../shell/ui/violations.js';

const PAGE = 1000;

interface JournalEntry {
  sequence: number;
  at: string;
  actor: string;
  door: string;
  operation: string;
  facts: Record<string, unknown>;
  verdict: VerdictRow | null;
  outcome: string | null;
  of: number | null;
  details: { effects?: Record<string, { text?: string }>; reason?: string } | null;
}

export function Journal({ order }: { order: string }) {
  const journal = useInfiniteQuery({
    queryKey: ['journal', order],
    queryFn: ({ pageParam, signal }) =>
      ask<{ entries: JournalEntry[] }>('/journal', {
        signal,
        query: { order, limit: PAGE, ...(pageParam !== null && { after: pageParam }) },
      }),
    initialPageParam: null as number | null,
    getNextPageParam: ({ entries }) => (entries.length < PAGE ? null : (entries.at(-1)?.sequence ?? null)),
  });
  if (journal.error !== null) return <ProblemNote problem={journal.error} />;
  if (journal.isPending) return <Loading what="Reading the journal" />;
  const entries = journal.data.pages.flatMap((page) => page.entries).reverse();
  if (entries.length === 0)
    return <Empty title="Nothing in the journal">Nobody has asked for anything about it.</Empty>;
  return (
    <>
      {journal.hasNextPage && (
        <Button small onPress={() => void journal.fetchNextPage()}>
          Read later entries
        </Button>
      )}
      <ol className="journal" aria-label="Journal">
        {entries.map((entry) => (
          <Entry key={entry.sequence} entry={entry} />
        ))}
      </ol>
    </>
  );
}

function Entry({ entry }: { entry: JournalEntry }) {
  const { sequence, at, actor, door, operation, facts, verdict, of, details } = entry;
  const effects = Object.values(details?.effects ?? {}).flatMap(({ text }) => text ?? []);
  const found = Object.entries(facts);
  const violations = verdict?.violations ?? [];
  return (
    <li className="entry">
      <span className="entry-sequence">{sequence}</span>
      <time dateTime={at}>{timeText(at)}</time>
      <span className="entry-actor cut" title={actor}>
        {actor}
      </span>
      <span className="muted">{door}</span>
      <strong>{operation}</strong>
      <span className="entry-said">
        <Outcome entry={entry} />
        {of !== null && <span className="muted"> of {of}</span>}
        {details?.reason !== undefined && <span> {details.reason}</span>}
        {effects.map((text) => (
          <span key={text} className="muted">
            {' '}
            {text}
          </span>
        ))}
        {(violations.length > 0 || found.length > 0) && (
          <details>
            <summary>{violations.length > 0 ? 'Why' : 'On which facts'}</summary>
            {violations.length > 0 && <ViolationList violations={violations} />}
            <ul className="entry-facts">
              {found.map(([fact, value]) => (
                <li key={fact}>
                  <code>{fact}</code> {valueText(value)}
                </li>
              ))}
            </ul>
          </details>
        )}
      </span>
    </li>
  );
}

function Outcome({ entry: { verdict, outcome } }: { entry: JournalEntry }) {
  if (outcome !== null) return <Badge tone={outcome === 'committed' ? 'good' : 'warn'}>{outcome}</Badge>;
  if (verdict === null) return null;
  return verdict.allowed ? <Badge tone="info">allowed</Badge> : <Badge tone="bad">refused</Badge>;
}
