/** The schedule: the plan as a chart or a list, and beside it the queue, the order that is chosen and what has changed. */
import { useEffect, useMemo, useRef, useState } from 'react';
import { Tab, TabList, TabPanel, Tabs, ToggleButton, type Key } from 'react-aria-components';
import type { PageProps } from '../shell/route.js';
import { useSession } from '../shell/session.js';
import { useAnnounce } from '../shell/ui/announcements.js';
import { Badge } from '../shell/ui/badge.js';
import { Button } from '../shell/ui/button.js';
import { Empty, Loading, ProblemNote } from '../shell/ui/notes.js';
import { PageHead } from '../shell/ui/page-head.js';
import { rememberQuery } from '../shell/use-address.js';
import { heldUpBy, type ChartModel } from './chart-model.js';
import { ChangesPanel } from './changes-panel.js';
import type { PlanVersions } from './document.js';
import { Gantt, type GanttHandle } from './gantt.js';
import { OrderPanel } from './order-panel.js';
import { PlacementsList } from './placements-list.js';
import { PlantTime } from './plant-time.js';
import { QueuePanel } from './queue-panel.js';
import { SAVED, useChart, useExplained, usePlanning, useQueue, useVersions } from './queries.js';
import './schedule.css';

const ZOOM = 1.6;

export default function SchedulePage({ query }: PageProps) {
  const session = useSession();
  const announce = useAnnounce();
  const versions = useVersions();
  const [asked, setAsked] = useState(() => query.get('plan'));
  const [chosen, setChosen] = useState(() => query.get('order'));
  const [tab, setTab] = useState<Key>(chosen === null ? 'queue' : 'order');
  const [isList, setIsList] = useState(false);
  const gantt = useRef<GanttHandle>(null);
  const shown = shownVersion(versions.data, asked);
  const { model, error, refetch } = useChart(shown);
  const planning = usePlanning();
  const chain = useChain(model, shown, chosen);

  useEffect(() => {
    rememberQuery(['schedule'], {
      ...(asked !== null && { plan: asked }),
      ...(chosen !== null && { order: chosen }),
    });
  }, [asked, chosen]);

  const toShow = useRef(chosen);
  useEffect(() => {
    const order = model?.orderOf.get(toShow.current ?? '');
    if (model !== null) toShow.current = null;
    if (order !== undefined) gantt.current?.goTo(order);
  }, [model]);

  const choose = (name: string | null) => {
    setChosen(name);
    if (name !== null) setTab((before) => (before === 'queue' ? before : 'order'));
  };
  const chooseBar = (order: number | null) => {
    const name = order === null ? null : (model?.orders.name[order] ?? null);
    setChosen(name);
    if (name !== null) setTab('order');
  };
  const plan = () =>
    planning.mutate(null, {
      onSuccess: ({ version, orders, unscheduled }) => {
        setAsked(version);
        setTab('changes');
        const late = orders.filter((order) => order.late).length;
        announce(
          `${orders.length.toLocaleString('en')} orders planned, ${late.toLocaleString('en')} late, ${unscheduled.length.toLocaleString('en')} not planned`,
          'good',
        );
      },
    });
  const save = (version: string) =>
    planning.mutate(version, {
      onSuccess: () => {
        setAsked(null);
        announce('The plan is saved', 'good');
      },
    });

  if (versions.error !== null)
    return <ProblemNote problem={versions.error} onRetry={() => void versions.refetch()} />;
  const maySave = session.may('Schedule.Save');
  return (
    <div className="schedule">
      <PageHead
        title="Schedule"
        beside={
          versions.data !== undefined &&
          shown !== null && (
            <PlanChoice
              versions={versions.data}
              shown={shown}
              timeZone={model?.timeZone ?? 'UTC'}
              onChoose={setAsked}
            />
          )
        }
        actions={
          maySave && (
            <>
              <ToPlanAgain />
              <Button onPress={plan} isDisabled={planning.isPending}>
                {planning.isPending && planning.variables === null ? 'Planning…' : 'Plan again'}
              </Button>
              {shown !== null && shown !== SAVED && (
                <Button kind="primary" onPress={() => save(shown)} isDisabled={planning.isPending}>
                  Save this plan
                </Button>
              )}
            </>
          )
        }
      />
      {planning.error !== null && <ProblemNote problem={planning.error} />}
      <div className="schedule-parts">
        <section className="panel schedule-chart" aria-label="Plan">
          <ChartBar gantt={gantt} isList={isList} onList={setIsList} model={model} />
          {error !== null ? (
            <ProblemNote problem={error} onRetry={() => void refetch()} />
          ) : versions.data !== undefined && shown === null ? (
            <Empty title="Nothing is planned yet">
              {maySave ? '“Plan again” plans the queue as it is.' : 'Somebody who may plan has to do so.'}
            </Empty>
          ) : model === null || shown === null ? (
            <Loading what="Reading the plan" />
          ) : model.bars.start.length === 0 ? (
            <Empty title="Nothing is placed">This plan has no work on a work center.</Empty>
          ) : isList ? (
            <PlacementsList
              model={model}
              chosen={chosen === null ? null : (model.orderOf.get(chosen) ?? null)}
              onChoose={chooseBar}
            />
          ) : (
            <Gantt
              ref={gantt}
              model={model}
              version={shown}
              chosen={chosen === null ? null : (model.orderOf.get(chosen) ?? null)}
              chain={chain}
              onChoose={chooseBar}
            />
          )}
        </section>
        <Tabs className="panel schedule-side" selectedKey={tab} onSelectionChange={setTab}>
          <TabList className="tabs" aria-label="Beside the plan">
            <Tab id="queue" className="tab">
              Queue
            </Tab>
            <Tab id="order" className="tab">
              Order
            </Tab>
            <Tab id="changes" className="tab">
              Changes
            </Tab>
          </TabList>
          <TabPanel id="queue" className="tab-panel tab-queue">
            <QueuePanel model={model} chosen={chosen} onChoose={choose} />
          </TabPanel>
          <TabPanel id="order" className="tab-panel">
            {shown !== null && (
              <OrderPanel
                version={shown}
                timeZone={model?.timeZone ?? 'UTC'}
                name={chosen}
                onChoose={choose}
                onShow={(name) => {
                  const order = model?.orderOf.get(name);
                  setIsList(false);
                  if (order !== undefined) gantt.current?.goTo(order);
                }}
              />
            )}
          </TabPanel>
          <TabPanel id="changes" className="tab-panel">
            {shown !== null && (
              <ChangesPanel version={shown} saved={versions.data?.saved ?? null} onChoose={choose} />
            )}
          </TabPanel>
        </Tabs>
      </div>
    </div>
  );
}

