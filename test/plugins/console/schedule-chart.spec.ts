import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';

import {
  barAt,
  barsOfList,
  barsOfOrder,
  chartModel,
  firstEndingAfter,
  firstStartingFrom,
  heldUpBy,
  type ChartModel,
} from '../../../plugins/console/page/schedule/chart-model.js';
import { laneAt, layoutOf, rowAt } from '../../../plugins/console/page/schedule/chart-layout.js';
import type { PlacementsDocument } from '../../../plugins/console/page/schedule/document.js';
import {
  barsIn,
  columnsIn,
  SHADES,
  showsBars,
} from '../../../plugins/console/page/schedule/level-of-detail.js';
import { around, panned, wholeOf, zoomed } from '../../../plugins/console/page/schedule/viewport.js';

interface Piece {
  lane: number;
  start: number;
  length: number;
  order: number;
}

/** One interval a piece, all of it used; orders with odd numbers are late. */
function aDocument(pieces: readonly Piece[], lanes = 3, orders = 5): PlacementsDocument {
  const rows = [...pieces].sort((a, b) => a.lane - b.lane || a.start - b.start);
  const name = (order: number) => `O${order}`;
  return {
    version: 'v',
    timeZone: 'UTC',
    origin: '2020-07-01T08:00:00Z',
    workCenters: { name: ['Saw', 'Planer'], type: ['Sawing', 'Planing'], kind: ['workCenter', 'workCenter'] },
    lanes: {
      workCenter: Array.from({ length: lanes }, (_, lane) => (lane === 0 ? 0 : 1)),
      number: Array.from({ length: lanes }, (_, lane) => Math.max(1, lane)),
    },
    orders: {
      name: Array.from({ length: orders }, (_, order) => name(order)),
      start: Array<number>(orders).fill(0),
      end: Array<number>(orders).fill(1),
      latenessMinutes: Array.from({ length: orders }, (_, order) => order % 2),
    },
    names: ['Cut'],
    operations: {
      order: rows.map(({ order }) => order),
      name: rows.map(() => 0),
      product: rows.map(() => 0),
      batch: rows.map(() => null),
      repetitions: rows.map(() => 1),
      start: rows.map(({ start }) => start),
      end: rows.map(({ start, length }) => start + length),
    },
    intervals: {
      start: rows.map(({ start }) => start),
      end: rows.map(({ start, length }) => start + length),
      available: rows.map(({ length }) => length),
    },
    placements: {
      operation: rows.map((_, row) => row),
      lane: rows.map(({ lane }) => lane),
      interval: rows.map((_, row) => row),
      seconds: rows.map(({ length }) => length),
    },
  };
}

const piece = fc.record({
  lane: fc.nat(2),
  start: fc.nat(5000),
  length: fc.integer({ min: 1, max: 400 }),
  order: fc.nat(4),
});
/** Also pieces that lie over each other, as what needs no work center does. */
const somePieces = fc.array(piece, { maxLength: 60 });
/** At most one at a time in each lane. */
const apart = somePieces.map((pieces) => {
  const free = [0, 0, 0];
  return [...pieces]
    .sort((a, b) => a.start - b.start)
    .map((one) => {
      const start = Math.max(one.start, free[one.lane]!);
      free[one.lane] = start + one.length;
      return { ...one, start };
    });
});
const aWindow = fc
  .record({ from: fc.integer({ min: -500, max: 6000 }), span: fc.integer({ min: 50, max: 9000 }) })
  .map(({ from, span }) => ({ from, to: from + span, width: 400 }));

function lanesOf(model: ChartModel): { bar: number; lane: number }[] {
  return [...model.bars.lane].map((lane, bar) => ({ bar, lane }));
}

