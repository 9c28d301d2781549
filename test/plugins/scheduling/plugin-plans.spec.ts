import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { aBoard, aPanel, NOW, Office, panels, refusal, sawmill } from './plugin-office.js';

let office: Office;

describe('[operation] the plans of a planner:', () => {
  afterEach(() => office.close());

  const saved = () =>
    office
      .rows(`select distinct ProductionOrder as name from orderwright_ScheduledOperation order by 1`)
      .map(({ name }) => name);
  const kept = () =>
    office
      .rows<{ Version: string }>('select Version from orderwright_PreliminaryPlan order by Sequence')
      .map((row) => row.Version);
  /** All that a person can see of the saved plan. */
  const published = () =>
    ['ScheduledOperation', 'DispatchList', 'ProductionOrderStepList'].map((view) =>
      office.rows(`select * from orderwright_${view}`),
    );

  describe('a preliminary plan', () => {
    beforeEach(async () => {
      office = await Office.open(sawmill([aBoard('A'), aBoard('B'), aBoard('C')]));
    });

    it('is the answer in the shape of the contract', async () => {
      const plan = await office.schedule();
      expect(plan).to.have.all.keys('version', 'orders', 'unscheduled');
      expect(plan.version).to.match(/^[0-9a-f]{16}$/);
      const [first] = plan.orders;
      expect(first).to.deep.include({
        name: 'A',
        scheduledStart: '2020-07-06T08:00:00Z',
        scheduledEnd: '2020-07-06T08:30:00Z',
        late: false,
        latenessMinutes: 0,
      });
      expect(first?.waitedFor[0]).to.deep.equal({
        kind: 'calendar',
        name: 'Day',
        until: '2020-07-06T08:00:00Z',
        text: 'Saw waited until 2020-07-06 08:00, when Saw is available (Day).',
      });
      const [saw] = first?.operations ?? [];
      expect(saw).to.deep.include({
        name: 'Saw',
        product: 'Board',
        step: null,
        batch: null,
        repetitions: 1,
        start: '2020-07-06T08:00:00Z',
        end: '2020-07-06T08:10:00Z',
        workCenterType: 'Sawing',
      });
      const piece = { workCenter: 'Saw', lane: 1, minutes: 5 };
      expect(saw?.placements).to.deep.equal([
        { ...piece, start: '2020-07-06T08:00:00Z', end: '2020-07-06T08:05:00Z' },
        { ...piece, start: '2020-07-06T08:05:00Z', end: '2020-07-06T08:10:00Z' },
      ]);
    });

    it('has the same version and the same bytes for the same plant', async () => {
      const first = await office.scheduleText();
      await office.reopen();
      expect(await office.scheduleText()).to.equal(first);
      expect(kept()).to.have.length(1);
      const later = await office.schedule({}, '2020-07-06T07:01:00Z');
      expect(later.version).to.not.equal((JSON.parse(first) as { version: string }).version);
    });

    it('is kept with the last ten', async () => {
      const versions: string[] = [];
      for (let minute = 10; minute < 22; minute += 1)
        versions.push((await office.schedule({}, `2020-07-06T07:${minute}:00Z`)).version);
      expect(kept()).to.deep.equal(versions.slice(2));
      expect(await refusal(office.schedule({ save: versions[1] ?? '' }))).to.include({
        code: 'OW_PLAN_UNKNOWN',
      });
      await office.schedule({ save: versions[2] ?? '' });
      expect(saved()).to.deep.equal(['A', 'B', 'C']);
    });

    it('publishes nothing', async () => {
      await office.schedule();
      expect(published()).to.deep.equal([[], [], []]);
    });

    it('is forgotten when it is dropped', async () => {
      const { version } = await office.schedule();
      await office.schedule({ drop: version });
      expect(kept()).to.deep.equal([]);
      expect(await refusal(office.schedule({ save: version }))).to.include({
        code: 'OW_PLAN_UNKNOWN',
        usage: false,
      });
      expect(await refusal(office.schedule({ drop: version }))).to.include({
        code: 'OW_PLAN_UNKNOWN',
        usage: false,
      });
    });

    it('goes up to an order of the queue', async () => {
      const { orders } = await office.schedule({ upTo: 'B' });
      expect(orders.map(({ name }) => name)).to.deep.equal(['A', 'B']);
      expect(await refusal(office.schedule({ upTo: 'Z' }))).to.include({
        code: 'OW_ORDER_UNKNOWN',
        usage: false,
      });
    });

    it('leaves placements out of a summary, and keeps them in the plan', async () => {
      const { version, orders } = await office.schedule({ summary: true });
      for (const { operations } of orders)
        for (const row of operations) expect(row).to.not.have.property('placements');
      const whole = await office.schedule();
      expect(whole.version).to.equal(version);
      await office.schedule({ save: version, summary: true });
      expect(office.rows('select * from orderwright_DispatchList')).to.have.length(6);
    });

    it('shows what is placed on one work center, from the first placement there to the last', async () => {
      const { orders } = await office.schedule({ workCenter: 'Planer' });
      expect(orders.map(({ operations }) => operations.map(({ name }) => name))).to.deep.equal([
        ['Plane'],
        ['Plane'],
        ['Plane'],
      ]);
      expect(await office.lines({ workCenter: 'Planer' })).to.deep.equal([
        '2020-07-06 08:10 - 2020-07-06 08:30  A  Plane',
        '2020-07-06 08:30 - 2020-07-06 08:50  B  Plane',
        '2020-07-06 08:50 - 2020-07-06 09:10  C  Plane',
      ]);
    });

    it('is not made for a work center that is not known', async () => {
      const asked = office.schedule({ workCenter: 'Nowhere' });
      expect(await refusal(asked)).to.include({ code: 'OW_WORK_CENTER_UNKNOWN', usage: false });
      expect(kept()).to.deep.equal([]);
    });
  });

  describe('saving a plan', () => {
    async function given(): Promise<string> {
      office = await Office.open(sawmill([aBoard('A'), aBoard('B'), aBoard('C')]));
      return (await office.schedule()).version;
    }

    it('saves exactly the version that is named', async () => {
      const version = await given();
      const answer = await office.scheduleText({ save: version }, '2020-07-06T12:00:00Z');
      expect(answer).to.equal(await office.scheduleText());
      const rows = office.rows<{ Version: string; ScheduledStart: string }>(
        'select * from orderwright_ScheduledOperation order by ScheduledStart',
      );
      expect(new Set(rows.map((row) => row.Version))).to.deep.equal(new Set([version]));
      expect(rows[0]?.ScheduledStart, 'planned at 7, not at 12').to.equal('2020-07-06T08:00:00Z');
    });

    const changes: Record<string, { says: string; does: () => Promise<unknown> }> = {
      'an order': { says: 'orders', does: () => office.perform('Change', 'A', { quantity: '2' }) },
      'a new order': { says: 'orders', does: () => office.create(aBoard('N')) },
      'the queue': { says: 'orders', does: () => office.move('C', 'first') },
      'an absence': {
        says: 'workCenters',
        does: () => office.down('Saw', '2020-07-06T08:00', '2020-07-06T09:00'),
      },
      'a bill of materials by the host': {
        says: 'billsOfMaterials',
        does: () => {
          office.change(`update mes_BillOfMaterialsOperation set StandardTime = 'PT15M' where Number = 1`);
          return Promise.resolve();
        },
      },
    };
    for (const [what, { says, does }] of Object.entries(changes)) {
      it(`is refused after a change of ${what}`, async () => {
        const version = await given();
        await does();
        const { code, message, usage } = await refusal(office.schedule({ save: version }));
        expect({ code, usage }).to.deep.equal({ code: 'OW_PLAN_CHANGED', usage: false });
        expect(message).to.include(says);
        expect(saved()).to.deep.equal([]);
      });
    }

    it('is refused after a change of a step', async () => {
      office = await Office.open(panels([aPanel('A')]));
      await office.perform('Release', 'A');
      const { version } = await office.schedule();
      const [step] = await office.steps('A');
      await office.perform('StartStep', 'A', { step: step?.id ?? '' });
      expect(await refusal(office.schedule({ save: version }))).to.include({ code: 'OW_PLAN_CHANGED' });
    });

    it('goes ahead again where the change was taken back', async () => {
      const version = await given();
      await office.move('C', 'up');
      await office.move('C', 'down');
      await office.schedule({ save: version });
      expect(saved()).to.deep.equal(['A', 'B', 'C']);
    });

    it('plans and saves in one go without a version', async () => {
      const version = await given();
      await office.perform('Change', 'A', { quantity: '2' });
      const plan = await office.schedule({ save: true });
      expect(plan.version).to.not.equal(version);
      expect(saved()).to.deep.equal(['A', 'B', 'C']);
      expect(await office.operations()).to.include('SaveSchedule');
    });

    it('saves up to an order, and a version of such a plan too', async () => {
      await given();
      await office.schedule({ save: true, upTo: 'B' });
      expect(saved()).to.deep.equal(['A', 'B']);
      const { version } = await office.schedule({ upTo: 'A' });
      await office.schedule({ save: version });
      expect(saved()).to.deep.equal(['A']);
      expect(await office.marks()).to.deep.equal({ B: 'not in the plan that was saved last' });
      const both = office.schedule({ save: version, upTo: 'A' });
      expect(await refusal(both)).to.include({ code: 'OW_USAGE', usage: true });
    });

    it('takes out what is in the plan no more, so that no work center is promised twice', async () => {
      await given();
      await office.schedule({ save: true });
      await office.perform('Change', 'A', { includeInPlanning: false });
      await office.schedule({ save: true });
      expect(saved()).to.deep.equal(['B', 'C']);
      const starts = office.rows(
        `select ProductionOrder, ScheduledStart from orderwright_DispatchList where WorkCenter = 'Saw' order by 2`,
      );
      expect(starts[0]).to.deep.equal({ ProductionOrder: 'B', ScheduledStart: '2020-07-06T08:00:00Z' });
    });
  });

  describe('the published views', () => {
    it('have an operation per row, a dispatch list per work center, and the steps with their times', async () => {
      office = await Office.open(panels([aPanel('A')]));
      await office.perform('Release', 'A');
      const { version } = await office.schedule({ save: true });
      const operations = office.rows('select * from orderwright_ScheduledOperation order by Sequence');
      expect(operations).to.have.length(4);
      const [{ StepId, ...first } = { StepId: null }] = operations;
      expect(first).to.deep.equal({
        ProductionOrder: 'A',
        Sequence: 1,
        Name: 'Cut',
        Product: 'Panel',
        Step: 'Cut',
        Batch: 1,
        Repetitions: 1,
        ScheduledStart: '2020-07-06T08:00:00Z',
        ScheduledEnd: '2020-07-06T08:20:00Z',
        WorkCenterType: 'Sawing',
        Version: version,
        Late: 0,
        LatenessMinutes: 0,
      });
      const list = office.rows(
        `select Name, Batch, ScheduledStart, ScheduledEnd, Minutes from orderwright_DispatchList
        where WorkCenter = 'Planer' order by ScheduledStart`,
      );
      expect(list).to.deep.equal([
        {
          Name: 'Bake',
          Batch: 1,
          ScheduledStart: '2020-07-06T08:20:00Z',
          ScheduledEnd: '2020-07-06T08:50:00Z',
          Minutes: 30,
        },
        {
          Name: 'Bake',
          Batch: 2,
          ScheduledStart: '2020-07-06T08:50:00Z',
          ScheduledEnd: '2020-07-06T09:20:00Z',
          Minutes: 30,
        },
      ]);
      const steps = office.rows(
        'select Id, Step, Batch, ScheduledStart, ScheduledEnd from orderwright_ProductionOrderStepList order by ScheduledStart, Batch',
      );
      expect(steps).to.have.length(4);
      expect(steps[0]).to.deep.equal({
        Id: StepId,
        Step: 'Cut',
        Batch: 1,
        ScheduledStart: '2020-07-06T08:00:00Z',
        ScheduledEnd: '2020-07-06T08:20:00Z',
      });
    });

    it('have the steps without times before a plan is saved', async () => {
      office = await Office.open(panels([aPanel('A')]));
      await office.perform('Release', 'A');
      await office.schedule();
      const steps = office.rows(
        'select distinct ScheduledStart, ScheduledEnd from orderwright_ProductionOrderStepList',
      );
      expect(steps).to.deep.equal([{ ScheduledStart: null, ScheduledEnd: null }]);
    });

    it('give each work center no two orders at once', async () => {
      office = await Office.open(
        sawmill(['A', 'B', 'C', 'D'].map((name) => aBoard(name, { quantity: '3' }))),
      );
      await office.schedule({ save: true });
      const rows = office.rows<Record<'WorkCenter' | 'ScheduledStart' | 'ScheduledEnd', string>>(
        'select * from orderwright_DispatchList order by WorkCenter, ScheduledStart',
      );
      expect(rows).to.have.length(8);
      rows.forEach((row, index) => {
        const next = rows[index + 1];
        if (next?.WorkCenter === row.WorkCenter)
          expect(row.ScheduledEnd <= next.ScheduledStart).to.equal(true);
      });
    });
  });

  describe('out of the saved plan', () => {
    async function given(): Promise<void> {
      office = await Office.open(
        sawmill(['A', 'B', 'C'].map((name) => aBoard(name, { state: 'InProgress' }))),
      );
      await office.schedule({ save: true });
    }

    it('goes an order that is unscheduled, and those after it are to be scheduled again', async () => {
      await given();
      const [row] = await office.unschedule('B');
      expect(row?.removed).to.deep.equal([
        { name: 'Saw', step: null, batch: null, start: '2020-07-06T08:10:00Z', end: '2020-07-06T08:20:00Z' },
        {
          name: 'Plane',
          step: null,
          batch: null,
          start: '2020-07-06T08:30:00Z',
          end: '2020-07-06T08:50:00Z',
        },
      ]);
      expect(saved()).to.deep.equal(['A', 'C']);
      expect(await office.marks()).to.include({ B: 'unscheduled', C: 'B gave its capacity back' });
      expect(await office.names(), 'it stays in the queue').to.deep.equal(['A', 'B', 'C']);
    });

    it('refuses an order that is not known, and does the others', async () => {
      await given();
      const rows = await office.unschedule('Z', 'A');
      expect(rows.map(({ name, allowed }) => ({ name, allowed }))).to.deep.equal([
        { name: 'Z', allowed: false },
        { name: 'A', allowed: true },
      ]);
      expect(rows[0]?.violations[0]?.code).to.equal('OW_ORDER_UNKNOWN');
      expect(saved()).to.deep.equal(['B', 'C']);
    });

    for (const operation of ['Cancel', 'Terminate']) {
      it(`goes an order with ${operation}, and the answer lists what was removed`, async () => {
        await given();
        const row = await office.perform(operation, 'A');
        expect(row.allowed).to.equal(true);
        const effects = row.effects as unknown as { scheduling?: { removed: unknown[]; text: string } };
        expect(effects.scheduling?.removed).to.have.length(2);
        expect(effects.scheduling?.text).to.equal('2 operations taken out of the saved plan');
        expect(saved()).to.deep.equal(['B', 'C']);
        expect(await office.names()).to.deep.equal(['B', 'C']);
      });
    }

    it('goes an order with Unrelease', async () => {
      office = await Office.open(sawmill([aBoard('A')]));
      await office.perform('Release', 'A');
      await office.schedule({ save: true });
      const row = await office.perform('Unrelease', 'A');
      expect(row.effects).to.have.nested.property('scheduling.removed').with.length(2);
      expect(saved()).to.deep.equal([]);
      expect(await office.marks()).to.deep.equal({ A: 'unreleased' });
    });

    it('goes an order with Close', async () => {
      await given();
      office.change(`update mes_ProductionOrder set State = 'Completed' where Name = 'A'`);
      office.change(
        `insert into mes_Material (Name, Product, Quantity, Units, State, UniversalState)
       values ('M1', 'Board', '1', 'pcs', 'Completed', 'Active')`,
      );
      office.change(
        `insert into mes_ProductionOrderMaterial (ProductionOrderId, MaterialId, Accounts, IsCurrent)
       select o.Id, m.Id, 1, 1 from mes_ProductionOrder o, mes_Material m where o.Name = 'A'`,
      );
      const row = await office.perform('Close', 'A');
      expect(row.allowed, JSON.stringify(row.violations)).to.equal(true);
      expect(row.effects).to.have.nested.property('scheduling.removed').with.length(2);
      expect(saved()).to.deep.equal(['B', 'C']);
    });
  });

  describe('a saved plan and the steps in it', () => {
    beforeEach(async () => {
      office = await Office.open(panels([aPanel('A', { quantity: '40' })]));
      await office.perform('Release', 'A');
    });

    it('is not undone by an undo of the synchronization', async () => {
      await office.schedule({ save: true });
      const row = await office.perform('UndoSynchronize', 'A');
      expect(row.allowed).to.equal(false);
      expect(row.violations.map(({ code }) => code)).to.deep.equal(['OW_SYNCHRONIZE_UNDO_SCHEDULED']);
      await office.unschedule('A');
      expect(await office.perform('UndoSynchronize', 'A')).to.include({ allowed: true });
    });

    it('is not in the way of an undo while it is preliminary', async () => {
      await office.schedule();
      expect(await office.perform('UndoSynchronize', 'A')).to.include({ allowed: true });
    });

    it('keeps its steps through a synchronization that preserves', async () => {
      await office.schedule({ save: true });
      await office.perform('Change', 'A', { quantity: '60' });
      const row = await office.perform('Synchronize', 'A', { mode: 'preserve' });
      const diff = row.diff as unknown as Record<'keep' | 'add', { reason: string }[]>;
      expect(diff.keep.map(({ reason }) => reason)).to.deep.equal(new Array(4).fill('kept: in a saved plan'));
      expect(diff.add).to.have.length(2);
      expect(saved()).to.deep.equal(['A']);
    });

    it('plans started steps where they are, and nothing that is finished', async () => {
      const [first, second] = (await office.steps('A')).filter(({ step }) => step === 'Cut');
      for (const operation of ['StartStep', 'FinishStep'])
        await office.perform(operation, 'A', { step: first?.id ?? '' });
      await office.perform('StartStep', 'A', { step: second?.id ?? '' });
      const { orders } = await office.schedule({}, '2020-07-06T09:00:00Z');
      const cuts = orders[0]?.operations.filter(({ step }) => step === 'Cut') ?? [];
      expect(cuts.map(({ batch, start }) => ({ batch, start }))).to.deep.equal([{ batch: 2, start: NOW }]);
    });
  });

  describe('a work center that is down', () => {
    it('takes local times in the zone of its schedule, else its type, else the company', async () => {
      const schedule = (name: string, timeZone: string) => ({
        name,
        timeZone,
        week: { monday: ['08:00-17:00'] },
      });
      office = await Office.open(
        sawmill([], {
          companyWorkSchedule: 'Lisbon',
          workSchedules: [
            schedule('Lisbon', 'Europe/Lisbon'),
            schedule('Tokyo', 'Asia/Tokyo'),
            schedule('New York', 'America/New_York'),
          ],
          workCenterTypes: [{ name: 'Sawing', workSchedule: 'Tokyo' }, { name: 'Planing' }],
          workCenters: [
            { name: 'of its own', type: 'Sawing', workSchedule: 'New York' },
            { name: 'of its type', type: 'Sawing' },
            { name: 'of the company', type: 'Planing' },
          ],
        }),
      );
      const from: Record<string, unknown> = {};
      for (const name of ['of its own', 'of its type', 'of the company'])
        from[name] = await office.down(name, '2020-07-06T09:00', '2020-07-06');
      expect(from).to.have.nested.property('of its own.absence.from', '2020-07-06T13:00:00Z');
      expect(from).to.have.nested.property('of its own.absence.to', '2020-07-07T04:00:00Z');
      expect(from).to.have.nested.property('of its type.absence.from', '2020-07-06T00:00:00Z');
      expect(from).to.have.nested.property('of the company.absence.from', '2020-07-06T08:00:00Z');
      const instants = await office.down('of its own', '2020-07-08T09:00:00Z', '2020-07-08T11:00:00+01:00');
      expect(instants.absence).to.include({ from: '2020-07-08T09:00:00Z', to: '2020-07-08T10:00:00Z' });
    });

    it('is planned around', async () => {
      office = await Office.open(sawmill([aBoard('A')]));
      await office.down('Saw', '2020-07-06T08:05', '2020-07-06T09:00', 'oil');
      const { orders } = await office.schedule();
      expect(orders[0]?.operations[0]).to.include({
        start: '2020-07-06T08:00:00Z',
        end: '2020-07-06T09:05:00Z',
      });
    });

    it('is refused where it is not known, and where the times are none', async () => {
      office = await Office.open(sawmill([]));
      const [from, to] = ['2020-07-06T08:00', '2020-07-06T09:00'];
      expect(await refusal(office.down('Nowhere', from, to))).to.include({
        code: 'OW_WORK_CENTER_UNKNOWN',
        usage: false,
      });
      for (const time of ['noon', '2020-13-01', '2020-07-06T25:00', ''])
        expect(await refusal(office.down('Saw', time, to)), time).to.include({
          code: 'OW_USAGE',
          usage: true,
        });
      expect(await refusal(office.down('Saw', to, from))).to.include({
        code: 'OW_ABSENCE_TIMES',
        usage: false,
      });
      expect(await refusal(office.down('Saw', from, from))).to.include({
        code: 'OW_ABSENCE_TIMES',
        usage: false,
      });
      expect(office.rows('select * from mes_Absence')).to.deep.equal([]);
    });
  });
});
