import { expect } from 'chai';
import { afterEach, describe, it } from 'mocha';
import { aBoard, aPanel, Office, panels, refusal, sawmill } from './plugin-office.js';

let office: Office;

describe('[operation] the queue of a planner:', () => {
  afterEach(() => office.close());

  describe('the queue of orders', () => {
    /** Four of Medium, a High one before them and a Low one behind. */
    async function given(): Promise<void> {
      const medium = ['A', 'B', 'C', 'D'].map((name) => aBoard(name));
      office = await Office.open(
        sawmill([aBoard('L', { priority: 'Low' }), ...medium, aBoard('H', { priority: 'High' })]),
      );
    }

    const moves = [
      { order: 'C', to: 'up', gives: 'HACBDL' },
      { order: 'B', to: 'down', gives: 'HACBDL' },
      { order: 'C', to: 'first', gives: 'HCABDL' },
      { order: 'B', to: 'last', gives: 'HACDBL' },
      { order: 'D', to: '2', gives: 'HADBCL' },
      { order: 'A', to: '4', gives: 'HBCDAL' },
      { order: 'A', to: 'up', gives: 'HABCDL' },
      { order: 'D', to: 'down', gives: 'HABCDL' },
      { order: 'L', to: 'first', gives: 'HABCDL' },
      { order: 'H', to: 'last', gives: 'HABCDL' },
    ];
    for (const { order, to, gives } of moves) {
      it(`is ${gives} after ${order} moves ${to}`, async () => {
        await given();
        const answered = await office.move(order, to);
        expect(answered.map(({ name }) => name).join('')).to.equal(gives);
        expect(await office.queue()).to.deep.equal(answered);
        const { orders } = await office.schedule();
        expect(orders.map(({ name }) => name).join(''), 'the plan goes by it').to.equal(gives);
      });
    }

    it('is numbered from 1 without gaps in each group', async () => {
      await given();
      await office.move('D', 'first');
      const rows = (await office.queue()).map(
        ({ name, priority, position }) => `${priority} ${position} ${name}`,
      );
      expect(rows).to.deep.equal(['1 1 H', '2 1 D', '2 2 A', '2 3 B', '2 4 C', '3 1 L']);
    });

    it('refuses a place outside the group, an order that is not in it, and a word that is no place', async () => {
      await given();
      const before = await office.queue();
      expect(await refusal(office.move('A', '5'))).to.include({ code: 'OW_QUEUE_POSITION', usage: false });
      expect(await refusal(office.move('Z', 'up'))).to.include({ code: 'OW_ORDER_UNKNOWN', usage: false });
      for (const word of ['sideways', '0', '-1', '1.5', '', 'UP', '99999999999'])
        expect(await refusal(office.move('A', word)), word).to.include({ code: 'OW_USAGE', usage: true });
      expect(await office.queue()).to.deep.equal(before);
    });

    it('has a new order last in its group, whatever position it asks for', async () => {
      await given();
      await office.create(aBoard('N', { position: 1 }));
      expect((await office.names()).join('')).to.equal('HABCDNL');
      await office.import({
        productionOrders: [aBoard('O', { position: 1 }), aBoard('P', { priority: 'High' })],
      });
      expect((await office.names()).join('')).to.equal('HPABCDNOL');
    });

    it('has a re-prioritised order last in its new group, also when it comes back', async () => {
      await given();
      await office.perform('Change', 'B', { priority: 1 });
      expect((await office.names()).join('')).to.equal('HBACDL');
      await office.perform('Change', 'B', { priority: 2 });
      expect((await office.names()).join('')).to.equal('HACDBL');
    });

    it('has an order last in its group that the host has made or re-prioritised beside us', async () => {
      await given();
      office.change(`update mes_ProductionOrder set Priority = 2 where Name = 'H'`);
      expect((await office.names()).join('')).to.equal('ABCDHL');
    });

    it('is kept in the database', async () => {
      await given();
      await office.move('D', 'first');
      await office.reopen();
      expect((await office.names()).join('')).to.equal('HDABCL');
    });

    it('has only active orders that are open and included in planning', async () => {
      await given();
      await office.perform('Terminate', 'A');
      await office.perform('Change', 'B', { includeInPlanning: false });
      expect((await office.names()).join('')).to.equal('HCDL');
      await office.perform('Unterminate', 'A');
      expect(await office.names()).to.include('A');
    });

    it('is not changed and not journalled by a move that leads nowhere', async () => {
      await given();
      await office.move('A', 'up');
      expect(await office.operations()).to.not.include('MoveInQueue');
      expect(await office.marks()).to.deep.equal({});
    });
  });

  describe('what has to be scheduled again', () => {
    async function given(): Promise<void> {
      office = await Office.open(sawmill([aBoard('A'), aBoard('B'), aBoard('C')]));
      await office.schedule({ save: true });
      expect(await office.marks()).to.deep.equal({});
    }

    it('is an order that was released or created, with the reason', async () => {
      await given();
      await office.perform('Release', 'C');
      await office.create(aBoard('N'));
      expect(await office.marks()).to.include({ C: 'released', N: 'created' });
    });

    it('is an order that was changed, and those whose work centers it shares from then on', async () => {
      await given();
      await office.perform('Change', 'B', { quantity: '2', dueDate: '2020-07-13' });
      expect(await office.marks()).to.deep.equal({
        B: 'changed: quantity, dueDate',
        C: 'B beside it: changed: quantity, dueDate',
        // Its planing goes on while B is sawn and planed.
        A: 'B beside it: changed: quantity, dueDate',
      });
    });

    it('is each order whose place in the queue is another', async () => {
      await given();
      await office.move('C', '2');
      expect(await office.marks()).to.deep.equal({
        B: 'moved in the queue from 2 to 3',
        C: 'moved in the queue from 3 to 2',
      });
    });

    it('is each order that is saved on a work center that is down, from then on', async () => {
      await given();
      const answer = await office.down('Saw', '2020-07-06T08:10', '2020-07-06T08:20', 'oil');
      expect(answer).to.deep.equal({
        absence: {
          workCenter: 'Saw',
          from: '2020-07-06T08:10:00Z',
          to: '2020-07-06T08:20:00Z',
          reason: 'oil',
        },
        reschedule: ['B', 'C'],
      });
      const reason = 'Saw is down from 2020-07-06 08:10 to 2020-07-06 08:20: oil';
      expect(await office.marks()).to.deep.equal({ B: reason, C: reason });
    });

    it('is an order whose steps were synchronized, started, finished or made to wait', async () => {
      office = await Office.open(panels([aPanel('A'), aPanel('B')]));
      const after: Record<string, string> = {};
      const note = async (what: string, operation: string, input = {}) => {
        const row = await office.perform(operation, 'A', input);
        expect(row.allowed, JSON.stringify(row.violations)).to.equal(true);
        after[what] = (await office.marks()).A ?? 'nothing';
        await office.schedule({ save: true });
        expect(await office.marks()).to.deep.equal({});
      };
      await note('release', 'Release');
      await note('change', 'Change', { quantity: '60' });
      await note('synchronize', 'Synchronize');
      const [cut, bake] = await office.steps('A');
      await note('start', 'StartStep', { step: cut?.id ?? '' });
      await note('finish', 'FinishStep', { step: cut?.id ?? '' });
      await note('change of a step', 'ChangeStep', { step: bake?.id ?? '', quantity: '10' });
      expect(after).to.deep.equal({
        release: 'released',
        change: 'changed: quantity',
        synchronize: 'its steps were synchronized',
        start: 'a step was started',
        finish: 'a step was finished',
        'change of a step': 'a step was changed',
      });
    });

    it('is settled by a saved plan, and by nothing less', async () => {
      await given();
      await office.perform('Change', 'A', { quantity: '2' });
      const { version } = await office.schedule();
      expect(Object.keys(await office.marks())).to.deep.equal(['A', 'B', 'C']);
      await office.schedule({ save: version });
      expect(await office.marks()).to.deep.equal({});
    });

    it('stays an order that the saved plan could not schedule', async () => {
      await given();
      office.change(`update mes_ProductionOrder set Units = 'box' where Name = 'B'`);
      const { unscheduled } = await office.schedule({ save: true });
      expect(unscheduled.map(({ name, code }) => `${name} ${code}`)).to.deep.equal([
        'B OW_SCHEDULE_CONVERSION_MISSING',
      ]);
      expect(await office.marks()).to.deep.equal({ B: 'not in the plan that was saved last' });
    });
  });
});
