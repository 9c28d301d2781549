import { expect } from 'chai';
import { afterEach, describe, it } from 'mocha';
import { aBoard, Office, sawmill } from './plugin-office.js';

const LONG = 'A work center with a rather long name';
const MACHINES = [...Array.from({ length: 12 }, (_, index) => `Saw ${index + 1}`), LONG];
const ORDERS = 14;

describe('[operation] the chart of a plan', () => {
  let office: Office;
  afterEach(() => office.close());

  /** The lines of the axis, of the work centers and of the legend; an order takes `days` of the planer. */
  async function chart(days: number, zone = 'UTC'): Promise<Record<'axis' | 'rows' | 'legend', string[]>> {
    const orders = Array.from({ length: ORDERS }, (_, index) =>
      aBoard(`Order ${index + 1} of many, also with a long name`, { quantity: String(Math.ceil(days * 27)) }),
    );
    const saws = MACHINES.map((name) => ({ name, type: 'Sawing' }));
    const workCenters = [...saws, { name: 'Planer', type: 'Planing' }];
    office = await Office.open(sawmill(orders, { timeZone: zone, workCenters }));
    const lines = await office.lines();
    const legend = lines.findIndex((line) => line.startsWith('A Order 1 of'));
    const row = lines.findIndex((line) => /^\S.* {2}[A-Z.*]+$/.test(line));
    return {
      axis: lines.slice(0, row),
      rows: lines.slice(row, legend),
      legend: lines.slice(legend, legend + ORDERS),
    };
  }

  for (const days of [0.1, 1, 3, 20, 120]) {
    it(`has no line over 80 columns and only whole times on its axis, for orders of ${days} days`, async () => {
      const { axis, rows, legend } = await chart(days);
      for (const line of [...axis, ...rows, ...legend]) expect(line.length, line).to.be.at.most(80);
      const marks = axis.join(' ').trim().split(/ +/);
      for (const mark of marks) expect(mark).to.match(/^(\d\d[-:]\d\d|\d{4}-\d\d)$/);
      expect(marks.length).to.be.at.least(3);
    });
  }

  it('has the work centers down, with long names cut, and each order by its letter in the legend', async () => {
    const { rows, legend } = await chart(1);
    expect(rows.map((row) => row.slice(0, 20).trim())).to.have.members([
      ...MACHINES.slice(0, 12),
      'A work center with ~',
      'Planer',
    ]);
    const planer = rows.find((row) => row.startsWith('Planer')) ?? '';
    const letters = planer
      .slice(20)
      .replace(/[^A-Z]/g, '')
      .replace(/(.)\1+/g, '$1');
    expect('ABCDEFGHIJKLMN'.startsWith(letters[0] ?? '?')).to.equal(true);
    expect(letters, 'in the order of the queue').to.equal(Array.from(letters).sort().join(''));
    expect(legend[0]).to.equal('A Order 1 of many, al~  2020-07-06 08:00 - 2020-07-07 08:30');
    expect(legend.at(-1)).to.match(/^N Order 14 of .* min late$/);
  });

  it('tells its times in the zone of the plant', async () => {
    const { legend } = await chart(1, 'Asia/Tokyo');
    expect(legend[0]).to.include('2020-07-06 16:00');
  });
});
