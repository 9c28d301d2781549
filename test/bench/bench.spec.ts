import { expect } from 'chai';
import { describe, it } from 'mocha';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { planSchedule } from '../../plugins/scheduling/core/plan.js';
import type { JsonValue } from '../../src/index.js';
import { plantReader } from '../../src/adapters/files/plant-file.js';
import { aBareFactory, placeBare } from './bare-scheduler.js';
import { aFactory, aPlantFile } from './factory.js';
import { figureRow, median, ratioRow, throughputRow, type Row } from './row.js';

const run = promisify(execFile);
const SIZE = { orders: 60, operations: 5, workCenters: 20 };

describe('The benchmark', function () {
  this.timeout(120_000);

  it('measures plants that a seed gives: the same for the same one, others for another', () => {
    const text = (seed: number) => JSON.stringify(aPlantFile({ ...SIZE, seed }));
    expect(text(1)).to.equal(text(1));
    expect(text(1)).to.not.equal(text(2));
    expect(JSON.stringify(aFactory({ ...SIZE, seed: 2 }))).to.equal(
      JSON.stringify(aFactory({ ...SIZE, seed: 2 })),
    );
  });

  it('prints a plant that import takes', async () => {
    const { stdout } = await run(process.execPath, [join(import.meta.dirname, 'plant.js'), '--orders', '3']);
    const plant = JSON.parse(stdout) as JsonValue;
    expect(plantReader.shapeProblems(plant)).to.deep.equal([]);
    expect(plant).to.have.property('productionOrders').with.length(3);
  });

  it('compares the scheduler with a bare one that places as much', () => {
    for (const seed of [1, 2, 3]) {
      const size = { ...SIZE, orders: 400, seed };
      expect(placeBare(aBareFactory(size))).to.equal(planSchedule(aFactory(size)).statistics.placements);
    }
  });

  it('passes a row by its ratio where there is one, else by its figure', () => {
    const compared = { unit: 'ms', against: 'the other', limit: 2 };
    expect(ratioRow('r', { ...compared, figure: 4, other: 2 })).to.include({ ratio: 2, pass: true });
    expect(ratioRow('r', { ...compared, figure: 5, other: 2 })).to.include({ ratio: 2.5, pass: false });
    const least = { ...compared, bound: 'least' as const };
    expect(ratioRow('r', { ...least, figure: 3, other: 2 })).to.include({ ratio: 1.5, pass: false });
    expect(figureRow('f', 10, 'ms', 10).pass).to.equal(true);
    expect(figureRow('f', 10.1, 'ms', 10).pass).to.equal(false);
    expect(throughputRow('t', 999, 'events/s', 1000).pass).to.equal(false);
    expect(median([9, 1, 5])).to.equal(5);
    expect(median([9, 1, 5, 6])).to.equal(5.5);
  });

  it('prints one document on standard output, and how far it is beside it', async () => {
    const words = [join(import.meta.dirname, 'run.js'), '--quick', '--only', 'rules'];
    // A machine that is busy with the other tests may miss a limit: then it ends with 1, and prints the same.
    const { stdout, stderr } = await run(process.execPath, words).catch(
      (error: unknown) => error as { stdout: string; stderr: string },
    );
    const { rows } = JSON.parse(stdout) as { rows: Row[] };
    expect(rows.map(({ name }) => name)).to.deep.equal([
      'rule evaluation, an allowed verdict',
      'rule evaluation, a refused verdict with its fix',
    ]);
    for (const row of rows) {
      expect(row).to.have.all.keys('name', 'figure', 'unit', 'ratio', 'against', 'limit', 'pass');
      expect(row.pass).to.equal((row.ratio ?? Infinity) <= (row.limit ?? 0));
    }
    expect(stderr).to.match(/rules: an allowed verdict of \d+ rules/);
  });
});
