import { expect } from 'chai';
import { describe, it } from 'mocha';
import { add } from '../../../src/core/decimal.js';
import {
  activeViolation,
  closedOrder,
  countsIn,
  delivers,
  MAXIMUM_CREATED,
  notOnMaterials,
  proposeAdjustQuantity,
  proposeCreate,
  proposeExpand,
  proposeMoveNext,
  proposeShip,
  proposeSplit,
  proposeTerminateMaterial,
  type CreateInput,
} from '../../../src/core/order/material-proposals.js';
import { orderQuantities } from '../../../src/core/order/quantities.js';
import { aMaterial, aProduct } from '../../plugins/step-synchronization/plant.js';
import {
  accountsOnly,
  aLibrary,
  aRow,
  at,
  codes,
  CUSTOMER,
  HERE,
  link,
  linked,
  materialSnapshot,
  ofClosed,
  orderSnapshot,
  STORE,
  warned,
} from './a-material.js';

describe('[core] a material that is acted on', () => {
  it('is active: a terminated or delivered one is not', () => {
    expect(activeViolation(materialSnapshot())).to.equal(null);
    const terminated = activeViolation(materialSnapshot({ universalState: 'Terminated' }));
    expect(terminated?.message).to.equal('Material M1 is terminated.');
    const delivered = materialSnapshot({ universalState: 'Terminated', state: 'Delivered' });
    expect(activeViolation(delivered)?.message).to.equal('Material M1 is delivered.');
  });

  it('is held by a closed order that it belongs or counts to, and not by one of long ago', () => {
    const closed = [orderSnapshot({ state: 'Closed' })];
    expect(closedOrder(materialSnapshot({}, { orders: closed }))).to.equal('01');
    expect(closedOrder(materialSnapshot({}, { orders: closed, links: [accountsOnly('01')] }))).to.equal('01');
    expect(
      closedOrder(
        materialSnapshot({}, { orders: closed, links: [link('01', { accounts: false, current: false })] }),
      ),
    ).to.equal(null);
    expect(closedOrder(materialSnapshot())).to.equal(null);
  });
});

