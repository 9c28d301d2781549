/**
 * A plant with as many orders as one likes, in all their states, for trying out the console: the same plant for the same
 * seed and day. Nothing of it is random to whoever runs it twice.
 */
import type { JsonObject } from '../core/json.js';

export interface MachiningPlantSize {
  /** The day around which the orders' dates lie, `2026-11-23`. */
  today: string;
  orders: number;
  seed?: number;
}

interface MadeProduct {
  name: string;
  group: string;
  flow: string;
  /** Its steps before those of the finishing sub-flow. */
  steps: string[];
  materialSize: number;
}

const NORTH = 'Plant North';
const FINISHING = ['Wash', 'Inspect'];

const PRODUCTS: readonly MadeProduct[] = [
  product('Shaft S-20', 'Shafts', ['Saw bar', 'Turn shaft', 'Harden', 'Grind'], 20),
  product('Shaft S-30', 'Shafts', ['Saw bar', 'Turn shaft', 'Mill keyway', 'Harden', 'Grind'], 15),
  product('Bushing B-12', 'Bushings', ['Saw bar', 'Turn bushing'], 40),
  product('Gear G-40', 'Gears', ['Saw bar', 'Turn shaft', 'Hob teeth', 'Harden', 'Grind'], 10),
  product('Housing H-5', 'Housings', ['Mill housing', 'Bore housing'], 10),
  product('Flange F-8', 'Flanges', ['Saw bar', 'Turn bushing', 'Mill keyway'], 25),
];

function product(name: string, group: string, steps: string[], materialSize: number): MadeProduct {
  return { name, group, flow: `${name} flow`, steps, materialSize };
}

/** Step, work center type, standard time and its basis. */
const STEPS: readonly [name: string, type: string, time: string, basis: 'unit' | 'batch'][] = [
  ['Saw bar', 'Saw', 'PT1M', 'unit'],
  ['Turn shaft', 'Lathe', 'PT4M', 'unit'],
  ['Turn bushing', 'Lathe', 'PT2M', 'unit'],
  ['Mill keyway', 'Mill', 'PT3M', 'unit'],
  ['Mill housing', 'Mill', 'PT9M', 'unit'],
  ['Bore housing', 'Mill', 'PT6M', 'unit'],
  ['Hob teeth', 'Hobbing', 'PT7M', 'unit'],
  ['Harden', 'Furnace', 'PT2H', 'batch'],
  ['Grind', 'Grinder', 'PT3M', 'unit'],
  ['Wash', 'Washing', 'PT20M', 'batch'],
  ['Inspect', 'Inspection', 'PT1M', 'unit'],
];

/** The plant file of this size. */
export function machiningPlant({ today, orders, seed = 1 }: MachiningPlantSize): JsonObject {
  const random = randomFrom(seed);
  const made = Array.from({ length: orders }, (_, index) => anOrder(index, today, random));
  return {
    ...plantItself(today),
    productionOrders: made.map(({ order }) => order),
    materials: made.flatMap(({ materials }) => materials),
  };
}

function plantItself(today: string): JsonObject {
  const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'];
  const week = (days: string[], ...periods: string[]) =>
    Object.fromEntries(days.map((day) => [day, periods]));
  const centers = (type: string, count: number, capacity = 1) =>
    Array.from({ length: count }, (_, index) => ({ name: `${type} ${index + 1}`, type, capacity }));
  const absence = {
    from: `${dayAfter(today, 2)}T06:00`,
    to: `${dayAfter(today, 2)}T14:00`,
    reason: 'spindle',
  };
  return {
    timeZone: 'Europe/Lisbon',
    companyWorkSchedule: 'Two shifts',
    workSchedules: [
      { name: 'Two shifts', timeZone: 'Europe/Lisbon', week: week(weekdays, '06:00-14:00', '14:00-22:00') },
      { name: 'Day shift', timeZone: 'Europe/Lisbon', week: week(weekdays, '08:00-12:00', '13:00-17:00') },
      {
        name: 'Around the clock',
        timeZone: 'Europe/Lisbon',
        week: week([...weekdays, 'saturday', 'sunday'], '00:00-24:00'),
      },
    ],
    facilities: [
      { name: NORTH, timeZone: 'Europe/Lisbon' },
      { name: 'Plant South', timeZone: 'Europe/Lisbon' },
      { name: 'Customers', remote: true },
    ],
    departments: [
      { name: 'Machining', planningInterval: { unit: 'minute', length: 15 } },
      { name: 'Heat treatment', planningInterval: { unit: 'hour', length: 1 } },
      { name: 'Finishing', planningInterval: { unit: 'minute', length: 30 } },
    ],
    workCenterTypes: [
      ...['Saw', 'Lathe', 'Mill', 'Hobbing', 'Grinder'].map((name) => ({
        name,
        department: 'Machining',
        workSchedule: 'Two shifts',
      })),
      { name: 'Furnace', department: 'Heat treatment', workSchedule: 'Around the clock' },
      { name: 'Washing', department: 'Finishing', workSchedule: 'Two shifts' },
      {
        name: 'Inspection',
        department: 'Finishing',
        workSchedule: 'Day shift',
        planning: 'type',
        capacity: 3,
      },
    ],
    workCenters: [
      ...centers('Saw', 1, 2),
      ...centers('Lathe', 4).map((center) =>
        center.name === 'Lathe 2' ? { ...center, absences: [absence] } : center,
      ),
      ...centers('Mill', 3),
      ...centers('Hobbing', 1),
      ...centers('Grinder', 2),
      ...centers('Furnace', 2, 2),
      ...centers('Washing', 1, 2),
    ],
    steps: [
      ...STEPS.map(([name, workCenterType, standardTime, timeBasis], index) => ({
        name,
        facility: NORTH,
        units: 'pcs',
        productionOrderSchedulingMode: 'Material',
        ...((index === 0 || name === 'Mill housing') && { productionOrderStepSize: 20 }),
        marksProductCompletion: name === 'Inspect',
        workCenterType,
        standardTime,
        timeBasis,
      })),
    ],
    flows: [
      { name: 'Finishing', revision: 'A', items: FINISHING.map((step) => ({ step })) },
      ...PRODUCTS.map(({ flow, steps }) => ({
        name: flow,
        revision: 'A',
        items: [...steps.map((step) => ({ step })), { flow: 'Finishing' }],
      })),
    ],
    products: PRODUCTS.map(({ name, group, flow, steps, materialSize }) => ({
      name,
      productGroup: group,
      units: 'pcs',
      includeInSchedule: true,
      schedulingMode: 'ProductionOrder',
      flowPath: `${flow}:A:1/${steps[0] ?? ''}:1`,
      materialSize: String(materialSize),
      unitConversions: [{ from: 'boxes', to: 'pcs', factor: '20' }],
    })),
  };
}

