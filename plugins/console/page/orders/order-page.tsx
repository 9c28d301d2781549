/** One order: what state it is in and what can be done, what is made of it, and how it came to that. */
import { useState } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { useQuery } from '@tanstack/react-query';
import { addressOf, type PageProps } from '../shell/route.js';
import { useSession } from '../shell/session.js';
import { goTo } from '../shell/use-address.js';
import { timeText } from '../shell/text.js';
import { Badge, StateBadge } from '../shell/ui/badge.js';
import { Loading, ProblemNote } from '../shell/ui/notes.js';
import { PageHead, Panel } from '../shell/ui/page-head.js';
import { ViolationList } from '../shell/ui/violations.js';
import { Journal } from './journal.js';
import { MaterialTable } from './material-table.js';
import { OperationDialog } from './operation-dialog.js';
import { isOverdue, priorityText, type ShownOrder } from './order.js';
import { QuantityPanel } from './quantity-bar.js';
import { orderQuery, stateModelQuery } from './queries.js';
import { StateChart } from './state-chart.js';
import { StepGraph } from './step-graph.js';
import type { StateModel } from './state-model.js';
import './orders.css';

export default function OrderPage({ params }: PageProps) {
  const name = params.name ?? '';
  const order = useQuery(orderQuery(name));
  const model = useQuery(stateModelQuery);
  const error = order.error ?? model.error;
  const within = { address: '#/orders', title: 'Orders' };
  if (error !== null) {
    return (
      <>
        <PageHead title={name} within={within} />
        <ProblemNote
          problem={error}
          onRetry={() => {
            void order.refetch();
            void model.refetch();
          }}
        />
      </>
    );
  }
  if (order.data === undefined || model.data === undefined) return <Loading what={`Reading ${name}`} />;
  return <Order order={order.data} model={model.data} />;
}

interface Asked {
  operation: string;
  filled: Record<string, string>;
}

function Order({ order, model }: { order: ShownOrder; model: StateModel }) {
  const session = useSession();
  const [asked, setAsked] = useState<Asked | null>(null);
  const askFor = (operation: string, filled: Record<string, string> = {}) => {
    // It has a wizard of its own; why it is refused is told here.
    if (operation === 'Synchronize' && order.allowed.includes(operation))
      goTo(['orders', order.name, 'synchronize']);
    else setAsked({ operation, filled });
  };
  const late = isOverdue(order, session.now.slice(0, 10));
  return (
    <>
      <PageHead
        within={{ address: '#/orders', title: 'Orders' }}
        title={order.name}
        beside={
          <>
            <StateBadge state={order.state} terminated={order.universalState === 'Terminated'} />
            {late && <Badge tone="bad">Overdue</Badge>}
            {order.restricted && <Badge tone="info">Restricted</Badge>}
            {!order.includeInPlanning && <Badge>Not planned</Badge>}
          </>
        }
        actions={
          session.may('ProductionOrder.Synchronize') && (
            <a className="button button-usual" href={addressOf(['orders', order.name, 'synchronize'])}>
              Synchronize steps
            </a>
          )
        }
      />
      {order.notices.map(({ operation, at, sequence, violations }) => (
        <div key={sequence} className="notice" role="note">
          <p>
            <strong>{operation}</strong> was refused after the fact, {timeText(at)}
          </p>
          <ViolationList violations={violations} />
        </div>
      ))}
      <Panel title="State" flush>
        <StateChart order={order} model={model} onAsk={askFor} />
      </Panel>
      <div className="order-facts">
        <Panel title="Quantity">
          <QuantityPanel order={order} />
        </Panel>
        <Panel title="Order">
          <Facts order={order} late={late} />
        </Panel>
      </div>
      <Tabs className="tabs">
        <TabList aria-label={order.name} className="tab-list">
          <Tab id="steps" className="tab">
            Steps <span className="tab-count">{order.steps.length}</span>
          </Tab>
          <Tab id="materials" className="tab">
            Materials <span className="tab-count">{order.materials.length}</span>
          </Tab>
          {session.may('Journal.Show') && (
            <Tab id="journal" className="tab">
              Journal
            </Tab>
          )}
        </TabList>
        <TabPanel id="steps" className="tab-panel">
          <StepGraph steps={order.steps} dependencies={order.dependencies} />
        </TabPanel>
        <TabPanel id="materials" className="tab-panel">
          <MaterialTable materials={order.materials} />
        </TabPanel>
        <TabPanel id="journal" className="tab-panel">
          <Journal order={order.name} />
        </TabPanel>
      </Tabs>
      {asked !== null && (
        <OperationDialog
          key={`${asked.operation} ${JSON.stringify(asked.filled)}`}
          order={order}
          model={model}
          {...asked}
          onAsk={askFor}
          onClose={() => setAsked(null)}
        />
      )}
    </>
  );
}

function Facts({ order, late }: { order: ShownOrder; late: boolean }) {
  const facts: [name: string, value: string][] = [
    ['Product', order.product],
    ['Facility', order.facility ?? '–'],
    ['Priority', priorityText(order.priority)],
    ['Start', timeText(order.startDate)],
    ['Planned', `${timeText(order.plannedStart)} to ${timeText(order.plannedEnd)}`],
    ['Flow path', order.flowPath ?? '–'],
  ];
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
      <div>
        <dt>Due</dt>
        <dd className={late ? 'late' : undefined}>{timeText(order.dueDate)}</dd>
      </div>
    </dl>
  );
}