describe('[core] Create of a material for an order', () => {
  const input = (parts: Partial<CreateInput> = {}): CreateInput => ({
    name: 'M9',
    quantity: null,
    units: null,
    facility: null,
    flowPath: null,
    ...parts,
  });

  it('makes it of the order’s product and units, at the start of its flow path, not begun, counting', () => {
    const { created, links, violations } = proposeCreate(orderSnapshot(), input({ quantity: '5' }));
    expect(violations).to.deep.equal([]);
    expect(links).to.deep.equal([link('01')]);
    expect(created).to.deep.equal([
      {
        name: 'M9',
        product: 'Stool',
        quantity: '5',
        units: 'pcs',
        facility: 'Plant A',
        flowPath: at('Cut'),
        state: 'Created',
        universalState: 'Active',
        priority: null,
        dueDate: null,
      },
    ]);
  });

  it('without a quantity holds the product’s size, at most what is on no material yet', () => {
    const quantity = (size: string | null, materials = [aMaterial('M1', { quantity: '70' })]) =>
      proposeCreate(orderSnapshot({}, { product: aProduct({ materialSize: size }), materials }), input())
        .created[0]?.quantity;
    expect(quantity('20')).to.equal('20');
    expect(quantity('40')).to.equal('30');
    expect(quantity(null)).to.equal('30');
    expect(quantity('20', [aMaterial('M1', { quantity: '99.9', state: 'Created' })])).to.equal('0.1');
    expect(quantity('20', [aMaterial('M1', { quantity: '100', accounts: false })])).to.equal('20');
  });

  it('takes the usual quantity in the units that are asked for', () => {
    const product = aProduct({ materialSize: '36' });
    const made = proposeCreate(orderSnapshot({}, { product }), input({ units: 'box' }));
    expect(made.created[0]).to.include({ quantity: '3', units: 'box' });
  });

  it('asks for the quantity where all of the order is on materials', () => {
    const full = orderSnapshot({}, { materials: [aMaterial('M1', { quantity: '100' })] });
    const proposed = proposeCreate(full, input());
    expect(codes(proposed)).to.deep.equal(['OW_MATERIAL_QUANTITY']);
    expect(proposed.violations[0]?.message).to.equal('All of 01 is on materials; say the quantity of M9.');
    expect(codes(proposeCreate(full, input({ quantity: '1' })))).to.deep.equal([]);
  });

  it('says that the rest can not be told where a conversion is missing', () => {
    const unknown = orderSnapshot({}, { materials: [aMaterial('M1', { units: 'kg' })] });
    expect(proposeCreate(unknown, input()).violations[0]?.message).to.contain('can not be told in pcs');
    expect(proposeCreate(orderSnapshot(), input({ units: 'kg' })).violations[0]?.message).to.contain(
      'can not be told in kg',
    );
  });

  it('makes nothing of nothing, and no quantity that could not be stored', () => {
    const said = (quantity: string) =>
      proposeCreate(orderSnapshot(), input({ quantity })).violations[0]?.message;
    expect(said('0')).to.equal('The quantity of M9 is 0; it is above 0.');
    expect(said('-1')).to.equal('The quantity of M9 is -1; it is above 0.');
    const grams = aProduct({ unitConversions: [{ from: 'pcs', to: 'g', factor: '1000' }] });
    const large = orderSnapshot({ quantity: '999999999999999999' }, { product: grams });
    expect(codes(proposeCreate(large, input({ units: 'g' })))).to.deep.equal(['OW_QUANTITY_TOO_LARGE']);
  });

  it('begins where it is told to, if that is a step', () => {
    const there = proposeCreate(orderSnapshot(), input({ quantity: '1', flowPath: 'Main:1/Pack:1' }));
    expect(there.created[0]?.flowPath).to.equal(at('Pack'));
    const nowhere = proposeCreate(orderSnapshot(), input({ quantity: '1', flowPath: at('Nowhere') }));
    expect(codes(nowhere)).to.deep.equal(['OW_FLOW_PATH_UNKNOWN']);
  });

  it('takes the facility said, else the first step’s, else the order’s', () => {
    const facility = (order: Parameters<typeof orderSnapshot>[0], parts: Partial<CreateInput>) =>
      proposeCreate(
        orderSnapshot(order, { product: aProduct({ flowPath: null }) }),
        input({ quantity: '1', ...parts }),
      ).created[0]?.facility;
    expect(facility({ facility: 'B' }, {})).to.equal('B');
    expect(facility({ facility: 'B', flowPath: at('Cut') }, {})).to.equal('Plant A');
    expect(facility({ flowPath: at('Cut') }, { facility: 'C' })).to.equal('C');
    expect(facility({}, {})).to.equal(null);
  });

  it('makes nothing for a closed order', () => {
    const closed = orderSnapshot({ state: 'Closed' });
    expect(codes(proposeCreate(closed, input({ quantity: '1' })))).to.deep.equal(['OW_ORDER_CLOSED']);
  });

  it('counts what waits, is in progress, completed and delivered, and not what is terminated', () => {
    const materials = [
      aMaterial('waits', { state: 'Created', quantity: '1' }),
      aMaterial('in progress', { quantity: '2' }),
      aMaterial('completed', { state: 'Completed', quantity: '4' }),
      aMaterial('delivered', { state: 'Delivered', universalState: 'Terminated', quantity: '8' }),
      aMaterial('scrapped', { universalState: 'Terminated', quantity: '16' }),
      aMaterial('never begun', { state: 'Created', universalState: 'Terminated', quantity: '32' }),
    ];
    expect(notOnMaterials(orderSnapshot({}, { materials }))).to.equal('85');
  });
});