type State = 'Created' | 'Released' | 'InProgress' | 'Completed' | 'Closed' | 'Canceled';

/** Of a hundred orders. */
const STATES: readonly [State, number][] = [
  ['Closed', 10],
  ['Completed', 8],
  ['InProgress', 20],
  ['Released', 27],
  ['Created', 32],
  ['Canceled', 3],
];

interface MadeOrder {
  order: JsonObject;
  materials: JsonObject[];
}

function anOrder(index: number, today: string, random: () => number): MadeOrder {
  const state = stateOf(index);
  const made = pick(PRODUCTS, random());
  const quantity = 20 * (1 + Math.floor(random() * 5)) + (random() < 0.15 ? 5 : 0);
  // Older orders are further along; a few are due before they can be ready.
  const begins = { Closed: -45, Completed: -20, InProgress: -16, Released: -5, Created: 4, Canceled: -10 }[
    state
  ];
  const start = begins + Math.floor(random() * 14);
  const length = 6 + Math.floor(random() * 20);
  const backwards = state === 'Created' && index % 9 === 4;
  const name = `PO-${2001 + index}`;
  const order: JsonObject = {
    name,
    product: made.name,
    quantity: String(quantity),
    units: 'pcs',
    priority: pick(['High', 'Medium', 'Medium', 'Low'], random()),
    startDate: dayAfter(today, start),
    dueDate: dayAfter(today, start + length),
    plannedStart: dayAfter(today, backwards ? start + length : start),
    plannedEnd: dayAfter(today, backwards ? start : start + length),
    // The steps are made in the north: whoever plans one in the south has mistyped it.
    facility: index % 23 === 7 ? 'Plant South' : NORTH,
    overDeliveryTolerance: pick(['0', '0.05', '0.1'], random()),
    underDeliveryTolerance: pick(['0', '0', '0.05'], random()),
    restricted: index % 41 === 11,
    state,
    universalState: state === 'Canceled' || index % 67 === 33 ? 'Terminated' : 'Active',
    ...(state === 'Canceled' && { canceledFrom: 'Released' }),
  };
  // A terminated order was not released or closed when that happened.
  if (order.universalState === 'Terminated' && (state === 'Released' || state === 'Closed'))
    order.universalState = 'Active';
  return { order, materials: materialsOf({ name, made, quantity, state, index, random }) };
}

interface Making {
  name: string;
  made: MadeProduct;
  quantity: number;
  state: State;
  index: number;
  random: () => number;
}

function materialsOf({ name, made, quantity, state, index, random }: Making): JsonObject[] {
  if (state !== 'InProgress' && state !== 'Completed' && state !== 'Closed') return [];
  const path = flowPathsOf(made);
  const last = path.length - 1;
  const materials: JsonObject[] = [];
  // Some completed orders are short of their quantity: what refuses to close them is worth reading.
  const short = state === 'Completed' && index % 3 === 0 ? made.materialSize : 0;
  const wanted = state === 'InProgress' ? Math.ceil(quantity * (0.4 + 0.6 * random())) : quantity - short;
  for (let left = wanted, number = 1; left > 0; number += 1) {
    const size = Math.min(left, made.materialSize);
    left -= size;
    const done = state !== 'InProgress' || random() < 0.25;
    const at = done ? last : Math.floor(random() * last);
    materials.push({
      name: `${name}-M${number}`,
      product: made.name,
      quantity: String(size),
      units: 'pcs',
      productionOrder: name,
      facility: NORTH,
      flowPath: path[at] ?? null,
      state: done ? 'Completed' : 'InProgress',
    });
  }
  return materials;
}

/** The addresses of a product's steps, in their order. */
function flowPathsOf({ flow, steps }: MadeProduct): string[] {
  return [
    ...steps.map((step) => `${flow}:A:1/${step}:1`),
    ...FINISHING.map((step) => `${flow}:A:1/Finishing:A:1/${step}:1`),
  ];
}

/** States come in a fixed mixture, so that a small plant has all of them too. */
function stateOf(index: number): State {
  // 37 and 100 have no common factor: every hundred orders have each place once.
  let place = (index * 37) % 100;
  for (const [state, share] of STATES) {
    if (place < share) return state;
    place -= share;
  }
  return 'Created';
}

function pick<T>(list: readonly T[], share: number): T {
  const found = list[Math.min(list.length - 1, Math.floor(share * list.length))];
  if (found === undefined) throw new Error('There is nothing to pick from');
  return found;
}

/** `2026-11-23` and 10 give `2026-12-03`. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** Numbers from 0 to 1 that follow from the seed alone (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
