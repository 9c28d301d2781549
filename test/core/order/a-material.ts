/** Materials, their orders and a short flow, for the tests of material operations: only what a test names differs. */
import type { MaterialProposal } from '../../../src/core/order/material-proposals.js';
import type {
  Facility,
  Material,
  MaterialRow,
  MaterialSnapshot,
  OrderSnapshot,
  Product,
  ProductionOrder,
  ProductionOrderMaterial,
  Step,
} from '../../../src/core/order/production-order.js';
import {
  aFlow,
  anOrder,
  aProduct,
  aStep,
  libraryOf,
  stepItem,
} from '../../plugins/step-synchronization/plant.js';

/** Three steps; the second marks product completion. */
export const FLOW = ['Cut', 'Assemble', 'Pack'];

export const at = (step: string): string => `Main:A:1/${step}:1`;

/** The flow, its steps with what a test says about them. */
export function aLibrary(parts: Record<string, Partial<Step>> = {}) {
  const steps = FLOW.map((name) =>
    aStep(name, { marksProductCompletion: name === 'Assemble', ...parts[name] }),
  );
  return libraryOf(
    [
      aFlow(
        'Main',
        FLOW.map((name) => stepItem(name)),
      ),
    ],
    steps,
  );
}

export const LIBRARY = aLibrary();

export function orderSnapshot(
  order: Partial<ProductionOrder> = {},
  parts: Partial<Omit<OrderSnapshot, 'order'>> = {},
): OrderSnapshot {
  return {
    order: anOrder({ state: 'InProgress', ...order }),
    product: aProduct(),
    materials: [],
    flows: LIBRARY,
    timeZone: 'UTC',
    canceledFromJournal: null,
    closedWith: null,
    ...parts,
  };
}

export function aRow(parts: Partial<MaterialRow> = {}): MaterialRow {
  return {
    id: '7',
    name: 'M1',
    product: 'Stool',
    quantity: '10',
    units: 'pcs',
    facility: null,
    flowPath: at('Cut'),
    state: 'InProgress',
    universalState: 'Active',
    priority: null,
    dueDate: null,
    rowVersion: '1',
    ...parts,
  };
}

/** The link of a material that belongs and counts to an order. */
export function link(order: string, parts: Partial<ProductionOrderMaterial> = {}): ProductionOrderMaterial {
  return { order, accounts: true, current: true, ...parts };
}

/** A link that only goes on accounting. */
export const accountsOnly = (order: string) => link(order, { current: false });

export interface Around {
  links?: ProductionOrderMaterial[];
  orders?: OrderSnapshot[];
  product?: Partial<Product>;
  flows?: OrderSnapshot['flows'];
}

/** A material of order 01, in progress at the first step, unless the test says otherwise. */
export function materialSnapshot(parts: Partial<MaterialRow> = {}, around: Around = {}): MaterialSnapshot {
  const orders = around.orders ?? [orderSnapshot()];
  return {
    material: aRow(parts),
    product: aProduct(around.product),
    links: around.links ?? [link('01')],
    orders: new Map(orders.map((snapshot) => [snapshot.order.name, snapshot])),
    flows: around.flows ?? LIBRARY,
  };
}

/** A material of a closed order. */
export function ofClosed(parts: Partial<MaterialRow> = {}): MaterialSnapshot {
  return materialSnapshot(
    { state: 'Completed', flowPath: at('Assemble'), ...parts },
    { orders: [orderSnapshot({ state: 'Closed' })] },
  );
}

export function linked(row: MaterialRow, accounts = true): Material {
  return { ...row, accounts };
}

export const codes = ({ violations }: Pick<MaterialProposal, 'violations'>): string[] =>
  violations.map(({ code }) => code);

export const warned = ({ warnings }: Pick<MaterialProposal, 'warnings'>): string[] =>
  warnings.map(({ code }) => code);

export const HERE: Facility = { name: 'Plant A', remote: false, terminateOnShip: false };
export const CUSTOMER: Facility = { name: 'Customer', remote: true, terminateOnShip: false };
export const STORE: Facility = { name: 'Store', remote: false, terminateOnShip: true };
