import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { diffSteps } from '../../../plugins/step-synchronization/core/diff-steps.js';
import type { DiffInput, StepsOutcome } from '../../../plugins/step-synchronization/core/diff-steps.js';
import { byPlace } from '../../../plugins/step-synchronization/core/steps.js';
import type { Dependency, StoredStep } from '../../../plugins/step-synchronization/core/steps.js';
import { beforeImage, undoSteps } from '../../../plugins/step-synchronization/core/undo-steps.js';
import type { UndoInput } from '../../../plugins/step-synchronization/core/undo-steps.js';
import { aMaterial, anOrder, built, dependencyTexts, sevenSteps, stored } from './plant.js';

const START = '2020-07-03T08:00:00Z';
const quantityOf = (quantity: string) => built({ order: anOrder({ quantity }) });
const FIRST = stored(built().steps);
const at = (rows: readonly StoredStep[], step: string, batch: number) =>
  rows.find((row) => row.step === step && row.batch === batch)!;

function run(parts: Partial<DiffInput>): StepsOutcome {
  const result = diffSteps({
    order: '01',
    existing: FIRST,
    existingDependencies: built().dependencies,
    built: built(),
    mode: 'preserve',
    discardStarted: true,
    idsElsewhere: new Set(),
    ...parts,
  });
  if (!result.ok) throw new Error(result.violations.map(({ message }) => message).join('\n'));
  return result;
}

function undo(parts: Partial<UndoInput>): StepsOutcome {
  const result = undoSteps({
    before: null,
    present: [],
    presentDependencies: [],
    idsElsewhere: new Set(),
    ...parts,
  });
  if (!result.ok) throw new Error(result.violations.map(({ message }) => message).join('\n'));
  return result;
}

function codes(parts: Partial<UndoInput>): string[] {
  const result = undoSteps({
    before: null,
    present: [],
    presentDependencies: [],
    idsElsewhere: new Set(),
    ...parts,
  });
  return result.ok ? [] : result.violations.map(({ code }) => code);
}

/** The present after a run, with one step as it was left since. */
function after(outcome: StepsOutcome, existing: StoredStep[] = FIRST) {
  const since = (step: string, batch: number, marks: Partial<StoredStep>): Partial<UndoInput> => ({
    before: beforeImage(existing, outcome),
    present: outcome.steps.map((row) =>
      row.step === step && row.batch === batch ? { ...row, ...marks } : row,
    ),
    presentDependencies: outcome.dependencies,
  });
  return { since, untouched: since('', 0, {}) };
}

