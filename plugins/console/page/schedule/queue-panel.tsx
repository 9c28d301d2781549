/** The queue: orders are moved within their priority group by drag and by keyboard; what that comes to is shown first. */
import { useMemo, useState, type KeyboardEvent } from 'react';
import {
  Button as AriaButton,
  GridList,
  GridListItem,
  ListLayout,
  ToggleButton,
  useDragAndDrop,
  Virtualizer,
} from 'react-aria-components';
import { useSession } from '../shell/session.js';
import { useAnnounce } from '../shell/ui/announcements.js';
import { Button } from '../shell/ui/button.js';
import { Empty, Loading, ProblemNote } from '../shell/ui/notes.js';
import type { ChartModel } from './chart-model.js';
import type { QueueRow } from './document.js';
import { EffectList } from './effect-list.js';
import { durationText } from './plant-time.js';
import { useMoveInQueue, usePreview, useQueue } from './queries.js';
import { changedHead, dropped, groupsOf, moved, priorityText, type Group, type Move } from './queue-moves.js';

interface QueuePanelProps {
  model: ChartModel | null;
  chosen: string | null;
  onChoose: (name: string | null) => void;
}

export function QueuePanel({ model, chosen, onChoose }: QueuePanelProps) {
  const session = useSession();
  const { data: rows, error, refetch } = useQueue(session.may('Queue.Show'));
  const [priority, setPriority] = useState<number | null>(null);
  const groups = useMemo(() => groupsOf(rows ?? []), [rows]);
  if (!session.may('Queue.Show')) return <Empty title="Not for this token">It may not see the queue.</Empty>;
  if (error !== null) return <ProblemNote problem={error} onRetry={() => void refetch()} />;
  if (rows === undefined) return <Loading what="Reading the queue" />;
  const group = groups.find((one) => one.priority === priority) ?? groups[0];
  if (group === undefined)
    return <Empty title="The queue is empty">Active orders that are included in planning stand here.</Empty>;
  return (
    <div className="queue">
      <div className="queue-groups" role="group" aria-label="Priority groups">
        {groups.map((one) => (
          <ToggleButton
            key={one.priority}
            className="schedule-chip"
            isSelected={one === group}
            onChange={() => setPriority(one.priority)}
          >
            {priorityText(one.priority)} <span className="schedule-chip-count">{one.names.length}</span>
          </ToggleButton>
        ))}
      </div>
      <QueueGroup
        key={`${group.priority} ${group.names.length}`}
        group={group}
        rows={rows}
        model={model}
        chosen={chosen}
        onChoose={onChoose}
        canMove={session.may('Queue.Change')}
      />
    </div>
  );
}

interface QueueGroupProps extends QueuePanelProps {
  group: Group;
  rows: readonly QueueRow[];
  canMove: boolean;
}

interface Item {
  id: string;
  place: number;
  isMoved: boolean;
  reschedule: string | null;
  late: number;
}

function QueueGroup({ group, rows, model, chosen, onChoose, canMove }: QueueGroupProps) {
  const announce = useAnnounce();
  const [proposed, setProposed] = useState<string[] | null>(null);
  const [said, setSaid] = useState('');
  const names = proposed ?? group.names;
  const head = useMemo(() => changedHead(group.names, names), [group.names, names]);
  const move = useMoveInQueue();
  const items = useMemo(() => itemsOf(names, group.names, rows, model), [names, group.names, rows, model]);

  const { dragAndDropHooks } = useDragAndDrop<Item>({
    getItems: (keys) => [...keys].map((key) => ({ 'text/plain': String(key) })),
    onReorder: ({ keys, target }) => {
      if (target.dropPosition === 'on') return;
      const moving = new Set([...keys].map(String));
      setProposed(dropped(names, moving, String(target.key), target.dropPosition));
    },
  });

  const propose = (name: string, to: Move) => {
    const next = moved(names, name, to);
    setProposed(next);
    setSaid(`${name} would be at ${next.indexOf(name) + 1} of ${next.length}`);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const to = KEYS[event.key];
    const row = (event.target as HTMLElement).closest('[data-key]')?.getAttribute('data-key');
    if (!event.altKey || to === undefined || row === null || row === undefined || !canMove) return;
    event.preventDefault();
    event.stopPropagation();
    propose(row, to);
  };
  const save = () =>
    move.mutate(head, {
      onSuccess: () => {
        setProposed(null);
        announce('The queue is changed. Plan again to have it in the schedule.', 'good');
      },
    });

  return (
    <>
      {canMove && (
        <MoveBar chosen={chosen !== null && names.includes(chosen) ? chosen : null} onMove={propose} />
      )}
      {head.length > 0 && (
        <Proposal
          head={head}
          isSaving={move.isPending}
          problem={move.error}
          onSave={save}
          onLeave={() => {
            setProposed(null);
            move.reset();
          }}
          onChoose={onChoose}
        />
      )}
      <p className="hidden" role="status">
        {said}
      </p>
      <div className="queue-list" onKeyDownCapture={onKeyDown}>
        <Virtualizer layout={ListLayout} layoutOptions={{ rowSize: 30 }}>
          <GridList
            aria-label={`Orders of priority ${priorityText(group.priority)}`}
            className="queue-rows"
            items={items}
            selectionMode="single"
            selectionBehavior="replace"
            selectedKeys={chosen === null ? [] : [chosen]}
            onSelectionChange={(keys) => {
              const [key] = keys === 'all' ? [] : [...keys];
              if (key !== undefined) onChoose(String(key));
            }}
            {...(canMove && { dragAndDropHooks })}
          >
            {(item) => <QueueItem item={item} canMove={canMove} />}
          </GridList>
        </Virtualizer>
      </div>
    </>
  );
}

