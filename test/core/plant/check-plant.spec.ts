import { expect } from 'chai';
import { describe, it } from 'mocha';
import { checkPlant } from '../../../src/core/plant/check-plant.js';
import type { ExistingPlant, Plant } from '../../../src/core/plant/plant.js';
import { NAMED_ENTITIES } from '../../../src/core/plant/plant.js';
import type { JsonValue } from '../../../src/core/json.js';
import { effortOf } from '../../effort.js';

const NOTHING: ExistingPlant = {
  defaultCompany: null,
  names: Object.fromEntries(
    NAMED_ENTITIES.map((entity) => [entity, new Set<string>()]),
  ) as unknown as ExistingPlant['names'],
  flows: [],
  companyZones: new Map(),
  workScheduleZones: new Map(),
  facilityZones: new Map(),
  workCenterTypeSchedules: new Map(),
  productUnits: new Map(),
  orders: new Map(),
  startedOperations: new Set(),
};

function check(value: unknown, existing: Partial<ExistingPlant> = {}) {
  return checkPlant({
    value: value as JsonValue,
    shapeProblems: [],
    existing: { ...NOTHING, ...existing },
    replace: false,
    importsCompany: true,
  });
}

function problems(value: unknown, existing: Partial<ExistingPlant> = {}): string[] {
  return check(value, existing).problems.map(({ path, code }) => `${path} ${code.replace('OW_PLANT_', '')}`);
}

function planted(value: unknown): Plant {
  const { plant, problems: found } = check(value);
  expect(found).to.deep.equal([]);
  return plant;
}

const STOOL = { name: 'Stool', units: 'pcs' };
const ORDER = { name: '01', product: 'Stool', quantity: 2 };
const withOrder = (order: object, rest: object = {}) => ({
  products: [STOOL],
  productionOrders: [{ ...ORDER, ...order }],
  ...rest,
});
const withWeek = (week: object, rest: object = {}) => ({ workSchedules: [{ name: 'Day', week, ...rest }] });
const withItems = (items: object[]) => ({
  steps: [{ name: 'Cut' }],
  flows: [{ name: 'Main', items }, { name: 'Sub' }],
});

