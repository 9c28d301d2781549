import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { add, compareDecimals } from '../../../src/core/decimal.js';
import {
  convert,
  divideHalfEven,
  fromScaled,
  orderQuantities,
  toScaled,
} from '../../../src/core/order/quantities.js';
import { aMaterial, anOrder, aProduct } from '../../plugins/step-synchronization/plant.js';

const BOXES = [{ from: 'box', to: 'pcs', factor: '12' }];

describe('[core] quantities', () => {
  it('multiplies by a conversion and divides by its inverse, half to even', () => {
    expect(convert('2', 'box', 'pcs', BOXES)).to.equal('24');
    expect(convert('24', 'pcs', 'box', BOXES)).to.equal('2');
    expect(convert('1', 'pcs', 'box', BOXES)).to.equal('0.0833333333');
    expect(convert('0.0000000001', 'a', 'b', [{ from: 'a', to: 'b', factor: '0.5' }])).to.equal('0');
    expect(convert('0.0000000003', 'a', 'b', [{ from: 'a', to: 'b', factor: '0.5' }])).to.equal(
      '0.0000000002',
    );
    expect(convert('-2', 'box', 'pcs', BOXES)).to.equal('-24');
  });

  it('needs no conversion for the same units, and has none for unknown ones or a factor of zero', () => {
    expect(convert('0.1', 'pcs', 'pcs', [])).to.equal('0.1');
    expect(convert('1', 'pcs', 'kg', BOXES)).to.equal(null);
    expect(convert('1', 'a', 'b', [{ from: 'a', to: 'b', factor: '0' }])).to.equal(null);
  });

  it('follows the shortest chain, whatever the order of the conversions', () => {
    const conversions = [
      { from: 'pallet', to: 'box', factor: '40' },
      ...BOXES,
      { from: 'kg', to: 'pcs', factor: '3' },
      { from: 'pcs', to: 'box', factor: '0.1' },
    ];
    expect(convert('1', 'pallet', 'pcs', conversions)).to.equal('480');
    expect(convert('1', 'pallet', 'kg', conversions)).to.equal('160');
    fc.assert(
      fc.property(fc.shuffledSubarray(conversions, { minLength: 4 }), (shuffled) => {
        expect(convert('7', 'pallet', 'kg', shuffled)).to.equal(convert('7', 'pallet', 'kg', conversions));
      }),
    );
  });

  it('adds what materials hold by state, in the order’s units', () => {
    const quantities = orderQuantities(
      anOrder({ overDeliveryTolerance: '0.1', underDeliveryTolerance: '0.05' }),
      aProduct(),
      [
        aMaterial('created', { state: 'Created', quantity: '1' }),
        aMaterial('in progress', { quantity: '2', units: 'box' }),
        aMaterial('not accounting', { quantity: '1000', accounts: false }),
        aMaterial('completed', { state: 'Completed', quantity: '0.1' }),
        aMaterial('also completed', { state: 'Completed', quantity: '0.2' }),
        aMaterial('delivered', {
          state: 'Delivered',
          universalState: 'Terminated',
          quantity: '3',
          units: 'box',
        }),
        aMaterial('scrapped', { universalState: 'Terminated', quantity: '500' }),
        aMaterial('scrapped later', { state: 'Completed', universalState: 'Terminated', quantity: '500' }),
      ],
    );
    expect(quantities).to.deep.equal({
      units: 'pcs',
      inProgress: '24',
      completed: '36.3',
      delivered: '36',
      minimumCloseQuantity: '95',
      maximumCloseQuantity: '110',
      materialsInProgress: 2,
      materialsCompleted: 3,
      materialsCreated: 1,
      materials: 5,
      missingConversions: [],
    });
  });

  it('keeps a material of another product or in other units in progress, as the seed has it', () => {
    const { inProgress, completed } = orderQuantities(anOrder(), aProduct(), [
      aMaterial('other product', { product: 'Leg', state: 'Completed', quantity: '4' }),
      aMaterial('other units', { units: 'box', state: 'Completed', quantity: '1' }),
    ]);
    expect({ inProgress, completed }).to.deep.equal({ inProgress: '16', completed: '0' });
  });

  it('sums first and divides once', () => {
    const thirds = ['1', '2', '3'].map((name) => aMaterial(name, { quantity: '4' }));
    expect(orderQuantities(anOrder({ units: 'box' }), aProduct(), thirds).inProgress).to.equal('1');
  });

  it('names the materials whose units can’t be converted', () => {
    const { inProgress, missingConversions } = orderQuantities(anOrder(), aProduct(), [
      aMaterial('M1', { units: 'kg' }),
      aMaterial('M2'),
    ]);
    expect(inProgress).to.equal('10');
    expect(missingConversions).to.deep.equal([{ material: 'M1', from: 'kg', to: 'pcs' }]);
  });

  it('gives closing bounds exactly, also beyond 10 places', () => {
    const { maximumCloseQuantity } = orderQuantities(
      anOrder({ quantity: '0.0000000001', overDeliveryTolerance: '0.0000000001' }),
      aProduct(),
      [],
    );
    expect(maximumCloseQuantity).to.equal('0.00000000010000000001');
  });

  it('never loses quantity: the sum does not depend on how the materials are split', () => {
    const scaled = fc.bigInt({ min: 0n, max: 10n ** 27n });
    fc.assert(
      fc.property(fc.array(scaled, { maxLength: 6 }), fc.array(fc.boolean()), (amounts, inBoxes) => {
        const materials = amounts.map((amount, place) =>
          aMaterial(`M${place}`, {
            quantity: fromScaled(amount),
            units: inBoxes[place] === true ? 'box' : 'pcs',
          }),
        );
        const expected = materials.map(({ quantity, units }) => convert(quantity, units, 'pcs', BOXES) ?? '');
        expect(orderQuantities(anOrder(), aProduct(), materials).inProgress).to.equal(add('0', ...expected));
      }),
    );
  });

  it('scales and rounds as decimals do', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 28n), max: 10n ** 28n }), (scaled) => {
        expect(toScaled(fromScaled(scaled))).to.equal(scaled);
        expect(compareDecimals(fromScaled(scaled), '0')).to.equal(scaled < 0n ? -1 : scaled > 0n ? 1 : 0);
      }),
    );
    expect([5n, 15n, 25n, -5n, -15n, 26n, 24n].map((value) => divideHalfEven(value, 10n))).to.deep.equal([
      0n,
      2n,
      2n,
      0n,
      -2n,
      3n,
      2n,
    ]);
  });
});
