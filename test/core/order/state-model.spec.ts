import { expect } from 'chai';
import { describe, it } from 'mocha';
import { getShortestPaths } from 'xstate/graph';
import { ORDER_STATES, UNIVERSAL_STATES } from '../../../src/core/order/production-order.js';
import type { OrderState } from '../../../src/core/order/production-order.js';
import {
  allowedByStateModel,
  decideTransition,
  STATE_OPERATIONS,
  stateMachine,
  unterminateTarget,
} from '../../../src/core/order/state-model.js';
import type { AutomaticOperation, StateOperation } from '../../../src/core/order/state-model.js';
import { TABLE } from './state-table.js';

const OPERATIONS: (StateOperation | AutomaticOperation)[] = [
  ...STATE_OPERATIONS,
  'Complete',
  'ReturnToProgress',
];

describe('[core] the state model', () => {
  it('has 6 states, 2 universal states and 9 operations, of which the table names every pair', () => {
    const standings = ORDER_STATES.flatMap((state) =>
      UNIVERSAL_STATES.map((universal) => `${state} ${universal}`),
    );
    expect(Object.keys(TABLE)).to.have.members(standings);
    expect(STATE_OPERATIONS).to.have.length(9);
  });

  for (const [standing, row] of Object.entries(TABLE)) {
    const [state, universalState] = standing.split(' ') as [OrderState, 'Active' | 'Terminated'];
    const allowed = STATE_OPERATIONS.filter((operation) => operation in row);

    it(`allows from ${standing} exactly: ${allowed.join(', ') || 'nothing'}`, () => {
      expect(allowedByStateModel({ state, universalState })).to.deep.equal(allowed);
    });

    for (const operation of OPERATIONS) {
      const next = row[operation];
      const claim = next === undefined ? `refuses ${operation} of` : `leads by ${operation} to ${next} from`;
      it(`${claim} ${standing}`, () => {
        const decided = decideTransition({ state, universalState }, operation);
        if (next === undefined) {
          const terminated = universalState === 'Terminated' && operation !== 'Unterminate';
          expect(decided).to.deep.equal({
            ok: false,
            code: terminated ? 'OW_STATE_TERMINATED' : 'OW_STATE_NOT_ALLOWED',
            allowedOperations: allowed,
          });
        } else {
          const [nextState, nextUniversal] = next.split(' ');
          expect(decided).to.deep.equal({
            ok: true,
            next: { state: nextState, universalState: nextUniversal },
          });
        }
      });
    }
  }

  it('gives a canceled order back to Created, InProgress or Completed, wherever it was canceled from', () => {
    const targets = ORDER_STATES.map((from) => `${from} -> ${unterminateTarget(from)}`);
    expect(targets).to.deep.equal([
      'Created -> Created',
      'Released -> Created',
      'InProgress -> InProgress',
      'Completed -> Completed',
      'Closed -> Created',
      'Canceled -> Created',
    ]);
    for (const from of ['InProgress', 'Completed'] as const) {
      const decided = decideTransition(
        { state: 'Canceled', universalState: 'Terminated' },
        'Unterminate',
        from,
      );
      expect(decided).to.deep.equal({ ok: true, next: { state: from, universalState: 'Active' } });
    }
  });

  it('asks for no origin where nothing was canceled', () => {
    const standing = { state: 'Closed', universalState: 'Terminated' } as const;
    const decided = decideTransition(standing, 'Unterminate', 'InProgress');
    expect(decided).to.deep.equal({ ok: true, next: { state: 'Closed', universalState: 'Active' } });
  });

  it('reaches every state of the machine, and Closed only by way of Completed', () => {
    const paths = getShortestPaths(stateMachine);
    const reached = paths.map((path) => path.state.value as string);
    expect([...new Set(reached)]).to.have.members([...ORDER_STATES]);
    const toClosed = paths.find((path) => path.state.value === 'Closed')!;
    const events = toClosed.steps
      .map(({ event }) => event.type as string)
      .filter((type) => type !== 'xstate.init');
    expect(events).to.deep.equal(['Release', 'Start', 'Complete', 'Close']);
  });

  it('knows no other event than the operations', () => {
    const names = [
      ...OPERATIONS,
      ...['Created', 'InProgress', 'Completed'].map((to) => `UnterminateTo${to}`),
    ];
    expect(names).to.include.members([...stateMachine.events]);
  });
});
