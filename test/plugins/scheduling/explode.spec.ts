import { expect } from 'chai';
import { describe, it } from 'mocha';

import { planSchedule } from '../../../plugins/scheduling/core/plan.js';
import type { Snapshot } from '../../../plugins/scheduling/core/snapshot.js';
import {
  aBill,
  aComponent,
  anOperation,
  anOrder,
  aPlant,
  aProduct,
  aSawmill,
  planned,
  refusalOf,
  timesOf,
} from './a-plant.js';

/** `operation x repetitions` in sequence. */
function sequenceOf(snapshot: Snapshot, name = '01'): string[] {
  return planned(planSchedule(snapshot), name).operations.map(
    ({ name: operation, repetitions }) => `${operation} x${repetitions}`,
  );
}

/** A plant whose product `Top` has the bills given; each bill makes the product of its name. */
function plantOf(bills: ReturnType<typeof aBill>[], over: Partial<Snapshot> = {}): Snapshot {
  return aPlant({
    products: bills.map(({ name }) => aProduct(name)),
    billsOfMaterials: bills,
    orders: [anOrder('01', 'Top')],
    ...over,
  });
}

const op = (name: string, number: number, next = 0) => anOperation(number, { name, next });

describe('[core] scheduling: the work of an order', () => {
  it('follows next, and number where next leaves it open', () => {
    const operations = [op('a', 30, 10), op('b', 10, 40), op('c', 20, 40), op('d', 40), op('e', 50, 40)];
    expect(sequenceOf(plantOf([aBill('Top', operations)]))).to.deep.equal([
      'c x1',
      'a x1',
      'b x1',
      'e x1',
      'd x1',
    ]);
  });

  it('puts the sequences of produced components right before the operation that consumes them', () => {
    const top = aBill('Top', [op('first', 1, 2), op('second', 2)], {
      components: [
        aComponent('B', { operation: 2 }),
        aComponent('A', { operation: 2 }),
        aComponent('Stock', { operation: 1, produce: false }),
      ],
    });
    const bills = [
      top,
      aBill('A', [op('a', 1)], { components: [aComponent('C', { operation: 1 })] }),
      aBill('B', [op('b1', 1, 2), op('b2', 2)]),
      aBill('C', [op('c', 1)]),
    ];
    expect(sequenceOf(plantOf(bills))).to.deep.equal([
      'first x1',
      'b1 x1',
      'b2 x1',
      'c x1',
      'a x1',
      'second x1',
    ]);
  });

  for (const [quantity, billQuantity, expected] of [
    ['7', '5', 2],
    ['10', '5', 2],
    ['0.3', '0.1', 3],
    ['1', '3', 1],
    ['1000000000000000.1', '0.1', 10_000_000_000_000_001n],
  ] as const) {
    it(`repeats an operation for ${quantity} by ${billQuantity} ${expected} times`, () => {
      const snapshot = aSawmill([anOperation(1, { workCenterType: null })], {
        billsOfMaterials: [
          aBill('Board', [anOperation(1, { workCenterType: null })], { quantity: billQuantity }),
        ],
        orders: [anOrder('01', 'Board', { quantity })],
      });
      expect(planned(planSchedule(snapshot), '01').operations[0]?.repetitions).to.equal(Number(expected));
    });
  }

  it('does a fixed operation once', () => {
    const snapshot = aSawmill([anOperation(1, { fixed: true })], {
      orders: [anOrder('01', 'Board', { quantity: '9' })],
    });
    expect(sequenceOf(snapshot)).to.deep.equal(['Operation 1 x1']);
  });

  it('rounds once, from the exact quantity of a component', () => {
    const top = aBill('Top', [op('top', 1)], {
      quantity: '3',
      components: [aComponent('Part', { quantity: '1', operation: 1 })],
    });
    const snapshot = plantOf([top, aBill('Part', [op('part', 1)], { quantity: '0.1' })], {
      orders: [anOrder('01', 'Top', { quantity: '6' })],
    });
    // 6 / 3 = 2 parts by 0.1: 20, where thirds as floats would make 21.
    expect(sequenceOf(snapshot)).to.deep.equal(['part x20', 'top x2']);
  });

  it("converts a component's quantity to the component's units, in either direction", () => {
    const bills = [
      aBill('Top', [op('top', 1)], {
        components: [
          aComponent('Screw', { quantity: '2', units: 'box', operation: 1 }),
          aComponent('Wire', { quantity: '30', units: 'cm', operation: 1 }),
        ],
      }),
      aBill('Screw', [op('screw', 1)]),
      aBill('Wire', [op('wire', 1)], { quantity: '0.1' }),
    ];
    const products = [
      aProduct('Top'),
      aProduct('Screw', { unitConversions: [{ from: 'box', to: 'pcs', factor: '12' }] }),
      aProduct('Wire', { units: 'm', unitConversions: [{ from: 'm', to: 'cm', factor: '100' }] }),
    ];
    expect(sequenceOf(plantOf(bills, { products }))).to.deep.equal(['screw x24', 'wire x3', 'top x1']);
  });

  it("converts the order's quantity to the product's units", () => {
    const snapshot = aSawmill([anOperation(1)], {
      products: [aProduct('Board', { unitConversions: [{ from: 'pack', to: 'pcs', factor: '2.5' }] })],
      orders: [anOrder('01', 'Board', { quantity: '3', units: 'pack' })],
    });
    expect(sequenceOf(snapshot)).to.deep.equal(['Operation 1 x8']);
  });

  it('lets the operations of a network wait only for what they follow and consume', () => {
    const bills = (sequence: 'serial' | 'network') => [
      aBill('Top', [op('left', 1, 3), op('right', 2, 3), op('last', 3)], {
        sequence,
        components: [aComponent('Part', { operation: 2 })],
      }),
      aBill('Part', [anOperation(1, { name: 'part', workCenterType: null })]),
    ];
    expect(timesOf(plantOf(bills('network')), '01')).to.deep.equal([
      'left 01T08:00-01T08:10',
      'part 01T08:00-01T08:10',
      'right 01T08:10-01T08:20',
      'last 01T08:20-01T08:30',
    ]);
    expect(timesOf(plantOf(bills('serial')), '01')).to.deep.equal([
      'left 01T08:00-01T08:10',
      'part 01T08:10-01T08:20',
      'right 01T08:20-01T08:30',
      'last 01T08:30-01T08:40',
    ]);
  });

  it('takes the sequence of the top bill for all of them', () => {
    const bills = [
      aBill('Top', [op('last', 1)], {
        sequence: 'serial',
        components: [aComponent('Part', { operation: 1 })],
      }),
      aBill('Part', [anOperation(1, { workCenterType: null }), anOperation(2, { workCenterType: null })], {
        sequence: 'network',
      }),
    ];
    expect(timesOf(plantOf(bills), '01')).to.deep.equal([
      'Operation 1 01T08:00-01T08:10',
      'Operation 2 01T08:10-01T08:20',
      'last 01T08:20-01T08:30',
    ]);
  });

  it('gives up on bills that would explode without end', () => {
    const bills = Array.from({ length: 40 }, (_, level) =>
      aBill(level === 0 ? 'Top' : `Level ${level}`, level === 39 ? [op('leaf', 1)] : [], {
        components: [1, 2].map(() => aComponent(`Level ${level + 1}`, { produce: level < 39 })),
      }),
    );
    expect(refusalOf(plantOf(bills), '01')).to.deep.include({ code: 'OW_SCHEDULE_TOO_LARGE' });
  });

  describe('refuses one order by name, and plans the others,', () => {
    const good = anOrder('02', 'Good');
    const cases: [string, Partial<Snapshot>, string, RegExp][] = [
      [
        'where bills go in a circle',
        {
          billsOfMaterials: [
            aBill('Top', [op('top', 1)], { components: [aComponent('Part', { operation: 1 })] }),
            aBill('Part', [op('part', 1)], { components: [aComponent('Top', { operation: 1 })] }),
          ],
        },
        'OW_SCHEDULE_CYCLE',
        /Top -> Part -> Top/,
      ],
      [
        'where operations go in a circle',
        { billsOfMaterials: [aBill('Top', [op('a', 1, 2), op('b', 2, 3), op('c', 3, 2)])] },
        'OW_SCHEDULE_CYCLE',
        /Top go in a circle: 2 -> 3 -> 2/,
      ],
      [
        'where the next operation is missing',
        { billsOfMaterials: [aBill('Top', [op('a', 1, 7)])] },
        'OW_SCHEDULE_BILL_OF_MATERIALS',
        /Operation 1 of bill of materials Top is followed by 7/,
      ],
      [
        'where two operations have one number',
        { billsOfMaterials: [aBill('Top', [op('a', 1), op('b', 1)])] },
        'OW_SCHEDULE_BILL_OF_MATERIALS',
        /two operations with number 1/,
      ],
      [
        'where a component is consumed by an operation that is not there',
        {
          billsOfMaterials: [
            aBill('Top', [op('a', 1)], { components: [aComponent('Part', { operation: 5 })] }),
          ],
        },
        'OW_SCHEDULE_BILL_OF_MATERIALS',
        /Part .* consumed by operation 5/,
      ],
      [
        'where a conversion is missing',
        {
          billsOfMaterials: [
            aBill('Top', [op('a', 1)], { components: [aComponent('Part', { units: 'kg', operation: 1 })] }),
            aBill('Part', [op('part', 1)]),
          ],
        },
        'OW_SCHEDULE_CONVERSION_MISSING',
        /Product Part has no conversion from kg to its units, pcs/,
      ],
      [
        'where the product is not known',
        { orders: [anOrder('01', 'Nothing'), good] },
        'OW_SCHEDULE_MASTER_MISSING',
        /Product Nothing/,
      ],
      [
        'where the bill is not known',
        { billsOfMaterials: [] },
        'OW_SCHEDULE_MASTER_MISSING',
        /Bill of materials Top of product Top/,
      ],
      [
        'where the product has no bill and the order no steps',
        { products: [aProduct('Top', { billOfMaterials: null }), aProduct('Good')] },
        'OW_SCHEDULE_MASTER_MISSING',
        /Product Top has no bill of materials/,
      ],
      [
        'where the work center type is not known',
        { billsOfMaterials: [aBill('Top', [anOperation(1, { workCenterType: 'Lathe' })])] },
        'OW_SCHEDULE_MASTER_MISSING',
        /Work center type Lathe/,
      ],
      [
        'where the company is not known',
        { orders: [anOrder('01', 'Top', { company: 'Elsewhere' }), good] },
        'OW_SCHEDULE_MASTER_MISSING',
        /Company Elsewhere/,
      ],
      [
        'where the bill has no operation',
        { billsOfMaterials: [aBill('Top', [])] },
        'OW_SCHEDULE_NO_WORK',
        /no operation/,
      ],
      [
        'where the quantity is 0',
        { orders: [anOrder('01', 'Top', { quantity: '0' }), good] },
        'OW_SCHEDULE_QUANTITY',
        /order 01 is 0/,
      ],
      [
        'where the quantity is no number',
        { orders: [anOrder('01', 'Top', { quantity: 'NaN' }), good] },
        'OW_SCHEDULE_QUANTITY',
        /NaN/,
      ],
      [
        'where the quantity is out of range',
        { orders: [anOrder('01', 'Top', { quantity: '1e308' }), good] },
        'OW_SCHEDULE_QUANTITY',
        /1e308/,
      ],
      [
        'where the start is no time',
        { orders: [anOrder('01', 'Top', { startDate: '2020-02-31' }), good] },
        'OW_SCHEDULE_TIME',
        /start of order 01/,
      ],
      ...['P1M', 'P1Y', '-PT5M', 'PT-5M', 'ten'].map(
        (standardTime): [string, Partial<Snapshot>, string, RegExp] => [
          `where the standard time is ${standardTime}`,
          { billsOfMaterials: [aBill('Top', [anOperation(1, { standardTime })])] },
          'OW_SCHEDULE_DURATION',
          /Operation 1 of bill of materials Top/,
        ],
      ),
    ];
    for (const [what, over, code, message] of cases) {
      it(what, () => {
        const fine = aBill('Good', [anOperation(1)]);
        const snapshot = aPlant({
          products: [aProduct('Top'), aProduct('Part'), aProduct('Good')],
          orders: [anOrder('01', 'Top'), good],
          ...over,
          billsOfMaterials: [...(over.billsOfMaterials ?? [aBill('Top', [anOperation(1)])]), fine],
        });
        const refusal = refusalOf(snapshot, '01');
        expect(refusal?.code).to.equal(code);
        expect(refusal?.message).to.match(message);
        expect(timesOf(snapshot, '02')).to.deep.equal(['Operation 1 01T08:00-01T08:10']);
      });
    }
  });
});
