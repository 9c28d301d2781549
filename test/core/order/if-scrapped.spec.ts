import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { compareDecimals, multiply, subtract } from '../../../src/core/decimal.js';
import { ifScrapped } from '../../../src/core/order/if-scrapped.js';
import { fromScaled, minimumCloseQuantity, orderQuantities } from '../../../src/core/order/quantities.js';
import { aMaterial } from '../../plugins/step-synchronization/plant.js';
import { orderSnapshot } from './a-material.js';

const done = (name: string, quantity: string) => aMaterial(name, { state: 'Completed', quantity });

describe('[core] an order, if some of its materials were scrapped', () => {
  const materials = [
    done('M1', '60'),
    aMaterial('M2', { quantity: '30' }),
    aMaterial('M3', { state: 'Created', quantity: '10' }),
    aMaterial('shipped', { state: 'Delivered', universalState: 'Terminated', quantity: '5' }),
    aMaterial('gone', { universalState: 'Terminated', quantity: '5' }),
  ];
  const order = orderSnapshot({ quantity: '100', underDeliveryTolerance: '0.1' }, { materials });

  it('counts all that can still be completed', () => {
    const now = ifScrapped(order, []);
    expect(now.attainable).to.equal('105');
    expect(now).to.include({
      shortBy: '0',
      overBy: '5',
      toMake: '0',
      sufficientTolerance: '0',
      minimumCloseQuantity: '90',
      maximumCloseQuantity: '100',
    });
    expect(now.snapshot.materials).to.deep.equal(materials);
  });

  it('leaves the scrapped ones out, as terminated', () => {
    const then = ifScrapped(order, ['M2']);
    expect(then.scrapped).to.deep.equal(['M2']);
    expect(then.quantities).to.include({ inProgress: '0', completed: '65', delivered: '5' });
    expect(then).to.include({ attainable: '75', shortBy: '15', toMake: '15', sufficientTolerance: '0.25' });
    expect(then.snapshot.materials.find(({ name }) => name === 'M2')?.universalState).to.equal('Terminated');
    expect(order.materials[1]?.universalState).to.equal('Active');
    expect(then.snapshot.order).to.equal(order.order);
    expect(then.snapshot.flows).to.equal(order.flows);
  });

  it('names what is not known, and what nothing changes', () => {
    const then = ifScrapped(order, ['M9', 'shipped', 'gone', 'M2', 'M2', 'M9']);
    expect(then.unknown).to.deep.equal(['M9']);
    expect(then.scrapped).to.deep.equal(['M2']);
    expect(then.unaffected).to.deep.equal([
      { name: 'shipped', because: 'Delivered' },
      { name: 'gone', because: 'Terminated' },
    ]);
    expect(then.attainable).to.equal('75');
  });

  it('lists the materials that are open then', () => {
    expect(ifScrapped(order, []).open.map(({ name, state }) => [name, state])).to.deep.equal([
      ['M2', 'InProgress'],
      ['M3', 'Created'],
    ]);
    expect(ifScrapped(order, ['M2', 'M3']).open).to.deep.equal([]);
  });

  it('does not count on a material of another product, and says that it can not be completed', () => {
    const legs = orderSnapshot(
      {},
      {
        materials: [
          done('M1', '60'),
          aMaterial('legs', { product: 'Leg', quantity: '40' }),
          aMaterial('boxes', { units: 'box', state: 'Completed', quantity: '1' }),
          aMaterial('beside', { accounts: false, quantity: '40' }),
        ],
      },
    );
    const then = ifScrapped(legs, []);
    expect(then.attainable).to.equal('72');
    expect(then.open.map(({ name, accounts, completable }) => [name, accounts, completable])).to.deep.equal([
      ['legs', true, false],
      ['boxes', true, true],
      ['beside', false, true],
    ]);
  });

  it('says nothing in numbers where a conversion is missing', () => {
    const unknown = orderSnapshot({}, { materials: [done('M1', '60'), aMaterial('M2', { units: 'kg' })] });
    expect(ifScrapped(unknown, [])).to.include({
      attainable: null,
      shortBy: null,
      overBy: null,
      toMake: null,
      sufficientTolerance: null,
    });
    expect(ifScrapped(unknown, ['M2']).attainable).to.equal('60');
  });

  it('has no tolerance that suffices where nothing would be completed', () => {
    const all = ifScrapped(orderSnapshot({}, { materials: [done('M1', '60')] }), ['M1']);
    expect(all).to.include({ attainable: '0', shortBy: '100', toMake: '100', sufficientTolerance: null });
  });

  it('reaches a minimum exactly where decimals do: 0.1 + 0.2', () => {
    const small = orderSnapshot(
      { quantity: '0.3' },
      { materials: [done('M1', '0.1'), aMaterial('M2', { quantity: '0.2' })] },
    );
    expect(ifScrapped(small, [])).to.include({ attainable: '0.3', shortBy: '0', sufficientTolerance: '0' });
    expect(ifScrapped(small, ['M1'])).to.include({
      attainable: '0.2',
      shortBy: '0.1',
      sufficientTolerance: '0.3333333334',
    });
  });

  it('rounds what is to be made up to what may be stored', () => {
    const fine = orderSnapshot(
      { quantity: '0.0000000003', underDeliveryTolerance: '0.5' },
      { materials: [done('M1', '0.0000000001')] },
    );
    expect(ifScrapped(fine, [])).to.include({ shortBy: '0.00000000005', toMake: '0.0000000001' });
  });

  it('gives the smallest tolerance of ten places that suffices, and the smallest quantity to make', () => {
    const scaled = fc.bigInt({ min: 1n, max: 10n ** 28n - 1n });
    const share = fc.bigInt({ min: 0n, max: 10n ** 10n }).map(fromScaled);
    const least = '0.0000000001';
    fc.assert(
      fc.property(scaled, scaled, share, (whole, part, underDeliveryTolerance) => {
        const quantity = fromScaled(whole);
        const attainable = fromScaled((part % whole) + 1n);
        const snapshot = orderSnapshot(
          { quantity, underDeliveryTolerance },
          { materials: [done('M1', attainable)] },
        );
        const { sufficientTolerance: tolerance, toMake, shortBy } = ifScrapped(snapshot, []);
        const minimumWith = (value: string) => multiply(quantity, subtract('1', value));
        expect(compareDecimals(minimumWith(tolerance!), attainable)).to.be.at.most(0);
        if (tolerance !== '0') {
          expect(compareDecimals(minimumWith(subtract(tolerance!, least)), attainable)).to.equal(1);
        }
        expect(compareDecimals(tolerance!, '1')).to.be.at.most(0);
        const minimum = minimumCloseQuantity(snapshot.order);
        const closes = compareDecimals(attainable, minimum) >= 0;
        expect(shortBy === '0' && toMake === '0').to.equal(closes);
        if (closes) return;
        const completedWith = (more: string) =>
          orderQuantities(snapshot.order, snapshot.product, [done('M1', attainable), done('M2', more)])
            .completed;
        expect(compareDecimals(completedWith(toMake!), minimum)).to.be.at.least(0);
        expect(compareDecimals(completedWith(subtract(toMake!, least)), minimum)).to.equal(-1);
      }),
    );
  });
});
