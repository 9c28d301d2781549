import { expect } from 'chai';
import { describe, it } from 'mocha';

import { planSchedule } from '../../../plugins/scheduling/core/plan.js';
import {
  aBill,
  aCenter,
  aComponent,
  anOperation,
  anOrder,
  aPlant,
  aProduct,
  aSchedule,
  aType,
  planned,
} from './a-plant.js';

const stools = aPlant({
  timeZone: 'Europe/Lisbon',
  workSchedules: [aSchedule('Day', ['08:00-17:00'], { timeZone: 'Europe/Lisbon' })],
  workCenterTypes: [aType('Wood sharpening equipment')],
  workCenters: [aCenter('Wood sharpening machine', 'Wood sharpening equipment', { workSchedule: 'Day' })],
  products: [aProduct('Stool'), aProduct('Stool leg', { billOfMaterials: 'Stool leg' })],
  billsOfMaterials: [
    aBill(
      'Stool',
      [anOperation(1, { name: 'Stool assembling', standardTime: 'PT1M', workCenterType: null })],
      {
        components: [
          aComponent('Stool leg', { quantity: '4', units: 'pcs', operation: 1 }),
          aComponent('Stool seat', { units: 'pcs', operation: 1, produce: false }),
        ],
      },
    ),
    aBill(
      'Stool leg',
      [anOperation(1, { name: 'Wood sharpening', workCenterType: 'Wood sharpening equipment' })],
      {
        quantity: '5',
        components: [aComponent('Beam', { quantity: '2', units: 'm', operation: 1, produce: false })],
      },
    ),
  ],
  orders: [
    anOrder('02', 'Stool', {
      quantity: '8',
      priority: 2,
      position: 1,
      startDate: '2020-07-03',
      dueDate: '2020-07-06',
    }),
    anOrder('01', 'Stool', {
      quantity: '2',
      priority: 1,
      position: 1,
      startDate: '2020-07-03',
      dueDate: '2020-07-06',
    }),
  ],
});

describe("[core] scheduling: the seed's worked example", () => {
  const plan = planSchedule(stools);

  it('plans order 01 at 08:00-08:20 and 08:20-08:21', () => {
    const { operations, scheduledStart, scheduledEnd, late, latenessMinutes } = planned(plan, '01');
    expect(
      operations.map(({ name, repetitions, start, end }) => [name, repetitions, start, end]),
    ).to.deep.equal([
      ['Wood sharpening', 2, '2020-07-03T07:00:00Z', '2020-07-03T07:20:00Z'],
      ['Stool assembling', 2, '2020-07-03T07:20:00Z', '2020-07-03T07:21:00Z'],
    ]);
    expect([scheduledStart, scheduledEnd, late, latenessMinutes]).to.deep.equal([
      '2020-07-03T07:00:00Z',
      '2020-07-03T07:21:00Z',
      false,
      0,
    ]);
  });

  it('plans order 02 at 08:20-09:30 and 09:30-09:31', () => {
    const { operations } = planned(plan, '02');
    expect(
      operations.map(({ name, repetitions, start, end }) => [name, repetitions, start, end]),
    ).to.deep.equal([
      ['Wood sharpening', 7, '2020-07-03T07:20:00Z', '2020-07-03T08:30:00Z'],
      ['Stool assembling', 8, '2020-07-03T08:30:00Z', '2020-07-03T08:31:00Z'],
    ]);
  });

  it('puts each repetition on two intervals of five minutes and none on the assembly', () => {
    const [sharpening, assembling] = planned(plan, '01').operations;
    expect(sharpening?.placements).to.deep.equal(
      ['07:00', '07:05', '07:10', '07:15'].map((start, place) => ({
        workCenter: 'Wood sharpening machine',
        lane: 1,
        start: `2020-07-03T${start}:00Z`,
        end: `2020-07-03T${['07:05', '07:10', '07:15', '07:20'][place]}:00Z`,
        minutes: 5,
      })),
    );
    expect(assembling?.placements).to.deep.equal([]);
  });

  it('says in order of time what order 02 waited for', () => {
    expect(planned(plan, '02').waitedFor).to.deep.equal([
      {
        kind: 'order',
        name: '02',
        until: '2020-07-02T23:00:00Z',
        text: 'Order 02 does not start before 2020-07-03 00:00.',
      },
      {
        kind: 'workCenter',
        name: 'Wood sharpening machine',
        until: '2020-07-03T07:20:00Z',
        text: 'Wood sharpening waited for Wood sharpening machine, which is busy with order 01 until 2020-07-03 08:20.',
      },
      {
        kind: 'predecessor',
        name: 'Wood sharpening',
        until: '2020-07-03T08:30:00Z',
        text: 'Stool assembling starts after Wood sharpening, which ends 2020-07-03 09:30.',
      },
    ]);
  });
});