describe('[core] MoveNext', () => {
  it('of a material that has not begun enters the step that it stands before: it is in progress then', () => {
    const waiting = materialSnapshot({ state: 'Created' });
    expect(proposeMoveNext(waiting, null).changes).to.deep.equal({
      flowPath: at('Cut'),
      state: 'InProgress',
      facility: 'Plant A',
    });
  });

  it('completes a material that reaches a step that marks product completion', () => {
    const { changes } = proposeMoveNext(materialSnapshot(), null);
    expect(changes).to.include({ flowPath: at('Assemble'), state: 'Completed' });
  });

  it('keeps it completed at the steps behind, and takes it back where it is moved back', () => {
    const completed = materialSnapshot({ state: 'Completed', flowPath: at('Assemble') });
    expect(proposeMoveNext(completed, null).changes).to.include({
      flowPath: at('Pack'),
      state: 'Completed',
    });
    expect(proposeMoveNext(completed, at('Cut')).changes).to.include({
      flowPath: at('Cut'),
      state: 'InProgress',
    });
  });

  it('leaves a material in progress whose product or units are not the order’s', () => {
    const state = (order: Parameters<typeof orderSnapshot>[0]) =>
      proposeMoveNext(materialSnapshot({}, { orders: [orderSnapshot(order)] }), null).changes.state;
    expect(state({ product: 'Table' })).to.equal('InProgress');
    expect(state({ units: 'box' })).to.equal('InProgress');
    expect(state({})).to.equal('Completed');
  });

  it('completes a material without an order, as there is nothing that it has to fit', () => {
    const free = materialSnapshot({ product: 'Leg' }, { links: [] });
    expect(proposeMoveNext(free, null).changes.state).to.equal('Completed');
  });

  it('fits by the units that the step gives', () => {
    const packed = materialSnapshot(
      { quantity: '24' },
      { orders: [orderSnapshot({ units: 'box' })], flows: aLibrary({ Assemble: { units: 'box' } }) },
    );
    const { changes, warnings } = proposeMoveNext(packed, null);
    expect(changes).to.include({ units: 'box', quantity: '2', state: 'Completed' });
    expect(warnings).to.deep.equal([]);
  });

  it('says where a conversion is rounded', () => {
    const flows = aLibrary({ Assemble: { units: 'box' } });
    const proposed = proposeMoveNext(materialSnapshot({ quantity: '1' }, { flows }), null);
    expect(proposed.changes.quantity).to.equal('0.0833333333');
    expect(warned(proposed)).to.deep.equal(['OW_QUANTITY_ROUNDED']);
  });

  it('is refused where the units can not be converted, the result is too large, or nothing would be left', () => {
    const into = (units: string, quantity: string) =>
      proposeMoveNext(
        materialSnapshot(
          { quantity },
          {
            flows: aLibrary({ Assemble: { units } }),
            product: {
              unitConversions: [
                { from: 'pcs', to: 'g', factor: '1000' },
                { from: 't', to: 'g', factor: '1000000' },
              ],
            },
          },
        ),
        null,
      );
    expect(codes(into('kg', '1'))).to.deep.equal(['OW_MATERIAL_UNITS']);
    expect(codes(into('g', '999999999999999999'))).to.deep.equal(['OW_QUANTITY_TOO_LARGE']);
    expect(codes(into('t', '0.0000000001'))).to.deep.equal(['OW_MATERIAL_UNITS']);
    expect(codes(into('t', '0'))).to.deep.equal([]);
    expect(into('g', '0.1').changes.quantity).to.equal('100');
  });

  it('keeps the units where the step has none', () => {
    const flows = aLibrary({ Assemble: { units: null } });
    const { changes } = proposeMoveNext(materialSnapshot({ units: 'kg' }, { flows }), null);
    expect(changes).to.deep.equal({ flowPath: at('Assemble'), state: 'InProgress', facility: 'Plant A' });
  });

  it('goes where it is told, also in another flow path', () => {
    expect(proposeMoveNext(materialSnapshot(), 'Main:1/Pack:1').changes.flowPath).to.equal(at('Pack'));
    expect(codes(proposeMoveNext(materialSnapshot(), at('Nowhere')))).to.deep.equal(['OW_FLOW_PATH_UNKNOWN']);
  });

  it('asks where to go at the end of the flow', () => {
    const ended = proposeMoveNext(materialSnapshot({ flowPath: at('Pack') }), null);
    expect(codes(ended)).to.deep.equal(['OW_MATERIAL_NO_NEXT_STEP']);
    expect(ended.violations[0]?.message).to.equal(
      'Material M1 is at the end of its flow, Main:A:1/Pack:1; say where it goes.',
    );
  });

  it('begins on its order’s flow path where it has none, and does not guess where one in progress stands', () => {
    const order = orderSnapshot({ flowPath: at('Assemble') });
    const waiting = materialSnapshot(
      { state: 'Created', flowPath: null },
      // What is read with the material does not reach the order's own flow path.
      { orders: [order], flows: { revisions: () => [], step: () => undefined } },
    );
    expect(proposeMoveNext(waiting, null).changes.flowPath).to.equal(at('Assemble'));
    const lost = proposeMoveNext(materialSnapshot({ flowPath: null }), null);
    expect(lost.violations[0]?.message).to.equal('Material M1 has no flow path; say where it goes.');
    const free = materialSnapshot({ state: 'Created', flowPath: null }, { links: [] });
    expect(proposeMoveNext(free, null).changes.flowPath).to.equal(at('Cut'));
  });

  it('keeps units and completion of a closed order’s material, and moves it otherwise', () => {
    expect(codes(proposeMoveNext(ofClosed(), null))).to.deep.equal([]);
    expect(codes(proposeMoveNext(ofClosed(), at('Cut')))).to.deep.equal(['OW_ORDER_CLOSED']);
    const waiting = ofClosed({ state: 'Created', flowPath: at('Cut') });
    expect(codes(proposeMoveNext(waiting, null))).to.deep.equal([]);
    expect(codes(proposeMoveNext(waiting, at('Pack')))).to.deep.equal(['OW_ORDER_CLOSED']);
    const flows = aLibrary({ Pack: { units: 'box' } });
    expect(codes(proposeMoveNext({ ...ofClosed({ quantity: '24' }), flows }, null))).to.deep.equal([
      'OW_ORDER_CLOSED',
    ]);
  });
});

