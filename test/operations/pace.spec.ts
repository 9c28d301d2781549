/** How many events a dispatcher holds and reads for at once: no more than it has time for. */
import { expect } from 'chai';
import { Pace } from '../../src/operations/dispatch.js';

describe('[operations] the pace of a dispatcher', () => {
  it('lets as many events fit as its last transaction had time for, rounded up', () => {
    const pace = new Pace();
    pace.measured(40, 100);
    expect(pace.fitting(100)).to.equal(40);
    expect(pace.fitting(51)).to.equal(21);
    pace.measured(2, 100);
    expect(pace.fitting(100)).to.equal(2);
  });

  it('lets one fit however little time there is, and some before anything was measured', () => {
    const pace = new Pace();
    expect(pace.fitting(100)).to.be.within(10, 128);
    pace.measured(1, 5000);
    expect(pace.fitting(100)).to.equal(1);
    expect(pace.fitting(-3)).to.equal(1);
  });

  it('gives a number also where an event took no time that could be measured', () => {
    const pace = new Pace();
    pace.measured(3, 0);
    expect(pace.fitting(0)).to.equal(1);
    expect(pace.fitting(100)).to.equal(10_000);
  });
});
