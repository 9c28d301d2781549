/**
 * Application locks of SQL Server (`sp_getapplock`), held until the transaction ends. In which order they are taken is
 * said at `Session.lock`; where a plugin makes a circle all the same, SQL Server ends it with a deadlock's victim, which
 * is run again.
 */
import { createHash } from 'node:crypto';
import type { Knex } from 'knex';

/** Locks of one statement: few texts, so that SQL Server keeps their plans. */
const MOST = 50;
/** What a lock that can't be had throws: the number less the result of `sp_getapplock` (-1 time-out, -3 deadlock). */
export const LOCK_REFUSED = 51200;

/** Longer than a lock of the host is waited for: here only our own transactions wait for each other's end. */
const WAIT_MS = 20_000;

const TAKE = (index: number) =>
  `exec @result = sp_getapplock @Resource = @resource${index}, @LockMode = 'Exclusive', @LockOwner = 'Transaction', @LockTimeout = ${WAIT_MS};`;

/** One batch that takes so many locks, each named by a parameter. */
export function lockStatement(count: number): string {
  const takes = Array.from({ length: count }, (_none, index) => [
    `declare @resource${index} nvarchar(255) = ?;`,
    TAKE(index),
    `if @result < 0 begin set @number = ${LOCK_REFUSED} - @result; throw @number, 'orderwright: lock', 1; end;`,
  ]);
  return ['declare @result int, @number int;', ...takes.flat()].join('\n');
}

/** Takes exclusive locks, in the order given. */
export async function holdLocks(trx: Knex.Transaction, names: readonly string[]): Promise<void> {
  for (let from = 0; from < names.length; from += MOST) {
    const some = names.slice(from, from + MOST).map(resourceOf);
    await trx.raw(lockStatement(some.length), some);
  }
}

/** A resource's name has at most 255 characters, an order's up to 400. */
function resourceOf(name: string): string {
  return `orderwright:${createHash('sha256').update(name).digest('hex')}`;
}
