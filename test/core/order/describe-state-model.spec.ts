import { expect } from 'chai';
import { describe, it } from 'mocha';
import { STATE_MODEL } from '../../../src/core/order/describe-state-model.js';
import { ORDER_STATES, UNIVERSAL_STATES } from '../../../src/core/order/production-order.js';
import { decideTransition, STATE_OPERATIONS } from '../../../src/core/order/state-model.js';

describe('[core] The state model as data', () => {
  it('has each transition that the machine allows, and no other', () => {
    for (const state of ORDER_STATES) {
      for (const universalState of UNIVERSAL_STATES) {
        for (const operation of STATE_OPERATIONS) {
          const { ok } = decideTransition({ state, universalState }, operation);
          const described = STATE_MODEL.transitions.filter(
            (one) =>
              one.operation === operation &&
              one.from.state === state &&
              one.from.universalState === universalState,
          );
          expect(described.length > 0, `${operation} from ${state} and ${universalState}`).to.equal(ok);
        }
      }
    }
  });

  it('says where Unterminate leads from Canceled, by the state that was canceled', () => {
    const back = STATE_MODEL.transitions.filter(({ from }) => from.state === 'Canceled');
    expect(back.map(({ canceledFrom, to }) => [canceledFrom, to.state])).to.deep.equal([
      ['Released', 'Created'],
      ['InProgress', 'InProgress'],
      ['Completed', 'Completed'],
    ]);
  });

  it('marks what comes about by itself', () => {
    const automatic = STATE_MODEL.transitions.filter((one) => one.automatic);
    expect(
      automatic.map(({ from, operation, to }) => `${from.state} ${operation} ${to.state}`),
    ).to.deep.equal(['InProgress Complete Completed', 'Completed ReturnToProgress InProgress']);
  });
});