describe('[core] undo steps', () => {
  it('takes the first synchronization back: no step is left', () => {
    const first = run({ existing: [], existingDependencies: [] });
    const { steps, dependencies, diff } = undo(after(first, []).untouched);
    expect(steps).to.deep.equal([]);
    expect(dependencies).to.deep.equal([]);
    expect(diff.remove).to.have.length(35);
    expect(diff.remove[0]?.reason).to.equal('removed: added by the synchronization that is undone');
  });

  it('restores removed and changed steps and their dependencies', () => {
    const { diff, steps, dependencies, dependencyChanges } = undo(
      after(run({ built: quantityOf('70') })).untouched,
    );
    expect(steps).to.deep.equal([...FIRST].sort(byPlace));
    expect(dependencyTexts(dependencies)).to.deep.equal(dependencyTexts(built().dependencies));
    expect([diff.keep.length, diff.change.length, diff.add.length, diff.remove.length]).to.deep.equal([
      21, 7, 7, 0,
    ]);
    expect(diff.change[0]?.changes).to.deep.equal([{ field: 'quantity', from: '10', to: '20' }]);
    expect(dependencyChanges.add).to.have.length(6);
  });

  it('has nothing to undo without a run, or after one that changed nothing', () => {
    expect(codes({})).to.deep.equal(['OW_SYNCHRONIZE_NOTHING_TO_UNDO']);
    expect(codes(after(run({})).untouched)).to.deep.equal(['OW_SYNCHRONIZE_NOTHING_TO_UNDO']);
  });

  it('refuses once a step of the run is started, finished, in a saved plan or changed by hand', () => {
    const added = after(run({ existing: [], existingDependencies: [] }), []);
    const changed = after(run({ built: quantityOf('90') }));
    for (const { since } of [added, changed]) {
      expect(codes(since('Dry', 5, { state: 'Started' }))).to.deep.equal(['OW_SYNCHRONIZE_UNDO_STARTED']);
      expect(codes(since('Dry', 5, { state: 'Finished' }))).to.deep.equal(['OW_SYNCHRONIZE_UNDO_STARTED']);
      expect(codes(since('Dry', 5, { scheduled: true }))).to.deep.equal(['OW_SYNCHRONIZE_UNDO_SCHEDULED']);
      expect(codes(since('Dry', 5, { quantity: '9', manual: true }))).to.deep.equal([
        'OW_SYNCHRONIZE_UNDO_CHANGED',
      ]);
    }
    const { untouched } = changed;
    const present = untouched.present!.filter(({ step, batch }) => step !== 'Dry' || batch !== 5);
    expect(codes({ ...untouched, present })).to.deep.equal(['OW_SYNCHRONIZE_UNDO_CHANGED']);
  });

  it('names what keeps it from being undone', () => {
    const { since } = after(run({ built: quantityOf('90') }));
    const result = undoSteps({
      ...(since('Dry', 5, { state: 'Started' }) as UndoInput),
      idsElsewhere: new Set(),
    });
    expect(result.ok ? [] : result.violations.map(({ message }) => message)).to.deep.equal([
      'Since the synchronization this was started or finished: Main:A:1/Dry:1 batch 5 of rest.',
    ]);
  });

  it('does not mind steps that were started before the run, nor what the run kept', () => {
    const started = FIRST.map((row) =>
      row.batch === 5 ? { ...row, state: 'Started' as const, actualStart: START } : row,
    );
    const { since, untouched } = after(run({ existing: started, built: quantityOf('90') }), started);
    expect(undo(untouched).steps).to.deep.equal([...started].sort(byPlace));
    expect(codes(since('Cut', 1, { state: 'Started' }))).to.deep.equal([]);
    expect(at(undo(since('Cut', 1, { state: 'Started' })).steps, 'Cut', 1).state).to.equal('Started');
    expect(codes(since('Cut', 5, { state: 'Finished' }))).to.deep.equal(['OW_SYNCHRONIZE_UNDO_STARTED']);
  });

  it('restores what --discard-started discarded', () => {
    const started = FIRST.map((row) => ({ ...row, state: 'Started' as const, actualStart: START }));
    const { untouched } = after(run({ existing: started, mode: 'replace' }), started);
    expect(undo(untouched).steps).to.deep.equal([...started].sort(byPlace));
  });

  it('refuses where a dependency of the run was made or changed by hand since', () => {
    const cut = at(FIRST, 'Cut', 5).id;
    const pack = at(FIRST, 'Pack', 4).id;
    const manual: Dependency = { from: cut, to: pack, manual: true };
    const first = after(run({ existing: [], existingDependencies: [] }), []).untouched;
    expect(codes({ ...first, presentDependencies: [...first.presentDependencies!, manual] })).to.deep.equal([
      'OW_SYNCHRONIZE_UNDO_CHANGED',
    ]);
    const lost = after(
      run({ built: quantityOf('80'), existingDependencies: [...built().dependencies, manual] }),
    ).untouched;
    expect(undo(lost).dependencies).to.deep.include(manual);
    const elsewhere: Dependency = { from: 'other', to: cut, manual: true };
    const across = after(
      run({
        built: quantityOf('80'),
        existingDependencies: [...built().dependencies, elsewhere],
        idsElsewhere: new Set(['other']),
      }),
    ).untouched;
    expect(codes(across)).to.deep.equal(['OW_SYNCHRONIZE_UNDO_CHANGED']);
    expect(undo({ ...across, idsElsewhere: new Set(['other']) }).dependencies).to.deep.include(elsewhere);
  });

  it('refuses where a step or dependency that it would restore is there again', () => {
    const { before, present, presentDependencies } = after(run({ built: quantityOf('80') })).untouched;
    const image = { before: before!, present: present!, presentDependencies: presentDependencies! };
    const back = { ...at(FIRST, 'Cut', 5), quantity: '1' };
    expect(codes({ ...image, present: [...image.present, back] })).to.deep.equal([
      'OW_SYNCHRONIZE_UNDO_CHANGED',
    ]);
    const between = { from: at(FIRST, 'Cut', 1).id, to: at(FIRST, 'Pack', 1).id };
    const lost = { ...image.before, dependenciesRemoved: [{ ...between, manual: false }] };
    expect(codes({ ...image, before: lost })).to.deep.equal([]);
    expect(
      codes({
        ...image,
        before: lost,
        presentDependencies: [...image.presentDependencies, { ...between, manual: true }],
      }),
    ).to.deep.equal(['OW_SYNCHRONIZE_UNDO_CHANGED']);
  });

  it('refuses a circle with a dependency made by hand since', () => {
    const { untouched } = after(run({ built: quantityOf('100'), existingDependencies: [], existing: FIRST }));
    const back: Dependency = { from: at(FIRST, 'Drill', 1).id, to: at(FIRST, 'Cut', 1).id, manual: true };
    const removed = after(
      run({ built: { steps: built().steps, dependencies: built().dependencies.slice(1) } }),
    ).untouched;
    expect(undo(untouched).dependencies).to.deep.equal([]);
    expect(codes({ ...removed, presentDependencies: [...removed.presentDependencies!, back] })).to.deep.equal(
      ['OW_SYNCHRONIZE_CYCLE'],
    );
  });

  it('restores the exact rows and dependencies after any run', () => {
    const anyMarks = fc.constantFrom<Partial<StoredStep>[]>(
      {},
      { state: 'Started', actualStart: START },
      { manual: true, quantity: '3.5' },
      { scheduled: true },
    );
    const anyBuilt = fc
      .record({
        quantity: fc.constantFrom('100', '90', '41'),
        size: fc.constantFrom('20', '15'),
        made: fc.boolean(),
      })
      .map(({ quantity, size, made }) =>
        built({
          order: anOrder({ quantity }),
          flows: sevenSteps(size),
          materials: made ? [aMaterial('M1', { flowPath: 'Main:A:1/Dry:1' })] : [],
        }),
      );
    fc.assert(
      fc.property(
        anyBuilt,
        anyBuilt,
        fc.array(anyMarks),
        fc.record({
          mode: fc.constantFrom('replace' as const, 'preserve' as const),
          ends: fc.array(fc.tuple(fc.nat(40), fc.nat(40)), { maxLength: 4 }),
        }),
        (before, next, marks, { mode, ends }) => {
          const rows = stored(before.steps).map((row, place) => ({ ...row, ...marks[place] }));
          const byHand = ends
            .filter(([from, to]) => from < to && to < rows.length && rows[from]!.source === rows[to]!.source)
            .map(([from, to]) => ({ from: rows[from]!.id, to: rows[to]!.id, manual: true }));
          const keys = new Set(byHand.map(({ from, to }) => from + to));
          const dependencies = [
            ...before.dependencies.filter(({ from, to }) => !keys.has(from + to)),
            ...new Map(byHand.map((dependency) => [dependency.from + dependency.to, dependency])).values(),
          ];
          const outcome = run({ existing: rows, existingDependencies: dependencies, built: next, mode });
          const image = JSON.parse(JSON.stringify(beforeImage(rows, outcome))) as ReturnType<
            typeof beforeImage
          >;
          const present = {
            before: image,
            present: outcome.steps,
            presentDependencies: outcome.dependencies,
          };
          if (!outcome.changesAnything) {
            expect(codes(present)).to.deep.equal(['OW_SYNCHRONIZE_NOTHING_TO_UNDO']);
            return;
          }
          const back = undo(present);
          expect(back.steps).to.deep.equal([...rows].sort(byPlace));
          expect(dependencyTexts(back.dependencies)).to.deep.equal(dependencyTexts(dependencies));
        },
      ),
      { numRuns: 300 },
    );
  });
});
