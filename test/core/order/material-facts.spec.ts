import { expect } from 'chai';
import { describe, it } from 'mocha';
import { KERNEL_FACTS } from '../../../src/core/order/kernel-facts.js';
import { materialFacts, type MaterialSubject } from '../../../src/core/order/material-fact-values.js';
import { MATERIAL_FACTS } from '../../../src/core/order/material-facts.js';
import {
  proposeChangeProductionOrder,
  proposeCreate,
  proposeMoveNext,
  proposeShip,
  proposeSplit,
} from '../../../src/core/order/material-proposals.js';
import { orderFacts } from '../../../src/core/order/order-fact-values.js';
import { createFactRegistry } from '../../../src/core/rules/fact.js';
import { aMaterial } from '../../plugins/step-synchronization/plant.js';
import { aLibrary, at, CUSTOMER, materialSnapshot, orderSnapshot } from './a-material.js';

const order = orderSnapshot();
const snapshot = materialSnapshot({ facility: 'Plant A' });
const subject = (parts: Partial<MaterialSubject> = {}): MaterialSubject => ({
  snapshot,
  order,
  newOrder: null,
  facility: null,
  ...parts,
});

describe('[core] the facts about a material', () => {
  it('are registered, each once, and all of them are given', () => {
    const values = materialFacts(subject(), proposeSplit(snapshot, ['1'], ['M2']));
    expect(Object.keys(values).sort()).to.deep.equal(MATERIAL_FACTS.map(({ name }) => name).sort());
    expect(createFactRegistry(KERNEL_FACTS).size).to.equal(KERNEL_FACTS.length);
  });

  it('have values of the types that they are registered with', () => {
    const newOrder = orderSnapshot({ name: '02', restricted: true });
    const values = materialFacts(
      subject({ newOrder, facility: CUSTOMER }),
      proposeChangeProductionOrder(snapshot, newOrder, {
        accountsTo: 'new',
        copyPriority: false,
        copyDueDate: false,
      }),
    );
    const types = {
      text: 'string',
      decimal: 'string',
      boolean: 'boolean',
      integer: 'number',
      instant: 'string',
    };
    for (const { name, type } of MATERIAL_FACTS) expect(typeof values[name], name).to.equal(types[type]);
    expect(values).to.include({
      'newOrder.name': '02',
      'newOrder.state': 'InProgress',
      'newOrder.universalState': 'Active',
      'newOrder.product': 'Stool',
      'newOrder.restricted': true,
      'facility.name': 'Customer',
      'facility.delivers': true,
    });
  });

  it('tell the material before and after the operation', () => {
    const flows = aLibrary({ Assemble: { units: 'box' } });
    const moving = materialSnapshot({ quantity: '24' }, { flows });
    expect(materialFacts(subject({ snapshot: moving }), proposeMoveNext(moving, null))).to.include({
      'material.quantity': '24',
      'material.newQuantity': '2',
      'material.units': 'pcs',
      'material.newUnits': 'box',
      'material.state': 'InProgress',
      'material.newState': 'InProgress',
      'material.flowPath': at('Cut'),
      'material.newFlowPath': at('Assemble'),
    });
    const split = materialFacts(subject(), proposeSplit(snapshot, ['10'], ['M2']));
    expect(split['material.newQuantity']).to.equal('0');
  });

  it('call a material completed only where it fits the order', () => {
    const completed = materialSnapshot({ state: 'Completed', units: 'box', quantity: '2' });
    const ship = proposeShip(completed, CUSTOMER);
    const facts = materialFacts(subject({ snapshot: completed }), ship);
    expect(facts['material.state']).to.equal('InProgress');
    expect(facts['material.newState']).to.equal('Delivered');
    expect(facts['material.quantityInOrderUnits']).to.equal('24');
    expect(materialFacts(subject({ snapshot: completed, order: null }), ship)).to.include({
      'material.state': 'Completed',
      'material.quantityInOrderUnits': null,
      'material.accounts': null,
    });
  });

  it('have no quantity in order units where nothing converts it, and count in those of the order that it goes to', () => {
    const kilograms = materialSnapshot({ units: 'kg' });
    const none = materialFacts(subject({ snapshot: kilograms }), proposeShip(kilograms, CUSTOMER));
    expect(none['material.quantityInOrderUnits']).to.equal(null);
    const newOrder = orderSnapshot({ name: '02', units: 'box' });
    const facts = materialFacts(
      subject({ snapshot: materialSnapshot({ quantity: '24' }), newOrder }),
      proposeShip(snapshot, CUSTOMER),
    );
    expect(facts['material.quantityInOrderUnits']).to.equal('2');
  });

  it('tell a material that is yet to be as it would be made', () => {
    const unmade = materialSnapshot({ id: '', quantity: '0', state: 'Created' }, { links: [], orders: [] });
    const facts = (units: string | null) => {
      const input = { name: 'M1', quantity: '2', units, facility: null, flowPath: null };
      return materialFacts(subject({ snapshot: unmade }), proposeCreate(order, input));
    };
    expect(facts('box')).to.include({
      'material.quantity': '2',
      'material.units': 'box',
      'material.newQuantity': '2',
      'material.quantityInOrderUnits': '24',
      'material.flowPath': at('Cut'),
      'material.facility': 'Plant A',
    });
    expect(facts('kg')).to.include({ 'material.quantity': '2', 'material.quantityInOrderUnits': null });
  });

  it('say of a terminated material in which state it was', () => {
    const terminated = materialSnapshot({ universalState: 'Terminated' });
    const facts = materialFacts(subject({ snapshot: terminated }), proposeShip(terminated, CUSTOMER));
    expect(facts).to.include({ 'material.state': 'InProgress', 'material.universalState': 'Terminated' });
  });
});

describe('[core] the quantities of a closed order', () => {
  const closedWith = { inProgress: '0', completed: '100', delivered: '0' };
  const materials = [
    aMaterial('shipped', { state: 'Delivered', universalState: 'Terminated', quantity: '60' }),
    aMaterial('terminated', { state: 'Completed', universalState: 'Terminated', quantity: '40' }),
  ];
  const quantities = (state: 'Closed' | 'Completed', known: typeof closedWith | null) => {
    const facts = orderFacts(orderSnapshot({ state }, { materials, closedWith: known }), null);
    return [
      facts['order.completedQuantity'],
      facts['order.deliveredQuantity'],
      facts['order.completedShare'],
    ];
  };

  it('stay what they were when it was closed, whatever becomes of its materials', () => {
    expect(quantities('Closed', closedWith)).to.deep.equal(['100', '0', '1']);
  });

  it('are its materials’ once it is reopened, or where they were never kept', () => {
    expect(quantities('Completed', closedWith)).to.deep.equal(['60', '60', '0.6']);
    expect(quantities('Closed', null)).to.deep.equal(['60', '60', '0.6']);
  });
});
