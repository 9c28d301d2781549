/**
 * Random sequences of all operations on orders and materials, against the plain model and what holds whatever the model
 * says. Many sequences go side by side through one orderwright, each on orders and materials of its own.
 */
import { config, expect } from 'chai';
import fc from 'fast-check';
import { shownQuantities, type AnswerRow, type JsonObject, type OrderSnapshot } from '../../src/index.js';
import type { JournalEntry } from '../../src/ports/journal.js';
import { aFolder } from './folder.js';
import { given, NOW, type Given } from './given.js';
import {
  shown,
  textOf,
  quantityOf,
  type ModelMaterial,
  type ModelOrder,
  type World,
} from './material-model-quantities.js';
import { operate, type Asked } from './material-model-operations.js';
import { SEQUENCES_PLANT } from './material-plant.js';
import { replay, type Replayed, type ReplayedLink } from './material-replay.js';
import {
  asked,
  begin,
  OPERATIONS,
  plantOf,
  sequences,
  type Emphasis,
  type Sequence,
} from './material-seeds.js';
import { aPlugin } from './plugin-files.js';

// What differs is told in whole: fast-check shows no difference of its own.
config.truncateThreshold = 0;

const SIDE_BY_SIDE = 40;
/** How often an orderwright is asked before the next one is opened: a name is sought among all that there are. */
const RUNS = 15;

/** The rows of the database, which `order` would show at a higher price. */
const reader = aPlugin('reader', {
  manifest: { commands: [{ name: 'read all', description: 'reads orders and materials as they are' }] },
  code: `{ commands: { 'read all': async ({ arguments: { from, to }, read }) => ({ title: '', document: await read(
    async ({ sql, table, orders }) => {
      const names = await sql(table('orderwright.HostProductionOrder')).whereBetween('Name', [from, to]).pluck('Name');
      return {
        orders: await orders.load(names),
        materials: await sql(table('orderwright.HostMaterial')).whereBetween('Name', [from, to]),
        links: await sql({ link: table('orderwright.HostProductionOrderMaterial') })
          .join({ one: table('orderwright.HostProductionOrder') }, 'one.Id', 'link.ProductionOrderId')
          .whereIn('one.Name', names).orderBy('one.Name')
          .select('link.MaterialId', 'link.Accounts', 'link.IsCurrent', 'one.Name'),
      };
    }) }) } }`,
});

/** The kernel alone decides: what the shipped plugins do after it is theirs to test. */
const alone = {
  'orderwright.config.json': {
    plugins: {
      reader: { folder: 'reader' },
      'step-synchronization': { enabled: false },
      scheduling: { enabled: false },
    },
  },
};

/**
 * Runs at least so many sequences, and sees that every operation was done and refused in them.
 * @returns how often each operation was done, or refused and why.
 */
export async function runSequences(count: number, emphasis: Emphasis): Promise<Map<string, number>> {
  const reached = new Map<string, number>();
  let done = 0;
  while (done < count) {
    const plant = await SharedPlant.open(reached);
    const many = fc.array(sequences(emphasis), { minLength: 1, maxLength: SIDE_BY_SIDE, size: 'max' });
    const property = fc.asyncProperty(many, async (some) => {
      await plant.run(some);
      done += some.length;
    });
    await fc.assert(property, { numRuns: RUNS, includeErrorInReport: true });
    await plant.close();
  }
  const missing = OPERATIONS.flatMap((operation) => [`${operation} done`, `${operation} refused`]).filter(
    (what) => ![...reached.keys()].some((came) => came.startsWith(what)),
  );
  expect(missing, 'was never reached').to.deep.equal([]);
  return reached;
}

interface Read {
  orders: Map<string, OrderSnapshot>;
  materials: Record<string, string | number | null>[];
  links: { MaterialId: string; Accounts: number; IsCurrent: number; Name: string }[];
}

class SharedPlant {
  private runs = 0;
  private read = 0;

  private constructor(
    private readonly world: Given,
    private readonly reached: Map<string, number>,
  ) {}

  static async open(reached: Map<string, number>): Promise<SharedPlant> {
    const world = await given({ folder: aFolder({ ...reader, ...alone }) });
    await world.importing(SEQUENCES_PLANT, true);
    await world.door.rules();
    const plant = new SharedPlant(world, reached);
    await plant.entries();
    return plant;
  }

