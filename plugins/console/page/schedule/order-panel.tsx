/** The order that is chosen: when it is planned, and why not earlier. */
import { addressOf } from '../shell/route.js';
import { Badge } from '../shell/ui/badge.js';
import { Button } from '../shell/ui/button.js';
import { Empty, Loading, ProblemNote } from '../shell/ui/notes.js';
import { durationText, PlantTime } from './plant-time.js';
import { useExplained } from './queries.js';
import { Told } from './told.js';

interface OrderPanelProps {
  version: string;
  timeZone: string;
  name: string | null;
  onChoose: (name: string) => void;
  onShow: (name: string) => void;
}

export function OrderPanel({ version, timeZone, name, onChoose, onShow }: OrderPanelProps) {
  const { data: order, error, refetch } = useExplained(version, name);
  if (name === null)
    return (
      <Empty title="No order is chosen">
        Choose one in the chart, the list or the queue, and read what it waited for.
      </Empty>
    );
  if (error !== null) return <ProblemNote problem={error} onRetry={() => void refetch()} />;
  if (order === undefined) return <Loading what="Reading the order" />;
  const clock = new PlantTime(timeZone);
  return (
    <div className="chosen">
      <div className="chosen-head">
        <h2>{order.name}</h2>
        {order.late ? (
          <Badge tone="bad">{durationText(order.latenessMinutes * 60)} late</Badge>
        ) : (
          <Badge tone="good">On time</Badge>
        )}
      </div>
      <p>
        <Told text={order.text} />
      </p>
      <div className="chosen-actions">
        <Button small onPress={() => onShow(order.name)}>
          Show in the chart
        </Button>
        <a href={addressOf(['orders', order.name])}>Open the order</a>
      </div>
      <h3>{order.late ? 'Why it is late' : 'What it waited for'}</h3>
      {order.chain.length === 0 ? (
        <p className="muted">Nothing: it starts as soon as it may.</p>
      ) : (
        <ol className="chain">
          {order.chain.map((entry, place) => (
            <li key={place} className={`chain-${entry.kind}`}>
              <Told text={entry.text} />{' '}
              {entry.order !== null && (
                <Button small kind="plain" onPress={() => onChoose(entry.order ?? '')}>
                  Choose {entry.order}
                </Button>
              )}
            </li>
          ))}
        </ol>
      )}
      <h3>Operations</h3>
      <table className="chosen-operations">
        <thead>
          <tr>
            <th>Operation</th>
            <th>From</th>
            <th>To</th>
          </tr>
        </thead>
        <tbody>
          {order.operations.map((operation, place) => (
            <tr key={place}>
              <td>
                {operation.name}
                {operation.batch !== null && <span className="muted"> · batch {operation.batch}</span>}
              </td>
              <td>{clock.short(Date.parse(operation.start))}</td>
              <td>{clock.short(Date.parse(operation.end))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
