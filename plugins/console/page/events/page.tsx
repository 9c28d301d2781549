/** The event queue: how much waits and since when, and what failed too often, with the button that brings it back. */
import { useEffect, useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ask } from '../shell/api.js';
import { addressOf } from '../shell/route.js';
import { useSession } from '../shell/session.js';
import { useAnnounce } from '../shell/ui/announcements.js';
import { Badge } from '../shell/ui/badge.js';
import { Button } from '../shell/ui/button.js';
import { Empty, Loading, ProblemNote } from '../shell/ui/notes.js';
import { PageHead, Panel } from '../shell/ui/page-head.js';
import { depthLine, durationText, remembered, type Depth, type QueuedEvent } from './queue-stream.js';
import { useQueueNews } from './use-queue-news.js';
import './events.css';

const LISTED = 200;

export default function EventsPage() {
  const { news, problem } = useQueueNews();
  const depths = useDepths(news);
  const waiting = useQuery({
    // Asked again whenever the stream says that something has changed.
    queryKey: ['events', 'waiting', news?.pending ?? 0, news?.oldest ?? null],
    queryFn: ({ signal }) =>
      ask<{ events: QueuedEvent[] }>('/events', { signal, query: { state: 'pending', limit: LISTED } }),
    placeholderData: (before) => before,
  });
  if (news === null) {
    return (
      <>
        <PageHead title="Events" />
        {problem === null ? (
          <Loading what="Listening to the event queue" />
        ) : (
          <ProblemNote problem={problem} />
        )}
      </>
    );
  }
  const { pending, claimed, parked, lagSeconds, parkedEvents } = news;
  const waitingEvents = waiting.data?.events ?? [];
  return (
    <>
      <PageHead
        title="Events"
        beside={
          problem === null ? (
            <Badge tone="good">Live</Badge>
          ) : (
            <Badge tone="bad">Not connected, trying again</Badge>
          )
        }
      />
      <div className="queue-figures" role="group" aria-label="The event queue">
        <Figure name="Waiting" value={String(pending)} />
        <Figure name="Being applied" value={String(claimed)} />
        <Figure
          name="Lag of the oldest"
          value={durationText(lagSeconds)}
          tone={lagSeconds > 60 ? 'warn' : undefined}
        />
        <Figure name="Parked" value={String(parked)} tone={parked > 0 ? 'bad' : undefined} />
        <Chart depths={depths} />
      </div>
      <Panel
        title="Parked"
        beside={
          <span className="muted">Failed too often; each holds back later events of its order and hook</span>
        }
        flush
      >
        {parkedEvents.length === 0 ? (
          <Empty title="Nothing is parked">What fails too often is shown here with its error.</Empty>
        ) : (
          <EventTable events={parkedEvents} parked />
        )}
        {parked > parkedEvents.length && (
          <p className="note muted">
            The first {parkedEvents.length} of {parked}.
          </p>
        )}
      </Panel>
      <Panel
        title="Waiting"
        beside={<span className="muted">For their turn, or for the host’s row to show them</span>}
        flush
      >
        {waitingEvents.length === 0 ? (
          <Empty title="Nothing waits">What the host does or reports is applied as it comes.</Empty>
        ) : (
          <EventTable events={waitingEvents} parked={false} />
        )}
      </Panel>
    </>
  );
}

function useDepths(news: ReturnType<typeof useQueueNews>['news']): Depth[] {
  const [depths, setDepths] = useState<Depth[]>([]);
  useEffect(() => {
    if (news !== null) setDepths((before) => remembered(before, news, Date.now()));
  }, [news]);
  return depths;
}

function Figure({ name, value, tone }: { name: string; value: string; tone?: 'warn' | 'bad' | undefined }) {
  return (
    <dl className={`figure${tone === undefined ? '' : ` figure-${tone}`}`}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </dl>
  );
}

const CHART = { width: 260, height: 44 };

function Chart({ depths }: { depths: readonly Depth[] }) {
  const now = depths.at(-1)?.at ?? 0;
  const most = Math.max(0, ...depths.map(({ waiting }) => waiting));
  return (
    <figure className="depth">
      <svg
        viewBox={`0 0 ${CHART.width} ${CHART.height}`}
        role="img"
        aria-label={`Events that waited in the last five minutes, ${most} at most`}
        preserveAspectRatio="none"
      >
        <path d={depthLine(depths, now, CHART)} />
      </svg>
      <figcaption>Last five minutes, {most} at most</figcaption>
    </figure>
  );
}

function EventTable({ events, parked }: { events: readonly QueuedEvent[]; parked: boolean }) {
  const { may } = useSession();
  const offersRetry = parked && may('Events.Retry');
  return (
    <div className="table-scroll">
      <table className="table event-table">
        <thead>
          <tr>
            <th scope="col">Event</th>
            <th scope="col">Operation</th>
            <th scope="col">Order</th>
            <th scope="col" className="number">
              Attempts
            </th>
            <th scope="col">{parked ? 'Error' : 'Last error'}</th>
            {offersRetry && (
              <th scope="col">
                <span className="hidden">Action</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {events.map((event) => (
            <tr key={event.id}>
              <th scope="row">{event.id}</th>
              <td>{event.operation}</td>
              <td>
                {event.order === null ? (
                  '–'
                ) : may('ProductionOrder.Show') ? (
                  <a href={addressOf(['orders', event.order])}>{event.order}</a>
                ) : (
                  event.order
                )}
              </td>
              <td className="number">{event.attempts}</td>
              <td className="event-error">{event.error ?? <span className="faint">–</span>}</td>
              {offersRetry && (
                <td>
                  <RetryButton event={event} />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function RetryButton({ event: { id, order } }: { event: QueuedEvent }) {
  const queries = useQueryClient();
  const announce = useAnnounce();
  const [busy, setBusy] = useState(false);
  const retry = async () => {
    setBusy(true);
    try {
      await ask(`/events/${id}/retry`, { method: 'POST' });
      announce(`Event ${id}${order === null ? '' : ` of ${order}`} is tried again`, 'good');
      await queries.invalidateQueries({ queryKey: ['events'] });
    } catch (error) {
      announce((error as Error).message, 'bad');
    }
    setBusy(false);
  };
  return (
    <Button small isPending={busy} onPress={() => void retry()} aria-label={`Retry event ${id}`}>
      Retry
    </Button>
  );
}
