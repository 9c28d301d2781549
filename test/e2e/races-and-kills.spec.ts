import Database from 'better-sqlite3';
import { expect } from 'chai';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { createOrderwright } from '../../src/index.js';
import { ended, expectVerdict, Template, Workplace } from './command-line.js';
import { anOrder, counts, plantFile, quantities, type Row } from './shop.js';

const NAMES = Array.from({ length: 200 }, (_, index) => `PO-${String(index).padStart(3, '0')}`);
const KILLS = 20;

type StepRow = Record<'ProductionOrder' | 'Source' | 'Step' | 'Quantity', string>;

/** What each order has by its quantity: anything else is half a synchronization. */
const STEPS = {
  100: ['Bake 50 50', 'Cut 20 20 20 20 20', 'Drill 20 20 20 20 20'],
  70: ['Bake 20 50', 'Cut 10 20 20 20', 'Drill 10 20 20 20'],
};

const template = new Template(plantFile({ productionOrders: NAMES.map((name) => anOrder(name)) }));
let place: Workplace;

// One template for both: a hook outside of a describe would run for every test there is.
describe('[e2e] processes', () => {
  before(() => template.prepare());
  after(() => {
    template.remove();
  });
  beforeEach(() => {
    place = template.copy();
  });
  afterEach(() => {
    place.remove();
  });

  describe('at the same time', () => {
    it('synchronize one order one after the other, and come to one result', async () => {
      const answers = await Promise.all([1, 2].map(() => place.ask(['synchronize', 'PO-000'])));
      const rows = answers.map(({ code, document }): Row => {
        expect(code).to.equal(0);
        return document.orders[0];
      });
      expect(rows.map(counts).sort((a, b) => a.keep! - b.keep!)).to.deep.equal([
        { keep: 0, change: 0, add: 12, remove: 0 },
        { keep: 12, change: 0, add: 0, remove: 0 },
      ]);
      expect(rows[0]?.steps).to.deep.equal(rows[1]?.steps);
      const { steps } = await place.done('order', 'PO-000');
      expect(steps).to.deep.equal(rows[0]?.steps);
    });

    it('release one order once', async () => {
      const answers = await Promise.all([1, 2, 3].map(() => place.ask(['release', 'PO-001'])));
      const rows = answers.flatMap(({ document }) => expectVerdict(document));
      expect(rows.filter(({ allowed }) => allowed)).to.have.length(1);
      for (const { violations } of rows.filter(({ allowed }) => !allowed)) {
        expect(violations[0].code).to.equal('OW_STATE_NOT_ALLOWED');
      }
    });

    it('may all be the first that use a new database', async () => {
      const fresh = new Workplace();
      const answers = await Promise.all(Array.from({ length: 8 }, () => fresh.ask(['orders'])));
      for (const answer of answers) expect(answer).to.deep.equal({ code: 0, document: { orders: [] } });
      const { rules } = await fresh.done('rules', 'list');
      expect(rules.every(({ state }) => state === 'active')).to.equal(true);
      fresh.remove();
    });
  });

  describe('that are killed while they synchronize', () => {
    /** The MES changes the quantity of all orders by itself. */
    function orderedByHost(quantity: number): void {
      const database = new Database(place.database);
      database.prepare(`update "mes_ProductionOrder" set Quantity = ?`).run(String(quantity));
      database.close();
    }

    function stepsOfOrders(): Map<string, string[]> {
      const [rows = []] = Object.values(place.dump(/ProductionOrderStep$/)) as StepRow[][];
      const byOrder = Map.groupBy(rows, (row) => row.ProductionOrder);
      const linesOf = (order: string) =>
        quantities(
          (byOrder.get(order) ?? []).map((row) => ({
            source: row.Source,
            step: row.Step,
            quantity: row.Quantity,
          })),
        );
      return new Map(NAMES.map((order) => [order, linesOf(order).map(sorted).sort()]));
    }

    it(`leaves every order whole, ${KILLS} times, and the next run completes`, async function () {
      this.timeout(120_000);
      const began = performance.now();
      await place.done('synchronize', ...NAMES);
      let whole = performance.now() - began;
      const open = () => createOrderwright({ database: `sqlite:${place.database}`, folder: place.folder });
      for (let [time, killed] = [0, 0]; killed < KILLS; time += 1) {
        expect(time, `after ${killed} kills`).to.be.lessThan(4 * KILLS);
        const [was, wanted] = time % 2 === 0 ? ([100, 70] as const) : ([70, 100] as const);
        orderedByHost(wanted);
        const child = place.start(['synchronize', ...NAMES, '--json']);
        child.stdout!.resume();
        const started = performance.now();
        // Before that the process only starts.
        const timer = setTimeout(() => child.kill('SIGKILL'), whole * (0.4 + 0.55 * Math.random()));
        await ended(child);
        clearTimeout(timer);
        if (child.signalCode === 'SIGKILL') killed += 1;
        else whole = Math.min(whole, performance.now() - started);
        for (const [order, lines] of stepsOfOrders()) {
          expect(lines, order).to.be.deep.oneOf([STEPS[was], STEPS[wanted]]);
        }
        const door = await open();
        expect(await door.verifyJournal()).to.include({ ok: true });
        const { orders } = await door.perform({ operation: 'Synchronize', orders: NAMES });
        expect(orders.filter(({ allowed }) => !allowed)).to.deep.equal([]);
        await door.close();
        for (const [order, lines] of stepsOfOrders()) expect(lines, order).to.deep.equal(STEPS[wanted]);
      }
    });
  });

  /** A line with its quantities in order, as rows of a table have none. */
  function sorted(line: string): string {
    const [step = '', ...rest] = line.split(' ');
    return [step, ...rest.sort()].join(' ');
  }
});
