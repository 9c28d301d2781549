import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { add, compareDecimals, isDecimal, type Decimal } from '../../../src/core/decimal.js';
import {
  proposeAdjustQuantity,
  proposeAssign,
  proposeChangeProductionOrder,
  proposeExpand,
  proposeMoveNext,
  proposeRemove,
  proposeSplit,
  type MaterialProposal,
} from '../../../src/core/order/material-proposals.js';
import {
  ORDER_STATES,
  UNIVERSAL_STATES,
  type MaterialSnapshot,
  type OrderSnapshot,
  type ProductionOrderMaterial,
} from '../../../src/core/order/production-order.js';
import { fromScaled, orderQuantities, toScaled } from '../../../src/core/order/quantities.js';
import { aLibrary, at, aRow, FLOW, link, linked, materialSnapshot, orderSnapshot } from './a-material.js';

/** Any quantity that may be stored: up to 18 digits before and 10 after the point, and often a small one. */
const LARGEST = 10n ** 28n - 1n;
const quantity = fc
  .oneof(
    fc.bigInt({ min: 0n, max: LARGEST }),
    fc.bigInt({ min: 0n, max: 30n }),
    fc.constantFrom(0n, 1n, LARGEST, toScaled('0.1'), toScaled('0.2'), toScaled('0.3'), toScaled('100')),
  )
  .map(fromScaled);
const positive = quantity.filter((value) => value !== '0');

const total = (quantities: readonly Decimal[]): Decimal => add('0', ...quantities);

/** What the material and those made of it hold afterwards. */
function heldAfter(snapshot: MaterialSnapshot, { changes, created }: MaterialProposal): Decimal {
  return total([changes.quantity ?? snapshot.material.quantity, ...created.map((made) => made.quantity)]);
}

const names = (count: number) => Array.from({ length: count }, (_, index) => `N${index}`);

describe('[core] quantity is neither made nor lost', () => {
  it('by Split', () => {
    fc.assert(
      fc.property(quantity, fc.array(positive, { minLength: 1, maxLength: 6 }), (held, parts) => {
        const snapshot = materialSnapshot({ quantity: held });
        const proposed = proposeSplit(snapshot, parts, names(parts.length));
        expect(proposed.violations.length > 0).to.equal(compareDecimals(total(parts), held) > 0);
        if (proposed.violations.length > 0) return;
        expect(heldAfter(snapshot, proposed)).to.equal(held);
        expect(proposed.created.every((made) => isDecimal(made.quantity))).to.equal(true);
      }),
    );
  });

  it('by Split exactly to the last part, and by one ten-billionth more it is refused', () => {
    fc.assert(
      fc.property(
        fc.array(fc.bigInt({ min: 1n, max: 10n ** 20n }), { minLength: 1, maxLength: 6 }),
        (parts) => {
          const sum = parts.reduce((a, b) => a + b, 0n);
          const off = parts.map(fromScaled);
          const split = (held: bigint) =>
            proposeSplit(materialSnapshot({ quantity: fromScaled(held) }), off, names(off.length));
          expect(split(sum).changes.quantity).to.equal('0');
          expect(split(sum).violations).to.deep.equal([]);
          expect(split(sum + 1n).changes.quantity).to.equal('0.0000000001');
          expect(split(sum - 1n).violations).to.have.length(1);
        },
      ),
    );
  });

  it('by Expand, whose parts differ by a ten-billionth at most', () => {
    fc.assert(
      fc.property(quantity, fc.integer({ min: 1, max: 60 }), (held, count) => {
        const snapshot = materialSnapshot({ quantity: held });
        const proposed = proposeExpand(snapshot, count, names(count));
        expect(proposed.violations.length > 0).to.equal(toScaled(held) < BigInt(count));
        if (proposed.violations.length > 0) return;
        expect(heldAfter(snapshot, proposed)).to.equal(held);
        const scaled = proposed.created.map((made) => toScaled(made.quantity));
        expect(scaled).to.have.length(count);
        expect(scaled.at(-1)! - scaled[0]!).to.satisfy((difference: bigint) => difference <= 1n);
        expect(scaled.every((part) => part > 0n)).to.equal(true);
        expect(new Set(proposed.created.map(({ name }) => name)).size).to.equal(count);
      }),
    );
  });

  it('by Assign, Remove and ChangeProductionOrder: they write no quantity and make no material', () => {
    fc.assert(
      fc.property(linkCommands, orders, positive, (commands, given, held) => {
        const after = run(
          materialSnapshot({ quantity: held }, { links: [], orders: given }),
          commands,
          given,
        );
        for (const { proposed } of after.steps) {
          expect(proposed.created).to.deep.equal([]);
          expect(proposed.changes).to.not.have.any.keys('quantity', 'units');
        }
        expect(after.snapshot.material).to.include({ quantity: held, units: 'pcs' });
      }),
    );
  });

  it('by MoveNext within the same units; through others and back it differs by the rounding that was said', () => {
    const inBoxes = aLibrary({ Assemble: { units: 'box' } });
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 26n }).map(fromScaled), (held) => {
        const pieces = materialSnapshot({ quantity: held });
        expect(heldAfter(pieces, proposeMoveNext(pieces, null))).to.equal(held);
        const there = proposeMoveNext({ ...pieces, flows: inBoxes }, null);
        if (there.violations.length > 0) return;
        const boxed = materialSnapshot({ ...there.changes, name: 'M1' }, { flows: inBoxes });
        const back = proposeMoveNext(boxed, at('Pack'));
        expect(back.changes.quantity === held).to.equal(there.warnings.length === 0);
        const difference = toScaled(held) - toScaled(back.changes.quantity!);
        expect(difference <= 6n && difference >= -6n).to.equal(true);
      }),
    );
  });

  it('but by AdjustQuantity, by exactly what it says', () => {
    fc.assert(
      fc.property(quantity, positive, fc.boolean(), (held, amount, loss) => {
        const by = loss ? `-${amount}` : amount;
        const { changes, violations } = proposeAdjustQuantity(materialSnapshot({ quantity: held }), by);
        const after = toScaled(held) + toScaled(by);
        expect(violations.length === 0).to.equal(after >= 0n && after <= LARGEST);
        expect(changes.quantity).to.equal(fromScaled(after));
      }),
    );
  });

  it('for the order either: what a split or expanded material counted, its parts count', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 10n, max: 10n ** 26n }),
        fc.integer({ min: 1, max: 5 }),
        (scaled, count) => {
          const snapshot = materialSnapshot({ quantity: fromScaled(scaled), units: 'box' });
          const { order, product } = orderSnapshot();
          const counted = (proposed?: MaterialProposal) =>
            orderQuantities(order, product, [
              linked({ ...snapshot.material, ...proposed?.changes }),
              ...(proposed?.created ?? []).map((made) => linked(aRow(made))),
            ]).inProgress;
          expect(counted(proposeExpand(snapshot, count, names(count)))).to.equal(counted());
          const parts = Array.from({ length: count }, () => fromScaled(scaled / 10n));
          expect(counted(proposeSplit(snapshot, parts, names(count)))).to.equal(counted());
        },
      ),
    );
  });
});

