import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { mesMigrations } from '../../migrations/mes/index.js';
import { plantReader } from '../../src/adapters/files/plant-file.js';
import { SqlDatabase } from '../../src/adapters/sql/database.js';
import { migrateFolder, revertFolder } from '../../src/adapters/sql/migration.js';
import { openDatabase } from '../../src/adapters/sql/open-database.js';
import { systemClock } from '../../src/adapters/system-clock.js';
import { createOrderwright, type JsonObject } from '../../src/index.js';
import { importPlant } from '../../src/operations/import-plant.js';
import type { Session } from '../../src/ports/database.js';
import type { OrderFilter } from '../../src/ports/order-store.js';
import type { JournalDraft } from '../../src/ports/journal.js';
import type { MigrationList } from '../../src/ports/migration.js';
import { ENGINES, installed, installedByCommand, type Installed } from './engines.js';
import { story } from './story.js';

const LONG_NAME = 'Ä'.repeat(400);

const DRAFT: JournalDraft = {
  actor: 'ann',
  door: 'command',
  requestId: 'r',
  correlationId: 'r',
  operation: 'Release',
  order: 'PO',
  facts: { 'order.quantity': '0.3', 'order.facility': null },
  ruleSet: null,
  verdict: null,
  outcome: 'committed',
  of: null,
  details: { note: 'Größe 漢字 😀 \' "' },
};

const TRIAL: MigrationList = [
  {
    name: '1_make',
    migration: {
      up: (knex, names) =>
        knex.schema.createTable(names.table('orderwright.Trial'), (table) => {
          table.bigIncrements('Id');
          table.string('Name', 400).notNullable();
          table.text('Text');
          table.integer('Count');
          table.float('Share');
          table.unique(['Name'], { useConstraint: true });
        }),
      down: (knex, names) => knex.schema.dropTable(names.table('orderwright.Trial')),
    },
  },
];

const FAILING: MigrationList = [
  ...TRIAL.map(({ migration }) => ({ name: '1_make_again', migration })),
  {
    name: '2_fail',
    migration: { up: () => Promise.reject(new Error('on purpose')), down: () => Promise.resolve() },
  },
];

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'done';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