  /** The sequences one after the other; then all that is left of them is compared. */
  async run(some: readonly Sequence[]): Promise<void> {
    this.runs += 1;
    const begun = some.map((sequence, index) => begin(`${this.runs}-${index}-`, sequence));
    const files = begun.map(plantOf);
    await this.world.importing({
      productionOrders: files.flatMap(({ orders }) => orders),
      materials: files.flatMap(({ materials }) => materials),
    });
    await this.entries();
    const expected: string[] = [];
    const ended: World[] = [];
    for (const [index, { steps }] of some.entries()) {
      const prefix = `${this.runs}-${index}-`;
      let world = begun[index]!;
      for (const step of steps) {
        const request = asked(prefix, world, step);
        const answered = operate(world, request);
        for (const row of answered.rows) this.count(request, row);
        expect(
          await this.ask(request),
          `${request.operation} ${JSON.stringify(request.input)}`,
        ).to.deep.equal(answered.rows);
        world = answered.world;
        expected.push(...answered.journal);
      }
      ended.push(world);
    }
    const { orders, materials } = await this.rows();
    expect(orders).to.deep.equal(objectOf(ended.flatMap((world) => ordersOf(world))));
    expect(materials).to.deep.equal(objectOf(ended.flatMap((world) => materialsOf(world))));
    const entries = await this.entries();
    expect(linesOf(entries).join('\n'), 'journal').to.equal(expected.join('\n'));
    const replayed = replay(replayedOf(begun), entries);
    expect(replayed.orders, 'orders by the journal').to.deep.equal(picked(orders, ORDER_FIELDS));
    expect(replayed.materials, 'materials by the journal').to.deep.equal(picked(materials, MATERIAL_FIELDS));
    await this.showOne(ended[0]!);
  }

  private count({ kind, operation }: Asked, { allowed, reasons }: JsonObject): void {
    const asked = kind === 'material' ? `Material.${operation}` : operation;
    const came = allowed === true ? ['done'] : (reasons as string[]).map((reason) => `refused ${reason}`);
    for (const one of came) {
      const what = `${asked} ${one}`;
      this.reached.set(what, (this.reached.get(what) ?? 0) + 1);
    }
  }

  async close(): Promise<void> {
    await this.world.door.sealJournal();
    expect(await this.world.door.verifyJournal()).to.include({ ok: true });
    await this.world.close();
  }

  private async ask({ kind, operation, names, input, atomic, dryRun }: Asked): Promise<JsonObject[]> {
    const { door } = this.world;
    const how = { atomic, dryRun, actor: 'ann', now: NOW };
    if (kind === 'material') {
      const { materials } = await door.performMaterials({ operation, materials: names, input, ...how });
      return materials.map((row) => ({
        ...rowOf(row),
        ...(row.allowed && {
          order: row.order!,
          quantity: row.quantity!,
          units: row.units!,
          flowPath: row.flowPath!,
          universalState: row.universalState!,
          created: row.created ?? [],
          orders: row.orders!,
        }),
      }));
    }
    const { orders } =
      operation === 'Create'
        ? await door.create({
            text: JSON.stringify([...new Set(names)].map((name) => created(name, input))),
            ...how,
          })
        : await door.perform({ operation, orders: names, input, ...how });
    return orders.map((row) => ({
      ...rowOf(row),
      ...(row.allowed && row.materials !== undefined && { materials: row.materials }),
    }));
  }

  /** What the journal has got since it was asked before. */
  private async entries(): Promise<JournalEntry[]> {
    const entries = await this.world.door.journal({ after: this.read, limit: 1_000_000 });
    this.read = entries.at(-1)?.sequence ?? this.read;
    return entries;
  }

  private async rows(): Promise<{ orders: Rows; materials: Rows }> {
    const { document } = await this.world.door.command('read all', {
      // A point comes right after a hyphen: all names that begin with the number of the run.
      arguments: { from: `${this.runs}-`, to: `${this.runs}.` },
      options: {},
      input: {},
    });
    const { orders, materials, links } = document as unknown as Read;
    const linksOf = Map.groupBy(links, ({ MaterialId }) => MaterialId);
    return {
      orders: objectOf([...orders.values()].map(shownOrder)),
      materials: objectOf(materials.map((row) => shownMaterial(row, linksOf.get(String(row.Id)) ?? []))),
    };
  }

  /** One order as a reader sees it, with its materials. */
  private async showOne(world: World): Promise<void> {
    const [order] = world.orders.values();
    const { state, universalState, quantities } = await this.world.door.order(order!.name);
    expect({ state, universalState }).to.deep.equal({
      state: order!.state,
      universalState: order!.terminated ? 'Terminated' : 'Active',
    });
    const sums = sumsOf(world, order!) ?? { inProgress: null, completed: null, delivered: null };
    expect(quantities).to.deep.equal({ quantity: textOf(order!.quantity), units: order!.units, ...sums });
  }
}

