/** What the random sequences are drawn from: how orders and materials begin, and what is asked of them. */
import fc from 'fast-check';
import { ORDER_STATES, type JsonObject, type OrderState } from '../../src/index.js';
import { operate, type Asked } from './material-model-operations.js';
import {
  tenths,
  textOf,
  type ModelMaterial,
  type ModelOrder,
  type World,
} from './material-model-quantities.js';
import { NOWHERE, PATHS, PRODUCTS } from './material-plant.js';

/** What a kind of sequences is about. */
export interface Emphasis {
  /** The states that orders begin in, beside every other. */
  states: OrderState[];
  /** Operations that are asked for more often, `Close`, `Material.Split`. */
  often: string[];
  /** How many of ten orders and materials begin where closing is near. */
  nearlyClosed: number;
  /** How many materials one operation is about, at most. */
  together: number;
}

const STEPS = 8;
/** The place of what is not there. */
const NOBODY = 12;

interface OrderSeed {
  state: OrderState;
  terminated: boolean;
  canceledFrom: OrderState | null;
  product: string;
  inBoxes: boolean;
  tenths: number;
  over: number;
  under: number;
  restricted: boolean;
  planned: boolean;
  ownPath: boolean;
}

interface MaterialSeed {
  state: ModelMaterial['state'];
  terminated: boolean;
  tenths: number;
  /** Ten-billionths beside: a twelfth of it lies between two that may be stored. */
  beside: bigint;
  inBoxes: boolean;
  path: string | null;
  accounts: boolean;
  order: number | null;
  product: string | null;
}

/** What is asked for; orders and materials by a number that is read when it is asked, as materials come and go. */
export interface Step {
  operation: string;
  input: JsonObject;
  order: number;
  picks: number[];
  /** Taken is what the operation is allowed for, where there is such. */
  fitting: boolean;
  atomic: boolean;
  dryRun: boolean;
}

export interface Sequence {
  orders: OrderSeed[];
  materials: MaterialSeed[];
  steps: Step[];
}

const order = (states: OrderState[]) =>
  fc.record<OrderSeed>({
    state: fc.constantFrom(...states, ...states, ...ORDER_STATES),
    terminated: fc.constantFrom(false, false, false, false, false, true),
    canceledFrom: fc.constantFrom(null, 'Released', 'InProgress', 'Completed'),
    product: fc.constantFrom('Stool', 'Stool', 'Stool', 'Table', 'Crate', 'Bench'),
    inBoxes: fc.constantFrom(false, false, false, true),
    tenths: fc.constantFrom(3, 3, 10, 60, 100),
    over: fc.constantFrom(0, 10, 10),
    under: fc.constantFrom(0, 10, 10),
    restricted: fc.constantFrom(false, false, false, false, true),
    planned: fc.boolean(),
    ownPath: fc.constantFrom(false, false, true),
  });

const material = fc.record<MaterialSeed>({
  state: fc.constantFrom('Created', 'InProgress', 'InProgress', 'Completed', 'Completed', 'Delivered'),
  terminated: fc.constantFrom(false, false, false, false, true),
  tenths: fc.constantFrom(1, 2, 3, 10, 40, 60, 100),
  beside: fc.constantFrom(0n, 0n, 0n, 2n, 14n),
  inBoxes: fc.constantFrom(false, false, false, false, true),
  path: fc.constantFrom(null, ...PATHS, ...PATHS.slice(0, 4), ...PATHS.slice(0, 4)),
  accounts: fc.constantFrom(true, true, true, false),
  order: fc.constantFrom(0, 0, 0, 1, 1, 2, null),
  product: fc.constantFrom(null, null, null, null, null, null, 'Table'),
});

/**
 * What was ordered in tenths, with its tolerances in hundredths: limits that 0.1 and 0.2 reach exactly, and that floats
 * would miss (0.6 x 1.5, 1 - 0.7).
 */