describe('[core] Ship', () => {
  const completed = materialSnapshot({ state: 'Completed', flowPath: at('Pack') });

  it('to a remote facility, or to a local one with terminateOnShip, delivers and terminates', () => {
    expect([CUSTOMER, STORE, HERE].map(delivers)).to.deep.equal([true, true, false]);
    for (const facility of [CUSTOMER, STORE]) {
      expect(proposeShip(completed, facility).changes).to.deep.equal({
        facility: facility.name,
        state: 'Delivered',
        universalState: 'Terminated',
      });
    }
  });

  it('to another local facility only goes there', () => {
    expect(proposeShip(completed, HERE).changes).to.deep.equal({ facility: 'Plant A' });
  });

  it('keeps the material counting: completed includes what was delivered since', () => {
    const shipped = { ...completed.material, ...proposeShip(completed, CUSTOMER).changes };
    const { order, product } = orderSnapshot();
    const quantities = orderQuantities(order, product, [linked(shipped)]);
    expect(quantities).to.include({ completed: '10', delivered: '10', inProgress: '0', materials: 0 });
  });

  it('and Terminate stay allowed in a closed order', () => {
    expect(codes(proposeShip(ofClosed(), CUSTOMER))).to.deep.equal([]);
    expect(codes(proposeTerminateMaterial(ofClosed()))).to.deep.equal([]);
  });
});

