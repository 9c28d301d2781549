import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { findCycle } from '../../../plugins/step-synchronization/core/find-cycle.js';

const edges = (...texts: string[]) => texts.map((text) => ({ from: text[0]!, to: text[1]! }));

describe('[core] find cycle', () => {
  it('finds none in a diamond', () => {
    expect(findCycle(edges('ab', 'ac', 'bd', 'cd'))).to.equal(null);
  });

  it('gives the ids on the circle, without the way to it', () => {
    expect(findCycle(edges('ab', 'bc', 'cd', 'db'))).to.deep.equal(['b', 'c', 'd']);
    expect(findCycle(edges('ab', 'bb'))).to.deep.equal(['b']);
  });

  it('walks a chain of 1,000,000 and the circle that it becomes', () => {
    const chain = Array.from({ length: 1_000_000 }, (_, place) => ({ from: `${place}`, to: `${place + 1}` }));
    expect(findCycle(chain)).to.equal(null);
    expect(findCycle([...chain, { from: '1000000', to: '0' }])).to.have.length(1_000_001);
  });

  it('agrees with repeatedly taking away what nothing leads to', () => {
    const node = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    fc.assert(
      fc.property(fc.array(fc.record({ from: node, to: node }), { maxLength: 10 }), (given) => {
        let left = given;
        for (let before = -1; before !== left.length;) {
          before = left.length;
          const targets = new Set(left.map(({ to }) => to));
          left = left.filter(({ from }) => targets.has(from));
        }
        const circle = findCycle(given);
        expect(circle === null).to.equal(left.length === 0);
        for (const [place, from] of (circle ?? []).entries()) {
          const to = circle![(place + 1) % circle!.length]!;
          expect(given).to.deep.include({ from, to });
        }
      }),
    );
  });
});