const LIMITS = [
  { tenths: 3, over: 0, under: 0 },
  { tenths: 3, over: 34, under: 34 },
  { tenths: 3, over: 100, under: 10 },
  { tenths: 6, over: 50, under: 50 },
  { tenths: 10, over: 0, under: 70 },
];
const nearlyClosed = fc
  .record({
    state: fc.constantFrom<OrderState[]>(
      'Released',
      'InProgress',
      'Completed',
      'Completed',
      'Completed',
      'Closed',
    ),
    limits: fc.constantFrom(...LIMITS),
    restricted: fc.constantFrom(false, false, false, true),
    planned: fc.boolean(),
  })
  .map(({ limits, ...seed }): OrderSeed => {
    const usual = { terminated: false, canceledFrom: null, product: 'Stool', inBoxes: false, ownPath: false };
    return { ...usual, ...seed, ...limits };
  });
const completed = fc.record<MaterialSeed>({
  state: fc.constantFrom('Completed', 'Completed', 'Completed', 'Delivered', 'InProgress'),
  terminated: fc.constant(false),
  tenths: fc.constantFrom(1, 1, 1, 2, 2, 3, 9),
  beside: fc.constant(0n),
  inBoxes: fc.constant(false),
  path: fc.constantFrom(...PATHS.slice(0, 4)),
  accounts: fc.constant(true),
  order: fc.constantFrom(0, 0, 1, 2),
  product: fc.constant(null),
});

const late = { plannedStart: '2020-07-09', plannedEnd: '2020-07-05' };
const reason = 'a reason';
/** Every operation with its inputs; `order` is the place of one, and becomes its name. */
const INPUTS: Record<string, JsonObject[]> = {
  Release: [{}, {}, late],
  Unrelease: [{}],
  Start: [{}],
  Cancel: [{}],
  Close: [{}, {}, { terminate: true }],
  Reopen: [{}],
  Terminate: [{}],
  Unterminate: [{}],
  Change: [
    { quantity: '0.3' },
    { quantity: 6 },
    { quantity: '0.6', underDeliveryTolerance: '0.5' },
    { underDeliveryTolerance: 0.1 },
    { overDeliveryTolerance: '0' },
    { restricted: true },
    { restricted: false },
    { includeInPlanning: true },
    { product: 'Table' },
    { product: 'Bench' },
    { product: 'Chair' },
    { flowPath: 'Last:A:1/Check:1' },
    { flowPath: NOWHERE },
  ],
  Create: [
    { state: 'Created' },
    { state: 'Released', plannedStart: '2020-07-03', plannedEnd: '2020-07-06' },
    { state: 'Released' },
  ],
  'Material.Create': [
    {},
    {},
    { quantity: '0.1' },
    { quantity: 0.2, units: 'box' },
    { quantity: '1', units: 'kg' },
    { units: 'box', facility: 'Porto' },
    { flowPath: 'Main:A:1/Gluing:A:1/Press:1' },
    { flowPath: NOWHERE },
    { facility: 'Nowhere' },
  ],
  'Material.Assign': [{}],
  'Material.Remove': [{}],
  'Material.ChangeProductionOrder': [
    {},
    { accountsTo: 'new', copyPriority: true },
    { accountsTo: 'old' },
    { accountsTo: 'old', copyDueDate: true },
  ],
  'Material.MoveNext': [{}, {}, {}, {}, {}, ...PATHS.map((to) => ({ to })), { to: NOWHERE }],
  'Material.Ship': [
    { facility: 'Customer' },
    { facility: 'Customer' },
    { facility: 'Depot' },
    { facility: 'Porto' },
    { facility: 'Nowhere' },
  ],
  'Material.Split': [
    { quantities: ['0.1'] },
    { quantities: [0.1, '0.2'] },
    { quantities: ['0.0000000001'] },
    { quantities: ['1', '2.5', '0.05'] },
  ],
  'Material.Expand': [{ count: 2 }, { count: 3 }, { count: 1 }],
  'Material.AdjustQuantity': ['0.1', '-0.1', '0.2', '-0.0333333333', 1, '-1', '5'].map((by) => ({
    by,
    reason,
  })),
  'Material.Terminate': [{ reason }],
};
export const OPERATIONS = Object.keys(INPUTS);
const NAMES_ORDER = new Set(
  ['Create', 'Assign', 'Remove', 'ChangeProductionOrder'].map((of) => `Material.${of}`),
);

