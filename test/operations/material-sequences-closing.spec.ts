import { describe, it } from 'mocha';
import { runSequences } from './material-sequences.js';

const SEQUENCES = 3450;

describe('[operation] random sequences of operations on orders and their materials', () => {
  it(`complete, close and reopen ${SEQUENCES} times as the plain model does`, async function () {
    this.timeout(900_000);
    await runSequences(SEQUENCES, {
      states: ['Created', 'Released', 'Completed', 'Closed'],
      often: ['Close', 'Reopen', 'Change', 'Material.MoveNext', 'Material.Remove'],
      nearlyClosed: 7,
      together: 1,
    });
  });
});
