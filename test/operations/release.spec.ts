import { expect } from 'chai';
import { describe, it } from 'mocha';
import { aFolder } from './folder.js';
import { anOrder, failureOf, given, NOW } from './given.js';

describe('[operation] Release', () => {
  const dates = async (world: Awaited<ReturnType<typeof given>>) => {
    const { plannedStart, plannedEnd } = await world.door.order('PO');
    return { plannedStart, plannedEnd };
  };

  it('takes the start and the due date as planned start and end', async () => {
    const world = await given(anOrder());
    await world.when('Release').allows('Released');
    expect(await dates(world)).to.deep.equal({ plannedStart: '2020-07-03', plannedEnd: '2020-07-06' });
  });

  it('keeps planned dates that the order has already, and takes those of the input before all', async () => {
    const order = anOrder().with({ plannedStart: '2020-07-04', plannedEnd: '2020-07-05' });
    const world = await given(order);
    await world.when('Release', 'PO', { input: { plannedStart: '2020-07-05' } }).allows();
    expect(await dates(world)).to.deep.equal({ plannedStart: '2020-07-05', plannedEnd: '2020-07-05' });
  });

  it('plans an order without a start date from now', async () => {
    const world = await given(anOrder().with({ startDate: null }));
    await world.when('Release').allows();
    expect(await dates(world)).to.include({ plannedStart: NOW });
  });

  it('takes now in UTC, with whatever offset the caller writes it', async () => {
    const world = await given(anOrder().with({ startDate: null }));
    await world.when('Release', 'PO', { now: '2020-07-01T12:00:00+02:00' }).allows();
    expect(await dates(world)).to.include({ plannedStart: '2020-07-01T10:00:00Z' });
  });

  it('takes no now that is no instant', async () => {
    const world = await given(anOrder());
    const failure = await failureOf(world.ask('Release', ['PO'], { now: 'tomorrow' }));
    expect(failure).to.include({ code: 'OW_USAGE' });
  });

  it('refuses an order without an end, and says that it is missing', async () => {
    const world = await given(anOrder().with({ dueDate: null }));
    const row = await world
      .when('Release')
      .refuses('OW_RULE_UNDETERMINED release/planned-start-before-planned-end');
    expect(row.violations[0]?.message).to.include('planned end none');
    expect(row.violations[0]?.conditions).to.deep.equal([
      {
        fact: 'order.plannedStart',
        operator: 'lessThanInclusive',
        expected: null,
        actual: '2020-07-02T23:00:00Z',
      },
    ]);
    expect(await world.stateOf()).to.equal('Created Active');
  });

  it('reads a local time in the zone of the facility, else of the company', async () => {
    const input = { plannedStart: '2020-07-03T08:00', plannedEnd: '2020-07-03T17:00' };
    const zones: [order: ReturnType<typeof anOrder>, start: string, end: string][] = [
      [anOrder(), '2020-07-03T07:00:00Z', '2020-07-03T16:00:00Z'],
      [anOrder().with({ facility: 'Lisbon' }), '2020-07-03T07:00:00Z', '2020-07-03T16:00:00Z'],
      [anOrder().with({ facility: 'New York' }), '2020-07-03T12:00:00Z', '2020-07-03T21:00:00Z'],
    ];
    for (const [order, plannedStart, plannedEnd] of zones) {
      const world = await given(order);
      await world.when('Release', 'PO', { input }).allows();
      expect(await dates(world)).to.deep.equal({ plannedStart, plannedEnd });
    }
  });

  it('takes a local time that the zone skips as the instant of the change', async () => {
    const world = await given(anOrder().with({ facility: 'New York' }));
    const input = { plannedStart: '2021-03-14T02:30', plannedEnd: '2021-03-14T03:00' };
    await world.when('Release', 'PO', { input }).allows();
    const change = '2021-03-14T07:00:00Z';
    expect(await dates(world)).to.deep.equal({ plannedStart: change, plannedEnd: change });
  });

  it('takes the earlier of two equal local times for a start and the later for an end', async () => {
    const world = await given(anOrder().with({ facility: 'New York' }));
    const input = { plannedStart: '2021-11-07T01:30', plannedEnd: '2021-11-07T01:30' };
    await world.when('Release', 'PO', { input }).allows();
    const [plannedStart, plannedEnd] = ['2021-11-07T05:30:00Z', '2021-11-07T06:30:00Z'];
    expect(await dates(world)).to.deep.equal({ plannedStart, plannedEnd });
  });

  it('takes a day as ending where the next begins, in the zone', async () => {
    const world = await given(anOrder());
    const input = { plannedStart: '2020-07-06T22:59:59Z', plannedEnd: '2020-07-06' };
    await world.when('Release', 'PO', { input }).allows();
    const late = await given(anOrder());
    const after = { ...input, plannedStart: '2020-07-06T23:00:01Z' };
    await late.when('Release', 'PO', { input: after }).refuses('OW_RULE_REFUSED');
  });

  it('takes the last day that a date can be', async () => {
    const world = await given(anOrder().with({ dueDate: '9999-12-31' }));
    await world.when('Release').allows('Released');
  });

  it('refuses a planned start after the planned end with the rule, both values and a fix that holds', async () => {
    const world = await given(anOrder());
    const input = { plannedStart: '2020-07-08T08:00:00Z', plannedEnd: '2020-07-07T17:00:00Z' };
    const row = await world.when('Release', 'PO', { input }).refuses('OW_RULE_REFUSED');
    const [violation] = row.violations;
    expect(violation).to.include({
      rule: 'release/planned-start-before-planned-end',
      title: 'The planned start is not after the planned end',
    });
    expect(violation?.message).to.include(input.plannedStart).and.to.include(input.plannedEnd);
    expect(violation?.conditions).to.deep.equal([
      {
        fact: 'order.plannedStart',
        operator: 'lessThanInclusive',
        expected: input.plannedEnd,
        actual: input.plannedStart,
      },
    ]);
    const fix = violation!.fix;
    expect(fix).to.deep.equal([
      { fact: 'order.plannedStart', value: input.plannedEnd, operation: 'Release' },
    ]);
    const mended = { ...input, plannedStart: fix[0]!.value };
    await world.when('Release', 'PO', { input: mended }).allows('Released');
  });

  it('lists every violation, not only the first', async () => {
    const world = await given(anOrder().inState('Released'));
    const input = { plannedStart: '2020-07-08', plannedEnd: '2020-07-03' };
    await world
      .when('Release', 'PO', { input })
      .refuses('OW_STATE_NOT_ALLOWED', 'OW_RULE_REFUSED release/planned-start-before-planned-end');
  });

  it('has a message in the language of the configuration', async () => {
    const rule = {
      id: 'release/quantity-is-ordered',
      title: 'Something is ordered',
      severity: 'refuse',
      mode: 'enforce',
      message: 'Nothing ordered.',
      messages: { pt: 'Só {order.quantity} {order.units}.' },
      conditions: { all: [{ fact: 'order.quantity', operator: 'greaterThan', value: '10' }] },
      examples: [
        { facts: { 'order.quantity': '11' }, verdict: 'allowed' },
        { facts: { 'order.quantity': '10' }, verdict: 'refused' },
      ],
    };
    const folder = aFolder({
      'orderwright.config.json': { language: 'pt-PT' },
      'rules/release/quantity-is-ordered.json': rule,
    });
    const world = await given(anOrder(), { folder });
    const row = await world.when('Release').refuses('OW_RULE_REFUSED');
    expect(row.violations[0]?.message).to.equal('Só 10 pcs.');
  });
});