type Opening = Pick<Step, 'operation' | 'input'> & Partial<Step>;
const LEAVE: Opening = { operation: 'Material.ChangeProductionOrder', input: { accountsTo: 'old' } };
/** All materials at once to the last order, whatever they are. */
const TAKE: Opening = {
  operation: 'Material.ChangeProductionOrder',
  input: {},
  order: 2,
  picks: [0, 1, 2, 3],
  fitting: false,
};
const CLOSE: Opening = { operation: 'Close', input: {} };
/**
 * What leads to where chance seldom comes: a material that counts toward an order which then lets nothing go, and an
 * order that is closed for the second time.
 */
const OPENINGS: Opening[][] = [
  ...Array.from({ length: 5 }, () => []),
  [LEAVE],
  [CLOSE, { operation: 'Reopen', input: {} }, CLOSE],
  [LEAVE, CLOSE],
  [LEAVE, { operation: 'Cancel', input: {} }, TAKE],
  [LEAVE, { operation: 'Change', input: { restricted: true } }, TAKE],
];

function opened(opening: Opening): Step {
  return { order: 0, picks: [0], fitting: true, atomic: false, dryRun: false, ...opening };
}

function steps({ often, together }: Emphasis) {
  const materials = OPERATIONS.filter((operation) => operation.startsWith('Material.'));
  const operation = fc.constantFrom(...OPERATIONS, ...materials, ...often, ...often);
  const step = operation.chain((asked) =>
    fc.record<Step>({
      operation: fc.constant(asked),
      input: fc.constantFrom(...INPUTS[asked]!),
      order: fc.constantFrom(0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, NOBODY),
      picks: fc.array(fc.nat(NOBODY), { minLength: 1, maxLength: together }),
      fitting: fc.boolean(),
      atomic: fc.constantFrom(false, false, true),
      dryRun: fc.constantFrom(false, false, false, false, false, false, false, true),
    }),
  );
  const any = fc.array(step, { minLength: 1, maxLength: STEPS, size: 'max' });
  return fc
    .record({ opening: fc.constantFrom(...OPENINGS), any })
    .map(({ opening, any: after }) => [...opening.map(opened), ...after]);
}

export function sequences(emphasis: Emphasis): fc.Arbitrary<Sequence> {
  const near = emphasis.nearlyClosed;
  const mixed = <T>(any: fc.Arbitrary<T>, closing: fc.Arbitrary<T>) =>
    fc.oneof({ weight: 10 - near, arbitrary: any }, { weight: near, arbitrary: closing });
  return fc.record({
    orders: fc.array(mixed(order(emphasis.states), nearlyClosed), { minLength: 2, maxLength: 3 }),
    materials: fc.array(mixed(material, completed), { minLength: 1, maxLength: 4, size: 'max' }),
    steps: steps(emphasis),
  });
}

/** The orders and materials that a sequence begins with; every name of it begins with `prefix`. */
export function begin(prefix: string, { orders: some, materials }: Sequence): World {
  const made = some.map((seed, index): ModelOrder => orderOf(`${prefix}${index}`, seed));
  const held = materials.map((seed, index) => materialOf(`${prefix}m${index}`, seed, made[seed.order ?? -1]));
  return {
    orders: new Map(made.map((one) => [one.name, one])),
    materials: new Map(held.map((one) => [one.name, one])),
  };
}

function orderOf(
  name: string,
  { tenths: of, over, under, inBoxes, ownPath, ...seed }: OrderSeed,
): ModelOrder {
  const { units, inBoxes: packed } = PRODUCTS[seed.product]!;
  return {
    name,
    ...seed,
    terminated: seed.terminated || seed.state === 'Canceled',
    quantity: tenths(of),
    units: inBoxes && packed ? 'box' : units,
    over: BigInt(over),
    under: BigInt(under),
    flowPath: ownPath ? 'Last:A:1/Cut:1' : null,
    priority: 2,
    dueDate: '2020-07-06',
    plannedStart: null,
    plannedEnd: null,
    closedWith: null,
  };
}