const ORDER_NAMES = ['01', '02', '03'];
const orders: fc.Arbitrary<OrderSnapshot[]> = fc
  .array(
    fc.record({
      state: fc.constantFrom('InProgress' as const, 'Released' as const, ...ORDER_STATES),
      universalState: fc.constantFrom('Active' as const, ...UNIVERSAL_STATES),
      restricted: fc.boolean(),
      product: fc.constantFrom('Stool', 'Stool', 'Table'),
    }),
    { minLength: 3, maxLength: 3 },
  )
  .map((list) => list.map((parts, index) => orderSnapshot({ name: ORDER_NAMES[index]!, ...parts })));

interface LinkCommand {
  operation: 'Assign' | 'Remove' | 'ChangeProductionOrder';
  order: string;
  accountsTo: 'old' | 'new';
}

const linkCommands = fc.array(
  fc.record<LinkCommand>({
    operation: fc.constantFrom('Assign', 'Remove', 'ChangeProductionOrder', 'ChangeProductionOrder'),
    order: fc.constantFrom(...ORDER_NAMES),
    accountsTo: fc.constantFrom('old', 'new'),
  }),
  { maxLength: 12 },
);

function propose(
  snapshot: MaterialSnapshot,
  { operation, order, accountsTo }: LinkCommand,
  given: readonly OrderSnapshot[],
): MaterialProposal {
  const target = given.find((candidate) => candidate.order.name === order)!;
  if (operation === 'Assign') return proposeAssign(snapshot, target);
  if (operation === 'Remove') return proposeRemove(snapshot, order);
  return proposeChangeProductionOrder(snapshot, target, {
    accountsTo,
    copyPriority: false,
    copyDueDate: false,
  });
}

