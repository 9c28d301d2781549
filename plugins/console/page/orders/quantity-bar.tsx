/** What is made of an order, against what was ordered and what it may be closed with. */
import type { BriefOrder } from './order.js';
import { quantityScale } from './quantity-scale.js';

const percent = (share: number) => `${share * 100}%`;

export function QuantityBar({ order, small = false }: { order: BriefOrder; small?: boolean }) {
  const { quantities } = order;
  const scale = quantityScale(order);
  if (scale === null) return <span className="muted">A unit has no conversion</span>;
  const { quantity, completed, inProgress, delivered, units } = quantities;
  const said = `${completed ?? ''} of ${quantity} ${units} completed, ${inProgress ?? ''} in progress, ${delivered ?? ''} delivered`;
  return (
    <span className={`quantity${small ? ' quantity-small' : ''}`}>
      <span className="quantity-bar" role="img" aria-label={said}>
        <span
          className="quantity-window"
          style={{ insetInlineStart: percent(scale.least), width: percent(scale.most - scale.least) }}
        />
        <span className="quantity-progress" style={{ width: percent(scale.completed + scale.inProgress) }} />
        <span className="quantity-completed" style={{ width: percent(scale.completed) }} />
        <span className="quantity-delivered" style={{ width: percent(scale.delivered) }} />
        <span className="quantity-mark" style={{ insetInlineStart: percent(scale.quantity) }} />
      </span>
      {small && (
        <span className="quantity-text" aria-hidden="true">
          {completed} / {quantity}
        </span>
      )}
    </span>
  );
}

/** The bar with its words: what each part is, and between which amounts the order can be closed. */
export function QuantityPanel({ order }: { order: BriefOrder }) {
  const { quantities } = order;
  const { quantity, completed, inProgress, delivered, units } = quantities;
  const parts: [name: string, amount: string | null, className: string][] = [
    ['Ordered', quantity, 'key-mark'],
    ['Completed', completed, 'key-completed'],
    ['of it delivered', delivered, 'key-delivered'],
    ['In progress', inProgress, 'key-progress'],
  ];
  return (
    <div className="quantity-panel">
      <QuantityBar order={order} />
      <dl className="quantity-keys">
        {parts.map(([name, amount, className]) => (
          <div key={name}>
            <dt>
              <span className={`key ${className}`} aria-hidden="true" />
              {name}
            </dt>
            <dd>
              {amount ?? 'not known'} {amount !== null && <span className="muted">{units}</span>}
            </dd>
          </div>
        ))}
        <div>
          <dt>
            <span className="key key-window" aria-hidden="true" />
            Can be closed with
          </dt>
          <dd>
            {windowText(order)} <span className="muted">{units}</span>
          </dd>
        </div>
      </dl>
    </div>
  );
}

/** `57 to 63`; what has more digits than a number keeps is told by its tolerances. */
function windowText({ quantities, underDeliveryTolerance, overDeliveryTolerance }: BriefOrder): string {
  const { quantity } = quantities;
  if (Number(underDeliveryTolerance) === 0 && Number(overDeliveryTolerance) === 0) return quantity;
  if (quantity.length > 12)
    return `${quantity} −${underDeliveryTolerance} +${overDeliveryTolerance} of it, in`;
  const of = (factor: number) => String(Number((Number(quantity) * factor).toPrecision(12)));
  return `${of(1 - Number(underDeliveryTolerance))} to ${of(1 + Number(overDeliveryTolerance))}`;
}