describe('[core] Checking a plant', () => {
  it('takes an empty plant', () => {
    expect(problems({})).to.deep.equal([]);
  });

  describe('quantities', () => {
    const quantityOf = (quantity: unknown) => planted(withOrder({ quantity })).productionOrders[0]?.quantity;

    it('are exact decimals, of numbers and of texts', () => {
      expect(quantityOf(0.1)).to.equal('0.1');
      expect(quantityOf('0.30')).to.equal('0.3');
      expect(quantityOf(1e-7)).to.equal('0.0000001');
      expect(quantityOf('123456789012345678.0123456789')).to.equal('123456789012345678.0123456789');
    });

    for (const quantity of [
      'NaN',
      'Infinity',
      '',
      '1,5',
      '0x10',
      1e308,
      '1e308',
      '1234567890123456789',
      '0.12345678901',
    ]) {
      it(`refuse ${quantity || 'an empty text'}`, () => {
        expect(problems(withOrder({ quantity }))).to.deep.equal(['$.productionOrders[0].quantity DECIMAL']);
      });
    }

    it('stay in their range', () => {
      expect(problems(withOrder({ quantity: 0 }))).to.deep.equal(['$.productionOrders[0].quantity RANGE']);
      expect(
        problems(withOrder({ overDeliveryTolerance: -0.1, underDeliveryTolerance: '1.1' })),
      ).to.deep.equal([
        '$.productionOrders[0].overDeliveryTolerance RANGE',
        '$.productionOrders[0].underDeliveryTolerance RANGE',
      ]);
      const material = { name: 'M', product: 'Stool' };
      expect(
        problems({
          products: [{ ...STOOL, unitConversions: [{ from: 'box', to: 'pcs', factor: 0 }], materialSize: 0 }],
          materials: [
            { ...material, quantity: 0 },
            { ...material, name: 'N', quantity: -1 },
          ],
          steps: [
            { name: 'A', yield: 0, productionOrderStepSize: 0 },
            { name: 'B', yield: '1.0000000001' },
          ],
        }),
      ).to.have.members([
        '$.products[0].unitConversions[0].factor RANGE',
        '$.products[0].materialSize RANGE',
        '$.materials[1].quantity RANGE',
        '$.steps[0].yield RANGE',
        '$.steps[0].productionOrderStepSize RANGE',
        '$.steps[1].yield RANGE',
      ]);
    });
  });

  describe('times', () => {
    const ordersOf = (value: object) => planted(value).productionOrders[0];

    it("are read in the zone of the order's facility, else its company, else the plant", () => {
      const plant = {
        timeZone: 'Asia/Tokyo',
        workSchedules: [{ name: 'Day', timeZone: 'America/New_York' }],
        companies: [{ name: 'Firm', workSchedule: 'Day' }],
        facilities: [{ name: 'Fab', timeZone: 'Europe/Lisbon' }, { name: 'Zoneless' }],
      };
      const startOf = (order: object, rest: object = {}) =>
        ordersOf(withOrder({ startDate: '2020-07-03T08:00', ...order }, { ...plant, ...rest }))?.startDate;
      expect(startOf({ facility: 'Fab', company: 'Firm' })).to.equal('2020-07-03T07:00:00Z');
      expect(startOf({ facility: 'Zoneless', company: 'Firm' })).to.equal('2020-07-03T12:00:00Z');
      expect(startOf({})).to.equal('2020-07-02T23:00:00Z');
      expect(startOf({}, { companyWorkSchedule: 'Day' })).to.equal('2020-07-03T12:00:00Z');
      expect(startOf({ startDate: '2020-07-03' })).to.equal('2020-07-03');
    });

    it('of one text differ by edge where a local time exists twice', () => {
      const twice = '2020-10-25T01:30';
      expect(
        ordersOf(withOrder({ startDate: twice, dueDate: twice }, { timeZone: 'Europe/Lisbon' })),
      ).to.include({ startDate: '2020-10-25T00:30:00Z', dueDate: '2020-10-25T01:30:00Z' });
    });

    it('refuse what is no time, no zone and no date', () => {
      expect(problems(withOrder({ dueDate: '2020-02-30', plannedStart: 'soon' }))).to.deep.equal([
        '$.productionOrders[0].dueDate TIME',
        '$.productionOrders[0].plannedStart TIME',
      ]);
      expect(
        problems({ timeZone: 'Mars/Base', facilities: [{ name: 'A', timeZone: '+01:00' }] }),
      ).to.deep.equal(['$.timeZone TIME_ZONE', '$.facilities[0].timeZone TIME_ZONE']);
      expect(
        problems(
          withWeek(
            {},
            { exceptions: [{ date: '2020-7-1' }, { date: '2020-07-01' }, { date: '2020-07-01' }] },
          ),
        ),
      ).to.deep.equal([
        '$.workSchedules[0].exceptions[0].date TIME',
        '$.workSchedules[0].exceptions[2].date DUPLICATE',
      ]);
    });

    it('put absences in the zone of the work center and in order', () => {
      const plant = {
        workSchedules: [{ name: 'Day', timeZone: 'Europe/Lisbon' }],
        workCenterTypes: [{ name: 'Saw', workSchedule: 'Day' }],
        workCenters: [
          { name: 'Saw 1', type: 'Saw', absences: [{ from: '2020-07-07T08:00', to: '2020-07-07T12:00' }] },
        ],
      };
      expect(planted(plant).workCenters[0]?.absences[0]).to.deep.equal({
        from: '2020-07-07T07:00:00Z',
        to: '2020-07-07T11:00:00Z',
        reason: null,
      });
      plant.workCenters[0]!.absences[0]!.to = '2020-07-07T08:00';
      expect(problems(plant)).to.deep.equal(['$.workCenters[0].absences[0].to TIME']);
    });

    for (const standardTime of ['P1M', 'P1Y', '-PT1M', 'PT0.5S', '2 minutes', 'PT', 'PT99999999999999H']) {
      it(`refuse the duration ${standardTime}`, () => {
        expect(problems({ steps: [{ name: 'Cut', standardTime }] })).to.deep.equal([
          '$.steps[0].standardTime DURATION',
        ]);
      });
    }

    for (const standardTime of ['PT0S', 'P1W', 'P1DT2H', 'PT1.5M', 'PT90M']) {
      it(`take the duration ${standardTime}`, () => {
        expect(problems({ steps: [{ name: 'Cut', standardTime }] })).to.deep.equal([]);
      });
    }
  });

  describe('working periods', () => {
    it('may touch, cross midnight and end at 24:00', () => {
      expect(
        problems(
          withWeek({
            monday: ['06:00-14:00', '14:00-22:00', '22:00-06:00'],
            tuesday: ['06:00-24:00'],
            wednesday: ['00:00-24:00'],
            sunday: ['22:00-06:00'],
          }),
        ),
      ).to.deep.equal([]);
    });

    const day = '$.workSchedules[0].week.';
    const cases: [string, object, string][] = [
      ['one day', { monday: ['08:00-12:00', '11:59-13:00'] }, 'monday[1]'],
      ['midnight', { monday: ['22:00-06:00'], tuesday: ['05:00-07:00'] }, 'tuesday[0]'],
      ['Sunday to Monday', { sunday: ['22:00-06:00'], monday: ['05:00-07:00'] }, 'monday[0]'],
      ['a period within another', { monday: ['08:00-17:00', '09:00-10:00'] }, 'monday[1]'],
      ['twice the same', { friday: ['08:00-17:00', '08:00-17:00'] }, 'friday[1]'],
    ];
    for (const [title, week, place] of cases) {
      it(`may not overlap: ${title}`, () => {
        expect(problems(withWeek(week))).to.deep.equal([`${day}${place} PERIOD`]);
      });
    }

    for (const period of ['24:00-25:00', '08:60-09:00', '08:00-08:00', '24:00-08:00']) {
      it(`refuse ${period}`, () => {
        expect(problems(withWeek({ monday: [period] }))).to.deep.equal([`${day}monday[0] PERIOD`]);
      });
    }

    it('of an exception may not overlap either', () => {
      const exceptions = [{ date: '2020-07-10', periods: ['x', '08:00-12:00', '10:00-11:00'] }];
      expect(problems(withWeek({}, { exceptions }))).to.deep.equal([
        '$.workSchedules[0].exceptions[0].periods[0] PERIOD',
        '$.workSchedules[0].exceptions[0].periods[2] PERIOD',
      ]);
    });
  });

  describe('names and references', () => {
    it('are unique within the file and new to the database', () => {
      const products = [STOOL, STOOL, { ...STOOL, name: 'Old' }];
      const existing = { names: { ...NOTHING.names, products: new Set(['Old']) } };
      expect(problems({ products }, existing)).to.deep.equal([
        '$.products[1].name DUPLICATE',
        '$.products[2].name EXISTS',
      ]);
      expect(problems({ companies: [{ name: '(default)' }] })).to.deep.equal(['$.companies[0].name NAME']);
    });

    it('lead to something, each at its path', () => {
      expect(
        problems({
          companyWorkSchedule: 'no',
          companies: [{ name: 'a', workSchedule: 'no' }],
          workCenterTypes: [{ name: 'a', department: 'no', workSchedule: 'no' }],
          workCenters: [{ name: 'a', type: 'no', workSchedule: 'no' }],
          steps: [{ name: 'a', facility: 'no', workCenterType: 'no' }],
          flows: [{ name: 'F', items: [{ step: 'no' }, { flow: 'no' }, { flow: 'F', revision: 'Z' }] }],
          products: [{ ...STOOL, flowPath: 'no:A:1/a:1', flowPaths: ['no'], billOfMaterials: 'no' }],
          billsOfMaterials: [
            {
              name: 'B',
              product: 'no',
              operations: [{ number: 1, next: 9, name: 'x', standardTime: 'PT1M', workCenterType: 'no' }],
              components: [{ product: 'no', quantity: 1, operation: 8, billOfMaterials: 'no' }],
            },
          ],
          productionOrders: [{ ...ORDER, product: 'no', company: 'no', facility: 'no', flowPath: 'no:A:1' }],
          materials: [{ name: 'M', product: 'no', quantity: 1, productionOrder: 'no', facility: 'no' }],
          productionOrderSteps: [
            { productionOrder: 'no', source: 'no', flowPath: 'no', batch: 1, quantity: 1 },
          ],
          startedOperations: [
            {
              productionOrder: 'no',
              billOfMaterials: 'no',
              operation: 1,
              workCenter: 'no',
              start: '2020-07-03T08:00',
              remaining: 'PT5M',
            },
          ],
        }),
      ).to.deep.equal(
        [
          '$.companyWorkSchedule',
          '$.companies[0].workSchedule',
          '$.workCenterTypes[0].department',
          '$.workCenterTypes[0].workSchedule',
          '$.workCenters[0].type',
          '$.workCenters[0].workSchedule',
          '$.steps[0].facility',
          '$.steps[0].workCenterType',
          '$.flows[0].items[0].step',
          '$.flows[0].items[1].flow',
          '$.flows[0].items[2].flow',
          '$.products[0].flowPath',
          '$.products[0].flowPaths[0]',
          '$.products[0].billOfMaterials',
          '$.billsOfMaterials[0].product',
          '$.billsOfMaterials[0].operations[0].next',
          '$.billsOfMaterials[0].operations[0].workCenterType',
          '$.billsOfMaterials[0].components[0].product',
          '$.billsOfMaterials[0].components[0].operation',
          '$.billsOfMaterials[0].components[0].billOfMaterials',
          '$.productionOrders[0].product',
          '$.productionOrders[0].company',
          '$.productionOrders[0].facility',
          '$.productionOrders[0].flowPath',
          '$.materials[0].product',
          '$.materials[0].productionOrder',
          '$.materials[0].facility',
          '$.productionOrderSteps[0].productionOrder',
          '$.productionOrderSteps[0].source',
          '$.productionOrderSteps[0].flowPath',
          '$.startedOperations[0].productionOrder',
          '$.startedOperations[0].billOfMaterials',
          '$.startedOperations[0].workCenter',
        ].map((path) => `${path} REFERENCE`),
      );
    });

    it('to an entry whose shape is wrong are not problems of their own', () => {
      const { problems: found } = checkPlant({
        value: {
          products: [{ name: 'Stool' }],
          flows: [
            { name: 'Main', items: [{ flow: 'Sub' }] },
            { name: 'Sub', items: 5 },
          ],
          productionOrders: [ORDER],
        },
        shapeProblems: [
          { path: '$.products[0].units', code: 'OW_PLANT_SHAPE', message: '' },
          { path: '$.flows[1].items', code: 'OW_PLANT_SHAPE', message: '' },
        ],
        existing: NOTHING,
        replace: false,
        importsCompany: true,
      });
      expect(found).to.have.length(2);
    });

    it('accept a flow path whose top flow is there, whatever follows', () => {
      expect(problems({ ...withItems([]), ...withOrder({ flowPath: 'Main:Z:1/nothing:1' }) })).to.deep.equal(
        [],
      );
    });

    it('accept a bill of materials that contains itself, and units that nothing converts', () => {
      const billsOfMaterials = [
        {
          name: 'B',
          product: 'Stool',
          components: [{ product: 'Stool', quantity: 1, produce: true, billOfMaterials: 'B' }],
        },
      ];
      expect(problems(withOrder({ units: 'tons' }, { billsOfMaterials }))).to.deep.equal([]);
    });
  });

  describe('flows', () => {
    it('have each name and revision once, and one effective revision', () => {
      expect(
        problems({
          flows: [
            { name: 'F', revision: 'A' },
            { name: 'F', revision: 'A', effective: false },
            { name: 'F', revision: 'B' },
            { name: 'G', effective: false },
            { name: 'H', items: [{ flow: 'G' }] },
          ],
        }),
      ).to.deep.equal([
        '$.flows[1].name DUPLICATE',
        '$.flows[2] EFFECTIVE',
        '$.flows[4].items[0].flow REFERENCE',
      ]);
    });

    it('tell equal names apart by correlation id, given or counted', () => {
      expect(problems(withItems([{ step: 'Cut' }, { step: 'Cut' }, { flow: 'Sub' }]))).to.deep.equal([]);
      expect(problems(withItems([{ step: 'Cut', correlationId: '2' }, { step: 'Cut' }]))).to.deep.equal([
        '$.flows[0].items[1] DUPLICATE',
      ]);
      expect(problems(withItems([{ step: 'Cut' }, { step: 'Cut', correlationId: '1' }]))).to.deep.equal([
        '$.flows[0].items[1].correlationId DUPLICATE',
      ]);
    });

    it('may not contain themselves, at once or through others', () => {
      expect(problems({ flows: [{ name: 'F', items: [{ flow: 'F' }] }] })).to.deep.equal([
        '$.flows[0].items[0] FLOW_CYCLE',
      ]);
      const flows = ['A', 'B', 'C'].map((name, index) => ({
        name,
        items: [{ flow: ['B', 'C', 'A'][index] }],
      }));
      const { problems: found } = check({ flows });
      expect(found.map(({ path }) => path)).to.deep.equal(['$.flows[2].items[0]']);
      expect(found[0]?.message).to.contain('A:A > B:A > C:A > A:A');
    });

    it('may share a sub-flow', () => {
      const items = [{ flow: 'D' }];
      const shared = [
        { name: 'A', items: [{ flow: 'B' }, { flow: 'C' }] },
        { name: 'B', items },
        { name: 'C', items },
      ];
      expect(problems({ flows: [...shared, { name: 'D' }] })).to.deep.equal([]);
    });

    it('of a million items are checked in a few seconds', async () => {
      const items = Array.from({ length: 1_000_000 }, (_, index) =>
        index % 3 === 0 ? { flow: 'Sub' } : { step: 'Cut' },
      );
      const effort = await effortOf(() => {
        expect(problems(withItems(items))).to.deep.equal([]);
      });
      expect(effort).to.be.below(60);
    });

    it('nested 200,000 deep are checked, and a cycle at the bottom is found', () => {
      const flows = Array.from({ length: 200_000 }, (_, index) => ({
        name: `F${index}`,
        items: [{ flow: `F${(index + 1) % 200_000}` }],
      }));
      expect(problems({ flows })).to.deep.equal(['$.flows[199999].items[0] FLOW_CYCLE']);
      flows[199_999]!.items = [];
      expect(problems({ flows })).to.deep.equal([]);
    });
  });

  describe('defaults', () => {
    it('follow the state where the universal state is left out', () => {
      const { productionOrders, materials } = planted({
        ...withOrder({ state: 'Canceled' }),
        materials: [
          { name: 'M', product: 'Stool', quantity: 1, state: 'Delivered' },
          { name: 'N', product: 'Stool', quantity: 1, state: 'Completed' },
        ],
      });
      expect(productionOrders[0]?.universalState).to.equal('Terminated');
      expect(materials.map(({ universalState }) => universalState)).to.deep.equal(['Terminated', 'Active']);
    });

    it('give priorities as numbers', () => {
      const priorityOf = (order: object) => planted(withOrder(order)).productionOrders[0]?.priority;
      expect(['High', 'Low', 7].map((priority) => priorityOf({ priority }))).to.deep.equal([1, 3, 7]);
      expect(priorityOf({})).to.equal(2);
    });

    it("leave the database's zone and company alone where the file names none", () => {
      const defaultCompany = { workSchedule: 'Day', timeZone: 'Asia/Tokyo' };
      const { plant } = check(withOrder({ startDate: '2020-07-03T09:00' }), { defaultCompany });
      expect(plant.defaultCompany).to.equal(null);
      expect(plant.productionOrders[0]?.startDate).to.equal('2020-07-03T00:00:00Z');
      expect(problems({ timeZone: 'UTC' }, { defaultCompany })).to.deep.equal(['$.timeZone EXISTS']);
      expect(problems({ timeZone: 'Asia/Tokyo' }, { defaultCompany })).to.deep.equal([]);
    });
  });
});
