/**
 * What a change of materials means for their orders: the automatic transitions of design 3.1. An order goes on to
 * InProgress with its first accounting material that did, completes when the rules in `rules/complete/` hold, and
 * comes back when they no longer hold.
 */
import type { OrderSnapshot } from '../core/order/production-order.js';
import { decideTransition, type AutomaticOperation } from '../core/order/state-model.js';
import { COMPLETE, completes } from './completion.js';
import { askOf, draftOf, movement, type Run } from './perform.js';

/** Reloads the orders and moves each as far as its materials have come; every move is journalled. */
export async function followMaterials(run: Run, names: readonly string[]): Promise<void> {
  const snapshots = await run.session.orders.load(names);
  for (const snapshot of snapshots.values()) await follow(run, snapshot);
}

async function follow(run: Run, first: OrderSnapshot): Promise<void> {
  let snapshot = first;
  for (;;) {
    const operation = await due(run, snapshot);
    if (operation === null) return;
    const transition = decideTransition(snapshot.order, operation);
    if (!transition.ok) return;
    const { name } = snapshot.order;
    await run.session.orders.update(snapshot.order, transition.next);
    const after = (await run.session.orders.load([name])).get(name);
    if (after === undefined) return;
    run.recorded.push({
      draft: { ...draftOf(run, operation, name), outcome: 'committed' },
      outcome: null,
      details: { automatic: true, ...movement(snapshot, after) },
    });
    snapshot = after;
    if (operation === 'ReturnToProgress') return;
  }
}

async function due(run: Run, snapshot: OrderSnapshot): Promise<AutomaticOperation | 'Start' | null> {
  const { order, materials } = snapshot;
  if (order.universalState !== 'Active') return null;
  if (order.state === 'Released') {
    const started = materials.some(
      ({ accounts, state, universalState }) =>
        accounts && state !== 'Created' && (universalState === 'Active' || state === 'Delivered'),
    );
    return started ? 'Start' : null;
  }
  if (order.state !== 'InProgress' && order.state !== 'Completed') return null;
  const holds = await completes(askOf(run, COMPLETE, snapshot, {}));
  if (order.state === 'InProgress') return holds ? 'Complete' : null;
  return holds ? null : 'ReturnToProgress';
}
