import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { add, compareDecimals, type Decimal } from '../../../src/core/decimal.js';
import { resolveFlowPath } from '../../../src/core/order/flow-path.js';
import type { Material, OrderSnapshot, Step } from '../../../src/core/order/production-order.js';
import { fromScaled, toScaled } from '../../../src/core/order/quantities.js';
import { startMaterials } from '../../../src/core/order/start-materials.js';
import { aMaterial, aProduct } from '../../plugins/step-synchronization/plant.js';
import { aLibrary, at, FLOW, orderSnapshot } from './a-material.js';

type Yields = Partial<Record<string, Decimal>>;

interface Planned {
  quantity?: Decimal;
  units?: string;
  size?: Decimal | null;
  yields?: Yields;
  path?: string;
  materials?: Material[];
  includeInPlanning?: boolean;
}

function planned({
  yields = {},
  size = '10',
  path = at('Cut'),
  materials = [],
  ...order
}: Planned = {}): OrderSnapshot {
  const steps = Object.fromEntries(
    Object.entries(yields).map(([name, share]): [string, Partial<Step>] => [name, { yield: share! }]),
  );
  return orderSnapshot(
    { state: 'Released', flowPath: path, ...order },
    { product: aProduct({ materialSize: size }), flows: aLibrary(steps), materials },
  );
}

function started(parts: Planned = {}) {
  const snapshot = planned(parts);
  return startMaterials(snapshot, resolveFlowPath(snapshot.flows, snapshot.order.flowPath!));
}

function quantities(parts: Planned = {}): Decimal[] {
  const result = started(parts);
  if (!result.ok) throw new Error(result.violation.message);
  return result.created.map(({ quantity }) => quantity);
}

function code(parts: Planned): string {
  const result = started(parts);
  return result.ok ? `${result.created.length} materials` : result.violation.code;
}

