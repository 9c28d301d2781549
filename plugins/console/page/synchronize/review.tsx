/** The first step: what the order is that steps are made for. */
import { timeText } from '../shell/text.js';
import { spelled, StateBadge } from '../shell/ui/badge.js';
import { Panel } from '../shell/ui/page-head.js';
import type { ShownOrder } from '../orders/order.js';
import { usedSteps } from './synchronization.js';

const PRIORITIES: Record<number, string> = { 1: 'High', 2: 'Medium', 3: 'Low' };

export function Review({ order }: { order: ShownOrder }) {
  const { quantities, steps, materials } = order;
  const { quantity, units } = quantities;
  const made = (amount: string | null) => (amount === null ? 'not known' : `${amount} ${units}`);
  const accounting = materials.filter(({ accounts }) => accounts);
  const facts: [string, React.ReactNode][] = [
    ['State', <StateBadge state={order.state} terminated={order.universalState === 'Terminated'} />],
    ['Product', order.product],
    ['Quantity', `${quantity} ${units}`],
    ['In progress', made(quantities.inProgress)],
    ['Completed', made(quantities.completed)],
    ['Facility', order.facility ?? 'none'],
    ['Flow path', order.flowPath ?? 'none'],
    ['Priority', PRIORITIES[order.priority] ?? String(order.priority)],
    ['Start', timeText(order.startDate)],
    ['Due', timeText(order.dueDate)],
    ['Planned', plannedText(order)],
    ['Included in planning', order.includeInPlanning ? 'Yes' : 'No'],
  ];
  return (
    <div className="sync-review">
      <Panel title="Production order">
        <dl className="sync-facts">
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </Panel>
      <Panel title="What it has now">
        <p>{stepsText(order)}</p>
        <p className="muted">
          {accounting.length === 0
            ? 'No material accounts for it yet: all of the quantity starts at the order’s flow path.'
            : `${accounting.length} ${accounting.length === 1 ? 'material accounts' : 'materials account'} for it: ${accounting
                .slice(0, 6)
                .map(
                  ({ name, quantity: amount, units: of, state }) =>
                    `${name} (${amount} ${of}, ${spelled(state).toLowerCase()})`,
                )
                .join(', ')}${accounting.length > 6 ? ' ...' : ''}. Each goes on from its own step.`}
        </p>
        {steps.length > 0 && usedSteps(steps).length > 0 && (
          <p className="sync-used">
            {usedSteps(steps).length} of the steps {usedSteps(steps).length === 1 ? 'was' : 'were'} started,
            finished or changed by hand. Preserve keeps them.
          </p>
        )}
      </Panel>
    </div>
  );
}

function plannedText({ plannedStart, plannedEnd }: ShownOrder): string {
  if (plannedStart === null && plannedEnd === null) return 'not yet';
  return `${timeText(plannedStart)} to ${timeText(plannedEnd)}`;
}

function stepsText({ steps }: ShownOrder): string {
  if (steps.length === 0) return 'It has no production order steps yet.';
  const states = Map.groupBy(steps, ({ state }) => state);
  const list = [...states].map(
    ([state, of]) => `${of.length.toLocaleString('en')} ${spelled(state).toLowerCase()}`,
  );
  return `${steps.length.toLocaleString('en')} production order ${steps.length === 1 ? 'step' : 'steps'}: ${list.join(', ')}.`;
}