describe('[core] Split, Expand, AdjustQuantity, Terminate', () => {
  it('splits with the same links, place and state, and keeps the total', () => {
    const snapshot = materialSnapshot({ quantity: '0.3', priority: 2, dueDate: '2020-07-06' });
    const { changes, created, links } = proposeSplit(snapshot, ['0.1', '0.1'], ['M2', 'M3']);
    expect(changes).to.deep.equal({ quantity: '0.1' });
    expect(links).to.deep.equal([link('01')]);
    const { id, rowVersion, ...same } = snapshot.material;
    expect([id, rowVersion]).to.deep.equal(['7', '1']);
    expect(created).to.deep.equal([
      { ...same, name: 'M2', quantity: '0.1' },
      { ...same, name: 'M3', quantity: '0.1' },
    ]);
  });

  it('stays allowed in a restricted order: the new materials stay in it', () => {
    const restricted = materialSnapshot({}, { orders: [orderSnapshot({ restricted: true })] });
    for (const proposed of [
      proposeSplit(restricted, ['4'], ['M2']),
      proposeExpand(restricted, 2, ['M2', 'M3']),
    ]) {
      expect(codes(proposed)).to.deep.equal([]);
      expect(proposed.links).to.deep.equal([link('01')]);
    }
  });

  it('splits no more than there is, to the last place, and leaves to the rules whether nothing may be left', () => {
    expect(codes(proposeSplit(materialSnapshot(), ['10.0000000001'], ['M2']))).to.deep.equal([
      'OW_SPLIT_TOO_MUCH',
    ]);
    const all = proposeSplit(materialSnapshot(), ['9.9999999999', '0.0000000001'], ['M2', 'M3']);
    expect(codes(all)).to.deep.equal([]);
    expect(all.changes.quantity).to.equal('0');
  });

  it('splits off something each time', () => {
    expect(codes(proposeSplit(materialSnapshot(), ['0'], ['M2']))).to.deep.equal(['OW_SPLIT_NOTHING']);
    expect(codes(proposeSplit(materialSnapshot(), ['-5'], ['M2']))).to.deep.equal(['OW_SPLIT_NOTHING']);
  });

  it('expands all of it into equal parts; what does not divide goes to the last ones', () => {
    const { changes, created } = proposeExpand(materialSnapshot(), 3, ['a', 'b', 'c']);
    expect(changes).to.deep.equal({ quantity: '0', universalState: 'Terminated' });
    expect(created.map(({ name, quantity }) => [name, quantity])).to.deep.equal([
      ['a', '3.3333333333'],
      ['b', '3.3333333333'],
      ['c', '3.3333333334'],
    ]);
    expect(created.map(({ universalState, state }) => `${universalState} ${state}`)).to.deep.equal(
      Array(3).fill('Active InProgress'),
    );
  });

  it('expands nothing into nothing, and not into no parts', () => {
    const little = materialSnapshot({ quantity: '0.0000000002' });
    expect(codes(proposeExpand(little, 2, ['a', 'b']))).to.deep.equal([]);
    expect(codes(proposeExpand(little, 3, ['a', 'b', 'c']))).to.deep.equal(['OW_EXPAND_NOTHING']);
    expect(codes(proposeExpand(materialSnapshot({ quantity: '0' }), 2, ['a', 'b']))).to.deep.equal([
      'OW_EXPAND_NOTHING',
    ]);
    expect(codes(proposeExpand(little, 0, []))).to.deep.equal(['OW_EXPAND_NOTHING']);
  });

  it('adjusts by a loss or a bonus, exactly, not below zero and not beyond 18 digits', () => {
    const adjusted = (quantity: string, by: string) =>
      proposeAdjustQuantity(materialSnapshot({ quantity }), by);
    expect(adjusted('0.1', '0.2').changes).to.deep.equal({ quantity: '0.3' });
    expect(adjusted('0.3', '-0.1').changes).to.deep.equal({ quantity: '0.2' });
    expect(adjusted('10', '-10').changes).to.deep.equal({ quantity: '0' });
    expect(codes(adjusted('10', '-10'))).to.deep.equal([]);
    expect(codes(adjusted('10', '-10.0000000001'))).to.deep.equal(['OW_QUANTITY_BELOW_ZERO']);
    expect(codes(adjusted('999999999999999999.9999999999', '0.0000000001'))).to.deep.equal([
      'OW_QUANTITY_TOO_LARGE',
    ]);
    expect(adjusted('999999999999999999', '0.9999999999').violations).to.deep.equal([]);
  });

  it('terminates: it counts nowhere from then on', () => {
    const snapshot = materialSnapshot({ state: 'Completed' });
    const { changes, links } = proposeTerminateMaterial(snapshot);
    expect(changes).to.deep.equal({ universalState: 'Terminated' });
    expect(links).to.deep.equal([link('01')]);
    const { order, product } = orderSnapshot();
    const material = linked(aRow({ state: 'Completed', ...changes }));
    expect(orderQuantities(order, product, [material])).to.include({ completed: '0', inProgress: '0' });
  });

  it('leave the quantity of a closed order’s material as it is', () => {
    expect(codes(proposeSplit(ofClosed(), ['1'], ['M2']))).to.deep.equal(['OW_ORDER_CLOSED']);
    expect(codes(proposeExpand(ofClosed(), 2, ['M2', 'M3']))).to.deep.equal(['OW_ORDER_CLOSED']);
    expect(codes(proposeAdjustQuantity(ofClosed(), '-1'))).to.deep.equal(['OW_ORDER_CLOSED']);
  });

  it('makes at most ten thousand materials at once', () => {
    expect(MAXIMUM_CREATED).to.equal(10_000);
    const { created } = proposeExpand(
      materialSnapshot(),
      MAXIMUM_CREATED,
      Array.from({ length: MAXIMUM_CREATED }, (_, index) => `M${index}`),
    );
    expect(add('0', ...created.map(({ quantity }) => quantity))).to.equal('10');
  });
});

describe('[core] what counts in an order', () => {
  it('is what can be told in its units', () => {
    expect(countsIn(orderSnapshot(), 'box')).to.equal(true);
    expect(countsIn(orderSnapshot(), 'kg')).to.equal(false);
  });
});