describe('[core] the materials that Start makes', () => {
  it('are as many of the product’s material size as the quantity needs; the last one holds the rest', () => {
    expect(quantities({ quantity: '30' })).to.deep.equal(['10', '10', '10']);
    expect(quantities({ quantity: '25' })).to.deep.equal(['10', '10', '5']);
    expect(quantities({ quantity: '0.3', size: '0.1' })).to.deep.equal(['0.1', '0.1', '0.1']);
    expect(quantities({ quantity: '5' })).to.deep.equal(['5']);
  });

  it('stand at the start of the flow path, not begun, of the order’s product and units', () => {
    const result = started({ quantity: '5' });
    expect(result.ok && result.created).to.deep.equal([
      {
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

  it('make up for the yield along the flow, so that the quantity is left at the end', () => {
    expect(quantities({ quantity: '90', yields: { Cut: '0.9' } })).to.deep.equal(Array(10).fill('10'));
    expect(quantities({ quantity: '45', yields: { Cut: '0.9', Pack: '0.5' } })).to.deep.equal(
      Array(10).fill('10'),
    );
    // 100 / 0.9 is 111.11..., rounded up in the last place.
    expect(quantities({ quantity: '100', size: '100', yields: { Pack: '0.9' } })).to.deep.equal([
      '100',
      '11.1111111112',
    ]);
  });

  it('lose nothing at the steps before the one that the flow path addresses', () => {
    expect(quantities({ quantity: '10', yields: { Cut: '0.5' }, path: at('Assemble') })).to.deep.equal([
      '10',
    ]);
    expect(quantities({ quantity: '10', yields: { Assemble: '0.5' }, path: at('Assemble') })).to.deep.equal([
      '10',
      '10',
    ]);
  });

  it('are none where the order is not included in planning, or the product has no material size', () => {
    expect(quantities({ includeInPlanning: false })).to.deep.equal([]);
    expect(quantities({ size: null })).to.deep.equal([]);
  });

  it('are only what the materials of the order do not leave at the end', () => {
    const materials = [
      aMaterial('waits', { state: 'Created', quantity: '20' }),
      aMaterial('completed', { state: 'Completed', quantity: '30' }),
      aMaterial('scrapped', { universalState: 'Terminated', quantity: '40' }),
      aMaterial('not counting', { accounts: false, quantity: '40' }),
    ];
    expect(quantities({ quantity: '60', materials })).to.deep.equal(['10']);
    expect(quantities({ quantity: '50', materials })).to.deep.equal([]);
    expect(quantities({ quantity: '49', materials })).to.deep.equal([]);
  });

  it('make up for what the materials of the order will still lose, each from where it stands', () => {
    const yields = { Cut: '0.5', Pack: '0.8' };
    const waits = (step: string | null) => [
      aMaterial('M1', { state: 'Created', quantity: '20', flowPath: step === null ? null : at(step) }),
    ];
    expect(quantities({ quantity: '28', yields, materials: waits('Cut') })).to.deep.equal([
      '10',
      '10',
      '10',
      '10',
      '10',
    ]);
    expect(quantities({ quantity: '28', yields, materials: waits(null) })).to.have.length(5);
    expect(quantities({ quantity: '20', yields, materials: waits('Assemble') })).to.deep.equal(['10']);
    const completed = [aMaterial('M1', { state: 'Completed', quantity: '20', flowPath: at('Assemble') })];
    expect(quantities({ quantity: '20', yields, materials: completed })).to.deep.equal([]);
  });

  it('are made in the order’s units, also where the size is in the product’s', () => {
    expect(quantities({ quantity: '3', units: 'box', size: '24' })).to.deep.equal(['2', '1']);
  });

  it('are none where a material’s units can not be converted: the rest is not known', () => {
    expect(quantities({ materials: [aMaterial('M1', { units: 'kg' })] })).to.deep.equal([]);
    expect(quantities({ units: 'kg' })).to.deep.equal([]);
  });

  it('can not be told where a step keeps nothing, or the flow path addresses no step', () => {
    expect(code({ yields: { Pack: '0' } })).to.equal('OW_START_YIELD');
    expect(code({ path: at('Nowhere') })).to.equal('OW_FLOW_PATH_UNKNOWN');
    const made = [aMaterial('M1', { state: 'Completed', quantity: '100' })];
    expect(code({ path: at('Nowhere'), materials: made })).to.equal('0 materials');
  });

  it('are begun without losses where the order has no flow path', () => {
    const snapshot = planned({ quantity: '20', yields: { Cut: '0.5' } });
    const result = startMaterials(snapshot, null);
    expect(result.ok && result.created.map(({ quantity, flowPath }) => [quantity, flowPath])).to.deep.equal([
      ['10', null],
      ['10', null],
    ]);
  });

  it('are ten thousand at most', () => {
    expect(code({ quantity: '10000', size: '1' })).to.equal('10000 materials');
    expect(code({ quantity: '10000.0000000001', size: '1' })).to.equal('OW_START_TOO_MANY');
    expect(code({ quantity: '999999999999999999', size: '1', yields: { Cut: '0.0000000001' } })).to.equal(
      'OW_START_TOO_MANY',
    );
  });

  it('are refused where the size is nothing in the order’s units, or more than can be stored', () => {
    expect(code({ units: 'box', size: '0.0000000001' })).to.equal('OW_START_MATERIAL_SIZE');
    const grams = aProduct({
      materialSize: '999999999999999999',
      unitConversions: [{ from: 'pcs', to: 'g', factor: '1000' }],
    });
    const snapshot = orderSnapshot({ units: 'g' }, { product: grams });
    const result = startMaterials(snapshot, null);
    expect(!result.ok && result.violation.code).to.equal('OW_START_MATERIAL_SIZE');
  });

  it('leave exactly the quantity: never less, and not a ten-billionth more to begin than needed', () => {
    const share = fc
      .bigInt({ min: 1n, max: 10n ** 10n })
      .map(fromScaled)
      .filter((value) => compareDecimals(value, '0.05') >= 0);
    const scaled = fc.bigInt({ min: 1n, max: 10n ** 16n });
    fc.assert(
      fc.property(
        fc.tuple(scaled, scaled),
        fc.tuple(share, share, share),
        fc.constantFrom(...FLOW),
        fc.array(fc.tuple(scaled, fc.constantFrom(...FLOW)), { maxLength: 3 }),
        ([wanted, sizeSeed], [cut, assemble, pack], first, waiting) => {
          const yields = { Cut: cut, Assemble: assemble, Pack: pack };
          // At least a hundredth of the quantity, so that there are not too many of them.
          const size = sizeSeed + wanted / 100n + 1n;
          const materials = waiting.map(([amount, step], index) =>
            aMaterial(`M${index}`, { state: 'Created', quantity: fromScaled(amount), flowPath: at(step) }),
          );
          const result = started({
            quantity: fromScaled(wanted),
            size: fromScaled(size),
            yields,
            path: at(first),
            materials,
          });
          if (!result.ok) {
            expect(result.violation.code).to.equal('OW_START_TOO_MANY');
            return;
          }
          const began = result.created.map((made) => toScaled(made.quantity));
          const left = (amount: bigint, step: string) => replayed(amount, step, yields);
          const there = waiting.reduce((sum, [amount, step]) => sum + left(amount, step), 0n);
          const end = began.reduce((sum, amount) => sum + left(amount, first), there);
          const target = wanted * UNIT ** 3n;
          if (began.length === 0) {
            expect(there >= target).to.equal(true);
            return;
          }
          expect(end >= target).to.equal(true);
          expect(end - left(1n, first) < target).to.equal(true);
          expect(began.slice(0, -1).every((amount) => amount === size)).to.equal(true);
          expect(began.at(-1)! > 0n && began.at(-1)! <= size).to.equal(true);
          expect(add('0', ...result.created.map((made) => made.quantity))).to.equal(
            fromScaled(began.reduce((a, b) => a + b, 0n)),
          );
        },
      ),
      { numRuns: 300, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: true },
    );
  });
});

const UNIT = 10n ** 10n;

/** What is left of an amount behind the last step, exactly: in units of 10 ** -40. */
function replayed(amount: bigint, from: string, yields: Record<string, Decimal>): bigint {
  return FLOW.reduce(
    (left, step, index) => left * (index < FLOW.indexOf(from) ? UNIT : toScaled(yields[step]!)),
    amount,
  );
}
