import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { dependencyChanges, diffSteps } from '../../../plugins/step-synchronization/core/diff-steps.js';
import type { DiffInput, StepsOutcome } from '../../../plugins/step-synchronization/core/diff-steps.js';
import type { Dependency, StoredStep } from '../../../plugins/step-synchronization/core/steps.js';
import { aMaterial, anOrder, aProduct, built, dependencyTexts, sevenSteps, stored } from './plant.js';

const START = '2020-07-03T08:00:00Z';

function run(parts: Partial<DiffInput>): StepsOutcome {
  const result = diffSteps(inputOf(parts));
  if (!result.ok) throw new Error(result.violations.map(({ message }) => message).join('\n'));
  return result;
}

function inputOf(parts: Partial<DiffInput>): DiffInput {
  return {
    order: '01',
    existing: [],
    existingDependencies: [],
    built: built(),
    mode: 'replace',
    discardStarted: false,
    idsElsewhere: new Set(),
    ...parts,
  };
}

function codes(parts: Partial<DiffInput>): string[] {
  const result = diffSteps(inputOf(parts));
  return result.ok ? [] : result.violations.map(({ code, message }) => `${code} ${message}`);
}

const quantityOf = (quantity: string, size?: string) =>
  built({ order: anOrder({ quantity }), flows: sevenSteps(size) });

/** After the first synchronization of 100 pcs, with some steps as the shop floor or a planner left them. */
function existing(marks: Record<string, Partial<StoredStep>> = {}): StoredStep[] {
  return stored(built().steps).map((step) => ({ ...step, ...marks[`${step.step} ${step.batch}`] }));
}

const id = (rows: readonly StoredStep[], step: string, batch: number) =>
  rows.find((row) => row.step === step && row.batch === batch)!.id;

const reasons = (rows: readonly { flowPath: string; batch: number; reason: string }[]) =>
  rows.map(({ flowPath, batch, reason }) => `${flowPath} ${batch} ${reason}`);

