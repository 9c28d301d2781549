import { expect } from 'chai';
import { describe, it } from 'mocha';

import {
  belongsInQueue,
  inQueueOrder,
  lastPosition,
  moveInQueue,
  positionsOnImport,
} from '../../../plugins/scheduling/core/queue.js';
import type { QueueEntry, QueueMove } from '../../../plugins/scheduling/core/queue.js';

const entry = (name: string, priority: number, position: number | null): QueueEntry => ({
  name,
  priority,
  position,
});
const queue = [entry('c', 2, 1), entry('a', 1, 2), entry('b', 1, 1), entry('e', 2, 3), entry('d', 2, 2)];
const names = (entries: readonly QueueEntry[]) => entries.map(({ name }) => name).join('');

describe('[core] scheduling: the queue', () => {
  it('is ordered by priority group, then position, then name', () => {
    expect(
      names(inQueueOrder([...queue, entry('z', 1, null), entry('y', 1, null), entry('x', 1, 2)])),
    ).to.equal('baxyzcde');
  });

  it('has the active orders in Created, Released or InProgress that are included in planning', () => {
    const order = { state: 'Released', universalState: 'Active', includeInPlanning: true };
    expect(belongsInQueue(order)).to.equal(true);
    for (const state of ['Completed', 'Closed', 'Canceled'])
      expect(belongsInQueue({ ...order, state })).to.equal(false);
    expect(belongsInQueue({ ...order, universalState: 'Terminated' })).to.equal(false);
    expect(belongsInQueue({ ...order, includeInPlanning: false })).to.equal(false);
  });

  it('puts a new or re-prioritised order last in its group', () => {
    expect([lastPosition(queue, 1), lastPosition(queue, 2), lastPosition(queue, 3)]).to.deep.equal([3, 4, 1]);
  });

  const moves: [string, QueueMove, string][] = [
    ['d', 'up', 'badce'],
    ['d', 'down', 'baced'],
    ['d', 'first', 'badce'],
    ['e', 'first', 'baecd'],
    ['c', 'last', 'badec'],
    ['e', 2, 'baced'],
    ['c', 'up', 'bacde'],
    ['a', 'last', 'bacde'],
  ];
  for (const [name, move, expected] of moves) {
    it(`moves ${name} ${move} within its group: ${expected}`, () => {
      const result = moveInQueue(queue, name, move);
      if (!result.moved) throw new Error(result.message);
      const positions = new Map(result.changes.map((change) => [change.name, change.position]));
      const after = queue.map((old) => ({ ...old, position: positions.get(old.name) ?? old.position }));
      expect(names(inQueueOrder(after))).to.equal(expected);
    });
  }

  it('refuses a position outside the group, and an order that is not there', () => {
    for (const place of [0, 4, 1.5, -1])
      expect(moveInQueue(queue, 'c', place)).to.include({ moved: false, code: 'OW_QUEUE_POSITION' });
    expect(moveInQueue(queue, 'q', 'up')).to.include({ moved: false, code: 'OW_ORDER_UNKNOWN' });
  });

  it('numbers imported orders by position, then by their place in the file', () => {
    const imported = [
      entry('z', 1, null),
      entry('y', 1, 7),
      entry('x', 2, null),
      entry('a', 1, 7),
      entry('b', 1, null),
    ];
    expect(positionsOnImport(imported)).to.deep.equal([
      { name: 'y', position: 1 },
      { name: 'a', position: 2 },
      { name: 'z', position: 3 },
      { name: 'b', position: 4 },
      { name: 'x', position: 1 },
    ]);
  });
});
