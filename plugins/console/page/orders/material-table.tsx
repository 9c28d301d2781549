/** The materials of an order. */
import { StateBadge } from '../shell/ui/badge.js';
import { Empty } from '../shell/ui/notes.js';
import { stepOf, type OrderMaterial } from './order.js';

export function MaterialTable({ materials }: { materials: readonly OrderMaterial[] }) {
  if (materials.length === 0)
    return <Empty title="No material yet">They come with Start, or are assigned on the shop floor.</Empty>;
  return (
    <div className="table-scroll">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Material</th>
            <th scope="col">State</th>
            <th scope="col" className="number">
              Quantity
            </th>
            <th scope="col">Step</th>
            <th scope="col">Facility</th>
            <th scope="col">Counts for the order</th>
          </tr>
        </thead>
        <tbody>
          {materials.map((material) => (
            <tr key={material.name}>
              <th scope="row">{material.name}</th>
              <td>
                <StateBadge state={material.state} terminated={material.universalState === 'Terminated'} />
              </td>
              <td className="number">
                {material.quantity} <span className="muted">{material.units}</span>
              </td>
              <td title={material.flowPath ?? undefined}>{stepOf(material.flowPath) || '–'}</td>
              <td>{material.facility ?? '–'}</td>
              <td>{material.accounts ? 'Yes' : 'No'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
