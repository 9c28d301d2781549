/** The host's orders as they are when orderwright is installed beside them: no hook runs, and no row is changed. */
import { misfits } from '../core/order/adoption.js';
import type { Problem } from '../core/problem.js';
import { makeChange, type ChangeRequest } from './make-change.js';
import type { Kernel } from './kernel.js';
import { keepClosed } from './perform.js';

const PAGE = 500;

export interface Adopted {
  orders: number;
  /** Orders that are active and not closed. */
  active: number;
  /** What does not fit the model, a problem for each order and reason; the path is the order's name. */
  misfits: Problem[];
}

/** Keeps the quantities of closed orders, and tells what does not fit the model. It may be done again. */
export async function adoptOrders(kernel: Kernel, asked: Omit<ChangeRequest, 'operation'>): Promise<Adopted> {
  const adopted: Adopted = { orders: 0, active: 0, misfits: [] };
  for (let after: string | undefined; ;) {
    const page = { limit: PAGE, ...(after !== undefined && { after }) };
    const names = await makeChange(kernel, { ...asked, operation: 'AdoptOrders' }, async (session) => {
      const found = await session.orders.names(page);
      const snapshots = await session.orders.load(found);
      for (const [name, snapshot] of snapshots) {
        const reasons = misfits(snapshot);
        const { state, universalState } = snapshot.order;
        adopted.orders += 1;
        if (universalState === 'Active' && state !== 'Closed') adopted.active += 1;
        for (const message of reasons)
          adopted.misfits.push({ path: name, code: 'OW_ORDER_DOES_NOT_FIT', message });
        if (state === 'Closed' && snapshot.closedWith === null && reasons.length === 0) {
          await keepClosed(session, snapshot);
        }
      }
      return { result: found, details: null };
    });
    after = names.at(-1);
    if (names.length < PAGE) return adopted;
  }
}