for (const engine of ENGINES) {
  const title = `[adapter] The contract of the database, on ${engine.name}`;
  if (engine.missing !== null) {
    describe.skip(`${title}: ${engine.missing}`, () => {
      it('is held');
    });
    continue;
  }

  describe(title, function () {
    this.timeout(120_000);
    let world: Installed;
    let url: string;

    before(async () => {
      url = await engine.make();
      world = await installed(url);
      await migrateFolder(world.knex, world.dialect.names, 'trial', TRIAL);
      await importing({
        facilities: [{ name: LONG_NAME }],
        steps: [{ name: 'Cut', marksProductCompletion: true }],
        flows: [{ name: 'Main', items: [{ step: 'Cut' }] }],
        products: [
          {
            name: 'Stool',
            units: 'pcs',
            flowPath: 'Main:A:1/Cut:1',
            unitConversions: [{ from: LONG_NAME, to: 'pcs', factor: '0.1' }],
          },
        ],
        productionOrders: [
          order('PO', {
            quantity: '123456789012345678.0123456789',
            facility: LONG_NAME,
            overDeliveryTolerance: '0.1',
          }),
          order('PO-2', { includeInPlanning: false }),
          order('counter', { quantity: '1' }),
        ],
        materials: [{ name: 'M', product: 'Stool', quantity: '0.3', units: 'pcs', productionOrder: 'PO' }],
      });
    });
    after(async () => {
      // Of what was not opened there is nothing to close, and the failure of that is told.
      await (world as Installed | undefined)?.database.close();
      await engine.drop(url);
    });

    const order = (name: string, fields: JsonObject = {}) => ({
      name,
      product: 'Stool',
      quantity: '2',
      ...fields,
    });
    const importing = (plant: JsonObject, replace = false) =>
      world.database.write(({ plant: store }) =>
        importPlant({ text: JSON.stringify(plant), replace }, { store, reader: plantReader }),
      );
    const trial = (session: Session) => session.sql(session.table('orderwright.Trial'));
    const names = () =>
      world.database.read(async (session) => {
        const rows = await trial(session).select<{ Name: string }[]>('Name').orderBy('Id');
        return rows.map(({ Name }) => Name);
      });
    const emptied = () => world.database.write((session) => trial(session).delete());
    const add = (session: Session, name: string) => session.bulkInsert('orderwright.Trial', [{ Name: name }]);

    describe('sessions', () => {
      it('keep what they wrote, and nothing where they throw', async () => {
        await emptied();
        await world.database.write((session) => add(session, 'kept'));
        const failure = world.database.write(async (session) => {
          await add(session, 'lost');
          throw new Error('on purpose');
        });
        expect(await codeOf(failure)).to.contain('on purpose');
        expect(await names()).to.deep.equal(['kept']);
      });

      it('undo nested work alone, also where the database refused a row of it', async () => {
        await emptied();
        await world.database.write(async (session) => {
          await add(session, 'before');
          const refused = session.nested(async () => {
            await add(session, 'inside');
            await session.nested(() => add(session, 'deeper'));
            await add(session, 'before');
          });
          expect(await codeOf(refused)).to.not.equal('done');
          await session.nested(() => add(session, 'after'));
        });
        expect(await names()).to.deep.equal(['before', 'after']);
      });

      it('wait for each other at a lock, also of two processes', async () => {
        const other = await openDatabase(world.url);
        // A database in memory is its own process's alone.
        const second = engine.name.includes('memory')
          ? world.database
          : new SqlDatabase(other.knex, other.dialect, systemClock);
        const increase = (database: typeof second) =>
          database.write(async ({ orders }) => {
            const current = (await orders.load(['counter'])).get('counter')!;
            await orders.update(current.order, { quantity: String(Number(current.order.quantity) + 1) });
          });
        await Promise.all(
          Array.from({ length: 8 }, (_one, index) => increase(index % 2 ? second : world.database)),
        );
        await other.knex.destroy();
        const loaded = await world.database.read(({ orders }) => orders.load(['counter']));
        expect(loaded.get('counter')?.order.quantity).to.equal('9');
      });

      it('say in words what the database refuses', async () => {
        await emptied();
        const twice = world.database.write(async (session) => {
          await add(session, 'same');
          await add(session, 'same');
        });
        expect(await codeOf(twice)).to.match(/OW_DATABASE_DUPLICATE|SQLITE_CONSTRAINT/);
      });
    });

    describe('bulk rows', () => {
      const rows = Array.from({ length: 2_500 }, (_one, index) => ({
        Name: `row ${String(index).padStart(4, '0')}`,
        Text: index % 3 === 0 ? null : `${index} ${'ü😀'.repeat(index === 7 ? 5_000 : 1)}`,
        Count: index % 2 === 0 ? index : null,
        Share: index / 4,
      }));

      it('come back as they were written, with keys in their order', async () => {
        await emptied();
        await world.database.write((session) => session.bulkInsert('orderwright.Trial', rows));
        const found = await world.database.read((session) =>
          trial(session).select<typeof rows>('Name', 'Text', 'Count', 'Share').orderBy('Id'),
        );
        expect(found).to.deep.equal(rows);
      });

      it('are deleted by the columns that are given', async () => {
        await world.database.write(async (session) => {
          const gone = rows.slice(2).map(({ Name }) => ({ Name }));
          await session.bulkDelete('orderwright.Trial', gone);
          await session.bulkDelete('orderwright.Trial', [{ Name: 'row 0000', Count: 5 }]);
          await session.bulkDelete('orderwright.Trial', []);
        });
        expect(await names()).to.deep.equal(['row 0000', 'row 0001']);
      });

      it('are updated in place where their key is there, and inserted where it is not', async () => {
        await emptied();
        const upsert = (some: { Name: string; Count: number; Share?: number }[]) =>
          world.database.write((session) => session.bulkUpsert('orderwright.Trial', some, ['Name']));
        await upsert([
          { Name: 'a', Count: 1, Share: 0.5 },
          { Name: 'b', Count: 2, Share: 0.5 },
        ]);
        await upsert([
          { Name: 'b', Count: 3 },
          { Name: 'c', Count: 4 },
        ]);
        const found = await world.database.read((session) =>
          trial(session).select<unknown[]>('Name', 'Count', 'Share').orderBy('Id'),
        );
        expect(found).to.deep.equal([
          { Name: 'a', Count: 1, Share: 0.5 },
          { Name: 'b', Count: 3, Share: 0.5 },
          { Name: 'c', Count: 4, Share: null },
        ]);
      });

      it('are found by a query that is kept, each time with the values of that time', async () => {
        await emptied();
        const some = ['a', 'b', 'c'].map((Name, Count) => ({ Name, Count }));
        let made = 0;
        await world.database.write(async (session) => {
          await session.bulkInsert('orderwright.Trial', some);
          const counts = async (values: readonly string[]) => {
            const found = await session.kept<{ Count: number }>('trial: counts', values, (names) => {
              made += 1;
              return trial(session).whereIn('Name', names).select('Count').orderBy('Name');
            });
            return found.map(({ Count }) => Count);
          };
          expect(await counts(['a'])).to.deep.equal([0]);
          expect(await counts(['c'])).to.deep.equal([2]);
          expect(await counts(['c', 'b'])).to.deep.equal([1, 2]);
          expect(await counts(['a', 'd'])).to.deep.equal([0]);
        });
        expect(made, 'texts').to.equal(2);
      });
    });

    describe('orders', () => {
      it('are read with text for keys, exact decimals and plain truth', async () => {
        const loaded = await world.database.read(({ orders }) => orders.load(['PO', 'PO-2', 'none']));
        expect([...loaded.keys()].sort()).to.deep.equal(['PO', 'PO-2']);
        const { order: first, product, materials, flows } = loaded.get('PO')!;
        expect(first).to.include({ quantity: '123456789012345678.0123456789', facility: LONG_NAME });
        expect(first).to.include({
          overDeliveryTolerance: '0.1',
          restricted: false,
          includeInPlanning: true,
        });
        expect(first.id).to.match(/^\d+$/);
        expect(first.rowVersion).to.match(/^\d+$/);
        expect(loaded.get('PO-2')?.order.includeInPlanning).to.equal(false);
        expect(product.unitConversions).to.deep.equal([{ from: LONG_NAME, to: 'pcs', factor: '0.1' }]);
        expect(materials).to.have.length(1);
        expect(materials[0]).to.include({ name: 'M', quantity: '0.3', accounts: true });
        expect(flows.step('Cut')?.marksProductCompletion).to.equal(true);
      });

      it('are written as they were read, and refused once somebody else has changed them', async () => {
        const { database } = world;
        const stale = (await database.read(({ orders }) => orders.load(['PO-2']))).get('PO-2')!.order;
        await database.write(({ orders }) => orders.update(stale, { state: 'Released', restricted: true }));
        // The host itself, in its own table.
        const table = world.dialect.names.table('mes.ProductionOrder');
        await world.knex(table).where('Name', 'PO-2').update('Priority', 9);
        const late = database.write(({ orders }) => orders.update(stale, { state: 'Canceled' }));
        expect(await codeOf(late)).to.equal('OW_ORDER_CHANGED');
        const { order: now } = (await database.read(({ orders }) => orders.load(['PO-2']))).get('PO-2')!;
        expect(now).to.include({ state: 'Released', restricted: true, priority: 9 });
        expect(now.rowVersion).to.not.equal(stale.rowVersion);
      });

      it('are inserted through the view, and listed by name page by page', async () => {
        const { database } = world;
        await database.write(async ({ orders }) => {
          const { order: like } = (await orders.load(['PO-2'])).get('PO-2')!;
          await orders.insert({ ...like, name: 'PO-3', position: 7 });
          await orders.insert({ ...like, name: LONG_NAME, position: null });
        });
        const page = await database.read(({ orders }) => orders.names({ after: 'PO', limit: 2 }));
        expect(page).to.deep.equal(['PO-2', 'PO-3']);
        const loaded = await database.read(({ orders }) => orders.load([LONG_NAME]));
        expect(loaded.get(LONG_NAME)?.order.name).to.equal(LONG_NAME);
      });

      it('are found by a part of their name or product, state, facility and due date, and counted by state', async () => {
        const { database } = world;
        await importing({
          facilities: [{ name: 'Found' }],
          productionOrders: [
            order('100%_[A]~', { facility: 'Found', state: 'Released', dueDate: '2020-07-06' }),
            order('100xA', { facility: 'Found', state: 'Released', dueDate: '2020-07-07' }),
            order('Late', { facility: 'Found', state: 'Canceled', dueDate: null }),
          ],
        });
        const found = (filter: OrderFilter) =>
          database.read(({ orders }) => orders.names({ facility: 'Found', limit: 10, ...filter }));
        expect(await found({})).to.deep.equal(['100%_[A]~', '100xA', 'Late']);
        expect(await found({ search: '%_[A]~' }), 'a pattern’s signs are themselves').to.deep.equal([
          '100%_[A]~',
        ]);
        expect(await found({ search: '00' })).to.deep.equal(['100%_[A]~', '100xA']);
        expect(await found({ search: 'STOO' }), 'its product').to.have.length(3);
        expect(await found({ states: ['Released', 'Closed'] })).to.deep.equal(['100%_[A]~', '100xA']);
        expect(await found({ states: [] })).to.deep.equal([]);
        expect(await found({ universalState: 'Terminated' })).to.deep.equal(['Late']);
        expect(await found({ dueBefore: '2020-07-07' })).to.deep.equal(['100%_[A]~']);
        const counts = await database.read(({ orders }) =>
          orders.counts({ facility: 'Found', states: ['Closed'] }),
        );
        expect(counts.states).to.deep.equal({
          Created: 0,
          Released: 2,
          InProgress: 0,
          Completed: 0,
          Closed: 0,
          Canceled: 1,
        });
        expect(await database.read(({ orders }) => orders.facilities())).to.include('Found');
      });
    });

    describe('the plant', () => {
      it('is updated in place with replace, and its keys stay', async () => {
        const idOf = async () =>
          (await world.database.read(({ orders }) => orders.load(['PO']))).get('PO')!.order.id;
        const before = await idOf();
        await importing({ productionOrders: [order('PO', { quantity: '5' })] }, true);
        expect(await idOf()).to.equal(before);
        const existing = await world.database.read(({ plant }) => plant.existing());
        expect(existing.orders.get('PO')).to.deep.equal({ facility: null, company: null, product: 'Stool' });
        expect(existing.flows).to.have.length(1);
        expect(existing.flows[0]).to.include({ name: 'Main', revision: 'A', effective: true });
      });
    });

    describe('the journal', () => {
      it('gives entries their sequences in order and reads them as they were', async () => {
        const drafts = Array.from({ length: 250 }, (_one, index) => ({ ...DRAFT, requestId: String(index) }));
        const sequences = await world.database.write(({ journal }) => journal.append(drafts));
        expect(sequences).to.deep.equal([...sequences].sort((a, b) => a - b));
        const read = await world.database.read(({ journal }) =>
          journal.read({ order: 'PO', after: (sequences[0] ?? 0) - 1, limit: 250 }),
        );
        expect(read).to.deep.equal(
          drafts.map((draft, index) => ({ ...draft, sequence: sequences[index], at: read[index]?.at })),
        );
        const last = await world.database.read(({ journal }) =>
          journal.lastVerdict('PO', { operation: 'Release' }),
        );
        expect(last?.requestId).to.equal('249');
      });

      it('takes entries in a transaction of their own, whole and in turn with those of a session', async () => {
        const draftsOf = (door: string) =>
          Array.from({ length: 150 }, (_one, index) => ({ ...DRAFT, requestId: `${door} ${index}` }));
        const [before, beside, after] = ['before', 'beside', 'after'].map(draftsOf);
        await world.database.append(before ?? []);
        await Promise.all([
          world.database.write(({ journal }) => journal.append(beside ?? [])),
          world.database.append(after ?? []),
        ]);
        await world.database.append([]);
        const read = await world.database.read(({ journal }) => journal.read({ order: 'PO', limit: 1000 }));
        for (const drafts of [before, beside, after]) {
          const first = read.findIndex(({ requestId }) => requestId === drafts?.[0]?.requestId);
          expect(read.slice(first, first + 150)).to.deep.equal(
            drafts?.map((draft, index) => {
              const { sequence, at } = read[first + index] ?? {};
              return { ...draft, sequence, at };
            }),
          );
        }
      });

      it('takes none of the entries where one of them is refused', async () => {
        const refused = { ...DRAFT, requestId: 'refused', actor: null as unknown as string };
        const appended = world.database.append([{ ...DRAFT, requestId: 'beside it' }, refused]);
        expect(await appended.catch((error: unknown) => error)).to.be.an('error');
        await world.database.append([{ ...DRAFT, requestId: 'next' }]);
        const read = await world.database.read(({ journal }) => journal.read({ order: 'PO', limit: 1000 }));
        expect(read.map(({ requestId }) => requestId))
          .to.include('next')
          .and.not.include('beside it');
      });

      it('is neither changed nor deleted, by whomever', async () => {
        const { names: tables } = world.dialect;
        for (const table of ['JournalEntry', 'JournalSeal', 'RuleSet', 'RuleSetActivation'] as const) {
          const count = () => world.knex(tables.table(`orderwright.${table}`)).select('*');
          if (table === 'JournalSeal') {
            const seal = {
              number: 1,
              first: 1,
              last: 2,
              hash: 'h',
              previous: null,
              at: '2026-01-01T00:00:00Z',
            };
            await world.database.write(({ journal }) => journal.appendSeal(seal));
            expect(await world.database.read(({ journal }) => journal.seals())).to.deep.equal([seal]);
          } else if (table !== 'JournalEntry') {
            await activate(`hash of ${table}`);
          }
          const before: unknown[] = await count();
          expect(before).to.not.have.length(0);
          const column = table === 'RuleSet' ? 'Document' : table === 'JournalEntry' ? 'Actor' : 'At';
          const inTable = () => world.knex(tables.table(`orderwright.${table}`));
          expect(
            await codeOf(
              inTable()
                .update({ [column]: 'x' })
                .then(),
            ),
            table,
          ).to.not.equal('done');
          expect(await codeOf(inTable().delete().then()), table).to.not.equal('done');
          expect(await count()).to.deep.equal(before);
        }
      });
    });

    const activate = (hash: string) =>
      world.database.write(({ ruleSets }) =>
        ruleSets.activate({
          hash,
          document: `{"rules":"${'ö'.repeat(10_000)}"}`,
          source: 'test',
          author: 'ann',
          reason: null,
          diff: { added: [], changed: [], removed: [] },
        }),
      );

    describe('rule sets', () => {
      it('are stored once, activated any number of times, and the last one is in force', async () => {
        await activate('one');
        await activate('two');
        await activate('one');
        const active = await world.database.read(({ ruleSets }) => ruleSets.active());
        expect(active?.hash).to.equal('one');
        expect(active?.document).to.have.length(10_012);
        const found = await world.database.read(({ ruleSets }) => ruleSets.find('two'));
        expect(found).to.include({ author: 'ann', reason: null });
      });
    });

    describe('migrations', () => {
      it('run once, are taken back whole where one fails, and are refused by an older version', async () => {
        const { knex, dialect } = world;
        expect(await migrateFolder(knex, dialect.names, 'mes', mesMigrations)).to.deep.equal([]);
        expect(await codeOf(migrateFolder(knex, dialect.names, 'mes', []))).to.equal('OW_DATABASE_NEWER');
        await revertFolder(knex, dialect.names, 'trial', TRIAL);
        expect(await knex.schema.hasTable(dialect.names.table('orderwright.Trial'))).to.equal(false);
        expect(await codeOf(migrateFolder(knex, dialect.names, 'trial', FAILING))).to.contain('on purpose');
        expect(await knex.schema.hasTable(dialect.names.table('orderwright.Trial'))).to.equal(false);
        const runs = await Promise.all([1, 2].map(() => migrateFolder(knex, dialect.names, 'trial', TRIAL)));
        expect(runs.flat()).to.deep.equal(['1_make']);
      });
    });
  });

  describe(`[adapter] A plant's story, on ${engine.name}`, function () {
    this.timeout(120_000);

    it('is told from the import to the sealed journal', async () => {
      const url = await engine.make();
      await installedByCommand(url);
      const orderwright = await createOrderwright({ database: url, folder: '/nowhere' });
      try {
        await story(orderwright);
      } finally {
        await orderwright.close();
        await engine.drop(url);
      }
    });
  });
}
