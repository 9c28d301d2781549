import { expect } from 'chai';
import { describe, it } from 'mocha';
import { STATE_OPERATIONS } from '../../src/core/order/state-model.js';
import type { StateOperation } from '../../src/core/order/state-model.js';
import type { JsonObject, OrderState, UniversalState } from '../../src/index.js';
import { TABLE } from '../core/order/state-table.js';
import { anOrder, given } from './given.js';

/** Nothing that a rule asks may stand in the way: the order is made, with dates, and nothing of it is in progress. */
const made = (name: string) =>
  anOrder(name).having('Completed').with({ plannedStart: '2020-07-03', plannedEnd: '2020-07-06' });
const INPUT: Partial<Record<StateOperation, JsonObject>> = { Change: { priority: 'High' } };

describe('[operation] the state model on the database', () => {
  for (const [standing, row] of Object.entries(TABLE)) {
    const [state, universalState] = standing.split(' ') as [OrderState, UniversalState];
    for (const operation of STATE_OPERATIONS) {
      // A completed material is for Close alone: it would bar Unrelease, and complete an order that is in progress.
      const order = operation === 'Close' || state === 'Completed' ? made('PO') : anOrder();
      const next = row[operation];
      const claim = next === undefined ? `refuses ${operation} of` : `leads by ${operation} to ${next} from`;
      it(`${claim} ${standing}`, async () => {
        const world = await given(
          order.inState(state, universalState).with({ canceledFrom: canceledFrom(state) }),
        );
        const answer = await world.when(operation, 'PO', { input: INPUT[operation] ?? {} }).row();
        const refusals = answer.violations.filter(({ code }) => code.startsWith('OW_STATE_'));
        if (next !== undefined) {
          expect(answer.violations).to.deep.equal([]);
          expect(answer.allowed).to.equal(true);
          expect(answer.state).to.equal(next.split(' ')[0]);
          expect(await world.stateOf()).to.equal(next);
          return;
        }
        const terminated = universalState === 'Terminated' && operation !== 'Unterminate';
        expect(answer.allowed).to.equal(false);
        expect(answer.state).to.equal(state);
        expect(refusals).to.have.length(1);
        expect(refusals[0]).to.include({
          code: terminated ? 'OW_STATE_TERMINATED' : 'OW_STATE_NOT_ALLOWED',
          rule: null,
          state,
          universalState,
        });
        expect(refusals[0]?.allowedOperations).to.deep.equal(
          Object.keys(row).filter((one) => one in offered),
        );
        expect(await world.stateOf()).to.equal(standing);
      });
    }
  }

  it('shows with an order what the table allows, and what is blocked', async () => {
    for (const [standing, row] of Object.entries(TABLE)) {
      const [state, universalState] = standing.split(' ') as [OrderState, UniversalState];
      const order = made('PO').inState(state, universalState);
      const world = await given(order.with({ canceledFrom: canceledFrom(state) }));
      const shown = await world.door.order('PO', { now: '2020-07-01T10:00:00Z' });
      const blocked = (shown.blocked as { operation: string }[]).map(({ operation }) => operation);
      const allowed = STATE_OPERATIONS.filter((operation) => operation in row && operation !== 'Unrelease');
      expect(
        (shown.allowed as string[]).filter((one) => one in offered),
        standing,
      ).to.deep.equal(allowed);
      expect(blocked, standing).to.include.members(STATE_OPERATIONS.filter((one) => !(one in row)));
    }
  });
});

const offered = Object.fromEntries(STATE_OPERATIONS.map((operation) => [operation, true]));

function canceledFrom(state: OrderState): OrderState | null {
  return state === 'Canceled' ? 'Released' : null;
}
