import { describe, it } from 'mocha';
import { runSequences } from './material-sequences.js';

const SEQUENCES = 3600;

describe('[operation] random sequences of operations on orders and their materials', () => {
  it(`follow the shop floor ${SEQUENCES} times as the plain model does`, async function () {
    this.timeout(900_000);
    await runSequences(SEQUENCES, {
      states: ['Created', 'Released', 'InProgress'],
      often: ['Start', 'Material.MoveNext', 'Material.Ship'],
      nearlyClosed: 3,
      together: 1,
    });
  });
});
