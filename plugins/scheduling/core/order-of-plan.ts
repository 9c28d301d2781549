/** One order of a plan, as a planner asks about it: when, how late and why, with the orders that held it up. */
import type { PlannedOperation, PlannedOrder } from './answer.js';
import { durationText } from './differences.js';
import { localText } from './gantt.js';
import { busyWith, type Waited } from './waited-for.js';

/** An entry of the chain; `order` is the other order in it, null where there is none. */
export interface ChainEntry extends Waited {
  order: string | null;
}

export interface ExplainedOrder extends Omit<PlannedOrder, 'operations'> {
  operations: Omit<PlannedOperation, 'placements'>[];
  chain: ChainEntry[];
  /** When it is planned and whether that is in time, in one sentence. */
  text: string;
}

/** @param zone the zone in which times are told. */
export function explainedOrder(
  order: PlannedOrder,
  planned: readonly PlannedOrder[],
  zone: string,
): ExplainedOrder {
  const [start, end] = [order.scheduledStart, order.scheduledEnd].map((at) =>
    localText(Date.parse(at), zone),
  );
  const late = order.late ? `${durationText(order.latenessMinutes)} late` : 'in time';
  return {
    ...order,
    operations: order.operations.map((operation) => {
      const shown = { ...operation };
      delete shown.placements;
      return shown;
    }),
    chain: order.waitedFor.map((waited) => ({ ...waited, order: otherOrder(waited, order.name, planned) })),
    text: `Order ${order.name} is planned from ${start ?? ''} to ${end ?? ''}, ${late}.`,
  };
}

function otherOrder(
  { kind, name, until, text }: Waited,
  own: string,
  planned: readonly PlannedOrder[],
): string | null {
  if (kind === 'order') return name === own ? null : name;
  if (kind !== 'workCenter') return null;
  const isHolder = (operation: PlannedOperation): boolean =>
    (operation.placements ?? []).some(
      ({ workCenter, end }) => (workCenter ?? operation.workCenterType) === name && end === until,
    );
  // Of several lanes more than one order may end then; the text says which of them.
  const holder = planned.find(
    (other) => text.includes(busyWith(other.name)) && other.operations.some(isHolder),
  );
  return holder?.name ?? null;
}