/** Runs what is not refused, as an operation would. */
function run(start: MaterialSnapshot, commands: readonly LinkCommand[], given: readonly OrderSnapshot[]) {
  let snapshot = start;
  const steps = commands.map((command) => {
    const before = snapshot;
    const proposed = propose(before, command, given);
    if (proposed.violations.length === 0) {
      snapshot = {
        ...before,
        material: { ...before.material, ...proposed.changes },
        links: proposed.links,
      };
    }
    return { command, before, proposed, after: snapshot };
  });
  return { steps, snapshot };
}

const completedThere = fc.constantFrom(...FLOW.map(at));
const starts = fc
  .record({
    flowPath: completedThere,
    state: fc.constantFrom('Created' as const, 'InProgress' as const, 'Completed' as const),
    links: fc.constantFrom<ProductionOrderMaterial[][]>(
      [],
      [link('01')],
      [link('01', { accounts: false })],
      [link('01', { current: false }), link('02', { accounts: false })],
      [link('03', { current: false })],
    ),
  })
  .map(({ links, ...parts }) => ({ links, parts }));

describe('[core] after any sequence of Assign, Remove and ChangeProductionOrder', () => {
  it('a material has one current order at most and counts toward one at most, by one link each', () => {
    fc.assert(
      fc.property(linkCommands, orders, starts, (commands, given, { parts, links }) => {
        for (const { after } of run(materialSnapshot(parts, { links, orders: given }), commands, given)
          .steps) {
          expect(after.links.filter(({ current }) => current).length).to.be.at.most(1);
          expect(after.links.filter(({ accounts }) => accounts).length).to.be.at.most(1);
          expect(new Set(after.links.map(({ order }) => order)).size).to.equal(after.links.length);
          expect(after.links.every(({ accounts, current }) => accounts || current)).to.equal(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('a closed order has the same materials, counting as they did, completed as they were', () => {
    fc.assert(
      fc.property(linkCommands, orders, starts, (commands, given, { parts, links }) => {
        const start = materialSnapshot(parts, { links, orders: given });
        for (const { before, after } of run(start, commands, given).steps) {
          for (const { order } of given.filter((candidate) => candidate.order.state === 'Closed')) {
            const of = ({ links: some }: MaterialSnapshot) => some.find((one) => one.order === order.name);
            expect(of(after)?.accounts).to.equal(of(before)?.accounts);
            expect(of(after)?.current).to.equal(of(before)?.current);
            if (of(before) === undefined) continue;
            expect(after.material.state === 'Completed').to.equal(before.material.state === 'Completed');
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('only an order that the operation names, or that the material belonged to, gains or loses it', () => {
    fc.assert(
      fc.property(linkCommands, orders, starts, (commands, given, { parts, links }) => {
        const start = materialSnapshot(parts, { links, orders: given });
        for (const { command, before, after } of run(start, commands, given).steps) {
          const current = before.links.find((one) => one.current)?.order;
          for (const { order } of given.filter((candidate) => candidate.order.restricted)) {
            if (order.name === command.order || order.name === current) continue;
            const of = ({ links: some }: MaterialSnapshot) => some.find((one) => one.order === order.name);
            expect(of(after)).to.deep.equal(of(before));
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('[core] a closed order’s material', () => {
  it('keeps product, quantity, units and completion through whatever is not refused', () => {
    const flows = aLibrary({ Cut: { units: null }, Pack: { units: 'box' } });
    const attempt = fc.constantFrom<(snapshot: MaterialSnapshot) => MaterialProposal>(
      (snapshot) => proposeSplit(snapshot, ['1'], ['N']),
      (snapshot) => proposeExpand(snapshot, 2, ['N', 'O']),
      (snapshot) => proposeAdjustQuantity(snapshot, '1'),
      (snapshot) => proposeMoveNext(snapshot, null),
      ...FLOW.map((step) => (snapshot: MaterialSnapshot) => proposeMoveNext(snapshot, at(step))),
    );
    fc.assert(
      fc.property(attempt, starts, fc.constantFrom('pcs', 'box'), (ask, { parts }, units) => {
        const snapshot = materialSnapshot(
          { ...parts, units },
          { flows, orders: [orderSnapshot({ state: 'Closed' })] },
        );
        const { changes, created, violations } = ask(snapshot);
        if (violations.length > 0) {
          expect(
            violations.every(({ code }) => /^OW_(ORDER_CLOSED|MATERIAL_NO_NEXT_STEP)$/.test(code)),
          ).to.equal(true);
          return;
        }
        const after = { ...snapshot.material, ...changes };
        expect(created).to.deep.equal([]);
        expect(after).to.include({ product: 'Stool', quantity: '10', units });
        expect(after.state === 'Completed').to.equal(snapshot.material.state === 'Completed');
      }),
      { numRuns: 500 },
    );
  });
});
