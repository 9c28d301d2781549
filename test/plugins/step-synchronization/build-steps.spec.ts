import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { buildSteps } from '../../../plugins/step-synchronization/core/build-steps.js';
import { findCycle } from '../../../plugins/step-synchronization/core/find-cycle.js';
import { stepId } from '../../../plugins/step-synchronization/core/identity.js';
import { resolveSources } from '../../../plugins/step-synchronization/core/sources.js';
import type { BuildInput, Source } from '../../../plugins/step-synchronization/core/sources.js';
import type { BuiltStep } from '../../../plugins/step-synchronization/core/steps.js';
import { add, FlowExpansions, toScaled } from '../../../src/index.js';
import type { Step } from '../../../src/index.js';
import {
  aFlow,
  aMaterial,
  anOrder,
  aProduct,
  aStep,
  built,
  dependencyTexts,
  flowItem,
  given,
  libraryOf,
  sevenSteps,
  stepItem,
} from './plant.js';
import { effortOf } from '../../effort.js';

const BOXES = [{ from: 'box', to: 'pcs', factor: '12' }];

function flowOf(...steps: [string, Partial<Step>?][]): FlowExpansions {
  return new FlowExpansions(
    libraryOf(
      [
        aFlow(
          'Main',
          steps.map(([name]) => stepItem(name)),
        ),
      ],
      steps.map(([name, parts]) => aStep(name, parts)),
    ),
  );
}

function batches(steps: readonly BuiltStep[], step: string): string[] {
  return steps.filter((row) => row.step === step).map((row) => `${row.batch}: ${row.quantity} ${row.units}`);
}

function codes(parts: Partial<BuildInput>): string[] {
  const result = buildSteps(given(parts));
  return result.ok ? [] : result.violations.map(({ code, message }) => `${code} ${message}`);
}

/** By step and batch, not by id. */
function links({ steps, dependencies }: ReturnType<typeof built>): string[] {
  const names = new Map(steps.map((row) => [row.id, `${row.source} ${row.step} ${row.batch}`]));
  return dependencies.map(({ from, to }) => `${names.get(from)} > ${names.get(to)}`);
}

