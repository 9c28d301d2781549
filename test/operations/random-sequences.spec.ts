import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { ORDER_STATES, UNIVERSAL_STATES, type JsonObject } from '../../src/index.js';
import { aFolder } from './folder.js';
import { AnOrder, given, NOW, ordersFile, type Given } from './given.js';
import { aPlugin } from './plugin-files.js';
import { decide, type ModelMaterial, type ModelOrder } from './reference-model.js';

const SEQUENCES = 1000;

const material = fc.record<ModelMaterial>({
  state: fc.constantFrom('Created', 'InProgress', 'Completed', 'Completed', 'Delivered'),
  tenths: fc.constantFrom(1, 2, 3, 40, 50, 60),
  accounts: fc.boolean(),
  terminated: fc.boolean(),
});
const order = fc.record<ModelOrder>({
  state: fc.constantFrom('Created' as const, 'Created' as const, ...ORDER_STATES),
  universal: fc.constantFrom('Active' as const, 'Active' as const, ...UNIVERSAL_STATES),
  canceledFrom: fc.constantFrom(null, 'Released', 'InProgress', 'Completed'),
  product: fc.constant('Stool'),
  tenths: fc.constantFrom(3, 60, 100),
  over: fc.constantFrom(0, 10),
  under: fc.constantFrom(0, 10),
  plannedStart: fc.constant(null),
  plannedEnd: fc.constant(null),
  materials: fc.array(material, { maxLength: 3 }),
});
const late = { plannedStart: '2020-07-09', plannedEnd: '2020-07-05' };
const asked = fc.oneof(
  fc
    .constantFrom(
      'Unrelease',
      'Start',
      'Start',
      'Cancel',
      'Reopen',
      'Terminate',
      'Unterminate',
      'Unterminate',
    )
    .map((operation) => ({ operation, input: {} })),
  fc
    .constantFrom<JsonObject>({}, {}, late, { plannedEnd: '2020-07-04' })
    .map((input) => ({ operation: 'Release', input })),
  fc.constantFrom<JsonObject>({}, { terminate: true }).map((input) => ({ operation: 'Close', input })),
  fc
    .constantFrom<JsonObject>(
      { quantity: '0.3' },
      { quantity: 6 },
      { quantity: '10' },
      { underDeliveryTolerance: 0.1 },
      { underDeliveryTolerance: '0' },
      { product: 'Table' },
      { product: 'Stool' },
      { product: 'Chair' },
    )
    .map((input) => ({ operation: 'Change', input })),
);
/** Which orders by their place, 9 being one that is not there; now and then a dry run, or all or none. */
const step = fc.record({
  asked,
  orders: fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 2 }).map((index) => [index]) },
    { weight: 1, arbitrary: fc.array(fc.constantFrom<number[]>(0, 1, 2, 9), { minLength: 1, maxLength: 4 }) },
  ),
  atomic: fc.constantFrom(false, false, true),
  dryRun: fc.constantFrom(false, false, false, false, true),
});