describe('[core] diff steps', () => {
  it('adds all steps of an order that has none', () => {
    const { steps, diff, changesAnything, dependencyChanges } = run({});
    expect(steps).to.deep.equal(existing());
    expect(diff.add).to.have.length(35);
    expect(diff.add[0]).to.deep.include({
      flowPath: 'Main:A:1/Cut:1',
      batch: 1,
      reason: 'new: the order had no steps',
    });
    expect(dependencyChanges.add).to.have.length(30);
    expect(changesAnything).to.equal(true);
  });

  for (const mode of ['replace', 'preserve'] as const) {
    it(`changes nothing where nothing has changed (${mode})`, () => {
      const { diff, changesAnything } = run({
        mode,
        existing: existing(),
        existingDependencies: built().dependencies,
      });
      expect(diff.keep).to.have.length(35);
      expect([...diff.change, ...diff.add, ...diff.remove]).to.deep.equal([]);
      expect(changesAnything).to.equal(false);
      expect(new Set(diff.keep.map(({ reason }) => reason))).to.deep.equal(new Set(['unchanged']));
    });

    it(`says what a smaller quantity changes (${mode})`, () => {
      const { diff } = run({ mode, existing: existing(), built: quantityOf('70') });
      expect(diff.keep).to.have.length(21);
      expect(reasons(diff.change)[0]).to.equal(
        'Main:A:1/Cut:1 4 the remaining quantity is now 70 pcs (was 100) in 4 batches, batch 4 is 10 (was 20)',
      );
      expect(diff.change[0]?.changes).to.deep.equal([{ field: 'quantity', from: '20', to: '10' }]);
      expect(reasons(diff.remove)[0]).to.equal(
        'Main:A:1/Cut:1 5 removed: batch 5 no longer exists since the remaining quantity is now 70 pcs (was 100) in 4 batches',
      );
    });
  }

  it('says why steps are new or gone: material, flow, step size', () => {
    const split = built({ materials: [aMaterial('M1', { quantity: '20', flowPath: 'Main:A:1/Pack:1' })] });
    const first = run({ existing: existing(), built: split }).diff;
    expect(reasons(first.add)).to.deep.equal(['Main:A:1/Pack:1 1 new: steps for material M1']);
    const back = run({ existing: stored(split.steps) }).diff;
    expect(reasons(back.remove)).to.deep.equal([
      'Main:A:1/Pack:1 1 removed: material M1 is no longer to be made for the order',
    ]);
    const later = built({ product: aProduct({ flowPath: 'Main:A:1/Drill:1' }) });
    expect(reasons(run({ existing: existing(), built: later }).diff.remove)[0]).to.equal(
      'Main:A:1/Cut:1 1 removed: this step is no longer ahead of the remaining quantity',
    );
    const sooner = run({ existing: stored(later.steps) }).diff;
    expect(reasons(sooner.add)[0]).to.equal(
      'Main:A:1/Cut:1 1 new: this step is now ahead of the remaining quantity',
    );
    expect(reasons(run({ existing: existing(), built: quantityOf('100', '10') }).diff.add)[0]).to.equal(
      'Main:A:1/Cut:1 6 new: batch 6, since the remaining quantity is now cut into 10 batches',
    );
  });

  it('refuses to replace started steps unless they are discarded', () => {
    const rows = existing({
      'Cut 1': { state: 'Finished', actualStart: START, actualEnd: START },
      'Cut 2': { state: 'Started', actualStart: START },
    });
    expect(codes({ existing: rows })).to.deep.equal([
      "OW_SYNCHRONIZE_STARTED 2 of the order's 35 steps are started, finished or changed by hand.\nMaybe synchronize with --mode preserve, which keeps them, or with --discard-started.",
    ]);
    const { steps, diff } = run({ existing: rows, discardStarted: true });
    expect(steps).to.deep.equal(existing());
    expect(reasons(diff.change)).to.deep.equal([
      'Main:A:1/Cut:1 1 Finished is discarded',
      'Main:A:1/Cut:1 2 Started is discarded',
    ]);
    expect(diff.change[1]?.changes).to.deep.equal([
      { field: 'state', from: 'Started', to: 'Planned' },
      { field: 'actualStart', from: START, to: null },
    ]);
  });

  it('refuses to replace steps that were changed by hand, and drops the change when told', () => {
    const rows = existing({ 'Cut 1': { manual: true, quantity: '25' } });
    expect(codes({ existing: rows })[0]).to.match(/^OW_SYNCHRONIZE_STARTED 1 of the order's 35 steps/);
    const { steps, diff } = run({ existing: rows, discardStarted: true });
    expect(steps).to.deep.equal(existing());
    expect(reasons(diff.change)).to.deep.equal(['Main:A:1/Cut:1 1 its change by hand to 25 pcs is dropped']);
    expect(diff.change[0]?.changes).to.deep.equal([
      { field: 'quantity', from: '25', to: '20' },
      { field: 'manual', from: true, to: false },
    ]);
  });

  it('preserves started, finished, manual and scheduled steps that still fit', () => {
    const rows = existing({
      'Cut 1': { state: 'Finished', actualStart: START, actualEnd: START },
      'Cut 2': { state: 'Started', actualStart: START },
      'Cut 3': { manual: true, quantity: '25' },
      'Cut 4': { scheduled: true },
    });
    const { steps, diff, changesAnything } = run({
      mode: 'preserve',
      existing: rows,
      existingDependencies: built().dependencies,
    });
    expect(steps).to.deep.equal(rows);
    expect(changesAnything).to.equal(false);
    expect(diff.keep.slice(0, 5).map(({ reason }) => reason)).to.deep.equal([
      'kept: finished on the shop floor',
      'kept: started on the shop floor',
      'kept: changed by hand to 25 pcs',
      'kept: in a saved plan',
      'unchanged',
    ]);
  });

  it('changes the quantity of a started or manual step that no longer fits, and keeps its state', () => {
    const rows = existing({
      'Cut 5': { state: 'Started', actualStart: START },
      'Dry 5': { manual: true, quantity: '25' },
    });
    const { steps, diff } = run({ mode: 'preserve', existing: rows, built: quantityOf('90') });
    expect(steps.find(({ step, batch }) => step === 'Cut' && batch === 5)).to.include({
      quantity: '10',
      builtQuantity: '10',
      state: 'Started',
      actualStart: START,
    });
    expect(steps.find(({ step, batch }) => step === 'Dry' && batch === 5)).to.include({
      quantity: '10',
      manual: false,
    });
    expect(reasons(diff.change).filter((text) => /Cut|Dry/.test(text))).to.deep.equal([
      'Main:A:1/Cut:1 5 the remaining quantity is now 90 pcs (was 100) in 5 batches, batch 5 is 10 (was 20); it stays Started',
      'Main:A:1/Dry:1 5 the remaining quantity is now 90 pcs (was 100) in 5 batches, batch 5 is 10 (was 20); its change by hand to 25 pcs is dropped',
    ]);
  });

  it('removes a started step that is not built any more, with a warning', () => {
    const rows = existing({ 'Cut 5': { state: 'Started', actualStart: START } });
    const { diff, warnings } = run({ mode: 'preserve', existing: rows, built: quantityOf('80') });
    expect(reasons(diff.remove)[0]).to.match(/^Main:A:1\/Cut:1 5 removed: batch 5 .*; it was Started$/);
    expect(warnings.map(({ code, message }) => `${code} ${message}`)).to.deep.equal([
      'OW_SYNCHRONIZE_STARTED_REMOVED 1 started or finished step is removed, as nothing is built in its place: Main:A:1/Cut:1 batch 5 of the remaining quantity.',
    ]);
  });

  it('moves a step whose place in the flow changed and keeps the rest of it', () => {
    const rows = existing({ 'Cut 1': { position: 3, state: 'Started', actualStart: START } });
    const { diff, steps } = run({ mode: 'preserve', existing: rows });
    expect(steps[0]).to.include({ position: 1, state: 'Started', actualStart: START });
    expect(diff.change[0]?.reason).to.equal('its place in the flow is now 1 (was 3); it stays Started');
  });

  for (const mode of ['replace', 'preserve'] as const) {
    it(`keeps manual dependencies by the identity of their ends (${mode})`, () => {
      const rows = existing();
      const kept: Dependency = { from: id(rows, 'Cut', 1), to: id(rows, 'Pack', 2), manual: true };
      const elsewhere: Dependency = { from: 'other', to: id(rows, 'Cut', 1), manual: true };
      const lost: Dependency = { from: id(rows, 'Cut', 5), to: id(rows, 'Pack', 1), manual: true };
      const gone: Dependency = { from: 'nowhere', to: id(rows, 'Cut', 1), manual: true };
      const doubled: Dependency = { from: id(rows, 'Cut', 1), to: id(rows, 'Drill', 1), manual: true };
      const { dependencies, dependenciesRemoved, changesAnything } = run({
        mode,
        existing: rows,
        existingDependencies: [...built().dependencies.slice(1), kept, elsewhere, lost, gone, doubled],
        built: quantityOf('80'),
        idsElsewhere: new Set(['other', lost.from]),
      });
      expect(dependencies).to.deep.include.members([kept, elsewhere, doubled]);
      expect(dependencies).to.have.length(24 + 2);
      expect(dependenciesRemoved).to.deep.equal([
        {
          from: lost.from,
          to: lost.to,
          reason: 'removed: batch 5 of the remaining quantity at Main:A:1/Cut:1 no longer exists',
        },
        { from: 'nowhere', to: gone.to, reason: 'removed: there is no production order step nowhere' },
      ]);
      expect(changesAnything).to.equal(true);
    });
  }

  it('changes something where only a dependency is gone', () => {
    const { changesAnything, dependencyChanges } = run({
      existing: existing(),
      existingDependencies: built().dependencies.slice(1),
    });
    expect(changesAnything).to.equal(true);
    expect(dependencyChanges).to.deep.equal({ add: built().dependencies.slice(0, 1), remove: [] });
  });

  const others: Partial<StoredStep>[] = [
    { quantity: '1' },
    { quantity: '1', builtQuantity: '1' },
    { units: 'kg' },
    { position: 99 },
    { step: 'Another' },
    { source: 'M' },
    { state: 'Started' },
    { actualStart: START },
    { actualEnd: START },
    { manual: true },
  ];
  for (const other of others) {
    it(`changes a step that was stored with another ${Object.keys(other).join(' and ')} to what is built`, () => {
      const rows = existing({ 'Drill 2': other });
      const { steps, diff } = run({ existing: rows, discardStarted: true });
      expect(steps).to.deep.equal(existing());
      const [field] = Object.keys(other);
      expect(diff.change.map((row) => row.changes.map((change) => change.field))).to.deep.equal([[field]]);
      expect(diff.keep).to.have.length(steps.length - 1);
    });
  }

  it('stores the built quantity again where it alone was lost', () => {
    const { steps } = run({ existing: existing({ 'Drill 2': { builtQuantity: '1' } }) });
    expect(steps).to.deep.equal(existing());
  });

  it('writes a dependency anew that has another mark, and no other', () => {
    const dependency = (from: string, to: string, manual = false): Dependency => ({ from, to, manual });
    const before = [
      dependency('a', 'b'),
      dependency('a', 'c'),
      dependency('b', 'd', true),
      dependency('x', 'y'),
    ];
    const after = [
      dependency('b', 'd'),
      dependency('a', 'b'),
      dependency('a', 'c'),
      dependency('d', 'a', true),
    ];
    expect(dependencyChanges(before, after)).to.deep.equal({
      add: [dependency('b', 'd'), dependency('d', 'a', true)],
      remove: [dependency('b', 'd', true), dependency('x', 'y')],
    });
  });

  it('refuses a circle, also through another order', () => {
    const rows = existing();
    const back: Dependency = { from: id(rows, 'Pack', 1), to: id(rows, 'Cut', 1), manual: true };
    expect(codes({ existing: rows, existingDependencies: [back] })[0]).to.match(
      /^OW_SYNCHRONIZE_CYCLE .*Main:A:1\/Cut:1 batch 1/,
    );
    const out: Dependency = { from: id(rows, 'Pack', 1), to: 'other', manual: true };
    const input = { existing: rows, existingDependencies: [out], idsElsewhere: new Set(['other']) };
    expect(codes(input)).to.deep.equal([]);
    const dependenciesElsewhere = [{ from: 'other', to: id(rows, 'Cut', 1), manual: true }];
    expect(codes({ ...input, dependenciesElsewhere })[0]).to.match(/^OW_SYNCHRONIZE_CYCLE .*step other/);
  });

  it('gives rows that the diff, applied to the existing ones, comes to; replace gives what is built', () => {
    fc.assert(
      fc.property(anySituation, ({ rows, next, mode }) => {
        const input = { existing: rows, built: next, mode, discardStarted: true };
        const { steps, diff } = run(input);
        const applied = new Map(rows.map((row) => [row.id, row]));
        const after = new Map(steps.map((row) => [row.id, row]));
        for (const row of diff.remove) expect(applied.delete(row.id)).to.equal(true);
        for (const row of diff.add) {
          expect(applied.has(row.id)).to.equal(false);
          applied.set(row.id, after.get(row.id)!);
        }
        for (const { id: changed, changes } of diff.change) {
          const row = {
            ...applied.get(changed)!,
            ...Object.fromEntries(changes.map(({ field, to }) => [field, to])),
          };
          // The built quantity is left out of the changes where it is the quantity.
          applied.set(changed, row.manual ? row : { ...row, builtQuantity: row.quantity });
        }
        expect(applied).to.deep.equal(after);
        expect(diff.keep.length + diff.change.length + diff.add.length).to.equal(next.steps.length);
        if (mode === 'replace') {
          expect(steps.map((row) => ({ ...row, scheduled: false }))).to.deep.equal(stored(next.steps));
        }
        const again = run({ ...input, existing: steps, existingDependencies: next.dependencies });
        expect(again.changesAnything).to.equal(false);
        expect(dependencyTexts(again.dependencies)).to.deep.equal(dependencyTexts(next.dependencies));
      }),
      { numRuns: 300 },
    );
  });

  it('never loses a started, finished or manual step that fits', () => {
    fc.assert(
      fc.property(anySituation, ({ rows, next }) => {
        const { steps } = run({ existing: rows, built: next, mode: 'preserve' });
        const after = new Map(steps.map((row) => [row.id, row]));
        const wanted = new Map(next.steps.map((row) => [row.id, row]));
        for (const row of rows) {
          const fits = wanted.get(row.id)?.quantity === row.builtQuantity;
          if (fits) expect(after.get(row.id)).to.deep.equal(row);
          else if (wanted.has(row.id)) {
            expect(after.get(row.id)).to.include({
              state: row.state,
              actualStart: row.actualStart,
              manual: false,
            });
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

const anyMarks: fc.Arbitrary<Partial<StoredStep>> = fc.constantFrom<Partial<StoredStep>[]>(
  {},
  { state: 'Started', actualStart: START },
  { state: 'Finished', actualStart: START, actualEnd: START },
  { manual: true, quantity: '3.5' },
  { scheduled: true },
);

const anyBuilt = fc
  .record({
    quantity: fc.constantFrom('100', '90', '41', '20'),
    size: fc.constantFrom('20', '15'),
    made: fc.constantFrom('0', '10', '30'),
  })
  .map(({ quantity, size, made }) =>
    built({
      order: anOrder({ quantity }),
      flows: sevenSteps(size),
      materials: made === '0' ? [] : [aMaterial('M1', { quantity: made, flowPath: 'Main:A:1/Dry:1' })],
    }),
  );

const anySituation = fc
  .record({
    before: anyBuilt,
    next: anyBuilt,
    marks: fc.array(anyMarks),
    mode: fc.constantFrom('replace', 'preserve'),
  })
  .map(({ before, next, marks, mode }) => ({
    rows: stored(before.steps).map((row, place) => ({ ...row, ...marks[place] })),
    next,
    mode: mode,
  }));