describe('[operation] the input of an operation', () => {
  const problemsOf = async (operation: string, input: unknown) => {
    const world = await given(anOrder());
    const { code, problems } = await failureOf(world.ask(operation, ['PO'], { input: input as never }));
    expect(code).to.equal('OW_INPUT_INVALID');
    expect(await world.stateOf()).to.equal('Created Active');
    expect(await world.door.journal({ order: 'PO', limit: 10 })).to.deep.equal([]);
    return problems.map(({ path, message }) => `${path} ${message}`);
  };

  it('is checked whole, and every problem has its JSON path', async () => {
    const input = { plannedStart: '2020-02-30', plannedEnd: 5, 'due date': 1, quantity: 1 };
    expect(await problemsOf('Release', input)).to.have.members([
      '$.plannedStart is not a date (2020-07-03), a local date and time (2020-07-03T08:00) or an instant',
      '$.plannedEnd must be string',
      "$['due date'] is not a field of this input",
      '$.quantity is not a field of this input',
    ]);
  });

  it('is an object', async () => {
    for (const input of [[], 'x', 5, true])
      expect(await problemsOf('Start', input)).to.deep.equal(['$ must be object']);
  });

  it('has at least one field for Change', async () => {
    expect(await problemsOf('Change', {})).to.deep.equal(['$ must NOT have fewer than 1 properties']);
  });

  for (const [field, value, wanted] of [
    ['quantity', '1e308', 'a decimal number above 0'],
    ['quantity', 1e308, 'a decimal number above 0'],
    ['quantity', 0, 'a decimal number above 0'],
    ['quantity', '-1', 'a decimal number above 0'],
    ['quantity', 0.1 + 0.2, 'a decimal number above 0'],
    ['quantity', 12345678.12345678, 'a decimal number above 0'],
    ['quantity', '1234567890123456789', 'a decimal number above 0'],
    ['quantity', '0.00000000001', 'a decimal number above 0'],
    ['quantity', ' 5 ', 'a decimal number above 0'],
    ['overDeliveryTolerance', '-0.1', 'a decimal number of 0 or more'],
    ['underDeliveryTolerance', '1.01', 'a decimal number from 0 to 1'],
    ['priority', 'Urgent', 'High, Medium, Low or a whole number'],
    [
      'dueDate',
      '2020-07-03T25:00',
      'a date (2020-07-03), a local date and time (2020-07-03T08:00) or an instant',
    ],
  ] as const) {
    it(`is refused for Change with ${field} ${JSON.stringify(value)}`, async () => {
      expect(await problemsOf('Change', { [field]: value })).to.deep.equal([`$.${field} is not ${wanted}`]);
    });
  }

  it('takes 18 digits before the point and 10 after it, as text', async () => {
    const world = await given(anOrder());
    const quantity = '123456789012345678.0123456789';
    await world.when('Change', 'PO', { input: { quantity } }).allows();
    expect((await world.door.order('PO')).quantities).to.include({ quantity });
  });

  it('is of an operation that exists, by its name or its word', async () => {
    const world = await given(anOrder());
    const failure = await failureOf(world.ask('Relase', ['PO']));
    expect(failure).to.include({ code: 'OW_OPERATION_UNKNOWN', usage: true });
    expect(failure.message).to.include('release, unrelease, start');
    await world.when('release').allows('Released');
  });
});
