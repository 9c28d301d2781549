import { describe, it } from 'mocha';
import { runSequences } from './material-sequences.js';

const SEQUENCES = 3000;

describe('[operation] random sequences of operations on orders and their materials', () => {
  it(`go in collections and from order to order ${SEQUENCES} times as the plain model does`, async function () {
    this.timeout(900_000);
    await runSequences(SEQUENCES, {
      states: ['Created', 'Released', 'InProgress', 'Completed'],
      often: ['Material.Assign', 'Material.Remove', 'Material.ChangeProductionOrder', 'Material.Split'],
      nearlyClosed: 4,
      together: 3,
    });
  });
});