const KEYS: Record<string, Move | undefined> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'first',
  End: 'last',
};

function itemsOf(
  names: readonly string[],
  before: readonly string[],
  rows: readonly QueueRow[],
  model: ChartModel | null,
): Item[] {
  const marks = new Map(rows.map(({ name, reschedule }) => [name, reschedule]));
  return names.map((name, place) => ({
    id: name,
    place: place + 1,
    isMoved: before[place] !== name,
    reschedule: marks.get(name) ?? null,
    late: model?.orders.latenessMinutes[model.orderOf.get(name) ?? -1] ?? 0,
  }));
}

function QueueItem({ item, canMove }: { item: Item; canMove: boolean }) {
  const { id, place, isMoved, reschedule, late } = item;
  return (
    <GridListItem id={id} textValue={id} className={`queue-row${isMoved ? ' is-moved' : ''}`}>
      {canMove && (
        <AriaButton slot="drag" className="queue-grip">
          <span aria-hidden="true">⠿</span>
        </AriaButton>
      )}
      <span className="queue-place">{place}</span>
      <span className="queue-name" title={id}>
        {id}
      </span>
      {late > 0 && <span className="queue-late">{durationText(late * 60)} late</span>}
      {reschedule !== null && (
        <span
          className="queue-mark"
          role="img"
          aria-label={`To be planned again: ${reschedule}`}
          title={`To be planned again: ${reschedule}`}
        >
          ↻
        </span>
      )}
    </GridListItem>
  );
}

const MOVES: { to: Move; sign: string; word: string; keys: string }[] = [
  { to: 'first', sign: '⤒', word: 'first', keys: 'Alt+Home' },
  { to: 'up', sign: '↑', word: 'up', keys: 'Alt+Up' },
  { to: 'down', sign: '↓', word: 'down', keys: 'Alt+Down' },
  { to: 'last', sign: '⤓', word: 'last', keys: 'Alt+End' },
];

function MoveBar({ chosen, onMove }: { chosen: string | null; onMove: (name: string, to: Move) => void }) {
  return (
    <div className="queue-moves" role="toolbar" aria-label="Move the chosen order">
      <span className="muted queue-moving">
        {chosen === null ? 'Drag an order, or choose one' : `Move ${chosen}`}
      </span>
      {MOVES.map(({ to, sign, word, keys }) => (
        <Button
          key={to}
          small
          isDisabled={chosen === null}
          aria-label={`${word} (${keys})`}
          onPress={() => {
            if (chosen !== null) onMove(chosen, to);
          }}
        >
          <span aria-hidden="true">{sign}</span>
        </Button>
      ))}
    </div>
  );
}

interface ProposalProps {
  head: readonly { name: string }[];
  isSaving: boolean;
  problem: Error | null;
  onSave: () => void;
  onLeave: () => void;
  onChoose: (name: string) => void;
}

function Proposal({ head, isSaving, problem, onSave, onLeave, onChoose }: ProposalProps) {
  const { data, error } = usePreview(head);
  const failed = problem ?? error;
  return (
    <section className="proposal" aria-label="What the changed queue comes to">
      {failed !== null ? (
        <ProblemNote problem={failed} />
      ) : data === undefined ? (
        <Loading what="Planning the changed queue" />
      ) : (
        <EffectList effect={data.effect} onChoose={onChoose} />
      )}
      <div className="proposal-actions">
        <Button small onPress={onLeave}>
          Leave it
        </Button>
        <Button small kind="primary" onPress={onSave} isDisabled={isSaving || failed !== null}>
          Save the queue
        </Button>
      </div>
    </section>
  );
}
