import { expect } from 'chai';
import { describe, it } from 'mocha';
import { startStep } from '../../../plugins/step-synchronization/core/start-step.js';
import { FlowExpansions } from '../../../src/index.js';
import { aFlow, aMaterial, anOrder, aProduct, aStep, given, libraryOf, stepItem } from './plant.js';

const flows = new FlowExpansions(
  libraryOf(
    [
      aFlow(
        'Main',
        ['Plan', 'Cut', 'Wait', 'Pack'].map((name) => stepItem(name)),
      ),
    ],
    [
      aStep('Plan'),
      aStep('Cut', { productionOrderStepSize: '20' }),
      aStep('Wait', { productionOrderSchedulingMode: 'Other', productionOrderStepSize: '0' }),
      aStep('Pack'),
    ],
  ),
);

describe('[core] start step', () => {
  it('is the step where the rest starts, with the size in force there', () => {
    expect(startStep(given({ flows, order: anOrder({ flowPath: 'Main:1/Cut:1' }) }))).to.deep.equal({
      path: 'Main:A:1/Cut:1',
      productionOrderSchedulingMode: 'Material',
      productionOrderStepSize: '20',
    });
    expect(startStep(given({ flows, order: anOrder({ flowPath: 'Main:1/Pack:1' }) }))).to.deep.equal({
      path: 'Main:A:1/Pack:1',
      productionOrderSchedulingMode: 'Material',
      productionOrderStepSize: '20',
    });
  });

  it('is the first that fails, for its mode or for want of a size', () => {
    const waiting = aMaterial('M2', { flowPath: 'Main:1/Wait:1' });
    const cut = aMaterial('M1', { flowPath: 'Main:1/Cut:1' });
    expect(
      startStep(
        given({
          flows,
          order: anOrder({ quantity: '10', flowPath: 'Main:1/Cut:1' }),
          materials: [waiting, cut],
        }),
      ),
    ).to.deep.equal({
      path: 'Main:A:1/Wait:1',
      productionOrderSchedulingMode: 'Other',
      productionOrderStepSize: '20',
    });
    expect(
      startStep(given({ flows, order: anOrder({ flowPath: 'Main:1/Plan:1' }), materials: [cut] })),
    ).to.deep.equal({
      path: 'Main:A:1/Plan:1',
      productionOrderSchedulingMode: 'Material',
      productionOrderStepSize: null,
    });
  });

  it('is the first source’s where none fails', () => {
    const materials = [
      aMaterial('M2', { flowPath: 'Main:1/Cut:1' }),
      aMaterial('M1', { flowPath: 'Main:1/Pack:1' }),
    ];
    expect(
      startStep(given({ flows, order: anOrder({ flowPath: 'Main:1/Cut:1' }), materials }))?.path,
    ).to.equal('Main:A:1/Pack:1');
  });

  it('is the addressed step of the order’s flow path where nothing is left to make, else none', () => {
    const done = [aMaterial('M1', { quantity: '100', state: 'Completed' })];
    const order = anOrder({ flowPath: 'Main:1/Wait:1' });
    expect(startStep(given({ flows, order, materials: done }))?.path).to.equal('Main:A:1/Wait:1');
    expect(startStep(given({ flows, product: aProduct({ flowPath: null }), materials: done }))).to.equal(
      null,
    );
    expect(startStep(given({ flows, order: anOrder({ flowPath: 'Nowhere:1' }) }))).to.equal(null);
  });
});