describe('[core] build steps', () => {
  it('cuts the seed’s 100 units at size 20 into 5 batches of seven steps: 35 steps, 30 dependencies', () => {
    const { steps, dependencies, warnings } = built();
    expect(steps).to.have.length(35);
    expect(dependencies).to.have.length(30);
    expect(warnings).to.deep.equal([]);
    expect(steps[0]).to.deep.equal({
      id: stepId('01', { kind: 'rest' }, 'Main:A:1/Cut:1', 1),
      source: 'rest',
      batch: 1,
      position: 1,
      flowPath: 'Main:A:1/Cut:1',
      step: 'Cut',
      quantity: '20',
      units: 'pcs',
      state: 'Planned',
    });
    expect(new Set(steps.map(({ quantity }) => quantity))).to.deep.equal(new Set(['20']));
    const [first] = dependencies;
    expect(first).to.deep.equal({
      from: stepId('01', { kind: 'rest' }, 'Main:A:1/Cut:1', 1),
      to: stepId('01', { kind: 'rest' }, 'Main:A:1/Drill:1', 1),
      manual: false,
    });
  });

  it('gives a step the same id in every release, as ids are stored', () => {
    expect(stepId('01', { kind: 'rest' }, 'Main:A:1/Cut:1', 1)).to.equal('a2895798f32473c54a15');
    expect(stepId('01', { kind: 'material', name: 'rest' }, 'Main:A:1/Cut:1', 1)).to.equal(
      '12dbe2d80017755afa98',
    );
  });

  it('makes the remainder a batch too', () => {
    const { steps } = built({ order: anOrder({ quantity: '90' }) });
    expect(batches(steps, 'Cut')).to.deep.equal([
      '1: 20 pcs',
      '2: 20 pcs',
      '3: 20 pcs',
      '4: 20 pcs',
      '5: 10 pcs',
    ]);
  });

  it('builds each material from its own step on and the rest from the order’s flow path on', () => {
    const { steps } = built({
      materials: [
        aMaterial('M2', { quantity: '30', flowPath: 'Main:A:1/Inspect:1' }),
        aMaterial('M1', { quantity: '10', state: 'Created' }),
        aMaterial('done', { quantity: '5', state: 'Completed' }),
        aMaterial('shipped', { quantity: '5', state: 'Delivered', universalState: 'Terminated' }),
        aMaterial('scrapped', { quantity: '50', universalState: 'Terminated' }),
        aMaterial('not accounting', { quantity: '50', accounts: false }),
      ],
    });
    const summary = [
      ...new Set(steps.map(({ source, step, batch, quantity }) => `${source} ${step} ${batch} ${quantity}`)),
    ];
    expect(summary.filter((text) => text.startsWith('M2'))).to.deep.equal([
      'M2 Inspect 1 20',
      'M2 Inspect 2 10',
      'M2 Pack 1 20',
      'M2 Pack 2 10',
    ]);
    expect(summary.filter((text) => text.startsWith('M1'))).to.have.length(7);
    expect(
      batches(
        steps.filter(({ source }) => source === 'rest'),
        'Cut',
      ),
    ).to.deep.equal(['1: 20 pcs', '2: 20 pcs', '3: 10 pcs']);
    expect([...new Set(steps.map(({ source }) => source))]).to.deep.equal(['M1', 'M2', 'rest']);
  });

  it('builds nothing when all is on completed materials', () => {
    for (const quantity of ['100', '120']) {
      const { steps } = built({ materials: [aMaterial('M1', { quantity, state: 'Completed' })] });
      expect(steps).to.deep.equal([]);
    }
  });

  it('batches anew at a step with its own size, with a dependency where quantities overlap', () => {
    const result = built({
      order: anOrder({ quantity: '50' }),
      flows: flowOf(['Cut', { productionOrderStepSize: '20' }], ['Dry', { productionOrderStepSize: '30' }]),
    });
    expect(links(result)).to.deep.equal([
      'rest Cut 1 > rest Dry 1',
      'rest Cut 2 > rest Dry 1',
      'rest Cut 2 > rest Dry 2',
      'rest Cut 3 > rest Dry 2',
    ]);
  });

  it('takes the size in force from before the start and from inside a sub-flow, whatever that step’s mode', () => {
    const flows = new FlowExpansions(
      libraryOf(
        [aFlow('Main', [flowItem('Sub'), stepItem('Pack')]), aFlow('Sub', [stepItem('Cut')])],
        [aStep('Cut', { productionOrderStepSize: '40', productionOrderSchedulingMode: null }), aStep('Pack')],
      ),
    );
    const { steps, warnings } = built({ flows, order: anOrder({ flowPath: 'Main:1/Pack:1' }) });
    expect(batches(steps, 'Pack')).to.deep.equal(['1: 40 pcs', '2: 40 pcs', '3: 20 pcs']);
    expect(steps.map(({ position }) => position)).to.deep.equal([2, 2, 2]);
    expect(warnings).to.deep.equal([]);
  });

  it('passes over steps in another mode, with one warning that lists them', () => {
    const result = built({
      order: anOrder({ quantity: '20' }),
      flows: flowOf(
        ['Cut', { productionOrderStepSize: '20' }],
        ['Wait', { productionOrderSchedulingMode: null }],
        ['Look', { productionOrderSchedulingMode: 'None' }],
        ['Pack'],
      ),
    });
    expect(links(result)).to.deep.equal(['rest Cut 1 > rest Pack 1']);
    expect(result.steps.map(({ position }) => position)).to.deep.equal([1, 4]);
    expect(result.warnings.map(({ code, message }) => `${code} ${message}`)).to.deep.equal([
      'OW_SYNCHRONIZE_STEPS_SKIPPED The Production Order Scheduling Mode of these 2 steps is not Material, so no production order step is made and dependencies pass over: Main:A:1/Wait:1, Main:A:1/Look:1.',
    ]);
  });

  it('writes quantities in the step’s units, cut at converted boundaries, so that they add up', () => {
    const { steps } = built({
      order: anOrder({ quantity: '100' }),
      flows: flowOf(
        ['Cut', { productionOrderStepSize: '40' }],
        ['Box', { units: 'box' }],
        ['Any', { units: null }],
      ),
    });
    expect(batches(steps, 'Box')).to.deep.equal([
      '1: 3.3333333333 box',
      '2: 3.3333333334 box',
      '3: 1.6666666666 box',
    ]);
    expect(batches(steps, 'Any')).to.deep.equal(['1: 40 pcs', '2: 40 pcs', '3: 20 pcs']);
  });

  it('takes a size in the units of the step that owns it', () => {
    const { steps } = built({
      order: anOrder({ quantity: '60' }),
      flows: flowOf(['Box', { units: 'box', productionOrderStepSize: '2' }], ['Cut']),
    });
    expect(batches(steps, 'Cut')).to.deep.equal(['1: 24 pcs', '2: 24 pcs', '3: 12 pcs']);
  });

  it('makes no batch of what rounds to nothing', () => {
    const { steps } = built({
      order: anOrder({ quantity: '2.0000000003' }),
      product: aProduct({ unitConversions: [{ from: 'pcs', to: 't', factor: '0.1' }] }),
      flows: flowOf(['Cut', { units: 't', productionOrderStepSize: '0.1' }]),
    });
    expect(batches(steps, 'Cut')).to.deep.equal(['1: 0.1 t', '2: 0.1 t']);
  });

  it('reaches a batch that lies behind the last full one by less than can be written', () => {
    const result = built({
      order: anOrder({ quantity: '2.0000000003' }),
      product: aProduct({ unitConversions: [{ from: 'pcs', to: 't', factor: '0.1' }] }),
      flows: flowOf(
        ['Cut', { units: 't', productionOrderStepSize: '0.1' }],
        ['Pack', { productionOrderStepSize: '2' }],
      ),
    });
    expect(links(result)).to.deep.equal([
      'rest Cut 1 > rest Pack 1',
      'rest Cut 2 > rest Pack 1',
      'rest Cut 2 > rest Pack 2',
    ]);
  });

  it('keeps a material named rest apart from the rest', () => {
    const { steps } = built({ materials: [aMaterial('rest', { quantity: '50' })] });
    expect(new Set(steps.map(({ id }) => id)).size).to.equal(steps.length);
    expect(steps.every(({ source }) => source === 'rest')).to.equal(true);
  });

  it('refuses by name: flow paths, conversions, quantities, names', () => {
    expect(codes({ materials: [aMaterial('M1', { flowPath: 'Main:A:1/Weld:1' })] })).to.deep.equal([
      'OW_SYNCHRONIZE_FLOW_PATH The flow path of material M1: Flow path "Main:A:1/Weld:1": "Weld:1" is not in flow "Main:A".',
    ]);
    expect(codes({ product: aProduct({ flowPath: null }) })).to.deep.equal([
      'OW_SYNCHRONIZE_FLOW_PATH There is no flow path for order 01.',
    ]);
    expect(
      codes({
        flows: flowOf(
          ['Cut', { productionOrderStepSize: '20' }],
          ['Weigh', { units: 'kg' }],
          ['Pack', { units: 'kg' }],
        ),
      }),
    ).to.deep.equal([
      'OW_SYNCHRONIZE_NO_CONVERSION There is no unit conversion from pcs to kg, which step Main:A:1/Weigh:1 needs.',
    ]);
    expect(codes({ materials: [aMaterial('M1', { units: 'kg' })] })[0]).to.equal(
      'OW_SYNCHRONIZE_NO_CONVERSION There is no unit conversion from kg to pcs, which material M1 needs.',
    );
    expect(codes({ materials: [aMaterial('M1'), aMaterial('M1')] })[0]).to.match(
      /^OW_SYNCHRONIZE_MATERIAL_TWICE .* M1/,
    );
    expect(
      codes({
        order: anOrder({ quantity: '900000000000000000', units: 'box' }),
        flows: flowOf(['Cut', { productionOrderStepSize: '900000000000000000' }]),
      })[0],
    ).to.match(/^OW_SYNCHRONIZE_QUANTITY_TOO_LARGE/);
  });

  it('refuses more than 250,000 steps before it builds one', async () => {
    const effort = await effortOf(() => {
      const result = buildSteps(
        given({ order: anOrder({ quantity: '999999999999999999' }), flows: sevenSteps('0.0000000001') }),
      );
      expect(result.ok ? [] : result.violations.map(({ code }) => code)).to.deep.equal([
        'OW_SYNCHRONIZE_TOO_MANY_STEPS',
      ]);
    });
    expect(effort).to.be.below(10);
    expect(codes({ order: anOrder({ quantity: '35715' }), flows: sevenSteps('1') })[0]).to.match(
      /^OW_SYNCHRONIZE_TOO_MANY_STEPS .* up to Main:A:1\/Pack:1 of rest they are 250005\.$/,
    );
  });

  it('builds 249,998 steps', () => {
    const { steps, dependencies } = built({ order: anOrder({ quantity: '35714' }), flows: sevenSteps('1') });
    expect(steps).to.have.length(249_998);
    expect(dependencies).to.have.length(6 * 35_714);
  }).timeout(60_000);

  it('takes one order’s materials in any order', () => {
    const materials = ['M3', 'M1', 'M2'].map((name) => aMaterial(name));
    expect(built({ materials })).to.deep.equal(built({ materials: materials.toReversed() }));
  });

  it('equals an obvious reference on random flows, sizes, units, modes and materials', () => {
    let compared = 0;
    fc.assert(
      fc.property(anyInput, (input) => {
        const result = buildSteps(input);
        if (!result.ok) throw new Error(JSON.stringify(result.violations));
        const expected = reference(input);
        expect(result.steps).to.deep.equal(expected.steps);
        expect(dependencyTexts(result.dependencies)).to.deep.equal(expected.dependencies);
        expect(new Set(result.steps.map(({ id }) => id)).size).to.equal(result.steps.length);
        expect(findCycle(result.dependencies)).to.equal(null);
        expect(buildSteps(input)).to.deep.equal(result);
        if (result.dependencies.length > 0) compared += 1;
      }),
      { numRuns: 500 },
    );
    expect(compared).to.be.above(100);
  });

  it('adds up to the source at every step, each batch but the last of the size in force', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const { steps } = built(input);
        for (const source of resolveSources(input).sources) {
          const text = source.source.kind === 'rest' ? 'rest' : source.source.name;
          const ofSource = steps.filter((row) => row.source === text);
          const flowPaths = [...new Set(ofSource.map(({ flowPath }) => flowPath))];
          const rows = flowPaths.map((path) => ofSource.filter(({ flowPath }) => flowPath === path));
          for (const ofStep of rows) {
            const { position, units } = ofStep[0]!;
            const total = rounded(times(fraction(source.quantity), factor(source.units, units)));
            expect(toScaled(add(...ofStep.map(({ quantity }) => quantity)))).to.equal(total);
            const owner = source.expansion.steps
              .slice(0, position)
              .findLast(({ step }) => step.productionOrderStepSize !== null)?.step;
            if (owner === undefined || (owner.units ?? source.units) !== units) continue;
            const size = toScaled(owner.productionOrderStepSize!);
            expect(ofStep.slice(0, -1).every(({ quantity }) => toScaled(quantity) === size)).to.equal(true);
            expect(toScaled(ofStep.at(-1)!.quantity) <= size).to.equal(true);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

type Fraction = readonly [bigint, bigint];

const fraction = (numerator: bigint): Fraction => [numerator, 1n];
const times = (a: Fraction, b: Fraction): Fraction => [a[0] * b[0], a[1] * b[1]];
const over = (a: Fraction, b: Fraction): Fraction => [a[0] * b[1], a[1] * b[0]];
const below = (a: Fraction, b: Fraction) => a[0] * b[1] < b[0] * a[1];

function rounded([numerator, denominator]: Fraction): bigint {
  const floor = numerator / denominator;
  const left = (numerator - floor * denominator) * 2n;
  if (left === denominator) return floor + (floor % 2n);
  return left > denominator ? floor + 1n : floor;
}

/** How many `to` one `from` is: pcs is the middle; 1 box = 12 pcs, 1 kg = 0.7 pcs. */
function factor(from: string, to: string): Fraction {
  const inPieces: Record<string, Fraction> = { pcs: [1n, 1n], box: [12n, 1n], kg: [7n, 10n] };
  return over(inPieces[from]!, inPieces[to]!);
}

/** The same by plain definition: all boundaries as fractions of the source, all pairs compared. */
function reference(input: BuildInput): { steps: BuiltStep[]; dependencies: string[] } {
  const steps: BuiltStep[] = [];
  const dependencies: string[] = [];
  for (const source of resolveSources(input).sources) {
    let previous: { id: string; start: Fraction; end: Fraction }[] = [];
    for (const [index, { path, step }] of source.expansion.steps.entries()) {
      if (index < source.index || step.productionOrderSchedulingMode !== 'Material') continue;
      const units = step.units ?? source.units;
      const bounds = boundaries(source, index);
      const inUnits = bounds.map((bound) =>
        rounded(times(bound, times(fraction(source.quantity), factor(source.units, units)))),
      );
      const rows = bounds.slice(1).map((end, place) => ({
        id: stepId(input.order.name, source.source, path, place + 1),
        start: bounds[place]!,
        end,
      }));
      for (const [place, { id }] of rows.entries()) {
        steps.push({
          id,
          source: source.source.kind === 'rest' ? 'rest' : source.source.name,
          batch: place + 1,
          position: index + 1,
          flowPath: path,
          step: step.name,
          quantity: decimal(inUnits[place + 1]! - inUnits[place]!),
          units,
          state: 'Planned',
        });
      }
      for (const a of previous) {
        for (const b of rows) {
          if (below(a.start, b.end) && below(b.start, a.end)) dependencies.push(`${a.id} ${b.id} false`);
        }
      }
      previous = rows;
    }
  }
  return { steps, dependencies: dependencies.sort() };
}

function boundaries(source: Source, index: number): Fraction[] {
  const owner = source.expansion.steps
    .slice(0, index + 1)
    .findLast(({ step }) => step.productionOrderStepSize !== null)?.step;
  const bounds: Fraction[] = [[0n, 1n]];
  if (owner !== undefined) {
    const total = times(fraction(source.quantity), factor(source.units, owner.units ?? source.units));
    const size = toScaled(owner.productionOrderStepSize!);
    for (let cut = size; cut < rounded(total); cut += size) bounds.push(over(fraction(cut), total));
  }
  return [...bounds, [1n, 1n]];
}

function decimal(scaled: bigint): string {
  const digits = scaled.toString().padStart(11, '0');
  return `${digits.slice(0, -10)}.${digits.slice(-10)}`.replace(/\.?0+$/, '');
}

const anyStep = fc.record({
  units: fc.constantFrom('pcs', 'box', 'kg', null),
  productionOrderStepSize: fc.constantFrom(null, null, '1', '2.5', '7', '0.3', '20'),
  productionOrderSchedulingMode: fc.constantFrom('Material', 'Material', 'Material', null, 'Other'),
});

const anyInput: fc.Arbitrary<BuildInput> = fc
  .record({
    steps: fc.array(anyStep, { minLength: 1, maxLength: 7 }),
    border: fc.nat(7),
    quantity: fc.constantFrom('1', '10', '33.3', '41', '0.7', '12.0000000001'),
    units: fc.constantFrom('pcs', 'box', 'kg'),
    start: fc.nat(6),
    materials: fc.array(
      fc.record({
        quantity: fc.constantFrom('1', '3', '0.5', '11'),
        units: fc.constantFrom('pcs', 'box', 'kg'),
        state: fc.constantFrom('Created', 'InProgress', 'Completed'),
        start: fc.nat(6),
      }),
      { maxLength: 3 },
    ),
  })
  .map(({ steps, border, quantity, units, start, materials }) => {
    const names = steps.map((_, place) => `S${place}`);
    const flows = new FlowExpansions(
      libraryOf(
        [
          aFlow('Main', [...names.slice(0, border).map((name) => stepItem(name)), flowItem('Sub')]),
          aFlow(
            'Sub',
            names.slice(border).map((name) => stepItem(name)),
          ),
        ],
        steps.map((parts, place) => aStep(`S${place}`, parts)),
      ),
    );
    const expanded = flows.expand('Main', null);
    const paths = expanded.ok ? expanded.expansion.steps.map(({ path }) => path) : [];
    const pathAt = (place: number) => paths[place % paths.length]!;
    return {
      flows,
      order: anOrder({ quantity, units, flowPath: pathAt(start) }),
      product: aProduct({ unitConversions: [...BOXES, { from: 'kg', to: 'pcs', factor: '0.7' }] }),
      materials: materials.map(({ start: place, ...parts }, number) =>
        aMaterial(`M${number}`, { ...parts, flowPath: pathAt(place) }),
      ),
    };
  });