/** The plan that is asked for as long as it is kept, else the newest one. */
function shownVersion(versions: PlanVersions | undefined, asked: string | null): string | null {
  if (versions === undefined) return null;
  const kept = versions.versions.map(({ version }) => version);
  const newest = asked !== null && kept.includes(asked) && asked !== versions.saved ? asked : kept[0];
  if (asked === SAVED || newest === undefined || newest === versions.saved)
    return versions.saved === null ? null : SAVED;
  return newest;
}

/** The bars that held the chosen order up, as the server names their orders. */
function useChain(model: ChartModel | null, version: string | null, name: string | null): readonly number[] {
  const { data } = useExplained(version ?? SAVED, version === null ? null : name);
  return useMemo(() => (model === null ? [] : heldUpBy(model, data?.chain ?? [])), [data, model]);
}

/** How many orders of the queue are marked. */
function ToPlanAgain() {
  const session = useSession();
  const { data } = useQueue(session.may('Queue.Show'));
  const count = data?.filter(({ reschedule }) => reschedule !== null).length ?? 0;
  if (count === 0) return null;
  return <Badge tone="warn">{count.toLocaleString('en')} to be planned again</Badge>;
}

interface PlanChoiceProps {
  versions: PlanVersions;
  shown: string;
  timeZone: string;
  onChoose: (version: string) => void;
}

function PlanChoice({ versions, shown, timeZone, onChoose }: PlanChoiceProps) {
  const clock = new PlantTime(timeZone);
  const made = ({ plannedAt, upTo }: PlanVersions['versions'][number]) =>
    `${clock.short(Date.parse(plannedAt))}${upTo === null ? '' : `, up to ${upTo}`}`;
  const saved = versions.versions.find(({ version }) => version === versions.saved);
  return (
    <label className="plan-choice">
      <span className="hidden">Plan</span>
      <select className="input" value={shown} onChange={(event) => onChoose(event.target.value)}>
        {versions.saved !== null && (
          <option value={SAVED}>{saved === undefined ? 'Saved plan' : `Saved plan of ${made(saved)}`}</option>
        )}
        {versions.versions
          .filter(({ version }) => version !== versions.saved)
          .map((plan) => (
            <option key={plan.version} value={plan.version}>
              Preliminary, {made(plan)}
            </option>
          ))}
      </select>
      {shown === SAVED ? <Badge tone="good">Saved</Badge> : <Badge tone="info">Preliminary</Badge>}
    </label>
  );
}

interface ChartBarProps {
  gantt: { current: GanttHandle | null };
  isList: boolean;
  onList: (isList: boolean) => void;
  model: ChartModel | null;
}

function ChartBar({ gantt, isList, onList, model }: ChartBarProps) {
  const late = model?.orders.latenessMinutes.filter((minutes) => minutes > 0).length ?? 0;
  return (
    <header className="panel-head chart-bar">
      <div className="chart-views" role="group" aria-label="Show the plan as">
        <ToggleButton className="chip" isSelected={!isList} onChange={() => onList(false)}>
          Chart
        </ToggleButton>
        <ToggleButton className="chip" isSelected={isList} onChange={() => onList(true)}>
          List
        </ToggleButton>
      </div>
      {model !== null && (
        <span className="muted chart-counts">
          {model.orders.name.length.toLocaleString('en')} orders, {late.toLocaleString('en')} late
        </span>
      )}
      {!isList && (
        <>
          <span className="legend" aria-hidden="true">
            <span className="legend-late">late</span>
            <span className="legend-load">load</span>
            <span className="legend-closed">closed</span>
          </span>
          <div className="chart-zoom" role="toolbar" aria-label="Zoom">
            <Button small aria-label="Zoom out" onPress={() => gantt.current?.zoom(ZOOM)}>
              −
            </Button>
            <Button small aria-label="Zoom in" onPress={() => gantt.current?.zoom(1 / ZOOM)}>
              +
            </Button>
            <Button small onPress={() => gantt.current?.fit()}>
              All
            </Button>
          </div>
        </>
      )}
    </header>
  );
}