function materialOf(name: string, seed: MaterialSeed, order: ModelOrder | undefined): ModelMaterial {
  const { state, terminated, tenths: of, beside, inBoxes, path, accounts, product } = seed;
  return {
    name,
    product: product ?? order?.product ?? 'Stool',
    quantity: tenths(of) + beside,
    units: inBoxes ? 'box' : 'pcs',
    state,
    terminated: terminated || state === 'Delivered',
    facility: null,
    flowPath: path,
    priority: null,
    dueDate: null,
    links: order === undefined ? [] : [{ order: order.name, accounts, current: true }],
  };
}

/** The same as a plant file. */
export function plantOf({ orders: some, materials }: World): {
  orders: JsonObject[];
  materials: JsonObject[];
} {
  return {
    orders: [...some.values()].map((order) => ({
      name: order.name,
      product: order.product,
      quantity: textOf(order.quantity),
      units: order.units,
      state: order.state,
      universalState: order.terminated ? 'Terminated' : 'Active',
      canceledFrom: order.canceledFrom,
      overDeliveryTolerance: String(Number(order.over) / 100),
      underDeliveryTolerance: String(Number(order.under) / 100),
      restricted: order.restricted,
      includeInPlanning: order.planned,
      flowPath: order.flowPath,
      startDate: '2020-07-03',
      dueDate: order.dueDate,
    })),
    materials: [...materials.values()].map(
      ({ terminated, links, quantity, name, product, units, state, flowPath }) => ({
        name,
        product,
        units,
        state,
        flowPath,
        quantity: textOf(quantity),
        universalState: terminated ? 'Terminated' : 'Active',
        productionOrder: links[0]?.order ?? null,
        accounts: links[0]?.accounts ?? true,
      }),
    ),
  };
}

/** What a step asks for in the world as it is by then. */
export function asked(prefix: string, world: World, step: Step): Asked {
  const { operation, atomic, dryRun, fitting, picks } = step;
  const orders = [...world.orders.keys()];
  const materials = [...world.materials.keys()];
  const nobody = `${prefix}nobody`;
  const from = (names: string[], place: number) =>
    place === NOBODY || names.length === 0 ? nobody : names[place % names.length]!;
  const order = from(orders, step.order);
  if (operation === 'Create') {
    const names = picks.map((pick) => (pick > 9 ? order : `${prefix}x${pick}`));
    return { kind: 'order', operation, names, input: step.input, atomic, dryRun };
  }
  const rotated = (names: string[], by: number) =>
    names.map((_, index) => names[(index + by) % names.length]!);
  const isAllowed = (one: Asked) => operate(world, { ...one, atomic: false }).rows[0]!.allowed === true;
  if (!operation.startsWith('Material.')) {
    const ask = (names: string[]): Asked => ({
      kind: 'order',
      operation,
      names,
      input: step.input,
      atomic,
      dryRun,
    });
    const fit = fitting ? rotated(orders, step.order).find((name) => isAllowed(ask([name]))) : undefined;
    return ask([fit ?? order, ...picks.slice(1).map((pick) => from(orders, pick))]);
  }
  const ask = (names: string[], of = order): Asked => ({
    kind: 'material',
    operation: operation.slice('Material.'.length),
    names,
    input: NAMES_ORDER.has(operation) ? { ...step.input, order: of } : step.input,
    atomic,
    dryRun,
  });
  if (operation === 'Material.Create')
    return ask(picks.map((pick) => (pick > 9 ? `${order}.1` : `${prefix}new${pick % 5}`)));
  const rest = picks.slice(1).map((pick) => from(materials, pick));
  for (const of of fitting ? (NAMES_ORDER.has(operation) ? rotated(orders, step.order) : [order]) : []) {
    const fit = rotated(materials, picks[0]!).find((name) => isAllowed(ask([name], of)));
    if (fit !== undefined) return ask([fit, ...rest], of);
  }
  return ask([from(materials, picks[0]!), ...rest]);
}
