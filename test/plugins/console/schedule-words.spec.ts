import { expect } from 'chai';
import { describe, it } from 'mocha';

import {
  firstLoadAfter,
  loadAsked,
  loadByRow,
  shareOf,
} from '../../../plugins/console/page/schedule/load-strip.js';
import { durationText, PlantTime } from '../../../plugins/console/page/schedule/plant-time.js';
import {
  changedHead,
  dropped,
  groupsOf,
  moved,
  priorityText,
} from '../../../plugins/console/page/schedule/queue-moves.js';

const at = (text: string) => Date.parse(text);

describe('[core] the times of a chart', () => {
  it('are those of the plant’s clocks, whatever the browser’s are', () => {
    const lisbon = new PlantTime('Europe/Lisbon');
    expect(lisbon.short(at('2020-07-01T08:00:00Z'))).to.equal('1 Jul, 09:00');
    expect(lisbon.range(at('2020-07-01T08:00:00Z'), at('2020-07-01T09:30:00Z'))).to.equal(
      'Wed 1 Jul, 09:00 to 10:30',
    );
    expect(lisbon.range(at('2020-07-01T08:00:00Z'), at('2020-07-02T09:30:00Z'))).to.equal(
      '1 Jul, 09:00 to 2 Jul, 10:30',
    );
  });

  it('have marks at round times of the plant, from minutes to years', () => {
    const texts = (zone: string, from: string, to: string) =>
      new PlantTime(zone)
        .ticks(at(from), at(to), 8)
        .map(({ text, isMajor }) => (isMajor ? `*${text}` : text));
    expect(texts('Asia/Kolkata', '2020-07-01T02:30:00Z', '2020-07-01T03:10:00Z')).to.deep.equal([
      '08:00',
      '08:05',
      '08:10',
      '08:15',
      '08:20',
      '08:25',
      '08:30',
      '08:35',
      '08:40',
    ]);
    expect(texts('Asia/Kolkata', '2020-07-01T12:00:00Z', '2020-07-02T06:00:00Z')).to.include('*Thu 2 Jul');
    expect(texts('UTC', '2020-06-28T00:00:00Z', '2020-07-06T00:00:00Z')).to.include.members([
      'Mon 29',
      '*Jul',
      'Thu 2',
    ]);
    expect(texts('UTC', '2020-10-01T00:00:00Z', '2021-05-01T00:00:00Z')).to.include.members([
      'Nov',
      '*Jan 2021',
    ]);
    expect(texts('UTC', '2020-01-01T00:00:00Z', '2028-01-01T00:00:00Z')).to.include('*2024');
  });

  it('have the marks of local midnight on both sides of a change of the clock', () => {
    const ticks = new PlantTime('Europe/Lisbon').ticks(
      at('2021-03-26T12:00:00Z'),
      at('2021-03-30T12:00:00Z'),
      4,
    );
    expect(ticks.map(({ time }) => new Date(time).toISOString())).to.include.members([
      '2021-03-28T00:00:00.000Z',
      '2021-03-28T23:00:00.000Z',
    ]);
  });

  it('are told as durations in two units', () => {
    expect([0, 30, 2400, 7500, 100_800].map(durationText)).to.deep.equal([
      '0 min',
      '30 s',
      '40 min',
      '2 h 5 min',
      '1 d 4 h',
    ]);
  });
});

describe('[core] moves in the queue before they are saved', () => {
  const names = ['A', 'B', 'C', 'D'];

  it('go up, down, first and last within the group', () => {
    const after = (name: string, to: 'up' | 'down' | 'first' | 'last') => moved(names, name, to).join('');
    expect(after('C', 'up')).to.equal('ACBD');
    expect(after('B', 'down')).to.equal('ACBD');
    expect(after('D', 'first')).to.equal('DABC');
    expect(after('A', 'last')).to.equal('BCDA');
    expect(after('A', 'up')).to.equal('ABCD');
    expect(after('Z', 'up')).to.equal('ABCD');
  });

  it('come by drag before or after another, several together', () => {
    const after = (moving: string[], target: string, where: 'before' | 'after') =>
      dropped(names, new Set(moving), target, where).join('');
    expect(after(['D'], 'B', 'before')).to.equal('ADBC');
    expect(after(['A'], 'C', 'after')).to.equal('BCAD');
    expect(after(['A', 'C'], 'D', 'after')).to.equal('BDAC');
    expect(after(['A'], 'A', 'after')).to.equal('ABCD');
  });

  it('send the group as far as it is otherwise, and nothing where it is not', () => {
    expect(changedHead(names, ['B', 'A', 'C', 'D'])).to.deep.equal([{ name: 'B' }, { name: 'A' }]);
    expect(changedHead(names, names)).to.deep.equal([]);
  });

  it('are offered by priority group', () => {
    const row = (name: string, priority: number) => ({ name, priority, position: 1, reschedule: null });
    expect(groupsOf([row('A', 1), row('B', 1), row('C', 7)])).to.deep.equal([
      { priority: 1, names: ['A', 'B'] },
      { priority: 7, names: ['C'] },
    ]);
    expect([1, 2, 3, 7].map(priorityText)).to.deep.equal(['High', 'Medium', 'Low', 'Priority 7']);
  });
});

describe('[core] the load below a chart', () => {
  const HOUR = 3600;

  it('is asked for by a unit that fits the scale, of a stretch that lasts while the chart is moved', () => {
    const units = [2 * HOUR, 48 * HOUR, 20 * 24 * HOUR, 200 * 24 * HOUR, 1000 * 24 * HOUR];
    expect(units.map((span) => loadAsked({ from: 0, to: span }).by)).to.deep.equal([
      'interval',
      'hour',
      'day',
      'week',
      'month',
    ]);
    const asked = loadAsked({ from: 30 * HOUR, to: 32 * HOUR });
    expect(asked).to.deep.equal(loadAsked({ from: 31 * HOUR, to: 33 * HOUR }));
    expect(asked.from).to.be.at.most(30 * HOUR);
    expect(asked.to).to.be.at.least(32 * HOUR);
  });

  it('is found by time, in seconds since the plan’s origin', () => {
    const rows = loadByRow(
      {
        version: 'v',
        origin: '2020-07-01T07:00:00Z',
        by: 'hour',
        workCenters: [
          {
            name: 'Saw',
            kind: 'workCenter',
            lanes: 1,
            start: [0, 7200],
            end: [3600, 10_800],
            available: [3600, 0],
            planned: [1800, 60],
          },
        ],
      },
      at('2020-07-01T08:00:00Z'),
    );
    const saw = rows.get('workCenter Saw')!;
    expect([...saw.start]).to.deep.equal([-3600, 3600]);
    expect([-1, 0, 7200].map((time) => firstLoadAfter(saw, time))).to.deep.equal([0, 1, 2]);
    expect([shareOf(saw, 0), shareOf(saw, 1)]).to.deep.equal([0.5, 2]);
  });
});