describe('[core] the chart of the schedule', () => {
  it('finds by halves what a look at every bar finds', () => {
    fc.assert(
      fc.property(somePieces, aWindow, (pieces, { from, to }) => {
        const model = chartModel(aDocument(pieces));
        for (const lane of [0, 1, 2]) {
          const own = lanesOf(model).filter((one) => one.lane === lane);
          const seen = own.filter(({ bar }) => model.bars.end[bar]! > from && model.bars.start[bar]! < to);
          const [first, last] = barsIn(model, lane, { from, to, width: 1 });
          for (const { bar } of seen) expect(bar).to.be.within(first, last - 1);
          expect(first).to.equal(firstEndingAfter(model, lane, from));
          expect(last).to.equal(firstStartingFrom(model, lane, to));
          const under = own.filter(
            ({ bar }) => model.bars.start[bar]! <= from && model.bars.end[bar]! >= from,
          );
          const found = barAt(model, lane, from, 0);
          if (under.length === 0) expect(found).to.equal(-1);
          else expect(under.map(({ bar }) => bar)).to.include(found);
        }
      }),
    );
  });

  it('shows in each column of pixels how much of it is taken, and whether something in it is late', () => {
    fc.assert(
      fc.property(apart, aWindow, (pieces, window) => {
        const model = chartModel(aDocument(pieces));
        const { start, end, operation } = model.bars;
        const seconds = ((window.to - window.from) / window.width) * 2;
        for (const lane of [0, 1, 2]) {
          const { left, right, shade, late } = columnsIn(model, lane, window);
          const drawn = new Map<number, { shade: number; late: boolean }>();
          left.forEach((from, run) => {
            for (let column = from; column < right[run]!; column += 2)
              drawn.set(column, { shade: shade[run]!, late: late[run]! });
          });
          for (let column = 0; column < window.width; column += 2) {
            const opens = window.from + (column / 2) * seconds;
            const inside = lanesOf(model).filter(
              (one) => one.lane === lane && end[one.bar]! > opens && start[one.bar]! < opens + seconds,
            );
            const taken = inside.reduce(
              (sum, { bar }) => sum + Math.min(end[bar]!, opens + seconds) - Math.max(start[bar]!, opens),
              0,
            );
            const found = drawn.get(column);
            expect(found !== undefined, `column ${column}`).to.equal(inside.length > 0);
            if (found === undefined) continue;
            const exact = (taken / seconds) * SHADES;
            expect(found.shade).to.be.within(
              Math.max(1, Math.ceil(exact - 1e-6)),
              Math.max(1, Math.min(SHADES, Math.ceil(exact + 1e-6))),
            );
            const isLate = inside.some(({ bar }) => model.operations.order[operation[bar]!]! % 2 === 1);
            expect(found.late).to.equal(isLate);
          }
        }
      }),
    );
  });

  it('draws single bars only where there is room for them, and never more than it can', () => {
    const pieces = Array.from({ length: 10_000 }, (_, place) => ({
      lane: place % 3,
      start: Math.floor(place / 3) * 60,
      length: 60,
      order: 0,
    }));
    const model = chartModel(
      aDocument(
        pieces.map((one, place) => ({ ...one, order: place % 5 })),
        3,
      ),
    );
    const near = { from: 0, to: 3600, width: 1000 };
    const far = { from: 0, to: 200_000, width: 1000 };
    expect(showsBars(model, [0, 1, 2], near)).to.equal(true);
    expect(showsBars(model, [0, 1, 2], far)).to.equal(false);
    expect(showsBars(model, [0, 1, 2], { ...far, width: 1e9 })).to.equal(false);
  });

  it('costs by what is seen: a plan of 300,000 bars as one of 10,000', () => {
    const model = (bars: number) =>
      chartModel(
        aDocument(
          Array.from({ length: bars }, (_, place) => ({
            lane: 0,
            start: place * 90,
            length: 60,
            order: place % 5,
          })),
        ),
      );
    const cost = (chart: ChartModel) => {
      const window = { ...wholeOf(chart), width: 1000 };
      columnsIn(chart, 0, window);
      const start = performance.now();
      for (let run = 0; run < 20; run++) columnsIn(chart, 0, window);
      return (performance.now() - start) / 20;
    };
    const [small, large] = [cost(model(10_000)), cost(model(300_000))];
    expect(large).to.be.lessThan(Math.max(4, small * 12));
  });

  it('joins what touches, and divides an interval among those that share it', () => {
    const document = aDocument([
      { lane: 0, start: 0, length: 300, order: 0 },
      { lane: 0, start: 300, length: 300, order: 0 },
      { lane: 0, start: 900, length: 300, order: 0 },
    ]);
    document.placements.operation = [0, 0, 0];
    expect([...chartModel(document).bars.end]).to.deep.equal([600, 1200]);
    const shared = aDocument([
      { lane: 0, start: 0, length: 300, order: 0 },
      { lane: 0, start: 0, length: 300, order: 1 },
    ]);
    shared.placements.interval = [0, 0];
    shared.placements.seconds = [60, 120];
    const { bars } = chartModel(shared);
    expect([...bars.start]).to.deep.equal([0, 60]);
    expect([...bars.end]).to.deep.equal([60, 180]);
  });

  it('knows the bars of an order, and which bars held it up', () => {
    const model = chartModel(
      aDocument([
        { lane: 0, start: 0, length: 600, order: 1 },
        { lane: 0, start: 600, length: 600, order: 2 },
        { lane: 1, start: 0, length: 300, order: 1 },
        { lane: 1, start: 1200, length: 300, order: 2 },
      ]),
    );
    expect([...barsOfOrder(model, 2)]).to.deep.equal([1, 3]);
    const until = (time: string) => `2020-07-01T${time}:00Z`;
    const chain = [
      { kind: 'workCenter', name: 'Saw', until: until('08:10'), order: 'O1' },
      { kind: 'predecessor', name: 'Cut', until: until('08:20'), order: null },
      { kind: 'order', name: 'O1', until: until('08:05'), order: 'O1' },
      { kind: 'workCenter', name: 'Planer', until: until('08:01'), order: 'O1' },
    ];
    expect(heldUpBy(model, chain)).to.deep.equal([0, 2]);
  });

  it('lists the bars of all rows or of one, and those of late orders alone', () => {
    const model = chartModel(
      aDocument([
        { lane: 0, start: 0, length: 600, order: 1 },
        { lane: 1, start: 0, length: 600, order: 2 },
        { lane: 2, start: 0, length: 600, order: 3 },
      ]),
    );
    const listed = (row: number, isLate: boolean) => [...barsOfList(model, { row, isLate })];
    expect(listed(-1, false)).to.deep.equal([0, 1, 2]);
    expect(listed(1, false)).to.deep.equal([1, 2]);
    expect(listed(1, true)).to.deep.equal([2]);
    expect(listed(-1, true)).to.deep.equal([0, 2]);
  });

  it('has its lanes where the pointer finds them, higher where there is room', () => {
    const model = chartModel(aDocument([]));
    const tight = layoutOf(model, 10);
    expect(layoutOf(model, 400).lane).to.be.greaterThan(tight.lane);
    for (const layout of [tight, layoutOf(model, 400)]) {
      for (const lane of [0, 1, 2]) {
        expect(laneAt(layout, model, layout.laneTop[lane]! + 1)).to.equal(lane);
        expect(laneAt(layout, model, layout.laneTop[lane]! + layout.lane - 1)).to.equal(lane);
      }
      expect(laneAt(layout, model, layout.rowTop[1]! - 2), 'the strip').to.equal(-1);
      expect(rowAt(layout, layout.rowTop[1]! - 2)).to.equal(0);
      expect(rowAt(layout, layout.height)).to.equal(-1);
    }
  });

  it('keeps the point under the pointer in its place while it is zoomed, and the plan in sight', () => {
    const whole = wholeOf({ start: 0, end: 100_000 });
    const ratio = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: 0.2, max: 5, noNaN: true }), ratio), { maxLength: 30 }),
        (steps) => {
          let view = whole;
          for (const [factor, at] of steps) {
            const next = zoomed(view, factor, at, whole);
            expect(next.from).to.be.at.least(whole.from - 1e-6);
            expect(next.to).to.be.at.most(whole.to + 1e-6);
            expect(next.to - next.from).to.be.at.least(599);
            const point = view.from + (view.to - view.from) * at;
            if (next.from > whole.from + 1 && next.to < whole.to - 1)
              expect(next.from + (next.to - next.from) * at).to.be.closeTo(point, 1e-3);
            view = next;
          }
        },
      ),
    );
    expect(panned({ from: 0, to: 1000 }, -1e9, whole).from).to.equal(whole.from);
    expect(panned({ from: 0, to: 1000 }, 1e9, whole).to).to.be.closeTo(whole.to, 1e-6);
    const shown = around(40_000, 50_000, whole);
    expect(shown.from).to.be.lessThan(40_000);
    expect(shown.to).to.be.greaterThan(50_000);
  });
});
