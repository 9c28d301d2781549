/** What would be otherwise, in words: all of it in a sentence, then order by order, what matters most first. */
import { Button as AriaButton } from 'react-aria-components';
import type { Difference, Differences } from './document.js';
import { Told } from './told.js';

interface EffectListProps {
  effect: Differences;
  onChoose: (name: string) => void;
}

export function EffectList({ effect, onChoose }: EffectListProps) {
  const { orders, text, counts } = effect;
  const all = Object.entries(counts).reduce(
    (sum, [key, count]) => (['unchanged', 'becomeLate', 'becomeOnTime'].includes(key) ? sum : sum + count),
    0,
  );
  return (
    <div className="effect">
      <p className="effect-text" role="status">
        {text}
      </p>
      {orders.length > 0 && (
        <ul className="effect-orders" aria-label="Orders that are planned otherwise">
          {orders.map((order) => (
            <li key={order.name}>
              <AriaButton
                className={`effect-order tone-${toneOf(order)}`}
                onPress={() => onChoose(order.name)}
              >
                <Told text={order.text} />
              </AriaButton>
            </li>
          ))}
        </ul>
      )}
      {all > orders.length && (
        <p className="muted small">and {(all - orders.length).toLocaleString('en')} others</p>
      )}
    </div>
  );
}

function toneOf({ becomes, change }: Difference): 'bad' | 'good' | 'neutral' {
  if (becomes === 'late' || change === 'removed') return 'bad';
  return becomes === 'onTime' ? 'good' : 'neutral';
}