type Row = Record<string, unknown> & { name: string };
type Rows = Record<string, Row>;

function objectOf(rows: Row[]): Rows {
  return Object.fromEntries(rows.map((row) => [row.name, row]));
}

function rowOf({ name, allowed, state, violations }: AnswerRow): JsonObject {
  return { name, allowed, state, reasons: violations.map(({ rule, code }) => rule ?? code).sort() };
}

function created(name: string, input: JsonObject): JsonObject {
  return {
    name,
    product: 'Stool',
    quantity: '0.3',
    units: 'pcs',
    startDate: '2020-07-03',
    dueDate: '2020-07-06',
    ...input,
  };
}

function linesOf(entries: JournalEntry[]): string[] {
  const outcomes = Map.groupBy(entries, ({ of }) => of);
  return entries
    .filter(({ of, verdict }) => of === null && verdict !== null)
    .map(({ door, operation, order, sequence, verdict }) => {
      const came = (outcomes.get(sequence) ?? []).map(
        ({ outcome, order: one }) => `${outcome!} ${String(one)}`,
      );
      const what = verdict!.allowed ? came.join(', ') : 'refused';
      return `${door} ${operation} ${String(order)} ${what}`;
    });
}

function sumsOf(world: World, order: ModelOrder): Record<string, string> | null {
  const sums = shown(world, order);
  if (sums === null) return null;
  return Object.fromEntries(Object.entries(sums).map(([name, sum]: [string, bigint]) => [name, textOf(sum)]));
}

function ordersOf(world: World): Row[] {
  return [...world.orders.values()].map((order) => ({
    name: order.name,
    state: order.state,
    universalState: order.terminated ? 'Terminated' : 'Active',
    canceledFrom: order.canceledFrom,
    product: order.product,
    quantity: textOf(order.quantity),
    units: order.units,
    over: Number(order.over) / 100,
    under: Number(order.under) / 100,
    restricted: order.restricted,
    planned: order.planned,
    flowPath: order.flowPath,
    plannedStart: order.plannedStart,
    plannedEnd: order.plannedEnd,
    shown: sumsOf(world, order),
  }));
}

function shownOrder(snapshot: OrderSnapshot): Row {
  const { name, state, universalState, canceledFrom, product, quantity, units, restricted } = snapshot.order;
  const { flowPath, plannedStart, plannedEnd, includeInPlanning } = snapshot.order;
  const { inProgress, completed, delivered, missingConversions } = shownQuantities(snapshot);
  return {
    name,
    state,
    universalState,
    canceledFrom,
    product,
    quantity,
    units,
    over: Number(snapshot.order.overDeliveryTolerance),
    under: Number(snapshot.order.underDeliveryTolerance),
    restricted,
    planned: includeInPlanning,
    flowPath,
    plannedStart,
    plannedEnd,
    shown: missingConversions.length === 0 ? { inProgress, completed, delivered } : null,
  };
}

function materialsOf(world: World): Row[] {
  return [...world.materials.values()].map(({ terminated, quantity, ...material }: ModelMaterial) => ({
    ...material,
    quantity: textOf(quantity),
    universalState: terminated ? 'Terminated' : 'Active',
  }));
}

function shownMaterial(row: Record<string, string | number | null>, links: Read['links']): Row {
  return {
    name: String(row.Name),
    product: row.Product,
    quantity: row.Quantity,
    units: row.Units,
    state: row.State,
    universalState: row.UniversalState,
    facility: row.Facility,
    flowPath: row.FlowPath,
    priority: row.Priority,
    dueDate: row.DueDate,
    links: links.map(({ Name, Accounts, IsCurrent }): ReplayedLink => ({
      order: Name,
      accounts: Accounts === 1,
      current: IsCurrent === 1,
    })),
  };
}

const ORDER_FIELDS = ['product', 'state', 'universalState', 'restricted'];
const MATERIAL_FIELDS = ['product', 'quantity', 'units', 'state', 'universalState', 'links'];

function picked(rows: Rows, fields: string[]): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(rows).map(([name, row]) => [
      name,
      Object.fromEntries(
        fields.map((field) => [field, field === 'quantity' ? quantityOf(row[field] as string) : row[field]]),
      ),
    ]),
  );
}

function replayedOf(worlds: World[]): Replayed {
  const orders = objectOf(worlds.flatMap(ordersOf));
  const materials = objectOf(worlds.flatMap(materialsOf));
  return {
    orders: picked(orders, ORDER_FIELDS) as unknown as Replayed['orders'],
    materials: picked(materials, MATERIAL_FIELDS) as unknown as Replayed['materials'],
  };
}