/** The row of an order in the database, which `order` would show at a higher price. */
const reader = aPlugin('reader', {
  manifest: { commands: [{ name: 'read orders', description: 'reads orders as they are' }] },
  code: `{ commands: { 'read orders': async ({ arguments: { names }, read }) => ({
    title: '', document: await read(async ({ orders }) =>
      Object.fromEntries([...(await orders.load(names)).values()].map(({ order }) => [order.name, order]))) }) } }`,
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

describe('[operation] random sequences of operations', () => {
  it(`decide, move and journal ${SEQUENCES} times as the plain model does`, async function () {
    this.timeout(120_000);
    const world = await given({ folder: aFolder({ ...reader, ...alone }) });
    await world.door.rules();
    let sequence = 0;
    let read = (await world.door.journal({ limit: 100 })).at(-1)?.sequence ?? 0;
    const property = fc.asyncProperty(
      fc.array(order, { minLength: 2, maxLength: 3 }),
      fc.array(step, { minLength: 1, maxLength: 12 }),
      async (orders, steps) => {
        sequence += 1;
        const names = orders.map((_, index) => `${sequence}-${index}`);
        await world.importing(ordersFile(...orders.map((one, index) => imported(names[index]!, one))));
        read += 1;
        const models = new Map(names.map((name, index) => [name, orders[index]!]));
        const journal: string[] = [];
        for (const { asked, orders: places, atomic, dryRun } of steps) {
          const chosen = [...new Set(places.map((place) => names[place] ?? 'nobody'))];
          const expected = chosen.map((name) => {
            const model = models.get(name);
            return model === undefined ? null : decide(model, asked.operation, asked.input);
          });
          const none = atomic && expected.some((one) => one === null || one.reasons.length > 0);
          const { orders: rows } = await world.door.perform({
            ...asked,
            orders: chosen,
            atomic,
            dryRun,
            actor: 'ann',
            now: NOW,
          });
          const told = rows.map(({ name, allowed, state, violations }) => ({
            name,
            allowed,
            state,
            reasons: violations.map(({ rule, code }) => rule ?? code),
          }));
          expect(told).to.deep.equal(
            chosen.map((name, index) => {
              const one = expected[index] ?? null;
              const before = models.get(name)?.state ?? null;
              if (one === null) return { name, allowed: false, state: null, reasons: ['OW_ORDER_UNKNOWN'] };
              if (one.reasons.length > 0)
                return { name, allowed: false, state: before, reasons: one.reasons };
              if (none) return { name, allowed: false, state: before, reasons: ['OW_ATOMIC_REFUSED'] };
              return { name, allowed: true, state: one.next.state, reasons: [] };
            }),
            `${asked.operation} ${JSON.stringify(asked.input)}`,
          );
          if (dryRun) continue;
          for (const [index, name] of chosen.entries()) {
            const one = expected[index];
            const allowed = one !== null && one?.reasons.length === 0;
            journal.push(
              `${asked.operation} ${name} ${allowed ? (none ? 'rolled back' : 'committed') : 'refused'}`,
            );
            if (allowed && !none) models.set(name, one.next);
          }
        }
        expect(await rowsOf(world, names)).to.deep.equal(
          Object.fromEntries([...models].map(([name, one]) => [name, rowOf(one)])),
        );
        const written = await world.door.journal({ after: read, limit: 1000 });
        read = written.at(-1)?.sequence ?? read;
        // What follows by itself has entries of its own.
        const entries = written.filter(({ door }) => door !== 'hook');
        const verdicts = entries.filter(({ of }) => of === null);
        const outcomes = new Map(entries.map(({ of, outcome }) => [of, outcome]));
        expect(
          verdicts.map(
            ({ operation, order: name, sequence: at }) =>
              `${operation} ${String(name)} ${outcomes.get(at) ?? 'refused'}`,
          ),
        ).to.deep.equal(journal);
        const done = journal.filter((line) => !line.endsWith('refused'));
        expect(entries.length - verdicts.length, 'outcomes').to.equal(done.length);
      },
    );
    await fc.assert(property, { numRuns: SEQUENCES });
    expect(await world.door.verifyJournal()).to.include({ ok: true });
  });
});

function imported(name: string, model: ModelOrder): AnOrder {
  const { state, universal, canceledFrom, product, tenths, over, under, materials } = model;
  const fields = {
    name,
    product,
    state,
    canceledFrom,
    quantity: String(tenths / 10),
    units: 'pcs',
    universalState: universal,
    overDeliveryTolerance: String(over / 100),
    underDeliveryTolerance: String(under / 100),
    startDate: '2020-07-03',
    dueDate: '2020-07-06',
  };
  return materials.reduce(
    (made, { state: is, tenths: of, accounts, terminated }) =>
      made.having(is, {
        quantity: String(of / 10),
        accounts,
        universalState: terminated ? 'Terminated' : 'Active',
      }),
    new AnOrder(fields),
  );
}

function rowOf({
  state,
  universal,
  canceledFrom,
  product,
  tenths,
  under,
  plannedStart,
  plannedEnd,
}: ModelOrder) {
  const quantity = String(tenths / 10);
  const universalState = universal;
  const underDeliveryTolerance = String(under / 100);
  return {
    state,
    universalState,
    canceledFrom,
    product,
    quantity,
    underDeliveryTolerance,
    plannedStart,
    plannedEnd,
  };
}

async function rowsOf(world: Given, names: string[]): Promise<JsonObject> {
  const { document } = await world.door.command('read orders', {
    arguments: { names },
    options: {},
    input: {},
  });
  const rows = document as Record<string, JsonObject>;
  const fields = Object.keys(rowOf({} as ModelOrder));
  return Object.fromEntries(
    Object.entries(rows).map(([name, row]) => [
      name,
      Object.fromEntries(fields.map((field) => [field, row[field] ?? null])),
    ]),
  );
}
